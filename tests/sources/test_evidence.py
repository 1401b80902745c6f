"""What counts as evidence from production."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.model.kinds import Kind
from research_agent.model.source import KeyPoint
from research_agent.sources.evidence import production_evidence
from tests.sources.works import placement, work


def _evidence(summary: str, kind: Kind = "paper", points: tuple[str, ...] = ()) -> str:
    return production_evidence(work(kind=kind), placement(summary=summary, points=points))


@pytest.mark.parametrize("kind", ["case_study", "postmortem", "benchmark"])
def test_some_kinds_are_evidence_by_themselves(kind):
    assert _evidence("Nothing to see.", kind)


@pytest.mark.parametrize(
    "sentence",
    [
        "It has been in production for five years.",
        "The service answers 20,000 requests per second with two replicas.",
        "Outages lasted from 1.5 to 73 hours.",
        "Deployed on the main site for more than two years at publication.",
        "It runs in hundreds of services.",
    ],
)
def test_figures_of_a_system_in_use_are_quoted(sentence):
    assert sentence.rstrip(".") in _evidence(f"First something else. {sentence}")


@pytest.mark.parametrize(
    "sentence",
    [
        "It should be used in production for five years.",
        "For example, an outage of 3 hours would end it.",
        "In simulation it serves 20,000 requests per second in production traffic.",
        "A user study with 55 participants looked at outages of 3 hours.",
        "It is used in production.",
        "The timeout is 30 seconds.",
        "A production-grade client retries 3 times.",
        "Tests with 100 requests per second showed it.",
    ],
)
def test_advice_hypotheses_and_settings_are_not(sentence):
    assert _evidence(sentence) == ""


def test_an_engineering_blogs_measured_outcome_counts_and_a_papers_does_not():
    sentence = "Database reads dropped by 80%."
    assert _evidence(sentence, "engineering_blog")
    assert not _evidence(sentence, "paper")


@pytest.mark.parametrize("kind", ["official_docs", "standard", "community_post", "tutorial"])
def test_documentation_and_retelling_report_nothing_of_their_own(kind):
    assert _evidence("Outages lasted 3 hours.", kind) == ""


def test_key_points_are_quoted_first():
    assert "5 hours" in _evidence("Outages lasted 3 hours.", points=("Outages lasted 5 hours.",))


def test_a_long_sentence_is_cut_at_a_word():
    quoted = _evidence("The outage lasted 3 hours " + "and so on " * 60)
    assert len(quoted) < 240
    assert quoted.endswith(' …"')


def test_a_sentence_ends_before_a_small_letter_too():
    assert _evidence("the service is in production. for five years nobody looked.") == ""


def test_an_abbreviation_ends_no_sentence():
    assert _evidence("It has been in production at Doe et al. for five years.")


_REWRITINGS: list[Callable[[str], str]] = [
    str.lower,
    str.upper,
    str.casefold,
    lambda text: " ".join(f"**{word}**" for word in text.split(" ")),
    lambda text: " ".join(f"`{word}`" for word in text.split(" ")),
    lambda text: f"<p><em>{text}</em></p>",
    lambda text: f"## [{text}](https://example.org/page)",
]
_SENTENCES = st.sampled_from(
    [
        "It has been in production for five years.",
        "Used in production.",
        "The limit is 30 seconds.",
        "Reads dropped by 80% at Acme Inc. in May.",
        "Deployed at Acme (see Fig. 3) for 2 years.",
        '"It runs in hundreds of services." So they say.',
        "As e.g. Doe et al. saw; outages lasted 3 hours!",
        "Should it fail? An outage of 3 hours.",
        "PEP 3 asks for 2 minutes.",
    ]
)


@given(
    st.lists(_SENTENCES, max_size=4), st.lists(_SENTENCES, max_size=2), st.sampled_from(["paper", "engineering_blog"])
)
def test_neither_case_nor_markup_decides_what_counts(summary, points, kind):
    counts = bool(_evidence(" ".join(summary), kind, tuple(points)))
    for rewritten in _REWRITINGS:
        again = _evidence(rewritten(" ".join(summary)), kind, tuple(map(rewritten, points)))
        assert bool(again) == counts, again


def test_neither_case_nor_markup_decides_for_a_shipped_record(shipped_sources):
    for source in shipped_sources:
        for placement_ in source.placements:
            counts = bool(production_evidence(source, placement_))
            for rewritten in _REWRITINGS:
                again = placement_.model_copy(
                    update={
                        "summary": rewritten(placement_.summary),
                        "key_points": tuple(KeyPoint(text=rewritten(point.text)) for point in placement_.key_points),
                    }
                )
                assert bool(production_evidence(source, again)) == counts, source.id
