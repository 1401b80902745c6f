"""Each group of distrusted works is told with the label's signal and without it: what nothing tells is no footnote."""

from eval.radar.cases import READINGS, read_cases
from eval.radar.judging import by_rules, evaluations
from eval.radar.suite import _but_repositories, _groups, _kept_out


def test_a_group_that_only_its_label_tells_is_a_figure_of_its_own_at_its_floor():
    cases = read_cases()
    nothing, everything = ({case.id: float(case.credible and told) for case in cases} for told in (False, True))
    found = {score.name: score for score in _groups(cases, nothing, everything)}
    for group in ("retracted", "withdrawn", "marketing"):
        seen, blind = (found[f"AUC, {READINGS[0]}, {group} works, signal {how}"] for how in ("seen", "withheld"))
        assert (seen.value, blind.value) == (1.0, 0.5)
        assert blind.at_its_floor
        assert not seen.at_its_floor


def test_what_is_promised_of_all_works_is_a_count_and_no_estimate():
    cases = read_cases()
    score, wrong = _kept_out(cases, evaluations(cases, by_rules, READINGS[0]))
    assert (score.value, score.low, wrong) == (1.0, None, [])


def test_a_year_that_tells_repositories_alone_is_worth_nothing_without_them():
    cases = read_cases()
    aged = {
        case.id: float(case.facts.kind == "repository" and (case.facts.year or 0) > 2_023)
        for case in cases  # newer ones are the maintained ones
    }
    found = list(_but_repositories(cases, aged))
    assert [score.value for score in found] == [0.5, 0.5]
    assert [score.cases for score in found] == [sum(case.facts.kind != "repository" for case in cases)] * 2
    assert all(score.at_its_floor for score in found)
