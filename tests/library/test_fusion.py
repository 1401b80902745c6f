import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from research_agent.library.fusion import NEAR_DUPLICATE, diversify, fuse
from research_agent.library.indexes import Scored, Vectors

IDS = st.text("abcdefgh", min_size=1, max_size=2)


def ranked(low: float, high: float) -> st.SearchStrategy[list[Scored]]:
    scores = st.floats(low, high, allow_nan=False, width=32)
    return st.dictionaries(IDS, scores, max_size=12).map(
        lambda found: sorted((Scored(*pair) for pair in found.items()), key=lambda s: (-s.score, s.passage_id))
    )


def unit(*rows: tuple[float, ...]) -> Vectors:
    matrix = np.array(rows, dtype=np.float32)
    rows_of_unit_length: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return rows_of_unit_length


def test_a_passage_that_is_first_in_both_lists_comes_first_with_the_full_score() -> None:
    vector = [Scored("a", 0.8), Scored("b", 0.6)]
    lexical = [Scored("a", 12.0), Scored("c", 9.0)]
    first, *_ = fuse(vector, lexical)
    assert first.passage_id == "a"
    assert first.score == 1.0
    assert (first.vector_rank, first.similarity, first.lexical_rank, first.bm25) == (1, 0.8, 1, 12.0)


def test_a_hit_says_which_list_does_not_have_it() -> None:
    fused = {hit.passage_id: hit for hit in fuse([Scored("a", 0.8)], [Scored("c", 9.0)])}
    assert (fused["a"].bm25, fused["a"].lexical_rank) == (None, None)
    assert (fused["c"].similarity, fused["c"].vector_rank) == (None, None)


def test_how_much_better_a_passage_is_counts_and_not_only_its_rank() -> None:
    lexical = [Scored("far", 10.0), Scored("near", 9.9)]
    close = fuse([Scored("near", 0.700), Scored("far", 0.699)], lexical)
    wide = fuse([Scored("near", 0.700), Scored("far", 0.300)], lexical)
    assert close[0].passage_id == "far"
    assert wide[0].passage_id == "near"


def test_a_passage_without_a_known_cosine_never_beats_an_equal_one_with_a_higher_cosine() -> None:
    vector = [Scored("near", 0.8), Scored("last", 0.5)]
    lexical = [Scored("near", 5.0), Scored("words", 5.0)]
    order = [hit.passage_id for hit in fuse(vector, lexical)]
    assert order.index("near") < order.index("words") < order.index("last")


def test_nothing_found_gives_nothing_and_one_list_alone_keeps_its_order() -> None:
    lexical = [Scored("b", 3.0), Scored("a", 2.0)]
    assert fuse([], []) == []
    assert [hit.passage_id for hit in fuse([], lexical)] == ["b", "a"]
    assert [hit.passage_id for hit in fuse([Scored("x", 0.4), Scored("y", 0.1)], [])] == ["x", "y"]


@given(ranked(-1, 1), ranked(0, 50))
def test_fusion_holds_every_passage_once_scored_0_to_1_ties_by_id(vector: list[Scored], lexical: list[Scored]) -> None:
    fused = fuse(vector, lexical)
    assert sorted(hit.passage_id for hit in fused) == sorted({s.passage_id for s in [*vector, *lexical]})
    assert all(-1e-9 <= hit.score <= 1 + 1e-9 for hit in fused)
    assert fused == sorted(fused, key=lambda hit: (-hit.score, hit.passage_id))


@given(ranked(0.0625, 1), ranked(0.0625, 50), st.sampled_from([0.5, 2.0, 4.0]))
def test_the_scale_of_bm25_does_not_matter(vector: list[Scored], lexical: list[Scored], scale: float) -> None:
    scaled = [Scored(s.passage_id, s.score * scale) for s in lexical]
    assert [h[:2] for h in fuse(vector, scaled)] == [h[:2] for h in fuse(vector, lexical)]


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
