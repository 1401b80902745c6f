"""Pools what several rankers find for each query and writes the sheets on which readers grade it.

A sheet names neither ranker nor rank, and its order is a shuffled one: `python -m eval.retrieval.pool FOLDER`.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Container, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from eval.retrieval.exact import ExactStore
from eval.retrieval.grades import read_grades
from eval.retrieval.queries import Query, read_queries
from eval.retrieval.rankers import Ranker, Rankers, texts_of
from research_agent.model.base import Record
from research_agent.model.kinds import Kind
from research_agent.model.source import Source
from research_agent.settings import Settings
from research_agent.workspace import Workspace

POOL_DEPTH = 10
"""Sources of each ranker: the depth at which nDCG is reported."""

SEED = 20261125
"""Of the order in which a reader sees a query's sources."""

SECOND_SHARE = 5
"""One pair in so many is graded a second time."""

TEXT_CHARACTERS = 900
"""Of a record, without its title: what a reader takes in within half a minute."""

_SUMMARIES_SHARE = 0.6
_CUT = " …"


class Line(Record):
    """One pair to grade. Year and kind are facts of the work, for queries that ask for them."""

    query: str
    text: str
    source: str
    title: str
    kind: Kind
    year: int | None
    record: str


def pooled(queries: Iterable[Query], rankers: Iterable[Ranker], depth: int = POOL_DEPTH) -> dict[str, list[str]]:
    """For each query the sources that any ranker has among its first `depth`, once each, by id."""
    using = list(rankers)
    return {query.id: sorted({name for rank in using for name in rank(query.text, depth)}) for query in queries}


def sheet(
    queries: Sequence[Query], pool: dict[str, list[str]], sources: dict[str, Source], guide: str, seed: int = SEED
) -> list[Line]:
    """The lines of a sheet: query after query, the sources of each shuffled; by their names and the seed alone."""
    return [
        _line(query, sources[name], guide)
        for query in queries
        for name in sorted(pool[query.id], key=lambda name: _hash(f"{seed} {query.id} {name}"))
    ]


def graded_twice(line: Line) -> bool:
    """Whether a second reader grades this pair, too: a fifth of all, by the hash of query and source."""
    return int.from_bytes(_hash(f"{line.query} {line.source}"), "big") % SECOND_SHARE == 0


def shortened(summaries: Sequence[str], points: Sequence[str], limit: int = TEXT_CHARACTERS) -> str:
    """A record's text within about `limit` characters.

    What is too long is cut in both parts, so that no angle from which a work was read is lost: of each summary the
    beginning, of the key points as many as fit.
    """
    for_points = sum(map(len, points))
    for_summaries = max(limit - for_points, int(limit * _SUMMARIES_SHARE))
    shares = _shares([len(summary) for summary in summaries], for_summaries)
    head = [_cut(summary, share) for summary, share in zip(summaries, shares, strict=True)]
    left = limit - sum(map(len, head))
    kept: list[str] = []
    for point in points:
        left -= len(point)
        if left < 0:
            break
        kept.append(point)
    return "\n".join([*head, *(f"- {point}" for point in kept)])


def ungraded(lines: Iterable[Line], graded: Container[tuple[str, str]]) -> list[Line]:
    """The lines whose pair of query and source has no grade yet."""
    return [line for line in lines if (line.query, line.source) not in graded]


def graded_pairs(path: Path) -> set[tuple[str, str]]:
    """The pairs of query and source in a file of grades."""
    return {(query, source) for query, of in read_grades(path).items() for source in of}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the sheets of all domains, a file each, and those of the second reader in a folder below."""
    parser = argparse.ArgumentParser(prog="python -m eval.retrieval.pool", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write <domain>.jsonl and second/<domain>.jsonl")
    parser.add_argument("--seed", type=int, default=SEED, help="of the order of a query's sources")
    parser.add_argument("--without", type=Path, metavar="GRADES", help="leave out the pairs that this file grades")
    given = parser.parse_args(arguments)
    queries = read_queries()
    graded = graded_pairs(given.without) if given.without else set()
    with tempfile.TemporaryDirectory() as temporary:
        # A store of its own: nothing that a user added gets into the pool.
        settings = Settings(data_dir=Path(temporary) / "store")
        with Workspace.open(settings) as workspace:
            guide = workspace.guide
            sources = {source.id: source for source in workspace.library.sources(guide.id)}
        with (
            closing(ExactStore.open(settings)) as store,
            closing(Rankers(store, sources.values(), guide.id, Path(temporary) / "records")) as rankers,
        ):
            pool = pooled(queries, rankers.by_name.values())
    for domain in guide.domains:
        asked = [query for query in queries if query.domain == domain.id]
        lines = ungraded(sheet(asked, pool, sources, guide.id, given.seed), graded)
        _write(given.folder / f"{domain.id}.jsonl", lines)
        again = [line for line in lines if graded_twice(line)]
        _write(given.folder / "second" / f"{domain.id}.jsonl", again)
        sys.stdout.write(
            f"domain {domain.id}: {len(lines)} pairs for {len(asked)} queries, {len(again)} of them twice\n"
        )


def _line(query: Query, source: Source, guide: str) -> Line:
    return Line(
        query=query.id,
        text=query.text,
        source=source.id,
        title=source.title,
        kind=source.kind,
        year=source.year,
        record=shortened(*texts_of(source, guide)),
    )


def _write(path: Path, lines: Iterable[Line]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = "".join(json.dumps(line.model_dump(), ensure_ascii=False) + "\n" for line in lines)
    path.write_text(told, encoding="utf-8")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _shares(lengths: Sequence[int], limit: int) -> list[int]:
    """How many characters each text gets: the short ones all of theirs, the long ones equal parts of the rest."""
    shares = [0] * len(lengths)
    left = limit
    for place, index in enumerate(sorted(range(len(lengths)), key=lambda index: lengths[index])):
        shares[index] = min(lengths[index], left // (len(lengths) - place))
        left -= shares[index]
    return shares


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters and a sign that something is missing, ending with a whole word."""
    return text if len(text) <= limit else text[: limit + 1].rsplit(None, 1)[0] + _CUT


if __name__ == "__main__":
    main()
