"""Tell how a choice differs from the accepted one: what came, what went, what they are worth, and what made it so."""

from collections.abc import Iterator, Mapping

from eval.bibliographies.golden import Chosen, Golden, Worth, golden_of, worth_of
from eval.bibliographies.making import Made

_MOST_TOLD = 5
"""Candidates whose worth moved that are named, the largest moves first; of the others the number is told."""


def same_choice(golden: Golden, made: Made) -> bool:
    """Whether the same works stand under the same categories in the same order."""
    return _order(golden) == _order(golden_of(made))


def difference(golden: Golden, made: Made) -> str:
    """The difference in lines that begin with +, - or =; empty: it is the same choice."""
    if same_choice(golden, made):
        return ""
    now = golden_of(made)
    was, stands = dict(_by_id(golden)), dict(_by_id(now))
    came = [name for name in stands if name not in was]
    went = [name for name in was if name not in stands]
    lines = [
        f"domain {golden.domain}, {golden.name}: {len(came)} came, {len(went)} went; "
        f"worth {golden.objective:.2f}, now {now.objective:.2f}"
    ]
    lines += [f"+ {_came(name, *stands[name], golden)}" for name in came]
    lines += [f"- {_went(name, *was[name], made)}" for name in went]
    lines += _moved(was, stands)
    lines += _reordered(golden, now)
    lines += [f"= {line}" for line in _constraints(golden, now)]
    return "\n".join(lines)


def cause(golden: Golden, made: Made) -> str:
    """What else differs from the time of acceptance: the year, what is asked, the candidates, what they are worth."""
    now = golden_of(made)
    found = []
    if golden.as_of != now.as_of:
        found.append(f"judged as of {now.as_of}, not of {golden.as_of}")
    asked, asks = _asked(golden), _asked(now)
    found += [
        f"{check} asks {asks.get(check, 'nothing')}, not {asked.get(check, 'nothing')}"
        for check in dict.fromkeys([*asked, *asks])
        if asked.get(check) != asks.get(check)
    ]
    before, after = _worths(golden), _worths(now)
    if new := sorted(after.keys() - before.keys()):
        found.append(f"new candidates: {_few(new)}")
    if gone := sorted(before.keys() - after.keys()):
        found.append(f"no candidates any more: {_few(gone)}")
    moved = sorted(
        (name for name in after.keys() & before.keys() if after[name] != before[name]),
        key=lambda name: (-abs(after[name] - before[name]), name),
    )
    if moved:
        told = [f"{name} {after[name] - before[name]:+.3f}" for name in moved]
        found.append(f"the worth of {len(moved)} candidates moved: {_few(told)}")
    return "; ".join(found) or (
        "candidates, their worth and what is asked are the same: the selection itself chooses otherwise"
    )


def _came(name: str, category: str, entry: Chosen, golden: Golden) -> str:
    before = golden.passed_over.get(name)
    was = "it was no candidate" if before is None else f"it was worth {before:.3f} and passed over"
    return f"{category}: {name}, worth {_terms(entry.worth)}; {was}; stands now as {_because(entry)}"


def _went(name: str, category: str, entry: Chosen, made: Made) -> str:
    out = next((one.reason for one in made.bibliography.excluded if one.source == name), "")
    option = made.problem.by_id.get(name)
    if option is None:
        now = "it is no candidate any more"
    elif option.excluded:
        now = f"it may not be chosen: {option.excluded}"
    else:
        now = f"now worth {_terms(worth_of(option, made.problem))}: {out or 'no reason is given'}"
    return f"{category}: {name}, was worth {_terms(entry.worth)} and stood as {_because(entry)}; {now}"


def _moved(was: Mapping[str, tuple[str, Chosen]], stands: Mapping[str, tuple[str, Chosen]]) -> Iterator[str]:
    for name, (category, _) in stands.items():
        if name in was and was[name][0] != category:
            yield f"= {name} moved from {was[name][0]} to {category}"


def _reordered(golden: Golden, now: Golden) -> Iterator[str]:
    """Categories whose entries stand in another order, those that came and went left aside."""
    for category, entries in now.chosen.items():
        stayed = {entry.source for entry in golden.chosen.get(category, ())} & {entry.source for entry in entries}
        before = [entry.source for entry in golden.chosen.get(category, ()) if entry.source in stayed]
        after = [entry.source for entry in entries if entry.source in stayed]
        if before != after:
            yield f"= order in {category}: {', '.join(after)}; it was: {', '.join(before)}"


def _constraints(golden: Golden, now: Golden) -> Iterator[str]:
    for check in dict.fromkeys([*golden.constraints, *now.constraints]):
        was, stands = golden.constraints.get(check, "not asked"), now.constraints.get(check, "not asked")
        if was != stands:
            yield f"{check}: {was}; now {stands}"


def _terms(worth: Worth) -> str:
    named = {
        "RADAR": worth.radar,
        "relevance": worth.relevance,
        "hierarchy": worth.hierarchy,
        "foundational": worth.foundational,
        "replaced": worth.replaced,
    }
    terms = " ".join(f"{name} {points:+.3f}" for name, points in named.items() if points)
    return f"{worth.sum:.3f} ({terms})"


def _because(entry: Chosen) -> str:
    return "; ".join(entry.because) or f"number {entry.place} of its category"


def _by_id(golden: Golden) -> Iterator[tuple[str, tuple[str, Chosen]]]:
    for category, entry in golden.entries():
        yield entry.source, (category, entry)


def _order(golden: Golden) -> dict[str, list[str]]:
    return {category: [entry.source for entry in entries] for category, entries in golden.chosen.items()}


def _asked(golden: Golden) -> dict[str, str]:
    return {check: told.partition(":")[0] for check, told in golden.constraints.items()}


def _worths(golden: Golden) -> dict[str, float]:
    return golden.passed_over | {entry.source: entry.worth.sum for _, entry in golden.entries()}


def _few(names: list[str]) -> str:
    rest = len(names) - _MOST_TOLD
    return ", ".join(names[:_MOST_TOLD]) + (f" and {rest} more" if rest > 0 else "")
