"""Which points agree and which may contradict each other."""

import numpy as np
import pytest

from research_agent.bibliography.agreement import alike, differing, near, supporting
from research_agent.model.synthesis import Point


def point(text: str, origin: str, source: str = "", part: str = "key_point") -> Point:
    name = source or origin
    return Point.model_validate(
        {"text": text, "part": part, "passage": f"{name}/p", "source": name, "citation_key": name}
        | {"origin": origin, "domain": "1", "total": 4.0}
    )


def table(similarity: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    return np.array([[1.0, similarity], [similarity, 1.0]], dtype=np.float32)


CHILD = "A failing child cancels its siblings."
PARENT = "A failing child cancels its siblings and its exception propagates to the parent."


def test_points_of_two_origins_that_nearly_say_the_same_agree() -> None:
    (pair,) = alike([point(CHILD, "a"), point(PARENT, "b")], table(0.87))
    assert (pair.left, pair.right) == (0, 1)


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        (point(CHILD, "a"), point(PARENT, "A", "other"), 0.87),  # one origin, whatever the case
        (point(CHILD, "a"), point(PARENT, "b"), 0.57),  # too far
        (point(CHILD, "a"), point("A failing child never cancels its siblings.", "b"), 0.95),  # denied
        (point("Waits double up to 5 seconds.", "a"), point("Waits double up to 9 seconds.", "b"), 0.95),  # figures
        (
            point("Interviews cover ten companies.", "a"),
            point("17 interviews in 10 companies.", "b"),
            0.90,
        ),  # the works
        (point(CHILD, "a", part="code_pattern"), point(PARENT, "b"), 0.87),
        (point("Tokens rotate.", "a"), point("Rotation revokes.", "b"), 0.90),  # hardly a word in common
    ],
)
def test_what_only_looks_alike_is_no_agreement(one: Point, other: Point, similarity: float) -> None:
    assert alike([one, other], table(similarity)) == []


def test_other_defaults_of_a_thing_of_the_same_name_differ() -> None:
    points = [
        point("Default timeout is 10 minutes; with_options overrides per call.", "a"),
        point("Default is a 5 second timeout on network inactivity.", "b"),
    ]
    (pair,) = differing(points, table(0.59))
    assert pair.kind == "value"
    assert pair.about == ("10 minutes", "5 second")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Default timeout is 5 seconds.", "The default timeout: 5 seconds."),  # the same
        ("Default timeout is 5 seconds.", "Default limit is 100 connections, timeout unlimited."),  # other dimensions
        ("Default timeout is 5 seconds.", "Default port opens after 10 seconds."),  # nothing of the same name
        ("A timeout of 5 seconds fits.", "A timeout of 10 seconds fits."),  # no defaults
        ("Default timeout is 60 seconds.", "Default timeout is 1 minute."),  # other units
        ("Default backoff_factor is 0.", "Default backoff_factor is 0.0."),  # one number
        ("Default connect timeout is 5 seconds.", "Default read timeout is 9 seconds."),  # other parameters
        (  # the 30 seconds are those of early_expiry
            "early_expiry defaults to 30.0 seconds, timeout to 60, the local redirect port to 5000.",
            "Default is a 5 second timeout on network inactivity.",
        ),
        ("Default fail_max is 5.", "Default reset_max is 7."),  # other parameters
    ],
)
def test_what_is_no_other_default_does_not_differ(one: str, other: str) -> None:
    assert differing([point(one, "a"), point(other, "b")], table(0.9)) == []


def test_other_defaults_of_one_parameter_differ() -> None:
    points = [
        point("Defaults: fail_max 5, reset_timeout 60 seconds.", "a"),
        point("By default fail_max is 3.", "b"),
    ]
    (pair,) = differing(points, table(0.7))
    assert pair.about == ("5", "3")


def test_a_point_that_denies_what_another_says_differs() -> None:
    points = [
        point("The default client verifies against the operating-system trust store instead of certifi.", "a"),
        point("verify accepts a context; the default trust bundle is certifi's.", "b"),
    ]
    (pair,) = differing(points, table(0.60))
    assert (pair.kind, pair.about) == ("polarity", ("certifi",))


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        # the denied words are not those in common
        ("A deadline covers the whole block, not each operation.", "Deadlines cover a block and nest.", 0.71),
        # both deny
        ("Certificates are not checked by default.", "Checks of certificates are not on by default.", 0.80),
        # None is a value
        (
            "timeout=None turns the limits off for a request or client.",
            "total_timeout (0.5.0, April 2026) limits the sum of sleeps per request.",
            0.68,
        ),
        # only a part of what is denied stands in the other
        (
            "JSON media types carry no standard parameters, so a vendor media type is advised for public APIs.",
            "Media type parameter compatible-with carries the major version.",
            0.61,
        ),
        # nothing in common beside what is denied
        (
            "No adaptive concurrency limiting is provided yet.",
            "The team points to adaptive concurrency limits and resilience4j as successors.",
            0.60,
        ),
        # too far
        ("System CA certificates are used by default, not certifi.", "The default trust bundle is certifi's.", 0.50),
    ],
)
def test_what_does_not_deny_the_other_does_not_differ(one: str, other: str, similarity: float) -> None:
    assert differing([point(one, "a"), point(other, "b")], table(similarity)) == []


