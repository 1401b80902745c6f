"""The schemas of the tools are such that every host can show them, and tell what a tool does to the world."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client

from research_agent.service.mcp.research_server import ResearchServer
from research_agent.service.mcp.schemas import lean_input
from tests.service.mcp.material import TOOLS

pytestmark = pytest.mark.anyio

TEXT_ONLY = {"assemble_prompt"}
WRITERS = {"add_sources", "find_sources", "research_domain", "get_run"}
OF_THE_OPEN_WORLD = {"find_sources", "research_domain"}


def keys_of(schema: Any) -> Iterator[str]:
    """Every keyword of a schema, at any depth."""
    if isinstance(schema, dict):
        for name, value in schema.items():
            yield name
            yield from keys_of(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys_of(value)


async def test_input_schemas_are_flat_and_have_defaults_that_are_values(server: ResearchServer) -> None:
    async with Client(server) as client:
        for tool in (await client.list_tools()).tools:
            schema = tool.input_schema
            Draft202012Validator.check_schema(schema)
            assert not {"$ref", "$defs", "anyOf", "oneOf", "allOf", "title"} & set(keys_of(schema)), tool.name
            for name, parameter in schema["properties"].items():
                assert parameter["type"] in ("string", "integer", "boolean"), (tool.name, name)
                assert name in schema.get("required", ()) or parameter["default"] is not None, (tool.name, name)


async def test_every_parameter_is_described_or_named_by_its_choices(server: ResearchServer) -> None:
    plain = {"category", "limit", "peer_reviewed", "response_format"}
    async with Client(server) as client:
        for tool in (await client.list_tools()).tools:
            for name, parameter in tool.input_schema["properties"].items():
                assert parameter.get("description") or name in plain, (tool.name, name)


async def test_every_tool_has_a_title_and_all_four_hints(server: ResearchServer) -> None:
    async with Client(server) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == set(TOOLS)
    for name, tool in tools.items():
        hints = tool.annotations
        assert tool.title, name
        assert tool.description, name
        assert hints, name
        assert hints.read_only_hint is (name not in WRITERS), name
        assert hints.destructive_hint is False
        assert hints.idempotent_hint is True
        assert hints.open_world_hint is (name in OF_THE_OPEN_WORLD), name


async def test_data_tools_publish_what_they_answer(server: ResearchServer) -> None:
    async with Client(server) as client:
        for tool in (await client.list_tools()).tools:
            if tool.name in TEXT_ONLY:
                assert tool.output_schema is None
                continue
            assert tool.output_schema
            Draft202012Validator.check_schema(tool.output_schema)
            assert {"next", "cursor"} <= set(tool.output_schema["properties"])
            assert not {"$ref", "$defs", "title_"} & set(keys_of(tool.output_schema))


async def test_the_order_of_the_tools_stays(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        first = [tool.name for tool in (await client.list_tools()).tools]
        assert first == [tool.name for tool in (await client.list_tools()).tools]


def test_a_parameter_called_title_or_default_is_no_keyword() -> None:
    schema = {"type": "object", "title": "X", "properties": {"title": {"type": "string", "title": "Title"}}}
    assert lean_input(schema) == {"type": "object", "properties": {"title": {"type": "string"}}}
