"""What holds of every selection, on problems that hypothesis makes up."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.bibliography.explain import exclusions, reasons
from research_agent.bibliography.options import Option
from research_agent.bibliography.problem import LEVELS, PREFERENCES
from research_agent.bibliography.what_if import preference_costs, what_if
from research_agent.model.guide import Category, Methodology, Preferences
from tests.bibliography.instances import (
    CATEGORIES,
    Instance,
    brute_force,
    category,
    instances,
    methodology,
    option,
    rank_of,
)
from tests.examples import DEAR

DEARER = settings(max_examples=settings().max_examples // 6, deadline=None)
"""For what solves a problem many times an example."""


@DEAR
@given(instances())
def test_the_choice_is_the_best_that_brute_force_finds_in_shortfall_then_value_then_order(instance: Instance) -> None:
    best, choices = brute_force(instance)
    selection = instance.select()
    assert rank_of(instance, selection.options) == best
    assert frozenset(selection.chosen) in choices
    assert selection.objective == -best[1] / 1000


def test_no_choice_is_declared_impossible_that_is_possible() -> None:
    """A problem that HiGHS 1.16.0 calls infeasible, handed one of its solutions, unless its presolve is off."""
    filed = {  # id: category, recent, origin, production
        "s0": ("docs", False, "A", False),
        "s1": ("docs", False, "A", False),
        "s2": ("docs", True, "", False),
        "s3": ("papers", False, "", True),
        "s4": ("blogs", True, "B", True),
        "s6": ("docs", False, "A", True),
        "s7": ("blogs", True, "B", False),
        "s8": ("docs", True, "", False),
    }
    options = tuple(
        option(name, category=kind, recent=recent, origin=origin, production=production, total=1.0, relevance=0.0)
        for name, (kind, recent, origin, production) in filed.items()
    )
    method = methodology(
        category("blogs", 2, 2),
        category("docs", 1, 2),
        category("papers", 2, 2),
        total=(0, 8),
        recent_share=0.6,
        entries_per_origin=1,
        production_entries=2,
        preferences=Preferences(relevance=0.0, hierarchy=0.0, foundational=0.0, diversity=0.5),
    )
    instance = Instance(options, method, (), (), (), {("s2", "s4"): 0.75, ("s0", "s7"): 0.75})
    best, choices = brute_force(instance)
    selection = instance.select()
    assert frozenset(selection.chosen) in choices
    assert rank_of(instance, selection.options) == best


@DEAR
@given(instances())
def test_gaps_are_exactly_what_brute_force_cannot_avoid(instance: Instance) -> None:
    best, _ = brute_force(instance)
    selection = instance.select()
    missing = dict.fromkeys(LEVELS, 0)
    for gap in selection.gaps:
        missing[gap.check.partition(":")[0]] += gap.missing  # type: ignore[index]  # a gap's check is of one level
    assert tuple(missing.values()) == best[0]
    assert {gap.check for gap in selection.gaps} == {check.id for check in selection.checks if not check.met}


@DEARER
@given(instances(), st.data())
def test_the_order_of_the_inputs_makes_no_difference(instance: Instance, data: st.DataObject) -> None:
    shuffled = Instance(
        options=tuple(data.draw(st.permutations(instance.options))),
        methodology=instance.methodology,
        focus_ids=instance.focus_ids,
        pins=tuple(reversed(instance.pins)),
        bans=instance.bans,
        similar={(b, a): cosine for (a, b), cosine in reversed(list(instance.similar.items()))},
    )
    first, second = instance.select(), shuffled.select()
    assert first == second
    assert reasons(first) == reasons(second)
    assert exclusions(first) == exclusions(second)
    assert preference_costs(first) == preference_costs(second)


@DEARER
@given(instances(), st.sampled_from(CATEGORIES))
def test_raising_a_categorys_rank_never_lowers_the_number_chosen_of_it(instance: Instance, name: str) -> None:
    def chosen(method: Methodology) -> int:
        return sum(option.category == name for option in instance.select(method=method).options)

    def raised(category: Category) -> Category:
        return category.model_copy(update={"rank": max(1, category.rank - 1)}) if category.id == name else category

    method = instance.methodology
    higher = method.model_copy(update={"categories": tuple(map(raised, method.categories))})
    assert chosen(higher) >= chosen(method)


@DEARER
@given(instances(), st.data(), st.sampled_from([0.001, 0.05, 1.0]))
def test_a_chosen_source_that_is_rated_higher_stays_chosen(
    instance: Instance, data: st.DataObject, more: float
) -> None:
    chosen = instance.select().chosen
    if not chosen:
        return
    raised = data.draw(st.sampled_from(chosen))

    def rated(option: Option) -> Option:
        return replace(option, total=option.total + more) if option.source == raised else option

    assert raised in instance.select(options=[rated(option) for option in instance.options]).chosen


@DEARER
@given(instances(most=7))
def test_no_cost_is_negative_and_a_cost_is_what_brute_force_gains_without_the_preference(instance: Instance) -> None:
    selection = instance.select()
    costs = {cost.preference: cost.cost for cost in preference_costs(selection)}
    assert all(cost >= 0 for cost in costs.values())
    if not selection.chosen:
        return
    for preference in PREFERENCES:
        weights = instance.methodology.preferences.model_copy(update={preference: 0.0})
        free = replace(instance, methodology=instance.methodology.model_copy(update={"preferences": weights}))
        other, _ = brute_force(free)
        ours = rank_of(free, selection.options)
        assert ours is not None
        assert costs[preference] == (ours[1] - other[1]) / 1000, preference
    if selection.gaps:
        return
    best, _ = brute_force(instance)
    without = {
        "recent": instance.methodology.model_copy(update={"recent_share": 0.0}),
        "focus": instance.methodology.model_copy(update={"entries_per_focus": 0}),
        "origin": instance.methodology.model_copy(update={"entries_per_origin": 99}),
        "production": instance.methodology.model_copy(update={"production_entries": 0}),
    }
    for name, method in without.items():
        other, _ = brute_force(replace(instance, methodology=method))
        assert costs[name] == (best[1] - other[1]) / 1000, name
    for pin in instance.pins:
        other, _ = brute_force(replace(instance, pins=tuple(set(instance.pins) - {pin})))
        assert costs[f"pin:{pin}"] == (best[1] - other[1]) / 1000
    for ban in instance.bans:
        other, _ = brute_force(replace(instance, bans=()))
        assert costs[f"ban:{ban}"] == (best[1] - other[1]) / 1000


@DEARER
@given(instances(most=7), st.data())
def test_what_forcing_a_source_would_cost_is_what_brute_force_finds(instance: Instance, data: st.DataObject) -> None:
    selection = instance.select()
    limits = {known.id: known.quota.at_most for known in instance.methodology.categories}
    candidates = [option for option in instance.options if not option.excluded and limits[option.category]]
    if not candidates or not instance.methodology.total.at_most:
        return
    source = data.draw(st.sampled_from(candidates)).source
    answer = what_if(selection, source)
    if answer.move == "in":
        bans = tuple(ban for ban in instance.bans if ban != source)
        forced = replace(instance, bans=bans, pins=(*instance.pins, source))
    else:
        pins = tuple(pin for pin in instance.pins if pin != source)
        forced = replace(instance, bans=(*instance.bans, source), pins=pins)
    after = (set(selection.chosen) | set(answer.enters)) - set(answer.leaves)
    after = after | {source} if answer.move == "in" else after - {source}
    choice = [option for option in instance.options if option.source in after]
    best, _ = brute_force(forced)
    # A person's pin weighs more than the other pins here: it is forced, they may be missed.
    if best[0][0] == 0 or answer.move == "out":
        assert rank_of(forced, choice) == best
        assert answer.cost == (selection.problem.value(selection.chosen) + best[1]) / 1000
