"""What every lexical index must do."""

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from research_agent.library.indexes import IndexedSource, LexicalIndex
from research_agent.library.lexical import TantivyIndex, question_terms
from research_agent.library.passages import passages_of
from research_agent.model.kinds import Kind
from research_agent.model.library import Filter
from research_agent.model.source import Source
from tests.library.material import GUIDE, a_source, garden


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return TantivyIndex(tmp_path / "lexical")


def indexed(source: Source) -> IndexedSource:
    return IndexedSource(
        id=source.id,
        title=source.title,
        texts=tuple(passage.text for passage in passages_of(source)),
        filed=tuple((placed.guide, placed.domain, placed.category) for placed in source.placements),
        kind=source.kind,
        year=source.year,
        peer_reviewed=source.peer_reviewed,
    )


def source(name: str, *points: str, title: str = "T") -> IndexedSource:
    return indexed(a_source(name, title=title, summary="-", points=points))


SOURCES = [indexed(plant) for plant in garden(60)]


def found(index: LexicalIndex, text: str, where: Filter | None = None, limit: int = 50) -> list[str]:
    return [scored.name for scored in index.search(text, where or Filter(), limit)]


def test_an_empty_index_finds_nothing(index: LexicalIndex) -> None:
    assert index.count() == 0
    assert found(index, "anything") == []


def test_a_source_with_the_rarer_word_comes_first(index: LexicalIndex) -> None:
    index.add([source("a", "common words here"), source("b", "common words there"), source("c", "common and singular")])
    assert found(index, "common singular")[0] == "c"


def test_words_in_several_passages_of_a_source_count_together(index: LexicalIndex) -> None:
    index.add([source("a", "a hedge", "and shears"), source("b", "a hedge", "a lawn"), source("c", "shears", "a lawn")])
    assert found(index, "hedge shears")[0] == "a"


def test_words_match_in_any_form_case_and_accent(index: LexicalIndex) -> None:
    index.add([source("a", "Retrying requests in the Café")])
    for text in ("retries", "RETRY", "request", "cafe", "CAFÉ"):
        assert found(index, text) == ["a"], text


def test_a_name_from_code_is_found_whole_or_by_its_parts(index: LexicalIndex) -> None:
    index.add([source("a", "Use wait_random_exponential() there."), source("b", "Nothing of the kind.")])
    for text in ("wait_random_exponential", "random exponential wait", "wait_random_exponential(multiplier=1)"):
        assert found(index, text)[0] == "a", text


def test_a_question_of_common_words_alone_is_still_answered(index: LexicalIndex) -> None:
    index.add([source("a", "To be or not to be")])
    assert found(index, "to be or not to be") == ["a"]
    assert question_terms("What is the retry?") == ["what", "retri"]


def test_words_of_the_title_count_more_than_those_of_a_sentence(index: LexicalIndex) -> None:
    index.add([source("a", "On lawns.", title="Hedges"), source("b", "On hedges.", title="Lawns")])
    assert found(index, "hedges") == ["a", "b"]


def test_query_syntax_is_nothing_but_words(index: LexicalIndex) -> None:
    index.add([source("a", "title and text"), source("b", "guide or domain"), source("c", "not this")])
    for text in ("title:secret AND (", '"unbalanced', "domain:[1 TO *]", "+must -mustnot ^2 ~", "*", "a/b\\c", "NOT"):
        for scored in index.search(text, Filter(domain="9"), 10):
            pytest.fail(f"{text} got past the filter: {scored}")
    assert found(index, "domain:[1 TO *]") == ["b"]
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
        index.add(SOURCES)
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
    index.add(SOURCES)
    for where in _FILTERS:
        expected = {item.id for item in SOURCES if _leaves(where, item)}
        assert set(found(index, "plant outdoors growing", where, limit=500)) == expected, where


def test_a_filter_asks_all_of_one_placement(index: LexicalIndex) -> None:
    index.add([source("a", "hedges")._replace(filed=((GUIDE, "1", "docs"), (GUIDE, "2", "research")))])
    assert found(index, "hedges", Filter(domain="1", category="docs")) == ["a"]
    assert found(index, "hedges", Filter(domain="1", category="research")) == []


def _leaves(where: Filter, item: IndexedSource) -> bool:
    return (
        any(
            where.guide in (None, guide) and where.domain in (None, domain) and where.category in (None, category)
            for guide, domain, category in item.filed
        )
        and (not where.kinds or item.kind in where.kinds)
        and (where.since is None or (item.year is not None and item.year >= where.since))
        and (where.until is None or (item.year is not None and item.year <= where.until))
        and where.peer_reviewed in (None, item.peer_reviewed)
    )


def test_a_filter_does_not_change_scores(index: LexicalIndex) -> None:
    index.add(SOURCES)
    free = {scored.name: scored.score for scored in index.search("prune plant7", Filter(), 500)}
    for scored in index.search("prune plant7", Filter(domain="2", since=2016), 500):
        assert scored.score == pytest.approx(free[scored.name])


def test_adding_again_replaces_and_removing_removes(index: LexicalIndex) -> None:
    index.add([source("a", "old words", "kept words"), source("b", "other words")])
    index.add([source("a", "new phrases", "kept words")])
    assert index.count() == 2
    assert found(index, "old") == []
    assert found(index, "phrases") == ["a"]
    index.remove(["a", "never-was-here"])
    assert (index.count(), found(index, "phrases")) == (1, [])


def test_equal_scores_are_ordered_by_id(index: LexicalIndex) -> None:
    for name in ("b", "c", "a"):
        index.add([source(name, "equal words")])
    assert found(index, "equal") == ["a", "b", "c"]


def test_another_opening_sees_what_was_added(tmp_path: Path) -> None:
    first, second = TantivyIndex(tmp_path / "lexical"), TantivyIndex(tmp_path / "lexical")
    first.add(SOURCES[:6])
    assert second.count() == 6
    first.add(SOURCES[6:9])
    second.close()
    assert second.count() == 9
