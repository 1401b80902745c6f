"""The suite "radar": does the total separate credible works from others, and does it keep its laws?"""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from eval.radar.baselines import by_domain, by_kind, by_year
from eval.radar.cases import READINGS, Case, Group, read_cases, signals_known
from eval.radar.judges import judge_scores, read_recordings
from eval.radar.judging import Judge, by_rules, evaluations, totals_withheld
from eval.radar.laws import LAWS, broken_laws
from eval.radar.rewording import Change, changes, read_rewordings
from eval.radar.separation import Separation, separation
from eval.suite import Failure, Score, SuiteResult, interval, suite
from research_agent.model.radar import Evaluation

LEAST_WITHHELD: Final = {"lmu": 0.55, "mandalios": 0.55}  # measured 0.618 and 0.604
LEAST_WITHHELD_OF_A_KIND: Final = {"lmu": 0.62, "mandalios": 0.64}  # 0.692 and 0.716
LEAST_SEEN: Final = {"lmu": 0.66, "mandalios": 0.56}  # 0.715 and 0.613
LEAST_SEEN_OF_A_KIND: Final = {"lmu": 0.86, "mandalios": 0.72}  # 0.906 and 0.776
LEAST_BEYOND_DOMAIN: Final = 0.04  # 0.109, within kinds
MOST_REWORDED: Final = 0.25  # one level of Relevance, which is 0.20 of one total and 0.25 of the other
_ROUNDING: Final = 1e-9
_DISTRUSTED: Final[tuple[Group, ...]] = (
    "retracted", "withdrawn", "venue", "superseded", "abandoned", "marketing", "mass_produced",
)  # fmt: skip

LEAKS: Final = (
    "The set and the rules were made in one project, and the lists of organisations, people and venues that the rules "
    "know hold many of the credible works' publishers.",
    "Every kind is not as often credible as not: over all pairs, the kind tells something (see its baseline), within "
    "kinds it tells nothing. Kinds weigh by their pairs: six in ten of those within kinds are of papers.",
    "Retracted and obsolete works are well known ones; most labels come from a search for them, not from a sample.",
    "Facts were written from what is known of the works, not fetched: no citation counts, no authors' other works, no "
    "corroboration, which real runs observe. The venue's word for its review is taken as it stands.",
    "Relevance is the same for all, so a fifth or a quarter of each total is constant.",
)


@suite("radar")
def radar() -> SuiteResult:
    """Measure RADAR's rules, and the recorded judgements of models where there are any."""
    return measure(by_rules)


def measure(judge: Judge) -> SuiteResult:
    """Measure a judge on the labelled works."""
    cases = read_cases()
    judged = {reading: evaluations(cases, judge, reading) for reading in READINGS}
    seen = {reading: {name: one.total for name, one in found.items()} for reading, found in judged.items()}
    withheld = {reading: totals_withheld(cases, judge, reading) for reading in READINGS}
    scores = [score for reading in READINGS for score in _separations(cases, reading, withheld[reading], seen[reading])]
    scores += _baselines(cases, withheld[READINGS[0]])
    scores += _groups(cases, withheld[READINGS[0]], seen[READINGS[0]])
    scores.append(_known(cases))
    kept_out, let_in = _kept_out(cases, judged[READINGS[0]])
    broken = broken_laws(cases, judge, judged)
    reworded = changes(cases, read_rewordings(), judge)
    scores += [kept_out, *_laws(cases, {(one.law, one.case) for one in broken}), *_stability(reworded)]
    scores += judge_scores(read_recordings(), cases)
    failures = [
        *_misjudged(cases, seen[READINGS[0]]),
        *let_in,
        *(Failure(case=one.case, expected=one.law, came=one.came) for one in broken),
        *_unstable(reworded),
    ]
    return SuiteResult(
        suite="radar",
        title="Does RADAR tell what may be trusted from what may not?",
        scores=tuple(scores),
        failures=tuple(failures),
        leaks=LEAKS,
    )


def _separations(
    cases: Sequence[Case], reading: str, withheld: dict[str, float], seen: dict[str, float]
) -> Iterator[Score]:
    for what, values, least, least_of_a_kind in (
        ("label's signal withheld", withheld, LEAST_WITHHELD, LEAST_WITHHELD_OF_A_KIND),
        ("label's signal seen", seen, LEAST_SEEN, LEAST_SEEN_OF_A_KIND),
    ):
        name = f"AUC, {reading}, {what}"
        yield _auc(f"{name}, all pairs", cases, separation(cases, values), least[reading])
        within = separation(cases, values, within_kinds=True)
        yield _auc(f"{name}, pairs of one kind", cases, within, least_of_a_kind[reading])


def _baselines(cases: Sequence[Case], withheld: dict[str, float]) -> Iterator[Score]:
    """The baselines, and by how much the total without the label's signal beats them; paired by resample."""
    hasty = {
        "domain only": {case.id: by_domain(case) for case in cases},
        "year only": {case.id: by_year(case) for case in cases},
        "kind only": by_kind(cases),
    }
    for within, of in ((False, "all pairs"), (True, "pairs of one kind")):
        total = separation(cases, withheld, within_kinds=within)
        for name, values in hasty.items():
            baseline = separation(cases, values, within_kinds=within)
            yield _auc(f"AUC, baseline {name}, {of}", cases, baseline)
            gain, low, high = total.beyond(baseline)
            yield Score(
                name=f"AUC, {READINGS[0]} withheld beyond {name}, {of}",
                value=gain,
                low=low,
                high=high,
                cases=len(cases),
                at_least=LEAST_BEYOND_DOMAIN if within and name == "domain only" else None,
            )


