"""Verification through the real client and the real connectors, against a server on this machine."""

from collections.abc import Awaitable, Callable

import pytest

from research_agent.live.verify import verify_source
from research_agent.model.source import Source
from research_agent.model.verification import Verification
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.naming import identify
from tests.live.answering import Opened
from tests.live.told import POST
from tests.sources.connectors.exchanges import FIXTURES
from tests.sources.http.faulty_server import Handler, Server, reply

Look = Callable[..., Awaitable[Verification]]

pytestmark = pytest.mark.anyio

RECORD = "/crossref/works/10.1234%2Fbread.5"
PAGE, ARCHIVE = "/web/", "/wayback/available"
PAPER = Source(
    id="doe-2021-wild-yeast",
    title="Wild Yeast in Winter: CO2 & Crumb",
    url="https://doi.org/10.1234/bread.5",
    authors=("Jane Doe", "Juan Pérez"),
    origin="Jane Doe",
    year=2021,
    kind="paper",
    identifiers=identify("https://doi.org/10.1234/bread.5"),
    existence=POST.existence,
)


def fixture(name: str) -> Handler:
    return reply((FIXTURES / name).read_bytes())


def page(title: str, text: str = "Wait for a random time before you try again. " * 60, status: int = 200) -> Handler:
    html = f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p>"
    return reply(html.encode(), status, "text/html; charset=utf-8")


@pytest.fixture
def look(opened: Opened, soon: Deadline) -> Look:
    """Verify a source with the services of these names."""

    async def make(source: Source, *names: str) -> Verification:
        async with opened(*names) as services:
            return await verify_source(source, services, soon)

    return make


async def test_a_record_of_the_register_verifies_its_work(server: Server, look: Look) -> None:
    server.answers(RECORD, fixture("crossref_record.json"))
    found = await look(PAPER, "crossref")
    assert (found.state, found.checks[0].why) == ("verified", "title, authors and year agree")
    assert found.checks[0].seen.startswith("Wild Yeast in Winter")


async def test_the_same_record_contradicts_another_work_of_its_doi(server: Server, look: Look) -> None:
    server.answers(RECORD, fixture("crossref_record.json"))
    other = PAPER.model_copy(update={"title": "Cold Ovens", "authors": ("Ada Lovelace",), "year": 2012})
    found = await look(other, "crossref")
    assert found.state == "contradicted"
    assert [one.field for one in found.checks[0].differences] == ["title", "authors", "year"]


async def test_a_doi_unknown_to_the_register_is_no_contradiction(server: Server, look: Look) -> None:
    server.answers(RECORD, reply(b"Resource not found.", 404, "text/plain"))
    assert (await look(PAPER, "crossref")).checks[0].state == "unverifiable"


async def test_a_register_that_fails_leaves_the_work_unchecked(server: Server, look: Look) -> None:
    server.answers(RECORD, reply(b"oh no", 500, "text/plain"))
    found = await look(PAPER, "crossref")
    assert found.state == "not_checked"
    assert "Crossref" in found.why


async def test_a_page_of_this_title_verifies_a_post(server: Server, look: Look) -> None:
    server.answers(PAGE, page(f"{POST.title} | Clouds"))
    assert (await look(POST, "web")).state == "verified"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_gone_is_dead_and_has_a_copy(server: Server, look: Look, status: int) -> None:
    server.answers(PAGE, page("Not found", status=status))
    server.answers(ARCHIVE, fixture("wayback_record.json"))
    found = await look(POST, "web", "wayback")
    check = found.checks[0]
    assert (found.state, check.dead) == ("unverifiable", True)
    assert check.copy_at.startswith("https://web.archive.org/web/")
    assert {signal.name for signal in found.signals} >= {"dead_link", "archived_copy"}


@pytest.mark.parametrize("status", [401, 402, 403, 451])
async def test_a_page_that_lets_nobody_in_is_unverifiable_and_not_dead(server: Server, look: Look, status: int) -> None:
    server.answers(PAGE, page("Members only", status=status))
    found = await look(POST, "web")
    assert (found.state, found.checks[0].dead) == ("unverifiable", False)
    assert str(status) in found.why


@pytest.mark.parametrize(
    "handler",
    [
        page("Sign in", "Your name and your password."),
        page("Just a moment...", "Please enable JavaScript to go on."),
        page("Page not found", "There is nothing here."),
    ],
)
async def test_a_page_that_shows_something_else_instead_is_unverifiable(
    server: Server, look: Look, handler: Handler
) -> None:
    server.answers(PAGE, handler)
    found = await look(POST, "web")
    assert (found.state, found.checks[0].dead) == ("unverifiable", False)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_page_that_fails_is_not_checked(server: Server, look: Look, status: int) -> None:
    server.answers(PAGE, page("Later", status=status))
    assert (await look(POST, "web")).state == "not_checked"
