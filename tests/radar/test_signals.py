"""What the observers see in real records, and what they refuse to guess."""

from datetime import date

import pytest

from research_agent.model.source import CodePattern, KeyPoint, Signal, Source
from research_agent.radar import load_rubric
from research_agent.radar.authorities import subjects_of
from research_agent.radar.evidence import NOTHING_GATHERED, DomainEvidence
from research_agent.radar.signals import OBSERVERS, Case, observe
from tests.radar import works


def case(source: Source, evidence: DomainEvidence = works.EVIDENCE, as_of: int = 2026) -> Case:
    placement = source.placement(works.GUIDE.id, works.DOMAIN.id)
    return Case(source, placement, works.DOMAIN, evidence, load_rubric("lmu").authorities, as_of)


def value(name: str, source: Source, evidence: DomainEvidence = works.EVIDENCE) -> object:
    return observe(name, case(source, evidence)).value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (works.RFC_9110, "rfc"),
        (works.PEP_492, "enhancement_proposal"),
        (works.API_GUIDELINE, "vendor_guideline"),
        (works.DRAFT, "working_group_draft"),
        (
            works.DRAFT.model_copy(update={"url": "https://datatracker.ietf.org/doc/draft-doe-http/"}),
            "individual_draft",
        ),
        (works.HTTPX_TIMEOUTS, None),
    ],
)
def test_standards_are_told_apart_by_how_they_were_agreed(source: Source, expected: str | None) -> None:
    assert value("process", source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (works.HTTPX_TIMEOUTS, "httpx"),
        (works.CIRCUITBREAKER, "circuitbreaker"),
        (works.DEV_POST, None),
        (
            works.HTTPX_TIMEOUTS.model_copy(
                update={"url": "https://docs.example.org/clients", "publisher": "Handbook", "title": "Clients"}
            ),
            None,
        ),
    ],
)
def test_a_project_speaks_with_authority_of_its_own_library_only(source: Source, expected: str | None) -> None:
    assert value("maintainer", source) == expected


def test_a_repository_is_not_the_word_of_the_host_that_serves_it() -> None:
    assert value("standing", works.CIRCUITBREAKER) is None
    assert value("standing", works.BUILDERS_LIBRARY) == "engineering_organisation"


def test_a_code_host_in_the_path_tells_whose_repository_it_is() -> None:
    theirs = works.CIRCUITBREAKER.model_copy(update={"url": "https://github.com/boto/botocore"})

    assert value("standing", theirs) == "engineering_organisation"


def test_a_vendor_is_seen_to_recommend_what_it_makes() -> None:
    assert value("own_product", works.STAINLESS_POST) == "Stainless"
    assert value("own_product", works.BUILDERS_LIBRARY) is False
    assert value("trade", works.STAINLESS_POST) == "generated client libraries"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/jd/tenacity/blob/main/README.md", ("jd", "tenacity")),
        ("https://tenacity.readthedocs.io/en/latest/", ("tenacity", "en")),
        ("https://lundberg.github.io/respx/guide/", ("lundberg", "respx")),
        ("https://stamina.hynek.me/", ("hynek", "hynekme", "stamina")),
        ("https://catt.rs/en/stable/", ("catt", "cattrs")),
        ("https://dev.to/someone/post", ()),
        ("no address", ()),
    ],
)
def test_an_address_tells_what_it_belongs_to(url: str, expected: tuple[str, ...]) -> None:
    assert subjects_of(url, load_rubric("lmu").authorities.platforms) == expected


def test_a_maker_who_compares_its_own_library_is_seen() -> None:
    benchmark = works.HTTPX_TIMEOUTS.model_copy(
        update={
            "url": "https://jcristharif.com/msgspec/benchmarks.html",
            "kind": "benchmark",
            "publisher": "msgspec documentation",
            "origin": "Jim Crist-Harif",
            "placements": works.placement("2.3", library="msgspec"),
        }
    )

    assert value("own_product", benchmark) == "msgspec"


