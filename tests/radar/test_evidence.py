"""What is gathered of a source from the library that holds it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from research_agent.model.library import Part, Passage
from research_agent.radar.evidence import (
    author_works,
    bullet_matches,
    corroboration,
    gather_evidence,
    is_person,
    stack_names,
)
from research_agent.radar.sameness import SAYS_THE_SAME
from tests.radar import works

TRUE_TO_LIFE = "Retries at several layers multiply the load on the lowest one."


def passage(source: str, part: Part, position: int, text: str = TRUE_TO_LIFE) -> Passage:
    return Passage(
        id=f"{source}/clients/2/{part}/{position}",
        source=source,
        guide="clients",
        domain="2",
        part=part,
        position=position,
        text=text,
    )


def unit(*angles: float) -> NDArray[np.float32]:
    """(n, 2) float32 of unit length: the cosine of two rows is the cosine of their difference."""
    return np.array([[np.cos(angle), np.sin(angle)] for angle in angles], dtype=np.float32)


SAME, CLOSE, APART = 0.0, 0.3, 1.5  # cos(0.3) = 0.955, cos(1.5) = 0.071


def test_the_nearest_passage_counts_and_facts_are_kept_apart_from_summaries() -> None:
    passages = [passage("a", "summary", 0), passage("a", "key_point", 0), passage("a", "key_point", 1)]
    cosines = np.array([[0.6, 0.1, 0.2], [0.4, 0.1, 0.3], [0.5, 0.1, 0.1]], dtype=np.float32)
    first, second, third = bullet_matches(works.DOMAIN, passages, cosines)

    assert (first.focus, first.passage) == ("2.1", "a/clients/2/summary/0")
    assert (round(first.similarity, 2), round(first.facts or 0, 2)) == (0.6, 0.5)
    assert second.passage == "a/clients/2/key_point/0", "ties go to the lower id"
    assert third.passage == "a/clients/2/key_point/0"


def test_sources_of_other_origins_corroborate_and_sources_of_one_origin_do_not() -> None:
    passages = [passage(source, "key_point", 0) for source in ("a", "b", "c", "d")]
    origins = {"a": "Netflix", "b": "Google", "c": "Netflix", "d": "Stripe"}
    found = corroboration(passages, unit(SAME, CLOSE, SAME, APART), origins)

    assert np.cos(CLOSE) > SAYS_THE_SAME > np.cos(APART)
    assert found == {"a": ("b",), "b": ("a",), "c": ("b",), "d": ()}


def test_nearness_alone_corroborates_nothing() -> None:
    """Cosines of the shipped pools: 0.86 between a result and the study that it contradicts."""
    passages = [
        passage("a", "key_point", 0, "The result contradicts the earlier 2014/2017 study."),
        passage("b", "key_point", 0, "About one third of releases introduced at least one breaking change."),
    ]

    assert corroboration(passages, unit(SAME, SAME), {"a": "Ochoa", "b": "Raemaekers"}) == {"a": (), "b": ()}


def test_an_origin_is_one_whatever_its_case() -> None:
    passages = [passage("a", "key_point", 0), passage("b", "key_point", 0)]

    assert corroboration(passages, unit(SAME, SAME), {"a": "Netflix", "b": "NETFLIX"}) == {"a": (), "b": ()}


def test_what_a_code_pattern_is_near_is_no_fact_of_the_work() -> None:
    cosines = np.array([[0.3, 0.3, 0.3], [0.9, 0.9, 0.9]], dtype=np.float32)
    matches = bullet_matches(works.DOMAIN, [passage("a", "key_point", 0), passage("a", "code_pattern", 0)], cosines)

    assert [round(match.facts or 0, 2) for match in matches] == [0.3, 0.3, 0.3]


def test_one_origin_counts_once_however_much_it_publishes() -> None:
    passages = [passage(source, "key_point", 0) for source in ("a", "b", "c")]
    found = corroboration(passages, unit(SAME, CLOSE, 0.1), {"a": "Netflix", "b": "Google", "c": "Google"})

    assert found["a"] == ("c",), "the nearest one"


def test_dates_and_numbers_corroborate_nothing() -> None:
    passages = [passage("a", "key_point", 0, "Published on 3 June 2026."), passage("b", "key_point", 0, "DOI 10.1/2.")]

    assert corroboration(passages, unit(SAME, SAME), {"a": "Netflix", "b": "Google"}) == {"a": (), "b": ()}


def test_summaries_corroborate_nothing_because_their_words_are_the_records() -> None:
    passages = [passage("a", "summary", 0), passage("b", "summary", 0)]

    assert corroboration(passages, unit(SAME, SAME), {"a": "Netflix", "b": "Google"}) == {"a": (), "b": ()}


@given(st.permutations(range(5)))
def test_the_order_of_passages_changes_no_corroboration(order: list[int]) -> None:
    passages = [passage(source, "key_point", 0) for source in "abcde"]
    vectors = unit(0.0, 0.1, 0.2, 0.3, 0.4)
    origins = {"a": "1", "b": "2", "c": "2", "d": "3", "e": "1"}
    shuffled = corroboration([passages[i] for i in order], vectors[order], origins)

    assert shuffled == corroboration(passages, vectors, origins)


def test_technologies_are_found_by_name_whatever_the_case_and_the_version() -> None:
    placement = works.HTTPX_TIMEOUTS.placements[0]
    told = placement.model_copy(update={"summary": "HTTPX with **Pydantic** models, not httpx-sse or paiohttp."})

    assert stack_names(works.GUIDE, told) == ("httpx", "pydantic v2")
    assert stack_names(works.GUIDE, works.RFC_9110.placements[0]) == ()


def test_other_standards_and_reviewed_papers_of_an_author_are_found() -> None:
    post = works.DEV_POST.model_copy(update={"authors": ("Mark Nottingham",), "origin": "Mark Nottingham"})
    found = author_works([post, works.RFC_9110], [works.RFC_9110, works.TAIL_AT_SCALE, post])

    assert [work.source for work in found[post.id]] == [works.RFC_9110.id]
    assert found[works.RFC_9110.id] == (), "a work is no evidence for itself"


def test_groups_and_handles_are_not_taken_for_persons() -> None:
    assert is_person("Luiz André Barroso")
    for other in ("aiohttp contributors", "drago-balto", "Cloudflare", "EuroPython 2026", "Scrapy developers"):
        assert not is_person(other)


def test_gathering_tells_nobody_looked_from_nothing_found() -> None:
    sources = [works.HTTPX_TIMEOUTS, works.RFC_9110]
    passages = [passage(works.HTTPX_TIMEOUTS.id, "key_point", 0)]
    found = gather_evidence(
        works.GUIDE,
        works.DOMAIN,
        sources,
        passages=passages,
        vectors=unit(SAME),
        bullets=unit(SAME, CLOSE, APART),
        production={works.HTTPX_TIMEOUTS.id: ""},
    )
    docs, standard = found[works.HTTPX_TIMEOUTS.id], found[works.RFC_9110.id]

    assert docs.stack == ("httpx",)
    assert docs.production == ""
    assert docs.corroborated_by == ()
    assert docs.match("2.1") is not None
    assert (standard.matches, standard.production, standard.corroborated_by) == (None, None, None)
