"""The service over REST: how fast it searches for many at once, what it holds in memory, what the vanished leave."""

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from benchmarks.harness import Context, Figure, at_least, at_most, benchmark, of_samples, seconds
from benchmarks.services import Connection, Service, service
from benchmarks.stores import CACHE, corpus_library, corpus_sources, questions
from research_agent.library.library import Library

CLIENTS = 64
ASKED_BY_EACH = 20
WARM_UP = 64
BARE = 300
REQUESTS = 10_000
SETTLING = 6_000
"""Requests before memory is looked at: until then each thread's connection fills its cache of the catalogue's pages,
4 MB at most, which is no growth that goes on."""
OPENING = 200
"""Requests after which everything that they need is open."""
VANISHING = 200
CALM = 5.0
"""Seconds in which what is left over is cleared away."""
_ANOTHER = 1_000
"""Between the seeds of questions that must not be the same."""


@benchmark("rest-search")
def search_for_many(context: Context) -> Iterator[Figure]:
    """Searches with distinct questions by 64 clients at once, against the search function in a loop."""
    with _corpus() as data:
        with corpus_library() as library:
            bare = _bare_rate(library, context)
        with service(data) as asked:
            walls, took = asyncio.run(_many(asked, context))
    rate = len(walls) / took
    ordered = sorted(walls)
    half = statistics.median(ordered)
    yield Figure("search function in a loop", bare, "/s")
    yield Figure("searches over REST", rate, "/s", note=f"{len(walls)} by {CLIENTS} clients")
    yield Figure("rate, as a share of the loop's", rate / bare, "", at_least(0.5))
    yield of_samples("p50", ordered, "ms")
    ninety_ninth = of_samples("p99", ordered, "ms", share=0.99)
    yield ninety_ninth
    yield Figure("p99, in p50", ninety_ninth.value / half, "", at_most(8))


