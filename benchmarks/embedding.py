"""The embedded model: how long a question takes, and what sorting by length is worth."""

from collections.abc import Iterator
from functools import partial
from statistics import median

from benchmarks.harness import Context, Figure, at_least, benchmark, in_turns, of_samples, seconds
from benchmarks.stores import corpus_sources, questions
from research_agent.library.minilm import BATCH_TOKENS, MiniLM, batches_by_length, pack
from research_agent.library.passages import embedding_text, passages_of

TEXTS = 600
NAIVE_BATCH = 32
"""Texts a batch where nobody thinks about their length: the default of sentence-transformers and of Chroma."""


@benchmark("embed-question")
def one_question(context: Context) -> Iterator[Figure]:
    """Embed one short question with the embedded model."""
    model = MiniLM()
    yield Figure("load and first question", seconds(lambda: model.embed(["first"])), "s")
    asked = questions(corpus_sources(), context.seed, context.repeat(200))
    times = [1000 * seconds(partial(model.embed, [question])) for question in asked]
    yield of_samples("p50", times, "ms")
    yield of_samples("p95", times, "ms", share=0.95)


@benchmark("embed-batches")
def by_length(context: Context) -> Iterator[Figure]:
    """Embed texts of the corpus sorted by length, and in the order of arrival."""
    texts = [embedding_text(source.title, p) for source in corpus_sources() for p in passages_of(source)]
    texts = texts[:: max(1, len(texts) // (TEXTS // (4 if context.quick else 1)))]
    model = MiniLM()
    tokens = model.tokenize(texts)
    lengths = [len(ids) for ids in tokens]
    arrival = range(len(texts))
    plans = {
        "sorted": batches_by_length(lengths, BATCH_TOKENS),
        "same budget": pack(arrival, lengths, BATCH_TOKENS),
        "by 32": [list(arrival[start : start + NAIVE_BATCH]) for start in range(0, len(texts), NAIVE_BATCH)],
    }
    model.embed(texts[:8])
    calls = {name: partial(seconds, partial(model.embed_tokens, tokens, plan)) for name, plan in plans.items()}
    times = in_turns(context.repeat(3), calls)
    yield of_samples("sorted", (sum(lengths) / time for time in times["sorted"]), "tokens/s")
    for name, note in (
        ("same budget", f"batches of {BATCH_TOKENS} tokens with padding, both"),
        ("by 32", f"arrival in batches of {NAIVE_BATCH} texts"),
    ):
        ratio = median(times[name]) / median(times["sorted"])
        yield Figure(f"arrival order, {name} / sorted", ratio, "x", at_least(1.3), note=note)
