"""What every lexical index must do."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from research_agent.library.indexes import IndexedPassage, LexicalIndex
from research_agent.library.lexical import TantivyIndex, question_terms
from research_agent.library.passages import indexed_passages
from research_agent.model.kinds import Kind
from research_agent.model.library import Filter
from tests.library.material import GUIDE, a_source, garden

PASSAGES = [item for source in garden(60) for item in indexed_passages(source)]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return TantivyIndex(tmp_path / "lexical")


def passages(name: str, *points: str, **fields: object) -> Sequence[IndexedPassage]:
    return indexed_passages(a_source(name, title="T", summary="-", points=points, **fields))  # type: ignore[arg-type]  # fields of a Source


def found(index: LexicalIndex, text: str, where: Filter | None = None, limit: int = 50) -> list[str]:
    return [scored.passage_id for scored in index.search(text, where or Filter(), limit)]


def test_an_empty_index_finds_nothing(index: LexicalIndex) -> None:
    assert index.count() == 0
    assert found(index, "anything") == []


def test_a_passage_with_the_rarer_word_comes_first(index: LexicalIndex) -> None:
    index.add(passages("a", "common words here", "common words there", "common and singular words"))
    assert found(index, "common singular")[0] == f"a/{GUIDE}/1/key_point/2"


def test_words_match_in_any_form_case_and_accent(index: LexicalIndex) -> None:
    index.add(passages("a", "Retrying requests in the Café"))
    for text in ("retries", "RETRY", "request", "cafe", "CAFÉ"):
        assert found(index, text) == [f"a/{GUIDE}/1/key_point/0"], text


def test_a_name_from_code_is_found_whole_or_by_its_parts(index: LexicalIndex) -> None:
    index.add(passages("a", "Use wait_random_exponential() there.", "Nothing of the kind."))
    for text in ("wait_random_exponential", "random exponential wait", "wait_random_exponential(multiplier=1)"):
        assert found(index, text)[0] == f"a/{GUIDE}/1/key_point/0", text


def test_a_question_of_common_words_alone_is_still_answered(index: LexicalIndex) -> None:
    index.add(passages("a", "To be or not to be"))
    assert found(index, "to be or not to be") == [f"a/{GUIDE}/1/key_point/0"]
    assert question_terms("What is the retry?") == ["what", "retri"]


def test_words_of_the_title_count(index: LexicalIndex) -> None:
    index.add(indexed_passages(a_source("a", title="On hedges", points=["Cut them."], summary="Cutting.")))
    index.add(indexed_passages(a_source("b", title="On lawns", points=["Cut them."], summary="Cutting.")))
    assert {name.partition("/")[0] for name in found(index, "hedges")} == {"a"}


def test_query_syntax_is_nothing_but_words(index: LexicalIndex) -> None:
    index.add(passages("a", "title and text", "guide or domain", "not this"))
    for text in ("title:secret AND (", '"unbalanced', "domain:[1 TO *]", "+must -mustnot ^2 ~", "*", "a/b\\c", "NOT"):
        for scored in index.search(text, Filter(domain="9"), 10):
            pytest.fail(f"{text} got past the filter: {scored}")
    assert found(index, "domain:[1 TO *]") == [f"a/{GUIDE}/1/key_point/1"]
    assert found(index, "*") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_breaks_a_search(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    index = _shared(tmp_path_factory)
    assert len(index.search(text, Filter(domain="1", since=2016), 10)) <= 10


_INDEXES: list[TantivyIndex] = []


def _shared(tmp_path_factory: pytest.TempPathFactory) -> TantivyIndex:
    if not _INDEXES:
        index = TantivyIndex(tmp_path_factory.mktemp("shared"))
        index.add(PASSAGES)
        _INDEXES.append(index)
    return _INDEXES[0]


_KINDS: list[tuple[Kind, ...]] = [(), ("paper",), ("paper", "tutorial")]
_FILTERS = [
    Filter(guide=guide, domain=domain, category=category, kinds=kinds, since=since, until=until, peer_reviewed=reviewed)
    for guide, domain, category, kinds, (since, until), reviewed in itertools.product(
        (None, GUIDE),
        (None, "2"),
        (None, "docs"),
        _KINDS,
        ((None, None), (2018, None), (2017, 2019)),
        (None, True, False),
    )
]


def test_every_filter_leaves_what_it_says(index: LexicalIndex) -> None:
    index.add(PASSAGES)
    for where in _FILTERS:
        expected = {item.passage.id for item in PASSAGES if _leaves(where, item)}
        assert set(found(index, "plant outdoors growing", where, limit=500)) == expected, where


def _leaves(where: Filter, item: IndexedPassage) -> bool:
    return (
        where.guide in (None, item.passage.guide)
        and where.domain in (None, item.passage.domain)
        and where.category in (None, item.category)
        and (not where.kinds or item.kind in where.kinds)
        and (where.since is None or (item.year is not None and item.year >= where.since))
        and (where.until is None or (item.year is not None and item.year <= where.until))
        and where.peer_reviewed in (None, item.peer_reviewed)
    )


def test_a_filter_does_not_change_scores(index: LexicalIndex) -> None:
    index.add(PASSAGES)
    free = {scored.passage_id: scored.score for scored in index.search("prune plant7", Filter(), 500)}
    for scored in index.search("prune plant7", Filter(domain="2", since=2016), 500):
        assert scored.score == pytest.approx(free[scored.passage_id])


def test_adding_again_replaces_and_removing_removes(index: LexicalIndex) -> None:
    index.add(passages("a", "old words", "kept words"))
    index.add(passages("a", "new phrases", "kept words"))
    assert index.count() == 3
    assert found(index, "old") == []
    assert found(index, "phrases") == [f"a/{GUIDE}/1/key_point/0"]
    index.remove([f"a/{GUIDE}/1/key_point/0", "never/was/here/summary/0"])
    assert (index.count(), found(index, "phrases")) == (2, [])


def test_equal_scores_are_ordered_by_id(index: LexicalIndex) -> None:
    for name in ("b", "c", "a"):
        index.add(passages(name, "equal words"))
    assert [name[0] for name in found(index, "equal")] == ["a", "b", "c"]


def test_another_opening_sees_what_was_added(tmp_path: Path) -> None:
    first, second = TantivyIndex(tmp_path / "lexical"), TantivyIndex(tmp_path / "lexical")
    first.add(PASSAGES[:6])
    assert second.count() == 6
    first.add(PASSAGES[6:9])
    second.close()
    assert second.count() == 9
