"""The suite "retrieval": does a search find what answers, and is the fused search better than what it is made of?"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from eval.corpus import STORE, shipped_workspace
from eval.retrieval.exact import ExactStore
from eval.retrieval.grades import GRADES, SECOND, both_readers, read_grades
from eval.retrieval.measures import (
    DEPTH,
    MEASURES,
    MRR,
    NDCG,
    RECALL,
    RELEVANT,
    Difference,
    Grades,
    Run,
    area_interval,
    area_under_curve,
    check_installed,
    difference,
    kappa_interval,
    measured,
    weighted_kappa,
)
from eval.retrieval.queries import Query, Split, read_queries
from eval.retrieval.rankers import Rankers
from eval.suite import Failure, Score, SuiteResult, interval, suite
from research_agent.model.library import Hit
from research_agent.settings import Settings

FUSED: Final = "fused"
PARENTS: Final = ("lexical", "vector")
BASELINE: Final = "reciprocal-ranks"

LEAST: Final = {NDCG: 0.75, RECALL: 0.95, MRR: 0.79}  # measured 0.782, 0.985 and 0.821
LEAST_BEYOND: Final = {"lexical": 0.08, "vector": 0.07, BASELINE: 0.05}  # 0.116, 0.102 and 0.060
LEAST_DOMAINS: Final = 1.0
LEAST_AGREEMENT: Final = 0.8  # 0.964
SHORT: Final = 10
"""Hits of an answer as it is asked for in use."""
_POOR: Final = 0.5
"""nDCG@10 below which a query is shown as a failure."""

LEAKS: Final = (
    "One writer's questions, most of them written after reading the records; styles are spread by design, not as often "
    "as users use them.",
    "What no ranker had among its first ten was graded by nobody and counts as 0, so recall is recall of the pool.",
    "A grade is of the record, our account of the work, as far as a sheet shows it.",
    "Weights were tuned on the other half of the same queries, by the same writer, over the same corpus.",
    "Vectors are compared exactly here; Chroma's graph, which is asked in use, is approximate.",
)


class Asked(NamedTuple):
    """What the rankers answered, and what the search says of its first hit."""

    queries: Sequence[Query]
    runs: Mapping[str, Run]
    first: Mapping[str, Hit | None]


@suite("retrieval")
def retrieval() -> SuiteResult:
    """Measure the rankers on the shipped corpus."""
    check_installed()
    return measure(ask(read_queries()), read_grades(GRADES))


def ask(queries: Sequence[Query]) -> Asked:
    """Put every query to every ranker."""
    with shipped_workspace() as workspace:
        workspace.library.search("")  # the store is filled and its indexes complete
        guide, sources = workspace.guide, workspace.library.sources(workspace.guide.id)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(ExactStore.open(Settings(data_dir=STORE))) as store,
        closing(Rankers(store, sources, guide.id, Path(folder))) as rankers,
    ):
        runs = {
            name: {query.id: rank(query.text, DEPTH) for query in queries} for name, rank in rankers.by_name.items()
        }
        hits = {query.id: rankers.hits(query.text, SHORT) for query in queries}
    # How many are asked for decides how many are looked at whole: the first ten are those of an answer of ten.
    short = {query: [hit.passage.source for hit in found] for query, found in hits.items()}
    runs[FUSED] = {
        query: [*short[query], *(name for name in found if name not in short[query])][:DEPTH]
        for query, found in runs[FUSED].items()
    }
    return Asked(queries, runs, {query: next(iter(found), None) for query, found in hits.items()})


def measure(asked: Asked, grades: Grades) -> SuiteResult:
    """Measure what was answered.

    Args:
        asked: the answers of all rankers.
        grades: of the readers.
    """
    answerable = [query for query in asked.queries if max(grades[query.id].values(), default=0) >= RELEVANT]
    values = {
        name: measured({query.id: run[query.id] for query in answerable}, grades) for name, run in asked.runs.items()
    }
    reported = _of(answerable, "report")
    scores = [
        *_figures(values, reported, "report"),
        *_gains(values, reported),
        *_domains(values, reported),
        *_figures(values, _of(answerable, "tune"), "tune"),
        *_unanswerable(asked, {query.id for query in answerable}),
        *_readers(),
    ]
    return SuiteResult(
        suite="retrieval",
        title="Does a search find what answers, and is the fused search better than what it is made of?",
        scores=tuple(scores),
        failures=tuple(_failures(asked, values[FUSED][NDCG], reported, grades)),
        leaks=LEAKS,
    )


Values = Mapping[str, Mapping[str, Mapping[str, float]]]
"""By ranker, measure and query."""


def _of(queries: Sequence[Query], split: Split) -> list[Query]:
    return [query for query in queries if query.split == split]


def _figures(values: Values, queries: Sequence[Query], split: Split) -> Iterator[Score]:
    """Every measure of every ranker; thresholds for the search that ships, on the half that is reported."""
    for name, of_measure in values.items():
        for measure_name in MEASURES:
            of_queries = [of_measure[measure_name][query.id] for query in queries]
            low, high = interval(of_queries)
            guarded = name == FUSED and split == "report"
            yield Score(
                name=f"{measure_name}, {name}, {'the half reported on' if split == 'report' else 'the half tuned on'}",
                value=sum(of_queries) / len(of_queries),
                low=low,
                high=high,
                cases=len(of_queries),
                at_least=LEAST[measure_name] if guarded else None,
            )


def _gains(values: Values, queries: Sequence[Query]) -> Iterator[Score]:
    """By how much the fused search is better than its parents and than the baseline, query by query."""
    for other in (*PARENTS, BASELINE):
        found = _difference(values, other, [query.id for query in queries])
        yield Score(
            name=f"{NDCG}, {FUSED} beyond {other}",
            value=found.mean,
            low=found.low,
            high=found.high,
            cases=len(queries),
            at_least=LEAST_BEYOND[other],
            chance=0.0,
            difference=True,
            note=f"paired; p = {found.p:.4f} by randomisation",
        )


def _domains(values: Values, queries: Sequence[Query]) -> Iterator[Score]:
    """In how many domains the fused search is better than the better of its parents."""
    domains = list(dict.fromkeys(query.domain for query in queries))
    behind, certain = [], 0
    for domain in domains:
        ids = [query.id for query in queries if query.domain == domain]
        of = {name: sum(values[name][NDCG][query] for query in ids) / len(ids) for name in (FUSED, *PARENTS)}
        best = max(PARENTS, key=lambda name: of[name])
        beyond = {name: _difference(values, name, ids) for name in PARENTS}
        certain += all(one.low > 0 for one in beyond.values())
        if of[FUSED] <= of[best]:
            found = beyond[best]
            behind.append(
                f"domain {domain}: {of[FUSED]:.3f} against {of[best]:.3f} {best} "
                f"({found.low:+.3f} to {found.high:+.3f}, {len(ids)} queries)"
            )
    better = "; ".join(behind) or f"all {len(domains)}"
    yield Score(
        name="share of domains in which fused is better than both parents",
        value=1 - len(behind) / len(domains),
        cases=len(domains),
        at_least=LEAST_DOMAINS,
        note=f"{better}; in {certain} the 95% intervals of both differences lie above 0",
    )


def _difference(values: Values, other: str, ids: Sequence[str]) -> Difference:
    ours, theirs = values[FUSED][NDCG], values[other][NDCG]
    return difference({query: ours[query] for query in ids}, {query: theirs[query] for query in ids})


def _unanswerable(asked: Asked, answerable: set[str]) -> Iterator[Score]:
    """Whether what a search says of its first hit tells questions without an answer from those with one."""
    for name, of in _OF_THE_FIRST.items():
        can = [of(asked.first[query.id]) for query in asked.queries if query.id in answerable]
        can_not = [of(asked.first[query.id]) for query in asked.queries if query.id not in answerable]
        low, high = area_interval(can, can_not) if can and can_not else (0.0, 1.0)
        yield Score(
            name=f"AUC of the first hit's {name}, answerable against not",
            value=area_under_curve(can, can_not) if can and can_not else 0.5,
            low=low,
            high=high,
            cases=len(asked.queries),
            chance=0.5,
            note=f"{len(can_not)} questions without an answer, not counted elsewhere; a search says nothing of it",
        )


def _similarity(hit: Hit | None) -> float:
    return -1.0 if hit is None else hit.similarity


def _score(hit: Hit | None) -> float:
    return 0.0 if hit is None else hit.score


_OF_THE_FIRST: Final = {"cosine": _similarity, "fused score": _score}


def _readers() -> Iterator[Score]:
    first, second = read_grades(GRADES), read_grades(SECOND)
    pairs = both_readers(first, second)
    found = [pair for pair in pairs if any(pair)]
    low, high = kappa_interval([both_readers(first, {query: second[query]}) for query in sorted(second)])
    yield Score(
        name="agreement of two readers, weighted kappa",
        value=weighted_kappa(pairs),
        low=low,
        high=high,
        cases=len(pairs),
        at_least=LEAST_AGREEMENT,
        note=f"{len(pairs) - len(found)} times both said 0; of the {len(found)} others "
        f"{sum(first == second for first, second in found) / len(found):.0%} have equal grades",
    )


def _failures(asked: Asked, values: Mapping[str, float], queries: Sequence[Query], grades: Grades) -> Iterator[Failure]:
    for query in queries:
        if values[query.id] >= _POOR:
            continue
        of = grades[query.id]
        best = sorted((name for name in of if of[name] >= RELEVANT), key=lambda name: (-of[name], name))
        run = asked.runs[FUSED][query.id]
        places = [f"{name} ({run.index(name) + 1 if name in run else 'not found'})" for name in best]
        yield Failure(
            case=f"{query.id}: {query.text}",
            expected=f"among the first ten, with their place: {', '.join(places)}",
            came=", ".join(f"{name} ({of.get(name, 'not graded')})" for name in run[:10]),
            why=f"{NDCG} {values[query.id]:.2f}; grades in brackets",
        )
