"""The pages in a real browser: accessible, silent on the network, of use with and without a script."""

import html
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types

from research_agent import Workspace
from research_agent.bibliography.search_report import live_searches
from research_agent.model.bibliography import Bibliography
from research_agent.page import FILES_BESIDE, render_guide_page, render_page
from research_agent.radar import load_rubric
from research_agent.results import synthesis_of
from tests.bibliography.annotated import bibliography
from tests.bibliography.searched import live_bibliography
from tests.page.conftest import Open, Opened
from tests.page.material import SYNTHESIS, guide_page, hostile, page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "gappy": page(),
    "empty": page(bibliography(status="empty", checks=())),
    "hostile": page(hostile()),
    "guide": guide_page(),
    "searched": page(live_bibliography()),
    "guide of searches": guide_page(SYNTHESIS.model_copy(update={"searches": live_searches([live_bibliography()])})),
}
NARROWEST = 320  # CSS pixels: WCAG 2.2, 1.4.10 Reflow


@pytest.fixture(scope="module")
def found(shipped: Workspace) -> Bibliography:
    return shipped.research("2").bibliography


@pytest.fixture(scope="module")
def shipped_page(shipped: Workspace, found: Bibliography) -> str:
    return render_page(found, shipped.guide, load_rubric("lmu"), links=FILES_BESIDE)


@pytest.fixture(scope="module")
def shipped_guide_page(shipped: Workspace, found: Bibliography) -> str:
    both = [found, shipped.research("7").bibliography]
    pages = {domain.id: f"{domain.folder}/bibliography.html" for domain in shipped.guide.domains}
    synthesis = synthesis_of(both, shipped.guide, shipped.library)
    return render_guide_page(synthesis, shipped.guide, links=pages)


def violations(it: Opened, **options: Any) -> list[str]:
    asked = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]} | options
    response = Axe().run(it.page, options=asked).response
    assert response["passes"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in response["violations"]]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", NARROWEST)])
@pytest.mark.parametrize("which", PAGES)
def test_axe_finds_nothing(opened: Open, which: str, scheme: str, width: int) -> None:
    with opened(PAGES[which], color_scheme=scheme, width=width) as it:
        assert violations(it) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_page_of_thirty_entries(opened: Open, shipped_page: str, scheme: str) -> None:
    with opened(shipped_page, color_scheme=scheme) as it:
        assert it.page.locator("article").count() == 30
        assert violations(it) == []


def test_a_guide_of_two_domains_is_silent_and_narrow(opened: Open, shipped_guide_page: str) -> None:
    with opened(shipped_guide_page, width=NARROWEST) as it:
        assert overflow(it) == 0
        assert it.complaints == []
        assert len(it.requests) == 1


def test_nothing_is_asked_of_the_network_and_nothing_goes_wrong(opened: Open, shipped_page: str) -> None:
    for made in (shipped_page, page(), guide_page()):
        with opened(made) as it:
            it.page.locator("[data-copy]").first.click()
            if it.page.locator("select").count():
                it.page.get_by_label("Category").select_option(index=1)
            assert it.requests == [it.page.url]
            assert it.complaints == []
            assert it.page.context.cookies() == []


def shown(it: Opened) -> set[str]:
    return set(it.page.locator("article:visible").evaluate_all("found => found.map((one) => one.id)"))


def all_visible(it: Opened, selector: str) -> bool:
    found = it.page.locator(selector)
    return found.count() > 0 and bool(found.evaluate_all("found => found.every((one) => one.checkVisibility())"))


@pytest.mark.parametrize("by", ["category", "focus", "kind"])
def test_a_filter_shows_exactly_the_entries_that_fit_and_tells_how_many(
    opened: Open, shipped_page: str, found: Bibliography, by: str
) -> None:
    values: dict[str, set[str]] = {
        entry.citation_key: {
            "category": {entry.category},
            "focus": set(entry.evaluation.focus),
            "kind": {str(entry.source.kind)},
        }[by]
        for entry in found.entries
    }
    with opened(shipped_page) as it:
        for value in sorted(set().union(*values.values())):
            it.page.locator(f"select[name={by}]").select_option(value)
            fitting = {key for key, held in values.items() if value in held}
            assert shown(it) == fitting
            assert it.page.get_by_role("status").first.inner_text() == f"{len(fitting)} of 30 entries shown."
            assert it.page.locator("[data-row]:not([hidden])").count() == len(fitting)


def test_filters_add_up_and_are_taken_back(opened: Open) -> None:
    with opened(page()) as it:
        it.page.get_by_label("2021 or later").check()
        assert shown(it) == {"tenacity-docs", "breaker-repo"}
        it.page.get_by_label("Research focus").select_option("2.4")
        assert shown(it) == {"breaker-repo"}
        assert it.page.get_by_role("heading", name="Official documentation", exact=False).count() == 0
        it.page.get_by_label("Evidence from production").check()
        assert shown(it) == set()
        assert it.page.get_by_role("status").first.inner_text() == "None of 3 entries fits. Choose less."
        it.page.get_by_role("button", name="Show all").click()
        assert len(shown(it)) == 3
        assert it.page.get_by_role("status").first.inner_text() == "All 3 entries shown."


def test_the_number_is_announced_politely(opened: Open) -> None:
    with opened(page()) as it:
        count = it.page.locator("[data-count]")
        assert count.evaluate("element => element.tagName") == "OUTPUT"  # a status, which is polite, by itself
        assert count.get_attribute("aria-live") == "polite"


