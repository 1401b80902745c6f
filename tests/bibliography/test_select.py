"""Selection on problems small enough to see the answer."""

import re
import subprocess
import sys
from typing import Any

import pytest

from research_agent.bibliography.constraints import check
from research_agent.bibliography.explain import exclusions
from research_agent.bibliography.options import Option
from research_agent.bibliography.select import select
from research_agent.bibliography.what_if import preference_costs, what_if
from research_agent.errors import UnknownNameError, UsageError
from research_agent.model.guide import Methodology, Preferences
from tests.bibliography.instances import category, methodology, option


def many(name: str, count: int, **fields: Any) -> list[Option]:
    return [option(f"{name}-{number}", **fields) for number in range(count)]


def unmet(options: list[Option], method: Methodology, focus: tuple[str, ...] = (), **decisions: Any) -> dict[str, str]:
    return {gap.check: gap.text for gap in select(options, method, focus, **decisions).gaps}


def test_too_few_candidates_of_a_category_give_the_best_bibliography_and_one_gap():
    method = methodology(category("papers", 4, 6), category("docs", 2, 6), total=(5, 8))
    selection = select([*many("p", 3), *many("d", 5, category="docs")], method, ())
    assert selection.status == "best_with_gaps"
    assert len(selection.chosen) == 8
    (gap,) = selection.gaps
    assert (gap.check, gap.eligible, gap.needed, gap.missing) == ("category:papers", 3, 4, 1)
    assert gap.text == "papers: 3 eligible, 4 needed"
    assert "All 8 eligible candidates were weighed" in gap.tried


def test_a_gap_with_enough_candidates_says_that_other_constraints_stand_against_it():
    acme = many("a", 4, origin="Acme", focus=frozenset({"1.1"}))
    found = unmet(acme, methodology(entries_per_origin=2, entries_per_focus=3), ("1.1",))
    assert found == {"focus:1.1": "1.1: 4 eligible, 3 needed, 2 possible beside the other constraints"}


def test_without_candidates_there_is_nothing_and_every_need_is_a_gap():
    method = methodology(category("papers", 2, 3), total=(2, 3), entries_per_focus=1, production_entries=1)
    selection = select([option("a", excluded="retracted")], method, ("1.1",))
    assert (selection.status, selection.chosen, selection.objective) == ("empty", (), 0)
    assert [gap.check for gap in selection.gaps] == ["total", "category:papers", "focus:1.1", "production"]


def test_a_retracted_paper_never_enters_even_when_it_is_pinned_and_needed():
    options = [option("a", excluded="retracted in 2023", total=5.0), option("b", total=1.0)]
    selection = select(options, methodology(total=(2, 2)), (), pins=["a"])
    assert selection.chosen == ("b",)
    assert {gap.check: gap.text for gap in selection.gaps} == {
        "pin:a": "pin a: it may not be chosen: retracted in 2023",
        "total": "total: 1 eligible, 2 needed",
    }


def test_a_ban_beats_a_pin_and_is_told():
    found = unmet([option("a"), option("b")], methodology(), pins=["a"], bans=["a"])
    assert found == {"pin:a": "pin a: it is banned as well, and a ban beats a pin"}


def test_a_pin_on_something_unknown_is_told():
    assert unmet([option("a")], methodology(), pins=["z"]) == {"pin:z": "pin z: it is not among the candidates"}


def test_pins_that_pass_a_limit_together_keep_as_many_as_fit_and_name_each_other():
    options = [option("a", origin="Acme", total=2.0), option("b", origin="Acme", total=4.0), option("c")]
    selection = select(options, methodology(entries_per_origin=1), (), pins=["a", "b"])
    assert set(selection.chosen) == {"b", "c"}
    (gap,) = selection.gaps
    assert gap.text == "pin a: 2 pins (a, b) meet an upper limit of 1 (origin:Acme)"


def test_a_pin_is_kept_before_a_category_minimum():
    method = methodology(category("papers", 2, 2), category("docs", 0, 2), total=(0, 2))
    options = [*many("p", 2), option("d", category="docs", total=1.0)]
    selection = select(options, method, (), pins=["d"])
    assert "d" in selection.chosen
    assert [gap.check for gap in selection.gaps] == ["category:papers"]


