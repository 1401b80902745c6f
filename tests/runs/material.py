"""What the tests of runs have in common: a small workspace, requests, and how a result is compared."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from research_agent import Research, Settings, Workspace
from research_agent.model.run import RunRequest
from tests.conftest import NOW, SMALL_GUIDE

ALL, FIRST, SECOND = RunRequest(domain="all"), RunRequest(domain="1"), RunRequest(domain="2")
SEARCH_SECONDS = 5.0
"""The shortest search that settings take."""
LONG = 60.0
"""Seconds that a test waits for what takes one; reached only where it would never come."""


def open_small(folder: Path, *, stand_ins: str = "") -> Workspace:
    """The small guide's workspace on the store in this folder; live runs need stand-ins of the services."""
    settings = Settings(data_dir=folder, guide=str(SMALL_GUIDE), stand_ins=stand_ins, search_seconds=SEARCH_SECONDS)
    return Workspace.open(settings, clock=lambda: NOW)


@cache
def filled_small_store(parent: Path) -> Path:
    """A data directory with the small guide's sources and nothing else, made once a process. Only to be copied."""
    folder = parent / "filled-small-store"
    with open_small(folder) as opened:
        # Kept from here on, so that no run loads the model.
        opened.library.question_vectors([focus.text for domain in opened.guide.domains for focus in domain.focus])
    return folder


def as_bytes(results: Iterable[Research]) -> bytes:
    """All that a user gets."""
    return b"\n".join(result.model_dump_json().encode() for result in results)
