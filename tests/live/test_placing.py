"""Which works of a search are taken in, as what, and why the others are not."""

from collections.abc import Sequence
from typing import Any

import pytest

from research_agent import Guide
from research_agent.live.abstracts import MOST_POINTS
from research_agent.live.holdings import Holdings
from research_agent.live.kinds_seen import kind_seen, kinds_of
from research_agent.live.placing import MOST_READ, NEAR, ROOM, Placing, place
from research_agent.live.ranking import Heard, scores_of
from research_agent.model.candidate import Candidate
from research_agent.model.guide import Domain
from research_agent.model.kinds import Kind
from research_agent.model.source import Existence, Placement, Signal, Source
from research_agent.sources.merging import FoundWork, works_of
from research_agent.sources.origin import shipped_origins
from tests.live.canned import PAPERS, REPOSITORY, STRANGER, a_candidate

NOBODY = Holdings((), lambda _: ())


def works(*candidates: Candidate) -> list[FoundWork]:
    return works_of(candidates, shipped_origins(), kinds=kinds_of(candidates))


def by_clocks(texts: Sequence[str]) -> list[float]:
    """What speaks of clocks is near the domain."""
    return [0.8 if "clock" in text.lower() else 0.1 for text in texts]


def placed(
    guide: Guide, domain: Domain, *candidates: Candidate, holdings: Holdings = NOBODY, scores: Sequence[float] = ()
) -> Placing:
    found = works(*candidates)
    given = scores or [1.0] * len(found)
    return place(found, given, guide, domain, holdings=holdings, cosines=by_clocks)


def held(source: Source, placement: Placement | None = None, **fields: Any) -> Source:
    placements = (placement,) if placement else ()
    return source.model_copy(update={"placements": placements, "aliases": (), **fields})


def why(placing: Placing) -> str:
    (one,) = placing.left_out
    return one.why


# --- what is taken in -------------------------------------------------------------------------------------------------


def test_a_near_work_is_filed_by_its_kind_with_the_sentences_of_its_abstract(guide: Guide, domain: Domain) -> None:
    (one,) = placed(guide, domain, PAPERS[0]).placed

    (placement,) = one.source.placements
    assert (placement.guide, placement.domain, placement.category) == (guide.id, "3", "papers")
    assert (placement.summary, placement.focus, placement.code_pattern) == ("", (), None)
    assert [point.text for point in placement.key_points] == [
        "Logical clocks order the events of a distributed system.",
        "A logical clock is a counter that each process raises between events and sends with its messages.",
        "The order that logical clocks give respects causality.",
    ]
    assert {point.where for point in placement.key_points} == {"Abstract, as Crossref gives it"}
    assert (one.source.existence.state, one.source.existence.how) == ("verified", "indexed")
    assert one.new


def test_a_long_abstract_gives_its_first_sentences(guide: Guide, domain: Domain) -> None:
    abstract = " ".join(f"Sentence {number} speaks of clocks." for number in range(1, 20))
    (one,) = placed(guide, domain, a_candidate("On many clocks", abstract)).placed

    assert len(one.source.placements[0].key_points) == MOST_POINTS


def test_two_services_tell_of_one_work_and_it_is_placed_once(guide: Guide, domain: Domain) -> None:
    again = a_candidate(PAPERS[1].title, service="dblp", doi=PAPERS[1].identifiers.doi, authors=PAPERS[1].authors)
    (one,) = placed(guide, domain, PAPERS[1], again).placed

    assert {each.service for each in one.work.provenance} == {"crossref", "dblp"}


# --- what is left out -------------------------------------------------------------------------------------------------


def test_what_comes_near_no_bullet_is_left_out_with_its_nearness(guide: Guide, domain: Domain) -> None:
    placing = placed(guide, domain, STRANGER)

    assert placing.placed == ()
    assert why(placing) == f"it comes near no bullet: 0.100 at most, {NEAR} is the least"


def test_what_the_guide_has_no_category_for_is_left_out(guide: Guide, domain: Domain) -> None:
    thesis = PAPERS[0].model_copy(update={"kind": "thesis"})

    assert why(placed(guide, domain, thesis)) == "the guide has no category for a work of the kind thesis"


def test_a_mere_link_is_left_out_and_so_is_a_record_without_a_sentence(guide: Guide, domain: Domain) -> None:
    link = a_candidate("Tutorial on clocks", kind=None, vouched=False, service="hacker_news")
    record = a_candidate("Clocks of stores", service="dblp")

    assert why(placed(guide, domain, link)) == "it is a mere link, without a sentence of its text"
    assert why(placed(guide, domain, record)) == "no service has a sentence of its text"