def test_the_limit_on_origins_leaves_exempt_categories_and_unknown_origins_out():
    method = methodology(category("papers"), category("rfcs"), entries_per_origin=1, origin_exempt=("rfcs",))
    options = [
        *many("p", 2, origin="Acme"),
        *many("r", 2, origin="Acme", category="rfcs"),
        *many("u", 2, origin=""),
    ]
    assert select(options, method, ()).chosen == ("p-0", "u-0", "u-1", "r-0", "r-1")


def test_an_unknown_year_is_not_recent_and_a_share_of_two_thirds_is_two_thirds():
    options = [*many("new", 4), *many("old", 5, recent=False)]
    selection = select(options, methodology(recent_share=0.6666667), ())
    assert len(selection.chosen) == 6
    recent = next(check for check in selection.checks if check.id == "recent")
    assert (recent.required, recent.actual, recent.met) == (
        "at least 66.7%",
        "4 of 6 (at least 4 needed); 4 by last change",
        True,
    )


def test_entries_come_in_the_methods_order_of_categories_and_best_first():
    method = methodology(category("docs"), category("papers"))
    options = [option("a", total=2.0), option("b", total=4.0), option("c", category="docs", total=1.0)]
    assert select(options, method, ()).chosen == ("c", "b", "a")


def test_entries_come_in_the_order_of_their_worth_and_not_of_radar_alone():
    method = methodology(preferences=Preferences(relevance=2.0, foundational=0.5))
    options = [
        option("near", total=3.0, relevance=0.9),
        option("far", total=3.5, relevance=0.2),
        option("classic", total=3.9, foundational=True),
    ]
    assert select(options, method, ()).chosen == ("classic", "near", "far")


def test_a_share_is_told_in_entries_and_never_rounded_up():
    options = [*many("new", 59), *many("old", 40, recent=False)]
    counted = check(options, methodology(recent_share=0.6), ())
    recent = next(one for one in counted if one.id == "recent")
    assert (recent.required, recent.actual, recent.met) == (
        "at least 60%",
        "59 of 99 (at least 60 needed); 59 by last change",
        False,
    )


def test_equal_candidates_go_by_id():
    assert select(many("x", 5), methodology(total=(0, 2)), ()).chosen == ("x-0", "x-1")


def test_the_hierarchy_decides_between_equals_and_yields_to_a_clearly_better_source():
    method = methodology(category("papers", rank=1), category("blogs", rank=2), total=(0, 1))
    blog = option("a", category="blogs", total=3.0)
    assert select([blog, option("z", total=3.0)], method, ()).chosen == ("z",)
    assert select([blog, option("z", total=2.5)], method, ()).chosen == ("a",)


def test_a_foundational_work_gets_its_bonus_and_no_exemption_from_recency():
    method = methodology(total=(0, 1), recent_share=1.0)
    old = option("a", foundational=True, recent=False, total=5.0)
    assert select([old, option("b", total=1.0)], method, ()).chosen == ("b",)
    free = methodology(total=(0, 1), preferences=Preferences(foundational=0.5))
    assert select([option("b", total=3.4), option("c", total=3.0, foundational=True)], free, ()).chosen == ("c",)


def test_of_two_that_nearly_say_the_same_one_gives_way():
    method = methodology(total=(0, 2), preferences=Preferences(diversity=0.5))
    options = [option("a", total=4.0), option("b", total=4.0), option("c", total=3.6)]
    assert select(options, method, (), similar={("b", "a"): 0.8}).chosen == ("a", "c")
    assert select(options, method, (), similar={("b", "a"): 0.7}).chosen == ("a", "b")


def test_what_a_preference_cost_is_told_with_what_would_stand_instead():
    method = methodology(category("papers", rank=1), category("blogs", rank=2), total=(0, 1))
    selection = select([option("a", category="blogs", total=3.3), option("z", total=3.0)], method, ())
    costs = {cost.preference: cost for cost in preference_costs(selection)}
    assert costs["hierarchy"].cost == 0.3
    assert costs["hierarchy"].text == (
        "Preferring the higher-ranked categories cost 0.30 points (+0.30 of RADAR and relevance without it): "
        "a would come in, z would go."
    )
    assert costs["recent"].cost == 0
    assert "cost nothing" in costs["recent"].text


