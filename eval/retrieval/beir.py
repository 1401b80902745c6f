"""The measures of retrieval on a collection of the user's own, in BEIR's format: `research-agent eval --beir`."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from eval.retrieval.beir_folder import Collection, read_collection
from eval.retrieval.beir_store import GUIDE, CollectionStore, document_of, fill, open_store, sources_of
from eval.retrieval.measures import DEPTH, MEASURES, NDCG, RELEVANT, Run, check_installed, difference, measured
from eval.retrieval.rankers import Rankers
from eval.suite import Failure, Score, SuiteResult, interval
from research_agent.library.chunks import chunks
from research_agent.library.embedder import Embedder
from research_agent.library.supply import TEXTS_AT_A_TIME, VectorSupply
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.settings import Settings
from research_agent.wiring import embedder_of

FUSED: Final = "fused"
_FIRST: Final = 10
"""Places of an answer in which a query that failed has nothing; those of nDCG@10."""


def run(
    folder: Path, *, progress: Progress = unwatched, settings: Settings | None = None, embedder: Embedder | None = None
) -> SuiteResult:
    """Measure all rankers on a collection; what was embedded is kept, and the next run embeds nothing.

    Args:
        folder: holds corpus.jsonl, queries.jsonl and qrels/test.tsv.
        progress: told of documents and questions.
        settings: say where to keep the collection, and the embedder; None: those of the environment.
        embedder: in place of the settings' own.

    Raises:
        DataError: a file is missing or not of the format; nothing was made.
        EmbeddingError: the model failed; what it computed before is kept.
        StoreError: the collection's store can't be used.
        UsageError: the extra `eval` is not installed.
    """
    check_installed()
    settings = settings or Settings.from_environment()
    embedder = embedder or embedder_of(settings)
    progress(Step(name="read", text="Reading the collection", done=0, total=1))
    collection = read_collection(folder)
    progress(Step(name="read", text="Reading the collection", done=1, total=1))
    with closing(open_store(collection, settings, embedder)) as store:
        fill(store, collection, progress)
        runs = ask(store, collection, progress)
    return measure(collection, runs, embedder.max_tokens)


def ask(store: CollectionStore, collection: Collection, progress: Progress = unwatched) -> dict[str, Run]:
    """Put every query to every ranker of a filled store; documents' ids by ranker and query."""
    progress(Step(name="prepare", text="Reading vectors and words", done=0, total=1))
    with (
        tempfile.TemporaryDirectory() as records,
        closing(Rankers(store, sources_of(collection), GUIDE, Path(records))) as rankers,
    ):
        progress(Step(name="prepare", text="Reading vectors and words", done=1, total=1))
        _embed_questions(store.supply, collection, progress)
        runs: dict[str, dict[str, list[str]]] = {name: {} for name in rankers.by_name}
        for done, (query, text) in enumerate(collection.queries.items(), start=1):
            for name, rank in rankers.by_name.items():
                found = (document_of(collection, source) for source in rank(text, DEPTH + 1))
                # As BEIR's own evaluation has it: where queries are documents, one does not answer itself.
                runs[name][query] = [document for document in found if document != query][:DEPTH]
            progress(Step(name="ask", text="Asking the questions", done=done, total=len(collection.queries)))
    return dict(runs)


def measure(collection: Collection, runs: Mapping[str, Run], max_tokens: int | None) -> SuiteResult:
    """Measure what was answered.

    Args:
        collection: with the grades.
        runs: the documents that each ranker found.
        max_tokens: of a text that count for its vector; None: not known.
    """
    # Collections call a document an answer from grade 1, the measures from RELEVANT on. Grades that are all multiplied
    # leave nDCG, a ratio of them, as it is. Below 0 stands what some collections mark as spam.
    grades = {
        query: {document: RELEVANT * max(grade, 0) for document, grade in of.items()}
        for query, of in collection.grades.items()
    }
    values = {name: measured(found, grades) for name, found in runs.items()}
    return SuiteResult(
        suite="retrieval",
        title=f"Does a search find what answers in {collection.folder.resolve().name}, "
        f"{len(collection.names):,} documents?",
        scores=(*_figures(values), *_gains(values)),
        failures=tuple(_failures(collection, runs[FUSED], values[FUSED][NDCG])),
        leaks=tuple(_leaks(max_tokens)),
    )


Values = Mapping[str, Mapping[str, Mapping[str, float]]]
"""By ranker, measure and query."""


def _figures(values: Values) -> Iterator[Score]:
    for name, of_measure in values.items():
        for measure_name in MEASURES:
            of_queries = list(of_measure[measure_name].values())
            low, high = interval(of_queries)
            yield Score(
                name=f"{measure_name}, {name}",
                value=sum(of_queries) / len(of_queries),
                low=low,
                high=high,
                cases=len(of_queries),
            )


def _gains(values: Values) -> Iterator[Score]:
    """By how much the search that ships is better than each of the others, query by query."""
    for other in values:
        if other == FUSED:
            continue
        found = difference(values[FUSED][NDCG], values[other][NDCG])
        yield Score(
            name=f"{NDCG}, {FUSED} beyond {other}",
            value=found.mean,
            low=found.low,
            high=found.high,
            cases=len(values[FUSED][NDCG]),
            chance=0.0,
            difference=True,
            note=f"paired; p = {found.p:.4f} by randomisation",
        )


def _failures(collection: Collection, found: Run, values: Mapping[str, float]) -> Iterator[Failure]:
    """The queries of which the first ten hold no answer."""
    for query, text in collection.queries.items():
        if values[query] > 0:
            continue
        answers = sorted(name for name, grade in collection.grades[query].items() if grade > 0)
        places = [
            f"{name} ({found[query].index(name) + 1 if name in found[query] else 'not found'})" for name in answers
        ]
        yield Failure(
            case=f"{query}: {text}",
            expected=f"among the first ten, with their place: {_listed(places)}",
            came=_listed(found[query]) or "nothing",
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FIRST} more" if len(names) > _FIRST else ""
    return ", ".join(names[:_FIRST]) + more


def _leaks(max_tokens: int | None) -> Iterator[str]:
    yield "What nobody graded counts as no answer, and most collections grade few documents of a query."
    yield "Vectors are compared exactly here; Chroma's graph, which is asked in use, is approximate."
    yield "The search was tuned on the shipped corpus, whose sources have several passages; a document here has one."
    if max_tokens is not None:
        yield f"Of a document the first {max_tokens} tokens count for its vector, as is usual; words count to its end."


def _embed_questions(supply: VectorSupply, collection: Collection, progress: Progress) -> None:
    """Vectors of all questions, kept for this run and the next: together they cost less than one by one."""
    done = 0
    for texts in chunks(collection.queries.values(), TEXTS_AT_A_TIME):
        progress(Step(name="embed", text="Embedding the questions", done=done, total=len(collection.queries)))
        supply.of_questions(texts)
        done += len(texts)
    supply.write_questions()
    progress(Step(name="embed", text="Embedding the questions", done=done, total=done))
