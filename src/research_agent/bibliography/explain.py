"""Why each chosen entry stands and each other candidate does not: statements that are counted, not guessed.

Nothing is solved here. A reason against a candidate weighs every exchange of it for one entry; what a
chain of exchanges would do is answered by `what_if`.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from research_agent.bibliography.options import Option
from research_agent.bibliography.problem import BANNED, POINT, Level, Preference, Problem, Requirement
from research_agent.bibliography.select import Selection, best_first
from research_agent.model.bibliography import Exclusion


def reasons(selection: Selection) -> dict[str, tuple[str, ...]]:
    """For every chosen source, in order, which needs it fills and how it stands; at least one reason each."""
    standing = _Standing(selection.problem, frozenset(selection.chosen))
    return {option.source: tuple(_for(option, standing)) for option in selection.options}


def exclusions(selection: Selection) -> tuple[Exclusion, ...]:
    """For every candidate that was not chosen, by id, one line that says what kept it out."""
    standing = _Standing(selection.problem, frozenset(selection.chosen))
    chosen = standing.chosen
    return tuple(
        Exclusion(
            source=option.source,
            title=option.title,
            category=option.category,
            total=option.total,
            reason=_against(option, standing),
        )
        for option in selection.problem.options
        if option.source not in chosen
    )


@dataclass(frozen=True)
class _Standing:
    """A choice with its counts, so that one exchange is weighed without counting everything anew."""

    problem: Problem
    chosen: frozenset[str]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many chosen entries each requirement counts."""
        return {one.id: len(one.members & self.chosen) for one in self.problem.requirements}

    @cached_property
    def of(self) -> dict[str, dict[str, Requirement]]:
        """The requirements that count each candidate, by their ids."""
        found: dict[str, dict[str, Requirement]] = {option.source: {} for option in self.problem.eligible}
        for requirement in self.problem.requirements:
            for member in requirement.members:
                found[member][requirement.id] = requirement
        return found

    @cached_property
    def places(self) -> dict[str, list[str]]:
        """The ids of the candidates of each category that nobody banned, in the order in which entries are shown."""
        found: dict[str, list[str]] = {}
        for option in sorted(self.problem.eligible, key=lambda option: best_first(self.problem, option)):
            if option.source not in self.problem.bans:
                found.setdefault(option.category, []).append(option.source)
        return found

    def needs(self, requirement: Requirement) -> bool:
        """Whether one entry less would leave it short, or shorter."""
        entries = len(self.chosen)
        return requirement.level is not None and self.counts[requirement.id] <= requirement.needed(entries)

    def full(self, option: Option) -> list[Requirement]:
        """The upper limits that leave no room for one more like this."""
        return [one for one in self.of[option.source].values() if self.counts[one.id] == one.at_most]

    def harm(self, enters: Option, leaves: str) -> Requirement | None:
        """What forbids this exchange: an upper limit, or a requirement that it would leave shorter."""
        entries = len(self.chosen)
        losing, gaining = self.of[leaves], self.of[enters.source]
        for limit in self.full(enters):
            if limit.id not in losing:
                return limit
        change: Counter[Level] = Counter()
        shorter: list[Requirement] = []
        for requirement_id in losing.keys() ^ gaining.keys():
            requirement = losing.get(requirement_id) or gaining[requirement_id]
            if requirement.level is None:
                continue
            before = self.counts[requirement_id]
            after = before + (1 if requirement_id in gaining else -1)
            more = requirement.missing(after, entries) - requirement.missing(before, entries)
            change[requirement.level] += more
            if more > 0:
                shorter.append(requirement)
        if any(more > 0 for more in change.values()):
            return min(shorter, key=lambda requirement: requirement.id)
        return None

    def nearness(self, enters: Option, leaves: str) -> int:
        """Thousandths of a point that this exchange loses through pairs that nearly say the same."""
        near = self.problem.neighbours
        more = len(near.get(enters.source, frozenset()) & (self.chosen - {leaves}))
        less = len(near.get(leaves, frozenset()) & self.chosen)
        return self.problem.pair_penalty * (more - less)

    def loss(self, enters: Option, leaves: str) -> int:
        """Thousandths of a point that this exchange loses; never negative for one that nothing forbids."""
        problem = self.problem
        return problem.worth(problem.by_id[leaves]) - problem.worth(enters) + self.nearness(enters, leaves)


def _for(option: Option, standing: _Standing) -> list[str]:
    problem = standing.problem
    found = [_need(one, standing) for one in standing.of[option.source].values() if standing.needs(one)]
    order = standing.places[option.category]
    name = problem.methodology.category(option.category).name
    found.append(
        f"number {order.index(option.source) + 1} of {len(order)} candidates in {name} "
        f"(RADAR {option.total:.2f}, relevance {option.relevance:.2f})"
    )
    if option.foundational and problem.methodology.preferences.foundational:
        found.append("foundational, which counts in its favour")
    if problem.worth(option) != problem.worth(option, "newer"):
        found.append(f"chosen although {option.successor} replaces it, which counts against it")
    return found


