"""Several processes, and threads, on one store."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from research_agent.errors import StoreBusyError
from research_agent.library.indexes import Vectors
from research_agent.library.library import Library
from research_agent.library.lock import WriteLock
from research_agent.library.supply import QUESTIONS_AT_A_TIME
from tests.library.material import GUIDE, WordEmbedder, a_source, garden, open_library

CORPUS = f"corpus:{GUIDE}"
PROGRAM = """
import sys
from pathlib import Path
from research_agent.library.lock import WriteLock
from tests.library.material import a_source, garden, open_library
folder = Path(sys.argv[1])
"""


@contextmanager
def another_process(folder: Path, code: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs the code; it is killed in the end if it still runs."""
    command = [sys.executable, "-c", PROGRAM + code, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def tell(process: "subprocess.Popen[str]", line: str) -> str:
    """Send a line, and wait for the answer."""
    stdin, stdout = _pipes(process)
    stdin.write(f"{line}\n")
    stdin.flush()
    return stdout.readline().strip()


def _pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


WRITES = """
with open_library(folder) as library:
    for line in sys.stdin:
        name = line.strip()
        library.ingest("added", [a_source(name, title=f"On {name}", summary=f"All about {name}.")], replace=False)
        print("written", flush=True)
"""


def test_a_reader_sees_what_another_process_writes(tmp_path: Path) -> None:
    with open_library(tmp_path) as library, another_process(tmp_path, WRITES) as writer:
        library.ingest(CORPUS, garden(12))
        assert not any(hit.passage.source == "orchids" for hit in library.search("orchids"))
        for name in ("orchids", "tulips"):
            assert tell(writer, name) == "written"
            hit = library.search(f"all about {name}")[0]
            # In both lists: each index was opened before the other process wrote to it.
            assert (hit.passage.source, hit.vector_rank, hit.lexical_rank) == (name, 1, 1)
        library.ingest(CORPUS, garden(10))
        assert tell(writer, "lilies") == "written"
        assert library.search("all about lilies")[0].passage.source == "lilies"
        assert all(index.state == "complete" for index in library.status().indexes)


def test_two_processes_that_write_at_once_both_succeed(tmp_path: Path) -> None:
    with open_library(tmp_path):
        pass
    code = """
with open_library(folder) as library:
    library.ingest(f"corpus:{sys.stdin.readline().strip()}", garden(20))
    print("written", flush=True)
"""
    with another_process(tmp_path, code) as first, another_process(tmp_path, code) as second:
        for process, origin in ((first, "a"), (second, "b")):
            stdin, _ = _pipes(process)
            stdin.write(f"{origin}\n")
            stdin.flush()
        assert {_pipes(process)[1].readline().strip() for process in (first, second)} == {"written"}
    with open_library(tmp_path) as library:
        assert len(library.sources()) == 20
        assert library.status().records == 40
        assert all(index.state == "complete" for index in library.status().indexes)


HOLDS = """
with WriteLock(folder, wait=5).held("test"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_writer_that_waits_in_vain_says_so_and_readers_go_on(tmp_path: Path) -> None:
    with open_library(tmp_path, lock_wait=0.2) as library:
        library.ingest(CORPUS, garden(3))
        with another_process(tmp_path, HOLDS) as holder:
            assert _pipes(holder)[1].readline().strip() == "held"
            with pytest.raises(StoreBusyError, match=r"0\.2 seconds.*Nothing was changed"):
                library.ingest(CORPUS, garden(4))
            assert len(library.search("water plant1")) == 3
            assert len(library.sources()) == 3
        # The process was killed: its lock went with it.
        assert library.ingest(CORPUS, garden(4)).added == 1


def test_a_question_does_not_wait_for_somebodys_transaction(tmp_path: Path) -> None:
    with open_library(tmp_path, lock_wait=30) as library, open_library(tmp_path) as other:
        library.ingest(CORPUS, garden(3))
        with other._store.database.writing():
            assert library.search("a question that was never asked")
        assert library.search("and another")
    with open_library(tmp_path) as library:
        embedder = library._store.supply.embedder
        library.search("a question that was never asked")
        assert embedder.embedded == []  # type: ignore[attr-defined]  # it is the word embedder


def _kept_questions(library: Library) -> int:
    """How many vectors of questions the catalogue holds: those that no passage has."""
    status = library.status()
    return status.vectors - status.passages


def test_what_a_remote_model_computed_for_a_question_is_kept_at_once(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(3))
        library.search("a question")
        assert _kept_questions(library) == 1


def test_many_questions_are_one_call_of_the_model(tmp_path: Path) -> None:
    class Calls(WordEmbedder):
        calls = 0

        def embed(self, texts: Sequence[str]) -> Vectors:
            self.calls += 1
            return super().embed(texts)

    embedder = Calls()
    questions = [f"question {number % 40}" for number in range(60)]
    with open_library(tmp_path, embedder) as library:
        vectors = library.question_vectors(questions)
        assert (embedder.calls, len(embedder.embedded)) == (1, 40)
        np.testing.assert_array_equal(vectors, library.question_vectors(questions))
        assert library.question_vectors(questions[:1]).shape == (1, embedder.dimension)
        assert embedder.calls == 1


def test_questions_of_a_model_of_this_process_are_kept_together_and_when_it_closes(tmp_path: Path) -> None:
    class Here(WordEmbedder):
        runs_here = True

    with open_library(tmp_path, Here()) as library:
        library.ingest(CORPUS, garden(3))
        for number in range(QUESTIONS_AT_A_TIME - 1):
            library.search(f"question {number}")
        assert _kept_questions(library) == 0
        library.search("one more")
        assert _kept_questions(library) == QUESTIONS_AT_A_TIME
        library.search("the last")
    embedder = Here()
    with open_library(tmp_path, embedder) as library:
        library.search("the last")
        assert embedder.embedded == []


def test_threads_share_a_library(tmp_path: Path) -> None:
    failures: list[BaseException] = []
    with open_library(tmp_path) as library:
        library.ingest(CORPUS, garden(10))

        def reads() -> None:
            try:
                for number in range(15):
                    assert library.search(f"water plant{number % 10}", limit=3)
                    assert library.sources(GUIDE, "1")
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=reads) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(3):
            library.ingest("added", [a_source(f"extra-{number}")], replace=False)
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(library.sources()) == 13


def test_the_lock_says_whether_it_is_free(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path, wait=0)
    with lock.held("test"), lock.held_if_free() as second:
        assert not second
    with lock.held_if_free() as free:
        assert free
