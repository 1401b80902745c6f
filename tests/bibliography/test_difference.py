"""What changed between two bibliographies and why; how far a domain is; entries as options."""

from typing import Any

import pytest

from research_agent.bibliography.constraints import check
from research_agent.bibliography.difference import difference
from research_agent.bibliography.options import options_from, options_of
from research_agent.bibliography.select import select
from research_agent.bibliography.state import domain_state
from research_agent.errors import UnknownNameError, UsageError
from research_agent.model.bibliography import Annotation, Bibliography, Check, Entry, Exclusion, Gap
from research_agent.model.guide import Category, Domain, Focus, Guide, Span
from research_agent.model.radar import Evaluation, Judgement
from research_agent.model.source import Existence, Identifiers, Placement, Source
from tests.bibliography.instances import methodology

CRITERIA = ("rationale", "authority", "date", "accuracy", "relevance")


def source(name: str, **fields: Any) -> Source:
    defaults: dict[str, Any] = {
        "title": f"Title of {name}",
        "url": f"https://example.org/{name}",
        "origin": f"Origin of {name}",
        "year": 2022,
        "kind": "paper",
        "identifiers": Identifiers(),
        "existence": Existence(state="verified", how="read"),
    }
    return Source(id=name, **(defaults | fields))


def judgement(criterion: str, level: int = 3, **fields: Any) -> Judgement:
    defaults: dict[str, Any] = {"word": "fair", "reason": "as the rubric says", "judge": "rules", "confidence": 0.8}
    return Judgement(criterion=criterion, level=level, **(defaults | fields))


def evaluation(name: str, *judgements: Judgement, **fields: Any) -> Evaluation:
    changed = {one.criterion: one for one in judgements}
    defaults: dict[str, Any] = {
        "guide": "garden",
        "domain": "1",
        "rubric": "lmu",
        "total": 3.0,
        "relevance": 0.5,
        "focus": ("1.1",),
    }
    all_five = tuple(changed.get(criterion, judgement(criterion)) for criterion in CRITERIA)
    return Evaluation(source=name, judgements=all_five, **(defaults | fields))


def entry(name: str, *judgements: Judgement, record: Source | None = None, **fields: Any) -> Entry:
    reasons = fields.pop("reasons", ("pinned",))
    return Entry(
        source=record or source(name),
        category=fields.pop("category", "papers"),
        evaluation=evaluation(name, *judgements, **fields),
        annotation=Annotation(establishes=()),
        citation=f"{name}.",
        citation_key=name,
        reasons=reasons,
    )


def out(name: str, reason: str) -> Exclusion:
    return Exclusion(source=name, title=f"Title of {name}", category="papers", total=2.0, reason=reason)


def asked(check_id: str, required: str = "at least 2", actual: str = "2", *, met: bool = True) -> Check:
    return Check(id=check_id, text=f"Entries for {check_id}", required=required, actual=actual, met=met)


def bibliography(*entries: Entry, **fields: Any) -> Bibliography:
    defaults: dict[str, Any] = {
        "guide": "garden",
        "guide_title": "Garden",
        "domain": "1",
        "domain_name": "Soil",
        "rubric": "lmu",
        "style": "apa",
        "as_of": 2026,
        "inputs": "first",
        "status": "optimal",
        "objective": 10.0,
        "checks": (asked("total"),),
    }
    return Bibliography(entries=entries, **(defaults | fields))


def test_a_bibliography_does_not_differ_from_itself():
    same = bibliography(entry("a"), excluded=(out("b", "banned"),))
    found = difference(same, same)
    assert found.nothing
    assert (found.same_inputs, found.kept) == (True, 1)


def test_an_entry_that_was_out_before_says_what_kept_it_out_and_why_it_stands_now():
    before = bibliography(entry("a"), excluded=(out("b", "Papers is full with 6"),))
    after = bibliography(entry("a"), entry("b", reasons=("the only one that covers 1.1",)), inputs="second")
    (added,) = difference(before, after).added
    assert added.source == "b"
    assert added.why == "it was out before: Papers is full with 6. Now it stands: the only one that covers 1.1"


def test_a_new_source_is_told_as_the_input_that_changed():
    found = difference(bibliography(entry("a")), bibliography(entry("a"), entry("b"), inputs="second"))
    assert found.added[0].why.startswith("it was no candidate before")
    assert [(change.kind, change.subject) for change in found.inputs] == [("new_source", "b")]


def test_a_ban_explains_what_went_and_what_came():
    before = bibliography(entry("a"), excluded=(out("b", "the bibliography is full with 1"),))
    checks = (asked("total"), asked("ban:a", "out", "out"))
    after = bibliography(entry("b"), excluded=(out("a", "banned"),), checks=checks, inputs="second")
    found = difference(before, after)
    assert [(move.source, move.why) for move in found.removed] == [("a", "banned")]
    assert [(change.kind, change.text) for change in found.inputs] == [("decision", "Title of a is banned")]
    back = difference(after, before)
    assert back.added[0].why.startswith("no longer banned")
    assert back.inputs[0].text == "Title of a is no longer banned"


def test_a_source_that_is_gone_is_no_candidate_any_more():
    found = difference(bibliography(entry("a"), entry("b")), bibliography(entry("a"), inputs="second"))
    assert found.removed[0].why == "it is no candidate any more"
    assert found.inputs[0].kind == "source_gone"


def test_a_persons_judgement_is_told_with_both_levels_and_its_reason():
    after = entry("a", judgement("authority", 5, judge="human", reason="I know the author"), total=3.4)
    found = difference(bibliography(entry("a")), bibliography(after, inputs="second"))
    (changed,) = found.changed
    assert [(one.criterion, one.before, one.after) for one in changed.judgements] == [("authority", 3, 5)]
    assert changed.why == ("authority 3 to 5: human instead of rules, I know the author; RADAR total 3.00 to 3.40")
    assert [change.kind for change in found.inputs] == ["decision"]


