"""What ships: the works that suites measure on, and a store that holds them."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from research_agent import Settings, Workspace, load_guide
from research_agent.model.source import Source
from research_agent.resources import resource
from research_agent.sources import read_pools

STORE: Final = Path(tempfile.gettempdir()) / "research-agent-eval"
"""Kept between runs: to fill a store takes longer than to measure on it. What is in it follows from the corpus."""

AS_OF: Final = datetime(2026, 11, 25, tzinfo=UTC)
"""When the suites judge: a year's turn must not look like a change of the program."""


def shipped_works() -> Sequence[Source]:
    """The works of the shipped corpus, all of one subject, each known to be another."""
    return read_pools(resource("corpus", "sources"), load_guide(resource("corpus", "guide.yaml"))).sources


@contextmanager
def shipped_workspace() -> Iterator[Workspace]:
    """The shipped guide on the store that the suites keep, on the day of the suites."""
    with Workspace.open(Settings(data_dir=STORE), clock=lambda: AS_OF) as workspace:
        yield workspace
