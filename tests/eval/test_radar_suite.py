"""The RADAR suite: its data are sound, it meets its thresholds, and a judge that is broken falls below one."""

from collections import Counter

import pytest

from eval.radar import suite as radar
from eval.radar.baselines import by_domain, by_year
from eval.radar.cases import READINGS, asked, label_signals, read_cases, rubric_without, withheld
from eval.radar.judging import by_rules, evaluations
from eval.radar.laws import LAWS, broken_laws
from eval.radar.rewording import changes, read_rewordings
from eval.radar.separation import separation
from eval.radar.suite import measure, stability, untold
from eval.suite import SuiteResult, suite
from research_agent.model.radar import Evaluation
from research_agent.model.source import Source
from research_agent.radar import DomainEvidence, ScoringRubric, load_rubric
from research_agent.radar.evidence import NOTHING_GATHERED

CASES = read_cases()
BY_ID = {case.id: case for case in CASES}


@pytest.fixture(scope="module")
def measured():
    return measure(by_rules)


# The data


def test_the_cases_are_sorted_and_there_are_forty_of_each_label():
    ids = [case.id for case in CASES]
    assert ids == sorted(set(ids))
    labels = Counter(case.label for case in CASES)
    assert min(labels["credible"], labels["not_credible"]) >= 40
    assert abs(labels["credible"] - labels["not_credible"]) <= 10


def test_no_work_is_there_twice():
    for names in (
        [case.facts.doi for case in CASES if case.facts.doi],
        [case.facts.title.casefold() for case in CASES if case.facts.rfc is None],
        [case.facts.rfc for case in CASES if case.facts.rfc],
    ):
        assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_says_who_labelled_it_and_by_which_signal(case):
    assert case.facts.url.startswith(("https://", "http://"))
    assert case.facts.doi is None or case.facts.doi == case.facts.doi.lower()
    assert case.facts.authors
    if not case.credible:
        assert case.facts.signals.get(case.label_signal), "the fact that speaks against it is in its record"
    for name in ("retracted", "withdrawn", "refuted", "deceptive_venue"):
        assert not (case.credible and case.facts.signals.get(name))


def test_most_works_can_be_compared_with_one_of_their_kind_and_the_other_label():
    sides = {(case.facts.kind, case.credible) for case in CASES}
    alone = [case.id for case in CASES if (case.facts.kind, not case.credible) not in sides]
    assert len(alone) <= len(CASES) // 10


def test_a_withheld_signal_is_neither_carried_nor_observed():
    hidden = label_signals(CASES)
    case = BY_ID["wakefield-1998-ileal"]
    assert {"retracted", "peer_reviewed"} <= hidden["paper"]
    for reading in READINGS:
        blind = by_rules(
            withheld(case.source, hidden["paper"]), rubric_without(reading, hidden["paper"]), NOTHING_GATHERED
        )
        told = {signal.name for judgement in blind.judgements for signal in judgement.signals}
        assert not told & hidden["paper"]
        assert not blind.excluded


def test_every_reworded_summary_belongs_to_a_case():
    rewordings = read_rewordings()
    assert len(rewordings) >= 12
    assert [one.case for one in rewordings] == sorted({one.case for one in rewordings} & BY_ID.keys())
    assert all(len({one.summary, *one.others}) == 1 + len(one.others) for one in rewordings)


# The measures


def test_an_auc_is_the_share_of_pairs_in_the_right_order_and_ties_count_half():
    some = [BY_ID[name] for name in ("rfc-9110", "rfc-9113", "rfc-2616", "rfc-7540")]
    values = {"rfc-9110": 3.0, "rfc-9113": 1.0, "rfc-2616": 2.0, "rfc-7540": 1.0}
    found = separation(some, values)
    assert found.value == (1 + 1 + 0 + 0.5) / 4
    assert found.pairs == 4
    assert found.bounds[0] <= found.value <= found.bounds[1]


