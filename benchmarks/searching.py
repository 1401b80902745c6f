"""Search as a user has it: question embedded, both lists asked, merged. Every question is new to the store."""

import statistics
from collections.abc import Iterator
from functools import partial

from benchmarks.harness import Bar, Context, Figure, at_most, benchmark, of_samples, taken
from benchmarks.stores import corpus_library, corpus_sources, made_up_library, questions
from research_agent.library.library import Library
from research_agent.library.minilm import MiniLM
from research_agent.model.library import Filter

WARM_UP = 10
QUESTIONS = 200
MANY = 100_000
FILTERS = {
    "one domain": Filter(domain="2"),
    "reviewed papers from 2021": Filter(kinds=("paper",), since=2021, peer_reviewed=True),
    "from 2021, half of it": Filter(since=2021),
}


@benchmark("search-corpus")
def over_the_corpus(context: Context) -> Iterator[Figure]:
    """Search over the shipped corpus."""
    with corpus_library() as library:
        yield from _measured(library, context, "no filter", None, at_most(10))
        yield _embedding(context)
        for name, where in FILTERS.items():
            yield from _measured(library, context, name, where, None)


@benchmark("search-many")
def over_many_passages(context: Context) -> Iterator[Figure]:
    """Search over 100,000 passages made up from the corpus."""
    passages = MANY // 20 if context.quick else MANY
    with made_up_library(passages) as library:
        yield Figure("passages", passages, "")
        yield from _measured(library, context, "no filter", None, at_most(25))
        for name, where in FILTERS.items():
            yield from _measured(library, context, name, where, at_most(60))


def _embedding(context: Context) -> Figure:
    """What of a search is the model's: it reads its 42 MB of weights once a question, whatever else is quick."""
    model = MiniLM()
    asked = questions(corpus_sources(), context.seed, WARM_UP + context.repeat(QUESTIONS))
    for question in asked[:WARM_UP]:
        model.embed([question])
    walls = [1000 * taken(partial(model.embed, [question])).wall for question in asked[WARM_UP:]]
    return of_samples("of which embedding the question, p50", walls, "ms")


def _measured(library: Library, context: Context, name: str, where: Filter | None, bar: Bar | None) -> Iterator[Figure]:
    # Another seed for each filter: what one asked, the store would remember for the next.
    seed = context.seed + sum(name.encode())
    asked = questions(corpus_sources(), seed, WARM_UP + context.repeat(QUESTIONS))
    for question in asked[:WARM_UP]:
        library.search(question, where)
    times = [taken(partial(library.search, question, where)) for question in asked[WARM_UP:]]
    walls = [1000 * time.wall for time in times]
    cpu = 1000 * statistics.median(time.cpu for time in times)
    yield of_samples(f"{name}, p50", walls, "ms", bar, note=f"{cpu:.1f} ms of processor time")
    yield of_samples(f"{name}, p95", walls, "ms", share=0.95)
