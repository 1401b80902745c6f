"""What a person reads of one bibliography."""

import re

from research_agent.bibliography.markdown import render_bibliography
from research_agent.model.bibliography import Bibliography, Check, Exclusion, Gap, PreferenceCost
from research_agent.model.source import CodePattern, Existence, KeyPoint
from tests.bibliography.annotated import (
    BREAKER,
    RESILIENCE,
    TENACITY,
    WORDS,
    bibliography,
    entry,
    guide,
    html,
    judgement,
    passage_id,
    rubric,
)

TWO = bibliography(entry(TENACITY, "tenacity-docs"), entry(BREAKER, "breaker-repo"))


def rendered(found: Bibliography = TWO) -> str:
    return render_bibliography(found, guide(), rubric())


def test_the_proof_stands_before_the_entries() -> None:
    checks = (
        Check(id="category:docs", text="Entries in Documentation", required="4 to 6", actual="1", met=False),
        Check(id="focus:2.3", text="Entries that cover focus bullet 2.3", required="at least 1", actual="1", met=True),
    )
    text = rendered(TWO.model_copy(update={"checks": checks, "status": "best_with_gaps"}))
    assert "| ✗ | Entries in Documentation | 4 to 6 | 1 |" in text
    assert "| ✓ | Entries for 2.3 Timeout handling and deadline propagation | at least 1 | 1 |" in text
    assert "**1 of 2 constraints hold.**" in text
    assert text.index("1 of 2 constraints") < text.index("Title of tenacity-docs")


def test_a_gap_says_what_is_missing_and_what_was_tried() -> None:
    gap = Gap(
        check="category:docs",
        eligible=1,
        needed=4,
        missing=3,
        text="docs: 1 eligible, 4 needed",
        tried="All were weighed",
    )
    text = rendered(TWO.model_copy(update={"gaps": (gap,), "status": "best_with_gaps"}))
    assert "- **docs: 1 eligible, 4 needed.** 3 entries short. All were weighed." in text


def test_preferences_that_cost_nothing_are_told_in_one_line() -> None:
    costs = (
        PreferenceCost(preference="hierarchy", cost=0.36, text="Preferring papers cost 0.36 points"),
        PreferenceCost(preference="recent", cost=0.0, text="Nothing"),
        PreferenceCost(preference="focus", cost=0.0, text="Nothing"),
    )
    text = rendered(TWO.model_copy(update={"preference_costs": costs}))
    assert "- Preferring papers cost 0.36 points.\n- Nothing better was given up for: recent, focus." in text


def test_categories_come_in_the_order_of_the_method_and_entries_are_numbered_through() -> None:
    text = rendered()
    headings = re.findall(r"^#{2,3} (?:\d+\. \[)?([^\n\]]+)", text, re.MULTILINE)
    order = ["Official documentation (1)", "Title of tenacity-docs", "Code (1)", "Title of breaker-repo"]
    assert [heading for heading in headings if heading in order] == order
    assert re.findall(r"^### (\d+)\. ", text, re.MULTILINE) == ["1", "2"]


def test_every_link_within_the_file_has_a_place_to_go() -> None:
    page = html(rendered())
    places = set(re.findall(r'<a id="([^"]+)">', page))
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets
    assert targets <= places


def test_an_entry_can_be_linked_by_its_citation_key() -> None:
    assert '<a id="tenacity-docs"></a>' in rendered()


def test_the_five_levels_stand_in_a_table_each_with_its_reason() -> None:
    judged = [judgement("date", 2, reason="Against it: dated | 2018.", confidence=0.4)]
    page = html(rendered(bibliography(entry(TENACITY, "tenacity-docs", judged=judged))))
    table = page[page.index("RADAR 3.60") :]
    rows = re.findall(r"<tr>\s*<td>(\w+)</td>\s*<td>(.*?)</td>\s*<td>(.*?)</td>\s*<td>(.*?)</td>", table)[:5]
    assert [row[0] for row in rows] == ["Rationale", "Authority", "Date", "Accuracy", "Relevance"]
    assert rows[2] == ("Date", "●●○○○", "weak (confidence 40%)", "Against it: dated | 2018.")
    assert rows[3] == ("Accuracy", "●●●●○", "strong", "Reason for accuracy.")


def test_who_judged_is_said_where_it_was_not_the_rules() -> None:
    judged = [judgement("date", 5, judge="human", reason="Read it again.")]
    assert "Read it again. (human) |" in rendered(bibliography(entry(TENACITY, "tenacity-docs", judged=judged)))


def test_how_the_existence_is_known_stands_with_each_entry() -> None:
    assert "read 2026-11-23 at <https://example.org/tenacity-docs>" in rendered()
    part = Existence(state="verified", how="read", extent="excerpt", where="github.com/jd/tenacity index.rst @ 0a3ca8a")
    text = rendered(bibliography(entry(TENACITY, "tenacity-docs", existence=part)))
    assert "read in part at github.com/jd/tenacity `index.rst` @ 0a3ca8a" in text
    assert "**Limits.** Only parts of it were read." in text
    cited = Existence(state="verified", how="cited", where="https://example.org/list")
    text = rendered(bibliography(entry(TENACITY, "tenacity-docs", existence=cited)))
    assert "**cited** by <https://example.org/list>, not read itself" in text
    unseen = Existence(state="not_checked", how="", why="no network")
    text = rendered(bibliography(entry(TENACITY, "tenacity-docs", existence=unseen)))
    assert "**existence not checked**: no network" in text


def test_a_point_says_where_in_its_source_it_stands() -> None:
    placed = tuple(KeyPoint(text=point.text, where="Stopping <b>") for point in TENACITY.key_points)
    text = rendered(bibliography(entry(TENACITY.model_copy(update={"key_points": placed}), "tenacity-docs")))
    assert r"*(Stopping \<b>)*" in text


