"""Which statements say the same, and which only look alike. Most pairs stand in the shipped pools."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.radar.sameness import SAYS_THE_SAME, denied_words, denies, says_the_same, words_of

NEAR = 0.9
SAME = [
    (
        "Timeout choice: accept for example 0.1 percent false timeouts and take the p99.9 latency of the downstream.",
        "A false-timeout rate of 0.1 percent corresponds to the p99.9 latency of the downstream service.",
    ),
    (
        "pip: absolute dates in 26.0, relative durations in 26.1.",
        "Relative durations require pip 26.1; 26.0 accepts absolute times.",
    ),
    (
        "Stripe-Version overrides the pin per request.",
        'options={"stripe_version": ...} overrides the version for one request.',
    ),
    (
        "Use loop.run_in_executor(None, partial(...)) in library code.",
        "Blocking code should go through loop.run_in_executor.",
    ),
    (
        "Older tokens trigger reuse detection and revoke the family.",
        "Reuse detection can revoke the entire token family.",
    ),
    ("A revoked token is not cached by a proxy.", "Proxies do not cache a revoked token."),
]
OTHER = {
    "dissent": (
        "The result contradicts the earlier 2014/2017 study.",
        "The earlier 2014/2017 study holds: its result is confirmed.",
    ),
    "another finding": (
        "About one third of releases introduced at least one breaking change.",
        "83.4% of upgrades comply with semantic versioning.",
    ),
    "other figures": (
        "Defaults: FAILURE_THRESHOLD 5, RECOVERY_TIMEOUT 30 seconds, EXPECTED_EXCEPTION Exception.",
        "Defaults: fail_max 5, reset_timeout 60 seconds, success_threshold 1.",
    ),
    "another unit": ("Idle sockets close after 5 seconds.", "Idle sockets close after 5 minutes."),
    "other figures in words": ("Failed probes open it after three calls.", "Failed probes open it after five calls."),
    "denied": ("A failing child cancels its siblings.", "A failing child never cancels its siblings."),
    "denied with another word": ("The pool closes idle sockets.", "The pool refuses to close idle sockets."),
    "other denials": (
        "The token cache does not encrypt secrets on disk.",
        "The token cache encrypts secrets on disk, but is not shared.",
    ),
    "opposites": ("Sockets are drained before the pool closes.", "Sockets are drained after the pool closes."),
    "other strength": ("Member names of objects must be unique.", "Member names of objects should be unique."),
    "read and write": ("The read timeout bounds each chunk.", "The write timeout bounds each chunk."),
    "one subject, general words": (
        "Surprising API behaviour is more likely to be a security problem.",
        "Wrong use of APIs is linked to bugs and security problems.",
    ),
    "of the work": (
        "Summarises the OSDI 2022 study: 22 incidents, 11 organisations, 1.5 to 73 hours.",
        "22 incidents from 11 organisations; durations between 1.5 and 73 hours.",
    ),
    "dates": ("Published on 3 June 2026.", "Published on 3 June 2026."),
}


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_claim_in_other_words_is_the_same(one: str, other: str) -> None:
    assert says_the_same(one, other, NEAR)


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER)
def test_what_only_looks_alike_is_not_the_same(one: str, other: str) -> None:
    assert not says_the_same(one, other, 1.0)


def test_words_without_nearness_are_not_enough() -> None:
    one, other = SAME[0]

    assert says_the_same(one, other, SAYS_THE_SAME)
    assert not says_the_same(one, other, SAYS_THE_SAME - 0.01)


statements = st.sampled_from([text for pair in (*SAME, *OTHER.values()) for text in pair])


@given(statements, statements, st.floats(-1, 1))
def test_the_order_of_two_statements_does_not_matter(one: str, other: str, cosine: float) -> None:
    assert says_the_same(one, other, cosine) == says_the_same(other, one, cosine)


@given(statements, st.sampled_from(("It is not so that {}", "{} That is wrong: never.", "Unlike others: {}")))
def test_nothing_agrees_with_its_own_denial(text: str, denial: str) -> None:
    if not denies(text):
        assert not says_the_same(text, denial.format(text), 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "timeout=None turns the limits off.",
        "Pass None to wait for ever.",
        "run_in_executor(None, work) frees the loop.",
    ],
)
def test_pythons_none_denies_nothing(text: str) -> None:
    assert not denies(text)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("None of them retries; none retries a POST.", (("retries", "a", "POST"),)),
        ("Requires no locking; twice the throughput.", (("locking",),)),
        ("Answers MUST NOT be stored by a cache.", (("be", "stored", "by", "a"),)),
    ],
)
def test_a_denial_reaches_to_the_end_of_its_clause(text: str, denied: tuple[tuple[str, ...], ...]) -> None:
    assert denied_words(text) == denied


def test_words_meet_in_their_stems_and_names_from_code_stay_whole() -> None:
    assert words_of("Retries of rotated tokens") == words_of("retry, rotation, token")
    assert words_of("connectors") != words_of("connection")
    assert words_of("Set fail_max") & words_of("fail max") == frozenset()
