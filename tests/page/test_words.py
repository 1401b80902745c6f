"""Words of others become text, code and links of the web, and nothing else."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.page.words import address, beside, language, prose, sentence, web_address

_ALLOWED = re.compile(r'</?code>|<a href="https?://[^"<>]*">|</a>')


@given(st.text(alphabet="ab_c*<>&|()[]#~$!\\`.=-+@1 :/\n{}^\"'", max_size=60))
def test_nothing_but_code_and_links_comes_of_any_words(words: str) -> None:
    made = str(prose(words))
    assert re.search(r"[<>]", _ALLOWED.sub("", made)) is None
    # A code span of nothing but a space shows nothing: blanks are no words.
    shown, given = html.unescape(_ALLOWED.sub("", made)), " ".join(words.split())
    assert shown.replace("`", "").split() == given.replace("`", "").split()


@given(st.text(max_size=60))
def test_an_address_may_hold_anything_and_stays_an_attribute(tail: str) -> None:
    for made in (str(prose(f"See https://example.org/{tail}")), str(address(f"https://example.org/{tail}"))):
        assert re.search(r"[<>]", _ALLOWED.sub("", made)) is None


def test_names_of_apis_become_code_and_addresses_links() -> None:
    assert prose("Use retry(stop=...) of https://example.org/x.") == (
        'Use <code>retry(stop=...)</code> of <a href="https://example.org/x">https://example.org/x</a>.'
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVASCRIPT:x", " https://x", "https://x y", "data:,x", "//x", "", "https://"]
)
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert web_address(url) == ""
    assert "href" not in address(url)


def test_an_address_of_the_web_is_kept() -> None:
    assert web_address("https://example.org/a?b=c&d") == "https://example.org/a?b=c&d"
    assert beside("bibliography.bib") == "bibliography.bib"
    assert beside("/v1/bibliography?format=ris") == "/v1/bibliography?format=ris"


def test_a_sentence_begins_with_a_capital_and_ends() -> None:
    assert sentence("number 1 of 3") == "Number 1 of 3."
    assert sentence("some-id would come in.") == "some-id would come in."


def test_a_language_has_the_form_of_one() -> None:
    assert language("pt-BR") == "pt-BR"
    assert language('de" onclick="x') == ""
