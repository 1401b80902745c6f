"""A process that is killed at any step of a write leaves a store that is as before or as after, and can go on."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from research_agent.library.library import Library
from research_agent.model.library import Hit, Passage
from research_agent.model.source import Source
from tests.library.killed import AFTER, BEFORE, CORPUS, other_model
from tests.library.material import WordEmbedder, open_library

INDEXING = (
    "lexical:begun",
    "lexical:changing",
    "lexical:written",
    "lexical:marked",
    "chroma:begun",
    "chroma:batch",
    "chroma:filled",
    "chroma:marked",
)
STEPS = {
    "ingest": ("planned", "embedded", "vectors", "writing", "written", "committed", *INDEXING),
    "first_ingest": ("planned", "embedded", "vectors", "writing", "written", "committed", *INDEXING),
    "change_model": ("embedded", "reembedded", "model written", *INDEXING),
    "repair": ("cleared", *INDEXING),
}
COMMITTED = {"committed", "model written", *INDEXING}
QUESTIONS = ("prune plant4 in month4", "water plant11", "another title", "soil and light")


class Snapshot(NamedTuple):
    """All that a user can see of a store."""

    sources: list[Source]
    passages: list[Passage]
    answers: list[list[Hit]]
    problems: list[str]


class Killed(NamedTuple):
    """For each step a store in which a process was killed there, and what one looks like that nobody hurt."""

    folder: Path
    unharmed: Snapshot

    def at(self, step: str, to: Path) -> Path:
        shutil.copytree(self.folder / step, to / "store")
        return to / "store"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For each scenario and step a store in which a process was killed there."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.library.killed", str(folder), json.dumps(STEPS)]
    environ = {**os.environ, "PYTHONPATH": str(Path.cwd()), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    passed = json.loads(done.stdout)
    assert passed == {name: list(steps) for name, steps in STEPS.items()}, (
        "a step was added or renamed: kill there, too"
    )
    return folder


def killed(folder: Path, unharmed: Path, embedder: WordEmbedder) -> Killed:
    with open_library(unharmed, embedder) as library:
        return Killed(folder, seen(library))


@pytest.fixture(scope="module")
def ingest(stores: Path) -> Killed:
    return killed(stores / "ingest", stores / "ingest" / "unharmed", WordEmbedder())


@pytest.fixture(scope="module")
def first_ingest(stores: Path) -> Killed:
    return killed(stores / "first_ingest", stores / "first_ingest" / "unharmed", WordEmbedder())


@pytest.fixture(scope="module")
def change_model(stores: Path) -> Killed:
    return killed(stores / "change_model", stores / "change_model" / "unharmed", other_model())


@pytest.fixture(scope="module")
def repair(stores: Path) -> Killed:
    return killed(stores / "repair", stores / "prepared", WordEmbedder())


def answers(library: Library) -> list[list[Hit]]:
    return [library.search(question) for question in QUESTIONS]


def seen(library: Library) -> Snapshot:
    found = answers(library)
    status = library.status()
    assert status.without_vector == 0
    problems = [status.damage, *(f"{i.name} {i.state} {i.problem}" for i in status.indexes if i.state != "complete")]
    return Snapshot(library.sources(), library.passages(), found, [problem for problem in problems if problem])


def assert_whole(library: Library, unharmed: Snapshot) -> None:
    now = seen(library)
    assert now.problems == unharmed.problems == []
    assert (now.sources, now.passages) == (unharmed.sources, unharmed.passages)
    for found, wanted in zip(now.answers, unharmed.answers, strict=True):
        assert [hit.passage for hit in found] == [hit.passage for hit in wanted]
        assert [hit.similarity for hit in found] == pytest.approx([hit.similarity for hit in wanted], abs=1e-4)


@pytest.mark.parametrize("step", STEPS["ingest"])
def test_an_ingest_that_is_killed_is_not_half_visible_and_can_be_repeated(
    ingest: Killed, tmp_path: Path, step: str
) -> None:
    with open_library(ingest.at(step, tmp_path)) as library:
        wanted = {source.title for source in (AFTER if step in COMMITTED else BEFORE)}
        assert {source.title for source in library.sources()} == wanted
        assert {hit.title for hits in answers(library) for hit in hits} <= wanted
        assert all(index.state == "complete" for index in library.status().indexes)
        library.ingest(CORPUS, AFTER)
        assert_whole(library, ingest.unharmed)


@pytest.mark.parametrize("step", STEPS["first_ingest"])
def test_a_first_ingest_that_is_killed_can_be_repeated_and_embeds_nothing_twice(
    first_ingest: Killed, tmp_path: Path, step: str
) -> None:
    embedder = WordEmbedder()
    with open_library(first_ingest.at(step, tmp_path), embedder) as library:
        library.ingest(CORPUS, AFTER)
        # Killed at "embedded", the first batch was computed and not yet kept; before it, nothing was.
        again = {"planned": 30, "embedded": 30}.get(step, 0)
        assert len(embedder.embedded) == again
        assert_whole(library, first_ingest.unharmed)


@pytest.mark.parametrize("step", STEPS["change_model"])
def test_a_change_of_model_that_is_killed_leaves_one_model_and_can_be_repeated(
    change_model: Killed, tmp_path: Path, step: str
) -> None:
    store = change_model.at(step, tmp_path)
    with open_library(store, other_model() if step in COMMITTED else WordEmbedder()) as library:
        assert library.model_change() is None
        assert all(answers(library))
    with open_library(store, other_model()) as library:
        library.reembed()
        assert_whole(library, change_model.unharmed)


@pytest.mark.parametrize("step", STEPS["repair"])
def test_a_repair_that_is_killed_is_finished_by_the_next_search(repair: Killed, tmp_path: Path, step: str) -> None:
    with open_library(repair.at(step, tmp_path)) as library:
        assert_whole(library, repair.unharmed)
