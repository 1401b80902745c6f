"""One bibliography, six forms: the Accept header or a parameter chooses, and a form that is not there is said to be."""

import json
from contextlib import suppress

import pytest
import rispy
import yaml
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.testclient import TestClient

from research_agent.service.problems import ProblemError
from research_agent.service.rest.bibliographies import FORMS
from research_agent.service.rest.representations import chosen_form
from tests.service.rest.test_problems import problem

GUIDE = "/v1/guides/python-rest-api-clients"
BIBLIOGRAPHY = f"{GUIDE}/domains/2/bibliography"
NAMES = {form.name: form.media_type for form in FORMS}


def asked(accept: str | None) -> Request:
    headers = [] if accept is None else [(b"accept", accept.encode("latin-1", "replace"))]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "json"),
        ("*/*", "json"),
        ("", "json"),
        ("text/markdown", "markdown"),
        ("text/*", "markdown"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/x-bibtex", "bibtex"),
        ("application/json;q=0.2, application/x-research-info-systems", "ris"),
        ("application/json;q=0, */*", "markdown"),
        ("TEXT/Markdown; charset=utf-8", "markdown"),
        ("application/vnd.citationstyles.csl+json; q=0.5, image/png", "csl"),
        ("text/markdown;q=nonsense", "markdown"),
    ],
)
def test_the_accept_header_chooses(accept: str | None, form: str) -> None:
    assert chosen_form(asked(accept), FORMS, None).name == form


@given(accept=st.text(st.characters(max_codepoint=255), max_size=80))
def test_no_accept_header_whatever_fails_otherwise_than_as_a_problem(accept: str) -> None:
    with suppress(ProblemError):
        assert chosen_form(asked(accept), FORMS, None) in FORMS


@pytest.mark.parametrize("name", NAMES)
def test_the_parameter_and_the_header_give_the_same_bytes(service: TestClient, name: str) -> None:
    by_name = service.get(BIBLIOGRAPHY, params={"format": name})
    by_header = service.get(BIBLIOGRAPHY, headers={"Accept": NAMES[name]})
    assert by_name.content == by_header.content
    assert by_header.headers["content-type"].partition(";")[0] == NAMES[name]
    assert by_header.headers["vary"] == "Accept"


def test_every_form_holds_every_entry(service: TestClient) -> None:
    entries = service.get(BIBLIOGRAPHY).json()["entries"]
    keys = {entry["citation_key"] for entry in entries}
    texts = {name: service.get(BIBLIOGRAPHY, params={"format": name}).text for name in NAMES}
    assert {entry.key for entry in parse_string(texts["bibtex"]).entries} == keys
    assert {item["id"] for item in json.loads(texts["csl"])} == keys
    assert len(rispy.loads(texts["ris"])) == len(keys)
    for entry in entries:
        assert entry["source"]["url"] in texts["markdown"]


def test_the_page_links_to_the_other_forms_and_may_stand_in_no_frame(service: TestClient) -> None:
    page = service.get(BIBLIOGRAPHY, params={"format": "html"})
    assert 'href="?format=bibtex"' in page.text
    assert page.headers["content-security-policy"] == "frame-ancestors 'none'"


def test_a_form_that_is_not_there_is_a_problem_that_names_those_that_are(service: TestClient) -> None:
    told = problem(service.get(BIBLIOGRAPHY, headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert all(media in str(told["detail"]) for media in NAMES.values())


def test_a_guide_comes_as_yaml_that_can_be_imported(own_service: TestClient) -> None:
    path = "/v1/guides/agreement-between-machines"
    text = own_service.get(path, headers={"Accept": "application/yaml"}).text
    assert yaml.safe_load(text)["id"] == "agreement-between-machines"
    media = {"content-type": "application/yaml"}
    kept = own_service.post("/v1/guides", params={"id": "a-copy"}, content=text.encode(), headers=media)
    assert kept.status_code == 201, kept.text
    copy, original = own_service.get("/v1/guides/a-copy").json(), own_service.get(path).json()
    assert copy["domains"] == original["domains"]


def test_the_holistic_guide_comes_in_four_forms(service: TestClient) -> None:
    synthesis = service.get(f"{GUIDE}/synthesis").json()
    assert synthesis["domains"] == ["2"]
    for form, media in (("markdown", "text/markdown"), ("html", "text/html"), ("bibtex", "application/x-bibtex")):
        answer = service.get(f"{GUIDE}/synthesis", headers={"Accept": media})
        assert answer.content == service.get(f"{GUIDE}/synthesis", params={"format": form}).content
        assert answer.headers["content-type"].startswith(media)


def test_prompts_come_as_markdown_that_a_person_can_paste(service: TestClient) -> None:
    path = f"{GUIDE}/domains/2/prompts"
    (prompt,) = service.get(path).json()["prompts"]
    text = service.get(path, headers={"Accept": "text/markdown"}).text
    assert prompt["version"] in text
    assert all(message["content"] in text for message in prompt["messages"])
