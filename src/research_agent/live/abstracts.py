"""Key points of a work that nobody of ours has read: sentences of its abstract, verbatim, and whose they are. Pure."""

from typing import Final

from research_agent.bibliography.sentences import split_sentences
from research_agent.errors import ResearchAgentError
from research_agent.model.quotation import OPENING_OF_THE_PAGE, place_in
from research_agent.model.source import KeyPoint

MOST_POINTS: Final = 8
"""Sentences that are taken; abstracts have five to ten."""
_WORDS: Final = range(3, 46)
"""Words of a point, as in records (`docs/corpus-format.md`): fewer say nothing, more are no sentence but a list."""
_PAGES: Final = "web"
_DESCRIBED_BY: Final = frozenset(
    {"github", "ecosystems", "stack_exchange", "hacker_news", "brave", "tavily", "exa", "searxng"}
)
"""Services whose text is no abstract of the author's, but a description or an excerpt."""


def key_points_of(abstract: str, said_by: str) -> tuple[KeyPoint, ...]:
    """The first sentences of an abstract that can stand alone, at most `MOST_POINTS`, in their order, each once.

    Args:
        abstract: plain text.
        said_by: name of the service whose words it is.
    """
    where = place_of(said_by)
    sentences = dict.fromkeys(one for one in split_sentences(abstract) if _can_stand_alone(one))
    return tuple(KeyPoint(text=one, where=where) for one in list(sentences)[:MOST_POINTS])


def place_of(said_by: str) -> str:
    """Where the text of a service's record stands, in words: "Abstract, as OpenAlex gives it"."""
    if said_by == _PAGES:
        return OPENING_OF_THE_PAGE
    return place_in("Description" if said_by in _DESCRIBED_BY else "Abstract", _title_of(said_by))


def _can_stand_alone(sentence: str) -> bool:
    """Whether it is a whole sentence of a usual length: an abstract that was cut ends with an ellipsis."""
    return len(sentence.split()) in _WORDS and not sentence.endswith(("…", "...", ":"))


def _title_of(service: str) -> str:
    """The service as people write it; its name where it is another package's that can't be loaded."""
    from research_agent.sources.connectors import connector

    try:
        return connector(service).title
    except ResearchAgentError:
        return service
