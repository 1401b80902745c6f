"""The Skill: what it tells an assistant to do works, and what it names exists."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from threading import Thread
from typing import Any

import anyio
import pytest
import yaml
from typer.main import get_command

from research_agent.cli.app import app
from stand_ins import StandIns
from tests.conftest import SMALL_GUIDE
from tests.e2e.command import Ran, run

SKILL = Path(__file__).parents[3] / "skills" / "research-agent"
PAGES = [SKILL / "SKILL.md", *sorted((SKILL / "references").glob("*.md"))]
LONGEST_BODY = 8_000  # characters, about 2,000 tokens: an assistant reads the body whenever the Skill is used
LONGEST_DESCRIPTION = 1_024  # agentskills.io/specification
ANY_GAPS = """
set -euo pipefail
# 4 says that there are gaps, which the Skill takes for a result.
research-agent() { local code=0; ran "$@" || code=$?; [ "$code" -eq 4 ] || return "$code"; }
"""
INSTALLED = 'ran() { command research-agent "$@"; }\n'
FORKED = r"""
ran() {
    local code IFS=$'\x1f'
    printf '%s\n' "$*" >&"$ASKED"
    read -r code <&"$ANSWERED"
    cat ../out
    cat ../err >&2
    return "$code"
}
"""
"""In place of the installed program: the test is asked for each command, which is forked from what has the imports."""
AS_INSTALLED = "prompts"
"""The page whose commands the installed program runs: they are few."""
ON_THE_SMALL_GUIDE = "operation"
"""The page that researches all domains, and names nothing that only the shipped guide has."""


def front_matter() -> Any:
    return yaml.safe_load((SKILL / "SKILL.md").read_text(encoding="utf-8").split("---\n")[1])


def blocks(page: Path) -> Iterator[str]:
    """The shell commands that a page shows to be run."""
    for match in re.finditer(r"^( *)```sh\n(.*?)^\1```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        yield dedent(match[2])


def test_the_front_matter_is_what_assistants_read() -> None:
    found = front_matter()
    assert found["name"] == SKILL.name
    assert 100 < len(found["description"]) <= LONGEST_DESCRIPTION
    assert "Use it when" in found["description"]


def test_the_body_is_short_and_the_rest_is_read_on_demand() -> None:
    text = PAGES[0].read_text(encoding="utf-8")
    assert len(text) < LONGEST_BODY
    linked = set(re.findall(r"\(references/([a-z-]+\.md)\)", text))
    assert linked == {page.name for page in PAGES[1:]}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_that_it_shows_works(
    page: Path, fresh_store: Path, small_store: Path, stand_ins: StandIns, tmp_path: Path
) -> None:
    found = list(blocks(page))
    if page.stem == "tools":
        assert found == []
        return
    assert found
    small = page.stem == ON_THE_SMALL_GUIDE
    shutil.copytree(small_store if small else fresh_store, tmp_path / "store")
    (tmp_path / "work").mkdir()
    settings = {"stand_ins": stand_ins.address, "search_seconds": "5"} | ({"guide": str(SMALL_GUIDE)} if small else {})
    shell = in_shell if page.stem == AS_INSTALLED else in_shell_forked
    done = shell("\n".join(found), tmp_path, settings)
    assert done.code == 0, done.out[-2000:] + done.err
    assert "left out" not in done.out


def in_shell(commands: str, folder: Path, settings: dict[str, str], start: str = INSTALLED, **pipes: int) -> Ran:
    """Run commands in the folder `work` of this folder, on the data directory `store` in it."""
    given = {f"RESEARCH_AGENT_{name.upper()}": value for name, value in settings.items()}
    given["RESEARCH_AGENT_DATA_DIR"] = str(folder / "store")
    given["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", start + ANY_GAPS + commands],
        cwd=folder / "work",
        env=os.environ | given | {name: str(pipe) for name, pipe in pipes.items()},
        pass_fds=tuple(pipes.values()),
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def in_shell_forked(commands: str, folder: Path, settings: dict[str, str]) -> Ran:
    """The same, with what is forked for `research-agent`."""
    (asked, ask), (answered, answer) = os.pipe(), os.pipe()

    def run_each() -> None:
        with os.fdopen(asked, encoding="utf-8") as lines, os.fdopen(answer, "w", encoding="utf-8") as codes:
            for line in lines:
                arguments = line.removesuffix("\n").split("\x1f")
                ran = run(*arguments, data=folder / "store", cwd=folder / "work", **settings)
                (folder / "out").write_text(ran.out, encoding="utf-8")
                (folder / "err").write_text(ran.err, encoding="utf-8")
                codes.write(f"{ran.code}\n")
                codes.flush()

    running = Thread(target=run_each)
    running.start()
    try:
        return in_shell(commands, folder, settings, FORKED, ASKED=ask, ANSWERED=answered)
    finally:
        os.close(ask)
        running.join()
        os.close(answered)


def test_every_command_that_it_names_exists() -> None:
    known = get_command(app)
    for page in PAGES:
        for words in re.findall(r"research-agent ((?:[a-z]+ ?){1,2})", page.read_text(encoding="utf-8")):
            first, *rest = words.split()
            group = getattr(known, "commands")[first]  # noqa: B009 - a group's, which typer's type hides
            inner = getattr(group, "commands", None)
            if inner and rest:
                assert rest[0] in inner, f"{page.name}: {words}"


def test_every_tool_and_parameter_that_it_names_exists() -> None:
    tools = anyio.run(the_tools)
    text = (SKILL / "references" / "tools.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|[^|]+\| `(\w+)` \|([^|]+)\|$", text, re.MULTILINE)
    assert {name for name, _ in rows} == set(tools)
    for name, given in rows:
        named = set(re.findall(r"`(\w+)", given))
        assert named <= set(tools[name]), name


async def the_tools() -> dict[str, list[str]]:
    from mcp import Client

    from research_agent import Settings
    from research_agent.service.access import Access
    from research_agent.service.mcp.server import build_mcp
    from research_agent.service.tenants import Tenants
    from tests.conftest import NOW

    async with Client(build_mcp(Access(Tenants(Settings(), clock=lambda: NOW)))) as client:
        listed = await client.list_tools()
    return {tool.name: list(tool.input_schema["properties"]) for tool in listed.tools}
