"""What is asked of whom: words out of the guide, within the services' limits, and other words in later rounds."""

from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent import Guide, load_guide
from research_agent.live.kinds_sought import WEB, ways_to
from research_agent.live.planner import MOST_QUERIES, plan, queries_allowed
from research_agent.live.vocabulary import Vocabulary, terms_of
from research_agent.model.bibliography import Gap
from research_agent.model.guide import Domain, Focus
from research_agent.model.kinds import KINDS
from research_agent.model.search import PlannedQuery
from research_agent.sources.connectors import Access, Answer, Ask, Capabilities, Page, Query, connector, connectors
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name
from tests.conftest import SMALL_GUIDE

KEYLESS = connectors()
WITH_A_SEARCH = connectors({"searxng": Access(base="http://127.0.0.1:8080")})


def gap(check: str) -> Gap:
    return Gap(check=check, eligible=0, needed=1, missing=1, text=check, tried="all were weighed")


def to(service: str, queries: tuple[PlannedQuery, ...]) -> list[PlannedQuery]:
    return [query for query in queries if service in query.services]


def test_a_bullet_is_asked_in_its_terms_without_the_words_that_say_nothing(guide: Guide) -> None:
    queries = plan(guide, guide.domain("1"), connectors=KEYLESS)

    texts = {query.focus: query.text for query in to("crossref", queries) if query.category == "papers"}
    assert texts["1.1"] == "leader elected log replicated"


def test_a_short_bullet_brings_the_domains_own_terms(guide: Guide) -> None:
    queries = plan(guide, guide.domain("1"), connectors=KEYLESS)

    assert {query.text for query in to("arxiv", queries) if query.focus == "1.2"} == {"quorums intersect Consensus"}


def test_what_is_sought_goes_to_services_that_hold_it(guide: Guide, domain: Domain) -> None:
    queries = plan(guide, domain, connectors=WITH_A_SEARCH)
    services = {
        category.id: {name for query in queries if query.category == category.id for name in query.services}
        for category in guide.methodology.categories
    }

    assert services["papers"] == {"arxiv", "crossref", "openalex", "semantic_scholar", "dblp", "datacite"}
    assert services["manuals"] == {"github", "ecosystems", "searxng"}
    assert {"hacker_news", "searxng"} <= services["field-reports"]
    assert {"stack_exchange", "hacker_news", "searxng"} <= services["teaching"]


def test_reports_of_practice_are_sought_by_the_words_that_name_them(guide: Guide, domain: Domain) -> None:
    texts = [q.text for q in to("hacker_news", plan(guide, domain, connectors=KEYLESS)) if "field" in q.category]

    assert len(texts) == len(domain.focus) + 1
    assert all(text.endswith(("postmortem", "case study", "lessons learned", "in production")) for text in texts)
    assert len({text.split()[-1] for text in texts}) == 3


def test_documentation_and_packages_are_sought_by_the_names_of_the_technologies(guide: Guide, domain: Domain) -> None:
    queries = plan(guide, domain, connectors=WITH_A_SEARCH)

    assert [query.text for query in to("ecosystems", queries)] == ["etcd", "Consul", "Automerge", "Yjs"]
    of_docs = [query.text for query in to("searxng", queries) if "documentation" in query.text]
    assert of_docs
    assert all(text.split()[0] in {"etcd", "Consul", "Automerge", "Yjs"} for text in of_docs)


def test_recent_works_are_asked_for_by_bullet_and_foundational_ones_of_any_year_by_domain(
    guide: Guide, domain: Domain
) -> None:
    queries = [query for query in to("openalex", plan(guide, domain, connectors=KEYLESS)) if query.category == "papers"]

    assert {query.focus: query.since for query in queries} == {"": None, "3.1": 2015, "3.2": 2015, "3.3": 2015}


def test_who_lacks_a_key_or_can_not_search_is_asked_nothing(guide: Guide, domain: Domain) -> None:
    asked = {name for query in plan(guide, domain, connectors=KEYLESS) for name in query.services}

    assert asked.isdisjoint({*WEB, "wayback"})


