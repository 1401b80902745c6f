"""The configuration files of MCP clients: where they lie, what stands in them for us, and how that gets there.

A file is somebody's work: other servers in it stay, what was there is backed up, and what is not plain JSON is left
alone. Where a fact is the client's own, its documentation is named.
"""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, Literal, NamedTuple, get_args
from urllib.parse import urlsplit

from pydantic import Field

from research_agent.errors import OutputError, UsageError
from research_agent.model.base import Record

ClientName = Literal["claude-desktop", "claude-code", "cursor", "vscode"]
CLIENTS: tuple[ClientName, ...] = get_args(ClientName)

SERVER_NAME: Final = "research-agent"
KEY_VARIABLE: Final = "RA_KEY"
"""Environment variable from which a client takes the key. Not RESEARCH_AGENT_*: those are the settings' names."""

_INPUT = "research-agent-key"
_SERVER = re.compile(r"[A-Za-z0-9_-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_DEFAULT_INDENT = "  "

Json = dict[str, object]


class Program(Record):
    """A server that the client starts itself and speaks with over standard input and output."""

    command: str = Field(description="Absolute path of the program: clients with windows have a PATH of their own.")
    arguments: tuple[str, ...] = Field(default=(), description="Its arguments.")
    environment: dict[str, str] = Field(default_factory=dict, description="Variables that it is started with.")


class Address(Record):
    """A server that runs already."""

    url: str = Field(description="Address of its MCP endpoint.")
    key_variable: str = Field(default="", description="Environment variable that holds the key; empty: none is needed.")

    @classmethod
    def parse(cls, url: str, key_variable: str | None = None) -> "Address":
        """The address of a service, `/mcp` added where it names no path; None: a key where it is not on loopback.

        Raises:
            UsageError: it is no HTTP address, or the variable's name is none.
        """
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise UsageError(f"{url!r} is no address: {error}.") from error
        if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url):
            raise UsageError(f"{url!r} is no address of a service. One looks like this: http://127.0.0.1:8000/mcp.")
        if parts.username or parts.password:
            raise UsageError("An address carries no password here. The key comes from an environment variable.")
        if key_variable is None:
            key_variable = "" if host in _LOOPBACK else KEY_VARIABLE
        if key_variable and not _VARIABLE.fullmatch(key_variable):
            raise UsageError(f"{key_variable!r} can't name an environment variable. Give the variable, not the key.")
        return cls(url=url if parts.path.strip("/") else f"{url.rstrip('/')}/mcp", key_variable=key_variable)


Server = Program | Address


class Machine(NamedTuple):
    """What the places of configuration files depend on."""

    platform: str
    """As `sys.platform` says it."""
    home: Path
    environment: Mapping[str, str]

    @property
    def applications(self) -> Path:
        """Where programs with windows keep their configuration."""
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        if self.platform == "win32":
            return Path(self.environment.get("APPDATA") or self.home / "AppData" / "Roaming")
        return Path(self.environment.get("XDG_CONFIG_HOME") or self.home / ".config")


class Installed(Record):
    """What became of a client's configuration file."""

    client: ClientName = Field(description="The client.")
    path: Path = Field(description="Its configuration file.")
    state: Literal["written", "unchanged"] = Field(description="unchanged: it said the same already.")
    backup: Path | None = Field(default=None, description="Where what was there lies now; None: nothing was.")
    replaced: bool = Field(default=False, description="Whether it had another server of this name.")


def configuration(client: ClientName, server: Server, *, name: str = SERVER_NAME) -> Json:
    """A whole configuration file of a client that knows this server and no other.

    Raises:
        UsageError: the client knows no such servers, or the name is none.
    """
    if not _SERVER.fullmatch(name):
        raise UsageError(f"{name!r} can't name a server: use letters, digits, hyphens and underscores.")
    found: Json = {_servers_key(client): {name: _entry(client, server)}}
    if client == "vscode" and isinstance(server, Address) and server.key_variable:
        found["inputs"] = [
            {"type": "promptString", "id": _INPUT, "description": "API key of research-agent", "password": True}
        ]
    return found


def configuration_file(client: ClientName, machine: Machine, project: Path | None = None) -> Path:
    """Where a client's configuration lies: a project's where one is given, else the user's.

    Raises:
        UsageError: the client has no such file.
    """
    if client == "claude-desktop":
        # modelcontextprotocol.io, "Connect to local MCP servers". There is no build for Linux; those that people make
        # keep to its place there.
        if project:
            raise UsageError("Claude Desktop has one configuration for all projects: leave out --project.")
        return machine.applications / "Claude" / "claude_desktop_config.json"
    if client == "claude-code":
        # code.claude.com/docs/en/mcp, "Project scope". What a user has in all projects lies in a file that Claude Code
        # writes while it runs: its own command changes that.
        if project is None:
            raise UsageError("Claude Code keeps servers by project: name its folder with --project.")
        return project / ".mcp.json"
    if client == "cursor":
        return (project or machine.home) / ".cursor" / "mcp.json"  # cursor.com/docs/mcp
    # code.visualstudio.com, "MCP configuration reference"
    return project / ".vscode" / "mcp.json" if project else machine.applications / "Code" / "User" / "mcp.json"