def test_one_statement_on_two_bullets_is_said_once_for_both() -> None:
    near = passage_id(TENACITY, "tenacity-docs", "key_point", 1)
    matches = {"2.2": {near: 0.6}, "2.3": {near: 0.6}}
    text = rendered(bibliography(entry(TENACITY, "tenacity-docs", matches=matches)))
    assert text.count("ends one attempt before the time limit") == 1
    assert "- **2.2 Retry strategies with exponential backoff (tenacity, backoff libraries); 2.3 Timeout" in text


def test_bullets_that_no_statement_speaks_of_are_named() -> None:
    bare = TENACITY.model_copy(update={"focus": ("2.4",)})
    text = rendered(bibliography(entry(bare, "tenacity-docs")))
    assert "- Covered by the work as a whole: 2.4 Bulkhead patterns for resource isolation." in text


def test_the_pattern_is_shown_once_as_a_sentence_with_its_library() -> None:
    text = rendered(bibliography(entry(TENACITY, "tenacity-docs")))
    assert text.count("before_sleep_log") == 1
    assert "**Pattern with tenacity.** Combine `retry_if_exception_type`" in text


def test_text_of_a_source_cannot_act_as_markup() -> None:
    hostile = TENACITY.model_copy(
        update={
            "summary": "<script>alert(1)</script> It says [click](javascript:alert(1)). | a | b |",
            "key_points": (KeyPoint(text="</details><b>bold</b>"),),
            "code_pattern": CodePattern(library="<i>x</i>", idea="`code` | <img src=x>"),
        }
    )
    judged = [judgement("date", 2, reason="<u>Against</u> it: | old |")]
    found = bibliography(
        entry(
            hostile, "tenacity-docs", judged=judged, title="A <b>title</b> | with [marks](x)", url="javascript:alert(1)"
        ),
        excluded=(
            Exclusion(source="x", title="</table><script>", category="docs", total=1.0, reason="<s>no</s> | so"),
        ),
    )
    page = html(rendered(found))
    ours = {"details", "summary"}
    allowed = ours | set(re.findall(r"\w+", "a h1 h2 h3 p strong em code ul li table thead tbody tr th td"))
    assert {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", page)} <= allowed
    assert "javascript:" not in "".join(re.findall(r'(?:href|src)="([^"]*)"', page))
    assert page.count("<details>") == page.count("</details>") == 1


def test_candidates_not_chosen_are_folded_away_with_their_reasons() -> None:
    out = Exclusion(source="other-work", title="Other work", category="code", total=3.5, reason="outscored in code")
    page = html(rendered(TWO.model_copy(update={"excluded": (out,)})))
    folded = page[page.index("<details>") : page.index("</details>")]
    assert "<td>Other work (<code>other-work</code>)</td>" in folded
    assert "<td>Code</td>" in folded
    assert "<td>3.50</td>" in folded
    assert "<td>outscored in code.</td>" in folded


def test_what_nobody_observed_for_any_entry_is_said_once() -> None:
    unseen = [judgement("date", not_observed=("links_alive", "archived"))]
    other = [judgement("date", not_observed=("links_alive",))]
    found = bibliography(entry(TENACITY, "tenacity-docs", judged=unseen), entry(BREAKER, "breaker-repo", judged=other))
    assert "- **Not observed for any entry**: links alive." in rendered(found)


def test_what_nobody_observed_for_any_entry_of_a_kind_is_said_once() -> None:
    unseen = [judgement("date", not_observed=("links_alive", "archived"))]
    other = [judgement("date", not_observed=("links_alive",))]
    docs = entry(TENACITY, "tenacity-docs", judged=unseen)
    repository = entry(BREAKER, "breaker-repo", judged=other, kind="repository")
    text = rendered(bibliography(docs, repository))
    assert "- **Not observed for any entry of a kind**: official docs: archived." in text


def test_parameters_without_advice_stand_under_details() -> None:
    bare = BREAKER.model_copy(update={"focus": (), "code_pattern": None})
    text = rendered(bibliography(entry(bare, "breaker-repo")))
    assert "**Details.** `CircuitBreakerMonitor.get_open()` and" in text
    assert "**In production.**" not in text


def test_advice_stands_under_production() -> None:
    text = rendered(bibliography(entry(TENACITY, "tenacity-docs")))
    assert "**In production.** For an API client the lesson is to always set a stop" in text


def test_evidence_from_production_stands_under_production() -> None:
    used = "Two hundred services run 4 million calls a day through it"
    told = BREAKER.model_copy(update={"focus": (), "key_points": (KeyPoint(text=used),)})
    text = rendered(bibliography(entry(told, "breaker-repo", evaluated={"production": f"its record: {used}"})))
    assert f"**In production.** {used}." in text


def test_levels_are_explained_for_each_criterion_where_their_words_differ() -> None:
    assert "- **Levels**: ●○○○○ poor, ●●○○○ weak" in rendered()
    other = rubric(date=("stale", *WORDS[1:]))
    text = render_bibliography(TWO, guide(), other)
    assert "- **Date**: ●○○○○ stale, ●●○○○ weak" in text
    assert "- **Authority**: ●○○○○ poor" in text


def test_an_empty_bibliography_says_so() -> None:
    empty = bibliography(status="empty", objective=0.0)
    text = rendered(empty)
    assert "There are no candidates, so there are no entries." in text
    assert "## How to read it" not in text


def test_the_same_bibliography_gives_the_same_bytes() -> None:
    assert rendered() == rendered(Bibliography.model_validate_json(TWO.model_dump_json()))


def test_the_domain_names_the_file() -> None:
    assert rendered().startswith(f"# {RESILIENCE.name}: annotated bibliography\n")
