"""Configuration of MCP clients: each file in its place and form, and nothing of anybody else's lost."""

import json
import os
import stat
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.errors import OutputError, UsageError
from research_agent.service.clients import (
    CLIENTS,
    Address,
    ClientName,
    Installed,
    Machine,
    Program,
    configuration,
    configuration_file,
    install,
)
from tests.service.running.conftest import Command

NOW = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
STDIO = Program(command="/opt/env/bin/research-agent", arguments=("mcp",), environment={"RESEARCH_AGENT_STYLE": "ieee"})
BARE = Program(command="/opt/env/bin/research-agent", arguments=("mcp",))
SERVICE = Address.parse("https://bibliography.example.org")
KEYS: dict[ClientName, str] = {
    "claude-desktop": "mcpServers",
    "claude-code": "mcpServers",
    "cursor": "mcpServers",
    "vscode": "servers",
}


def put(client: ClientName, path: Path, server: Program | Address = STDIO, name: str = "research-agent") -> Installed:
    return install(client, configuration(client, server, name=name), path, now=NOW)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


# What stands in it


@pytest.mark.parametrize("client", CLIENTS)
def test_a_server_that_the_client_starts(client: ClientName) -> None:
    entry = configuration(client, STDIO)[KEYS[client]]
    typed = {"type": "stdio"} if client in ("claude-code", "vscode") else {}
    started = {"command": STDIO.command, "args": ["mcp"], "env": {"RESEARCH_AGENT_STYLE": "ieee"}}
    assert entry == {"research-agent": typed | started}


@pytest.mark.parametrize(
    ("client", "key"),
    [("claude-code", "${RA_KEY}"), ("cursor", "${env:RA_KEY}"), ("vscode", "${input:research-agent-key}")],
)
def test_a_service_is_named_with_its_key_by_reference(client: ClientName, key: str) -> None:
    found: Any = configuration(client, SERVICE)
    entry = found[KEYS[client]]["research-agent"]
    assert entry["url"] == "https://bibliography.example.org/mcp"
    assert entry["headers"] == {"Authorization": f"Bearer {key}"}
    assert entry.get("type") == (None if client == "cursor" else "http")
    assert [one["password"] for one in found.get("inputs", [])] == ([True] if client == "vscode" else [])


def test_a_service_on_loopback_needs_no_key() -> None:
    for url in ("http://127.0.0.1:8000/mcp", "http://localhost:8000", "http://[::1]:9"):
        assert "headers" not in str(configuration("cursor", Address.parse(url)))
    assert "Bearer ${env:MINE}" in str(configuration("cursor", Address.parse("http://localhost:8000", "MINE")))


def test_claude_desktop_starts_its_servers_itself() -> None:
    with pytest.raises(UsageError, match="connector"):
        configuration("claude-desktop", SERVICE)


@pytest.mark.parametrize(
    "url",
    ["", "mcp", "ftp://example.org", "http://", "http://a b/mcp", "http://u:p@example.org", "http://[", "//a/mcp"],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Address.parse(url)


@pytest.mark.parametrize("variable", ["ra_0a1b2c3d_" + "x" * 43 + "-", "A B", "1A", "A=b"])
def test_a_key_in_place_of_its_variable_is_refused(variable: str) -> None:
    with pytest.raises(UsageError, match="Give the variable, not the key"):
        Address.parse("https://example.org", variable)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "ä", '"'])
def test_what_can_t_name_a_server_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="can't name a server"):
        configuration("cursor", STDIO, name=name)


# Where it lies

HOME = Path("/home/ada")
PLACES = [
    ("claude-desktop", "darwin", None, HOME / "Library/Application Support/Claude/claude_desktop_config.json"),
    ("claude-desktop", "linux", None, HOME / ".config/Claude/claude_desktop_config.json"),
    ("claude-desktop", "win32", None, Path("C:/Roaming/Claude/claude_desktop_config.json")),
    ("claude-code", "linux", Path("/p"), Path("/p/.mcp.json")),
    ("cursor", "linux", None, HOME / ".cursor/mcp.json"),
    ("cursor", "win32", None, HOME / ".cursor/mcp.json"),
    ("cursor", "darwin", Path("/p"), Path("/p/.cursor/mcp.json")),
    ("vscode", "darwin", None, HOME / "Library/Application Support/Code/User/mcp.json"),
    ("vscode", "linux", None, HOME / ".config/Code/User/mcp.json"),
    ("vscode", "win32", None, Path("C:/Roaming/Code/User/mcp.json")),
    ("vscode", "linux", Path("/p"), Path("/p/.vscode/mcp.json")),
]


