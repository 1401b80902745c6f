"""The Wayback Machine: whether a web archive has a copy of an address.

Endpoint: https://archive.org/wayback/available?url= (https://archive.org/help/wayback_api.php).
Limits: none are published for this endpoint; the archive blocks addresses that ask much more than once a second.
No key.
Licence: none is named.
Traps:
- "No copy" and "can't look at the moment" are the same answer: {"archived_snapshots": {}}.
- Addresses of copies come with http://, and the copy may itself be of an error page: `status` is that page's.
- It tells one copy, the one closest to `timestamp`, by default the latest; there are no titles.
"""

from typing import ClassVar

from pydantic import Field

from research_agent.model.candidate import Candidate
from research_agent.sources.connectors import dates
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import Service, Text, Wire
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, identify

_OF_AN_ERROR = ("4", "5")


class _Copy(Wire):
    available: bool = False
    url: str = Field(min_length=1)
    timestamp: str = Field(pattern=r"^\d{4,14}$")
    status: Text = ""


class _Copies(Wire):
    closest: _Copy | None = None


class _Available(Wire):
    archived_snapshots: _Copies


class Wayback(Service):
    """The availability interface of the Wayback Machine."""

    name: ClassVar[str] = "wayback"
    title: ClassVar[str] = "Wayback Machine"
    own_address: ClassVar[str] = "https://archive.org/wayback"
    absence: ClassVar[bytes | None] = None
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="A copy of a page that is gone or has changed.",
        search=False,
        look_up=("url",),
        full_text=True,
        limit=ApiLimit(name="wayback", rates=(Rate(requests=1, seconds=1),), at_once=1),
        documentation="https://archive.org/help/wayback_api.php",
    )

    def _search(self, query: Query) -> Ask | None:  # noqa: ARG002 - it has no search
        return None

    def _look_up(self, name: Name) -> Ask | None:
        return self._ask("/available", {"url": name[1]}, wants="record", about=name[1])

    def _read(self, answer: Answer) -> Page:
        copies = self._json(answer, _Available).archived_snapshots
        copy = copies.closest
        if copy is None or not copy.available:
            return Page(absent=True, partial="the archive answers the same when it can't reach its copies")
        if copy.status.startswith(_OF_AN_ERROR):
            return Page(absent=True, partial=f"its only copy is of an error page ({copy.status})")
        return self._page(answer, [copy], lambda _: self._candidate(answer, copy))

    def _candidate(self, answer: Answer, copy: _Copy) -> Candidate:
        address = "https://" + copy.url.partition("://")[2]
        stamp = copy.timestamp
        day = dates.iso("-".join(filter(None, (stamp[:4], stamp[4:6], stamp[6:8]))))
        seen = self._seen(answer, address)
        seen.add("archived_copy", address)
        seen.add("archived_on", day)
        return Candidate(
            url=answer.ask.about,
            identifiers=identify(answer.ask.about),
            full_text=address,
            signals=seen.all(),
            provenance=self._provenance(answer, answer.body.decode("utf-8-sig"), address),
        )
