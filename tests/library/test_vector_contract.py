"""What every vector index must do; the same tests run on an embedded Chroma and on a server."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from research_agent.errors import StoreError, UsageError
from research_agent.library.chroma import ChromaIndex, ChromaTarget
from research_agent.library.indexes import VectorIndex, Vectors

DIMENSION = 24
IDS = [f"source-{number}/g/1/key_point/0" for number in range(40)]


def unit(rows: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(rows, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


VECTORS = unit(40, 1)
QUESTION = unit(1, 2)[0]


@pytest.fixture(params=["embedded", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChromaIndex]:
    target = request.getfixturevalue("chroma_server") if request.param == "server" else ChromaTarget()
    opened = ChromaIndex(target, tmp_path / "chroma", f"contract-{request.param}")
    opened.clear()
    yield opened
    opened.close()


def expected(ids: list[str], vectors: Vectors, limit: int) -> list[tuple[str, float]]:
    ranked = sorted(zip(ids, (vectors @ QUESTION).tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    return ranked[:limit]


def assert_nearest(index: VectorIndex, ids: list[str], vectors: Vectors, limit: int = 10) -> None:
    found = index.nearest(QUESTION, limit)
    wanted = expected(ids, vectors, limit)
    assert [scored.name for scored in found] == [name for name, _ in wanted]
    assert [scored.score for scored in found] == pytest.approx([cosine for _, cosine in wanted], abs=1e-4)


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.count() == 0
    assert index.nearest(QUESTION, 5) == []


def test_the_nearest_come_by_cosine_and_best_first(index: VectorIndex) -> None:
    index.add(IDS, VECTORS)
    assert index.count() == 40
    assert_nearest(index, IDS, VECTORS)


def test_asking_for_more_than_there_is_gives_all(index: VectorIndex) -> None:
    index.add(IDS[:3], VECTORS[:3])
    assert_nearest(index, IDS[:3], VECTORS[:3], limit=50)


def test_adding_again_changes_nothing(index: VectorIndex) -> None:
    index.add(IDS[:30], VECTORS[:30])
    index.add(IDS, VECTORS)
    assert index.count() == 40
    assert_nearest(index, IDS, VECTORS)


def test_a_passage_with_a_new_vector_is_found_by_it_alone(index: VectorIndex) -> None:
    index.add(IDS, VECTORS)
    moved = VECTORS.copy()
    moved[7] = QUESTION
    index.add(IDS[7:8], moved[7:8])
    assert index.count() == 40
    assert index.nearest(QUESTION, 1)[0].name == IDS[7]
    assert_nearest(index, IDS, moved)


def test_what_is_removed_is_not_found_and_unknown_ids_are_ignored(index: VectorIndex) -> None:
    index.add(IDS, VECTORS)
    index.remove([*IDS[:20], "never/was/here/summary/0"])
    assert index.count() == 20
    assert_nearest(index, IDS[20:], VECTORS[20:])


def test_only_the_named_passages_are_found_and_those_it_lacks_are_passed_over(index: VectorIndex) -> None:
    index.add(IDS, VECTORS)
    among = [IDS[3], "never/was/here/summary/0", IDS[9], IDS[30]]
    rows = [3, 9, 30]
    found = [scored.name for scored in index.nearest(QUESTION, 10, among)]
    assert found == [name for name, _ in expected([IDS[row] for row in rows], VECTORS[rows], 10)]
    assert index.nearest(QUESTION, 10, []) == []
    assert index.nearest(QUESTION, 10, ["never/was/here/summary/0"]) == []


def test_equal_scores_are_ordered_by_id(index: VectorIndex) -> None:
    same = np.repeat(VECTORS[:1], 4, axis=0)
    index.add(["b/2", "a/1", "d/4", "c/3"], same)
    assert [scored.name for scored in index.nearest(VECTORS[0], 4)] == ["a/1", "b/2", "c/3", "d/4"]


def test_ids_of_all_alphabets_come_back_as_they_are(index: VectorIndex) -> None:
    names = ["größe/π/1/summary/0", "名前/g/1/summary/0", "a'; DROP TABLE--/g/1/summary/0"]
    index.add(names, VECTORS[:3])
    assert {scored.name for scored in index.nearest(QUESTION, 3)} == set(names)


def test_a_cleared_index_is_empty_and_in_another_place(index: ChromaIndex) -> None:
    index.add(IDS, VECTORS)
    place = index.place
    index.clear()
    assert index.count() == 0
    assert index.place != place


def test_what_was_added_is_there_when_it_is_opened_again(index: ChromaIndex) -> None:
    index.add(IDS, VECTORS)
    place = index.place
    index.close()
    assert index.place == place
    assert_nearest(index, IDS, VECTORS)


def test_a_vector_of_another_length_is_an_error_of_ours(index: VectorIndex) -> None:
    index.add(IDS, VECTORS)
    with pytest.raises(StoreError):
        index.nearest(np.ones(3, dtype=np.float32), 1)


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    index = ChromaIndex(ChromaTarget("127.0.0.1", 9), tmp_path, "nobody-there")
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9 does not answer.*catalogue is complete"):
        index.count()


def test_the_setting_names_a_server_or_nothing() -> None:
    assert ChromaTarget.parse("") == ChromaTarget()
    assert ChromaTarget.parse("db.internal:8123") == ChromaTarget("db.internal", 8123)
    assert ChromaTarget.parse("[::1]:8000") == ChromaTarget("::1", 8000)
    with pytest.raises(UsageError, match="host:port"):
        ChromaTarget.parse("http://somewhere")


def test_telemetry_is_off_and_no_embedding_function_is_set(tmp_path: Path) -> None:
    with_files = ChromaIndex(ChromaTarget(), tmp_path / "chroma", "contract-settings")
    with_files.count()
    assert with_files._system is not None
    assert with_files._system.settings.anonymized_telemetry is False
    assert with_files._collection is not None
    assert with_files._collection._embedding_function is None
    with_files.close()
