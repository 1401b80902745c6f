"""The holistic guide: which points, where, on what grounds."""

import numpy as np
import pytest

from research_agent.bibliography.synthesis import (
    PAIRS_OF_A_BULLET,
    POINTS_OF_A_BULLET,
    POINTS_OF_A_WORK,
    SynthesisMaterial,
    synthesise,
)
from research_agent.library.indexes import Vectors
from research_agent.model.bibliography import Bibliography, Entry
from research_agent.model.library import Passage
from research_agent.model.source import CodePattern, Placement, Signal, Source
from research_agent.model.synthesis import BulletPractices, Synthesis
from tests.bibliography.annotated import (
    CONCURRENCY,
    GUIDE,
    RESILIENCE,
    bibliography,
    entry,
    guide,
    judgement,
    passages,
    source,
)

PLAN = guide(RESILIENCE, CONCURRENCY)
BULLETS = [focus for domain in PLAN.domains for focus in domain.focus]
AXIS = {focus.id: axis for axis, focus in enumerate(BULLETS)}
WIDTH = len(BULLETS) + 100


def placement(domain: str, focus: str, *points: str, pattern: str = "") -> Placement:
    return Placement(
        guide=GUIDE,
        domain=domain,
        category="docs",
        focus=(focus,),
        summary="It says so.",
        key_points=points,
        code_pattern=CodePattern(library="anyio", idea=pattern) if pattern else None,
    )


class World:
    """Entries whose points lie along the axis of their bullet, each with a direction of its own beside it."""

    def __init__(self) -> None:
        self._passages: list[Passage] = []
        self._vectors: list[Vectors] = []
        self._entries: dict[str, list[Entry]] = {"2": [], "7": []}
        self._own: dict[str, int] = {}
        self._others: list[Source] = []

    def add(self, name: str, placed: Placement, *, nearness: float = 0.6, level: int = 4, origin: str = "") -> None:
        domain = RESILIENCE if placed.domain == "2" else CONCURRENCY
        judged = [
            judgement(criterion, level) for criterion in ("rationale", "authority", "date", "accuracy", "relevance")
        ]
        self._entries[placed.domain].append(
            entry(placed, name, domain, judged=judged, origin=origin or f"origin of {name}")
        )
        for passage in passages(placed, name):
            self._passages.append(passage)
            self._vectors.append(self._vector(placed.focus[0], passage.text, nearness))

    def hold(
        self, name: str, placed: Placement, *, nearness: float = 0.6, origin: str = "", retracted: bool = False
    ) -> None:
        """A source of the library that is no entry."""
        signals = (Signal(name="retracted", value=retracted),)
        self._others.append(source(placed, name, origin=origin or f"origin of {name}", signals=signals))
        for passage in passages(placed, name):
            self._passages.append(passage)
            self._vectors.append(self._vector(placed.focus[0], passage.text, nearness))

    def _vector(self, focus: str, text: str, nearness: float) -> Vectors:
        """Equal texts point the same way; different ones share only their nearness to the bullet."""
        own = self._own.setdefault(text, len(self._own))
        vector = np.zeros(WIDTH, dtype=np.float32)
        vector[AXIS[focus]] = nearness
        vector[len(BULLETS) + own] = np.sqrt(1 - nearness**2)
        return vector

    def bibliographies(self) -> list[Bibliography]:
        return [
            bibliography(*self._entries["2"], domain=RESILIENCE),
            bibliography(*self._entries["7"], domain=CONCURRENCY),
        ]

    def material(self, *, reverse: bool = False) -> SynthesisMaterial:
        bullets = np.eye(len(BULLETS), WIDTH, dtype=np.float32)
        order = slice(None, None, -1) if reverse else slice(None)
        return SynthesisMaterial(
            self._passages[order],
            np.array(self._vectors[order], dtype=np.float32).reshape(-1, WIDTH),
            bullets,
            self._others[order],
        )

    def synthesis(self) -> Synthesis:
        return synthesise(PLAN, self.bibliographies(), self.material())


def bullet(synthesis: Synthesis, focus: str) -> BulletPractices:
    every = [*(one for theme in synthesis.themes for one in theme.bullets), *synthesis.bullets]
    (found,) = [one for one in every if one.focus == focus]
    return found


def texts(practices: BulletPractices) -> list[str]:
    return [practice.point.text for practice in practices.practices]


SCOPES = "Nested scopes keep the earliest deadline."
SAID = [f"Idle pooled sockets must close before the {word} phase." for word in ("amber", "beige", "coral", "denim")]


def test_every_bullet_of_the_guide_has_its_place() -> None:
    synthesis = World().synthesis()
    assert [one.focus for one in synthesis.bullets] == [focus.id for focus in BULLETS]
    assert synthesis.sources == ()