def test_what_a_steward_keeps_is_everybodys_and_no_product() -> None:
    post = works.PEP_492.model_copy(
        update={"kind": "community_post", "placements": works.placement("2.3", library="asyncio")}
    )

    assert value("own_product", post) == "commons"


def test_a_publisher_whose_products_nobody_knows_is_not_said_to_speak_of_none() -> None:
    unknown = works.BUILDERS_LIBRARY.model_copy(
        update={"url": "https://www.intercom.com/blog/versions", "publisher": "Intercom", "origin": "Intercom"}
    )
    talk = works.TAIL_AT_SCALE.model_copy(
        update={"kind": "talk", "url": "https://ep2026.europython.eu/a", "publisher": "EuroPython 2026"}
    )
    book = works.TAIL_AT_SCALE.model_copy(update={"kind": "book", "publisher": "Manning"})

    assert [value("own_product", each) for each in (unknown, talk, book)] == [None, None, None]
    assert value("trade", talk) is None


def test_a_product_in_the_key_points_is_seen_and_one_in_the_summary_is_not() -> None:
    placement = works.BUILDERS_LIBRARY.placements[0]

    def post(**told: object) -> Source:
        shop = {"url": "https://shopify.engineering/breakers", "publisher": "Shopify Engineering", "origin": "Shopify"}
        return works.BUILDERS_LIBRARY.model_copy(
            update={**shop, "placements": (placement.model_copy(update=told),)},
        )

    assert value("own_product", post(key_points=(KeyPoint(text="Semian is Shopify's Ruby breaker."),))) == "Semian"
    assert value("own_product", post(summary="Compares it with Semian.")) is False


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (works.HTTPX_TIMEOUTS, "httpx"),  # its title names what the pattern uses
        (works.RFC_9110.model_copy(update={"placements": works.placement("2.2", library="httpx")}), None),
        (works.DEV_POST, None),  # a post: the pattern is its reader's idea
        (works.HTTPX_TIMEOUTS.model_copy(update={"placements": works.placement("2.3", library="tenacity")}), None),
        (works.HTTPX_TIMEOUTS.model_copy(update={"placements": works.placement("2.3")}), None),
    ],
)
def test_only_a_page_that_names_the_library_shows_its_api(source: Source, expected: str | None) -> None:
    assert value("code_shown", source) == expected


def test_a_host_in_a_publishers_name_is_not_taken_for_the_publisher() -> None:
    blog = works.DEV_POST.model_copy(
        update={"url": "https://lexi-lambda.github.io/blog/", "publisher": "lexi-lambda.github.io"}
    )
    mixed = blog.model_copy(update={"url": "https://example.org", "publisher": "ada.github.io / notes"})

    for source in (blog, mixed):
        assert (value("standing", source), value("trade", source)) == (None, None)
    named = blog.model_copy(update={"url": "https://example.org", "publisher": "Node.js documentation"})
    assert value("standing", named) == "language_steward"


def test_the_publisher_of_a_book_counts_before_the_site_that_lends_it() -> None:
    lent = works.TAIL_AT_SCALE.model_copy(
        update={"kind": "book", "publisher": "Manning", "url": "https://www.oreilly.com/library/view/latency/1/"}
    )
    organisation = load_rubric("lmu").authorities.organisation(lent)

    assert organisation is not None
    assert organisation.name == "Manning"


def test_a_name_inside_another_word_is_no_organisation() -> None:
    blog = works.DEV_POST.model_copy(
        update={"url": "https://metadata.example.org", "publisher": "Metadata (blog)", "origin": "M. Demirbas"}
    )

    assert value("standing", blog) is None