def install(client: ClientName, wanted: Json, path: Path, *, now: datetime) -> Installed:
    """Put a configuration into a client's file, beside what stands there.

    Raises:
        UsageError: the file is not plain JSON, or not of the form that the client reads; it stays as it is.
        OutputError: it can't be read or written; it stays as it is.
    """
    try:
        before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise OutputError(f"{path} can't be read: {error}. It stays as it is.") from error
    present = _parsed(before, path) if before.strip() else {}
    merged, replaced = _merged(present, wanted, path)
    if merged == present:
        return Installed(client=client, path=path, state="unchanged")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        backup = _backed_up(path, now) if path.exists() else None
        _replace(path, json.dumps(merged, indent=_indent(before), ensure_ascii=False) + "\n")
    except OSError as error:
        raise OutputError(f"{path} can't be written: {error}. It stays as it is.") from error
    return Installed(client=client, path=path, state="written", backup=backup, replaced=replaced)


def _servers_key(client: ClientName) -> str:
    return "servers" if client == "vscode" else "mcpServers"


def _entry(client: ClientName, server: Server) -> Json:
    if isinstance(server, Program):
        entry: Json = {"command": server.command, "args": list(server.arguments)}
        if server.environment:
            entry["env"] = dict(server.environment)
        return entry if client in ("claude-desktop", "cursor") else {"type": "stdio", **entry}
    if client == "claude-desktop":
        raise UsageError(
            "Claude Desktop's file knows only servers that it starts itself. Leave out --http, or add the address as "
            "a connector in its settings."
        )
    entry = {"url": server.url} if client == "cursor" else {"type": "http", "url": server.url}
    if server.key_variable:
        entry["headers"] = {"Authorization": f"Bearer {_key_reference(client, server.key_variable)}"}
    return entry


def _key_reference(client: ClientName, variable: str) -> str:
    """How a client names a secret that its file does not hold."""
    match client:
        case "cursor":
            return f"${{env:{variable}}}"
        case "vscode":
            return f"${{input:{_INPUT}}}"
        case _:
            return f"${{{variable}}}"


def _parsed(text: str, path: Path) -> Json:
    try:
        found = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{path} is not plain JSON ({error}), so it stays as it is: comments and the like would be lost. Add the "
            "server yourself; --print shows what to add."
        ) from error
    if not isinstance(found, dict):
        raise UsageError(f"{path} holds no JSON object, so it stays as it is. Mend it, or move it away.")
    return found


def _unique(pairs: Sequence[tuple[str, object]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _merged(present: Json, wanted: Json, path: Path) -> tuple[Json, bool]:
    """What is to stand in the file, and whether a server of that name is replaced by it."""
    merged, replaced = dict(present), False
    for key, value in wanted.items():
        kept = present.get(key, type(value)())
        if not isinstance(kept, type(value)):
            raise UsageError(f"{key!r} in {path} is not what the client reads there, so the file stays as it is.")
        if isinstance(value, dict) and isinstance(kept, dict):
            replaced = any(name in kept and kept[name] != entry for name, entry in value.items())
            merged[key] = kept | value
        elif isinstance(value, list) and isinstance(kept, list):
            ids = {entry["id"] for entry in value}
            merged[key] = [one for one in kept if not (isinstance(one, dict) and one.get("id") in ids)] + value
    return merged, replaced


def _indent(text: str) -> str:
    found = re.search(r"^([ \t]+)\S", text, flags=re.MULTILINE)
    return found[1] if found else _DEFAULT_INDENT


def _backed_up(path: Path, now: datetime) -> Path:
    """A copy beside the file; an older one is never written over."""
    stem = f"{path.name}.{now:%Y%m%d-%H%M%S}"
    backup = path.with_name(f"{stem}.bak")
    number = 2
    while backup.exists():
        backup, number = path.with_name(f"{stem}-{number}.bak"), number + 1
    shutil.copy2(path, backup)
    return backup


def _replace(path: Path, text: str) -> None:
    """Put the text in place in one step, where the file really lies, with the rights that it had."""
    path = path.resolve()
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8", delete=False) as draft:
        try:
            draft.write(text)
            draft.flush()
            if path.exists():
                shutil.copymode(path, draft.name)
            Path(draft.name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(draft.name).unlink()
            raise
