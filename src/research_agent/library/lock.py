"""One process writes to a store at a time; a killed one leaves no lock behind (the system releases it)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from research_agent.errors import StoreBusyError, StoreError

FILE = "write.lock"


class WriteLock:
    """The write lock of a store's directory. Not reentrant: threads of one process exclude each other as well."""

    def __init__(self, directory: Path, *, wait: float) -> None:
        """Wait up to `wait` seconds for whoever holds it."""
        self._path = directory / FILE
        self.wait = wait

    @contextmanager
    def held(self, purpose: str) -> Iterator[None]:
        """Hold the lock, which is wanted to `purpose`.

        Raises:
            StoreBusyError: somebody else held it all the time.
            StoreError: the lock file can't be made.
        """
        with self._acquired(self.wait) as acquired:
            if not acquired:
                raise StoreBusyError(
                    f"Another process has been writing to {self._path.parent} for {self.wait:g} seconds, so this one "
                    f"could not {purpose}. Nothing was changed. Run it again when the other is done, or wait longer: "
                    "RESEARCH_AGENT_LOCK_WAIT=SECONDS."
                )
            yield

    @contextmanager
    def held_if_free(self) -> Iterator[bool]:
        """Hold the lock if nobody else does; says whether it is held.

        Raises:
            StoreError: the lock file can't be made.
        """
        with self._acquired(0) as acquired:
            yield acquired

    @contextmanager
    def _acquired(self, wait: float) -> Iterator[bool]:
        from filelock import FileLock, Timeout

        lock = FileLock(self._path)
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            yield False
            return
        except OSError as error:
            raise StoreError(
                f"{self._path.parent} can't be written: {error}. Nothing was changed. Make that folder writable, "
                "or choose another: RESEARCH_AGENT_DATA_DIR=FOLDER."
            ) from error
        try:
            yield True
        finally:
            lock.release()