def test_one_origin_does_not_contradict_itself() -> None:
    points = [point("Default timeout is 10 minutes.", "a", "x"), point("Default timeout is 5 seconds.", "a", "y")]
    assert differing(points, table(0.9)) == []


def test_a_point_of_another_source_supports_one_of_an_independent_origin() -> None:
    points = [point(CHILD, "a"), point("Waits double.", "c")]
    others = [point("Waits are halved.", "d"), point(PARENT, "b")]
    cosines = np.array([[0.1, 0.87], [0.6, 0.1]], dtype=np.float32)
    (pair,) = supporting(points, others, cosines)
    assert (pair.left, pair.right) == (0, 1)
    assert supporting(points, [others[0], point(PARENT, "A", "other")], cosines) == []


REUSED = "Pooled connections are reused until the idle timeout."
KEPT = "Idle connections close once a heartbeat of the peer fails."


def test_points_with_near_wording_stand_side_by_side_without_a_claim() -> None:
    (pair,) = near([point(REUSED, "a"), point(KEPT, "b")], table(0.6))
    assert (pair.left, pair.right, pair.observed) == (0, 1, ())


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        (point(REUSED, "a"), point(KEPT, "A", "other"), 0.6),  # one origin
        (point(REUSED, "a"), point(KEPT, "b", "a"), 0.6),  # one work
        (point(REUSED, "a"), point(KEPT, "b"), 0.44),  # too far
        (point(REUSED, "a"), point("Tokens must rotate once.", "b"), 0.9),  # no telling word in common
        (point(REUSED, "a"), point("1.4.0 (July 2025) reuses pooled connections.", "b"), 0.9),  # news of a release
        (point("A bulkhead is defined as an isolated pool.", "a"), point("A bulkhead isolates.", "b"), 0.6),
        (point(CHILD, "a"), point(PARENT, "b"), 0.87),  # says the same, which is said elsewhere
    ],
)
def test_what_is_not_side_by_side(one: Point, other: Point, similarity: float) -> None:
    assert near([one, other], table(similarity)) == []


@pytest.mark.parametrize(
    ("one", "other", "observed"),
    [
        (
            "Opaque tokens must hold 112 bits of entropy.",
            "Reference tokens hold entropy of 128 bits.",
            "figures differ",
        ),
        ("Retry budgets must stay at 20%.", "Retry budgets of 10 percent are compared.", "figures differ"),
        ("Sessions must not reuse connections.", "Clients drain a body to reuse connections.", "one denies"),
    ],
)
def test_other_figures_and_denials_are_observed(one: str, other: str, observed: str) -> None:
    (pair,) = near([point(one, "a"), point(other, "b")], table(0.5))
    assert pair.observed == (observed,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Caches must keep entries for 60 seconds of idling.", "Entries idle in caches for 1 minute."),  # one amount
        ("RFC 9111 caches must revalidate entries.", "RFC 9213 caches revalidate entries."),  # names of standards
        ("Tokens must expire no later than the session.", "Expired tokens end a later session."),  # a bound
        ("Caches must honour no-store entries.", "Shared caches store entries that are public."),  # a name
    ],
)
def test_names_and_bounds_are_neither_other_figures_nor_denials(one: str, other: str) -> None:
    (pair,) = near([point(one, "a"), point(other, "b")], table(0.5))
    assert pair.observed == ()


def test_rare_words_in_common_bring_two_points_nearer_than_a_little_cosine() -> None:
    points = [
        point("Jitter must spread a thundering herd.", "a"),
        point("A thundering herd needs jitter.", "b"),
        point("Pools must bound idle sockets and warm threads.", "c"),
        point("Idle pools leak handles unless swept by daemons.", "d"),
    ]
    cosines = np.eye(4, dtype=np.float32)
    cosines[0, 1] = cosines[1, 0] = 0.50
    cosines[2, 3] = cosines[3, 2] = 0.55
    assert [(pair.left, pair.right) for pair in near(points, cosines)] == [(0, 1), (2, 3)]
