"""Text that others wrote stays text in Markdown."""

import html as escapes
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.bibliography.markup import address, anchor, anchor_name, cell, code, in_cell, link, table, text
from tests.bibliography.annotated import html


def shown(rendered: str) -> str:
    """What a reader sees of rendered HTML."""
    return escapes.unescape(re.sub(r"<[^>]+>", "", rendered)).strip()


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script> and <img src=x onerror=alert(1)>",
        "a | b *bold* **strong** _em_ __strong__ ~~gone~~",
        "[words](javascript:alert(1)) and ![image](x) and [ref][1]",
        "R&D, &amp; &#60; and 3 < 4 > 2",
        "unbalanced ` and \\ and \\* here",
        "# not a heading and $x$ costs $5 in C#",
        "urllib3>=1.26,<3 with X-GitHub-Api-Version",
        "Combine stop_after_delay(..) | stop_after_attempt(..) in @retry, reraise=True.",
        "default is min(5.0, 0.1 * 2^(attempt-1) + random(0, 1.0)) seconds",
        "name@host.example wrote response(s) for python.org, e.g. this",
    ],
)
def test_a_reader_sees_the_words_as_they_were_written(words: str) -> None:
    rendered = html(text(words))
    assert shown(rendered) == words
    assert not re.search(r"<(?!/?(?:p|code)>)", rendered)


@given(st.text(alphabet="ab_c*<>&|()[]#~$!\\.=-+@1 \n{}^\"'", max_size=50))
def test_no_text_can_act_as_markup(words: str) -> None:
    plain = " ".join(words.split())
    for opening in ("Said: ", ""):
        rendered = html(f"{opening}{text(words)}")
        assert shown(rendered) == f"{opening}{plain}".strip()
        assert not re.search(r"<(?!/?(?:p|code)>)", rendered)


@given(st.text(alphabet="ab`|<\\*_ ", max_size=30))
def test_a_cell_stays_one_cell_whatever_it_holds(words: str) -> None:
    rendered = html("\n".join(table(("One", "Two"), [(cell(words), "next")])))
    assert rendered.count("<td>") == 2
    assert "<td>next</td>" in rendered


@pytest.mark.parametrize(
    "api",
    ["retry(stop=...)", "max_age", "httpx.Timeout(5.0, connect=2.0)", "asyncio.timeout", "verify=False", "--osv-url"],
)
def test_names_of_apis_become_code(api: str) -> None:
    assert text(f"Call {api} once.") == f"Call `{api}` once."


@pytest.mark.parametrize("words", ["and/or", "e.g. this", "readthedocs.io", "item(s)", "RFC 9110", "OpenID Connect"])
def test_ordinary_words_do_not_become_code(words: str) -> None:
    assert "`" not in text(f"Call {words} once.")


@pytest.mark.parametrize(
    ("words", "rendered"),
    [
        ("A record for dynamodb.us-east-1.amazonaws.com was empty.",) * 2,
        (
            "exclude=[(httpx.HTTPStatusError, lambda e: e.is_client)] keeps",
            "`exclude=[(httpx.HTTPStatusError, lambda e: e.is_client)]` keeps",
        ),
        ("app.state[key] is read", "`app.state[key]` is read"),
        ("call max_age[ now", "call max_age\\[ now"),
        ("max_age-based", "max_age-based"),
    ],
)
def test_code_ends_where_the_expression_ends(words: str, rendered: str) -> None:
    assert text(words) == rendered


@given(st.text(alphabet="ab_.=,-([{}]) ", max_size=40))
def test_code_spans_are_balanced_and_the_words_stay_whole(words: str) -> None:
    markdown = text(words)
    spans = list(re.finditer(r"`([^`]*)`(.?)", markdown))
    for span in spans:
        assert balanced(span[1])
        assert not span[2] or span[2] not in "-([{"
    assert markdown.count("`") == 2 * len(spans)
    assert re.sub(r"[`\\]", "", markdown) == " ".join(words.split())


def balanced(code: str) -> bool:
    """Whether every bracket closes the one that was opened last."""
    closers = {"(": ")", "[": "]", "{": "}"}
    awaited: list[str] = []
    for character in code:
        if character in closers:
            awaited.append(closers[character])
        elif character in closers.values() and (not awaited or awaited.pop() != character):
            return False
    return not awaited


def test_code_that_an_author_marked_stays_code() -> None:
    assert text("Use `a|b` here.") == "Use `a|b` here."
    assert cell("Use `a|b` here.") == "Use `a\\|b` here."


def test_addresses_are_linked() -> None:
    assert text("See https://example.org/a_(b), then.") == "See <https://example.org/a_(b>), then."
    assert '<a href="https://example.org/x?a=1&amp;b=2">' in html(text("At https://example.org/x?a=1&b=2."))


def test_code_holds_backquotes() -> None:
    assert html(code("a `b` c")) == "<p><code>a `b` c</code></p>\n"
    assert html(code("`b`")) == "<p><code>`b`</code></p>\n"


def test_a_link_goes_where_it_says() -> None:
    assert link("The [Tail] at Scale", "https://example.org/a (b)") == (
        "[The \\[Tail\\] at Scale](https://example.org/a%20%28b%29)"
    )
    assert link("entry", "02-x/bibliography.md#key") == "[entry](02-x/bibliography.md#key)"


@pytest.mark.parametrize("place", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", "vbscript:x"])
def test_a_link_that_is_no_web_address_is_not_made(place: str) -> None:
    assert "](" not in link("words", place)
    assert "<a" not in html(address(place))


def test_an_anchor_holds_no_more_than_a_name() -> None:
    assert anchor('x"><script>') == '<a id="x-script-"></a>'
    assert anchor_name("rfc-9110-http-semantics") == "rfc-9110-http-semantics"


def test_bars_are_escaped_once() -> None:
    assert in_cell("a | b \\| c") == "a \\| b \\| c"
