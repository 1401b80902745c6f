"""What counts as evidence from production."""

import pytest

from research_agent.model.kinds import Kind
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
