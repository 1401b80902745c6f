"""Where focus bullets of different domains meet."""

import numpy as np

from research_agent.bibliography.themes import MEETS, SHARED_ENTRIES, Group, meeting_bullets
from research_agent.model.guide import Focus

ERRORS = Focus(id="1.1", text="Error handling")
FAULTS = Focus(id="2.1", text="Handling of faults")
CACHES = Focus(id="2.2", text="Caches")
FAILURES = Focus(id="3.1", text="Failures")


def unit(*degrees: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Vectors in a plane at these angles: the cosine of two is that of the angle between."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def one_in_a_hundred(*bullets: Focus) -> dict[str, set[str]]:
    """Bullets that have one entry in common, among so many that it hardly brings them nearer."""
    return {bullet.id: {"common", *(f"{bullet.id}-{number}" for number in range(99))} for bullet in bullets}


MET = one_in_a_hundred(ERRORS, FAULTS, FAILURES, CACHES)


def ids(*groups: Group) -> list[list[str]]:
    return [[bullet.id for bullet in group.bullets] for group in groups]


def test_near_bullets_of_two_domains_meet() -> None:
    assert ids(*meeting_bullets([ERRORS, FAULTS, CACHES], unit(0, 10, 90), MET)) == [["1.1", "2.1"]]


def test_bullets_of_one_domain_make_no_theme() -> None:
    assert meeting_bullets([FAULTS, CACHES], unit(0, 5), MET) == []


def test_far_bullets_do_not_meet() -> None:
    just_too_far = float(np.degrees(np.arccos(MEETS - 0.01)))
    assert meeting_bullets([ERRORS, FAULTS], unit(0, just_too_far), MET) == []


def test_entries_in_common_bring_bullets_together() -> None:
    apart = float(np.degrees(np.arccos(MEETS - SHARED_ENTRIES / 2)))
    shared = {"1.1": {"a", "b"}, "2.1": {"a", "b", "c"}}
    assert meeting_bullets([ERRORS, FAULTS], unit(0, apart), {}) == []
    assert ids(*meeting_bullets([ERRORS, FAULTS], unit(0, apart), shared)) == [["1.1", "2.1"]]


def test_a_chain_of_near_bullets_joins_only_where_the_mean_is_near() -> None:
    groups = meeting_bullets([ERRORS, FAULTS, FAILURES], unit(0, 50, 100), MET)
    assert ids(*groups) == [["1.1", "2.1"]]


def test_like_words_without_a_common_work_are_no_theme() -> None:
    apart = {"1.1": {"a"}, "2.1": {"b"}}
    assert meeting_bullets([ERRORS, FAULTS], unit(0, 0), apart) == []
    assert ids(*meeting_bullets([ERRORS, FAULTS], unit(0, 0), {"1.1": {"a"}, "2.1": {"a"}})) == [["1.1", "2.1"]]


def test_a_domain_that_shares_no_work_with_the_others_leaves_the_theme() -> None:
    third = Focus(id="3.1", text="Faults elsewhere")
    covered = {"1.1": {"a"}, "2.1": {"a"}, "3.1": {"b"}}
    assert ids(*meeting_bullets([ERRORS, FAULTS, third], unit(0, 5, 10), covered)) == [["1.1", "2.1"]]


def test_a_theme_is_named_after_its_central_bullet() -> None:
    (group,) = meeting_bullets([ERRORS, FAULTS, FAILURES], unit(0, 20, 40), MET)
    assert group.name == "Handling of faults"


def test_of_equally_near_pairs_the_first_joins() -> None:
    groups = meeting_bullets([ERRORS, FAULTS, FAILURES], unit(-50, 0, 50), MET)
    assert ids(*groups) == [["1.1", "2.1"]]


def test_no_bullets_make_no_themes() -> None:
    assert meeting_bullets([], np.zeros((0, 2), dtype=np.float32), {}) == []
