"""The page as an MCP App: in a sandboxed frame, fed by a stand-in for the host, without a network."""

import html
import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Frame

from research_agent.page import render_app
from tests.bibliography.searched import live_bibliography
from tests.page.conftest import Open, Opened
from tests.page.material import GAPPY, hostile, page

ADDRESS = "research://guides/a-guide/domains/2/bibliography.html"

# The host listens before the frame is there: a frame that is ready sooner would ask nobody.
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
<script>
const result = {result}, pages = {pages};
window.told = [];
addEventListener("message", (event) => {{
  const frame = document.querySelector("iframe");
  if (event.source !== frame.contentWindow) return;
  const message = event.data;
  window.told.push(message);
  const answer = (more) => frame.contentWindow.postMessage({{ jsonrpc: "2.0", id: message.id, ...more }}, "*");
  if (message.method === "ui/initialize") {{
    const hostInfo = {{ name: "host", version: "1" }};
    answer({{ result: {{ protocolVersion: "2026-01-26", hostInfo, hostCapabilities: {{}} }} }});
  }} else if (message.method === "ui/notifications/initialized") {{
    frame.contentWindow.postMessage({{ jsonrpc: "2.0", method: "ui/notifications/tool-result", params: result }}, "*");
  }} else if (message.method === "resources/read") {{
    const text = pages[message.params.uri];
    const uri = message.params.uri;
    answer(text ? {{ result: {{ contents: [{{ uri, text }}] }} }} : {{ error: {{ code: -32601, message: "no" }} }});
  }} else if (message.id !== undefined && message.method) {{
    answer({{ result: {{}} }});
  }}
}});
</script>
<iframe sandbox="allow-scripts" title="App" srcdoc="{app}" style="width: 100%; height: 800px; border: 0"></iframe>"""

ANSWER = {
    "name": "Resilience Patterns",
    "checks": "17 of 17 constraints hold",
    "cursor": "1-abc",
    "whole": {"page": ADDRESS},
    "entries": [{"number": 3, "citation": "Dean, J. (2013). <b>The Tail</b>.", "total": 4.7, "radar": "authority 5"}],
}


def hosted(result: dict[str, Any], pages: dict[str, str]) -> str:
    def script(value: object) -> str:
        return json.dumps(value).replace("</", "<\\/")

    return HOST.format(app=html.escape(render_app()), result=script(result), pages=script(pages))


def app_of(it: Opened) -> Frame:
    frame = next(frame for frame in it.page.frames if frame.parent_frame)
    frame.wait_for_load_state()
    return frame


def test_the_whole_page_is_shown_and_filters_work(opened: Open) -> None:
    found = GAPPY
    with opened(hosted({"structuredContent": ANSWER}, {ADDRESS: page(found)})) as it:
        app = app_of(it)
        app.wait_for_selector("article.entry")
        assert app.locator("article.entry").count() == len(found.entries)
        choices = app.locator("#filter_category option")
        app.locator("#filter_category").select_option(choices.nth(1).get_attribute("value"))
        assert 0 < app.locator("article.entry:visible").count() < len(found.entries)
        assert not it.complaints
        assert [one for one in it.requests if not one.startswith(("file:", "about:"))] == []


def test_a_page_with_a_search_is_shown_with_its_style(opened: Open) -> None:
    with opened(hosted({"structuredContent": ANSWER}, {ADDRESS: page(live_bibliography())})) as it:
        app = app_of(it)
        app.wait_for_selector("#section_search")
        line = app.locator(".unlooked")
        assert line.evaluate("element => getComputedStyle(element).borderLeftWidth") == "4px"
        assert not it.complaints


def test_a_host_without_the_page_is_told_what_was_not_checked(opened: Open) -> None:
    answer = ANSWER | {"not_checked": ["Crossref: no network", "DBLP (in part): it answered 503"]}
    with opened(hosted({"structuredContent": answer}, {})) as it:
        told = app_of(it).locator("[data-lead]")
        told.get_by_text("Not checked: Crossref: no network. Not checked: DBLP (in part): it answered 503.").wait_for()


@pytest.mark.parametrize("channel", ["structured", "text"])
def test_a_host_that_passes_no_resources_shows_the_entries_of_the_answer(opened: Open, channel: str) -> None:
    result: dict[str, Any] = (
        {"structuredContent": ANSWER}
        if channel == "structured"
        else {"content": [{"type": "text", "text": json.dumps(ANSWER)}]}
    )
    with opened(hosted(result, {})) as it:
        app = app_of(it)
        app.wait_for_selector("li:has-text('Dean')")
        assert app.locator("h1").inner_text() == "Resilience Patterns"
        assert "17 of 17 constraints hold (first entries)" in app.locator("[data-lead]").inner_text()
        assert "<b>The Tail</b>" in app.locator("[data-list]").inner_text()
        assert not it.complaints


def test_what_is_no_page_of_ours_is_not_shown(opened: Open) -> None:
    with opened(
        hosted({"structuredContent": ANSWER}, {ADDRESS: "<p>Something else</p><script>alert(1)</script>"})
    ) as it:
        app = app_of(it)
        app.wait_for_selector("li:has-text('Dean')")
        assert "Something else" not in app.locator("body").inner_text()


def test_hostile_text_in_the_page_runs_nothing(opened: Open) -> None:
    injected = page(hostile()).replace("</main>", '<img src="x" onerror="parent.hit = 1"><script>hit()</script></main>')
    with opened(hosted({"structuredContent": ANSWER}, {ADDRESS: injected})) as it:
        app = app_of(it)
        app.wait_for_selector("article.entry")
        assert it.page.evaluate("window.hit") is None
        assert app.locator("main script").count() <= 1
        assert [one for one in it.requests if not one.startswith(("file:", "about:"))] == []


def test_a_link_is_opened_by_the_host(opened: Open) -> None:
    with opened(hosted({"structuredContent": ANSWER}, {ADDRESS: page()})) as it:
        app = app_of(it)
        app.wait_for_selector("article.entry")
        link = app.locator("article.entry h3 a").first
        address = link.get_attribute("href")
        link.click()
        it.page.wait_for_function("window.told.some((one) => one.method === 'ui/open-link')")
        told = it.page.evaluate("window.told.find((one) => one.method === 'ui/open-link').params.url")
        assert told.rstrip("/") == (address or "").rstrip("/")
        sizes = it.page.evaluate("window.told.filter((one) => one.method === 'ui/notifications/size-changed').length")
        assert sizes > 0


def test_an_error_is_shown_as_its_words(opened: Open) -> None:
    said = "Domain 2 has no bibliography yet: research_domain(domain='2') makes one."
    with opened(hosted({"isError": True, "content": [{"type": "text", "text": said}]}, {})) as it:
        app = app_of(it)
        app.wait_for_selector(f"text={said[:30]}")
        assert not it.complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_app_is_accessible_before_and_after_it_has_its_page(opened: Open, scheme: str) -> None:
    for pages in ({}, {ADDRESS: page()}):
        with opened(hosted({"structuredContent": ANSWER}, pages), color_scheme=scheme) as it:
            app = app_of(it)
            app.wait_for_selector("article.entry" if pages else "li:has-text('Dean')")
            response = (
                Axe()
                .run(
                    it.page,
                    options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}},
                )
                .response
            )
            assert [one["id"] for one in response["violations"]] == []