def test_a_person_a_group_and_a_handle_are_told_apart() -> None:
    assert value("author_form", works.DEV_POST) == "person"
    assert value("author_form", works.RFC_9110) == "person"
    assert value("author_form", works.TAIL_AT_SCALE.model_copy(update={"authors": ()})) is None
    assert value("author_form", works.HANDLE_GUIDE) == "handle"
    assert value("author_form", works.CLOUDFLARE_OUTAGE) == "organisation"


def test_age_runs_from_the_latest_date_of_the_record() -> None:
    assert value("years_since_update", works.HTTPX_TIMEOUTS) == 1
    revised = works.BUILDERS_LIBRARY.model_copy(update={"updated": date(2024, 1, 1)})
    assert value("years_since_update", revised) == 2
    assert value("years_since_update", works.DEV_POST) is None
    assert observe("years_since_update", case(works.HTTPX_TIMEOUTS, as_of=2020)).value == 0


def test_what_records_can_not_say_is_not_observed() -> None:
    for name in ("citations", "retracted", "author_affiliation", "obsoleted_by", "version_lag", "links_alive"):
        for source in works.WORKS:
            assert not observe(name, case(source)).observed


def test_what_nobody_gathered_is_not_observed() -> None:
    for name in ("stack", "production", "corroborated_by", "author_works", "facts_near_bullets"):
        assert not observe(name, case(works.BUILDERS_LIBRARY, NOTHING_GATHERED)).observed


def test_looked_and_found_none_is_an_observation() -> None:
    nothing = DomainEvidence(matches=(), stack=(), production="", corroborated_by=(), author_works=())

    assert value("corroborated_by", works.BUILDERS_LIBRARY, nothing) == 0
    assert value("production", works.BUILDERS_LIBRARY, nothing) is False


def test_a_fact_that_the_source_carries_wins_over_what_the_record_shows() -> None:
    carried = Signal(name="process", value="recommendation", where="https://datatracker.ietf.org", on=date(2026, 1, 2))
    source = works.RFC_9110.model_copy(update={"signals": (carried,)})

    assert observe("process", case(source)) == carried


def test_a_carried_signal_without_a_value_hides_nothing() -> None:
    source = works.RFC_9110.model_copy(update={"signals": (Signal(name="process", value=None),)})

    assert value("process", source) == "rfc"


def test_every_observation_names_where_and_when() -> None:
    for source in works.WORKS:
        for name in OBSERVERS:
            signal = observe(name, case(source))
            if signal.observed:
                assert signal.where, (source.id, name)
                assert signal.on == date(2026, 11, 23)


def test_search_is_asked_for_bullets_only_where_no_reader_declared_any() -> None:
    placement = works.BUILDERS_LIBRARY.placements[0].model_copy(update={"focus": ()})
    unread = works.BUILDERS_LIBRARY.model_copy(update={"placements": (placement,)})

    assert value("near_bullets", works.BUILDERS_LIBRARY) is None
    assert value("near_bullets", unread) == 0.61


def test_a_pattern_may_name_several_libraries() -> None:
    pattern = CodePattern(library="ijson + pydantic", idea="Parse in pieces.")
    placement = works.HTTPX_TIMEOUTS.placements[0].model_copy(update={"code_pattern": pattern})

    assert case(works.HTTPX_TIMEOUTS.model_copy(update={"placements": (placement,)})).libraries == ("ijson", "pydantic")


def test_what_replaces_a_work_is_named_by_its_title_where_the_library_holds_it() -> None:
    source = works.HTTPX_TIMEOUTS.model_copy(
        update={"signals": (Signal(name="superseded_by", value="httpx2-timeouts", where="page"),)}
    )
    newer = works.EVIDENCE._replace(successor=("httpx2-timeouts", "Timeouts in HTTPX2"))
    assert value("superseded_by", source) == "httpx2-timeouts"
    assert value("superseded_by", source, newer) == "Timeouts in HTTPX2"
    assert value("superseded_by", works.HTTPX_TIMEOUTS, newer) == "Timeouts in HTTPX2"
    assert value("superseded_by", works.HTTPX_TIMEOUTS) is None
