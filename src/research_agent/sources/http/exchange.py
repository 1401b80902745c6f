"""What is asked and what comes back: a call, its limits and credentials, and the answer. Plain values, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import Field

from research_agent.model.base import Record


class Rate(Record):
    """So many requests in any span of so many seconds, and no more."""

    requests: int = Field(ge=1, description="Requests in a span.")
    seconds: float = Field(gt=0, description="Length of the span, in seconds.")


class ApiLimit(Record):
    """How often a service may be asked, as its documentation says. All tasks of a process share it, by its name."""

    name: str = Field(min_length=1, description="Name of the service; calls with the same name share the limit.")
    rates: tuple[Rate, ...] = Field(
        min_length=1, description="Limits that hold together, such as a second's and a day's."
    )
    at_once: int = Field(ge=1, description="Requests that may be under way at a time.")
    said_at: str = Field(default="", description="Page that states the limit; empty: our own caution.")
    each_host: bool = Field(default=False, description="Whether it holds for every host apart, as for pages.")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Keys of a service. They join a request behind cache, log and trace, so that none of these can hold them."""

    headers: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Credentials([hidden])"

    __str__ = __repr__


NO_CREDENTIALS: Final = Credentials()


@dataclass(frozen=True, slots=True)
class Call:
    """One question to a service, or one page to fetch."""

    url: str
    """Absolute address, http or https, with its query. No keys in it: those are `credentials`."""
    accept: tuple[str, ...] = ()
    """Media types that are expected, as "application/json" or "text/*"; an answer of another kind is refused before
    its body is read. Empty: any."""
    headers: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials = NO_CREDENTIALS
    limit: ApiLimit | None = None
    """How often the service may be asked; None: as any page on the web (`HttpSettings.page_limit`)."""
    method: Literal["GET", "HEAD", "POST"] = "GET"
    body: bytes = b""
    """Body of a POST; its type stands in `headers`."""
    only_asks: bool = False
    """Of a POST: that it changes nothing, as a search does. Then it is repeated and cached like a GET."""
    own_service: bool = False
    """The address is one that the user set for a service of their own, which may be on a private network."""
    fresh: bool = False
    """Ask the service whether a kept answer still holds, however young it is."""

    @property
    def repeatable(self) -> bool:
        """Whether it may be made twice: what it does is the same as if it was made once (RFC 9110, section 9.2.2)."""
        return self.method != "POST" or self.only_asks


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered, its body unpacked."""

    status: int
    headers: Mapping[str, str]
    """Field names in lower case; a repeated field's values are joined by ", "."""
    body: bytes
    address: str
    """Where the answer came from, after redirects."""
    from_cache: bool = False
    """Whether no body was fetched for it: it was kept and is still good, or the service said that it is."""
    redirects: tuple[str, ...] = ()
    """Addresses on the way, the one asked for first; empty: none."""

    @property
    def media_type(self) -> str:
        """Such as "text/html", in lower case and without parameters; empty where the service does not say."""
        return media_type(self.headers.get("content-type", ""))


def media_type(content_type: str) -> str:
    """The media type of a Content-Type field (RFC 9110, section 8.3), in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def origin(url: str) -> str:
    """Scheme, host and port of an address (RFC 6454), as "https://example.org:443"."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
    host = (parts.hostname or "").rstrip(".")
    return f"{parts.scheme.lower()}://{f'[{host}]' if ':' in host else host}:{port}"