@benchmark("rest-memory")
def memory(context: Context) -> Iterator[Figure]:
    """Memory of a service: before and after the first search, and after 10,000 requests."""
    settling, count = ((each // 10 if context.quick else each) for each in (SETTLING, REQUESTS))
    with _corpus() as data, service(data) as asked:
        asyncio.run(_one(asked, "/health/ready"))
        yield Figure("before the first search", asked.memory, "MB", at_most(200))
        (first,) = _paths(context, 1)
        asyncio.run(_one(asked, first))
        yield Figure("after the first search", asked.memory, "MB", at_most(500))
        asyncio.run(_mixed(asked, context.seed, settling))
        before = asked.memory
        asyncio.run(_mixed(asked, context.seed + _ANOTHER, count))
        after = asked.memory
        yield Figure(f"after {settling:,} requests", before, "MB")
        yield Figure(f"after {count:,} more", after, "MB")
        yield Figure("growth", 100 * (after / before - 1), "%", at_most(5))


@benchmark("rest-vanishing")
def vanishing_clients(context: Context) -> Iterator[Figure]:
    """What 200 clients leave behind that connect and vanish, after as many before them."""
    with _corpus() as data, service(data) as asked:
        asyncio.run(_mixed(asked, context.seed, OPENING))
        # A first wave: the threads that so many at once need stay for the next, and what they import stays too.
        asyncio.run(_vanish(asked, context, VANISHING))
        before = _at_rest(asked)
        asyncio.run(_vanish(asked, context, VANISHING))
        after = _at_rest(asked)
        answered = asyncio.run(_one(asked, "/v1/guides"))
    for name, earlier, later in zip(("open sockets", "threads"), before, after, strict=True):
        yield Figure(f"{name} more than before", later - earlier, "", at_most(0), note=f"{earlier} before")
    yield Figure("answer to the next who asks", answered, "ms")


@contextmanager
def _corpus() -> Iterator[Path]:
    """A data directory of its own with the shipped corpus."""
    with corpus_library():
        pass
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(CACHE / "corpus", Path(folder) / "data"))


def _bare_rate(library: Library, context: Context) -> float:
    """Searches a second, one after another."""
    asked = questions(corpus_sources(), context.seed + 3 * _ANOTHER, WARM_UP + context.repeat(BARE))
    for question in asked[:WARM_UP]:
        library.search(question, None)
    rest = asked[WARM_UP:]
    return len(rest) / sum(seconds(partial(library.search, question, None)) for question in rest)


def _paths(context: Context, wanted: int, *, apart: int = 0) -> list[str]:
    """Addresses of searches for distinct questions."""
    asked = questions(corpus_sources(), context.seed + apart, wanted)
    return [f"/v1/searches?query={quote(question)}" for question in asked]


async def _many(asked: Service, context: Context) -> tuple[list[float], float]:
    """Milliseconds of each search of many clients at once, and the seconds that all took."""
    each = context.repeat(ASKED_BY_EACH)
    paths = _paths(context, WARM_UP + CLIENTS * each)
    await _by_clients(asked, paths[:WARM_UP], 8)
    begun = time.perf_counter()
    walls = await _by_clients(asked, paths[WARM_UP:], CLIENTS)
    return walls, time.perf_counter() - begun


async def _mixed(asked: Service, seed: int, count: int) -> None:
    """What a day brings: one in four searches for something new, the others look."""
    searches = [
        f"/v1/searches?query={quote(question)}" for question in questions(corpus_sources(), seed, max(1, count // 4))
    ]
    looks = ("/v1/guides", "/v1/sources?limit=20", "/v1/rubrics")
    paths = [searches[number // 4] if number % 4 == 0 else looks[number % 4 - 1] for number in range(count)]
    await _by_clients(asked, paths, 16)


async def _by_clients(asked: Service, paths: Sequence[str], clients: int) -> list[float]:
    """Milliseconds of each request; each client has its share of them, one after another."""

    async def ask(share: Sequence[str]) -> list[float]:
        connection = await Connection.to(asked)
        try:
            return [await connection.get(path) for path in share]
        finally:
            await connection.close()

    answered = await asyncio.gather(*(ask(paths[number::clients]) for number in range(clients)))
    return [wall for walls in answered for wall in walls]


async def _one(asked: Service, path: str) -> float:
    (wall,) = await _by_clients(asked, [path], 1)
    return wall


Way = Callable[[Connection, str], Awaitable[None]]


async def _at_once(_: Connection, __: str) -> None:
    pass


async def _in_a_search(connection: Connection, search: str) -> None:
    await connection.send("GET", search)


async def _in_a_body(connection: Connection, _: str) -> None:
    await connection.send(
        "POST", "/v1/sources", headers="Content-Type: application/jsonl\r\nContent-Length: 100000\r\n"
    )


async def _in_a_stream(connection: Connection, _: str) -> None:
    await connection.send("GET", "/mcp", headers="Accept: text/event-stream\r\n")


_WAYS: tuple[Way, ...] = (_at_once, _in_a_search, _in_a_body, _in_a_stream)


async def _vanish(asked: Service, context: Context, clients: int) -> None:
    """Connect, go some way, and be gone; all at the same time."""
    searches = _paths(context, clients, apart=2 * _ANOTHER)

    async def come_and_go(number: int) -> None:
        connection = await Connection.to(asked)
        await _WAYS[number % len(_WAYS)](connection, searches[number])
        await asyncio.sleep(0.05)
        connection.vanish()

    await asyncio.gather(*(come_and_go(number) for number in range(clients)))


def _at_rest(asked: Service) -> tuple[int, int]:
    """Open sockets and threads, when they have not become fewer for a while."""
    least = (asked.sockets, asked.threads)
    until = time.monotonic() + CALM
    while time.monotonic() < until:
        time.sleep(0.25)
        now = (asked.sockets, asked.threads)
        if now < least:
            least, until = now, time.monotonic() + CALM
    return least