@pytest.mark.parametrize(("client", "platform", "project", "place"), PLACES)
def test_each_platform_has_its_place(client: ClientName, platform: str, project: Path | None, place: Path) -> None:
    environment = {"APPDATA": "C:/Roaming"} if platform == "win32" else {}
    assert configuration_file(client, Machine(platform, HOME, environment), project) == place


def test_linux_keeps_configuration_where_the_user_says() -> None:
    machine = Machine("linux", HOME, {"XDG_CONFIG_HOME": "/elsewhere"})
    assert configuration_file("vscode", machine) == Path("/elsewhere/Code/User/mcp.json")


def test_a_client_without_such_a_file_says_what_to_do() -> None:
    machine = Machine("linux", HOME, {})
    with pytest.raises(UsageError, match="leave out --project"):
        configuration_file("claude-desktop", machine, Path("/p"))
    with pytest.raises(UsageError, match="--project"):
        configuration_file("claude-code", machine)


# How it gets there


@pytest.mark.parametrize("client", CLIENTS)
def test_a_file_that_was_not_there_is_made_with_its_folder(client: ClientName, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "mcp.json"
    assert put(client, path) == Installed(client=client, path=path, state="written")
    assert read(path) == configuration(client, STDIO)


@pytest.mark.parametrize("content", ["", " \n", "{}", "\ufeff{}"])
def test_an_empty_file_is_filled(content: str, tmp_path: Path) -> None:
    path = tmp_path / "mcp.json"
    path.write_text(content, encoding="utf-8")
    assert put("cursor", path).state == "written"
    assert read(path) == configuration("cursor", STDIO)


def test_other_servers_and_whatever_else_stay_and_what_was_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mcp.json"
    before = {"theme": "dark", "mcpServers": {"other": {"command": "x", "new": [1, {"a": None}]}}, "z": 1.5}
    path.write_text(json.dumps(before, indent=4))
    text = path.read_text()
    installed = put("cursor", path)
    assert read(path) == before | {
        "mcpServers": before["mcpServers"] | configuration("cursor", STDIO)["mcpServers"]  # type: ignore[operator]
    }
    assert list(read(path)) == ["theme", "mcpServers", "z"]
    assert '\n    "theme"' in path.read_text()
    assert installed.backup == tmp_path / "mcp.json.20261124-120005.bak"
    assert installed.backup.read_text() == text
    assert not installed.replaced


Values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    others=st.dictionaries(
        st.text(max_size=8).filter(lambda key: key not in ("mcpServers", "servers", "inputs")), Values, max_size=3
    ),
    servers=st.dictionaries(st.text(max_size=8), Values, max_size=3),
    client=st.sampled_from(CLIENTS),
)
def test_whatever_stands_in_a_file_is_there_afterwards(
    tmp_path_factory: pytest.TempPathFactory, others: Any, servers: Any, client: ClientName
) -> None:
    path = tmp_path_factory.mktemp("any") / "mcp.json"
    path.write_text(json.dumps(others | {KEYS[client]: servers}))
    put(client, path)
    after = read(path)
    assert {key: after[key] for key in others} == others
    ours = after[KEYS[client]].pop("research-agent")
    assert ours["command"] == STDIO.command
    servers.pop("research-agent", None)
    assert after[KEYS[client]] == servers


def test_the_same_again_changes_nothing_and_makes_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "mcp.json"
    put("vscode", path, SERVICE)
    content = path.read_bytes()
    assert put("vscode", path, SERVICE).state == "unchanged"
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["mcp.json"]


def test_another_server_of_the_name_is_replaced_and_told(tmp_path: Path) -> None:
    path = tmp_path / "mcp.json"
    put("cursor", path, BARE)
    installed = put("cursor", path, STDIO)
    assert installed.replaced
    assert read(path) == configuration("cursor", STDIO)


def test_no_backup_is_written_over_another(tmp_path: Path) -> None:
    path = tmp_path / "mcp.json"
    path.write_text("{}")
    backups = [put("cursor", path, BARE, name).backup for name in ("one", "two", "three")]
    assert len({backup for backup in backups if backup}) == 3
    assert [list(read(backup).get("mcpServers", {})) for backup in backups if backup] == [[], ["one"], ["one", "two"]]


