"""Every reason of every shipped record: what it says of organisations and of agreement is true to what was observed."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from research_agent import Guide, Workspace
from research_agent.model.radar import Judgement
from research_agent.model.source import Source
from research_agent.radar import evaluate, load_rubric
from research_agent.radar.authorities import holds_phrase, owner_in, words
from research_agent.radar.evidence import NOTHING_GATHERED, corroboration
from research_agent.radar.sameness import says_the_same
from research_agent.resources import resource
from research_agent.sources.addresses import host_of
from research_agent.sources.records import read_pools

AUTHORITIES = load_rubric("lmu").authorities


@pytest.fixture(scope="module")
def sources(shipped_guide: Guide) -> tuple[Source, ...]:
    return read_pools(resource("corpus", "sources"), shipped_guide).sources


@pytest.fixture(scope="module")
def judged(sources: tuple[Source, ...], shipped_guide: Guide) -> list[tuple[Source, Judgement]]:
    return [
        (source, judgement)
        for source in sources
        for placement in source.placements
        for judgement in evaluate(
            source,
            shipped_guide.domain(placement.domain),
            shipped_guide,
            load_rubric("lmu"),
            NOTHING_GATHERED,
            as_of=2026,
        ).judgements
    ]


def clauses(judged: list[tuple[Source, Judgement]], pattern: str) -> Iterator[tuple[Source, re.Match[str]]]:
    """The clauses of reasons that match wholly."""
    for source, judgement in judged:
        for clause in re.split(r"; |(?<=[.!?]) |Against it: ", judgement.reason.rstrip(".")):
            if match := re.fullmatch(pattern, clause.rstrip("."), re.IGNORECASE):
                yield source, match


def test_no_source_is_credited_to_an_organisation_for_the_host_that_serves_it(sources: tuple[Source, ...]) -> None:
    platforms = AUTHORITIES.platforms
    served = [
        source
        for source in sources
        if any(host_of(source.url).endswith(host) for host in (*platforms.code, *platforms.pages, *platforms.open))
    ]
    assert served
    for source in served:
        organisation = AUTHORITIES.organisation(source)
        if organisation is None:
            continue
        host, owner = host_of(source.url), owner_in(source.url, platforms)
        said = " / ".join(re.sub(r"\S+\.\S+", " ", name) for name in (source.origin, source.publisher))
        assert (
            owner in (name.lower() for name in organisation.owners)
            or any(host == one or host.endswith(f".{one}") for one in organisation.hosts)
            or any(holds_phrase(said, name) for name in (organisation.name, *organisation.names))
        ), source.id


def test_what_is_said_of_products_is_true_to_the_list(judged: list[tuple[Source, Judgement]]) -> None:
    none_named = list(clauses(judged, r"no known product of (.+) stands in its title or key points"))
    assert none_named
    for source, match in none_named:
        organisation = AUTHORITIES.organisation_named(match[1])
        assert organisation
        assert organisation.products, source.id
        assert organisation.standing not in ("technical_publisher", "conference")
        told = (source.title, *(point.text for placement in source.placements for point in placement.key_points))
        if len(source.placements) == 1:
            assert not any(holds_phrase(text, product) for text in told for product in organisation.products)
    for source, match in clauses(judged, r"it speaks of (.+), which its own publisher makes"):
        behind = AUTHORITIES.organisation(source)
        makes = {words(product) for product in behind.products} if behind else set()
        noted = str(source.signal("own_product").value)  # a reader of the work saw it there
        assert words(match[1]) in {*makes, words(noted)} or words(match[1])[0] in words(source.url), source.id


def test_what_is_said_of_trade_and_standing_is_true_to_the_list(judged: list[tuple[Source, Judgement]]) -> None:
    for source, match in clauses(judged, r"(.+) sells nothing of this to its readers"):
        organisation = AUTHORITIES.organisation_named(match[1])
        assert organisation == AUTHORITIES.organisation(source)
        assert organisation
        assert not organisation.sells
        assert organisation.standing != "conference", source.id
    sold = {(words(one.name), one.sells) for one in AUTHORITIES.organisations}
    for source, match in clauses(judged, r"(.+?) sells (?!nothing)(.+)"):
        assert (words(match[1]), match[2]) in sold, source.id
    reasons = {one.because.casefold() for one in AUTHORITIES.organisations}
    for source, match in clauses(judged, r"(?:published|decided|by|adopted) ?(?:by)? (.+?), which (.+)"):
        assert match[2].casefold() in reasons, source.id


def test_a_case_study_of_another_s_system_is_not_said_to_be_its_publishers(
    judged: list[tuple[Source, Judgement]],
) -> None:
    for source, _ in clauses(judged, r".+ on a system of its own"):
        assert source.origin in source.authors, source.id


def test_no_reason_says_what_nobody_looked_up(judged: list[tuple[Source, Judgement]]) -> None:
    for source, judgement in judged:
        assert "in force" not in judgement.reason, source.id
        assert "can be tried" not in judgement.reason or source.kind in (
            "official_docs",
            "repository",
            "tutorial",
            "release_notes",
        )
        if judgement.criterion == "date" and source.kind == "standard":
            assert "whether it was replaced was not looked up" in judgement.reason
        if source.kind == "release_notes":
            assert "Documentation by" not in judgement.reason


def test_every_low_level_says_what_speaks_against_the_source(judged: list[tuple[Source, Judgement]]) -> None:
    low = [
        (source, judgement)
        for source, judgement in judged
        if judgement.level <= 2 and judgement.criterion != "relevance"
    ]
    assert low
    for source, judgement in low:
        assert "Against it: " in judgement.reason, source.id


def test_date_reasons_agree_with_the_citation(judged: list[tuple[Source, Judgement]]) -> None:
    for source, judgement in judged:
        if judgement.criterion == "date" and source.published and source.updated:
            first, last = source.published.year, source.updated.year
            if first < last:
                assert f"ublished {first}, updated {last}" in judgement.reason, source.id


def test_sources_that_corroborate_each_other_say_the_same(shipped: Workspace) -> None:
    origins = {source.id: source.origin for source in shipped.library.sources(shipped.guide.id)}
    found = 0
    for domain in shipped.guide.domains:
        passages = shipped.library.passages(guide=shipped.guide.id, domain=domain.id)
        held = shipped.library.vectors_of(shipped.guide.id, domain.id)
        rows = {passage: row for row, passage in enumerate(held.passages)}
        vectors = held.vectors[[rows[passage.id] for passage in passages]]
        points: dict[str, list[int]] = {}
        for row, passage in enumerate(passages):
            if passage.part == "key_point":
                points.setdefault(passage.source, []).append(row)
        for source, others in corroboration(passages, vectors, origins).items():
            for other in others:
                found += 1
                assert any(
                    says_the_same(passages[mine].text, passages[row].text, float(np.dot(vectors[mine], vectors[row])))
                    for mine in points[source]
                    for row in points[other]
                ), (source, other)
    assert found, "no pair at all: the predicate is dead"
