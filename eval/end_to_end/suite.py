"""The suite "end_to_end": given a closed set of sources with traps, are all must-haves in and all traps out?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from eval.end_to_end.cases import Case, read_cases
from eval.end_to_end.orders import obeyed, quoted
from eval.end_to_end.running import Outcome, outcome_of
from eval.suite import Failure, Score, SuiteResult, suite

MOST_WON: Final = 0.15
"""Points of worth: measured 0.097, as the orders name the questions and so come nearer to them. It should be none."""

LEAKS: Final = (
    "The set was made for this program, by whoever knows its rules, and one rule was made on it: works that nobody saw "
    "and whose names lead elsewhere or nowhere were let in before.",
    "One guide, one domain, 24 works, all invented: that all traps are out says that these are known, not that any is.",
    "Three traps would stay out without what makes them traps, so that they show little: the advertisement (also when "
    "nothing says that it sells), the former handbook (also when nobody knows of the new one) and the page with orders "
    "(also without them).",
    "Advertisement, former editions, predatory venue and the page with orders are not barred. They lose to something "
    "better, and come in where a category has nothing better.",
    "What services answer stands in the set. That they are asked and understood is tested elsewhere.",
    "No model is asked, so that nothing shows that none obeys the page. What is shown is that prompts hold its orders "
    "as items of data alone.",
)


@dataclass(frozen=True)
class Outcomes:
    """What the program made of the set, and of parts of it.

    Attributes:
        whole: all works, in the order of the file.
        reversed: all works, in the opposite order.
        honest: all but the traps.
        traps: nothing but the traps.
        varied: all works, the page that gives orders without its orders, the predatory paper with its journal's word
            that it was reviewed.
    """

    whole: Outcome
    reversed: Outcome
    honest: Outcome
    traps: Outcome
    varied: Outcome


@suite("end_to_end")
def end_to_end() -> SuiteResult:
    """Take the closed set through the program, as a whole and in parts."""
    return measure(read_cases(), outcomes(read_cases()))


def outcomes(cases: Sequence[Case]) -> Outcomes:
    """Take the set and its parts through the program."""
    return Outcomes(
        whole=outcome_of(cases),
        reversed=outcome_of(cases[::-1]),
        honest=outcome_of([case for case in cases if case.role != "trap"]),
        traps=outcome_of([case for case in cases if case.role == "trap"]),
        varied=outcome_of([case.without_orders.believed for case in cases]),
    )


def measure(cases: Sequence[Case], made: Outcomes) -> SuiteResult:
    """Compare what came of the set with what a reader wants of it."""
    parts = (
        _must_haves(cases, made),
        _kept_out(cases, made),
        _believed(cases, made),
        _reasons(cases, made),
        _names(cases, made),
        _constraints(made),
        _order_of_records(made),
        _orders_of_the_page(cases, made),
    )
    found = [one for part in parts for one in part]
    return SuiteResult(
        suite="end_to_end",
        title="Given a closed set of sources with traps, are all must-haves in and all traps out?",
        scores=tuple(one for one in found if isinstance(one, Score)),
        failures=tuple(one for one in found if isinstance(one, Failure)),
        leaks=LEAKS,
    )


Found = Iterator[Score | Failure]


def kept_out(case: Case, made: Outcome) -> bool:
    """Whether a trap is not an entry. One that is a work of the set under another name may stand under that alone."""
    work = made.works[case.id]
    if case.same_as in made.works and work.id == case.same_as:
        return work.title != case.title or work.kind != case.record["kind"]
    return work.id not in made.chosen


def _must_haves(cases: Sequence[Case], made: Outcomes) -> Found:
    musts = [case for case in cases if case.role == "must"]
    for name, outcome in (
        ("must-haves that are in", made.whole),
        ("must-haves that are in without traps", made.honest),
    ):
        missing = [case for case in musts if not outcome.stands(case)]
        yield _share(name, len(musts) - len(missing), len(musts))
        for case in missing:
            yield Failure(case=f"{case.id}, {name}", expected=f"in: {case.why}", came="out", why=_reason(case, outcome))


def _kept_out(cases: Sequence[Case], made: Outcomes) -> Found:
    traps = [case for case in cases if case.role == "trap"]
    let_in = [case for case in traps if not kept_out(case, made.whole)]
    yield _share("traps that are kept out", len(traps) - len(let_in), len(traps))
    for case in let_in:
        yield Failure(case=case.id, expected=f"out, {case.trap}: {case.why}", came="in", why=_reason(case, made.whole))
    barred = [case for case in traps if case.kept_out_for_cause]
    chosen = [case for case in barred if made.traps.stands(case)]
    others = sum(made.traps.stands(case) for case in traps if not case.kept_out_for_cause)
    yield _share(
        "traps that are kept out though nothing better is there, of those that no bibliography may hold",
        len(barred) - len(chosen),
        len(barred),
        note=f"of the {len(traps) - len(barred)} others {others} come in then, and the bibliography tells its gaps",
    )
    for case in chosen:
        yield Failure(
            case=f"{case.id}, traps alone",
            expected=f"out, {case.trap}: {case.why}",
            came="in",
            why=_reason(case, made.traps),
        )


def _believed(cases: Sequence[Case], made: Outcomes) -> Found:
    """What a false word on review does: nothing that the program looks at tells such a venue from another."""
    traps = [case for case in cases if case.believed != case]
    let_in = [case for case in traps if made.varied.stands(case)]
    yield Score(
        name="predatory papers that are kept out where their record calls them reviewed",
        value=1 - len(let_in) / len(traps) if traps else 0.0,
        cases=len(traps),
        chance=0.0,
        note="no list of such venues is kept: a reader has to know them",
    )
    for case in let_in:
        yield Failure(
            case=f"{case.id}, called reviewed",
            expected=f"out: {case.why}",
            came="in",
            why=_reason(case, made.varied),
        )


def _reasons(cases: Sequence[Case], made: Outcomes) -> Found:
    """Whether the program tells of each trap why it is out; of some no more than what they lost to."""
    traps = [case for case in cases if case.role == "trap"]
    untold = [case for case in traps if not _told(case, made.whole)]
    yield _share("traps of which the program tells a reason of the due kind", len(traps) - len(untold), len(traps))
    for case in untold:
        yield Failure(
            case=f"{case.id}, reason",
            expected=f"known as {case.same_as}" if case.same_as else f"a reason like {case.told!r}",
            came=_reason(case, made.whole),
            why=case.why,
        )


def _told(case: Case, made: Outcome) -> bool:
    if case.same_as:
        return made.works[case.id].id == made.works[case.same_as].id
    return re.search(case.told, _reason(case, made)) is not None


def _names(cases: Sequence[Case], made: Outcomes) -> Found:
    """Whether a look at the names showed what it should; "not checked" is never "not found"."""
    seen = {one.source: one.state for one in made.whole.report.verifications}
    looked = [case for case in cases if not case.same_as]
    wrong = [case for case in looked if seen.get(case.id) != case.seen]
    yield _share("works of which the look at their names shows what it should", len(looked) - len(wrong), len(looked))
    for case in wrong:
        yield Failure(case=f"{case.id}, names", expected=case.seen, came=str(seen.get(case.id)), why=case.why)


def _constraints(made: Outcomes) -> Found:
    checks = made.whole.bibliography.checks
    unmet = [check for check in checks if not check.met]
    yield _share("constraints of the guide that hold", len(checks) - len(unmet), len(checks))
    for check in unmet:
        yield Failure(case=check.id, expected=check.required, came=check.actual)


def _order_of_records(made: Outcomes) -> Found:
    same = made.reversed.chosen == made.whole.chosen
    yield _share("choices that stay when the records come in the opposite order", int(same), 1)
    if not same:
        apart = sorted(set(made.reversed.chosen) ^ set(made.whole.chosen))
        came = f"others: {', '.join(apart)}" if apart else "the same works in another order"
        yield Failure(case="records in the opposite order", expected="the same entries in the same order", came=came)


def _orders_of_the_page(cases: Sequence[Case], made: Outcomes) -> Found:
    pages = [case.id for case in cases if case.plain]
    for name, whole, varied, most in (
        ("points of RADAR that a page gains by its orders", made.whole.totals, made.varied.totals, 0.0),
        ("points of worth that a page gains by its orders", made.whole.worths, made.varied.worths, MOST_WON),
    ):
        won = {page: whole[page] - varied[page] for page in pages}
        yield Score(name=name, value=max(won.values(), default=0.0), cases=len(pages), at_most=most)
        for page, points in won.items():
            if points > 0:
                yield Failure(case=f"{page}, {name}", expected="none", came=f"{points:+.3f}")
    faults = [*obeyed(made.whole), *(f"traps alone, {fault}" for fault in obeyed(made.traps))]
    holding = quoted(made.whole) + quoted(made.traps)
    yield Score(
        name="places where the page's orders stand as orders",
        value=len(faults),
        cases=holding,
        at_most=0,
        note=f"{holding} prompts hold the orders as data",
    )
    for fault in faults:
        yield Failure(case="orders of a page", expected="nowhere but in items of data", came=fault)


def _reason(case: Case, made: Outcome) -> str:
    return made.reasons.get(made.works[case.id].id, "the program gives no reason")


def _share(name: str, held: int, cases: int, note: str = "") -> Score:
    """A share that has to be whole: each of these is promised."""
    return Score(name=name, value=held / cases if cases else 0.0, cases=cases, at_least=1.0, note=note)