@pytest.mark.parametrize(
    "title",
    [
        "Retraction Note: Hybrid Clocks",
        "Erratum: On Clocks",
        "Correction to: Logical Clocks",
        "Expression of Concern: Vector Clocks",
        "Corrigendum to “Clocks”",
    ],
)
def test_a_notice_is_no_work(guide: Guide, domain: Domain, title: str) -> None:
    notice = a_candidate(title, "The clocks in this article were wrong and are put right here.")

    assert why(placed(guide, domain, notice)) == "it is a notice about another work"


def test_a_work_on_corrections_is_no_notice(guide: Guide, domain: Domain) -> None:
    work = a_candidate("Correctness of clock corrections", "We prove that corrections of clocks are sound.")

    assert len(placed(guide, domain, work).placed) == 1


def test_only_what_services_rank_highest_is_read(guide: Guide, domain: Domain) -> None:
    many = [
        a_candidate(f"Clock number {number}", f"This clock has the number {number}.", doi=f"10.1145/7.{number}")
        for number in range(MOST_READ + 5)
    ]
    read: list[str] = []

    def cosines(texts: Sequence[str]) -> list[float]:
        read.extend(texts)
        return [0.9] * len(texts)

    found = works(*many)
    scores = [float(work.source.title.split()[-1]) for work in found]
    placing = place(found, scores, guide, domain, holdings=NOBODY, cosines=cosines)

    assert len(read) == MOST_READ
    unread = [one.title for one in placing.left_out if one.why.startswith("services rank")]
    assert sorted(unread) == sorted(f"Clock number {number}" for number in range(5))


def test_a_category_takes_the_nearest_and_has_room_for_a_bounded_number(guide: Guide, domain: Domain) -> None:
    room = ROOM * guide.methodology.category("papers").quota.at_most
    many = [
        a_candidate(f"Clock number {number}", f"This clock has the number {number}.", doi=f"10.1145/7.{number}")
        for number in range(room + 3)
    ]

    def cosines(texts: Sequence[str]) -> list[float]:
        return [0.5 + int(text.splitlines()[0].split()[-1]) / 1000 for text in texts]

    found = works(*many)
    placing = place(found, [1.0] * len(found), guide, domain, holdings=NOBODY, cosines=cosines)

    assert len(placing.placed) == room
    assert {one.title for one in placing.left_out} == {"Clock number 0", "Clock number 1", "Clock number 2"}
    assert {one.why for one in placing.left_out} == {"other works of its category come nearer"}


# --- works that are known already -------------------------------------------------------------------------------------


def curated(guide: Guide, domain: str) -> Placement:
    return Placement(guide=guide.id, domain=domain, category="papers", summary="What a reader made of it.")


def test_a_work_that_a_reader_placed_there_gets_signals_and_keeps_its_readers_text(
    guide: Guide, domain: Domain
) -> None:
    (found,) = works(PAPERS[0])
    read = Existence(state="verified", how="read")
    known = held(found.source, curated(guide, "3"), id="lamport-1978-clocks", signals=(), existence=read)
    (one,) = placed(guide, domain, PAPERS[0], holdings=Holdings([known], lambda _: ())).placed

    assert (one.source.id, one.source.placements, one.new) == ("lamport-1978-clocks", (), False)
    assert one.source.signal("citations").value == 12000


def test_a_work_without_any_text_still_tells_of_one_that_is_known(guide: Guide, domain: Domain) -> None:
    bare = PAPERS[0].model_copy(update={"abstract": "", "signals": (Signal(name="retracted", value=True),)})
    (found,) = works(PAPERS[0])
    known = held(found.source, curated(guide, "3"))
    (one,) = placed(guide, domain, bare, holdings=Holdings([known], lambda _: ())).placed

    assert one.source.signal("retracted").value is True


def test_a_work_that_is_known_for_another_domain_is_placed_in_this_one_too(guide: Guide, domain: Domain) -> None:
    (found,) = works(PAPERS[0])
    known = held(found.source, curated(guide, "1"))
    (one,) = placed(guide, domain, PAPERS[0], holdings=Holdings([known], lambda _: ())).placed

    assert [placement.domain for placement in one.source.placements] == ["3"]
    assert not one.new


def test_what_an_earlier_search_brought_is_carried_on(guide: Guide, domain: Domain) -> None:
    (before,) = placed(guide, guide.domain("1"), PAPERS[0]).placed
    citations = Signal(name="votes", value=7, where="https://openalex.example/r")
    known = before.source.model_copy(update={"signals": (*before.source.signals, citations)})
    (one,) = placed(guide, domain, PAPERS[0], holdings=Holdings([known], lambda _: ())).placed

    assert [placement.domain for placement in one.source.placements] == ["1", "3"]
    assert one.source.signal("votes").value == 7
    assert one.source.id == known.id


