"""Citation keys: readable, ASCII, unique, and the same wherever a source is cited."""

from research_agent.bibliography.keys import citation_key
from tests.bibliography.works_to_cite import WORKS


def test_a_key_is_ascii_that_every_format_takes():
    assert all(citation_key(source).isascii() for source in WORKS.values())
    assert not set("".join(map(citation_key, WORKS.values()))) & set("{}(),=#%~\"' \\")


def test_two_sources_never_share_a_key():
    assert len({citation_key(source) for source in WORKS.values()}) == len(WORKS)


def test_a_key_does_not_move_when_the_record_is_mended():
    source = WORKS["dean-2013-tail-at-scale"]
    mended = source.model_copy(update={"title": "The tail", "year": 2014, "authors": ("Somebody Else",)})
    assert citation_key(mended) == citation_key(source) == "dean-2013-tail-at-scale"
