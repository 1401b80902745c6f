"""What the guide asks and what the records say, read from their files as they stand.

Nothing of the program reads here: a mistake in how it reads a quota or files a record must not hide itself.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from research_agent.resources import resource


@dataclass(frozen=True)
class Range:
    """An inclusive range of counts."""

    least: int
    most: int


@dataclass(frozen=True)
class CategoryDemand:
    """What is asked of one category: how many entries, which kinds belong there, and its rank (1 is the highest)."""

    id: str
    quota: Range
    kinds: frozenset[str]
    rank: int


@dataclass(frozen=True)
class Demands:
    """The constraints of a guide.

    Attributes:
        total: entries of a bibliography.
        categories: in the guide's order.
        recent_since: first recent year.
        recent_percent: least share of recent entries, in percent.
        per_focus: least entries of a bullet.
        per_origin: most entries of one origin.
        exempt: categories in which the limit on origins does not count.
        production: least entries with evidence from production.
        bullets: by the domain's id, the ids of its bullets.
    """

    total: Range
    categories: tuple[CategoryDemand, ...]
    recent_since: int
    recent_percent: float
    per_focus: int
    per_origin: int
    exempt: frozenset[str]
    production: int
    bullets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class PoolRecord:
    """A line of a pool, with where it stands."""

    fields: Mapping[str, Any]
    place: str

    @property
    def text(self) -> str:
        """Everything that it says of the work, angles included."""
        told = [self.fields, *self.fields.get("angles", ())]
        points = [point["text"] if isinstance(point, dict) else point for one in told for point in one["key_points"]]
        return " ".join([*(one["summary"] for one in told), *points])


def read_demands(path: Path | None = None) -> Demands:
    """The demands of a guide in the form of `docs/guide-format.md`; the shipped one if no path is given."""
    text = (path or resource("corpus", "guide.yaml")).read_text(encoding="utf-8")
    guide = yaml.safe_load(text)
    method = guide["methodology"]
    return Demands(
        total=_range(method["total"]),
        categories=tuple(
            CategoryDemand(one["id"], _range(one["quota"]), frozenset(one["kinds"]), one["rank"])
            for one in method["categories"]
        ),
        recent_since=method["recent_since"],
        recent_percent=float(str(method["recent_share"]).removesuffix("%")),
        per_focus=method["entries_per_focus"],
        per_origin=method["entries_per_origin"],
        exempt=frozenset(method["origin_exempt"]),
        production=method["production_entries"],
        bullets={str(one["id"]): tuple(f"{one['id']}.{number}" for number in one["focus"]) for one in guide["domains"]},
    )


def read_pool_records(folder: Path | None = None) -> dict[str, PoolRecord]:
    """Every record of a folder of pools, by the ids under which its work is known; the shipped one if none is given."""
    folder = folder or resource("corpus", "sources")
    found: dict[str, PoolRecord] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                record = PoolRecord(json.loads(line), f"{path.name}:{number}")
                found |= dict.fromkeys([record.fields["id"], *record.fields.get("aliases", ())], record)
    return found


def _range(text: object) -> Range:
    """A range as guides write it: "4-6" or "5"."""
    numbers = [int(number) for number in re.findall(r"\d+", str(text))]
    return Range(numbers[0], numbers[-1])
