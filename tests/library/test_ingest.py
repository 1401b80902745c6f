"""What an ingest does to a store, and what it leaves alone."""

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from research_agent.library.library import Library
from research_agent.model.source import Identifiers, Source
from research_agent.sources.identity import resolve
from tests.library.material import GUIDE, WordEmbedder, a_source, garden, open_library

CORPUS = f"corpus:{GUIDE}"


def test_a_second_ingest_of_the_same_changes_nothing(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    with open_library(tmp_path, embedder) as library:
        first = library.ingest(CORPUS, garden(6))
        assert (first.added, first.unchanged, first.passages_added, first.generation) == (6, 0, 18, 1)
        embedder.embedded.clear()
        second = library.ingest(CORPUS, reversed(garden(6)))
    assert (second.added, second.changed, second.unchanged, second.removed) == (0, 0, 6, 0)
    assert (second.passages_added, second.embedded, second.generation) == (0, 0, 1)
    assert embedder.embedded == []


def test_only_what_changed_is_embedded_and_written(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    plants = garden(6)
    with open_library(tmp_path, embedder) as library:
        library.ingest(CORPUS, plants)
        embedder.embedded.clear()
        plants[2] = a_source("plant-2", title=plants[2].title, domains=["3"], summary="Plant2 wants nothing.")
        report = library.ingest(CORPUS, [*plants, a_source("plant-new")])
        assert (report.added, report.changed, report.unchanged, report.removed) == (1, 1, 5, 0)
        assert len(embedder.embedded) == report.embedded == report.passages_added
        assert all("plant2" in text.lower() or "plant-new" in text for text in embedder.embedded)
        texts = {p.text for p in library.passages(["plant-2"])}
        assert "Plant2 wants nothing." in texts
        assert len(texts) == 2
        assert all(index.state == "complete" for index in library.status().indexes)


def test_a_changed_year_reaches_filters_without_embedding(tmp_path: Path) -> None:
    from research_agent.model.library import Filter

    embedder = WordEmbedder()
    with open_library(tmp_path, embedder) as library:
        library.ingest(CORPUS, [a_source("rose", year=2001, summary="Roses climb.")])
        embedder.embedded.clear()
        library.ingest(CORPUS, [a_source("rose", year=2024, summary="Roses climb.")])
        assert embedder.embedded == []
        assert [hit.passage.source for hit in library.search("roses climb", Filter(since=2020))] == ["rose"]
        assert library.search("roses climb", Filter(until=2010)) == []


def test_a_corpus_is_replaced_as_a_whole_and_what_a_user_added_stays(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(4))
        library.ingest("added", [a_source("mine-1")], replace=False)
        library.ingest("added", [a_source("mine-2")], replace=False)
        report = library.ingest(CORPUS, garden(2))
        assert (report.removed, report.unchanged) == (2, 2)
        assert [source.id for source in library.sources()] == ["mine-1", "mine-2", "plant-0", "plant-1"]
        assert all(index.state == "complete" for index in library.status().indexes)
        assert not any(hit.passage.source == "plant-3" for hit in library.search("plant3 month3 prune"))


def test_an_added_record_replaces_the_one_of_the_same_id(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest("added", [a_source("mine", summary="Old words.")], replace=False)
        report = library.ingest("added", [a_source("mine", summary="New words.")], replace=False)
        assert (report.added, report.changed, report.removed) == (0, 1, 0)
        assert [p.summary for s in library.sources() for p in s.placements] == ["New words."]


def test_records_of_one_work_become_one_source_and_part_again(tmp_path: Path) -> None:
    doi = Identifiers(doi="10.1000/soil")
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, [a_source("soil-study", identifiers=doi, domains=["1"]), *garden(3)])
        library.ingest("added", [a_source("my-soil-notes", identifiers=doi, domains=["2"])], replace=False)
        merged = library.source("my-soil-notes")
        assert merged.id == library.source("soil-study").id
        assert [placement.domain for placement in merged.placements] == ["1", "2"]
        assert {p.source for p in library.passages(guide=GUIDE, domain="2")} >= {merged.id}
        library.ingest("added", [])
        alone = library.source("soil-study")
        assert (alone.aliases, [p.domain for p in alone.placements]) == ((), ["1"])
        assert all(index.state == "complete" for index in library.status().indexes)


def test_two_works_that_claim_one_id_both_stay_and_the_corpus_keeps_it(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest("added", [a_source("rose", url="https://example.org/of-mine")], replace=False)
        library.ingest(CORPUS, [a_source("rose", url="https://example.org/of-the-corpus")])
        assert library.source("rose").url == "https://example.org/of-the-corpus"
        other = next(source for source in library.sources() if source.id != "rose")
        assert other.id.startswith("rose-")
        assert other.url == "https://example.org/of-mine"


def test_a_known_fingerprint_spares_looking_at_the_records(tmp_path: Path) -> None:
    def never() -> object:
        raise AssertionError("the records were read")

    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(3), fingerprint="files-1")
        assert library.fingerprint(CORPUS) == "files-1"
        report = library.ingest(CORPUS, (never() for _ in [0]), fingerprint="files-1")  # type: ignore[misc]  # not read
        assert report.unchanged == 3
        with pytest.raises(AssertionError):
            library.ingest(CORPUS, (never() for _ in [0]), fingerprint="files-2")  # type: ignore[misc]  # read: raises


def test_progress_rises_to_its_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(5), progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1] > 0


# Works that share identifiers with each other in all ways: by DOI, by address, and over a third.
_MEETING = [
    a_source("north", identifiers=Identifiers(doi="10.1000/a"), domains=["1"]),
    a_source("south", identifiers=Identifiers(doi="10.1000/a", arxiv="2101.00001"), url="https://example.org/s"),
    a_source("east", identifiers=Identifiers(arxiv="2101.00001"), url="https://example.org/e", domains=["2"]),
    a_source("west", url="https://example.org/e", domains=["3"]),
    a_source("north", url="https://example.org/another-north", domains=["4"]),
    a_source("alone", domains=["5"]),
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.tuples(st.sampled_from(["corpus:a", "corpus:b", "added"]), st.sets(st.integers(0, 5), max_size=4)),
        min_size=1,
        max_size=4,
    )
)
def test_ingesting_step_by_step_gives_what_ingesting_at_once_gives(
    tmp_path_factory: pytest.TempPathFactory, batches: list[tuple[str, set[int]]]
) -> None:
    held: dict[str, list[Source]] = {}
    with open_library(tmp_path_factory.mktemp("steps")) as stepwise:
        _without_indexes(stepwise)
        for origin, numbers in batches:
            held[origin] = [_MEETING[number] for number in sorted(numbers)]
            stepwise.ingest(origin, held[origin])
        step_by_step = stepwise.sources()
    with open_library(tmp_path_factory.mktemp("once")) as at_once:
        _without_indexes(at_once)
        for origin, records in reversed(held.items()):
            at_once.ingest(origin, records)
        assert at_once.sources() == step_by_step
    works = resolve(itertools.chain.from_iterable(held.values()))
    assert sorted(source.url for source in step_by_step) == sorted(work.url for work in works)
    assert len({source.id for source in step_by_step}) == len(step_by_step)


def _without_indexes(library: Library) -> None:
    """The catalogue alone is looked at: filling two indexes for every example would take a minute."""
    library._store.catch_up = lambda progress: None  # type: ignore[method-assign]  # see above
