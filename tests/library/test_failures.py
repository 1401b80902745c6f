"""What goes wrong with a disk or a file is told in words, and nothing that was kept is lost."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from research_agent.errors import StoreError
from research_agent.library.database import FILE
from research_agent.library.library import Library
from tests.library.material import GUIDE, WordEmbedder, garden, open_library

CORPUS = f"corpus:{GUIDE}"
NOBODY = 65534


def filled(folder: Path, count: int = 6) -> Path:
    with open_library(folder) as library:
        library.ingest(CORPUS, garden(count))
    return folder


@pytest.mark.parametrize("content", [b"this is no database at all\n" * 300, b"SQLite format 3\x00" + b"\x07" * 9000])
def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StoreError, match=r"catalogue\.sqlite3 is damaged.*Nothing was deleted.*doctor --repair"):
        open_library(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_damage_in_the_middle_is_told_where_it_is_met(tmp_path: Path) -> None:
    filled(tmp_path, 30)
    with (tmp_path / FILE).open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    with pytest.raises(StoreError, match=r"catalogue\.sqlite3 is damaged"), open_library(tmp_path) as library:
        library.sources()


def test_a_store_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    filled(tmp_path)
    engine = sa.create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match=r"newer version.*Nothing was changed.*pip install --upgrade"):
        open_library(tmp_path)


def test_a_missing_directory_is_made(tmp_path: Path) -> None:
    with open_library(tmp_path / "not" / "there" / "yet") as library:
        assert library.ingest(CORPUS, garden(1)).added == 1


def test_a_directory_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"file/data can't be made.*RESEARCH_AGENT_DATA_DIR"):
        open_library(tmp_path / "file" / "data")


@contextmanager
def unprivileged() -> Iterator[None]:
    """As a user whom permissions bind: they don't bind root, as which containers run tests."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("was_filled", [True, False])
def test_a_read_only_directory_is_named(open_folder: Path, tmp_path: Path, *, was_filled: bool) -> None:
    filled(tmp_path)  # whatever is imported while a store is opened is imported now, by a user who may
    data = open_folder / "data"
    if was_filled:
        filled(data)
    else:
        data.mkdir()
    for path in (*data.rglob("*"), data):
        path.chmod(0o555 if path.is_dir() else 0o444)
    with unprivileged(), pytest.raises(StoreError, match=r"can't be written.*RESEARCH_AGENT_DATA_DIR"):
        open_library(data)
    for path in (data, *data.rglob("*")):
        path.chmod(0o755)


def limit_pages(library: Library, pages: int) -> Callable[[], None]:
    """Let the database grow to so many pages, as a full disk would; returns what lifts the limit."""
    engine = library._store.database._engine
    limit = [pages]

    @sa.event.listens_for(engine, "begin")
    def _limited(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit[0]}")

    return lambda: limit.__setitem__(0, 1_000_000)


@pytest.mark.parametrize("room", [1, 8, 30])
def test_a_full_disk_undoes_the_step_and_the_same_call_goes_on(tmp_path: Path, room: int) -> None:
    embedder = WordEmbedder(dimension=384)
    with open_library(tmp_path, embedder) as library:
        library.ingest(CORPUS, garden(3))
        before = library.sources(), library.passages(), library.generation
        with library._store.database.reading() as connection:
            pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        lift = limit_pages(library, pages + room)
        with pytest.raises(StoreError, match=r"full.*every vector computed so far, is kept.*Free some space"):
            library.ingest(CORPUS, garden(40))
        assert (library.sources(), library.passages(), library.generation) == before
        assert library.search("water plant2")
        lift()
        assert library.ingest(CORPUS, garden(40)).added == 37
        assert len(library.sources()) == 40
        assert all(index.state == "complete" for index in library.status().indexes)


def test_a_full_disk_under_the_lexical_index_leaves_the_catalogue_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with open_library(tmp_path) as library:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", full)
            with pytest.raises(StoreError, match=r"No space left.*catalogue is complete.*18 new passages.*are in it"):
                library.ingest(CORPUS, garden(6))
        assert len(library.sources()) == 6
        assert library.search("water plant2")[0].lexical_rank == 1
        assert all(index.state == "complete" for index in library.status().indexes)


def test_a_full_disk_under_chroma_leaves_the_catalogue_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chromadb.api.models.Collection import Collection
    from chromadb.errors import InternalError

    def full(*_: object, **__: object) -> None:
        raise InternalError("database or disk is full")

    with open_library(tmp_path) as library:
        with monkeypatch.context() as patched:
            patched.setattr(Collection, "add", full)
            with pytest.raises(StoreError, match=r"disk is full.*catalogue is complete.*free some space"):
                library.ingest(CORPUS, garden(6))
        assert library.search("water plant2")[0].vector_rank == 1
        assert all(index.state == "complete" for index in library.status().indexes)


def damage_lexical(folder: Path) -> None:
    (folder / "lexical" / "meta.json").write_text("{}")


def damage_graph(folder: Path) -> None:
    for path in (folder / "chroma").glob("*/*.*"):
        path.write_bytes(b"\x00" * path.stat().st_size)


def damage_chroma(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)


