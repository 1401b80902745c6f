"""Search over a whole store: filters, one hit a source, explanations, what an index that is behind may not show."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from research_agent.library import nearest
from research_agent.library.library import Library
from research_agent.library.passages import embedding_text, indexed_passages
from research_agent.model.library import Filter
from tests.library.material import GUIDE, WordEmbedder, a_source, garden, open_library

CORPUS = f"corpus:{GUIDE}"
PLANTS = garden(60)
QUERY = "how often to water plant7 and prune it"
FILTERS = [
    Filter(),
    Filter(guide=GUIDE, domain="2"),
    Filter(domain="1", kinds=("official_docs",), since=2018),
    Filter(category="research"),
    Filter(since=2016, until=2020),
    Filter(peer_reviewed=True),
    Filter(peer_reviewed=False, kinds=("paper", "tutorial")),
    Filter(domain="no such domain"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_library(tmp_path_factory.mktemp("searched")) as opened:
        opened.ingest(CORPUS, PLANTS)
        yield opened


def allowed(where: Filter) -> dict[str, float]:
    """Cosine of every passage that the filter leaves, computed without the library."""
    embedder = WordEmbedder()
    question = embedder.embed([QUERY])[0]
    return {
        item.passage.id: float(embedder.embed([embedding_text(item.title, item.passage)])[0] @ question)
        for plant in PLANTS
        for item in indexed_passages(plant)
        if where.domain in (None, item.passage.domain)
        and where.category in (None, item.category)
        and (not where.kinds or item.kind in where.kinds)
        and (where.since is None or (item.year is not None and item.year >= where.since))
        and (where.until is None or (item.year is not None and item.year <= where.until))
        and where.peer_reviewed in (None, item.peer_reviewed)
    }


@pytest.mark.parametrize("most_exact", [0, 4000], ids=["by-ids", "exact"])
@pytest.mark.parametrize("where", FILTERS, ids=repr)
def test_hits_are_the_best_that_the_filter_leaves(
    library: Library, monkeypatch: pytest.MonkeyPatch, where: Filter, most_exact: int
) -> None:
    monkeypatch.setattr(nearest, "MOST_EXACT", most_exact)
    left = allowed(where)
    hits = library.search(QUERY, where, limit=5, diversity=0)
    assert len(hits) == min(5, len({name.partition("/")[0] for name in left}))
    ranked = sorted(left, key=lambda name: (-left[name], name))
    for hit in hits:
        assert hit.passage.id in left
        assert hit.similarity == pytest.approx(left[hit.passage.id], abs=1e-3)
        assert hit.vector_rank is not None
        assert abs(ranked.index(hit.passage.id) + 1 - hit.vector_rank) <= 1


@pytest.mark.parametrize("where", [Filter(), Filter(since=2016)], ids=repr)
def test_stores_that_were_filled_in_another_order_answer_alike(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Filter
) -> None:
    monkeypatch.setattr(nearest, "MOST_EXACT", 0)
    with open_library(tmp_path) as other:
        for start in range(50, -1, -10):
            other.ingest(CORPUS, PLANTS[start : start + 10], replace=False)
        for query in (QUERY, "light for plant3", "soil2 and month4"):
            theirs, ours = other.search(query, where), library.search(query, where)
            assert [hit.passage.id for hit in theirs] == [hit.passage.id for hit in ours]
            assert [hit.similarity for hit in theirs] == [hit.similarity for hit in ours]
            assert all(hit.similarity is None or hit.similarity == round(hit.similarity, 6) for hit in ours)


def test_a_source_comes_once_with_its_best_passage(library: Library) -> None:
    hits = library.search("prune plant12 in month0", limit=10)
    assert len({hit.passage.source for hit in hits}) == len(hits) == 10
    assert hits[0].passage.text == "Prune plant12 in month0."


def test_a_hit_says_why_it_was_found(library: Library) -> None:
    hit = library.search("prune plant12 in month0")[0]
    assert (hit.title, hit.vector_rank, hit.lexical_rank) == ("Growing plant12 outdoors", 1, 1)
    assert hit.similarity is not None
    assert hit.bm25 is not None
    assert hit.similarity > 0.5
    assert hit.bm25 > 0


def test_a_word_that_no_passage_has_still_finds_the_nearest(library: Library) -> None:
    hits = library.search("xylophone")
    assert hits
    assert all(hit.bm25 is None and hit.lexical_rank is None for hit in hits)


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_no_question_has_no_answer(library: Library, query: str) -> None:
    assert library.search(query) == []


def test_a_lone_surrogate_breaks_nothing(library: Library) -> None:
    assert library.search("prune \ud800 plant12")


def test_hits_that_say_the_same_come_once_unless_all_are_wanted(tmp_path: Path) -> None:
    twins = [
        a_source(name, title="Hedges", summary="Cut hedges in June.", points=(), url=f"https://example.org/{name}")
        for name in ("first", "second")
    ]
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, [*twins, *garden(5)])
        found = [hit.passage.source for hit in library.search("cut hedges in june", limit=4)]
        assert found[0] == "first"
        assert "second" not in found
        every = [hit.passage.source for hit in library.search("cut hedges in june", limit=4, diversity=0)]
        assert every[:2] == ["first", "second"]


def test_an_empty_store_answers_nothing(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        assert library.search("anything") == []
        assert library.relevance({"q": "anything"}, GUIDE, "1") == {}
        assert library.similarities(GUIDE, "1").matrix.shape == (0, 0)
        assert library.sources() == []


def test_a_question_is_embedded_once_ever(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(3))
        library.search("roots")
    embedder = WordEmbedder()
    with open_library(tmp_path, embedder) as library:
        library.search("roots")
        library.relevance({"q": "roots"}, GUIDE, "1")
    assert embedder.embedded == []


@pytest.mark.parametrize("folder", ["chroma", "lexical"])
def test_an_index_whose_folder_was_deleted_is_built_again(tmp_path: Path, folder: str) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(8))
        before = library.search(QUERY)
    shutil.rmtree(tmp_path / folder)
    with open_library(tmp_path) as library:
        assert library.search(QUERY) == before
        assert all(index.state == "complete" for index in library.status().indexes)


def test_passages_that_are_gone_are_not_shown_by_an_index_that_still_has_them(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(8))
        library.search(QUERY)
        library._store.catch_up = lambda progress: None  # type: ignore[method-assign]  # an ingest that dies there
        library.ingest(CORPUS, garden(4))
        found = {hit.passage.source for hit in library.search(QUERY, limit=20)}
    assert found == {f"plant-{number}" for number in range(4)}


def test_the_same_library_runs_against_a_server(tmp_path: Path, chroma_server: object) -> None:
    with open_library(tmp_path / "embedded") as library:
        library.ingest(CORPUS, PLANTS)
        embedded = library.search(QUERY, Filter(domain="2"))
    with open_library(tmp_path / "server", chroma=chroma_server) as library:
        library.ingest(CORPUS, PLANTS)
        assert [hit.passage.id for hit in library.search(QUERY, Filter(domain="2"))] == [
            hit.passage.id for hit in embedded
        ]
        library.ingest(CORPUS, PLANTS[:10])
        assert {hit.passage.source for hit in library.search(QUERY, limit=50)} == {plant.id for plant in PLANTS[:10]}
        assert all(index.state == "complete" for index in library.status().indexes)
        library.repair()
        assert all(index.state == "complete" for index in library.status().indexes)
    assert not (tmp_path / "server" / "chroma").exists()


def test_relevance_is_the_exact_best_cosine(library: Library) -> None:
    queries = {"1.1": "water and roots", "1.2": "prune plant13"}
    found = library.relevance(queries, GUIDE, "2")
    embedder = WordEmbedder()
    assert sorted(found) == list(found) == sorted(plant.id for plant in PLANTS if plant.placement(GUIDE, "2"))
    for plant in PLANTS:
        if plant.placement(GUIDE, "2") is None:
            continue
        items = indexed_passages(plant)
        vectors = embedder.embed([embedding_text(item.title, item.passage) for item in items])
        for name, text in queries.items():
            cosines = vectors @ embedder.embed([text])[0]
            match = found[plant.id][name]
            assert match.similarity == pytest.approx(float(cosines.max()), abs=1e-5)
            assert match.passage_id == items[int(cosines.argmax())].passage.id


def test_similarities_are_symmetric_and_their_order_is_that_of_the_ids(library: Library) -> None:
    found = library.similarities(GUIDE, "2")
    assert list(found.sources) == sorted(plant.id for plant in PLANTS if plant.placement(GUIDE, "2"))
    assert np.array_equal(found.matrix, found.matrix.T)
    assert np.all(np.diag(found.matrix) == 1.0)
    assert found.matrix.min() >= -1.0
    assert found.matrix.max() <= 1.0


def test_relevance_does_not_depend_on_how_the_store_was_filled(tmp_path: Path) -> None:
    with open_library(tmp_path / "once") as library:
        library.ingest(CORPUS, PLANTS[:12])
        once = library.relevance({"q": QUERY}, GUIDE, "1"), library.similarities(GUIDE, "1").matrix.tobytes()
    with open_library(tmp_path / "steps") as library:
        library.ingest("added", PLANTS[6:12])
        library.ingest(CORPUS, PLANTS[3:8])
        library.ingest(CORPUS, reversed(PLANTS[:12]))
        steps = library.relevance({"q": QUERY}, GUIDE, "1"), library.similarities(GUIDE, "1").matrix.tobytes()
    assert once == steps


def test_sources_are_found_by_id_and_alias_and_misspelt_ones_are_named(library: Library) -> None:
    from research_agent.errors import UnknownNameError

    assert library.source("plant-7").id == "plant-7"
    with pytest.raises(UnknownNameError, match="plant-7"):
        library.source("plamt-7")


def test_passages_come_in_the_order_of_the_record(library: Library) -> None:
    found = library.passages(["plant-7", "plant-2"])
    assert [(p.source, p.part, p.position) for p in found] == [
        (source, part, position)
        for source in ("plant-2", "plant-7")
        for part, position in (("summary", 0), ("key_point", 0), ("key_point", 1))
    ]
    assert library.passages([]) == []
