"""Count every constraint on a set of chosen options, whoever chose them, and name what is missing. No solver."""

from collections import Counter
from collections.abc import Collection, Sequence

from research_agent.bibliography.options import Option
from research_agent.bibliography.problem import Problem, Requirement, origin_key, share_of
from research_agent.model.bibliography import Check, Gap
from research_agent.model.guide import Methodology, Span


def check(
    chosen: Sequence[Option],
    methodology: Methodology,
    focus_ids: Sequence[str],
    *,
    pins: Collection[str] = (),
    bans: Collection[str] = (),
) -> tuple[Check, ...]:
    """Every constraint, met or not, in a fixed order.

    Constraints that ask nothing (a share or a count of 0) have no check. An upper limit on origins is
    one check, `origin`, and one more, `origin:NAME`, for each that passes it.

    Args:
        chosen: the entries, in any order.
        methodology: the constraints.
        focus_ids: ids of the domain's bullets.
        pins: ids that should be in.
        bans: ids that should be out.
    """
    ids = {option.source for option in chosen}
    return (
        *(_pin(pin, ids) for pin in sorted(set(pins))),
        _span("total", "Entries", methodology.total, len(chosen)),
        *_categories(chosen, methodology),
        *_focus(chosen, methodology, focus_ids),
        *_recent(chosen, methodology),
        *_production(chosen, methodology),
        *_origins(chosen, methodology),
        *(_ban(ban, ids) for ban in sorted(set(bans))),
    )


def gaps(checks: Sequence[Check], chosen: Sequence[Option], problem: Problem) -> tuple[Gap, ...]:
    """For every unmet check how many entries are missing, how many candidates there were, and what was tried."""
    unmet = {check.id for check in checks if not check.met}
    missed = [requirement for requirement in problem.requirements if requirement.id in unmet]
    ids = {option.source for option in chosen}
    return tuple(_gap(requirement, ids, problem) for requirement in missed)


def _pin(source: str, ids: Collection[str]) -> Check:
    stands = source in ids
    return Check(
        id=f"pin:{source}",
        text=f"{source} is pinned",
        required="in",
        actual="in" if stands else "out",
        met=stands,
    )


def _ban(source: str, ids: Collection[str]) -> Check:
    stands = source in ids
    return Check(
        id=f"ban:{source}",
        text=f"{source} is banned",
        required="out",
        actual="in" if stands else "out",
        met=not stands,
    )


def _span(check_id: str, text: str, span: Span, count: int) -> Check:
    if span.at_least == span.at_most:
        required = f"exactly {span.at_least}"
    elif span.at_least == 0:
        required = f"at most {span.at_most}"
    else:
        required = f"{span.at_least} to {span.at_most}"
    met = span.at_least <= count <= span.at_most
    return Check(id=check_id, text=text, required=required, actual=str(count), met=met)


def _categories(chosen: Sequence[Option], methodology: Methodology) -> list[Check]:
    counts = Counter(option.category for option in chosen)
    return [
        _span(f"category:{category.id}", f"Entries in {category.name}", category.quota, counts[category.id])
        for category in methodology.categories
    ]


def _focus(chosen: Sequence[Option], methodology: Methodology, focus_ids: Sequence[str]) -> list[Check]:
    counts = Counter(focus for option in chosen for focus in option.focus)
    wanted = methodology.entries_per_focus
    return [
        Check(
            id=f"focus:{focus}",
            text=f"Entries that cover focus bullet {focus}",
            required=f"at least {wanted}",
            actual=str(counts[focus]),
            met=counts[focus] >= wanted,
        )
        for focus in dict.fromkeys(focus_ids)
        if wanted
    ]


