"""Who asks over REST or MCP is told operations and tools, and never the commands and options of the command line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp import Client
from starlette.testclient import TestClient

import research_agent
from research_agent.service.wording import MCP, REST, Wording
from tests.service.conftest import Served
from tests.service.mcp.material import call, refused, serving, text_of

SOURCE = Path(research_agent.__file__).parent
OF_A_TERMINAL = ("cli", "diagnosis.py", "service/clients.py", "sources/corpus_report.py", "service/wording.py")
"""What is only ever shown there, and the words for it."""

SHOWN_THERE = ("What `--guide` takes.",)
"""The field of a record that no answer holds."""

COMMAND = re.compile(
    r"research-agent (?:research|prompt|reply|sources|judge|pin|ban|undo|guide|diff|why|search|doctor|corpus|keys)\b"
    r"|(?<![\w-])--[a-z][a-z-]+\b|\bguide import\b"
)
OF_THE_OPERATOR = re.compile(
    r"operator's `?research-agent (?:doctor(?: --\w+)?|corpus embed)|`doctor --reembed` does it"
    r"|Whoever runs the service makes \w+: research-agent keys create \w+(?: --scope \w+)?"
    r"|Make one: research-agent keys create OWNER --scope research|make new keys: research-agent keys create"
    r"|pip install --[\w-]+"
)
DOMAIN = "/v1/guides/agreement-between-machines/domains/1"


def told_in(file: Path) -> Iterator[str]:
    """The texts in a file that are no docstrings, with 2 where a value comes in."""
    tree = ast.parse(file.read_text())
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    inside |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "2" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def commands_in(text: str) -> list[str]:
    return COMMAND.findall(OF_THE_OPERATOR.sub("", text))


@pytest.mark.parametrize("words", [REST, MCP], ids=["REST", "MCP"])
def test_every_text_of_ours_can_be_told_without_commands(words: Wording) -> None:
    files = [file for file in SOURCE.rglob("*.py") if not str(file.relative_to(SOURCE)).startswith(OF_A_TERMINAL)]
    texts = [(file.name, text) for file in files for text in told_in(file) if text not in SHOWN_THERE]
    assert len([text for _, text in texts if COMMAND.search(text)]) > 10
    assert [(file, text) for file, text in texts if commands_in(words(text))] == []


@pytest.mark.parametrize(
    ("said", "rest", "mcp"),
    [
        (
            "There is no bibliography of domain 2 yet: research-agent research 2.",
            "There is no bibliography of domain 2 yet: POST /v1/runs for domain 2.",
            "There is no bibliography of domain 2 yet: research_domain(domain='2').",
        ),
        (
            "Better: research-agent prompt 2 --model gpt --mode grounded --split.",
            "Better: GET /v1/guides/{guide}/domains/2/prompts?model=gpt&mode=grounded&split=true.",
            "Better: assemble_prompt(domain='2', model='gpt', mode='grounded', category='...').",
        ),
        (
            "It is not split. Leave out --split.",
            "It is not split. Leave out `split`.",
            "It is not split. Leave out `category`.",
        ),
        (
            "It is damaged. `research-agent doctor` looks into it.",
            "It is damaged. The operator's `research-agent doctor` looks into it.",
            "It is damaged. The operator's `research-agent doctor` looks into it.",
        ),
        ("A work names research-agent and a --flag.",) * 3,
    ],
)
def test_a_command_becomes_the_operation_and_the_tool(said: str, rest: str, mcp: str) -> None:
    assert (REST(said), MCP(said)) == (rest, mcp)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/prompts?mode=extend", None),
        ("GET", "/prompts?mode=extend&split=true", None),
        ("GET", "/prompts?mode=synthesize", None),
        ("GET", "/prompts?budget=1", None),
        ("GET", "/prompts?model=llama&split=true", None),
        ("GET", "/prompts?model=gpt&reply=json", None),
        ("GET", "/prompts?model=llama&format=markdown", None),
        ("POST", "/replies", {"texts": ["no JSON"]}),
        ("POST", "/replies", {"texts": ['{"checks": []}']}),
        ("POST", "/replies", {"texts": ['{"entries": [{"number": 1, "title": "A work that nobody knows"}]}']}),
    ],
)
def test_an_answer_of_rest_names_no_command(own_service: TestClient, method: str, path: str, body: object) -> None:
    answer = own_service.request(method, DOMAIN + path, json=body)
    assert answer.status_code < 500
    assert commands_in(answer.text) == []


def test_neither_do_the_document_and_what_a_key_may_not(owners: Served) -> None:
    eva = owners.client("eva")
    assert commands_in(eva.get("/openapi.json").text) == []
    refused_to = eva.post("/v1/runs", json={"domain": "1"})
    assert refused_to.status_code == 403
    assert commands_in(refused_to.text) == []


@pytest.mark.anyio
async def test_an_answer_of_mcp_names_no_command(store: Path) -> None:
    async with serving(store, small=True) as server, Client(server) as client:
        for arguments in ({"mode": "extend"}, {"mode": "extend", "category": "research"}, {"budget": 1}):
            said = await refused(client, "assemble_prompt", domain="1", **arguments)
            assert commands_in(said) == [], said
        for model in ("llama", "gpt"):
            made = await client.call_tool("assemble_prompt", {"domain": "1", "model": model, "reply": "json"})
            assert commands_in(text_of(made)) == [], text_of(made)
        listed = await call(client, "list_domains")
        assert "guide='agreement-between-machines'" in listed["next"]


@pytest.mark.anyio
async def test_a_prompt_for_a_category_without_candidates_says_so(store: Path) -> None:
    async with serving(store, small=True) as server, Client(server) as client:
        guide = (await call(client, "list_domains", domain="1", response_format="detailed"))["domains"][0]
        empty = [name for name, held in guide["by_category"].items() if not held]
        for name in empty:
            said = await refused(client, "assemble_prompt", domain="1", mode="grounded", category=name)
            assert "fault" not in said
