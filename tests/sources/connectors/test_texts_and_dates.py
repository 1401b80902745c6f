"""Plain text out of markup, and dates as exactly as they are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.sources.connectors import dates, texts


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Plain", "Plain"),
        ("The <i>E. coli</i> of CO<sub>2</sub>", "The E. coli of CO2"),
        ("A &amp;amp; B", "A & B"),
        ("&lt;i&gt;Bread&lt;/i&gt; rises", "Bread rises"),
        ("std::vector&lt;Loaf&gt; considered", "std::vector<Loaf> considered"),
        ("when a < b and c > d", "when a < b and c > d"),
        ("<mml:math><mml:mi>n</mml:mi></mml:math> loaves", "n loaves"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ("Line\n  break<br/>here", "Line break here"),
        ("Caf\u00e9\x07\x1b[2J", "Caf\u00e9 [2J"),
        (None, ""),
    ],
)
def test_markup_becomes_plain_text(markup: str | None, text: str) -> None:
    assert texts.plain(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<jats:title>Abstract</jats:title><jats:p>Yeast grows.</jats:p>", "Yeast grows."),
        ("ABSTRACT: Yeast grows.", "Yeast grows."),
        ("Abstract interpretation is sound.", "Abstract interpretation is sound."),
        ("Summary\u2014Yeast grows.", "Yeast grows."),
    ],
)
def test_an_abstract_loses_its_heading_and_nothing_else(markup: str, text: str) -> None:
    assert texts.abstract_of(markup) == text


@given(st.text())
def test_plain_text_is_one_printable_line(text: str) -> None:
    plain = texts.plain(text)
    assert plain == " ".join(plain.split())
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in plain)


@given(st.lists(st.text("abcdefgh", min_size=1), max_size=60))
def test_an_inverted_abstract_is_turned_back(words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for position, word in enumerate(words):
        index.setdefault(word, []).append(position)
    assert texts.uninverted(index) == texts.abstract_of(" ".join(words))


def test_an_inverted_abstract_of_huge_positions_costs_nothing() -> None:
    assert texts.uninverted({"late": [10**12], "soon": [-5], "now": [0]}) == "soon now late"
    assert len(texts.uninverted({"again": list(range(500_000))})) <= texts.LONGEST_ABSTRACT


def test_a_text_that_is_too_long_is_no_title_and_is_cut_as_an_abstract() -> None:
    with pytest.raises(ValueError, match="title of 5,000 characters"):
        texts.title_of("x" * 5_000)
    assert texts.abstract_of("x" * 50_000).endswith("…")


@given(st.text())
def test_the_words_of_a_query_hold_no_syntax(text: str) -> None:
    for term in texts.terms(text):
        bare = term.strip('"')
        assert bare
        assert not set(bare) & set('"()[]{}:*?~^\\/|&<>=,;!')


def test_phrases_are_kept_together() -> None:
    assert texts.terms('retry "wild yeast" "one" and C++ and retry') == ['"wild yeast"', "one", "retry", "and", "C++"]


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([2022], "2022"),
        ([2022, 6], "2022-06"),
        ([2022, 6, 9], "2022-06-09"),
        ([2022, 13, 1], "2022"),
        ([2022, 4, 31], "2022-04"),
        ([2022, None, 3], "2022"),
        ([None], None),
        ([], None),
        (None, None),
        ([0, 1, 1], None),
        ([20221, 1, 1], None),
        ([2022, 6, 10**40], "2022-06"),
    ],
)
def test_a_date_of_parts_is_as_exact_as_it_can_be(parts: list[int | None] | None, text: str | None) -> None:
    assert dates.partial(parts) == text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022-03-04T05:06:07Z", "2022-03-04"),
        ("2022-03-04 05:06:07", "2022-03-04"),
        ("2022-3-4", "2022-03-04"),
        ("2022-03", "2022-03"),
        ("2022", "2022"),
        ("20220304", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_an_iso_date_is_read(text: str | None, day: str | None) -> None:
    assert dates.iso(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("June 2022", "2022-06"),
        ("1 April 2023", "2023-04-01"),
        ("Apr 1, 2023", "2023-04-01"),
        ("Sept 2021", "2021-09"),
        ("2019", "2019"),
        ("31 June 2022", "2022-06"),
        ("", None),
    ],
)
def test_a_date_in_words_is_read(text: str, day: str | None) -> None:
    assert dates.spelled(text) == day


@given(st.one_of(st.integers(), st.floats()))
def test_any_number_of_seconds_is_a_day_or_nothing(seconds: float) -> None:
    day = dates.of_epoch(seconds)
    assert day is None or dates.iso(day) == day
