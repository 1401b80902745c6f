"""Counting tokens: exact where a vocabulary is installed, an estimate that says so where none is."""

import gzip
import inspect
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from research_agent.guides import load_guide
from research_agent.model.prompt import TokenCount
from research_agent.prompts import assemble_prompt, load_profile, profile_names, tokens
from research_agent.prompts.tokens import EXTRA, count_tokens, counted_by, counts_exactly, estimate_tokens
from research_agent.radar import load_rubric
from research_agent.resources import resource

PACKAGES = {"o200k": "bpe_openai", "tekken": "mistral_common"}
WITH_VOCABULARY = [name for name in profile_names() if load_profile(name).tokens.by in PACKAGES]
TEXT = "Retries with a jittered back-off: `httpx.Timeout(5.0, connect=2.0)`, naïve ≠ naive."


def _how(by: str) -> TokenCount:
    return TokenCount.model_validate({"by": by, "error": "exact", "estimate_error": "estimated within 5%"})


def _installed(by: str) -> TokenCount:
    if find_spec(PACKAGES[by]) is None:
        pytest.skip(f"{PACKAGES[by]} is not installed ({EXTRA})")
    return _how(by)


def _messages(name: str) -> list[str]:
    guide = load_guide(resource("corpus", "guide.yaml"))
    prompt = assemble_prompt(guide, guide.domain("2"), load_rubric("lmu"), load_profile(name))
    return [message.content for message in prompt.messages]


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where the extra was not installed: its packages can't be found."""
    for module in [*PACKAGES.values(), "tiktoken"]:
        monkeypatch.setitem(sys.modules, module, None)
    tokens._vocabulary.cache_clear()
    yield
    tokens._vocabulary.cache_clear()


def test_mistral_is_counted_as_its_own_library_counts() -> None:
    how = _installed("tekken")
    from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

    theirs = MistralTokenizer.v3(is_tekken=True).instruct_tokenizer.tokenizer
    for text in (TEXT, *_messages("mistral")):
        assert count_tokens(text, how) == len(theirs.encode(text, bos=False, eos=False))


def test_gpt_is_counted_as_openai_counts() -> None:
    how = _installed("o200k")
    tiktoken = pytest.importorskip("tiktoken", reason="tiktoken, which mistral-common brings, is not installed")
    told = pytest.importorskip("bpe_openai.registry").o200k_base()
    theirs = tiktoken.Encoding(**told)
    for text in (TEXT, *_messages("gpt")):
        assert count_tokens(text, how) == len(theirs.encode_ordinary(text))


def test_the_vocabulary_of_gpt_is_the_file_that_openai_publishes() -> None:
    _installed("o200k")
    published = pytest.importorskip("tiktoken_ext.openai_public", reason="tiktoken is not installed")
    words = (files("bpe_openai") / "data" / "o200k_base.tiktoken.gz").read_bytes()
    assert sha256(gzip.decompress(words)).hexdigest() in inspect.getsource(published.o200k_base)


@pytest.mark.parametrize("by", PACKAGES)
def test_what_counted_is_told_with_its_error(by: str) -> None:
    assert counted_by(_installed(by)) == f"counted with {by}; exact"


@pytest.mark.parametrize("by", PACKAGES)
def test_marks_of_a_model_in_a_text_are_words_like_any_other(by: str) -> None:
    assert count_tokens("<|endoftext|> [INST] </s>", _installed(by)) > 3


@pytest.mark.parametrize("by", PACKAGES)
def test_a_text_longer_than_a_vocabulary_takes_at_once_is_counted_in_pieces(by: str) -> None:
    how = _installed(by)
    assert count_tokens(f"{TEXT}\n" * 15_000, how) == 15_000 * count_tokens(f"{TEXT}\n", how)


@pytest.mark.parametrize("by", PACKAGES)
@given(text=st.text(alphabet=st.sampled_from("aZ9é汉 _/.'-\n\r\t·"), max_size=80))
def test_pieces_count_like_the_whole(by: str, text: str) -> None:
    encode = tokens._vocabulary(_installed(by).by)
    assert encode is not None
    pieces = list(tokens._pieces(text, 30))
    assert "".join(pieces) == text
    assert all(len(piece) <= 30 for piece in pieces)
    at_line_starts = all(piece.endswith("\n") for piece in pieces[:-1])
    if at_line_starts:
        assert sum(len(encode(piece)) for piece in pieces) == len(encode(text))


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("by", PACKAGES)
def test_without_the_vocabulary_it_is_estimated_and_says_how_to_count(by: str) -> None:
    how = _how(by)
    assert not counts_exactly(how)
    assert 12 < count_tokens("A retry waits for two seconds (or more), then asks again.", how) < 17
    assert counted_by(how) == (
        f"estimated by the shapes of words, as {by} is not installed ({EXTRA}); estimated within 5%"
    )


@pytest.mark.parametrize("by", PACKAGES)
@pytest.mark.parametrize("text", ["", "汉字" * 40, "naïve café " * 20, "0f3a9c" * 30, "░████ ████░ " * 8, "x" * 400])
def test_an_estimate_of_what_is_no_english_is_no_wild_guess(by: str, text: str) -> None:
    how = _installed(by)
    assert count_tokens(text, how) / 2.5 <= estimate_tokens(text, how) <= 2.5 * count_tokens(text, how)


@given(first=st.text(max_size=60), second=st.text(max_size=60))
def test_an_estimate_grows_with_the_text(first: str, second: str) -> None:
    how = _how("o200k")
    whole = estimate_tokens(f"{first}\n\n{second}", how)
    assert whole >= max(estimate_tokens(first, how), estimate_tokens(second, how))


@pytest.mark.parametrize("given_rate", [{"by": "estimate"}, {"by": "o200k", "characters_per_token": 4.0}])
def test_a_rate_is_for_estimates_alone_and_needed_there(given_rate: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="characters_per_token"):
        TokenCount.model_validate({"error": "exact", **given_rate})


@pytest.mark.parametrize("name", WITH_VOCABULARY)
def test_a_profile_with_a_vocabulary_says_what_the_estimate_is_worth(name: str) -> None:
    assert "%" in load_profile(name).tokens.estimate_error


@pytest.mark.parametrize("name", WITH_VOCABULARY)
def test_the_estimate_of_a_prompt_is_close_and_not_below_the_count(name: str) -> None:
    how = load_profile(name).tokens
    _installed(how.by)
    words = "\n\n".join(_messages(name))
    assert count_tokens(words, how) <= estimate_tokens(words, how) <= 1.05 * count_tokens(words, how)
