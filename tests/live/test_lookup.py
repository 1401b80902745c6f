"""One work looked up by a name: who is asked, what they tell together, and what is said where they can't."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from anyio.abc import ByteStream

from research_agent.errors import UsageError
from research_agent.live.abstracts import key_points_of
from research_agent.live.lookup import LookedUp, look_up_work, named
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.settings import HttpSettings, Retries
from research_agent.sources.origin import OriginTable
from tests.live.answering import Opened, parameter
from tests.sources.connectors.exchanges import FIXTURES
from tests.sources.connectors.pages import ADDRESS, SENTENCES, html, meta, pdf
from tests.sources.http.faulty_server import Asked, Handler, Server, reply, reset

pytestmark = pytest.mark.anyio

DOI = "10.1234/bread.5"
SCHOLARS = ("crossref", "datacite", "openalex", "semantic_scholar")
COPY = "https://web.archive.org/web/20240506000000/" + ADDRESS
GONE = reply(b"<html><title>404 Not Found</title></html>", 404, "text/html")
NO_JSON_RECORD = reply(b'{"message": "Not Found"}', 404)
ONCE = HttpSettings(retries=Retries(attempts=1))


def page(text: str = "", **given: Any) -> Handler:
    return reply((text or html(**given)).encode(), content_type="text/html; charset=utf-8")


def a_pdf(*lines: tuple[float, str]) -> Handler:
    return reply(pdf(lines), content_type="application/pdf")


def leads_to(address: str) -> Handler:
    return reply(b"", 302, "text/html", location=f"/web/?address={quote(address, safe='')}")


def recorded(name: str) -> Handler:
    return reply((FIXTURES / name).read_bytes())


def web(server: Server, pages: dict[str, Handler], otherwise: Handler = GONE) -> list[str]:
    """Let the web be these pages, by address; what is asked for it comes into the list."""
    seen: list[str] = []

    async def answer(one: Asked, stream: ByteStream) -> None:
        address = parameter(one, "address")
        seen.append(address)
        await pages.get(address, otherwise)(one, stream)

    server.answers("/web/", answer)
    return seen


def knows_the_doi(server: Server, **handlers: Handler) -> None:
    """Registries of DOIs that answer so, each else as if it had no record."""
    paths = {
        "crossref": f"/crossref/works/{quote(DOI, safe='')}",
        "datacite": f"/datacite/dois/{DOI}",
        "openalex": f"/openalex/works/doi:{DOI}",
        "semantic_scholar": f"/semantic_scholar/paper/DOI:{DOI}",
    }
    absent = {"crossref": reply(b"Resource not found.", 404, "text/plain")}
    for name, path in paths.items():
        server.answers(path, handlers.get(name, absent.get(name, NO_JSON_RECORD)))


def archive(server: Server, copy: str = "") -> None:
    found = {"available": True, "url": copy, "timestamp": "20240506000000", "status": "200"}
    told = {"archived_snapshots": {"closest": found} if copy else {}}
    server.answers("/wayback/available", reply(json.dumps(told).encode()))


@pytest.fixture
def origins() -> OriginTable:
    from research_agent.sources.origin import OriginFile

    return OriginTable(OriginFile())


@pytest.fixture
def look_up(opened: Opened, soon: Deadline, origins: OriginTable) -> Any:
    async def run(text: str, *only: str, **given: Any) -> LookedUp:
        async with opened(*only, **given) as services:
            return await look_up_work(text, services, soon, origins=origins)

    return run


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("10.1145/3547276.3548519", ("doi", "10.1145/3547276.3548519")),
        (" doi:10.1145/ABC ", ("doi", "10.1145/abc")),
        ("https://doi.org/10.48550/arXiv.2304.00228", ("arxiv", "2304.00228")),
        ("arXiv:2304.00228v2", ("arxiv", "2304.00228")),
        ("hep-th/9901001", ("arxiv", "hep-th/9901001")),
        ("RFC 9110", ("rfc", "9110")),
        ("rfc9110", ("rfc", "9110")),
        ("draft-ietf-httpbis-cache-19", ("draft", "draft-ietf-httpbis-cache")),
        ("github.com/Encode/httpx", ("repository", "github.com/encode/httpx")),
        ("git@github.com:encode/httpx.git", ("repository", "github.com/encode/httpx")),
        (
            "https://stackoverflow.com/questions/1/why?utm_source=x",
            ("url", "https://stackoverflow.com/questions/1/why"),
        ),
        ("http://example.org/page#part", ("url", "https://example.org/page")),
    ],
)
def test_names_are_read_as_people_write_them(text: str, name: tuple[str, str]) -> None:
    assert named(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "yeast", "wild yeast", "10.1145", "2304", "rfc", "example.org/page", "doi:", "a" * 5_000),
        *("ftp://example.org/a", "file:///etc/passwd", "javascript:alert(1)", "http://", "https://ada:pw@example.org/"),
        *("http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://10.1.2.3/a", "http://2130706433/"),
        *("http://169.254.169.254/latest/meta-data", "https://example.org:22/", "http://0x7f.1/"),
    ],
)
def test_what_names_no_work_of_the_public_web_is_a_mistake_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=r"https://example\.org/page"):
        named(text)


# --- a DOI ----------------------------------------------------------------------------------------------------------


async def test_a_doi_is_asked_of_all_who_know_dois_and_its_page_is_read(look_up: Any, server: Server) -> None:
    knows_the_doi(server, crossref=recorded("crossref_record.json"), openalex=recorded("openalex_record.json"))
    head = meta(citation_title="Wild Yeast in Winter", citation_doi=DOI)
    seen = web(server, {f"https://doi.org/{DOI}": leads_to(ADDRESS), ADDRESS: page(head=head)})
    found = await look_up(DOI, *SCHOLARS, "web")
    assert (found.state, found.scheme, found.name) == ("found", "doi", DOI)
    work = found.work
    assert work.source.identifiers.doi == DOI
    assert {one.service for one in work.provenance} == {"crossref", "openalex", "web"}
    assert (work.source.existence.how, work.source.existence.extent) == ("read", "abstract")
    assert seen[0] == f"https://doi.org/{DOI}"
    states = {one.service: one.state for one in found.services}
    assert states == dict.fromkeys((*SCHOLARS, "web"), "answered")
    assert found.not_checked == ()


async def test_its_key_points_are_sentences_of_the_abstract_with_whose_they_are(look_up: Any, server: Server) -> None:
    knows_the_doi(server, openalex=recorded("openalex_record.json"))
    web(server, {})
    found = await look_up(DOI, *SCHOLARS, "web")
    assert found.key_points == key_points_of(found.work.abstract, "openalex")
    assert all(point.text in found.work.abstract for point in found.key_points)


async def test_the_open_text_is_read_where_a_service_tells_of_one(look_up: Any, server: Server) -> None:
    record = json.loads((FIXTURES / "openalex_record.json").read_text())
    title = record["title"]
    knows_the_doi(server, openalex=recorded("openalex_record.json"))
    text = a_pdf((18.0, title), *((10.0, one) for one in SENTENCES))
    seen = web(server, {"https://arxiv.org/pdf/2101.00001": text})
    found = await look_up(DOI, *SCHOLARS, "web")
    assert seen == [f"https://doi.org/{DOI}", "https://arxiv.org/pdf/2101.00001"]
    assert (found.work.source.existence.how, found.work.source.existence.extent) == ("read", "full")
    assert found.work.source.title == title


async def test_a_text_of_another_work_is_left_out(look_up: Any, server: Server) -> None:
    knows_the_doi(server, openalex=recorded("openalex_record.json"))
    other = a_pdf((18.0, "Cooking rice on Mars"), (10.0, "It takes longer there, as the air is thin."))
    web(server, {"https://arxiv.org/pdf/2101.00001": other})
    found = await look_up(DOI, *SCHOLARS, "web")
    assert found.work.source.existence.extent != "full"
    (outcome,) = (one for one in found.services if one.service == "web")
    assert outcome.state == "in_part"
    assert "does not show the work's title" in outcome.why


async def test_a_doi_is_not_found_only_where_all_who_could_know_say_so(look_up: Any, server: Server) -> None:
    knows_the_doi(server)
    web(server, {})
    found = await look_up(DOI, *SCHOLARS, "web")
    assert (found.state, found.work) == ("not_found", None)
    assert found.why.startswith("no such record at ")
    for title in ("Crossref", "OpenAlex", "Semantic Scholar", "DataCite", "Web pages"):
        assert title in found.why


@pytest.mark.parametrize("failing", [*SCHOLARS, "web"])
async def test_one_service_that_fails_makes_it_not_checked(look_up: Any, server: Server, failing: str) -> None:
    knows_the_doi(server, **({failing: reset} if failing != "web" else {}))
    web(server, {}, otherwise=reset if failing == "web" else GONE)
    found = await look_up(DOI, *SCHOLARS, "web", limits=ONCE)
    assert (found.state, found.work) == ("not_checked", None)
    assert [one.service for one in found.not_checked] == [failing]
    assert found.not_checked[0].title in found.why


async def test_a_page_of_another_doi_is_not_the_work(look_up: Any, server: Server) -> None:
    knows_the_doi(server)
    other = page(head=meta(citation_title="Another work", citation_doi="10.1234/another"))
    web(server, {f"https://doi.org/{DOI}": leads_to(ADDRESS), ADDRESS: other})
    found = await look_up(DOI, *SCHOLARS, "web")
    assert (found.state, found.work) == ("not_checked", None)
    assert [one.source.identifiers.doi for one in found.beside] == ["10.1234/another"]


# --- an address -----------------------------------------------------------------------------------------------------


async def test_a_page_is_looked_up_by_its_address(look_up: Any, server: Server) -> None:
    seen = web(server, {ADDRESS: page(head="<title>Why bread fails</title>" + meta(author="Ada Miller"))})
    found = await look_up(ADDRESS, "web", "stack_exchange", "hacker_news", "wayback")
    source = found.work.source
    assert (source.title, source.authors, source.url) == ("Why bread fails", ("Ada Miller",), ADDRESS)
    assert (source.existence.how, source.existence.extent) == ("read", "full")
    assert found.key_points[0].where == "Opening of the page"
    assert found.key_points[0].text == SENTENCES[0]
    assert seen == [ADDRESS]
    states = {one.service: one.state for one in found.services}
    assert states == {
        "web": "answered",
        "stack_exchange": "not_asked",
        "hacker_news": "not_asked",
        "wayback": "not_asked",
    }


async def test_the_doi_that_a_page_names_is_asked_for(look_up: Any, server: Server) -> None:
    knows_the_doi(server, crossref=recorded("crossref_record.json"))
    web(server, {ADDRESS: page(head=meta(citation_title="Wild Yeast in Winter", citation_doi=DOI))})
    found = await look_up(ADDRESS, *SCHOLARS, "web")
    assert {one.service for one in found.work.provenance} == {"crossref", "web"}
    assert found.work.source.identifiers.doi == DOI


async def test_of_a_page_that_is_gone_the_copy_is_read_and_marked(look_up: Any, server: Server) -> None:
    archive(server, COPY)
    web(server, {COPY: page()})
    found = await look_up(ADDRESS, "web", "wayback")
    source = found.work.source
    assert (source.url, source.title) == (ADDRESS, "Why bread fails")
    assert source.signal("archived_copy").value == COPY
    assert source.signal("dead_link").value is True
    assert (source.existence.how, source.existence.extent, source.existence.where) == ("read", "excerpt", COPY)
    assert found.copy_at == COPY


async def test_a_page_that_is_gone_without_a_copy_is_not_found(look_up: Any, server: Server) -> None:
    archive(server)
    web(server, {})
    found = await look_up(ADDRESS, "web", "wayback")
    assert (found.state, found.why) == ("not_found", "no such record at Web pages")


async def test_a_page_that_can_not_be_had_is_read_in_its_copy_and_not_called_dead(look_up: Any, server: Server) -> None:
    archive(server, COPY)
    web(server, {ADDRESS: reply(b"no", 403, "text/html"), COPY: page()})
    found = await look_up(ADDRESS, "web", "wayback", limits=ONCE)
    assert found.state == "found"
    assert not found.work.source.signal("dead_link").observed
    assert found.work.source.signal("archived_copy").value == COPY
    assert [one.service for one in found.not_checked] == ["web"]


async def test_a_copy_that_can_not_be_read_is_still_told(look_up: Any, server: Server) -> None:
    archive(server, COPY)
    web(server, {COPY: reset})
    found = await look_up(ADDRESS, "web", "wayback", limits=ONCE)
    assert found.state == "not_checked"
    assert COPY in found.why


async def test_a_log_in_in_place_of_a_page_is_not_checked(look_up: Any, server: Server) -> None:
    archive(server)
    web(server, {ADDRESS: page(head="<title>Sign in to continue</title>", of=[])})
    found = await look_up(ADDRESS, "web", "wayback")
    assert (found.state, found.why) == ("not_checked", "Web pages: the page asks for a log-in")


async def test_without_anybody_to_ask_nothing_is_known(look_up: Any) -> None:
    found = await look_up(ADDRESS, "crossref")
    assert (found.state, found.why) == ("not_checked", "no service that knows such names can be asked")


# --- other names ----------------------------------------------------------------------------------------------------


async def test_an_rfc_has_its_record_and_its_text(look_up: Any, server: Server) -> None:
    server.answers("/ietf/rfc/rfc9110.json", recorded("ietf_rfc.json"))
    address = "https://www.rfc-editor.org/rfc/rfc9110"
    web(server, {address: page(head="<title>RFC 9110: HTTP Semantics</title>")})
    found = await look_up("RFC 9110", "ietf", "web")
    assert found.work.source.identifiers.rfc == 9110
    assert (found.work.source.kind, found.work.source.existence.extent) == ("standard", "full")
    assert {one.service for one in found.work.provenance} == {"ietf", "web"}


async def test_a_repository_comes_with_the_notes_of_its_release_beside_it(look_up: Any, server: Server) -> None:
    server.answers("/github/repos/mill-society/levain", recorded("github_record.json"))
    server.answers("/github/repos/mill-society/levain/releases/latest", recorded("github_release.json"))
    web(server, {"https://github.com/mill-society/levain": page(head="<title>GitHub - mill-society/levain</title>")})
    found = await look_up("github.com/Mill-Society/levain", "github", "web")
    assert found.work.source.kind == "repository"
    assert [one.source.kind for one in found.beside] == ["release_notes"]
    assert found.work.source.existence.how == "read"


async def test_time_that_is_up_leaves_it_not_checked(opened: Opened, origins: OriginTable, server: Server) -> None:
    async with opened("crossref", "web") as services:
        found = await look_up_work(DOI, services, Deadline.after(0), origins=origins)
    assert found.state == "not_checked"
    assert server.asked == []


# --- key points -----------------------------------------------------------------------------------------------------


def test_key_points_are_whole_sentences_and_no_more_than_eight() -> None:
    text = " ".join([*SENTENCES[:10], "Too short.", "word " * 60 + "end."])
    points = key_points_of(text, "openalex")
    assert [point.text for point in points] == list(SENTENCES[:8])
    assert {point.where for point in points} == {"Abstract, as OpenAlex gives it"}
    assert key_points_of("", "openalex") == ()
    assert key_points_of("It breaks off in the middle of …", "openalex") == ()


def test_a_description_is_not_called_an_abstract() -> None:
    assert key_points_of(SENTENCES[0], "github")[0].where == "Description, as GitHub gives it"
    assert key_points_of(SENTENCES[0], "unknown")[0].where == "Abstract, as unknown gives it"
