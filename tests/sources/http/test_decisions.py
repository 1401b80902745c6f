"""What decides, without a network: deadlines, retries, budgets, breakers, schedules, Retry-After, bodies, freshness."""

import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.errors import NetworkError, TooLargeError, UnexpectedContentError, UnreachableError
from research_agent.sources.http.breaker import Breaker, State
from research_agent.sources.http.budget import RetryBudget
from research_agent.sources.http.cache import assumed_freshness
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.exchange import ApiLimit, Call, Rate, media_type, origin
from research_agent.sources.http.per_host import PerHost
from research_agent.sources.http.politeness import Politeness, Schedule
from research_agent.sources.http.redirects import same_host, same_service
from research_agent.sources.http.retry_after import retry_after
from research_agent.sources.http.retrying import Again, Enough, backoff_bound, decide
from research_agent.sources.http.settings import Breaker as BreakerSettings
from research_agent.sources.http.settings import Caching, Retries, Sizes
from research_agent.sources.http.streaming import Body, check_media_type

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

# Deadlines


def test_a_part_of_a_run_never_outlasts_it() -> None:
    now = [100.0]
    run = Deadline.after(10, clock=lambda: now[0])
    assert (run.remaining, run.within(3).at, run.within(30).at) == (10, 103, 110)
    now[0] = 109
    assert run.allows(1)
    assert not run.allows(1.5)
    now[0] = 200
    assert run.remaining == 0


# Retries


def decided(failure: BaseException, **given: object) -> Again | Enough:
    usual: dict[str, object] = {
        "attempt": 1,
        "repeatable": True,
        "remaining": 60.0,
        "shortest": 0.3,
        "settings": Retries(),
        "draw": lambda low, high: high,
        "spend": lambda: True,
    }
    return decide(failure, **{**usual, **given})  # type: ignore[arg-type]  # arguments by name


def test_only_what_may_pass_is_tried_again() -> None:
    assert decided(UnreachableError("x", passing=True)) == Again(0.5)
    assert decided(UnreachableError("x")) == Enough()
    assert decided(ValueError("x")) == Enough()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"repeatable": False}, "twice"),
        ({"attempt": 7}, "7 attempts"),
        ({"remaining": 0.7}, "has 0.7 s left"),
        ({"spend": lambda: False}, "budget"),
    ],
)
def test_what_speaks_against_a_retry_is_said(given: dict[str, object], why: str) -> None:
    decision = decided(NetworkError("x", passing=True), **given)
    assert isinstance(decision, Enough)
    assert why in decision.why


def test_the_budget_is_asked_last_so_that_nothing_is_spent_in_vain() -> None:
    spent: list[int] = []

    def spend() -> bool:
        spent.append(1)
        return True

    decided(NetworkError("x", passing=True), attempt=9, spend=spend)
    decided(NetworkError("x", passing=True), remaining=0.1, spend=spend)
    assert spent == []


@given(st.integers(1, 500), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 90)))
def test_a_wait_is_within_its_bound_and_not_shorter_than_what_was_asked(
    attempt: int, draw: float, asked: float | None
) -> None:
    settings = Retries(attempts=1000)
    decision = decided(
        NetworkError("x", passing=True, retry_after=asked),
        attempt=attempt,
        remaining=1e9,
        settings=settings,
        draw=lambda low, high: low + draw * (high - low),
    )
    assert isinstance(decision, Again)
    assert (asked or 0) <= decision.seconds <= max(asked or 0, backoff_bound(attempt, settings)) <= 90


@given(st.lists(st.booleans(), max_size=300), st.floats(0, 1), st.integers(0, 20), st.integers(0, 20))
def test_retries_never_exceed_the_reserve_and_a_share_of_the_requests(
    events: list[bool], share: float, reserve: int, most: int
) -> None:
    budget = RetryBudget(Retries(budget_share=share, budget_reserve=reserve, budget_most=most))
    requests = retries = in_a_row = 0
    for is_request in events:
        if is_request:
            budget.earn()
            requests, in_a_row = requests + 1, 0
        elif budget.spend():
            retries, in_a_row = retries + 1, in_a_row + 1
        assert retries <= reserve + share * requests + 1e-6
        assert in_a_row <= max(reserve, most)


# Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60.0),
        ("Tuesday, 24-Nov-26 12:01:00 GMT", 60.0),
        ("Tue Nov 24 12:01:00 2026", 60.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("Tue, 24 Nov 2026 13:01:00 +0100", 60.0),
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 400, None),
        ("٣", None),
        ("Tue, 99 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_breaks_the_reader(value: str) -> None:
    found = retry_after(value, NOW)
    assert found is None or found >= 0


@given(st.integers(0, 10**7))
def test_a_date_says_the_same_as_seconds(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(date, NOW) == retry_after(str(seconds), NOW) == seconds


# Breakers

QUICK = BreakerSettings(window=4, fewest=3, share=0.7, rest=10)


def failing(breaker: Breaker, times: int, now: float = 0) -> None:
    for _ in range(times):
        permit = breaker.admit(now)
        assert permit is not None
        breaker.failed(permit, now)


def test_a_breaker_opens_rests_and_lets_one_request_probe() -> None:
    breaker = Breaker(QUICK)
    failing(breaker, 2)
    assert breaker.state(0) is State.CLOSED
    failing(breaker, 1)
    assert (breaker.state(9), breaker.rest(9), breaker.admit(9)) == (State.OPEN, 1, None)
    probe = breaker.admit(10)
    assert probe is not None
    assert probe.probe
    assert (breaker.state(10), breaker.admit(10)) == (State.HALF_OPEN, None)
    breaker.succeeded(probe)
    assert breaker.state(10) is State.CLOSED


def test_a_probe_that_fails_opens_it_again_and_one_that_is_given_up_lets_another_go() -> None:
    breaker = Breaker(QUICK)
    failing(breaker, 3)
    failing(breaker, 1, now=10)
    assert breaker.state(19) is State.OPEN
    given_up = breaker.admit(20)
    assert given_up is not None
    breaker.abandoned(given_up)
    assert breaker.admit(20) is not None


def test_what_was_under_way_when_it_opened_is_not_taken_for_the_probe() -> None:
    breaker = Breaker(QUICK)
    late = breaker.admit(0)
    assert late is not None
    failing(breaker, 3)
    probe = breaker.admit(10)
    assert probe is not None
    breaker.succeeded(late)
    breaker.failed(late, 10)
    assert breaker.state(10) is State.HALF_OPEN
    assert breaker.admit(10) is None


def test_a_host_that_fails_now_and_then_is_not_left_alone() -> None:
    breaker = Breaker(QUICK)
    for number in range(60):
        permit = breaker.admit(number)
        assert permit is not None
        if number % 2:
            breaker.failed(permit, number)
        else:
            breaker.succeeded(permit)


# Schedules


@given(
    rates=st.lists(st.tuples(st.integers(1, 5), st.floats(0.5, 30)), min_size=1, max_size=3),
    steps=st.lists(st.tuples(st.floats(0, 5), st.one_of(st.none(), st.floats(0, 20))), min_size=1, max_size=40),
)
def test_no_span_ever_holds_more_requests_than_the_limit(
    rates: list[tuple[int, float]], steps: list[tuple[float, float | None]]
) -> None:
    limit = ApiLimit(name="x", rates=tuple(Rate(requests=n, seconds=s) for n, s in rates), at_once=1)
    schedule, now, sent, held = Schedule(limit), 0.0, [], 0.0
    for passed, pause in steps:
        now += passed
        if pause is not None:
            held = max(held, now + pause)
            schedule.hold(now + pause)
        at = schedule.reserve(now)
        assert at is not None
        assert at >= max(now, held)
        sent.append(at)
    assert sent == sorted(sent)
    for requests, seconds in rates:
        for first, beyond in zip(sent, sent[requests:], strict=False):
            assert beyond - first >= seconds - 1e-6


def test_a_burst_within_the_limit_waits_for_nothing_and_a_turn_too_late_takes_none() -> None:
    schedule = Schedule(ApiLimit(name="x", rates=(Rate(requests=3, seconds=10),), at_once=3))
    assert [schedule.reserve(0.0) for _ in range(3)] == [0, 0, 0]
    assert schedule.reserve(1, latest=9) is None
    assert schedule.reserve(1, latest=10) == 10


def test_threads_of_a_process_share_one_schedule() -> None:
    from concurrent.futures import ThreadPoolExecutor

    politeness = Politeness(clock=lambda: 0.0)
    limit = ApiLimit(name="x", rates=(Rate(requests=1, seconds=3),), at_once=1)
    with ThreadPoolExecutor(8) as threads:
        turns = list(
            threads.map(lambda _: politeness.reserve("x", limit, within=1e9, slack=0), range(50)),
        )
    assert sorted(turn for turn in turns if turn is not None) == [3.0 * number for number in range(50)]


def test_what_is_longest_unused_is_forgotten() -> None:
    kept = PerHost[list[str]](most=2)
    first = kept.of("a", list)
    kept.of("b", list)
    assert kept.of("a", list) is first
    kept.of("c", list)
    assert kept.of("a", list) is first
    first.append("x")
    assert kept.of("b", list) == []


# Bodies


def taken(pieces: list[bytes], *, encoding: str = "", sizes: Sizes | None = None) -> bytes:
    body = Body(encoding=encoding, declared=None, sizes=sizes or Sizes(), address="https://example.org/")
    for piece in pieces:
        body.feed(piece)
    return body.finish()


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.binary(max_size=3000), st.integers(1, 500), st.integers(-1, 9))
def test_a_body_is_the_same_however_it_is_packed_and_cut(data: bytes, size: int, level: int) -> None:
    half = len(data) // 2
    raw = zlib.compressobj(level, wbits=-15)
    forms = {
        "": [data],
        "gzip": [
            gzip.compress(data),
            gzip.compress(data[:half]) + gzip.compress(data[half:]),
            gzip.compress(data) + b"\0\0",
        ],
        "deflate": [zlib.compress(data, level), raw.compress(data) + raw.flush()],
    }
    for encoding, packings in forms.items():
        for packed in packings:
            assert taken(cut(packed, size), encoding=encoding) == data


@given(st.integers(0, 2000), st.integers(1, 1000), st.sampled_from(["", "gzip", "deflate"]))
def test_no_body_is_larger_than_it_may_be_and_none_is_cut(length: int, most: int, encoding: str) -> None:
    packed = {"": bytes(length), "gzip": gzip.compress(bytes(length)), "deflate": zlib.compress(bytes(length))}[
        encoding
    ]
    sizes = Sizes(packed=10_000, unpacked=most)
    if length > most:
        with pytest.raises(TooLargeError):
            taken(cut(packed, 7), encoding=encoding, sizes=sizes)
    else:
        assert taken(cut(packed, 7), encoding=encoding, sizes=sizes) == bytes(length)


def test_a_bomb_is_not_unpacked_further_than_the_limit() -> None:
    mib = 1024 * 1024
    bomb = gzip.compress(bytes(64 * mib))
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            taken([bomb], encoding="gzip", sizes=Sizes(unpacked=mib))
        assert tracemalloc.get_traced_memory()[1] < 8 * mib
    finally:
        tracemalloc.stop()


def test_a_packed_body_without_its_end_may_come_whole_another_time() -> None:
    with pytest.raises(UnexpectedContentError, match="without its end") as caught:
        taken([gzip.compress(b"x" * 1000)[:-9]], encoding="gzip")
    assert caught.value.passing


def test_what_can_not_be_unpacked_is_refused() -> None:
    with pytest.raises(UnexpectedContentError, match="can't be unpacked"):
        taken([b"no gzip at all"], encoding="gzip")
    with pytest.raises(UnexpectedContentError, match="'br', which we don't offer"):
        taken([], encoding="br")


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_no_bytes_break_the_unpacking(data: bytes, encoding: str) -> None:
    try:
        taken([data], encoding=encoding)
    except UnexpectedContentError as refused:
        assert "https://example.org/" in str(refused)  # noqa: PT017 -- either outcome will do


def test_a_kind_is_expected_by_name_or_pattern_and_an_unnamed_one_is_taken() -> None:
    for came in ("application/json; charset=utf-8", "Application/JSON", "application/problem+json", ""):
        check_media_type(came, ("application/json", "application/*+json"), "https://example.org/")
    check_media_type("text/html", (), "https://example.org/")
    with pytest.raises(UnexpectedContentError, match=r"text/html where application/json was asked for"):
        check_media_type("text/html", ("application/json",), "https://example.org/")


def test_keys_follow_to_the_same_origin_or_its_encrypted_twin_and_limits_to_the_same_host() -> None:
    plain, encrypted = Call(url="http://example.org/a"), Call(url="https://example.org:8443/a")
    assert same_service(plain, "http://example.org:80/b")
    assert same_service(plain, "https://example.org/b")
    assert not same_service(plain, "https://example.org:8443/b")
    assert not same_service(encrypted, "http://example.org/a")
    assert not same_service(plain, "https://www.example.org/")
    assert same_host(encrypted, "http://EXAMPLE.org./a")
    assert not same_host(encrypted, "http://api.example.org/a")


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin("HTTPS://Example.org./a?b") == origin("https://example.org:443/") == "https://example.org:443"
    assert origin("http://[::1]:8080/x") == "http://[::1]:8080"
    assert media_type(" Text/HTML ; charset=x") == "text/html"


# Freshness


@pytest.mark.parametrize(
    ("status", "fields", "seconds"),
    [
        (200, {}, 86_400),
        (304, {}, 86_400),
        (200, {"cache-control": "public"}, 86_400),
        (200, {"last-modified": "Tue, 24 Nov 2026 12:00:00 GMT"}, 86_400),
        (404, {}, 3_600),
        (410, {}, 3_600),
        (302, {}, None),
        (500, {}, None),
        (200, {"cache-control": "max-age=60"}, None),
        (200, {"cache-control": "No-Store"}, None),
        (200, {"cache-control": "private, no-cache"}, None),
        (200, {"expires": "0"}, None),
        (200, {"pragma": "no-cache"}, None),
    ],
)
def test_freshness_is_assumed_only_where_nothing_is_said(
    status: int, fields: dict[str, str], seconds: float | None
) -> None:
    assert assumed_freshness(status, fields, Caching()) == seconds