def test_points_stand_under_the_bullet_that_their_entry_covers_best_scored_first() -> None:
    world = World()
    world.add("good", placement("2", "2.3", "Deadlines shrink."), level=5)
    world.add("fair", placement("2", "2.3", "Deadlines travel."), level=3)
    world.add("other", placement("2", "2.4", "Pools are split."))
    synthesis = world.synthesis()
    assert texts(bullet(synthesis, "2.3")) == ["Deadlines shrink.", "Deadlines travel."]
    assert texts(bullet(synthesis, "2.4")) == ["Pools are split."]


def test_a_point_that_independent_origins_share_comes_first_and_names_them() -> None:
    world = World()
    world.add("top", placement("2", "2.3", "Budgets are counted."), level=5)
    world.add("one", placement("2", "2.3", "Nested scopes keep the earliest deadline."), level=3, nearness=0.4)
    world.add("two", placement("7", "7.1", "Nested scopes keep the earliest deadline."), level=3, nearness=0.4)
    first = bullet(world.synthesis(), "2.3").practices[0]
    assert first.point.source == "one"
    assert [point.source for point in first.support] == ["two"]


def test_sources_of_one_origin_support_nothing_of_each_other() -> None:
    world = World()
    world.add("one", placement("2", "2.3", "Nested scopes keep the earliest deadline."), origin="Same", nearness=0.4)
    world.add("two", placement("7", "7.1", "Nested scopes keep the earliest deadline."), origin="Same", nearness=0.4)
    synthesis = world.synthesis()
    assert synthesis.agreements == ()
    assert bullet(synthesis, "2.3").practices[0].support == ()


def test_what_passes_the_cap_is_counted() -> None:
    world = World()
    for number in range(POINTS_OF_A_BULLET + 2):
        world.add(f"work-{number}", placement("2", "2.3", f"Deadline rule {chr(97 + number)} holds."))
    found = bullet(world.synthesis(), "2.3")
    assert len(found.practices) == POINTS_OF_A_BULLET
    assert found.left_out == 2


def test_one_work_does_not_fill_a_bullet() -> None:
    world = World()
    world.add("talker", placement("2", "2.3", "Ants crawl.", "Bees fly.", "Cats jump.", "Dogs run."), level=5)
    world.add("other", placement("2", "2.3", "Elks swim."), level=2)
    sources = [practice.point.source for practice in bullet(world.synthesis(), "2.3").practices]
    assert sources == ["talker"] * POINTS_OF_A_WORK + ["other"]


def test_points_far_from_every_bullet_are_left_out() -> None:
    world = World()
    world.add("far", placement("2", "2.3", "Ants crawl."), nearness=0.1)
    assert texts(bullet(world.synthesis(), "2.3")) == []


def test_statements_of_publication_and_of_the_work_itself_are_no_practices() -> None:
    world = World()
    world.add("work", placement("2", "2.3", "Published on 9 July 2024.", "Covers login and logout.", "Ants crawl."))
    assert texts(bullet(world.synthesis(), "2.3")) == ["Ants crawl."]


def test_patterns_stand_with_their_bullet_or_under_their_library_but_not_twice() -> None:
    world = World()
    world.add("best", placement("2", "2.3", pattern="Wrap it in fail_after(10)"), level=5)
    world.add("next", placement("2", "2.3", pattern="Wrap it in move_on_after(10)"), level=4)
    synthesis = world.synthesis()
    shown = bullet(synthesis, "2.3").pattern
    assert shown
    assert shown.source == "best"
    (library,) = synthesis.libraries
    assert library.library == "anyio"
    assert library.with_bullets == ("2.3",)
    assert [point.text for point in library.patterns] == ["Wrap it in move_on_after(10)."]


def test_a_work_of_two_domains_is_cited_once_and_says_a_thing_once() -> None:
    world = World()
    world.add("both", placement("2", "2.3", "Ants crawl."), nearness=0.3)
    world.add("both", placement("7", "7.1", "Ants crawl."), nearness=0.3)
    synthesis = world.synthesis()
    assert [(one.citation_key, one.domains) for one in synthesis.sources] == [("both", ("2", "7"))]
    assert texts(bullet(synthesis, "2.3")) + texts(bullet(synthesis, "7.1")) == ["Ants crawl."]


def test_three_origins_that_agree_are_one_agreement() -> None:
    world = World()
    for name, level in (("one", 3), ("two", 5), ("three", 4)):
        world.add(name, placement("2", "2.3", "Nested scopes keep the earliest deadline."), level=level)
    (agreement,) = world.synthesis().agreements
    assert [point.source for point in agreement.points] == ["two", "three", "one"]


def test_the_order_of_the_passages_makes_no_difference() -> None:
    world = World()
    world.add("one", placement("2", "2.3", "Ants crawl.", "Bees fly.", pattern="Wrap it"))
    world.add("two", placement("7", "7.1", "Ants crawl.", "Cats jump."))
    world.add("three", placement("2", "2.3", *SAID[:2]), nearness=0.7)
    world.add("four", placement("7", "7.1", *SAID[2:4]), nearness=0.7)
    world.hold("kept", placement("7", "7.1", SCOPES))
    world.hold("also", placement("7", "7.1", SCOPES))
    world.add("five", placement("2", "2.3", SCOPES))
    bibliographies = world.bibliographies()
    forward = synthesise(PLAN, bibliographies, world.material())
    assert forward == synthesise(PLAN, bibliographies, world.material(reverse=True))


