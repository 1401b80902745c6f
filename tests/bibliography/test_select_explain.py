"""Reasons for and against a source: every statement is compared with the counts that it makes."""

import re
from typing import Any

from hypothesis import given

from research_agent.bibliography.explain import exclusions, reasons
from research_agent.bibliography.options import Option
from research_agent.bibliography.select import select
from research_agent.bibliography.what_if import what_if
from research_agent.model.guide import Preferences
from tests.bibliography.instances import Instance, category, instances, methodology, option, rank_of
from tests.examples import DEAR


def instance(
    *options: Option,
    focus: tuple[str, ...] = (),
    pins: tuple[str, ...] = (),
    bans: tuple[str, ...] = (),
    similar: dict[tuple[str, str], float] | None = None,
    **fields: Any,
) -> Instance:
    categories = fields.pop("categories", (category("papers"),))
    return Instance(options, methodology(*categories, **fields), focus, pins, bans, similar or {})


def excluded(instance: Instance) -> dict[str, str]:
    return {exclusion.source: exclusion.reason for exclusion in exclusions(instance.select())}


@DEAR
@given(instances())
def test_the_best_exchange_of_a_reason_is_the_best_of_all_exchanges_that_make_no_gap_larger(instance: Instance) -> None:
    selection = instance.select()
    chosen = list(selection.options)
    now = rank_of(instance, chosen)
    assert now is not None
    for exclusion in exclusions(selection):
        candidate = selection.problem.by_id[exclusion.source]
        if candidate.excluded or candidate.source in instance.bans:
            continue
        losses = []
        for leaving in chosen:
            rank = rank_of(instance, [*(one for one in chosen if one != leaving), candidate])
            if rank is not None and rank[0] == now[0]:
                losses.append(rank[1] - now[1])
        stated = re.search(r"it would lose (-?[\d.]+) points \(", exclusion.reason)
        if stated:
            assert float(stated[1]) == round(min(losses) / 1000, 2) or abs(float(stated[1]) * 1000 - min(losses)) <= 5
        elif "worth exactly as much" in exclusion.reason:
            assert min(losses) == 0
        else:
            assert not losses, exclusion.reason


@DEAR
@given(instances())
def test_room_is_claimed_or_denied_as_simply_adding_the_source_shows(instance: Instance) -> None:
    selection = instance.select()
    now = rank_of(instance, selection.options)
    assert now is not None
    for exclusion in exclusions(selection):
        candidate = selection.problem.by_id[exclusion.source]
        if candidate.excluded or candidate.source in instance.bans:
            continue
        added = rank_of(instance, [*selection.options, candidate])
        if added is None:
            assert re.search(r"is full with|has its \d+ entries", exclusion.reason)
        elif added[0] > now[0]:
            assert "would leave another constraint short" in exclusion.reason
        else:
            assert "there is room, but adding it would lose" in exclusion.reason
            assert added[1] >= now[1]


@DEAR
@given(instances())
def test_an_entry_is_called_needed_exactly_when_taking_it_away_makes_a_gap(instance: Instance) -> None:
    selection = instance.select()
    for source, given_reasons in reasons(selection).items():
        assert given_reasons
        rest = [one for one in selection.options if one.source != source]
        without, now = rank_of(instance, rest), rank_of(instance, selection.options)
        assert without is not None
        assert now is not None
        for level, words in ((0, "pinned"), (2, " in "), (3, "cover"), (5, "evidence from production")):
            needed = any(words in reason and "candidates" not in reason for reason in given_reasons)
            if without[0][level] > now[0][level]:
                assert needed, (words, given_reasons)


def test_a_banned_or_retracted_source_says_so_and_nothing_else():
    found = excluded(instance(option("a"), option("b", excluded="retracted in 2023"), option("c"), bans=("c",)))
    assert found == {"b": "retracted in 2023", "c": "banned"}


