"""What is remembered of the states of domains is never an old one, whoever changed the store."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from research_agent import Workspace
from research_agent.research import fingerprint
from tests.conftest import NOW
from tests.service.conftest import open_small_store, small_settings
from tests.service.rest.schemathesis_hooks import RECORD

SOURCE = "ongaro-2014-raft"

CHANGES: dict[str, Callable[[Workspace], object]] = {
    "a source is added": lambda workspace: workspace.add_sources(io.StringIO(json.dumps(RECORD))),
    "a source is banned": lambda workspace: workspace.ban(SOURCE, "1"),
    "a source is judged": lambda workspace: workspace.judge(
        SOURCE, "1", criterion="authority", level="weak", reason="Seen."
    ),
}


def computed(workspace: Workspace) -> str:
    """What `inputs` has to say, from all there is."""
    library, guide = workspace.library, workspace.guide.id
    return fingerprint(workspace.request("1"), library, library.sources(guide), library.decisions(guide, "1"))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_by_another_process_is_seen_at_once(store: Path, change: Callable[[Workspace], object]) -> None:
    with open_small_store(store) as workspace, open_small_store(store) as another:
        workspace.research("1")
        before = workspace.inputs("1")
        assert workspace.domains()[0].state != "stale"
        change(another)
        assert workspace.inputs("1") == computed(workspace) != before
        assert workspace.domains()[0].state == workspace.domain("1").state == "stale"
        another.research("1")
        assert workspace.domains()[0].state != "stale"


def test_a_decision_that_is_taken_back_leaves_what_there_was(store: Path) -> None:
    with open_small_store(store) as workspace:
        workspace.research("1")
        before = workspace.domains()
        workspace.ban(SOURCE, "1")
        assert workspace.domains() != before
        workspace.undo(SOURCE, "1")
        assert workspace.domains() == before


def test_other_settings_and_another_year_have_states_of_their_own(store: Path) -> None:
    now = [NOW]
    with Workspace.open(small_settings(store), clock=lambda: now[0]) as workspace:
        workspace.research("1")
        fresh = workspace.domain("1").state
        assert fresh != "stale"
        assert workspace.beside(style="ieee").domain("1").state == "stale"
        assert workspace.beside(rubric="mandalios").domain("1").state == "stale"
        assert workspace.domain("1").state == fresh
        now[0] = datetime(NOW.year + 1, 1, 1, tzinfo=UTC)
        assert workspace.inputs("1") == computed(workspace)
        assert workspace.domain("1").state == "stale"


def test_as_many_sources_are_told_as_serve_the_domain(store: Path) -> None:
    with open_small_store(store) as workspace:
        held = {domain.id: workspace.holdings(domain.id).sources for domain in workspace.guide.domains}
        assert {status.domain.id: status.sources for status in workspace.domains()} == held
        assert {name: workspace.domain(name).sources for name in held} == held
