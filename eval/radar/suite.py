"""The suite "radar": does RADAR tell what may be trusted from what may not?"""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from eval.radar.baselines import by_domain, by_kind, by_year
from eval.radar.cases import READINGS, Case, Group, asked, read_cases, withheld
from eval.radar.judges import judge_scores, read_recordings, reliability
from eval.radar.judging import Judge, by_rules, evaluations, totals_withheld
from eval.radar.laws import LAWS, broken_laws
from eval.radar.rewording import Change, changes, read_rewordings
from eval.radar.separation import Separation, separation
from eval.radar.simulated import HABITS, diagrams, found_of
from eval.suite import Failure, Score, SuiteResult, interval, suite
from research_agent.model.radar import Evaluation
from research_agent.radar import load_rubric
from research_agent.radar.evidence import NOTHING_GATHERED

LEAST_WITHHELD: Final = {"lmu": 0.55, "mandalios": 0.55}  # measured 0.618 and 0.604
LEAST_WITHHELD_OF_A_KIND: Final = {"lmu": 0.62, "mandalios": 0.64}  # 0.692 and 0.716
LEAST_SEEN: Final = {"lmu": 0.66, "mandalios": 0.56}  # 0.715 and 0.613
LEAST_SEEN_OF_A_KIND: Final = {"lmu": 0.86, "mandalios": 0.72}  # 0.906 and 0.776
LEAST_BEYOND_DOMAIN: Final = 0.04  # 0.109, within kinds
MOST_REWORDED: Final = 0.25  # one level of Relevance, which is 0.20 of one total and 0.25 of the other
LEAST_SEEN_UNTOLD: Final = 0.3  # 3 of 8
MOST_OFF: Final = 0.06  # of a share or an error, 0 to 1; measured 0.011
_SKIPPED: Final = Score(
    name="judges that are models",
    value=0.0,
    cases=0,
    note="skipped: no answers of a model are recorded; README.md says how to record them",
)
_ROUNDING: Final = 1e-9
_DISTRUSTED: Final[tuple[Group, ...]] = (
    "retracted", "withdrawn", "venue", "superseded", "abandoned", "marketing", "mass_produced",
)  # fmt: skip

