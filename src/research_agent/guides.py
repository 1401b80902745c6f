"""The guides that are here: the shipped one, those imported into the data directory, any file by path."""

from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from research_agent.errors import GuideError, OutputError, UnknownNameError
from research_agent.model.base import Record
from research_agent.model.guide import Guide
from research_agent.outputs import Written, write_files
from research_agent.resources import resource
from research_agent.settings import Settings

POOLS = "sources"
GUIDE_FILE = "guide.yaml"
GUIDE_SUFFIXES = (".yaml", ".yml", ".md", ".markdown", ".txt")


class FoundGuide(NamedTuple):
    """A guide, and the folder in which its pools of sources lie (which may not exist)."""

    guide: Guide
    pools: Path


class KeptGuide(Record):
    """An imported guide and where it lies now."""

    guide: Guide = Field(description="What was read.")
    written: tuple[Written, ...] = Field(description="The guide's file and its pools in the data directory.")
    copy_at: Written | None = Field(default=None, description="A copy that was asked for.")


class KnownGuide(Record):
    """One guide of the list."""

    id: str = Field(description="What `--guide` takes.")
    title: str = Field(description="Its title.")
    domains: int = Field(description="How many domains it has.")
    path: Path = Field(description="Its file.")
    shipped: bool = Field(description="Whether it came with the package.")
    problem: str = Field(default="", description="Why it can't be used; empty: it can.")


def find_guide(settings: Settings) -> FoundGuide:
    """The guide that the settings name, by path or by id.

    Raises:
        UnknownNameError: neither a file nor a known id, with the near matches.
        GuideError: the file is not a guide.
    """
    name = settings.guide
    shipped = resource("corpus", GUIDE_FILE)
    if not name:
        return _found(shipped)
    path = Path(name)
    if path.suffix.lower() in GUIDE_SUFFIXES or path.is_file():
        return _found(path)
    kept = _kept_folder(settings.data_dir)
    if name in _kept_ids(settings.data_dir):
        return _found(kept / name / GUIDE_FILE)
    found = _found(shipped)
    if name == found.guide.id:
        return found
    raise UnknownNameError("guide", name, (found.guide.id, *_kept_ids(settings.data_dir)))


def known_guides(data_dir: Path) -> tuple[KnownGuide, ...]:
    """The shipped guide, then the imported ones by id; one that can't be read is told with its problem."""
    kept = _kept_folder(data_dir)
    shipped = _known(resource("corpus", GUIDE_FILE), shipped=True)
    return (shipped, *(_known(kept / name / GUIDE_FILE, shipped=False) for name in _kept_ids(data_dir)))


def keep_guide(
    file: Path, data_dir: Path, *, guide_id: str | None = None, out: Path | None = None, force: bool = False
) -> KeptGuide:
    """Read a guide and keep it, with the pools that lie beside it, under its id in the data directory.

    Raises:
        GuideError: the file is not a guide, or its id is no id or belongs to the shipped one.
        OutputError: another guide of that id is kept already (unless `force`), or the folder can't be written.
    """
    from research_agent.guide import guide_to_yaml

    guide = _named(load_guide(file), guide_id)
    folder = _kept_folder(data_dir) / guide.id
    text = guide_to_yaml(guide)
    before = folder / GUIDE_FILE
    if before.exists() and before.read_bytes() != text.encode() and not force:
        raise OutputError(
            f"Another guide is kept as {guide.id!r} already ({before}). It stays as it is: "
            "give this one another id with --id, or replace the old one with --force."
        )
    pools = {pool.name: pool.read_text(encoding="utf-8") for pool in sorted((file.parent / POOLS).glob("*.jsonl"))}
    written = (*write_files(folder / POOLS, pools, force=True),) if pools else ()
    written = (*write_files(folder, {GUIDE_FILE: text}, force=True), *written)
    copy = write_files(out.parent, {out.name: text}, force=force)[0] if out else None
    return KeptGuide(guide=guide, written=written, copy_at=copy)


def load_guide(path: Path) -> Guide:
    """The guide in a file: YAML in our form, or Markdown as people write it.

    Raises:
        GuideError: the file can't be read or is not a guide.
    """
    if path.suffix.lower() in (".yaml", ".yml"):
        from research_agent.guide import read_guide

        return read_guide(path)
    from research_agent.guide import import_guide
    from research_agent.guide.files import read_text

    return import_guide(read_text(path), name=path.name)


def _found(path: Path) -> FoundGuide:
    return FoundGuide(load_guide(path), path.parent / POOLS)


def _named(guide: Guide, guide_id: str | None) -> Guide:
    """The guide under the id that it is to be kept by."""
    wanted = guide_id or guide.id
    try:
        named = Guide.model_validate(guide.model_dump() | {"id": wanted})
    except ValidationError as error:
        raise GuideError(
            f"{wanted!r} is no id: small letters, digits and single hyphens make one, for instance my-project."
        ) from error
    if named.id == load_guide(resource("corpus", GUIDE_FILE)).id:
        raise GuideError(f"The id {named.id!r} belongs to the shipped guide. Give this one another: --id NAME.")
    return named


def _known(path: Path, *, shipped: bool) -> KnownGuide:
    try:
        guide = load_guide(path)
    except GuideError as error:
        return KnownGuide(id=path.parent.name, title="", domains=0, path=path, shipped=shipped, problem=str(error))
    return KnownGuide(id=guide.id, title=guide.title, domains=len(guide.domains), path=path, shipped=shipped)


def _kept_ids(data_dir: Path) -> list[str]:
    return sorted(path.parent.name for path in _kept_folder(data_dir).glob(f"*/{GUIDE_FILE}"))


def _kept_folder(data_dir: Path) -> Path:
    return data_dir / "guides"
