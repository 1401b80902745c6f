"""Laws that any judge of credibility has to keep, whatever it thinks of a work; each checked on every case.

Metamorphic testing: the right total is not known, but it is known how it may move when one fact changes (Chen, Cheung
and Yiu, Metamorphic Testing, HKUST-CS98-01, 1998).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from eval.radar.cases import AS_OF, READINGS, Case
from eval.radar.judging import Judge
from research_agent.model.kinds import Kind
from research_agent.model.radar import LOWEST_LEVEL, Evaluation
from research_agent.model.source import Signal, Source
from research_agent.radar import load_rubric
from research_agent.radar.evidence import NOTHING_GATHERED

Judged = Callable[[Source], Evaluation]
Law = Callable[[Source, Evaluation, Judged], str]
"""Of a source and what the judge says of it as it is: empty where the law holds; else what came instead."""

_RESEARCH: Final = ("paper", "preprint", "report", "thesis")
_WEAK: Final = 2  # "verify every statement before use", "no independent source says the same"
_COUNTS: Final = (0, 100, 100_000)
_YEARS: Final = tuple(AS_OF - age for age in (22, 9, 4, 1, 0))
_WORST_TO_BEST: Final[Mapping[str, Sequence[bool | int | str]]] = {
    "peer_reviewed": (False, True),
    "own_product": ("its own", False),
    "trade": ("what it praises", False),
    "advertising": (True, False),
    "limits_stated": (False, True),
    "links_alive": (False, True),
    "dead_link": (True, False),
    "renamed_to": ("another name", False),
    "version_lag": (4, 2, 1, 0),
    "corroborated_by": (0, 1, 3),
    "references": (0, 3, 40),
    "author_works": (0, 1, 3),
}
"""Facts of which nobody doubts for which side they speak; each asked of the kinds of which the rubric asks it."""
_PRAISE: Final = "The Ultimate, Award-Winning"
_SECOND_READING_OF_EVERY: Final = 4
"""The original reading borrows the rules of four criteria; a quarter of the cases shows whether it keeps the laws."""

LAWS: Final[dict[str, Law]] = {}
"""Every law, by what it says."""


class Broken(NamedTuple):
    """A case that broke a law."""

    law: str
    case: str
    came: str


def broken_laws(
    cases: Sequence[Case], judge: Judge, as_they_are: Mapping[str, Mapping[str, Evaluation]]
) -> list[Broken]:
    """Every case that breaks a law: all in the first reading, every fourth in the second one too.

    Args:
        cases: the works.
        judge: who has to keep the laws.
        as_they_are: what it says of them unchanged, by reading and by the case's id.
    """
    found: dict[tuple[str, str], Broken] = {}
    for reading, checked in zip(READINGS, (cases, cases[::_SECOND_READING_OF_EVERY]), strict=True):
        judged = _judged_by(judge, reading)
        for case in checked:
            source = case.source
            as_it_is = as_they_are[reading][case.id]
            for name, law in LAWS.items():
                if came := law(source, as_it_is, judged):
                    found.setdefault((name, case.id), Broken(name, case.id, f"{came} ({reading})"))
    return list(found.values())


def _judged_by(judge: Judge, reading: str) -> Judged:
    rubric = load_rubric(reading)
    return lambda source: judge(source, rubric, NOTHING_GATHERED)


def _law(name: str) -> Callable[[Law], Law]:
    def register(law: Law) -> Law:
        LAWS[name] = law
        return law

    return register


@_law("a retraction or withdrawal never raises a total, keeps the work out and leaves research at the lowest Accuracy")
def _taken_back(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    for name in ("retracted", "withdrawn"):
        before, after = _before_and_after(source, name, as_it_is, judged)
        if after.total > before.total:
            return f"{name}: {before.total} rose to {after.total}"
        if not after.excluded:
            return f"{name}: it may still be chosen"
        accuracy = _levels(after).get("accuracy", LOWEST_LEVEL)
        if source.kind in _RESEARCH and accuracy > LOWEST_LEVEL:
            return f"{name}: Accuracy is {accuracy}"
    return ""


@_law("a concern that a publisher expressed never raises a total, and leaves research at weak Accuracy at most")
def _concern(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    before, after = _before_and_after(source, "concern", as_it_is, judged)
    if after.total > before.total:
        return f"{before.total} rose to {after.total}"
    accuracy = _levels(after).get("accuracy", LOWEST_LEVEL)
    return f"Accuracy is {accuracy}" if source.kind in _RESEARCH and accuracy > _WEAK else ""


@_law("being obsoleted, superseded or archived never raises a total, and lowers the Date of what it concerns")
def _replacement(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    concerned = "obsoleted_by" if source.kind == "standard" else "superseded_by"
    for name in (concerned, "archived"):
        before, after = _before_and_after(source, name, as_it_is, judged)
        if after.total > before.total:
            return f"{name}: {before.total} rose to {after.total}"
        date = _levels(after)["date"]
        if name == concerned and date > _WEAK:
            return f"{name}: Date is {date}"
    return ""


@_law("at one age, more citations never lower a total")
def _citations(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    before = as_it_is.total
    for count in _COUNTS:
        after = judged(_with(source, "citations", count)).total
        if after < before:
            return f"{before} fell to {after} at {count} citations"
        before = after
    return ""


@_law("what speaks for a work never lowers its total, and what speaks against it never raises it")
def _facts(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    for name in sorted(_WORST_TO_BEST.keys() & _asked(as_it_is.rubric, source.kind)):
        values = _WORST_TO_BEST[name]
        totals = [judged(_with(source, name, value)).total for value in values]
        for value, worse, better in zip(values[1:], totals[:-1], totals[1:], strict=True):
            if better < worse:
                return f"{worse} fell to {better} at {name} = {value}"
    return ""


@_law("a newer work never has the lower Date, and nothing else moves")
def _newer(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    aged = [_levels(judged(source.model_copy(update={"year": year}))) for year in _YEARS]
    for year, older, newer in zip(_YEARS[1:], aged[:-1], aged[1:], strict=True):
        if newer["date"] < older["date"]:
            return f"Date fell from {older['date']} to {newer['date']} in {year}"
        if {**older, "date": 0} != {**newer, "date": 0}:
            return f"another criterion moved in {year}"
    return "another criterion moved" if {**_levels(as_it_is), "date": 0} != {**aged[-1], "date": 0} else ""


@_law("the order of the authors changes nothing")
def _authors(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    turned = source.model_copy(update={"authors": tuple(reversed(source.authors))})
    return _moved(as_it_is, judged(turned))


@_law("case, punctuation and praise in the title change nothing")
def _title(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    for title in (
        source.title.upper(),
        f"“{source.title.lower()}”!",
        f"{_PRAISE} {source.title}",
        source.title.replace(": ", " - ").replace(", ", " / ").replace("-", " "),
    ):
        if moved := _moved(as_it_is, judged(source.model_copy(update={"title": title}))):
            return f"{title!r}: {moved}"
    return ""


@_law("without its authors only Authority may change, and never for the better")
def _unsigned(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    signed, unsigned = _levels(as_it_is), _levels(judged(source.model_copy(update={"authors": ()})))
    if unsigned["authority"] > signed["authority"]:
        return f"Authority rose from {signed['authority']} to {unsigned['authority']}"
    return "another criterion moved" if {**signed, "authority": 0} != {**unsigned, "authority": 0} else ""


@_law("a signal that nobody observed moves no level")
def _unseen(source: Source, as_it_is: Evaluation, judged: Judged) -> str:
    names = ("citations", "references", "limits_stated", "advertising", "audience", "links_alive")
    unseen = tuple(Signal(name=name, value=None) for name in names)
    return _moved(as_it_is, judged(source.model_copy(update={"signals": (*source.signals, *unseen)})))


@cache
def _asked(reading: str, kind: Kind) -> frozenset[str]:
    """Names of the signals that the reading asks of works of this kind."""
    rules = load_rubric(reading).rules.values()
    return frozenset(one.name for held in rules for one in held.asked_of(kind))


def _before_and_after(source: Source, name: str, as_it_is: Evaluation, judged: Judged) -> tuple[Evaluation, Evaluation]:
    """The work without and with a fact that speaks against it."""
    before = judged(_without(source, name)) if source.signal(name).observed else as_it_is
    return before, judged(_with(source, name, True))


def _with(source: Source, name: str, value: bool | int | str) -> Source:
    told = Signal(name=name, value=value, where="law")
    return source.model_copy(update={"signals": (*_without(source, name).signals, told)})


def _without(source: Source, name: str) -> Source:
    return source.model_copy(update={"signals": tuple(one for one in source.signals if one.name != name)})


def _levels(evaluation: Evaluation) -> dict[str, int]:
    return {judgement.criterion: judgement.level for judgement in evaluation.judgements}


def _moved(before: Evaluation, after: Evaluation) -> str:
    was, now = _levels(before), _levels(after)
    moved = [f"{name} {was[name]} to {now[name]}" for name in was if was[name] != now[name]]
    return ", ".join(moved) or ("" if before.total == after.total else f"total {before.total} to {after.total}")
