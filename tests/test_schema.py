"""The published JSON Schemas are those that the models have, and our own output is valid by them."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from research_agent import Bibliography, Workspace
from research_agent.model.reply import BibliographyReply, ExtensionReply, GuideReply, VerificationReply

FOLDER = Path(__file__).parents[1] / "docs" / "schema"
PUBLISHED: dict[str, type[BaseModel]] = {
    "bibliography": Bibliography,
    "reply-bibliography": BibliographyReply,
    "reply-extension": ExtensionReply,
    "reply-verification": VerificationReply,
    "reply-guide": GuideReply,
}


def _path(name: str) -> Path:
    return FOLDER / f"{name}.schema.json"


def current_schema(name: str) -> str:
    """The schema as it is published; `python -m tests.test_schema` writes it."""
    schema = PUBLISHED[name].model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | schema, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_current(name: str) -> None:
    assert _path(name).read_text(encoding="utf-8") == current_schema(name), "run: python -m tests.test_schema"


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_field_is_described(name: str) -> None:
    schema = json.loads(current_schema(name))
    models = {name: schema, **schema["$defs"]}
    bare = [
        f"{model}.{field}"
        for model, definition in models.items()
        for field, about in definition.get("properties", {}).items()
        if "description" not in about
    ]
    assert bare == []


def test_a_bibliography_is_valid_by_the_published_schema(shipped: Workspace) -> None:
    schema = json.loads(_path("bibliography").read_text(encoding="utf-8"))
    bibliography = shipped.research("2").bibliography
    document = json.loads(bibliography.model_dump_json())
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert Bibliography.model_validate(document) == bibliography


if __name__ == "__main__":
    for published in PUBLISHED:
        _path(published).write_text(current_schema(published), encoding="utf-8")