def test_passages_of_works_that_are_no_entries_are_ignored() -> None:
    world = World()
    world.add("one", placement("2", "2.3", "Ants crawl."))
    without = [found.model_copy(update={"entries": ()}) for found in world.bibliographies()]
    assert synthesise(PLAN, without, world.material()).points == 0


def test_a_source_that_is_no_entry_supports_the_point_of_an_entry_and_is_named() -> None:
    world = World()
    world.add("one", placement("2", "2.3", SCOPES))
    world.hold("kept", placement("7", "7.1", SCOPES, "Other things are kept."))
    synthesis = world.synthesis()
    (practice,) = bullet(synthesis, "2.3").practices
    (outside,) = practice.outside
    assert (outside.source, outside.domain, outside.title) == ("kept", "7", "Title of kept")
    assert outside.url == "https://example.org/kept"
    (agreement,) = synthesis.agreements
    assert [point.source for point in agreement.points] == ["one"]
    assert agreement.outside == (outside,)
    assert [one.citation_key for one in synthesis.sources] == ["one"]
    assert synthesis.points == 1
    assert bullet(synthesis, "7.1").practices == ()


def test_support_from_outside_brings_a_point_to_the_front() -> None:
    world = World()
    world.add("top", placement("2", "2.3", "Budgets are counted."), level=5)
    world.add("one", placement("2", "2.3", SCOPES), level=3)
    world.hold("kept", placement("7", "7.1", SCOPES))
    assert texts(bullet(world.synthesis(), "2.3"))[0] == SCOPES


def test_an_origin_is_heard_once_and_entries_come_before_others() -> None:
    world = World()
    world.add("one", placement("2", "2.3", SCOPES), level=5)
    world.add("two", placement("7", "7.1", SCOPES), origin="Same", nearness=0.5)
    for name, origin in (("own", "Origin of one"), ("same", "same"), ("b-new", "New"), ("a-new", "new")):
        world.hold(name, placement("2", "2.3", SCOPES), origin=origin)
    (agreement,) = world.synthesis().agreements
    assert [point.source for point in agreement.points] == ["one", "two"]
    assert [point.source for point in agreement.outside] == ["a-new"]


def test_sources_outside_do_not_agree_among_themselves() -> None:
    world = World()
    world.add("one", placement("2", "2.3", "Ants crawl."))
    world.hold("kept", placement("2", "2.3", SCOPES))
    world.hold("also", placement("2", "2.3", SCOPES))
    assert world.synthesis().agreements == ()


def test_a_retracted_source_supports_nothing() -> None:
    world = World()
    world.add("one", placement("2", "2.3", SCOPES))
    world.hold("kept", placement("7", "7.1", SCOPES), retracted=True)
    assert world.synthesis().agreements == ()


def test_near_points_of_independent_origins_stand_side_by_side_under_their_bullets() -> None:
    world = World()
    world.add("one", placement("2", "2.3", SAID[0]), nearness=0.7)
    world.add("two", placement("2", "2.3", "Idle pooled sockets close, never earlier."), nearness=0.7)
    (pair,) = world.synthesis().side_by_side
    assert {pair.left.source, pair.right.source} == {"one", "two"}
    assert pair.focus == ("2.3",)
    world = World()
    world.add("one", placement("2", "2.3", SAID[0]), nearness=0.7, origin="Same")
    world.add("two", placement("2", "2.3", "Idle pooled sockets close, never earlier."), nearness=0.7, origin="Same")
    assert world.synthesis().side_by_side == ()


def crowded() -> World:
    """Six pairs of near points under every bullet."""
    world = World()
    for focus, axis in AXIS.items():
        for number, subject in enumerate(("socket", "token", "cache", "retry", "jitter", "header")):
            for side, verb in (("left", "must drain"), ("right", "never floods")):
                said = f"Each {subject} of {'abcdefgh'[axis] * 5} {verb} {'ghijkl'[number] * 4}."
                world.add(f"{side}-{subject}-{axis}", placement(focus[0], focus, said), nearness=0.75)
    return world


def test_a_bullet_is_home_to_few_pairs_and_a_point_stands_in_one() -> None:
    pairs = crowded().synthesis().side_by_side
    for focus in AXIS:
        assert sum(focus in pair.focus for pair in pairs) == PAIRS_OF_A_BULLET
    points = [point.passage for pair in pairs for point in (pair.left, pair.right)]
    assert len(points) == len(set(points))


def test_no_more_pairs_stand_side_by_side_than_one_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    every = crowded().synthesis().side_by_side
    monkeypatch.setattr("research_agent.bibliography.synthesis.PAIRS_SIDE_BY_SIDE", len(every) - 3)
    assert crowded().synthesis().side_by_side == every[:-3]
