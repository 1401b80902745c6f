"""Count every constraint of the guide over the entries of a bibliography, by what the records themselves say.

The program counts as well and proves its choice; here it is not asked. `disagreements` compares the two.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from eval.bibliographies.demands import Demands, PoolRecord, Range
from eval.bibliographies.making import Made
from research_agent.model.bibliography import Check, Entry

Records = Mapping[str, PoolRecord]

_FROM_PRODUCTION: Final = frozenset({"case_study", "postmortem", "benchmark"})
"""Kinds that tell of systems in use by what they are."""
_UNLIMITED: Final = 10**6


class Counted(NamedTuple):
    """One constraint, by the name that the program gives it as well, and what was counted."""

    id: str
    asked: Range
    found: int

    @property
    def met(self) -> bool:
        """Whether it holds."""
        return self.asked.least <= self.found <= self.asked.most


class Disagreement(NamedTuple):
    """A constraint of which the program says something else than was counted."""

    id: str
    counted: str
    said: str


def count(made: Made, demands: Demands, records: Records) -> list[Counted]:
    """Every constraint on one domain's bibliography, in the guide's order. An entry without a record counts nowhere."""
    known = [(entry, records[entry.source.id]) for entry in made.entries if entry.source.id in records]
    domain = made.domain.id
    categories = Counter(str(record.fields["category"]) for _, record in known)
    bullets = Counter(bullet for _, record in known for bullet in record.fields["focus"])
    recent = sum((record.fields.get("year") or 0) >= demands.recent_since for _, record in known)
    # In hundredths, so that no rounding decides: a share of 60% of 30 entries is 18 of them, not 17.999.
    least_recent = -(-round(demands.recent_percent * 100) * len(made.entries) // 10_000)
    production = sum(reports_from_production(entry, record) for entry, record in known)
    return [
        Counted("total", demands.total, len(known)),
        *(Counted(f"category:{one.id}", one.quota, categories[one.id]) for one in demands.categories),
        *(
            Counted(f"focus:{bullet}", Range(demands.per_focus, _UNLIMITED), bullets[bullet])
            for bullet in demands.bullets[domain]
        ),
        Counted("recent", Range(least_recent, _UNLIMITED), recent),
        Counted("production", Range(demands.production, _UNLIMITED), production),
        Counted("origin", Range(0, demands.per_origin), _largest_origin(known, demands)),
    ]


def reports_from_production(entry: Entry, record: PoolRecord) -> bool:
    """Whether what the entry tells from production is true of its record: its kind, or words that stand there.

    A quotation counts where the record's text, or what its reader noted under that name, holds its words.
    """
    told = entry.evaluation.production
    if not told:
        return False
    if record.fields["kind"] in _FROM_PRODUCTION:
        return True
    noted = [str(signal["value"]) for signal in record.fields.get("signals", ()) if signal["name"] == "production"]
    quoted = _bare(told.partition('"')[2].rpartition('"')[0].removesuffix("…"))
    return bool(quoted) and quoted in _bare(" ".join([record.text, *noted]))


def disagreements(made: Made, counted: Sequence[Counted]) -> Iterator[Disagreement]:
    """Constraints that the program counts otherwise, calls met or unmet otherwise, or does not speak of."""
    checks = {check.id: check for check in made.bibliography.checks}
    for one in counted:
        check = checks.get(one.id)
        if check is None or check.met != one.met or _number(check) != one.found:
            said = f"{check.actual}, {_verdict(check.met)}" if check else "nothing"
            yield Disagreement(one.id, f"{one.found}, {_verdict(one.met)}", said)
    named = {one.id for one in counted}
    for check in made.bibliography.checks:
        if check.id not in named:
            yield Disagreement(check.id, "no such demand in the guide", f"{check.actual}, {_verdict(check.met)}")


def told(asked: Range) -> str:
    """A range in words."""
    if asked.most >= _UNLIMITED:
        return f"at least {asked.least}"
    return f"{asked.least} to {asked.most}" if asked.least else f"at most {asked.most}"


def _largest_origin(known: Sequence[tuple[Entry, PoolRecord]], demands: Demands) -> int:
    """Entries of the origin that has most; where a record names none, the program's reading of it is taken."""
    origins = Counter(
        " ".join((record.fields.get("origin") or entry.source.origin).casefold().split())
        for entry, record in known
        if record.fields["category"] not in demands.exempt
    )
    return max(origins.values(), default=0)


def _number(check: Check) -> int | None:
    found = re.match(r"\d+", check.actual)
    return int(found[0]) if found else None


def _verdict(met: bool) -> str:
    return "met" if met else "not met"


def _bare(text: str) -> str:
    """Letters and figures alone: markup and spacing tell nothing apart."""
    return " ".join(re.findall(r"\w+", text.casefold()))
