"""Keep what a model answered, a line an answer and each at once: what was paid for is not lost with a run."""

from pathlib import Path
from typing import TextIO

from research_agent.model.base import Record


class Keeper:
    """Adds records to a file, a line each and each at once; the file is made with the first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def keep(self, record: Record) -> None:
        """Add one; it is in the file when this returns."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            cut_torn_line(self._path)
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write(record.model_dump_json() + "\n")
        self._file.flush()

    def close(self) -> None:
        """Nothing is added any more."""
        if self._file is not None:
            self._file.close()


def cut_torn_line(path: Path) -> None:
    """Take away a last line without an end: it was being written when a run was killed."""
    held = path.read_bytes() if path.exists() else b""
    if not held.endswith(b"\n") and held:
        path.write_bytes(held[: held.rfind(b"\n") + 1])
