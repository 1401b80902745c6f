"""The data that a suite measures on: its files, how much each holds, and the hash by which a change is noticed."""

import hashlib
from pathlib import Path
from typing import Final

from pydantic import Field

from research_agent.model.base import Record

ONE_ITEM_A_LINE: Final = frozenset({".jsonl", ".tsv"})
_NO_DATA: Final = frozenset({".py", ".pyc", ".md"})


class DataFile(Record):
    """One file of a suite's data."""

    name: str = Field(description="Its path within the suite's folder.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of its bytes.")
    size: int = Field(ge=0, description="In bytes.")
    items: int | None = Field(default=None, description="Lines that are not blank; None: it is not a file of lines.")

    @property
    def told(self) -> str:
        """Its name and how much it holds."""
        return f"{self.name}: {self.size:,} bytes" if self.items is None else f"{self.name}: {self.items:,} lines"


def data_files(folder: Path) -> tuple[DataFile, ...]:
    """The data in a suite's folder and below: whatever is neither program, description nor hidden; by name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and _is_data(path.relative_to(folder)))
    return tuple(_described(path, folder) for path in paths)


def data_hash(files: tuple[DataFile, ...]) -> str:
    """One hash of all files, over their names and hashes; empty where there is no file."""
    told = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    return hashlib.sha256(told.encode()).hexdigest() if told else ""


def _is_data(path: Path) -> bool:
    return path.suffix not in _NO_DATA and not any(part.startswith((".", "__")) for part in path.parts)


def _described(path: Path, folder: Path) -> DataFile:
    held = path.read_bytes()
    return DataFile(
        name=path.relative_to(folder).as_posix(),
        sha256=hashlib.sha256(held).hexdigest(),
        size=len(held),
        items=sum(bool(line.strip()) for line in held.splitlines()) if path.suffix in ONE_ITEM_A_LINE else None,
    )
