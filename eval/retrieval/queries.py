"""The queries of the retrieval suite as they are kept: one JSON object a line, by domain and number."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field

from research_agent.model.base import Record

QUERIES = Path(__file__).with_name("queries.jsonl")

Split = Literal["tune", "report"]
Style = Literal[
    "practice", "keyword", "symptom", "comparison", "api", "paraphrase", "multihop", "facet", "beyond"
]  # README.md says what each is


class Query(Record):
    """What a user would ask the library."""

    id: str = Field(pattern=r"^\d+-\d{2}$", description='Domain and number: "2-07".')
    domain: str = Field(description="Id of the domain out of which it was written; it is asked of the whole corpus.")
    text: str = Field(min_length=1, description="As a user would type it.")
    style: Style = Field(description='How it is put; "beyond": the corpus should hold nothing about it.')
    split: Split = Field(description="Whether settings may be tuned on it, or results are reported on it.")


def read_queries(path: Path = QUERIES) -> list[Query]:
    """The queries in the order of the file."""
    return [Query.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


def split_of(queries: Iterable[Query]) -> dict[str, Split]:
    """Which half each query belongs to, by its id: of a domain's ids in the order of their sha256 the first half tunes.

    Where a domain has an odd number, the larger half reports.
    """
    ids: dict[str, list[str]] = defaultdict(list)
    for query in queries:
        ids[query.domain].append(query.id)
    halves: dict[str, Split] = {}
    for of_domain in ids.values():
        shuffled = sorted(of_domain, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
        halves |= {name: "tune" if place < len(shuffled) // 2 else "report" for place, name in enumerate(shuffled)}
    return halves
