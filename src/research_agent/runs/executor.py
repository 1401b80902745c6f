"""This process as one that executes runs, and whether another still lives.

Whoever executes holds a lock on a file of its own. The system releases it with the process, however that ends, so a
live executor is told from a dead one without a clock: one that was merely suspended for an hour keeps its runs.
"""

import os
import secrets
import socket
from pathlib import Path
from typing import Self

from research_agent.errors import StoreError

_FOLDER = "executors"
_TOKEN_BYTES = 6


class Executor:
    """A name that no other process had or will have, and the lock that says that it lives."""

    def __init__(self, directory: Path) -> None:
        """Take a name for executing runs of the store in this directory.

        Raises:
            StoreError: its lock can't be made.
        """
        from filelock import FileLock

        self.name = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(_TOKEN_BYTES)}"
        path = _lock_path(directory, self.name)
        # Released by whichever thread closes it.
        self._lock = FileLock(path, thread_local=False)
        try:
            path.parent.mkdir(exist_ok=True)
            self._lock.acquire(timeout=0)
        except OSError as error:
            raise StoreError(
                f"{path.parent} can't be written: {error}. Nothing was changed. Make that folder writable, "
                "or choose another: RESEARCH_AGENT_DATA_DIR=FOLDER."
            ) from error
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        self._path.unlink(missing_ok=True)


def alive(directory: Path, name: str) -> bool:
    """Whether the executor of this name still holds its lock."""
    from filelock import FileLock, Timeout

    path = _lock_path(directory, name)
    if not path.exists():
        return False
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    # Nobody takes this name again, so the file of a dead one can go.
    path.unlink(missing_ok=True)
    return False


def _lock_path(directory: Path, name: str) -> Path:
    return directory / _FOLDER / f"{name.rpartition('/')[2]}.lock"