def test_a_full_category_names_its_limit_and_the_scores_of_the_best_exchange():
    options = [option("a", total=4.2), option("b", total=4.6), option("c", total=3.9)]
    found = excluded(instance(*options, categories=(category("papers", 1, 2), category("docs"))))
    assert found["c"] == (
        "Papers is full with 2; in place of a, its best exchange, it would lose 0.30 points "
        "(RADAR 3.90 against 4.20, relevance 0.50 against 0.50)"
    )


def test_an_origin_at_its_limit_names_the_entries_that_stand():
    options = [option("a", origin="Acme"), option("b", origin="acme"), option("c", origin="Acme", total=2.0)]
    found = excluded(instance(*options, entries_per_origin=2))
    assert found["c"].startswith("Acme has its 2 entries (a, b); in place of a")


def test_candidates_of_one_worth_have_places_of_their_own_in_the_order_of_the_entries():
    selection = select([option("a"), option("b"), option("c", total=3.5)], methodology(), ())
    places = [reasons(selection)[source][-1].partition(" candidates")[0] for source in selection.chosen]
    assert selection.chosen == ("c", "a", "b")
    assert places == ["number 1 of 3", "number 2 of 3", "number 3 of 3"]


def test_a_tie_is_told_as_a_tie():
    found = excluded(instance(option("a"), option("b"), total=(1, 1)))
    assert "worth exactly as much as a, which stands for it; ties go by id" in found["b"]


def test_a_near_duplicate_that_costs_more_than_it_adds_is_told_so():
    made = instance(
        option("a", total=4.0),
        option("b", total=1.5, relevance=0.0),
        similar={("a", "b"): 0.9},
        preferences=Preferences(diversity=2.0),
    )
    assert excluded(made)["b"].startswith(
        "there is room, but adding it would lose 0.50 points, as it says nearly the same as a; "
    )


def test_the_only_source_for_a_bullet_says_so():
    bullet = frozenset({"1.1"})
    made = instance(
        option("a", total=1.0, focus=bullet),
        option("b"),
        option("c"),
        focus=("1.1",),
        entries_per_focus=1,
        total=(0, 2),
    )
    assert "the only one that covers 1.1, which needs 1" in reasons(made.select())["a"]


def test_a_pinned_source_says_so():
    made = instance(option("a", total=1.0), option("b"), pins=("a",), total=(0, 1))
    assert reasons(made.select())["a"][0] == "pinned"


def test_forcing_a_source_in_names_what_goes_and_what_it_costs():
    made = instance(option("a", total=4.0), option("b", total=3.5), option("c", total=3.0), total=(0, 2))
    answer = what_if(made.select(), "c")
    assert (answer.move, answer.cost, answer.enters, answer.leaves, answer.gaps) == ("in", 0.5, (), ("b",), {})
    assert answer.text == "Forcing c in would cost 0.50 points: b would go."


def test_forcing_out_what_nothing_can_replace_names_the_gap():
    made = instance(option("a", focus=frozenset({"1.1"})), option("b"), focus=("1.1",), entries_per_focus=1)
    answer = what_if(made.select(), "a")
    assert (answer.move, answer.gaps) == ("out", {"focus:1.1": 1})
    assert "focus:1.1 1 short" in answer.text


def test_the_newer_of_two_is_preferred_and_both_sides_say_why() -> None:
    old = option("old", total=4.5, successor="new")
    problem = instance(old, option("new", total=4.0), total=(1, 1))
    assert problem.select().chosen == ("new",)
    assert excluded(problem)["old"].endswith("replaced by a newer candidate -1.00); new replaces it")
    better = instance(option("old", total=5.0, successor="new"), option("new", total=3.9), total=(1, 1))
    assert better.select().chosen == ("old",)
    told = reasons(better.select())["old"]
    assert "chosen although new replaces it, which counts against it" in told


def test_a_work_whose_successor_is_no_candidate_loses_nothing() -> None:
    alone = instance(option("old", total=4.5, successor="elsewhere"), option("new", total=4.0), total=(1, 1))
    assert alone.select().chosen == ("old",)
