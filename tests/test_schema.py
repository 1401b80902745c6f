"""The published JSON Schema is the one that the models have, and our own output is valid by it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from research_agent import Bibliography, Workspace

PUBLISHED = Path(__file__).parents[1] / "docs" / "schema" / "bibliography.schema.json"


def current_schema() -> str:
    """The schema as it is published; `python -m tests.test_schema` writes it."""
    schema = Bibliography.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | schema, indent=1, ensure_ascii=False) + "\n"


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == current_schema(), "run: python -m tests.test_schema"


def test_every_field_is_described() -> None:
    schema = json.loads(current_schema())
    models = {"Bibliography": schema, **schema["$defs"]}
    bare = [
        f"{model}.{field}"
        for model, definition in models.items()
        for field, about in definition.get("properties", {}).items()
        if "description" not in about
    ]
    assert bare == []


@pytest.mark.xdist_group("shipped")
def test_a_bibliography_is_valid_by_the_published_schema(shipped: Workspace) -> None:
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    bibliography = shipped.research("2").bibliography
    document = json.loads(bibliography.model_dump_json())
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert Bibliography.model_validate(document) == bibliography


if __name__ == "__main__":
    PUBLISHED.write_text(current_schema(), encoding="utf-8")
