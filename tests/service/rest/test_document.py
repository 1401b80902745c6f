"""The OpenAPI document teaches and is true: every field described, every answer exampled, every example valid."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from research_agent.service.problems import MEDIA_TYPE


@pytest.fixture(scope="module")
def document(service: TestClient) -> dict[str, Any]:
    read: dict[str, Any] = service.get("/openapi.json").json()
    return read


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_field_of_every_record_is_described(document: dict[str, Any]) -> None:
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, about in schema.get("properties", {}).items()
        if not about.get("description")
    ]
    assert bare == []


def test_every_operation_says_what_it_does_and_every_parameter_what_it_means(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert len(operation["tags"]) == 1, name
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), f"{name}: {parameter['name']}"


def test_operation_ids_read_well_and_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", one) for one in ids)


def test_every_answer_has_an_example_and_every_example_is_valid(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                examples = [one["value"] for one in content.get("examples", {}).values()] or [content.get("example")]
                assert examples != [None], f"{name} {status} {media}"
                schema = {**content.get("schema", {}), "components": document["components"]}
                for example in examples:
                    faults = list(Draft202012Validator(schema).iter_errors(example))
                    assert not faults, f"{name} {status} {media}: {faults[0].message}"


def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == [MEDIA_TYPE], f"{name} {status}"
        assert {"421", "422", "500"} <= operation["responses"].keys(), name


def test_no_record_has_two_faces_in_a_generated_client(document: dict[str, Any]) -> None:
    assert [name for name in document["components"]["schemas"] if re.search(r"[-_]|Input$|Output$", name)] == []


def test_the_framework_leaves_no_form_of_its_own(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    assert "HTTPValidationError" not in text
    assert '"x-' not in text


def test_keys_are_needed_in_the_document_where_they_are(document: dict[str, Any], owners: Any) -> None:
    here = document["paths"]["/v1/guides"]["get"]["security"]
    elsewhere = owners.client().get("/openapi.json").json()["paths"]["/v1/guides"]["get"]["security"]
    assert {} in here
    assert elsewhere == [{"key": []}]


def test_the_manual_needs_nothing_from_anywhere(service: TestClient) -> None:
    answer = service.get("/docs")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert re.findall(r"""(?:src|href)\s*=\s*["'](?!/|#)""", answer.text) == []
    assert "<script" not in answer.text


def test_the_manual_shows_every_operation(service: TestClient, document: dict[str, Any]) -> None:
    page = service.get("/docs").text
    for name, operation in operations(document):
        assert name.partition(" ")[2] in page
        assert operation["summary"] in page.replace("&#x27;", "'")