LEAKS: Final = (
    "The set and the rules were made in one project, and the lists of organisations, people and venues that the rules "
    "know hold many of the credible works' publishers.",
    "Every kind is not as often credible as not: over all pairs, the kind tells something (see its baseline), within "
    "kinds it tells nothing. Kinds weigh by their pairs: six in ten of those within kinds are of papers.",
    "A repository's year is that of its last change, and all abandoned ones here are older than all maintained ones: "
    "with the signal withheld, the year still tells their label. The figures without repositories are free of that.",
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
    blind = {reading: totals_withheld(cases, judge, reading) for reading in READINGS}
    kept_out, let_in = _kept_out(cases, judged[READINGS[0]])
    selling, overlooked = untold(cases, judge)
    broken = broken_laws(cases, judge, judged)
    reworded = changes(cases, read_rewordings(), judge)
    recorded = read_recordings()
    return SuiteResult(
        suite="radar",
        title="Does RADAR tell what may be trusted from what may not?",
        scores=(
            *(score for reading in READINGS for score in _separations(cases, reading, blind[reading], seen[reading])),
            *_but_repositories(cases, blind[READINGS[0]]),
            *_baselines(cases, blind[READINGS[0]]),
            *_groups(cases, blind[READINGS[0]], seen[READINGS[0]]),
            _known(cases),
            selling,
            kept_out,
            *_laws(cases, {(one.law, one.case) for one in broken}),
            *stability(reworded),
            instruments(),
            *(judge_scores(recorded, cases) or [_SKIPPED]),
        ),
        cost_usd=sum(one.cost_usd for one in recorded),
        failures=(
            *_misjudged(cases, judged[READINGS[0]]),
            *overlooked,
            *let_in,
            *(Failure(case=one.case, expected=one.law, came=one.came) for one in broken),
            *_unstable(reworded),
        ),
        leaks=LEAKS,
        reliability=(*reliability(recorded, cases), *diagrams()),
    )


def untold(cases: Sequence[Case], judge: Judge) -> tuple[Score, list[Failure]]:
    """How many works that sell their publisher's product are seen to, where the record does not say so."""
    name, rubric = "own_product", load_rubric(READINGS[0])

    def sells(case: Case) -> bool:
        judged = judge(withheld(case.source, frozenset({name})), rubric, NOTHING_GATHERED)
        told = [signal.value for judgement in judged.judgements for signal in judgement.signals if signal.name == name]
        return any(value and value != "commons" for value in told)

    selling = [case for case in cases if case.label_signal == name and not case.credible]
    kinds = {case.facts.kind for case in selling}
    honest = [case for case in cases if case.credible and case.facts.kind in kinds]
    overlooked = [case for case in selling if not sells(case)]
    mistaken = [case for case in honest if sells(case)]
    low, high = interval([float(case not in overlooked) for case in selling])
    score = Score(
        name="works that sell, seen to do so without being told",
        value=1 - len(overlooked) / len(selling),
        low=low,
        high=high,
        cases=len(selling),
        at_least=LEAST_SEEN_UNTOLD,
        chance=0.0,
        note=f"{len(mistaken)} of {len(honest)} credible works of their kinds are taken for such",
    )
    return score, [
        *(_unseen(case, "seen to speak of its publisher's own product", "it is not seen") for case in overlooked),
        *(_unseen(case, "not taken for a work that sells", "it is") for case in mistaken),
    ]


def stability(reworded: Sequence[Change]) -> Iterator[Score]:
    """Whether the total stays where the summary says the same in other words."""
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


def instruments() -> Score:
    """Whether the measures of judges find the biases of judges in which they were built in."""
    found = [one for habits in HABITS for one in found_of(habits)]
    worst = max(found, key=lambda one: one.distance)
    return Score(
        name="biases of simulated judges: largest distance of a measure from what was built in",
        value=worst.distance,
        cases=len(found),
        at_most=MOST_OFF,
        note=f"{worst.judge}: {worst.measure} {worst.value:.3f}, due {worst.due:.3f}. No model was asked",
    )


def _separations(
    cases: Sequence[Case], reading: str, blind: dict[str, float], seen: dict[str, float]
) -> Iterator[Score]:
    for what, values, least, least_of_a_kind in (
        ("label's signal withheld", blind, LEAST_WITHHELD, LEAST_WITHHELD_OF_A_KIND),
        ("label's signal seen", seen, LEAST_SEEN, LEAST_SEEN_OF_A_KIND),
    ):
        name = f"AUC, {reading}, {what}"
        yield _auc(f"{name}, all pairs", cases, separation(cases, values), least[reading])
        within = separation(cases, values, within_kinds=True)
        yield _auc(f"{name}, pairs of one kind", cases, within, least_of_a_kind[reading])


def _but_repositories(cases: Sequence[Case], blind: dict[str, float]) -> Iterator[Score]:
    """The total without the label's signal where the year can't stand in for it: abandoned means long unchanged."""
    left = [case for case in cases if case.facts.kind != "repository"]
    for within, of in ((False, "all pairs"), (True, "pairs of one kind")):
        found = separation(left, blind, within_kinds=within)
        yield _auc(f"AUC, {READINGS[0]}, label's signal withheld, no repositories, {of}", left, found)


def _baselines(cases: Sequence[Case], blind: dict[str, float]) -> Iterator[Score]:
    """The baselines, and by how much the total without the label's signal beats them; paired by resample."""
    hasty = {
        "domain only": {case.id: by_domain(case) for case in cases},
        "year only": {case.id: by_year(case) for case in cases},
        "kind only": by_kind(cases),
    }
    for within, of in ((False, "all pairs"), (True, "pairs of one kind")):
        total = separation(cases, blind, within_kinds=within)
        for name, values in hasty.items():
            baseline = separation(cases, values, within_kinds=within)
            yield _auc(f"AUC, baseline {name}, {of}", cases, baseline).model_copy(update={"chance": None})
            gain, low, high = total.beyond(baseline)
            yield Score(
                name=f"AUC, {READINGS[0]} withheld beyond {name}, {of}",
                value=gain,
                low=low,
                high=high,
                cases=len(cases),
                at_least=LEAST_BEYOND_DOMAIN if within and name == "domain only" else None,
                chance=0.0,
                difference=True,
            )


def _groups(cases: Sequence[Case], blind: dict[str, float], seen: dict[str, float]) -> Iterator[Score]:
    """How well each group of distrusted works is told from the credible works of its kinds."""
    for group in _DISTRUSTED:
        distrusted = [case for case in cases if case.group == group]
        kinds = {case.facts.kind for case in distrusted}
        against = [*distrusted, *(case for case in cases if case.credible and case.facts.kind in kinds)]
        for signal, totals in (("seen", seen), ("withheld", blind)):
            found = separation(against, totals, within_kinds=True)
            score = _auc(f"AUC, {READINGS[0]}, {group} works, signal {signal}", against, found)
            note = f"{len(distrusted)} against credible ones of their kinds"
            if found.value == 1:
                note += "; no pair is wrong, so that resampling can't tell how sure that is"
            yield score.model_copy(update={"note": note})


def _auc(name: str, cases: Sequence[Case], found: Separation, at_least: float | None = None) -> Score:
    low, high = found.bounds
    return Score(
        name=name,
        value=found.value,
        low=low,
        high=high,
        cases=len(cases),
        at_least=at_least,
        chance=0.5,
        note=f"{found.pairs:,} pairs",
    )


def _known(cases: Sequence[Case]) -> Score:
    distrusted = [case for case in cases if not case.credible]
    unasked = [case for case in distrusted if not asked(case, READINGS[0])]
    missing = sorted({f"{case.label_signal} of a {case.facts.kind}" for case in unasked})
    return Score(
        name="distrusted works whose label's signal some rule asks for",
        value=1 - len(unasked) / len(distrusted),
        cases=len(distrusted),
        note=f"no rule asks for: {', '.join(missing)}" if missing else "",
    )


def _unseen(case: Case, expected: str, came: str) -> Failure:
    return Failure(case=case.id, expected=expected, came=came, why=case.reason)


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
    name = "retracted and withdrawn works are kept out, and no others"
    return Score(name=name, value=sum(held) / len(held), cases=len(held), at_least=1.0), wrong


def _laws(cases: Sequence[Case], broken: set[tuple[str, str]]) -> Iterator[Score]:
    for law in LAWS:
        holds = sum((law, case.id) not in broken for case in cases)
        yield Score(name=f"law: {law}", value=holds / len(cases), cases=len(cases), at_least=1.0)


def _unstable(reworded: Sequence[Change]) -> Iterator[Failure]:
    for change in reworded:
        if change.declared > 0 or change.searched > MOST_REWORDED + _ROUNDING:
            yield Failure(
                case=change.case,
                expected=f"rewording moves the total by 0 where its bullet is declared, by {MOST_REWORDED} otherwise",
                came=f"{change.declared} and {change.searched}",
            )


def _misjudged(cases: Sequence[Case], judged: Mapping[str, Evaluation]) -> Iterator[Failure]:
    """Distrusted works that score like the credible ones of their kind, and the other way round."""
    for case in cases:
        others = [
            judged[other.id].total
            for other in cases
            if other.facts.kind == case.facts.kind and other.credible != case.credible
        ]
        if not others:
            continue
        middle, total = median(others), judged[case.id].total
        wrong = total < middle if case.credible else total >= middle
        if not wrong:
            continue
        side = "at least" if case.credible else "below"
        rest = "not credible" if case.credible else "credible"
        yield Failure(
            case=case.id,
            expected=f"{side} {middle:.2f}, the median of {case.facts.kind} works that are {rest}: {case.reason}",
            came=f"{total:.2f}",
            why=_why_misjudged(case, judged[case.id]),
        )


def _why_misjudged(case: Case, evaluation: Evaluation) -> str:
    if not asked(case, READINGS[0]):
        return f"no rule asks a {case.facts.kind} for {case.label_signal}"
    if case.label_signal in {signal.name for judgement in evaluation.judgements for signal in judgement.signals}:
        return f"{case.label_signal} was observed and weighs too little beside the others"
    return f"{case.label_signal} was not observed"
