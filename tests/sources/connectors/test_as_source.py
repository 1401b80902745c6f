"""Sources of candidates: what is known of their existence is said as weakly as it is."""

from datetime import date

import pytest

from research_agent.model.candidate import Candidate
from research_agent.model.source import Source
from research_agent.sources.connectors import as_source
from research_agent.sources.identity import resolve
from research_agent.sources.origin import OriginTable
from research_agent.sources.standing import standing
from tests.sources.connectors.exchanges import CASES, STAND_IN, Case, answer, read
from tests.sources.works import work


def source_of(candidate: Candidate, origins: OriginTable) -> Source:
    source = as_source(candidate, origins)
    assert source is not None
    return source


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_candidate_with_a_title_becomes_a_source(case: Case, origins: OriginTable) -> None:
    page = case.connector_of_it.read(answer(case.ask, case.body))
    for candidate in page.candidates:
        source = as_source(candidate, origins)
        assert (source is None) == (not candidate.title)
        if source:
            assert source.title == candidate.title
            assert source.origin
            assert Source.model_validate_json(source.model_dump_json()) == source


def test_a_work_in_an_index_is_indexed_by_whom_and_when(origins: OriginTable) -> None:
    source = source_of(read("crossref", "crossref_search.json").candidates[0], origins)
    assert source.existence.model_dump(exclude_none=True) == {
        "state": "verified",
        "how": "indexed",
        "on": date(2026, 11, 24),
        "where": "https://api.crossref.org/v1/works/10.1234/bread.5",
        "why": "",
    }
    assert source.signal("indexed_by").value == "crossref"


def test_an_index_is_heard_after_somebody_who_read_the_work(origins: OriginTable) -> None:
    source = source_of(read("crossref", "crossref_search.json").candidates[0], origins)
    assert standing(source, "title") < standing(work(how="read"), "title")
    assert standing(source, "title") > standing(work(how=""), "title")


def test_what_a_search_engine_lists_is_not_checked(origins: OriginTable) -> None:
    source = source_of(read("searxng", "searxng_search.json", access=STAND_IN).candidates[0], origins)
    assert source.existence.state == "not_checked"
    assert source.existence.why == "searxng links to the address; nobody has opened it"
    assert source.kind == "community_post"
    assert not source.signal("indexed_by").observed


def test_a_partial_date_is_kept_as_one(origins: OriginTable) -> None:
    source = source_of(read("ietf", "ietf_rfc.json", look_up=("rfc", "9110")).candidates[0], origins)
    assert source.published is None
    assert source.year == 2022
    assert source.signal("published_in").value == "2022-06"


def test_a_repository_is_dated_by_its_last_change(origins: OriginTable) -> None:
    source = source_of(read("github", "github_search.json").candidates[0], origins)
    assert (source.published, source.updated, source.year) == (None, date(2026, 10, 1), 2026)
    assert source.origin == "Mill Society"


def test_a_language_that_nobody_names_is_undetermined(origins: OriginTable) -> None:
    assert source_of(read("crossref", "crossref_search.json").candidates[0], origins).language == "und"


def test_what_several_services_say_of_a_work_is_resolved_to_one(origins: OriginTable) -> None:
    pages = [
        read("crossref", "crossref_search.json").candidates[:1],
        read("openalex", "openalex_search.json", wanted=4).candidates[:1],
        read("semantic_scholar", "semantic_scholar_search.json").candidates[:1],
        read("dblp", "dblp_search.json", wanted=4).candidates[:1],
    ]
    works = resolve(source_of(candidate, origins) for candidates in pages for candidate in candidates)
    assert len(works) == 1
    services = {signal.value for signal in works[0].signals if signal.name == "indexed_by"}
    assert services == {"crossref", "openalex", "semantic_scholar", "dblp"}


def test_preprints_of_several_services_are_resolved_to_one(origins: OriginTable) -> None:
    candidates = [
        read("semantic_scholar", "semantic_scholar_search.json").candidates[1],
        read("dblp", "dblp_search.json", wanted=4).candidates[2],
        read("datacite", "datacite_search.json").candidates[1],
        read("arxiv", "arxiv_search.xml").candidates[0],
    ]
    works = resolve(source_of(candidate, origins) for candidate in candidates)
    assert len(works) == 1
    assert works[0].identifiers.arxiv == "2304.00228"