def test_a_filter_is_worked_by_the_keyboard(opened: Open) -> None:
    with opened(page()) as it:
        it.page.keyboard.press("Tab")
        assert it.page.evaluate("document.activeElement.textContent") == "Skip to the content"
        it.page.get_by_label("Category").focus()
        it.page.keyboard.press("ArrowDown")
        assert shown(it) == {"old-paper"}


def test_entries_that_came_later_are_filtered_as_well(opened: Open) -> None:
    with opened(page()) as it:
        it.page.evaluate("""() => {
            const late = document.querySelector("article").cloneNode(true);
            late.id = "late";
            late.dataset.entry = "99";
            late.dataset.focus = "2.1";
            document.querySelector("article").after(late);
        }""")
        it.page.get_by_label("Research focus").select_option("2.1")
        assert shown(it) == {"late", "breaker-repo"}
        assert it.page.get_by_role("status").first.inner_text() == "2 of 4 entries shown."


def test_a_link_to_an_entry_that_the_filters_hide_shows_it(opened: Open) -> None:
    with opened(page()) as it:
        it.page.get_by_label("Category").select_option("research")
        it.page.evaluate("location.hash = '#breaker-repo'")
        it.page.wait_for_function("!document.getElementById('breaker-repo').hidden")
        assert len(shown(it)) == 3


def test_a_pattern_is_copied_as_it_reads(opened: Open) -> None:
    with opened(page(), permissions=["clipboard-read", "clipboard-write"]) as it:
        it.page.get_by_role("button", name="Copy the pattern with circuitbreaker").click()
        it.page.wait_for_function("document.querySelector('[data-said]').textContent === 'Pattern copied.'")
        copied = it.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("@circuit(failure_threshold=10, recovery_timeout=30")


def test_it_works_in_a_sandboxed_frame_without_storage_or_clipboard(opened: Open) -> None:
    frame = f'<!doctype html><iframe width="1200" height="800" sandbox="allow-scripts" srcdoc="{html.escape(page())}">'
    with opened(frame) as it:
        inside = it.page.frame_locator("iframe")
        inside.get_by_label("Category").select_option("code")
        assert inside.locator("article:visible").count() == 1
        inside.locator("[data-copy]:visible").click()
        inside.get_by_text("Copied", exact=False).or_(inside.get_by_text("Selected", exact=False)).first.wait_for()
        assert [one for one in it.complaints if "clipboard" not in one.lower()] == []


def readable(it: Opened) -> str:
    """What stands in the page, but for what only works with a script."""
    it.page.locator("[data-scripted]").evaluate_all("found => found.forEach((one) => one.remove())")
    return " ".join(it.page.locator("body").inner_text().split())


def test_all_is_readable_without_scripts(opened: Open, shipped_page: str) -> None:
    with opened(shipped_page) as it:
        with_script = readable(it)
    with opened(shipped_page, java_script_enabled=False) as it:
        assert not it.page.locator("form").is_visible()
        assert not it.page.locator("[data-copy]").first.is_visible()
        assert all_visible(it, "main p, main li, main dd, main pre")
        assert it.page.locator("article:visible").count() == 30
        assert readable(it) == with_script


def test_all_stands_on_paper_but_the_controls(opened: Open) -> None:
    with opened(page(), color_scheme="dark") as it:
        it.page.emulate_media(media="print")
        assert it.page.locator("article:visible").count() == 3
        assert all_visible(it, "main p, main li, main dd, main td, main pre")
        for control in ("nav", ".field", ".copy", "[data-all]", "[data-count]"):
            assert not it.page.locator(control).first.is_visible()
        link = it.page.locator("h3 a").first
        assert "https://example.org/old-paper" in link.evaluate("link => getComputedStyle(link, '::after').content")
        assert it.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_selection_says_on_paper_that_it_is_one(opened: Open) -> None:
    with opened(page()) as it:
        it.page.get_by_label("Category").select_option("code")
        it.page.emulate_media(media="print")
        assert it.page.get_by_text("1 of 3 entries shown.").is_visible()


def test_the_questions_of_a_search_stand_on_paper_unfolded(opened: Open) -> None:
    with opened(page(live_bibliography())) as it:
        question = it.page.get_by_text("bulkhead isolation")
        assert not question.is_visible()
        it.page.emulate_media(media="print")
        assert question.is_visible()
        assert it.page.get_by_text("Crossref was not checked").first.is_visible()


def overflow(it: Opened) -> int:
    return int(it.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_nothing_is_wider_than_the_narrowest_screen(opened: Open, shipped_page: str) -> None:
    for made in (shipped_page, *PAGES.values()):
        with opened(made, width=NARROWEST) as it:
            assert overflow(it) == 0


def test_what_a_hostile_bibliography_says_runs_nowhere(opened: Open) -> None:
    with opened(page(hostile())) as it:
        for link in it.page.locator("article h3, article h3 *").all():
            link.hover()
        assert it.page.title() == "Resilience Patterns: annotated bibliography"
        assert it.requests == [it.page.url]
        assert it.complaints == []
        assert it.page.locator("img, iframe, [onerror]").count() == 0
        assert it.page.locator("a[href^=javascript]").count() == 0


def test_a_foreign_script_is_refused_by_the_policy(opened: Open) -> None:
    with opened(page().replace("</main>", "<script>document.title = 'run'</script></main>")) as it:
        assert it.page.title() != "run"
        assert any("Content Security Policy" in one for one in it.complaints)


def test_bars_are_drawn_by_their_level(opened: Open) -> None:
    with opened(page()) as it:
        weak = it.page.locator("article .level-2").first.evaluate("e => getComputedStyle(e).backgroundImage")
        assert "40%" in weak


def test_motion_stops_where_a_reader_asks_for_less(opened: Open) -> None:
    with opened(page(), reduced_motion="reduce") as it:
        assert it.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