def test_a_search_that_hears_less_takes_nothing_back(guide: Guide, domain: Domain) -> None:
    (before,) = placed(guide, domain, PAPERS[0]).placed
    poorer = PAPERS[0].model_copy(update={"signals": (), "authors": ()})
    (one,) = placed(guide, domain, poorer, holdings=Holdings([before.source], lambda _: ())).placed

    assert one.source.authors == ("Leslie Lamport",)
    assert one.source.signal("citations").value == 12000


def test_of_a_readers_work_only_what_services_said_is_carried_on(guide: Guide, domain: Domain) -> None:
    (found,) = works(PAPERS[0])
    record = "https://openalex.example/r"
    signals = (
        Signal(name="cited_by_us", value=3, where="notes of the reader"),
        Signal(name="votes", value=7, where=record),
    )
    read = Existence(state="verified", how="read")
    known = held(found.source, curated(guide, "3"), signals=signals, existence=read)
    (one,) = placed(guide, domain, PAPERS[0], holdings=Holdings([known], lambda _: (record,))).placed

    assert one.source.signal("votes").value == 7
    assert not one.source.signal("cited_by_us").observed


def test_another_work_under_the_same_id_gets_one_of_its_own(guide: Guide, domain: Domain) -> None:
    (found,) = works(PAPERS[0])
    other = held(found.source, curated(guide, "3")).model_copy(
        update={
            "title": "Another work",
            "url": "https://example.org/other",
            "identifiers": works(STRANGER)[0].source.identifiers,
        }
    )
    (one,) = placed(guide, domain, PAPERS[0], holdings=Holdings([other], lambda _: ())).placed

    assert one.new
    assert one.source.id != other.id
    assert one.source.id.startswith(other.id)


# --- kinds and ranks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "title", "kind"),
    [
        ("https://github.com/o/n/issues/7", "It hangs", "issue_thread"),
        ("https://github.com/o/n/releases/tag/v1", "v1", "release_notes"),
        ("https://loom.readthedocs.io/en/latest", "Loom", "official_docs"),
        ("https://docs.loom.example/guide", "Guide", "official_docs"),
        ("https://docs.google.com/document/d/1", "My notes", None),
        ("https://engineering.mill.example/2020/looms", "Looms at scale", "engineering_blog"),
        ("https://mill.engineering/looms", "Looms at scale", "engineering_blog"),
        ("https://mill.engineering/jam", "Post-mortem of the jammed loom", "postmortem"),
        ("https://www.w3.org/TR/looms/", "Looms", "standard"),
        ("https://www.youtube.com/watch?v=abc", "Looms", "talk"),
        ("https://mill.example/p", "Postmortem of the jammed loom", "postmortem"),
        ("https://mill.example/p", "Case study: a mill", "case_study"),
        ("https://mill.example/p", "A tutorial on weaving", "tutorial"),
        ("https://mill.example/p", "Weaving", None),
    ],
)
def test_the_kind_of_a_page_is_refined_only_where_it_is_certain(url: str, title: str, kind: Kind | None) -> None:
    assert kind_seen(a_candidate(title, url=url, kind=None, vouched=False)) == kind


def test_what_the_service_says_of_the_kind_stands() -> None:
    assert kinds_of([REPOSITORY, a_candidate("Postmortem of a loom", kind="paper")]) == [None, None]


def test_a_work_that_two_services_rank_second_comes_before_one_that_one_ranks_first() -> None:
    twice = a_candidate("Found by both", doi="10.1145/1.1")
    once = a_candidate("Found by one", doi="10.1145/1.2")
    heard = [
        Heard(once, (0, "crossref"), 1),
        Heard(twice, (0, "crossref"), 2),
        Heard(twice.model_copy(update={"provenance": once.provenance}), (0, "dblp"), 2),
    ]
    found = works_of([one.candidate for one in heard], shipped_origins())
    scores = dict(zip([work.source.title for work in found], scores_of(found, dict(enumerate(heard))), strict=True))

    assert scores["Found by both"] > scores["Found by one"]


def test_a_work_that_stands_twice_in_one_answer_counts_once() -> None:
    one = a_candidate("Found", doi="10.1145/1.1")
    found = works_of([one, one], shipped_origins())

    twice = scores_of(found, {0: Heard(one, (0, "crossref"), 3), 1: Heard(one, (0, "crossref"), 1)})
    assert twice == [1 / 61]