def test_a_cost_and_what_of_it_is_radar_and_relevance_are_rounded_alike():
    method = methodology(total=(0, 1), production_entries=1, preferences=Preferences(relevance=1.0))
    options = [option("a", total=4.0, relevance=0.8254), option("b", total=3.5, relevance=0.5, production=True)]
    text = next(cost.text for cost in preference_costs(select(options, method, ())) if cost.preference == "production")
    told = re.search(r"cost (\d\.\d\d) points \(\+(\d\.\d\d) of", text)
    assert told
    assert told[1] == told[2]


def test_a_ban_and_a_pin_have_their_price():
    options = [option("a", total=4.0), option("b", total=3.0), option("c", total=2.0)]
    selection = select(options, methodology(total=(0, 1)), (), pins=["c"], bans=["a"])
    costs = {cost.preference: cost.cost for cost in preference_costs(selection)}
    assert costs["pin:c"] == 1.0
    assert costs["ban:a"] == 0
    unpinned = select(options, methodology(total=(0, 1)), (), bans=["a"])
    assert {cost.preference: cost.cost for cost in preference_costs(unpinned)}["ban:a"] == 1.0


def test_a_ban_that_the_evaluation_knows_as_well_has_the_same_price_and_keeps_its_reason():
    options = [option("a", total=4.0, excluded="banned: vendor brochure"), option("b", total=3.0)]
    selection = select(options, methodology(total=(0, 1)), (), bans=["a"])
    assert selection.chosen == ("b",)
    assert {cost.preference: cost.cost for cost in preference_costs(selection)}["ban:a"] == 1.0
    assert [exclusion.reason for exclusion in exclusions(selection)] == ["banned: vendor brochure"]
    assert what_if(selection, "a").text == "Forcing a in would gain 1.00 points: b would go."


def test_a_ban_on_a_retracted_source_leaves_it_excluded():
    options = [option("a", excluded="retracted; banned: wrong"), option("b")]
    selection = select(options, methodology(total=(0, 1)), (), bans=["a"])
    assert [exclusion.reason for exclusion in exclusions(selection)] == ["retracted; banned: wrong"]
    with pytest.raises(UsageError, match="retracted"):
        what_if(selection, "a")


def test_lifting_a_ban_for_a_what_if_tells_the_gain():
    options = [option("a", total=4.0), option("b", total=3.0)]
    selection = select(options, methodology(total=(0, 1)), (), bans=["a"])
    assert what_if(selection, "a").text == "Forcing a in would gain 1.00 points: b would go."


def test_what_if_refuses_what_cannot_be():
    selection = select([option("a"), option("b", excluded="retracted")], methodology(), ())
    with pytest.raises(UsageError, match="retracted"):
        what_if(selection, "b")
    with pytest.raises(UnknownNameError, match="candidate 'aa'"):
        what_if(selection, "aa")


def test_a_source_that_stands_twice_is_refused():
    with pytest.raises(UsageError, match="a stands twice"):
        select([option("a"), option("a")], methodology(), ())


def test_a_category_that_the_guide_lacks_is_refused_by_name():
    with pytest.raises(UsageError, match=r"'posts'.*\(papers\)"):
        select([option("a", category="posts")], methodology(), ())


def test_checks_count_any_set_of_entries_and_name_each_origin_over_its_limit():
    method = methodology(category("papers", 1, 2), total=(1, 2), entries_per_origin=2, production_entries=1)
    found = {check.id: check for check in check(many("a", 3, origin="Acme"), method, ("1.1",), bans=["a-1"])}
    assert {check_id for check_id, one in found.items() if not one.met} == {
        "total",
        "category:papers",
        "production",
        "origin",
        "origin:Acme",
        "ban:a-1",
    }
    assert (found["origin:Acme"].required, found["origin:Acme"].actual) == ("at most 2", "3")


def test_the_solver_prints_nothing_and_is_imported_only_to_solve():
    code = (
        "import sys\n"
        "from research_agent.bibliography.select import select\n"
        "from research_agent.bibliography import difference, explain, state, what_if\n"
        "assert 'highspy' not in sys.modules and 'numpy' not in sys.modules\n"
        "from tests.bibliography.instances import methodology, option\n"
        "select([option('a')], methodology(), ())\n"
        "assert 'highspy' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
