import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.library.fusion import (
    NEAR_DUPLICATE,
    Meanings,
    combined,
    cosines_of,
    diversify,
    fuse,
    meanings_of,
    nearness,
    with_feedback,
)
from research_agent.library.indexes import Scored, Vectors
from research_agent.library.vectors import PassageVectors

IDS = st.text("abcdefgh", min_size=1, max_size=2)


def ranked(low: float, high: float) -> st.SearchStrategy[list[Scored]]:
    scores = st.floats(low, high, allow_nan=False, width=32)
    return st.dictionaries(IDS, scores, max_size=12).map(
        lambda found: sorted((Scored(*pair) for pair in found.items()), key=lambda s: (-s.score, s.name))
    )


def unit(*rows: tuple[float, ...]) -> Vectors:
    matrix = np.array(rows, dtype=np.float32)
    rows_of_unit_length: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return rows_of_unit_length


def test_a_source_that_is_first_in_both_lists_comes_first_with_the_full_score() -> None:
    vector = [Scored("a", 0.8), Scored("b", 0.6)]
    lexical = [Scored("a", 12.0), Scored("c", 9.0)]
    first, *_ = fuse(vector, lexical)
    assert first.name == "a"
    assert first.score == 1.0


def test_how_much_better_a_source_is_counts_and_not_only_its_rank() -> None:
    lexical = [Scored("far", 10.0), Scored("near", 9.9)]
    close = fuse([Scored("near", 0.700), Scored("far", 0.699)], lexical)
    wide = fuse([Scored("near", 0.700), Scored("far", 0.300)], lexical)
    assert close[0].name == "far"
    assert wide[0].name == "near"


def test_a_source_without_a_known_cosine_never_beats_an_equal_one_with_a_higher_cosine() -> None:
    vector = [Scored("near", 0.8), Scored("last", 0.5)]
    lexical = [Scored("near", 5.0), Scored("words", 5.0)]
    order = [hit.name for hit in fuse(vector, lexical)]
    assert order.index("near") < order.index("words") < order.index("last")


def test_nothing_found_gives_nothing_and_one_list_alone_keeps_its_order() -> None:
    lexical = [Scored("b", 3.0), Scored("a", 2.0)]
    assert fuse([], []) == []
    assert [hit.name for hit in fuse([], lexical)] == ["b", "a"]
    assert [hit.name for hit in fuse([Scored("x", 0.4), Scored("y", 0.1)], [])] == ["x", "y"]


@given(ranked(-1, 1), ranked(0, 50))
def test_fusion_holds_every_source_once_scored_0_to_1_ties_by_id(vector: list[Scored], lexical: list[Scored]) -> None:
    fused = fuse(vector, lexical)
    assert sorted(hit.name for hit in fused) == sorted({s.name for s in [*vector, *lexical]})
    assert all(-1e-9 <= hit.score <= 1 + 1e-9 for hit in fused)
    assert fused == sorted(fused, key=lambda hit: (-hit.score, hit.name))


@given(ranked(0.0625, 1), ranked(0.0625, 50), st.sampled_from([0.5, 2.0, 4.0]))
def test_the_scale_of_bm25_does_not_matter(vector: list[Scored], lexical: list[Scored], scale: float) -> None:
    scaled = [Scored(s.name, s.score * scale) for s in lexical]
    assert [h[:2] for h in fuse(vector, scaled)] == [h[:2] for h in fuse(vector, lexical)]


def held(*rows: tuple[str, str, tuple[float, ...]]) -> Meanings:
    """Passages as source, part and direction."""
    sources, parts, directions = zip(*rows, strict=True)
    ids = tuple(f"{source}/{row}" for row, source in enumerate(sources))
    return meanings_of(PassageVectors(ids, sources, parts, unit(*directions)))


QUESTION = unit((1, 0, 0))[0]


def near(of: Meanings) -> dict[str, float]:
    found = nearness(QUESTION, of, cosines_of(QUESTION, of))
    return dict(zip(of.sources, found.tolist(), strict=True))


def test_a_source_that_is_about_it_is_nearer_than_one_that_mentions_it() -> None:
    about = [("about", "summary", (1, 0.2, 0)), ("about", "key_point", (1, 0.4, 0))]
    mentions = [("mentions", "key_point", (1, 0.1, 0)), ("mentions", "summary", (0, 1, 0))]
    found = near(held(*about, *mentions))
    assert found["about"] > found["mentions"] > 0


