"""How a source is cut into passages."""

from research_agent.library.passages import embedding_text, indexed_passages, passages_of
from research_agent.model.source import CodePattern
from tests.library.material import GUIDE, a_source


def test_each_part_of_each_placement_is_a_passage() -> None:
    source = a_source(
        "rose",
        domains=["1", "2"],
        summary="Roses climb.",
        points=["Prune in March.", "Water weekly."],
        pattern=CodePattern(library="trellis", idea="Tie with knot()."),
    )
    assert [(p.id, p.text) for p in passages_of(source)] == [
        (f"rose/{GUIDE}/{domain}/{part}/{position}", text)
        for domain in ("1", "2")
        for part, position, text in (
            ("summary", 0, "Roses climb."),
            ("key_point", 0, "Prune in March."),
            ("key_point", 1, "Water weekly."),
            ("code_pattern", 0, "trellis: Tie with knot()."),
        )
    ]


def test_an_empty_point_is_no_passage_and_the_others_keep_their_places() -> None:
    source = a_source("rose", summary="Roses.", points=["", "Water."])
    assert [p.id.rpartition("/")[0::2] for p in passages_of(source)] == [
        (f"rose/{GUIDE}/1/summary", "0"),
        (f"rose/{GUIDE}/1/key_point", "1"),
    ]


def test_the_title_is_embedded_with_each_passage() -> None:
    item = indexed_passages(a_source("rose", title="On roses", summary="They climb."))[0]
    assert embedding_text(item.title, item.passage) == "On roses\nThey climb."


def test_each_passage_carries_what_filters_ask_for() -> None:
    source = a_source("rose", category="research", kind="paper", year=2001, peer_reviewed=True)
    for item in indexed_passages(source):
        assert (item.category, item.kind, item.year, item.peer_reviewed) == ("research", "paper", 2001, True)
