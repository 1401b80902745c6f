"""`research-agent mcp`: nothing but the protocol on standard output, and an end with its input."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from research_agent import Settings
from tests.service.running.served import LONG, PROGRAM, environment

HELLO: dict[str, Any] = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "a-client-with-windows", "version": "1"},
}


class Spoken:
    """A conversation with the program, message by message as it goes over the wire."""

    def __init__(self, settings: Settings, log: Path, **variables: str) -> None:
        self.log = log
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                [PROGRAM, "mcp"],
                env=environment(settings) | variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._asked = 0

    def ask(self, method: str, **parameters: Any) -> Any:
        self._asked += 1
        self.say(id=self._asked, method=method, params=parameters)
        assert self.process.stdout
        while True:
            answer = json.loads(self.process.stdout.readline())
            if answer.get("id") == self._asked:
                return answer["result"]

    def say(self, **message: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
        self.process.stdin.flush()

    def end(self) -> tuple[int, str, str]:
        """Exit code, what stood on standard output still, and what was logged."""
        left, _ = self.process.communicate(timeout=LONG)
        return self.process.returncode, left, self.log.read_text()


def test_it_speaks_ends_with_its_input_and_keeps_standard_output_clean(
    small_settings: Settings, tmp_path: Path
) -> None:
    spoken = Spoken(small_settings, tmp_path / "log")
    assert spoken.ask("initialize", **HELLO)["serverInfo"]["name"] == "research-agent"
    spoken.say(method="notifications/initialized")
    names = [tool["name"] for tool in spoken.ask("tools/list")["tools"]]
    assert {"list_domains", "search_library", "research_domain"} <= set(names)
    found = spoken.ask("tools/call", name="list_domains", arguments={})
    assert not found.get("isError"), found
    assert found["structuredContent"]
    assert spoken.end() == (0, "", "")


def test_nothing_heavy_is_imported_and_nothing_is_made_before_a_tool_is_called(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    spoken = Spoken(settings, tmp_path / "log", PYTHONVERBOSE="1")
    spoken.ask("initialize", **HELLO)
    spoken.ask("tools/list")
    *_, log = spoken.end()
    imported = {line.split("'")[1].split(".")[0] for line in log.splitlines() if line.startswith("import '")}
    assert "mcp" in imported
    assert imported.isdisjoint({"chromadb", "fastapi", "numpy", "onnxruntime", "sqlalchemy", "tantivy"})
    assert not settings.data_dir.exists()


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"RESEARCH_AGENT_STYL": "ieee"}, 2, "Did you mean RESEARCH_AGENT_STYLE"),
        ({"RESEARCH_AGENT_LOCK_WAIT": "soon"}, 2, "A setting can't be read"),
    ],
)
def test_a_wrong_setting_is_told_to_the_log_of_the_client(
    small_settings: Settings, tmp_path: Path, variables: dict[str, str], code: int, said: str
) -> None:
    spoken = Spoken(small_settings, tmp_path / "log", **variables)
    ended, out, log = spoken.end()
    assert (ended, out) == (code, "")
    assert said in log
    assert "Traceback" not in log


def test_a_store_that_can_t_be_opened_is_told_by_the_tool(small_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = small_settings.model_copy(update={"data_dir": tmp_path / "file"})
    spoken = Spoken(settings, tmp_path / "log")
    spoken.ask("initialize", **HELLO)
    spoken.say(method="notifications/initialized")
    found = spoken.ask("tools/call", name="list_domains", arguments={})
    assert found["isError"]
    assert str(tmp_path / "file") in found["content"][0]["text"]
    assert spoken.ask("tools/list")["tools"]
    assert spoken.end()[:2] == (0, "")


def test_asking_for_help_imports_nothing_of_the_service() -> None:
    program = (
        "import sys; from research_agent.cli.app import run; "
        "codes = [run([*command, '--help']) for command in ([], ['serve'], ['mcp'], ['mcp', 'install'], ['keys'])]; "
        "print(codes, {'anyio', 'fastapi', 'mcp', 'starlette', 'uvicorn'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[0, 0, 0, 0, 0] set()"