def _need(requirement: Requirement, standing: _Standing) -> str:
    """The need that this entry fills, in words; the count is of entries, itself among them."""
    kind, _, subject = requirement.id.partition(":")
    count = standing.counts[requirement.id]
    among = "the only one" if count == 1 else f"one of {count}"
    needed = requirement.needed(len(standing.chosen))
    match kind:
        case "pin":
            return "pinned"
        case "total":
            return f"{among} entries, {needed} are needed"
        case "category":
            name = standing.problem.methodology.category(subject).name
            return f"{among} in {name}, which needs {needed}"
        case "focus":
            return (
                f"{among} that cover {subject}, which needs {needed}"
                if count > 1
                else (f"{among} that covers {subject}, which needs {needed}")
            )
        case "recent":
            since = standing.problem.methodology.recent_since
            return f"{among} of {since} or later, {needed} are needed"
        case _:
            return f"{among} with evidence from production, {needed} are needed"


def _against(option: Option, standing: _Standing) -> str:
    problem = standing.problem
    if option.source in problem.bans:
        return option.excluded or BANNED
    if option.excluded:
        return option.excluded
    exchange = _best_exchange(option, standing)
    if option.successor in problem.by_id:
        exchange = f"{exchange}; {option.successor} replaces it"
    full = sorted(standing.full(option), key=_tightness)
    room = _limit(full[0], standing) if full else _addition(option, standing)
    return f"{room}; {exchange}"


def _tightness(limit: Requirement) -> tuple[int, str]:
    """Which upper limit to name: an origin's before a category's before the total."""
    return ("origin", "category", "total").index(limit.id.partition(":")[0]), limit.id


def _limit(limit: Requirement, standing: _Standing) -> str:
    kind, _, subject = limit.id.partition(":")
    if kind == "origin":
        stand = ", ".join(sorted(limit.members & standing.chosen))
        return f"{subject} has its {limit.at_most} entries ({stand})"
    if kind == "category":
        return f"{standing.problem.methodology.category(subject).name} is full with {limit.at_most}"
    return f"the bibliography is full with {limit.at_most}"


def _addition(option: Option, standing: _Standing) -> str:
    """What simply adding it would do, where there is room for one more."""
    entries, own = len(standing.chosen), standing.of[option.source]
    for requirement in standing.problem.requirements:
        count = standing.counts[requirement.id]
        after = requirement.missing(count + (requirement.id in own), entries + 1)
        if requirement.level is not None and after > requirement.missing(count, entries):
            return f"there is room, but adding it would leave another constraint short ({requirement.id})"
    near = sorted(standing.problem.neighbours.get(option.source, frozenset()) & standing.chosen)
    loss = len(near) * standing.problem.pair_penalty - standing.problem.worth(option)
    nearly = f", as it says nearly the same as {', '.join(near)}" if near else ""
    return f"there is room, but adding it would lose {loss / POINT:.2f} points{nearly}"


def _best_exchange(option: Option, standing: _Standing) -> str:
    """The exchange for one entry that loses least of those that nothing forbids, or that there is none."""
    problem = standing.problem
    possible = []
    forbidden: Counter[str] = Counter()
    for source in sorted(standing.chosen):
        harm = standing.harm(option, source)
        if harm is None:
            possible.append((standing.loss(option, source), source))
        elif harm.level is not None:
            forbidden[harm.id] += 1
    if not possible:
        if not standing.chosen:
            return "no entry stands that it could replace"
        if not forbidden:
            return "no exchange for one entry makes room for it within the upper limits"
        names = ", ".join(sorted(forbidden))
        return f"every exchange for one entry would pass an upper limit or leave another constraint short ({names})"
    loss, source = min(possible)
    scores = _scores(option, problem.by_id[source], standing)
    if loss == 0:
        return f"worth exactly as much as {source}, which stands for it; ties go by id ({scores})"
    return f"in place of {source}, its best exchange, it would lose {loss / POINT:.2f} points ({scores})"


_POINTS: tuple[tuple[Preference, str], ...] = (
    ("hierarchy", "rank of its category"),
    ("foundational", "foundational"),
    ("newer", "replaced by a newer candidate"),
)


def _scores(option: Option, other: Option, standing: _Standing) -> str:
    """Everything in which two candidates differ in points; what is not RADAR or relevance, as points."""
    problem = standing.problem
    parts = [
        f"RADAR {option.total:.2f} against {other.total:.2f}",
        f"relevance {option.relevance:.2f} against {other.relevance:.2f}",
    ]
    for preference, name in _POINTS:
        its = problem.worth(option) - problem.worth(option, preference)
        others = problem.worth(other) - problem.worth(other, preference)
        if its != others:
            parts.append(f"{name} {(its - others) / POINT:+.2f}")
    nearness = standing.nearness(option, other.source)
    if nearness:
        parts.append(f"nearly the same as other entries {-nearness / POINT:+.2f}")
    return ", ".join(parts)
