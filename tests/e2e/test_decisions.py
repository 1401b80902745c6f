"""A person overrules the program, and the program says what came of it."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from research_agent import Settings, Workspace
from research_agent.errors import UnknownNameError, UsageError
from research_agent.model.bibliography import Bibliography
from research_agent.radar.evidence import is_person
from tests.conftest import NOW


@pytest.fixture(scope="module")
def researched(fresh_store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bibliography]:
    """A store in which domain 2 has its bibliography, to be copied, and that bibliography."""
    store = tmp_path_factory.mktemp("researched") / "store"
    shutil.copytree(fresh_store, store)
    with Workspace.open(Settings(data_dir=store), clock=lambda: NOW) as opened:
        return store, opened.research("2").bibliography


@pytest.fixture
def before(researched: tuple[Path, Bibliography]) -> Bibliography:
    return researched[1]


@pytest.fixture
def workspace(researched: tuple[Path, Bibliography], tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(researched[0], tmp_path / "store")
    with Workspace.open(Settings(data_dir=tmp_path / "store"), clock=lambda: NOW) as opened:
        yield opened


def test_a_ban_keeps_a_source_out_until_it_is_undone(workspace: Workspace, before: Bibliography) -> None:
    banned = before.entries[0].source.id
    workspace.ban(banned, "2", reason="retracted, I hear")
    second = workspace.research("2").bibliography
    assert second.entry(banned) is None
    assert second.complete
    assert "retracted, I hear" in next(one.reason for one in second.excluded if one.source == banned)
    assert workspace.research("2").bibliography == second

    difference = workspace.difference("2")
    assert banned in [move.source for move in difference.removed]
    assert any(change.kind == "decision" and change.subject == banned for change in difference.inputs)

    workspace.undo(banned, "2")
    assert workspace.research("2").bibliography.entries == before.entries


def test_a_pin_brings_the_weakest_candidate_in(workspace: Workspace, before: Bibliography) -> None:
    out = min(before.excluded, key=lambda one: one.total).source
    workspace.pin(out, "2", reason="our own post")
    bibliography = workspace.research("2").bibliography
    assert bibliography.entry(out) is not None
    assert bibliography.complete
    cost = next(one for one in bibliography.preference_costs if one.preference == f"pin:{out}")
    assert cost.cost > 0


def test_a_persons_judgement_stands_with_their_reason_over_re_runs(workspace: Workspace, before: Bibliography) -> None:
    source = before.entries[0].source.id
    workspace.judge(source, "2", criterion="authority", level="poor", reason="written by a rival")
    for _ in range(2):
        judgement = workspace.why(source, "2").evaluation.judgement("authority")
        assert (judgement.level, judgement.judge, judgement.reason) == (1, "human", "written by a rival")
    assert workspace.domains()[1].state == "stale"


def test_why_says_what_forcing_a_source_in_would_cost(workspace: Workspace, before: Bibliography) -> None:
    out = before.excluded[0].source
    why = workspace.why(out, "2")
    assert not why.chosen
    assert any("Forcing" in reason for reason in why.reasons)


def test_states_follow_the_inputs(workspace: Workspace) -> None:
    assert {status.state for status in workspace.domains() if status.domain.id != "2"} == {"none"}
    workspace.research("3")
    assert {s.domain.id: s.state for s in workspace.domains()}["3"] == "complete"
    later = Workspace(
        workspace.settings,
        workspace.found,
        workspace.library,
        workspace.rubric,
        clock=lambda: NOW.replace(year=2028),
    )
    assert {s.domain.id: s.state for s in later.domains()}["3"] == "stale"


def test_decisions_on_what_is_not_there_name_the_near_matches(workspace: Workspace) -> None:
    source = workspace.library.sources(workspace.guide.id, "2")[0].id
    with pytest.raises(UnknownNameError, match="Did you mean"):
        workspace.pin(source[:-1] + "x", "2")
    with pytest.raises(UnknownNameError, match="authority"):
        workspace.judge(source, "2", criterion="autority", level="5", reason="x")
    with pytest.raises(UnknownNameError, match="excellent"):
        workspace.judge(source, "2", criterion="authority", level="superb", reason="x")
    with pytest.raises(UsageError, match="needs its reason"):
        workspace.judge(source, "2", criterion="authority", level="5", reason=" ")


def test_a_difference_needs_two_bibliographies(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="has 0"):
        workspace.difference("5")


def test_another_work_of_an_author_makes_a_domain_stale_where_it_counts(
    workspace: Workspace, before: Bibliography
) -> None:
    author = next(
        entry.source.authors[0]
        for entry in before.entries
        if entry.source.kind in ("engineering_blog", "community_post") and is_person(entry.source.authors[0])
    )
    record = {
        "title": "A paper of theirs in another domain",
        "url": "https://doi.org/10.5555/another-paper-of-theirs",
        "doi": "10.5555/another-paper-of-theirs",
        "authors": [author],
        "publisher": "Journal of Tests",
        "year": 2024,
        "kind": "paper",
        "peer_reviewed": True,
        "domains": [6],
    }
    added = workspace.add_sources(io.StringIO(json.dumps(record)))
    assert added.problems == ()
    assert {s.domain.id: s.state for s in workspace.domains()}["2"] == "stale"
    assert workspace.research("2").bibliography.inputs != before.inputs


def test_a_work_that_replaces_an_entry_makes_its_domain_stale_and_caps_its_date(
    workspace: Workspace, before: Bibliography
) -> None:
    old = next(entry.source for entry in before.entries if entry.source.kind == "official_docs")
    record = {
        "title": "The documentation that replaced it",
        "url": "https://example.org/newer-documentation",
        "kind": "official_docs",
        "year": 2026,
        "domains": [6],
        "supersedes": [old.id],
    }
    assert workspace.add_sources(io.StringIO(json.dumps(record))).problems == ()
    assert {s.domain.id: s.state for s in workspace.domains()}["2"] == "stale"
    why = workspace.why(old.id, "2")
    date = next(judgement for judgement in why.evaluation.judgements if judgement.criterion == "date")
    assert date.level <= 2
    assert "superseded by The documentation that replaced it" in date.reason
