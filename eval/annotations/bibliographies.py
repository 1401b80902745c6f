"""The entries of the shipped guide's bibliographies with their passages, without the proofs that nobody reads here."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from eval.annotations.citing import Sentence, sentences_of_entry
from research_agent import Settings, Workspace
from research_agent.research import choose, describe, gather, judge

FOLDER: Final = Path(tempfile.gettempdir()) / "research-agent-eval"
"""Kept between runs: to fill a store takes longer than to measure on it. What is in it follows from the corpus."""


@contextmanager
def shipped_workspace() -> Iterator[Workspace]:
    """The shipped guide on a store of the suites' own."""
    with Workspace.open(Settings(data_dir=FOLDER)) as workspace:
        yield workspace


def sentences_of_domain(workspace: Workspace, domain: str) -> list[Sentence]:
    """Every sentence of every annotation in a domain's bibliography, in reading order."""
    request = workspace.request(domain)
    material = gather(request, workspace.library)
    evaluations = judge(request, material)
    entries = describe(request, material, evaluations, choose(request, material, evaluations))
    texts = {passage.id: passage.text for passage in material.passages}
    return [sentence for entry in entries for sentence in sentences_of_entry(entry, domain, texts)]
