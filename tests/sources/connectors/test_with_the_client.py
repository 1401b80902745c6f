"""A connector and the HTTP client together, against a service on this machine."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest

from research_agent.errors import AnswerError, NetworkError
from research_agent.sources.connectors import (
    Access,
    Page,
    Query,
    answer_of,
    call_of,
    connector,
    exchange,
)
from research_agent.sources.http.client import HttpClient
from research_agent.sources.http.deadline import Deadline
from tests.sources.connectors.exchanges import FIXTURES


class Bakery(BaseHTTPRequestHandler):
    """Answers like Crossref: a search of two pages, one record, and nothing else."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = parse_qs(address.query)
        if address.path == "/works" and asked.get("mailto") == ["ada@example.org"]:
            self._send(200, "application/json", (FIXTURES / "crossref_search.json").read_bytes())
        elif address.path == "/works/10.1234%2Fbread.5":
            self._send(200, "application/json", (FIXTURES / "crossref_record.json").read_bytes())
        elif address.path == "/works/10.1234%2Fsign-in":
            self._send(200, "text/html", b"<html>Please sign in</html>")
        else:
            self._send(404, "text/plain", b"Resource not found.")

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def bakery() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bakery)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def pages_of(base: str, *, text: str = "", doi: str = "", wanted: int = 6) -> list[Page]:
    """Drive the connector with the client."""
    service = connector("crossref", Access(base=base, contact="ada@example.org"))
    first = service.look_up(("doi", doi)) if doi else service.search(Query(text=text, wanted=wanted))

    async def drive() -> list[Page]:
        flow = exchange(service, first, wanted)
        async with HttpClient.open(own_services=[base]) as client:
            try:
                ask = next(flow)
                while True:
                    came = await client.fetch(call_of(ask, service.limit), Deadline.after(20))
                    ask = flow.send(answer_of(ask, came, datetime.now(UTC)))
            except StopIteration as end:
                pages: list[Page] = end.value
                return pages

    return anyio.run(drive)


def test_a_search_goes_through_the_client_with_its_contact(bakery: str) -> None:
    (page,) = pages_of(bakery, text="yeast", wanted=5)
    assert len(page.candidates) == 5
    assert "ada" not in page.candidates[0].provenance.address


def test_a_record_is_looked_up_and_what_is_absent_is_told(bakery: str) -> None:
    (found,) = pages_of(bakery, doi="10.1234/bread.5")
    assert found.candidates[0].title == "Wild Yeast in Winter: CO2 & Crumb"
    (absent,) = pages_of(bakery, doi="10.1234/none")
    assert absent.absent


def test_a_page_for_people_reaches_the_connector_and_is_refused_there(bakery: str) -> None:
    with pytest.raises(AnswerError, match="Please sign in"):
        pages_of(bakery, doi="10.1234/sign-in")


def test_a_service_that_is_not_there_is_no_empty_result() -> None:
    with pytest.raises(NetworkError):
        pages_of("http://127.0.0.1:1", text="yeast")