def test_without_anybody_to_ask_there_are_no_queries(guide: Guide, domain: Domain) -> None:
    assert plan(guide, domain, connectors=()) == ()


def test_the_same_guide_gives_the_same_plan(guide: Guide, domain: Domain) -> None:
    again = load_guide(SMALL_GUIDE)

    assert plan(guide, domain, connectors=KEYLESS) == plan(again, again.domain("3"), connectors=connectors())


@pytest.mark.parametrize("number", range(1, 13))
def test_no_service_is_asked_more_than_its_limit_bears_or_the_same_twice(shipped_guide: Guide, number: int) -> None:
    queries = plan(shipped_guide, shipped_guide.domain(str(number)), connectors=WITH_A_SEARCH)

    for one in WITH_A_SEARCH:
        mine = to(one.name, queries)
        assert len(mine) <= queries_allowed(one)
        assert len({(frozenset(query.text.casefold().split()), query.since) for query in mine}) == len(mine)


def test_limits_are_those_of_a_round() -> None:
    allowed = {one.name: queries_allowed(one) for one in KEYLESS}

    assert allowed["arxiv"] == 10  # one in 3 seconds, in 30 seconds
    assert allowed["stack_exchange"] == 8  # 300 a day, over a dozen domains and three rounds
    assert allowed["github"] == 10
    assert allowed["crossref"] == MOST_QUERIES
    assert queries_allowed(connector("stack_exchange", Access(key="k"))) == MOST_QUERIES


def test_every_kind_of_work_can_be_sought() -> None:
    assert all(ways_to([kind]) for kind in KINDS)


# --- later rounds -----------------------------------------------------------------------------------------------------


def test_a_later_round_asks_only_for_what_is_missing(guide: Guide, domain: Domain) -> None:
    first = plan(guide, domain, connectors=KEYLESS)
    of_a_bullet = plan(guide, domain, missing=[gap("focus:3.2")], connectors=KEYLESS, asked=first)
    of_a_category = plan(guide, domain, missing=[gap("category:papers")], connectors=KEYLESS, asked=first)

    assert {query.focus for query in of_a_bullet} == {"3.2"}
    assert {query.category for query in of_a_category} == {"papers"}
    assert {query.focus for query in of_a_category} >= {"3.1", "3.2", "3.3"}
    assert plan(guide, domain, missing=[], connectors=KEYLESS, asked=first) == ()


def test_a_later_round_asks_no_service_the_same_words_again(guide: Guide, domain: Domain) -> None:
    asked: tuple[PlannedQuery, ...] = plan(guide, domain, connectors=KEYLESS)
    for _ in range(2):
        later = plan(guide, domain, missing=[gap("total")], connectors=KEYLESS, asked=asked)
        assert later
        for one in KEYLESS:
            before = {frozenset(query.text.casefold().split()) for query in to(one.name, asked)}
            assert not [query.text for query in to(one.name, later) if set(query.text.casefold().split()) in before]
        asked = (*asked, *later)


def test_other_words_are_narrower_by_technologies_then_broader(guide: Guide) -> None:
    domain = guide.domain("2")
    first = plan(guide, domain, connectors=KEYLESS)
    second = plan(guide, domain, missing=[gap("focus:2.2")], connectors=KEYLESS, asked=first)
    third = plan(guide, domain, missing=[gap("focus:2.2")], connectors=KEYLESS, asked=(*first, *second))

    def papers(queries: tuple[PlannedQuery, ...]) -> str:
        return next(q.text for q in to("crossref", queries) if (q.category, q.focus) == ("papers", "2.2"))

    assert papers(first) == "Merging concurrent edits text"
    assert papers(second) == "Consul Merging concurrent"
    assert papers(third) in {"Automerge Merging concurrent", "Merging concurrent edits"}


def test_years_count_in_a_later_round_only_where_recent_works_are_missing(guide: Guide, domain: Domain) -> None:
    first = plan(guide, domain, connectors=KEYLESS)
    recent = plan(guide, domain, missing=[gap("recent")], connectors=KEYLESS, asked=first)
    total = plan(guide, domain, missing=[gap("total")], connectors=KEYLESS, asked=first)

    assert {query.since for query in to("openalex", recent)} == {2015}
    assert {query.since for query in to("openalex", total)} == {None}


