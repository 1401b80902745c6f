"""The whole suite keeps its thresholds; what is said of live sources was fetched, and what else is said falls below."""

import re

import pytest

from eval.annotations.checker import Checker
from eval.annotations.citing import Sentence
from eval.annotations.fetched import sentences_of_live_sources
from eval.annotations.suite import measure, of_live_sources
from eval.annotations.vectors import VectorSource
from research_agent.library.embedder import open_embedder

RECALL = "recall of citations, live sources"
SENT = "sentences on live sources that stand in what was sent"
LEAST_SENTENCES = 30
LEAST_OF_ALL_DOMAINS = 2_000


@pytest.fixture(scope="module")
def live() -> list[Sentence]:
    return sentences_of_live_sources()


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(VectorSource(open_embedder("minilm")))


def missed(sentences: list[Sentence], checker: Checker) -> set[str]:
    scores, _ = of_live_sources(sentences, checker)
    return {score.name for score in scores if not score.met}


def test_all_thresholds_hold_for_abstracts_and_for_pages_that_were_read(live, checker):
    scores, failures = of_live_sources(live, checker)
    assert all(score.met for score in scores)
    assert not failures
    quoting = [sentence for sentence in live if sentence.basis == "passage"]
    assert len(quoting) >= LEAST_SENTENCES
    assert {sentence.entry.source.existence.how for sentence in quoting} >= {"indexed", "read"}


def test_the_suite_meets_its_thresholds_in_all_domains(live, checker, shipped):
    result = measure(checker, shipped, live=live)
    assert [score.name for score in result.scores if not score.met] == []
    cited = next(score for score in result.scores if score.name == "recall of citations")
    assert cited.cases > LEAST_OF_ALL_DOMAINS


def test_a_figure_that_nobody_sent_is_noticed(live, checker):
    changed = [one._replace(text=re.sub(r"\b\d+", "77", one.text)) for one in live]
    assert {RECALL, SENT} <= missed(changed, checker)


def test_sentences_that_are_changed_together_with_their_passages_are_noticed(live, checker):
    changed = [
        one._replace(text=f"Always: {one.text}", passages=tuple(f"Always: {text}" for text in one.passages))
        for one in live
    ]
    assert SENT in missed(changed, checker)
    assert RECALL not in missed(changed, checker), "which is why what was sent is looked at"


def test_a_sentence_about_another_work_is_noticed(live, checker):
    quoting = [one for one in live if one.basis == "passage"]
    works = {one.entry.source.id: one.entry for one in quoting}
    others = dict(zip(works, [*list(works.values())[1:], next(iter(works.values()))], strict=True))
    assert SENT in missed([one._replace(entry=others[one.entry.source.id]) for one in quoting], checker)
