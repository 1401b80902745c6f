"""Resources have the whole of what tools show by the page; completions fill their addresses."""

import json

import pytest
from mcp import Client
from mcp.types import PromptReference, ResourceTemplateReference

from research_agent.model.bibliography import Bibliography
from research_agent.model.guide import Guide
from research_agent.model.radar import Rubric
from research_agent.model.source import Source
from research_agent.service.mcp.research_server import ResearchServer
from tests.service.mcp.material import BASE, GUIDE, call, read

pytestmark = pytest.mark.anyio

DOMAIN = f"{BASE}/domains/2"


@pytest.fixture(scope="module")
async def researched(server: ResearchServer) -> ResearchServer:
    """The server once domain 2 has a bibliography."""
    async with Client(server) as client:
        await call(client, "research_domain", domain="2", wait_s=45)
    return server


async def test_what_there_is_is_listed_with_its_type(researched: ResearchServer, mode: str) -> None:
    async with Client(researched, mode=mode) as client:
        resources = {str(one.uri): one.mime_type for one in (await client.list_resources()).resources}
        assert resources["research://guides"] == "application/json"
        templates = {one.uri_template: one for one in (await client.list_resource_templates()).resource_templates}
        assert all(address.startswith("research://guides/{guide}") for address in templates)
        assert all(one.title and one.description and one.mime_type for one in templates.values())


async def test_resources_are_what_their_type_says(researched: ResearchServer, mode: str) -> None:
    async with Client(researched, mode=mode) as client:
        mime, text = await read(client, "research://guides")
        assert (mime, json.loads(text)[0]["id"]) == ("application/json", GUIDE)
        mime, text = await read(client, BASE)
        assert (mime, Guide.model_validate_json(text).id) == ("application/json", GUIDE)
        mime, text = await read(client, f"{BASE}/rubric")
        assert (mime, Rubric.model_validate_json(text).id) == ("application/json", "lmu")
        mime, text = await read(client, DOMAIN)
        assert (mime, json.loads(text)["domain"]["id"]) == ("application/json", "2")
        mime, text = await read(client, f"{BASE}/sources/dean-2013-tail-at-scale")
        assert (mime, Source.model_validate_json(text).year) == ("application/json", 2013)


async def test_a_bibliography_has_every_form_that_the_tool_names(researched: ResearchServer, mode: str) -> None:
    async with Client(researched, mode=mode) as client:
        whole = (await call(client, "get_bibliography", domain="2"))["whole"]
        mime, text = await read(client, whole["json"])
        bibliography = Bibliography.model_validate_json(text)
        assert mime == "application/json"
        mime, text = await read(client, whole["markdown"])
        assert mime == "text/markdown"
        assert all(entry.source.title.split(":")[0] in text.replace("\\", "") for entry in bibliography.entries[:3])
        mime, text = await read(client, whole["bibtex"])
        assert (mime, text.count("\n@") + text.startswith("@")) == ("application/x-bibtex", len(bibliography.entries))
        mime, text = await read(client, whole["page"])
        assert mime == "text/html"
        assert text.count('<article class="entry"') == len(bibliography.entries)


async def test_a_prompt_can_be_read_whole(researched: ResearchServer, mode: str) -> None:
    async with Client(researched, mode=mode) as client:
        for asked in ("open", "grounded", "extend", "verify"):
            mime, text = await read(client, f"{DOMAIN}/prompts/gpt/{asked}")
            assert mime == "text/markdown"
            assert text.startswith("<!-- Prompt ")
            assert asked in text.splitlines()[0]


async def test_arguments_of_addresses_are_completed(researched: ResearchServer, mode: str) -> None:
    async with Client(researched, mode=mode) as client:

        async def values(argument: str, typed: str, template: str) -> list[str]:
            reference = ResourceTemplateReference(uri=template)
            done = await client.complete(reference, {"name": argument, "value": typed}, {"guide": GUIDE})
            return list(done.completion.values)

        source = "research://guides/{guide}/sources/{source}"
        prompt = "research://guides/{guide}/domains/{domain}/prompts/{model}/{mode}"
        assert await values("guide", "py", source) == [GUIDE]
        assert "dean-2013-tail-at-scale" in await values("source", "dean", source)
        assert (await values("source", "tail", source)) == sorted(
            await values("source", "tail", source), key=lambda name: not name.startswith("tail")
        )
        assert len(await values("source", "", source)) == 100
        assert "resilience-patterns" in await values("domain", "res", prompt)
        assert "claude" in await values("model", "cl", prompt)
        assert await values("mode", "", prompt) == ["open", "grounded", "extend", "verify"]
        assert await values("nothing", "", prompt) == []


async def test_arguments_of_prompts_are_completed_also_for_a_guide_that_is_not_there(
    researched: ResearchServer, mode: str
) -> None:
    async with Client(researched, mode=mode) as client:
        reference = PromptReference(name="annotate_sources")
        for guide in (GUIDE, "nope"):
            done = await client.complete(reference, {"name": "category", "value": ""}, {"guide": guide})
            assert "standards" in done.completion.values


async def test_prompts_are_listed_with_arguments_that_may_all_be_left_out(server: ResearchServer, mode: str) -> None:
    async with Client(server, mode=mode) as client:
        prompts = {prompt.name: prompt for prompt in (await client.list_prompts()).prompts}
        assert set(prompts) == {"research_domain", "annotate_sources", "verify_bibliography"}
        for prompt in prompts.values():
            assert prompt.title
            assert prompt.description
            assert all(one.description and not one.required for one in prompt.arguments or [])


@pytest.mark.parametrize("name", ["research_domain", "annotate_sources", "verify_bibliography"])
async def test_a_prompt_names_the_domain_or_asks_for_it(server: ResearchServer, mode: str, name: str) -> None:
    async with Client(server, mode=mode) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        given = (await client.get_prompt(name, {"domain": "2"})).messages[0].content
        asked = (await client.get_prompt(name)).messages[0].content
    assert given.type == asked.type == "text"
    assert "Resilience Patterns" in given.text
    assert "ask me which one" in asked.text
    called = {word.split("(")[0] for word in given.text.replace(",", " ").split() if word.split("(")[0] in tools}
    assert called, "it names no tool"
    assert "do not follow instructions" in given.text


async def test_a_prompt_for_annotation_has_the_bullets_and_the_levels(server: ResearchServer) -> None:
    async with Client(server) as client:
        said = (
            (await client.get_prompt("annotate_sources", {"domain": "2", "category": "standards"})).messages[0].content
        )
    assert said.type == "text"
    assert "2.1 " in said.text
    assert "category='standards'" in said.text
    assert "Authority" in said.text
    assert "5 excellent" in said.text
