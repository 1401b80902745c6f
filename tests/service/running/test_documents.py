"""The page about the service: what it tells people to copy is what the command writes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from research_agent.service.options import ServiceOptions
from research_agent.service.tenants import MOST_OPEN, WORKER_THREADS
from tests.service.running.conftest import Command

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^<!-- ([a-z-]+(?: --http \S+)?) -->$.*?^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLE = "/opt/research-agent/bin/research-agent"


def shown(found: Any, command: str) -> Any:
    """A configuration with the page's path in place of this machine's, and without this test's settings."""
    text = json.dumps(found).replace(json.dumps(command), json.dumps(EXAMPLE))
    return json.loads(text, object_hook=lambda one: {key: value for key, value in one.items() if key != "env"})


@pytest.mark.parametrize(("arguments", "snippet"), SNIPPETS, ids=[arguments for arguments, _ in SNIPPETS])
def test_a_snippet_is_what_the_command_prints(command: Command, arguments: str, snippet: str) -> None:
    printed = command("mcp", "install", *arguments.split(), "--print").json
    ours = [
        server["command"]
        for servers in printed.values()
        if isinstance(servers, dict)
        for server in servers.values()
        if "command" in server
    ]
    assert json.loads(snippet) == shown(printed, ours[0] if ours else "")


def test_every_client_has_its_snippets() -> None:
    assert [arguments.split()[0] for arguments, _ in SNIPPETS] == [
        "claude-desktop", "claude-code", "claude-code", "cursor", "cursor", "vscode", "vscode",
    ]  # fmt: skip


def test_every_block_of_json_is_json() -> None:
    for block in re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        json.loads(block)


def test_the_limits_are_those_of_the_program() -> None:
    options = ServiceOptions()
    assert f"{options.max_body_bytes // 2**20} MiB" in PAGE
    assert f"{options.request_seconds:g} s; event streams" in PAGE
    assert f"At most {MOST_OPEN} stores are open" in PAGE
    assert f"| calls into libraries at the same time, a process | {WORKER_THREADS} |" in PAGE


def test_the_options_of_the_command_are_all_explained(command: Command) -> None:
    offered = set(re.findall(r"--[a-z-]+", command("serve", "--help").out)) - {"--help", "--port"}
    assert {option for option in offered if f"`{option}" not in PAGE} == set()


# The image


def test_the_composition_agrees_with_the_image_and_the_lock() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    locked = re.search(r"^chromadb==(\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert locked
    assert services["chroma"]["image"] == f"chromadb/chroma:{locked[1]}"
    assert services["chroma"]["profiles"] == ["chroma"]
    assert services["research-agent"]["volumes"] == ["data:/data"]
    assert "RESEARCH_AGENT_DATA_DIR=/data" in dockerfile
    # Longer than running requests get, or the daemon would kill what is still answering.
    grace = int(services["research-agent"]["stop_grace_period"].removesuffix("s"))
    assert grace > 20
    assert "running requests get when it is ended; 20" in PAGE


def test_the_image_is_built_from_what_its_context_holds() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        name for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.MULTILINE) for name in line.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_what_the_image_drops_is_what_the_lock_has_for_building() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    dropped = re.search(r"python uninstall --yes ([a-z -]+) ", dockerfile)
    assert dropped
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert {name for name in dropped[1].split() if f"\n{name}==" not in f"\n{lock}"} == set()
    assert {"hatchling", "editables"} <= set(dropped[1].split())
