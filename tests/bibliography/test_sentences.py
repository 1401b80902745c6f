"""Where sentences of technical English end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.bibliography.sentences import split_sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "It carries parameters, e.g. Retry-After and others, i.e. headers.",
        "Version 2.1.3 of 31 March 2025 made reset() public, see RFC 9110 and Sec. 9.2.2 of it.",
        "Stop with stop_after_attempt(..) | stop_after_delay(..) in @retry.",
        "Call retry_with(...) to copy the function.",
        "Set max_retries=... per call and cert=... for TLS.",
        "It compares httpx vs. aiohttp (cf. Fig. 3) on 10 machines.",
        "Written by J. R. Smith et al. (2019) for Yahoo! and others.",
        "Communications of the ACM, vol. 59 no. 6, pages 62 to 69.",
        "Documents (see 9.2. It is short) are kept apart.",
        "Patterns should avoid wildcards such as . or \\S.",
        "Labels (.), path segments (/) and queries (? and &) are operators.",
        "It draws uniform(min, min(max, 2^(n-1))) seconds.",
    ],
)
def test_nothing_that_is_one_sentence_is_cut(sentence: str) -> None:
    assert split_sentences(sentence) == [sentence]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A lock is taken with asyncio.Lock.", "asyncio.timeout bounds the wait."),
        ("The answer is no.", "The header is not sent."),
        ("Trust is limited to the internal CA.", "V13 asks for more."),
        ("It was written in C.", "The bindings are new."),
        ("Is it safe?", "It is."),
        ('It is "off."', "Turn it on."),
        ("It supports HTTP/1.1, HTTP/2 etc.", "Proxies are optional."),
        ("Calls end in client.get(...).", "wait_exponential doubles the pause."),
        ("It trails off ...", "Then it stops."),
        ("The limit is 5.0.", "10 requests pass."),
    ],
)
def test_two_sentences_are_told_apart(first: str, second: str) -> None:
    assert split_sentences(f"{first} {second}") == [first, second]


def test_white_space_is_made_plain() -> None:
    assert split_sentences("  One \n line.\tTwo  lines. ") == ["One line.", "Two lines."]


def test_an_empty_text_has_no_sentences() -> None:
    assert split_sentences(" \n ") == []


@given(st.text(alphabet="ab.!?…() [`\"'\n1A", max_size=60))
def test_no_word_is_lost_or_added(text: str) -> None:
    sentences = split_sentences(text)
    assert " ".join(sentences) == " ".join(text.split())
    assert all(sentence == sentence.strip() and sentence for sentence in sentences)