@pytest.mark.parametrize("damage", [damage_lexical, damage_graph, damage_chroma])
def test_a_damaged_index_is_told_and_repaired_from_the_catalogue(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    filled(tmp_path, 200)
    damage(tmp_path)
    embedder = WordEmbedder()
    with open_library(tmp_path, embedder) as library:
        with pytest.raises(StoreError, match=r"catalogue is complete without it.*doctor --repair"):
            library.search("water plant2")
        broken = [index for index in library.status().indexes if index.state == "broken"]
        assert len(broken) == 1
        assert "doctor --repair" in broken[0].problem
        assert len(library.relevance({"q": "water"}, GUIDE, "1")) > 0
        embedder.embedded.clear()
        library.repair()
        assert embedder.embedded == []
        assert all(index.state == "complete" for index in library.status().indexes)
        assert library.search("prune plant2 in month2")[0].passage.source == "plant-2"
    if damage is damage_chroma:
        assert (tmp_path / "chroma.broken-1" / "chroma.sqlite3").read_bytes() == b"no database" * 1000


def lose_folder(folder: Path) -> None:
    for path in (folder / "chroma").glob("*-*"):
        shutil.rmtree(path)


def lose_metadata(folder: Path) -> None:
    for path in (folder / "chroma").glob("*/index_metadata.pickle"):
        path.unlink()


def cut_vectors(folder: Path) -> None:
    for path in (folder / "chroma").glob("*/data_level0.bin"):
        os.truncate(path, path.stat().st_size // 3)


def empty_all(folder: Path) -> None:
    for path in (folder / "chroma").glob("*/*.*"):
        path.write_bytes(b"\x00")


NEAREST = 3
"""Hits that every graph of the same passages gives; those far down the list differ from one graph to the next, and so
does a hit's place in the vector list where one before it is missed."""


def _nearest(library: Library) -> list[tuple[str, float | None, float]]:
    hits = library.search("water plant150")[:NEAREST]
    return [(hit.passage.id, hit.similarity, hit.score) for hit in hits]


@pytest.mark.parametrize("lose", [lose_folder, lose_metadata, cut_vectors, empty_all])
def test_a_graph_that_is_gone_is_built_again_before_it_is_asked(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    filled(tmp_path, 200)
    with open_library(tmp_path) as library:
        whole = _nearest(library)
    assert list((tmp_path / "chroma").glob("*/data_level0.bin")), "Chroma has written its graph"
    lose(tmp_path)
    embedder = WordEmbedder()
    with open_library(tmp_path, embedder) as library:
        assert _nearest(library) == whole
        assert embedder.embedded == []
        assert all(index.state == "complete" for index in library.status().indexes)


def test_a_graph_that_finds_nothing_is_told_although_its_tables_count_right(tmp_path: Path) -> None:
    filled(tmp_path, 200)
    lose_folder(tmp_path)
    with open_library(tmp_path) as library:
        _, vectors = library.status().indexes
        assert (vectors.state, vectors.held) == ("broken", 600)
        assert "doctor --repair" in vectors.problem
        library.repair()
        assert library.status().indexes[1].state == "complete"


def test_a_graph_that_was_not_written_yet_is_not_missed(tmp_path: Path) -> None:
    filled(tmp_path, 6)
    with open_library(tmp_path) as library:
        before = library._store.state()
        assert library._store.model(before) is not None
        assert not library._store.chroma(before, library._store.supply.model).lost_graph()
        assert all(index.state == "complete" for index in library.status().indexes)


def test_a_file_in_the_place_of_the_lexical_index_is_moved_aside(tmp_path: Path) -> None:
    filled(tmp_path, 6)
    shutil.rmtree(tmp_path / "lexical")
    (tmp_path / "lexical").write_text("in the way")
    with open_library(tmp_path) as library:
        assert library.status().indexes[0].state == "broken"
        library.repair()
        assert library.status().indexes[0].state == "complete"
        assert library.search("water plant2")[0].lexical_rank == 1
    assert (tmp_path / "lexical.broken-1").read_text() == "in the way"


def test_an_index_that_holds_too_little_is_told(tmp_path: Path) -> None:
    filled(tmp_path, 8)
    with open_library(tmp_path) as library:
        library.search("water")
        library._store.lexical.remove(["plant-2"])
        lexical, vectors = library.status().indexes
        assert (lexical.state, vectors.state) == ("broken", "complete")
        assert "holds 7 sources and the catalogue 8" in lexical.problem
        library.repair()
        assert library.status().indexes[0].state == "complete"


def test_an_index_from_a_future_that_the_catalogue_lost_is_built_anew(tmp_path: Path) -> None:
    filled(tmp_path, 8)
    shutil.copytree(tmp_path, tmp_path / "before", ignore=shutil.ignore_patterns("chroma", "lexical", "before"))
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(12))
    for file in tmp_path.glob("catalogue*"):
        file.unlink()
    shutil.copy(tmp_path / "before" / FILE, tmp_path / FILE)
    with open_library(tmp_path) as library:
        found = {hit.passage.source for hit in library.search("water plants outdoors", limit=20)}
        assert found == {f"plant-{number}" for number in range(8)}
        assert library.status().indexes[0].state == "complete"