def test_what_tells_every_work_right_has_one_and_what_tells_nothing_has_a_half():
    assert separation(CASES, {case.id: float(case.credible) for case in CASES}).bounds == (1, 1)
    assert separation(CASES, {case.id: -float(case.credible) for case in CASES}).value == 0
    assert separation(CASES, dict.fromkeys(BY_ID, 3.0), within_kinds=True).value == 0.5


def test_the_same_cases_in_another_order_give_the_same_auc():
    values = {case.id: by_year(case) for case in CASES}
    assert separation(CASES[::-1], values).value == separation(CASES, values).value


def test_a_total_is_compared_with_a_baseline_pair_by_pair():
    values = {case.id: by_domain(case) for case in CASES}
    assert separation(CASES, values).beyond(separation(CASES, values)) == (0, 0, 0)


def test_an_auc_of_one_label_alone_is_refused():
    with pytest.raises(ValueError, match="at least one credible work"):
        separation([case for case in CASES if case.credible], dict.fromkeys(BY_ID, 1.0))


# The suite


def test_the_suite_meets_its_thresholds(measured):
    assert "radar" in suite.known
    assert [score.name for score in measured.scores if not score.met] == []
    assert not measured.skipped


def test_the_suite_tells_every_law_every_group_and_every_baseline(measured):
    names = " ".join(score.name for score in measured.scores)
    for law in LAWS:
        assert law in names
    assert "judges that are models" in names, "nobody asked one: it is told, with the reason"
    for part in ("domain only", "year only", "kind only", "withheld", "seen", "retracted", "marketing", "reworded"):
        assert part in names
    assert measured.leaks


def test_every_failure_names_a_case_and_why(measured):
    assert measured.failures, "no set of this size is judged without a mistake"
    assert all(failure.case in BY_ID and failure.came for failure in measured.failures)


def test_a_work_that_is_misjudged_says_what_became_of_the_signal_that_tells_it(measured):
    why = {failure.case: failure.why for failure in measured.failures if "median" in failure.expected}
    assert why["elm-2020-zubat"] == "no rule asks a paper for deceptive_venue"
    assert why["docs-django-security"] == "maintainer was not observed"
    assert why["github-2021-copilot"].startswith("own_product was observed")


def test_a_signal_that_the_rules_do_not_ask_for_is_told_with_the_kind(measured):
    (known,) = (score for score in measured.scores if "some rule asks for" in score.name)
    for case in CASES:
        if not case.credible:
            assert (f"{case.label_signal} of a {case.facts.kind}" in known.note) != asked(case, "lmu")
    assert "own_product of a report" in known.note, "posts are asked for it, reports are not"


def test_a_work_that_sells_and_is_not_seen_to_is_told(measured):
    (score,) = (score for score in measured.scores if "without being told" in score.name)
    overlooked = {failure.case for failure in measured.failures if "own product" in failure.expected}
    assert len(overlooked) == round((1 - score.value) * score.cases) > 0
    assert "github-2021-copilot" not in overlooked, "its product is known of its publisher"


# Judges that are broken


