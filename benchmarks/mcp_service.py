"""The service over MCP: how soon it answers over stdio, how fast it searches over HTTP, what it holds in memory."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.harness import Context, Figure, at_most, benchmark, in_turns, of_samples, seconds
from benchmarks.services import PROGRAM, Service, service
from benchmarks.stores import CACHE, corpus_library, corpus_sources, questions

STARTS = 15
WARM_UP = 10
SEARCHES = 200
PROTOCOL = "2026-07-28"

_BARE = """
from mcp.server import MCPServer
mcp = MCPServer("bare")
@mcp.tool()
def add(a: int, b: int) -> int:
    "Add two numbers."
    return a + b
mcp.run("stdio")
"""
_HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "benchmark", "version": "1"},
}
_META = {
    "io.modelcontextprotocol/protocolVersion": PROTOCOL,
    "io.modelcontextprotocol/clientInfo": {"name": "benchmark", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


@benchmark("mcp-start")
def start(context: Context) -> Iterator[Figure]:
    """Process start to tools/list answered over stdio, against a bare server with one tool."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        commands: dict[str, Sequence[str | Path]] = {
            "bare server with one tool": [sys.executable, "-c", _BARE],
            "research-agent mcp": [PROGRAM, "mcp"],
        }
        for command in commands.values():
            _ready(command, data)  # what bytecode is missing is compiled now
        timed = in_turns(context.repeat(STARTS), {name: partial(_ready, one, data) for name, one in commands.items()})
    figures = [of_samples(name, samples, "s") for name, samples in timed.items()]
    yield from figures
    bare, ours = figures
    yield Figure("ours, in bare ones", ours.value / bare.value, "", at_most(1.25))


@benchmark("mcp-search")
def search(context: Context) -> Iterator[Figure]:
    """tools/call of search_library over HTTP with distinct questions, against the search function."""
    count = context.repeat(SEARCHES)
    asked = questions(corpus_sources(), context.seed, 2 * (WARM_UP + count))
    with corpus_library() as library:
        called, bare = [], []
        with _corpus() as data, service(data) as serving, closing(_connection(serving)) as connection:
            # By turns, each with questions of its own: a store remembers those that it was asked.
            for number in range(WARM_UP + count):
                over_http = partial(_call, connection, "search_library", {"query": asked[2 * number]})
                directly = partial(library.search, asked[2 * number + 1], None, 8)
                called.append(1000 * seconds(over_http))
                bare.append(1000 * seconds(directly))
    over, under = (
        of_samples("search_library over HTTP, p50", called[WARM_UP:], "ms", at_most(12)),
        of_samples("search function, p50", bare[WARM_UP:], "ms"),
    )
    yield over
    yield under
    yield Figure("of which transport, p50", over.value - under.value, "ms", at_most(4))


@benchmark("mcp-memory")
def memory(context: Context) -> Iterator[Figure]:
    """Memory of the service before and after the first search over MCP."""
    (question,) = questions(corpus_sources(), context.seed, 1)
    with _corpus() as data, service(data) as serving, closing(_connection(serving)) as connection:
        _request(connection, "tools/list", {})
        yield Figure("before the first search", serving.memory, "MB", at_most(200))
        _call(connection, "search_library", {"query": question})
        yield Figure("after the first search", serving.memory, "MB", at_most(500))


@contextmanager
def _corpus() -> Iterator[Path]:
    """A data directory of its own with the shipped corpus."""
    with corpus_library():
        pass
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(CACHE / "corpus", Path(folder) / "data"))


def _ready(command: Sequence[str | Path], data: Path) -> float:
    """Seconds from a process's start until its tools are listed; then it is ended by the end of its input."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "RESEARCH_AGENT_DATA_DIR": str(data)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for message in (
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": _HELLO},
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}},
        ):
            process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        answers = [process.stdout.readline() for _ in range(2)]
        took = time.perf_counter() - begun
        process.stdin.close()
    if '"tools"' not in answers[1]:
        raise RuntimeError(f"{command[0]} listed no tools: {answers[1][:500]}")
    return took


def _connection(serving: Service) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(serving.host, serving.port, timeout=60)


def _call(connection: http.client.HTTPConnection, tool: str, arguments: dict[str, object]) -> None:
    """Call a tool and read its whole answer.

    Raises:
        RuntimeError: it refused.
    """
    result = _request(connection, "tools/call", {"name": tool, "arguments": arguments})
    if result.get("isError"):
        raise RuntimeError(f"{tool}: {result['content']}")


def _request(connection: http.client.HTTPConnection, method: str, params: dict[str, object]) -> dict[str, Any]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": PROTOCOL,
        "Mcp-Method": method,
    }
    if "name" in params:
        headers["Mcp-Name"] = str(params["name"])
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": _META}}
    connection.request("POST", "/mcp", json.dumps(body), headers)
    answer = connection.getresponse()
    said = answer.read().decode()
    found = re.search(r"^data: (.*)$", said, re.MULTILINE)
    message = json.loads(found[1] if found else said)
    if "result" not in message:
        raise RuntimeError(f"{method}: {answer.status} {said[:500]}")
    result: dict[str, Any] = message["result"]
    return result
