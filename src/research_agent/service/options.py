"""How the service is offered: where it listens, whom it lets in, what it refuses to carry."""

import ipaddress
from typing import Any

from pydantic import Field

from research_agent.model.base import Record

MEBIBYTE = 1024 * 1024


def is_loopback(host: str) -> bool:
    """Whether an address to listen at is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _away_from_home(given: dict[str, Any]) -> bool:
    return not is_loopback(given.get("host", ""))


class ServiceOptions(Record):
    """What whoever starts the service decides; the settings say what it works with."""

    host: str = Field(default="127.0.0.1", description="Address to listen at.")
    port: int = Field(default=8000, ge=0, le=65_535, description="Port to listen at; 0: any free one.")
    require_key: bool = Field(
        default_factory=_away_from_home,
        description="Whether nobody is let in without an API key. Only on a loopback address may it be false.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=(),
        description='Names by which it is reached, as in the Host header, without the port: "research.example.org".',
    )
    allowed_origins: tuple[str, ...] = Field(
        default=(), description='Pages of other origins whose scripts may ask: "https://app.example.org".'
    )
    max_body_bytes: int = Field(
        default=4 * MEBIBYTE, ge=1024, description="Largest body of a request, in bytes; a larger one is refused."
    )
    request_seconds: float = Field(
        default=60.0, gt=0, description="Seconds until an ordinary request is given up; streams and /mcp have no limit."
    )
    request_state_keys: tuple[bytes, ...] = Field(
        default=(),
        repr=False,
        description="Secrets that seal what an MCP client carries between calls, the current one first; the same for "
        "all workers. Empty: derived from a secret in the data directory.",
    )
