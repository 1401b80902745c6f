"""What ships: the works that suites measure on."""

from collections.abc import Sequence

from research_agent import load_guide
from research_agent.model.source import Source
from research_agent.resources import resource
from research_agent.sources import read_pools


def shipped_works() -> Sequence[Source]:
    """The works of the shipped corpus, all of one subject, each known to be another."""
    return read_pools(resource("corpus", "sources"), load_guide(resource("corpus", "guide.yaml"))).sources