def laws_of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try the laws, which take most of a measurement, on a few works; a judge that breaks one breaks it there, too."""
    monkeypatch.setattr(radar, "broken_laws", lambda cases, judge, judged: broken_laws(cases[::16], judge, judged))


def missed(result: SuiteResult) -> list[str]:
    return [score.name for score in result.scores if not score.met]


def test_a_judge_that_gives_every_source_the_same_level_is_noticed(monkeypatch):
    laws_of_a_few(monkeypatch)
    one = {reading: by_rules(CASES[0].source, load_rubric(reading), NOTHING_GATHERED) for reading in READINGS}
    found = missed(measure(lambda source, rubric, evidence: one[rubric.id].model_copy(update={"source": source.id})))
    assert sum(name.startswith("AUC, ") for name in found) >= 8
    assert any("kept out" in name for name in found)


def test_a_judge_that_never_sees_a_product_is_noticed():
    def blind(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
        return by_rules(source, rubric_without(rubric.id, frozenset({"own_product"})), evidence)

    score, overlooked = untold(CASES, blind)
    assert not score.met
    assert len(overlooked) == score.cases


def test_a_judge_that_turns_on_the_wording_is_noticed():
    def counts_letters(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
        judged = by_rules(source, rubric, evidence)
        return judged.model_copy(update={"total": judged.total + len(source.placements[0].summary) / 100})

    assert [score.met for score in stability(changes(CASES, read_rewordings(), counts_letters))] == [False, False]


def test_a_judge_that_ignores_retractions_is_noticed(monkeypatch):
    def deaf(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
        return by_rules(withheld(source, frozenset({"retracted", "withdrawn"})), rubric, evidence)

    laws_of_a_few(monkeypatch)
    result = measure(deaf)
    found = missed(result)
    assert "AUC, lmu, label's signal seen, pairs of one kind" in found
    assert "retracted and withdrawn works are kept out, and no others" in found
    assert any(name.startswith("law: a retraction") for name in found)
    assert any(failure.case == "wakefield-1998-ileal" for failure in result.failures)


def moved(evaluation: Evaluation, criterion: str, level: int) -> Evaluation:
    judgements = tuple(
        one.model_copy(update={"level": level}) if one.criterion == criterion else one for one in evaluation.judgements
    )
    return evaluation.model_copy(update={"judgements": judgements, "total": evaluation.total + 0.01 * level})


def favours_shouting(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    judged = by_rules(source, rubric, evidence)
    return moved(judged, "authority", 5) if source.title.isupper() else judged


def reads_the_first_author_only(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    judged = by_rules(source, rubric, evidence)
    return moved(judged, "authority", 1 + len("".join(source.authors[:1])) % 5)


def forgives_withdrawals(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    return by_rules(withheld(source, frozenset({"withdrawn"})), rubric, evidence)


def does_not_hear_of_concerns(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    return by_rules(withheld(source, frozenset({"concern"})), rubric, evidence)


def likes_advertising(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    judged = by_rules(source, rubric, evidence)
    return judged.model_copy(update={"total": 5.0}) if source.signal("advertising").value else judged


def falls_for_praise(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    judged = by_rules(source, rubric, evidence)
    return moved(judged, "authority", 5) if "Award" in source.title else judged


def distrusts_what_is_cited(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    judged = by_rules(source, rubric, evidence)
    return judged.model_copy(update={"total": 1.0}) if source.signal("citations").value else judged


def prefers_the_old(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    return moved(by_rules(source, rubric, evidence), "date", 5 if (source.year or 0) < 2010 else 1)


def keeps_what_was_replaced(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    return by_rules(withheld(source, frozenset({"obsoleted_by", "superseded_by"})), rubric, evidence)


def rates_the_unsigned_higher(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    judged = by_rules(source, rubric, evidence)
    return judged if source.authors else moved(judged, "authority", 5)


def guesses_what_nobody_saw(source: Source, rubric: ScoringRubric, evidence: DomainEvidence) -> Evaluation:
    judged = by_rules(source, rubric, evidence)
    return moved(judged, "authority", 1) if any(one.name == "audience" for one in source.signals) else judged


@pytest.mark.parametrize(
    ("judge", "law"),
    [
        (forgives_withdrawals, "a retraction or withdrawal"),
        (does_not_hear_of_concerns, "a concern"),
        (likes_advertising, "what speaks against it"),
        (falls_for_praise, "praise in the title"),
        (favours_shouting, "case, punctuation"),
        (reads_the_first_author_only, "order of the authors"),
        (distrusts_what_is_cited, "more citations"),
        (prefers_the_old, "a newer work"),
        (keeps_what_was_replaced, "being obsoleted"),
        (rates_the_unsigned_higher, "without its authors"),
        (guesses_what_nobody_saw, "nobody observed"),
    ],
)
def test_a_judge_that_breaks_a_law_is_noticed(judge, law):
    some = CASES[::16]
    judged = {reading: evaluations(some, judge, reading) for reading in READINGS}
    assert any(law in broken.law for broken in broken_laws(some, judge, judged))
