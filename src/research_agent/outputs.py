"""Write result files: whole or not at all, and never over what a person has edited."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from pydantic import Field

from research_agent.errors import OutputError
from research_agent.model.base import Record

MANIFEST = ".research-agent.json"


class Written(Record):
    """What became of one output file."""

    path: Path = Field(description="The file.")
    state: Literal["written", "unchanged", "kept"] = Field(
        description="written: new content; unchanged: it was the same; kept: somebody edited it, ours lies beside it."
    )
    beside: Path | None = Field(default=None, description="Where our version lies when the edited file was kept.")


def write_files(folder: Path, files: Mapping[str, str], *, force: bool = False) -> tuple[Written, ...]:
    """Write files (name to text) into a folder; a file edited since we wrote it is kept.

    A manifest in the folder holds the hashes of every file as we wrote it. A file whose content is none of these nor
    the new text is somebody's work: ours then goes to `NAME.new` beside it, unless `force`. The manifest learns of a
    new content before the file does, so a kill in between makes nobody's work of ours.

    Raises:
        OutputError: the folder can't be written; names what had been written by then.
    """
    done: list[Written] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ours = _read_manifest(folder)
        new = {name: _digest(text.encode()) for name, text in files.items()}
        expected = ours | {name: sorted({*ours.get(name, ()), digest}) for name, digest in new.items()}
        if expected != ours:
            _write_manifest(folder, expected)
        for name, text in files.items():
            done.append(_write_one(folder / name, text, ours.get(name, []), force=force))
        kept_names = {written.path.name for written in done if written.state == "kept"}
        settled = ours | {name: ours.get(name, []) if name in kept_names else [new[name]] for name in files}
        if settled != expected:
            _write_manifest(folder, settled)
    except OSError as error:
        kept = ", ".join(written.path.name for written in done) or "nothing"
        raise OutputError(
            f"{folder} can't be written: {error.strerror or error}. Complete there by now: {kept}. "
            "Make room or give another folder with --out, then run it again."
        ) from error
    return tuple(done)


def _write_one(path: Path, text: str, ours: Sequence[str], *, force: bool) -> Written:
    beside = path.with_name(f"{path.name}.new")
    if path.exists():
        current = path.read_bytes()
        if current == text.encode():
            beside.unlink(missing_ok=True)
            return Written(path=path, state="unchanged")
        if _digest(current) not in ours and not force:
            _replace(beside, text)
            return Written(path=path, state="kept", beside=beside)
    _replace(path, text)
    beside.unlink(missing_ok=True)
    return Written(path=path, state="written")


def _replace(path: Path, text: str) -> None:
    """Put the text in place in one step, so that a reader or a crash never sees half a file."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as temporary:
        try:
            temporary.write(text.encode("utf-8"))
            temporary.flush()
            os.fsync(temporary.fileno())
            Path(temporary.name).chmod(0o644)
            Path(temporary.name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(temporary.name).unlink()
            raise


def _read_manifest(folder: Path) -> dict[str, list[str]]:
    """Hashes by file name; a manifest that can't be read counts as none: every file is then a person's."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, json.JSONDecodeError):
        return {}
    if not isinstance(manifest, dict):
        return {}
    return {name: hashes for name, hashes in manifest.items() if isinstance(hashes, list)}


def _write_manifest(folder: Path, manifest: Mapping[str, Sequence[str]]) -> None:
    _replace(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