def test_two_servers_that_ask_for_a_key_ask_once(tmp_path: Path) -> None:
    path = tmp_path / "mcp.json"
    path.write_text('{"inputs": [{"type": "promptString", "id": "mine"}]}')
    put("vscode", path, SERVICE, "one")
    put("vscode", path, SERVICE, "two")
    assert [one["id"] for one in read(path)["inputs"]] == ["mine", "research-agent-key"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"mcpServers": {}, // mine\n}', "not plain JSON"),
        ('{"mcpServers": {},}', "not plain JSON"),
        ('{"mcpServers": {"a": 1}, "mcpServers": {}}', "a name stands twice"),
        ("[" * 100_000, "not plain JSON"),
        ("[]", "no JSON object"),
        ('"text"', "no JSON object"),
        ('{"mcpServers": []}', "not what the client reads"),
        ('{"mcpServers": null}', "not what the client reads"),
    ],
)
def test_a_file_of_another_form_stays_as_it_is(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mcp.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=said):
        put("cursor", path)
    assert path.read_text() == content
    assert [one.name for one in tmp_path.iterdir()] == ["mcp.json"]


@pytest.mark.parametrize("content", [b"\xff\xfe{}", b"\x80"])
def test_a_file_that_is_no_text_stays_as_it_is(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mcp.json"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="can't be read"):
        put("cursor", path)
    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "mcp.json").mkdir()
    with pytest.raises(OutputError, match="stays as it is"):
        put("cursor", tmp_path / "mcp.json")


def test_rights_and_links_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.json", tmp_path / "mcp.json"
    real.write_text("{}")
    real.chmod(0o600)
    link.symlink_to(real)
    put("cursor", link)
    assert link.is_symlink()
    assert read(real) == configuration("cursor", STDIO)
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


# By the command


@pytest.mark.parametrize("client", CLIENTS)
def test_print_writes_nothing_and_prints_the_whole_configuration(
    client: ClientName, command: Command, tmp_path: Path
) -> None:
    ran = command("mcp", "install", client, "--print")
    assert ran.code == 0
    entry = ran.json[KEYS[client]]["research-agent"]
    assert Path(entry["command"]).is_absolute()
    assert os.access(entry["command"], os.X_OK)
    assert entry["args"] == ["mcp"]
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_what_print_prints(command: Command, tmp_path: Path) -> None:
    printed = command("mcp", "install", "cursor", "--print").json
    ran = command("mcp", "install", "cursor")
    assert read(tmp_path / ".cursor" / "mcp.json") == printed
    assert str(tmp_path / ".cursor" / "mcp.json") in ran.out
    assert "says so already" in command("mcp", "install", "cursor").out


def test_claude_code_is_set_up_for_the_folder_where_one_is(command: Command, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    assert command("mcp", "install", "claude-code", cwd=project).code == 0
    assert "research-agent" in read(project / ".mcp.json")["mcpServers"]


def test_settings_come_along_and_what_may_be_secret_does_not(command: Command, tmp_path: Path) -> None:
    ran = command("mcp", "install", "cursor", style="ieee", embedder_options='{"api_key": "s3cret"}')
    entry = read(tmp_path / ".cursor" / "mcp.json")["mcpServers"]["research-agent"]
    assert entry["env"] == {"RESEARCH_AGENT_STYLE": "ieee", "RESEARCH_AGENT_DATA_DIR": str(tmp_path)}
    assert "RESEARCH_AGENT_EMBEDDER_OPTIONS may hold a secret" in ran.out
    assert "s3cret" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cursr"], "Did you mean cursor"),
        (["claude-desktop", "--http", "http://127.0.0.1:8000"], "connector"),
        (["cursor", "--http", "localhost"], "no address of a service"),
        (["cursor", "--key-variable", "A"], "goes with --http"),
        (["claude-desktop", "--project", "."], "leave out --project"),
    ],
)
def test_a_call_that_can_t_be_is_told_in_a_line(
    arguments: list[str], said: str, command: Command, tmp_path: Path
) -> None:
    ran = command("mcp", "install", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_what_is_installed_starts(command: Command, tmp_path: Path) -> None:
    """The command of the configuration, with a PATH that knows nothing, as a client with windows starts it."""
    entry = command("mcp", "install", "cursor", "--print").json["mcpServers"]["research-agent"]
    done = subprocess.run(
        [entry["command"], *entry["args"], "--help"],
        env={"PATH": "/nonexistent", **entry["env"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