def _groups(cases: Sequence[Case], withheld: dict[str, float], seen: dict[str, float]) -> Iterator[Score]:
    """How well each group of distrusted works is told from the credible works of its kinds."""
    for group in _DISTRUSTED:
        distrusted = [case for case in cases if case.group == group]
        kinds = {case.facts.kind for case in distrusted}
        against = [*distrusted, *(case for case in cases if case.credible and case.facts.kind in kinds)]
        blind = separation(against, withheld, within_kinds=True)
        score = _auc(
            f"AUC, {READINGS[0]}, {group} works, signal seen", against, separation(against, seen, within_kinds=True)
        )
        yield score.model_copy(
            update={
                "note": f"{len(distrusted)} against credible ones of their kinds; signal withheld: {blind.value:.3f}"
            }
        )


def _auc(name: str, cases: Sequence[Case], found: Separation, at_least: float | None = None) -> Score:
    low, high = found.bounds
    note = f"{found.pairs:,} pairs; 0.5 is chance"
    return Score(name=name, value=found.value, low=low, high=high, cases=len(cases), at_least=at_least, note=note)


def _known(cases: Sequence[Case]) -> Score:
    known = signals_known(READINGS[0])
    asked = [float(case.label_signal in known) for case in cases if not case.credible]
    missing = sorted({case.label_signal for case in cases if not case.credible} - known)
    return Score(
        name="distrusted works whose label's signal some rule asks for",
        value=sum(asked) / len(asked),
        cases=len(asked),
        note=f"no rule asks for: {', '.join(missing)}" if missing else "",
    )


def _kept_out(cases: Sequence[Case], judged: Mapping[str, Evaluation]) -> tuple[Score, list[Failure]]:
    """Whether works that were retracted or withdrawn may not be chosen, and nothing credible is kept out."""
    taken_back = ("retracted", "withdrawn")
    held, wrong = [], []
    for case in cases:
        out = bool(judged[case.id].excluded)
        expected = case.label_signal in taken_back and not case.credible
        held.append(float(out == expected))
        if out != expected:
            came, due = (("kept out" if kept else "may be chosen") for kept in (out, expected))
            wrong.append(Failure(case=case.id, expected=due, came=came, why=case.reason))
    low, high = interval(held)
    name = "retracted and withdrawn works are kept out, and no others"
    return Score(name=name, value=sum(held) / len(held), low=low, high=high, cases=len(held), at_least=1.0), wrong


def _laws(cases: Sequence[Case], broken: set[tuple[str, str]]) -> Iterator[Score]:
    for law in LAWS:
        holds = sum((law, case.id) not in broken for case in cases)
        yield Score(name=f"law: {law}", value=holds / len(cases), cases=len(cases), at_least=1.0)


def _stability(reworded: Sequence[Change]) -> Iterator[Score]:
    yield Score(
        name="largest change of a total when the summary is reworded, bullet declared",
        value=max(change.declared for change in reworded),
        cases=len(reworded),
        at_most=0.0,
    )
    yield Score(
        name="largest change of a total when the summary is reworded, bullet found by search",
        value=max(change.searched for change in reworded),
        cases=len(reworded),
        at_most=MOST_REWORDED,
        note=f"{sum(change.searched > 0 for change in reworded)} of {len(reworded)} move; relevance by itself "
        f"moves by {max(change.relevance for change in reworded):.3f} at most",
    )


def _unstable(reworded: Sequence[Change]) -> Iterator[Failure]:
    for change in reworded:
        if change.declared > 0 or change.searched > MOST_REWORDED + _ROUNDING:
            yield Failure(
                case=change.case,
                expected=f"rewording moves the total by 0 where its bullet is declared, by {MOST_REWORDED} otherwise",
                came=f"{change.declared} and {change.searched}",
            )


def _misjudged(cases: Sequence[Case], seen: dict[str, float]) -> Iterator[Failure]:
    """Distrusted works that score like the credible ones of their kind, and the other way round."""
    known = signals_known(READINGS[0])
    for case in cases:
        others = [
            seen[other.id] for other in cases if other.facts.kind == case.facts.kind and other.credible != case.credible
        ]
        if not others:
            continue
        middle, total = median(others), seen[case.id]
        wrong = total < middle if case.credible else total >= middle
        if not wrong:
            continue
        if case.label_signal in known:
            why = "the signal that tells it weighs too little beside the others"
        else:
            why = f"no rule asks for {case.label_signal}"
        side = "at least" if case.credible else "below"
        rest = "not credible" if case.credible else "credible"
        yield Failure(
            case=case.id,
            expected=f"{side} {middle:.2f}, the median of {case.facts.kind} works that are {rest}: {case.reason}",
            came=f"{total:.2f}",
            why=why,
        )
