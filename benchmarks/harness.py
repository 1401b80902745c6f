"""What a benchmark is and how it measures: functions that yield figures, each with the bar that it should meet."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, TypeVar

from benchmarks import yardstick

T = TypeVar("T")


class Bar(NamedTuple):
    """What a figure should be: at most or at least this much, in the figure's unit."""

    limit: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


Verdict = Literal["met", "met at speed", "missed"]
_TIMES = ("s", "ms")


class Figure(NamedTuple):
    """One number of a benchmark: the median of its samples where it has some."""

    name: str
    value: float
    unit: str
    bar: Bar | None = None
    samples: tuple[float, ...] = ()
    note: str = ""
    slowness: float = 1.0
    """How many times slower this machine was than the one that the bars were set on; see `yardstick`."""

    @property
    def verdict(self) -> Verdict | None:
        """Whether it meets its bar, as it is or at the speed of the bars' machine; None: it has none."""
        if self.bar is None:
            return None
        if self.bar.met(self.value):
            return "met"
        return "met at speed" if self.unit in _TIMES and self.bar.met(self.value / self.slowness) else "missed"


class Context(NamedTuple):
    """What a benchmark is handed."""

    quick: bool
    """Fewer repetitions and smaller stores: to see that it runs, not to quote."""
    seed: int
    """Of the questions: a store remembers the vectors of questions, so each run has to ask others."""

    def repeat(self, times: int) -> int:
        return max(2, times // 5) if self.quick else times


Body = Callable[[Context], Iterable[Figure]]


class Benchmark(NamedTuple):
    """A named benchmark; its title is the first line of the function's docstring."""

    name: str
    title: str
    body: Body


REGISTRY: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Body], Body]:
    """Register a function as the benchmark of this name."""

    def register(body: Body) -> Body:
        REGISTRY[name] = Benchmark(name, (body.__doc__ or name).strip().splitlines()[0].rstrip("."), body)
        return body

    return register


def at_most(limit: float) -> Bar:
    return Bar(limit)


def at_least(limit: float) -> Bar:
    return Bar(limit, at_least=True)


def of_samples(
    name: str, samples: Iterable[float], unit: str, bar: Bar | None = None, *, share: float = 0.5, note: str = ""
) -> Figure:
    """The median of the samples with their range, or another quantile (`share`, by the nearest rank) without it."""
    ordered = sorted(samples)
    if share == 0.5:
        return Figure(name, statistics.median(ordered), unit, bar, tuple(ordered), note)
    return Figure(name, ordered[min(len(ordered) - 1, int(share * len(ordered)))], unit, bar, note=note)


class Taken(NamedTuple):
    """How long a call took."""

    wall: float
    """Seconds of the wall clock."""
    cpu: float
    """Seconds of processor time, of all threads; says more than `wall` where the machine is busy."""


def taken(call: Callable[[], object]) -> Taken:
    """How long a call takes by both clocks."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu)


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes, in seconds of the wall clock."""
    return taken(call).wall


def in_turns(repeat: int, calls: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """What each call returns, `repeat` times, by turns: a slow minute of the machine then strikes all alike."""
    results: dict[str, list[T]] = {name: [] for name in calls}
    for _ in range(repeat):
        for name, call in calls.items():
            results[name].append(call())
    return results


def run(names: Iterable[str], context: Context) -> Iterator[tuple[Benchmark, Figure | Exception]]:
    """Run benchmarks one after another, the yardstick before and after each; one that fails yields its error."""
    for name in names:
        chosen = REGISTRY[name]
        try:
            before = yardstick.lay_on()
            figures = list(chosen.body(context))
            slowness = yardstick.slowness([*before, *yardstick.lay_on()])
            for figure in figures:
                yield chosen, figure._replace(slowness=slowness)
        except Exception as error:  # becomes the outcome, and an exit code of 1
            yield chosen, error
