"""Live sources against stand-ins in a process of their own: speed, failures, cache, cancellation, memory."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, TypeVar

import anyio

from benchmarks.harness import Context, Figure, at_least, at_most, benchmark, of_samples
from benchmarks.processes import run_process
from research_agent.live.fan_out import fan_out
from research_agent.live.services import Services, Told
from research_agent.model.search import PlannedQuery, ServiceOutcome
from research_agent.settings import Settings
from research_agent.sources.connectors import Access, Connector, connector
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.http.politeness import Politeness
from stand_ins import Asked, StandIns, breaches, started

T = TypeVar("T")

ASKED = ("arxiv", "crossref", "openalex", "semantic_scholar", "datacite", "github", "stack_exchange", "hacker_news")
FASTEST, SLOWEST = 0.05, 0.8
"""Seconds that the first and the last of them take; the others lie between."""
TEXTS = ("retry backoff jitter", "circuit breaker state", "deadline timeout requests", "bulkhead limit of requests")
MOST_TIMES = 1.15
"""What a fan-out may take, in times of its slowest service."""
DEADLINE = Settings().search_seconds
RUNS, FAILING_RUNS, CANCELLED = 15, 5, 30


@benchmark("live-fan-out")
def fan_out_to_eight(context: Context) -> Iterator[Figure]:
    """One question to 8 services that take 50 to 800 ms, against the slowest of them."""
    with started(*_spread()) as stand_ins:
        _run(_fan_out(stand_ins, TEXTS[:1]))  # imports, and the catalogue's first search
        runs = [_run(_fan_out(stand_ins, TEXTS[:1])) for _ in range(context.repeat(RUNS))]
    yield of_samples("all have answered after", [1000 * run.took for run in runs], "ms")
    yield of_samples("in times of the slowest", [run.took / SLOWEST for run in runs], "", at_most(MOST_TIMES))
    beyond = 1000 * (MOST_TIMES - 1) * SLOWEST  # the same bar, for the part that hangs on the machine's speed
    yield of_samples("beyond the slowest", [1000 * (run.took - SLOWEST) for run in runs], "ms", at_most(beyond))
    yield of_samples("of it processor time", [1000 * run.cpu for run in runs], "ms")
    yield Figure("services that answered", min(_answered(run) for run in runs), "", at_least(len(ASKED)))


@benchmark("live-failing")
def three_of_ten_fail(context: Context) -> Iterator[Figure]:
    """Candidates that arrive while 30 % of answers fail (429, 500, reset), and limits that are kept."""
    with started() as well:
        expected = _run(_fan_out(well, TEXTS)).found
    shares, times, broken, asked, failed = [], [], 0, 0, 0
    for number in range(context.repeat(FAILING_RUNS)):
        seed = str(Random(f"{context.seed} {number}").getrandbits(32))
        with started("--failing", "0.3", "--faults", "429,500,reset", "--seed", seed, *_spread()) as ill:
            run = _run(_fan_out(ill, TEXTS, patient=True))
            requests = ill.asked()
        shares.append(100 * len(run.found & expected) / len(expected))
        times.append(run.took)
        asked += len(requests)
        failed += sum(one.outcome != "200" for one in requests)
        broken += sum(len(breaches(own, one.limit)) for one, own in _by_service(requests))
    yield Figure("answers that failed", 100 * failed / asked, "%", note=f"of {asked:,}")
    yield of_samples("candidates that arrived", shares, "%", at_least(100), note=f"of {len(expected)}")
    yield Figure("worst run", min(shares), "%")
    yield of_samples("run took", times, "s", at_most(DEADLINE))
    yield Figure("breaches of limits", broken, "", at_most(0))


@benchmark("live-again")
def second_run(_: Context) -> Iterator[Figure]:
    """Requests of a second run of the same questions, which the cache should answer."""
    with tempfile.TemporaryDirectory() as folder, started() as stand_ins:
        first = _run(_fan_out(stand_ins, TEXTS, Path(folder)))
        after_first = len(stand_ins.asked())
        second = _run(_fan_out(stand_ins, TEXTS, Path(folder)))
        requests = len(stand_ins.asked()) - after_first
    yield Figure("requests of the first run", after_first, "")
    yield Figure("requests of the second", requests, "", at_most(0))
    yield Figure("first run", 1000 * first.took, "ms", note="without the waits that limits ask for")
    yield Figure("second run", 1000 * second.took, "ms", note=f"{_answered(second)} services answered")


@benchmark("live-cancelled")
def cancelled(context: Context) -> Iterator[Figure]:
    """How long a cancelled run takes to stop, and what it leaves behind."""
    chance = Random(context.seed)
    moments = [chance.uniform(0.02, 1.2 * SLOWEST) for _ in range(context.repeat(CANCELLED))]
    with started("--failing", "0.3", *_spread()) as stand_ins:
        _run(_fan_out(stand_ins, TEXTS[:1]))
        stops = [_run(_cancelled_after(stand_ins, moment)) for moment in moments]
    yield of_samples("stopped after", [1000 * stop for stop, _, _ in stops], "ms")
    yield Figure("longest", 1000 * max(stop for stop, _, _ in stops), "ms", at_most(200))
    yield Figure("and everything closed, longest", 1000 * max(closed for _, closed, _ in stops), "ms", at_most(200))
    yield Figure("tasks left", max(left for _, _, left in stops), "", at_most(0))


@benchmark("live-refusing")
def refusing(context: Context) -> Iterator[Figure]:
    """Memory of a process that refuses a response of 2 GB, at its peak."""
    with tempfile.TemporaryDirectory() as folder, started("--huge", "crossref") as stand_ins:
        for service, what in (("crossref", "refuses 2 GB"), ("openalex", "is answered well")):
            expected = "not_checked" if service == "crossref" else "answered"
            command = [sys.executable, "-m", "benchmarks.asking", stand_ins.address, service, expected, folder]
            peaks = [run_process(command).peak for _ in range(context.repeat(RUNS) // 3)]
            yield of_samples(f"a process that {what}", peaks, "MB", at_most(300))


class Run(NamedTuple):
    """A fan-out that came to its end."""

    took: float
    """Seconds."""
    cpu: float
    """Seconds of processor time."""
    outcomes: tuple[ServiceOutcome, ...]
    found: frozenset[tuple[str, str, str]]
    """Candidates, by service, question and address."""


async def _fan_out(
    stand_ins: StandIns, texts: Sequence[str], data: Path | None = None, *, patient: bool = False
) -> Run:
    """Ask all services, with an empty cache unless a data directory is given.

    Args:
        stand_ins: who is asked.
        texts: the questions.
        data: where answers are kept.
        patient: whether limits of services are waited for, and pauses between attempts.
    """
    found: set[tuple[str, str, str]] = set()

    def keep(query: PlannedQuery, told: Told) -> None:
        found.update((told.outcome.service, query.text, candidate.url) for candidate in told.candidates)

    sleep = anyio.sleep if patient else _at_once
    with _folder(data) as folder:
        settings = Settings(stand_ins=stand_ins.address, data_dir=folder)
        async with Services.open(settings, only=ASKED, politeness=Politeness(), sleep=sleep) as services:
            begun, worked = time.perf_counter(), time.process_time()
            outcomes = await fan_out(services, _queries(texts), Deadline.after(DEADLINE), keep)
            took, cpu = time.perf_counter() - begun, time.process_time() - worked
            return Run(took, cpu, outcomes, frozenset(found))


async def _cancelled_after(stand_ins: StandIns, seconds: float) -> tuple[float, float, int]:
    """Seconds until a run that is cancelled has stopped, and until all is closed; and how many tasks it leaves."""
    before = len(asyncio.all_tasks())
    stopped = 0.0
    with _folder(None) as folder:
        async with Services.open(
            Settings(stand_ins=stand_ins.address, data_dir=folder), only=ASKED, politeness=Politeness()
        ) as services:
            with anyio.move_on_after(seconds) as scope:
                await fan_out(services, _queries(TEXTS), Deadline.after(DEADLINE))
            stopped = anyio.current_time() - scope.deadline
        closed = anyio.current_time() - scope.deadline
    await asyncio.sleep(0)
    return stopped, closed, len(asyncio.all_tasks()) - before


def _run(body: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(body)


def _spread() -> list[str]:
    """Options that give each service its latency."""
    step = (SLOWEST - FASTEST) / (len(ASKED) - 1)
    return [text for place, name in enumerate(ASKED) for text in ("--latency", f"{name}={FASTEST + place * step:.3f}")]


def _queries(texts: Sequence[str]) -> list[PlannedQuery]:
    return [PlannedQuery(text=text, services=ASKED) for text in texts]


def _answered(run: Run) -> int:
    return sum(outcome.state == "answered" for outcome in run.outcomes)


def _by_service(requests: Sequence[Asked]) -> Iterator[tuple[Connector, list[Asked]]]:
    for name in ASKED:
        yield connector(name, Access(key="stand-in")), [one for one in requests if one.service == name]


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    """The folder that is given, or one that nobody else has, until the end of the block."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


async def _at_once(_: float) -> None:
    """Wait for nobody's limit: a stand-in has none."""
    await anyio.sleep(0)