def test_missing_evidence_from_production_is_sought_where_people_report_it(guide: Guide, domain: Domain) -> None:
    queries = plan(guide, domain, missing=[gap("production")], connectors=KEYLESS)

    assert {query.category for query in queries} == {"field-reports"}


def test_what_closes_two_gaps_is_asked_first(guide: Guide, domain: Domain) -> None:
    queries = plan(guide, domain, missing=[gap("focus:3.3"), gap("category:teaching")], connectors=KEYLESS)

    assert (queries[0].category, queries[0].focus) == ("teaching", "3.3")


# --- other packages' connectors ---------------------------------------------------------------------------------------


class Shelf:
    """Another package's connector."""

    name: ClassVar[str] = "shelf"
    title: ClassVar[str] = "Shelf"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Books.",
        limit=ApiLimit(name="shelf", rates=(Rate(requests=5, seconds=1),), at_once=1),
        documentation="https://shelf.example",
    )
    lacks = ""
    limit = capabilities.limit

    def search(self, query: Query) -> Ask | None:
        return None

    def look_up(self, name: Name) -> Ask | None:
        return None

    def read(self, answer: Answer) -> Page:
        return Page()


class Broken(Shelf):
    """One whose code fails."""

    name: ClassVar[str] = "broken"

    @property
    def limit(self) -> ApiLimit:  # type: ignore[override]  # it fails, whatever its type
        raise RuntimeError("broken")


def test_another_packages_connector_is_asked_about_the_domain_as_a_whole(guide: Guide, domain: Domain) -> None:
    queries = plan(guide, domain, connectors=(*KEYLESS, Shelf()))

    assert to("shelf", queries)
    assert {query.focus for query in to("shelf", queries)} == {""}


def test_another_packages_connector_that_fails_is_asked_once_and_spoils_nothing(guide: Guide, domain: Domain) -> None:
    queries = plan(guide, domain, connectors=(*KEYLESS, Broken()))

    assert len(to("broken", queries)) == 1
    without = to("crossref", plan(guide, domain, connectors=KEYLESS))
    assert [query.text for query in to("crossref", queries)] == [query.text for query in without]


# --- words ------------------------------------------------------------------------------------------------------------


def test_terms_are_what_a_text_is_about() -> None:
    assert terms_of("How the dough is folded, and why") == ("dough", "folded")
    assert terms_of("Best practices for kneading patterns") == ("Best", "practices", "kneading", "patterns")
    assert terms_of("Best practices for kneading wet doughs") == ("kneading", "wet", "doughs")
    assert terms_of("Starter/levain handling (rye, wheat)") == ("Starter", "levain")
    assert terms_of("what is it for?") == ("what", "is", "it", "for")
    assert terms_of("(rye)") == ("rye",)


def test_names_are_the_technologies_without_versions_asides_or_descriptions(guide: Guide, domain: Domain) -> None:
    assert Vocabulary(guide, domain).names == ("etcd", "Consul", "Automerge", "Yjs")


def test_a_bullets_own_examples_come_before_the_guides_technologies(shipped_guide: Guide) -> None:
    domain = shipped_guide.domain("2")

    assert Vocabulary(shipped_guide, domain).names_for(domain.focus[0])[:2] == ("circuitbreaker", "purgatory")


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=2, max_size=3000).filter(lambda text: len(text.strip()) >= 2), name=st.text(min_size=1))
def test_a_guide_in_any_words_has_a_plan_of_bounded_texts(text: str, name: str) -> None:
    guide = load_guide(Path(SMALL_GUIDE))
    domain = guide.domain("3").model_copy(update={"name": name, "focus": (Focus(id="3.1", text=text),)})
    strange = guide.model_copy(update={"domains": (domain,)})

    queries = plan(strange, domain, connectors=KEYLESS)

    assert all(1 <= len(query.text) <= 200 and query.services for query in queries)
    counted = Counter(name for query in queries for name in query.services)
    assert all(counted[one.name] <= queries_allowed(one) for one in KEYLESS)