def test_a_changed_record_names_its_fields():
    before = bibliography(entry("a"))
    after = bibliography(entry("a", record=source("a", year=2020, publisher="Elsewhere")), inputs="second")
    assert difference(before, after).inputs[0].text == "The record of Title of a changed: publisher, year"


def test_a_source_known_by_another_id_since_is_the_same_entry():
    after = bibliography(entry("a-2", record=source("a-2", aliases=("a",))), inputs="second")
    found = difference(bibliography(entry("a")), after)
    assert (found.added, found.removed, found.kept) == ((), (), 1)


def test_a_stricter_constraint_is_told_as_methodology_and_as_what_is_met():
    before = bibliography(entry("a"), checks=(asked("production", "at least 1", "1"),))
    after = bibliography(entry("a"), checks=(asked("production", "at least 2", "1", met=False),), inputs="second")
    found = difference(before, after)
    (constraint,) = found.constraints
    assert (constraint.before, constraint.after) == ("at least 1: 1, met", "at least 2: 1, not met")
    assert [(change.kind, change.text) for change in found.inputs] == [
        ("methodology", "Entries for production: at least 1 before, Entries for production: at least 2 now")
    ]


def test_another_reading_of_radar_is_told_and_its_levels_are_not_compared():
    after = entry("a", judgement("authority", 5), rubric="mandalios")
    found = difference(bibliography(entry("a")), bibliography(after, rubric="mandalios", inputs="second"))
    assert found.changed == ()
    assert [change.kind for change in found.inputs] == ["rubric"]


def test_changed_inputs_that_the_bibliographies_do_not_show_are_not_passed_over():
    found = difference(bibliography(entry("a")), bibliography(entry("a"), inputs="second"))
    assert [change.kind for change in found.inputs] == ["other"]


def test_bibliographies_of_two_domains_are_not_compared():
    with pytest.raises(UsageError, match=r"garden/1 .* garden/2"):
        difference(bibliography(), bibliography(domain="2"))


GAP = Gap(check="total", eligible=1, needed=2, missing=1, text="total: 1 eligible, 2 needed", tried="all")


def test_a_domain_without_a_bibliography_has_none():
    assert domain_state(None, "first").state == "none"


def test_a_domain_with_gaps_is_partial_and_names_them():
    made = bibliography(entry("a"), checks=(asked("total", met=False),), gaps=(GAP,), status="best_with_gaps")
    state = domain_state(made, "first")
    assert (state.state, state.gaps) == ("partial", (GAP,))
    assert state.text == "1 entry, 1 gap: total: 1 eligible, 2 needed"


def test_a_domain_that_meets_everything_is_complete_until_its_inputs_change():
    made = bibliography(entry("a"))
    assert domain_state(made, "first").state == "complete"
    assert domain_state(made, "second").state == "stale"


def test_an_empty_bibliography_is_partial():
    assert domain_state(bibliography(checks=(), status="empty"), "first").state == "partial"


def guide() -> Guide:
    papers = Category(
        id="papers", name="Papers", description="", kinds=("paper",), quota=Span(at_least=1, at_most=3), rank=1
    )
    docs = Category(id="docs", name="Docs", description="", kinds=(), quota=Span(at_least=0, at_most=3), rank=2)
    return Guide(
        id="garden",
        title="Garden",
        overview="",
        methodology=methodology(papers, docs, total=(1, 4), entries_per_focus=1, recent_share=0.5),
        domains=(Domain(id="1", slug="soil", name="Soil", focus=(Focus(id="1.1", text="Compost"),)),),
    )


def test_options_are_filed_where_a_reader_placed_them_else_by_kind_else_excluded():
    garden = guide()
    placed = Placement(guide="garden", domain="1", category="docs", summary="")
    sources = [
        source("b", placements=(placed,)),
        source("a", year=None),
        source("c", kind="talk"),
        source("d", year=2020),
    ]
    evaluations = [
        evaluation("b", production="2 million requests", foundational="named so by X"),
        evaluation("a"),
        evaluation("c"),
        evaluation("d", excluded="retracted"),
    ]
    options = options_from(evaluations, sources, garden, garden.domains[0])
    assert [option.source for option in options] == ["a", "b", "c", "d"]
    assert [option.category for option in options] == ["papers", "docs", "", "papers"]
    assert [option.recent for option in options] == [False, True, True, False]
    assert [option.production for option in options] == [False, True, False, False]
    assert [option.foundational for option in options] == [False, True, False, False]
    assert options[2].excluded == "its kind, talk, has no place among the guide's categories"
    assert options[3].excluded == "retracted"
    assert set(select(options, garden.methodology, ["1.1"]).chosen) == {"a", "b"}


def test_an_evaluation_of_an_unknown_source_or_another_domain_is_refused():
    garden = guide()
    with pytest.raises(UnknownNameError):
        options_from([evaluation("z")], [source("a")], garden, garden.domains[0])
    with pytest.raises(UsageError, match="garden/7"):
        options_from([evaluation("a", domain="7")], [source("a")], garden, garden.domains[0])


def test_the_entries_of_a_written_bibliography_can_be_checked_again():
    garden = guide()
    options = options_of(bibliography(entry("a"), entry("b", focus=())), garden.methodology)
    found = {one.id: one.met for one in check(options, garden.methodology, ["1.1"])}
    assert found == {
        "total": True,
        "category:papers": True,
        "category:docs": True,
        "focus:1.1": True,
        "recent": True,
        "origin": True,
    }