def _recent(chosen: Sequence[Option], methodology: Methodology) -> list[Check]:
    share = share_of(methodology)
    if not share:
        return []
    recent = sum(option.recent for option in chosen)
    changed = sum(option.recent or option.changed for option in chosen)
    needed = -(-share.numerator * len(chosen) // share.denominator)
    return [
        Check(
            id="recent",
            text=f"Entries of {methodology.recent_since} or later, by first publication (living works by last change)",
            required=f"at least {_percent(methodology.recent_share)}",
            # Counted: a rounded share could read as met when it is not.
            actual=f"{recent} of {len(chosen)} (at least {needed} needed); {changed} by last change",
            met=recent >= needed,
        )
    ]


def _production(chosen: Sequence[Option], methodology: Methodology) -> list[Check]:
    wanted = methodology.production_entries
    if not wanted:
        return []
    count = sum(option.production for option in chosen)
    return [
        Check(
            id="production",
            text="Entries with evidence from production",
            required=f"at least {wanted}",
            actual=str(count),
            met=count >= wanted,
        )
    ]


def _origins(chosen: Sequence[Option], methodology: Methodology) -> list[Check]:
    limited = [option for option in chosen if option.category not in methodology.origin_exempt and origin_key(option)]
    names = {origin_key(option): option.origin for option in sorted(limited, key=lambda option: option.source)[::-1]}
    counts = Counter(map(origin_key, limited))
    limit = methodology.entries_per_origin
    exempt = [category.name for category in methodology.categories if category.id in methodology.origin_exempt]
    outside = f" outside {' and '.join(exempt)}" if exempt else ""
    most = max(counts.values(), default=0)
    leaders = sorted(names[key] for key, count in counts.items() if count == most)
    found = [
        Check(
            id="origin",
            text=f"Entries of one origin{outside}",
            required=f"at most {limit}",
            actual=f"{most} ({_few(leaders)})" if leaders else "0",
            met=most <= limit,
        )
    ]
    found += [
        Check(
            id=f"origin:{names[key]}",
            text=f"Entries of {names[key]}{outside}",
            required=f"at most {limit}",
            actual=str(count),
            met=False,
        )
        for key, count in sorted(counts.items())
        if count > limit
    ]
    return found


def _percent(share: float) -> str:
    return f"{round(share * 100, 1):g}%"


def _few(names: Sequence[str], limit: int = 3) -> str:
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown


def _gap(requirement: Requirement, ids: Collection[str], problem: Problem) -> Gap:
    able = sorted(requirement.members.difference(problem.bans))
    needed = requirement.needed(len(ids))
    count = len(requirement.members.intersection(ids))
    kind, _, subject = requirement.id.partition(":")
    if kind == "pin":
        text = f"pin {subject}: {_why_pin_fails(subject, problem)}"
    else:
        text = f"{subject or kind}: {len(able)} eligible, {needed} needed"
        if len(able) >= needed:
            text += f", {count} possible beside the other constraints"
    return Gap(
        check=requirement.id,
        eligible=len(able),
        needed=needed,
        missing=needed - count,
        text=text,
        tried=_tried(able, needed, problem),
    )


def _why_pin_fails(source: str, problem: Problem) -> str:
    option = problem.by_id.get(source)
    if option is None:
        return "it is not among the candidates"
    if source in problem.bans:
        return "it is banned as well, and a ban beats a pin"
    if option.excluded:
        return f"it may not be chosen: {option.excluded}"
    for limit in problem.requirements:
        rivals = sorted(limit.members.intersection(problem.pins).difference(problem.bans))
        if limit.at_most is not None and source in limit.members and len(rivals) > limit.at_most:
            return f"{len(rivals)} pins ({', '.join(rivals)}) meet an upper limit of {limit.at_most} ({limit.id})"
    return "no choice within the upper limits keeps more of the pins"


def _tried(able: Sequence[str], needed: int, problem: Problem) -> str:
    weighed = sum(option.source not in problem.bans for option in problem.eligible)
    text = f"All {weighed} eligible candidates were weighed at once"
    barred = len(problem.options) - weighed
    if barred:
        text += f" ({barred} more are excluded or banned)"
    if len(able) < needed:
        return f"{text}; no more of them qualify."
    return (
        f"{text}; it is proven that no choice misses less for constraints of this kind, "
        "with the upper limits and everything of higher priority kept."
    )
