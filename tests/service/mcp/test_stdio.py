"""MCP over standard input and output: the command that clients start, and what it imports before it answers."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from tests.conftest import SMALL_GUIDE
from tests.service.mcp.material import TOOLS, call, read, refused
from tests.service.serving import NOBODY

pytestmark = pytest.mark.anyio

HEAVY = ("fastapi", "numpy", "chromadb", "sqlalchemy", "alembic", "onnxruntime", "tantivy", "jinja2", "highspy")
_COMMAND = str(Path(sys.executable).with_name("research-agent"))


def environment(folder: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("RESEARCH_AGENT_")},
        "RESEARCH_AGENT_DATA_DIR": str(folder),
        "RESEARCH_AGENT_GUIDE": str(SMALL_GUIDE),
        "RESEARCH_AGENT_STAND_INS": NOBODY,
    }


@asynccontextmanager
async def started(folder: Path, mode: str) -> AsyncIterator[Client]:
    command = StdioServerParameters(command=_COMMAND, args=["mcp"], env=environment(folder))
    async with Client(command, mode=mode) as client:
        yield client


async def test_a_client_does_the_whole_job(small_store: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_store, tmp_path / "store"))
    async with started(folder, "auto") as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == set(TOOLS)
        domains = await call(client, "list_domains", response_format="detailed")
        assert domains["domains"][0]["focus"]
        (run,) = (await call(client, "research_domain", domain="1", wait_s=45))["runs"]
        assert run["state"] == "done"
        shown = await call(client, "get_bibliography", domain="1")
        assert "rest" not in shown["whole"]
        source = shown["entries"][0]["source"]
        assert (await call(client, "get_source", source=source, domain="1"))["chosen"]
        assert (await read(client, shown["whole"]["bibtex"]))[1].startswith("@")
        assert (await call(client, "search_library", query="agreement of replicas"))["hits"]
        assert not (await client.call_tool("assemble_prompt", {"domain": "1"})).is_error
        assert (await client.get_prompt("research_domain", {"domain": "1"})).messages
        assert (await call(client, "get_run"))["runs"][0]["run"] == run["run"]
        assert "list_domains" in await refused(client, "get_bibliography", domain="99")


async def test_a_run_outlives_the_process_that_was_asked_for_it(small_store: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_store, tmp_path / "store"))
    async with started(folder, "auto") as client:
        run = (await call(client, "research_domain", domain="all", wait_s=0))["runs"][0]["run"]
    async with started(folder, "legacy") as another:
        assert (await call(another, "get_run", run=run, wait_s=45))["runs"][0]["state"] == "done"


def test_the_tools_are_listed_before_anything_heavy_is_imported_or_written(tmp_path: Path) -> None:
    """A client waits for this at every start, so the process says which modules it had by then."""
    program = f"""
import sys
sys.argv = ["research-agent", "mcp"]
import atexit
atexit.register(lambda: print("HAS", *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr))
from research_agent.cli import main
main()
"""
    asked = [
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}},
        {"jsonrpc": "2.0", "id": 3, "method": "prompts/list", "params": {}},
        {"jsonrpc": "2.0", "id": 4, "method": "resources/templates/list", "params": {}},
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path / "none"),
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write("".join(json.dumps(message) + "\n" for message in asked))
    process.stdin.flush()
    answers = {answer["id"]: answer["result"] for answer in (json.loads(process.stdout.readline()) for _ in range(4))}
    process.stdin.close()
    assert process.stdout.read() == ""
    said = process.stderr.read()
    process.wait(30)
    assert len(answers[2]["tools"]) == len(TOOLS)
    assert said.strip().splitlines()[-1] == "HAS"
    assert not (tmp_path / "none").exists()
