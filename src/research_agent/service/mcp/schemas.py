"""JSON Schemas as hosts and models need them: references resolved, and nothing that only costs tokens."""

from typing import Any

_NOWHERE = frozenset({"title", "$defs", "$ref", "maxLength"})
"""Titles repeat the names; no assistant comes near the longest text that we take, and one that does is told."""

_NOT_OF_OUTPUT = frozenset({"default", "additionalProperties", "description"})
"""Of objects that come back. What equals its default is left out of an answer; a field that needs words has some."""


def lean_input(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without titles that only repeat names, and without references, which some hosts can't follow."""
    return _object(schema, schema.get("$defs", {}), of_output=False)


def lean_output(schema: dict[str, Any]) -> dict[str, Any]:
    """The same of what a tool answers, also without defaults, as what equals its default is left out of an answer."""
    return _object(schema, schema.get("$defs", {}), of_output=True)


def _object(schema: dict[str, Any], definitions: dict[str, Any], *, of_output: bool) -> dict[str, Any]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]] | {"$ref": None}
    left = set(_NOWHERE)
    if of_output:
        left |= _NOT_OF_OUTPUT if schema.get("type") == "object" else {"default"}
    kept: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "properties":
            kept[name] = {key: _object(one, definitions, of_output=of_output) for key, one in value.items()}
        elif name in left and not (name == "additionalProperties" and isinstance(value, dict)):
            continue
        elif isinstance(value, dict) and name in ("items", "additionalProperties"):
            kept[name] = _object(value, definitions, of_output=of_output)
        else:
            kept[name] = value
    return kept