def test_a_source_without_a_summary_counts_with_all_of_it() -> None:
    found = near(held(("a", "key_point", (1, 0, 0)), ("a", "key_point", (0, 1, 0))))
    assert found["a"] == pytest.approx((1 + 2 * 0.5**0.5) / 3, abs=1e-6)


def test_a_source_without_vectors_is_like_nothing() -> None:
    zeros = np.zeros((2, 3), dtype=np.float32)
    of = meanings_of(PassageVectors(("a/0", "a/1"), ("a", "a"), ("summary", "key_point"), zeros))
    assert near(of) == {"a": 0.0}
    assert with_feedback(QUESTION, of, np.array([1.0])) is QUESTION


def test_no_source_is_near_where_there_is_none() -> None:
    nothing = meanings_of(PassageVectors((), (), (), np.zeros((0, 3), dtype=np.float32)))
    assert (near(nothing), nothing.spans) == ({}, [])


def test_feedback_draws_a_question_to_what_answers_best_and_not_to_the_rest() -> None:
    best = [(name, "summary", (1.0, 0.8, 0.0)) for name in ("a", "b", "c")]
    of = held(*best, ("d", "summary", (0, 0, 1)))
    moved = with_feedback(QUESTION, of, np.array([0.9, 0.8, 0.7, 0.1]))
    assert moved[1] > 0.1
    assert moved[2] == 0
    assert np.linalg.norm(moved) == pytest.approx(1)


@given(st.lists(st.integers(1, 4), max_size=6))
def test_passages_are_told_by_source(sizes: list[int]) -> None:
    sources = tuple(f"s{number}" for number, size in enumerate(sizes) for _ in range(size))
    vectors = np.ones((len(sources), 2), dtype=np.float32)
    of = meanings_of(PassageVectors(sources, sources, ("summary",) * len(sources), vectors))
    assert [end - begin for begin, end in of.spans] == sizes
    assert [{sources[row] for row in range(*span)} for span in of.spans] == [{name} for name in of.sources]


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 50)), max_size=8))
def test_scores_lie_within_0_and_1(pairs: list[tuple[float, float]]) -> None:
    meanings, words = np.array(pairs).reshape(-1, 2).T
    scores = combined(meanings, words)
    assert scores.shape == (len(pairs),)
    assert ((scores >= 0) & (scores <= 1 + 1e-9)).all()


def test_a_near_duplicate_is_left_out_even_where_there_is_room() -> None:
    vectors = unit((1, 0, 0), (1, 0.01, 0), (0, 1, 0))
    assert diversify(["a", "b", "c"], [0.9, 0.8, 0.1], vectors, limit=3) == [0, 2]


def test_something_new_comes_before_something_similar_that_scores_a_little_better() -> None:
    vectors = unit((1, 0, 0), (1, 0.5, 0), (0, 0, 1))
    ids, scores = ["a", "b", "c"], [1.0, 0.8, 0.75]
    assert diversify(ids, scores, vectors, limit=2) == [0, 2]
    assert diversify(ids, scores, vectors, limit=2, trade_off=1.0) == [0, 1]


def test_equal_candidates_are_chosen_by_id() -> None:
    vectors = unit((1, 0), (0, 1), (-1, 0))
    assert diversify(["c", "a", "b"], [0.5, 0.5, 0.5], vectors, limit=3) == [1, 2, 0]


@given(st.data(), st.integers(0, 8))
def test_answers_are_distinct_few_and_no_two_say_the_same(data: st.DataObject, limit: int) -> None:
    count = data.draw(st.integers(0, 10))
    seed = data.draw(st.integers(0, 2**16))
    spread = data.draw(st.sampled_from([0.05, 0.5, 5.0]))
    random = np.random.default_rng(seed)
    vectors = (1 + spread * random.standard_normal((count, 4))).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    scores = random.random(count).tolist()
    chosen = diversify([str(i) for i in range(count)], scores, vectors, limit=limit)
    assert len(set(chosen)) == len(chosen) <= limit
    cosines = vectors[chosen] @ vectors[chosen].T
    assert all(cosines[i, j] < NEAR_DUPLICATE for i in range(len(chosen)) for j in range(i))
    if count and limit:
        assert chosen[0] == int(np.argmax(scores))
