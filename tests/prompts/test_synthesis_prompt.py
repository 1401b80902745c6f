"""Prompts for one guide across the domains."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from research_agent import Settings, Workspace
from research_agent.errors import UsageError
from research_agent.model.bibliography import Bibliography
from research_agent.prompts.present import present_of_all
from research_agent.results import prompt_index, prompt_name


@pytest.fixture(scope="module")
def workspace(fresh_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A library with the bibliographies of two domains."""
    folder = shutil.copytree(fresh_store, tmp_path_factory.mktemp("two") / "store")
    with Workspace.open(Settings(data_dir=folder)) as opened:
        opened.research("2")
        opened.research("7")
        yield opened


def _latest(workspace: Workspace) -> list[Bibliography]:
    runs = [workspace.library.runs(workspace.guide.id, domain)[0] for domain in ("2", "7")]
    return [workspace.library.run(run.id) for run in runs]


def test_a_work_of_two_domains_stands_once_with_what_both_say(workspace: Workspace) -> None:
    both = _latest(workspace)
    present = present_of_all(both, workspace.guide)
    ids = [entry.source for entry in present.entries]
    assert len(ids) == len(set(ids)) == len({entry.source.id for one in both for entry in one.entries})
    shared = {entry.source.id for entry in both[0].entries} & {entry.source.id for entry in both[1].entries}
    assert shared
    for entry in present.entries:
        assert (entry.domains == ("2", "7") or entry.domains == ("7", "2")) == (entry.source in shared)


def test_a_small_budget_keeps_the_best_of_every_domain(workspace: Workspace) -> None:
    (prompt,) = workspace.prompts(["all"], ["claude"], mode="synthesize", budget=12_000)
    assert prompt.tokens <= 12_000
    words = "\n".join(message.content for message in prompt.messages)
    for one in _latest(workspace):
        best = max(one.entries, key=lambda entry: entry.evaluation.total)
        assert f"[{best.source.id}]" in words
    assert prompt.left_out
    assert not any(f"[{source}]" in words for source in prompt.left_out)


def test_domains_without_a_bibliography_are_named(workspace: Workspace) -> None:
    (prompt,) = workspace.prompts(["all"], ["gemini"], mode="synthesize")
    assert prompt.advice.startswith("Domains without a bibliography are not in it: 1, 3,")
    assert prompt.domain == "all"
    assert prompt_name(prompt) == "prompt.gemini.synthesize"
    assert "| All domains | [gemini](prompt.gemini.synthesize.md) | synthesize |" in prompt_index(
        [prompt], workspace.guide
    )


def test_it_spans_all_domains_or_is_refused(workspace: Workspace, fresh_store: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="prompt all --mode synthesize"):
        workspace.prompts(["2"], ["claude"], mode="synthesize")
    with pytest.raises(UsageError, match="Leave out --split"):
        workspace.prompts(["all"], ["claude"], mode="synthesize", split=True)
    with (
        Workspace.open(Settings(data_dir=shutil.copytree(fresh_store, tmp_path / "store"))) as empty,
        pytest.raises(UsageError, match="No domain has a bibliography yet: research-agent research all"),
    ):
        empty.prompts(["all"], ["claude"], mode="synthesize")
