"""The guides that are here: the shipped one, those imported into the data directory, any file by path."""

from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from research_agent.errors import GuideError, OutputError, UnknownNameError
from research_agent.model.base import Record
from research_agent.model.guide import Guide
from research_agent.resources import resource
from research_agent.settings import Settings

POOLS = "sources"
SHIPPED = "corpus"
GUIDE_SUFFIXES = (".yaml", ".yml", ".md", ".markdown", ".txt")


class FoundGuide(NamedTuple):
    """A guide, and the folder in which its pools of sources lie (which may not exist)."""

    guide: Guide
    pools: Path


class KeptGuide(Record):
    """An imported guide and where it lies now."""

    guide: Guide = Field(description="What was read.")
    path: Path = Field(description="Where it is kept in the data directory.")
    copy_at: Path | None = Field(default=None, description="Where a copy was written on request.")


class KnownGuide(Record):
    """One guide of the list."""

    id: str = Field(description="What `--guide` takes.")
    title: str = Field(description="Its title.")
    domains: int = Field(description="How many domains it has.")
    path: Path = Field(description="Its file.")
    shipped: bool = Field(description="Whether it came with the package.")


def find_guide(settings: Settings) -> FoundGuide:
    """The guide that the settings name, by path or by id.

    Raises:
        UnknownNameError: neither a file nor a known id, with the near matches.
        GuideError: the file is not a guide.
    """
    name = settings.guide
    shipped = resource("corpus", "guide.yaml")
    if not name:
        return _found(shipped)
    path = Path(name)
    if path.suffix.lower() in GUIDE_SUFFIXES or path.is_file():
        return _found(path)
    known = known_guides(settings.data_dir)
    for guide in known:
        if name == guide.id:
            return _found(guide.path)
    raise UnknownNameError("guide", name, (guide.id for guide in known))


def known_guides(data_dir: Path) -> tuple[KnownGuide, ...]:
    """The shipped guide, then the imported ones by id."""
    shipped = resource("corpus", "guide.yaml")
    kept = sorted(_kept_folder(data_dir).glob("*/guide.yaml"))
    return tuple(_known(path, shipped=path == shipped) for path in (shipped, *kept))


def keep_guide(
    file: Path, data_dir: Path, *, guide_id: str | None = None, out: Path | None = None, force: bool = False
) -> KeptGuide:
    """Read a guide and keep it, with the pools that lie beside it, under its id in the data directory.

    Raises:
        GuideError: the file is not a guide, or its id belongs to the shipped one.
        OutputError: a different guide of that id is kept already (unless `force`), or the folder can't be written.
    """
    from research_agent.guide import guide_to_yaml

    guide = load_guide(file)
    if guide_id:
        guide = guide.model_copy(update={"id": guide_id})
        guide = Guide.model_validate(guide.model_dump())
    if guide.id == load_guide(resource("corpus", "guide.yaml")).id and file != resource("corpus", "guide.yaml"):
        raise GuideError(f"The id {guide.id!r} belongs to the shipped guide. Give this one another: --id NAME.")
    text = guide_to_yaml(guide)
    path = _kept_folder(data_dir) / guide.id / "guide.yaml"
    try:
        if path.exists() and path.read_text(encoding="utf-8") != text and not force:
            raise OutputError(
                f"Another guide is kept as {guide.id!r} already ({path}). It stays as it is: "
                "give this one another id with --id, or replace the old one with --force."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for pool in sorted((file.parent / POOLS).glob("*.jsonl")):
            target = path.parent / POOLS / pool.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(pool.read_bytes())
        if out:
            out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The guide was read but can't be kept: {error}.") from error
    return KeptGuide(guide=guide, path=path, copy_at=out)


def load_guide(path: Path) -> Guide:
    """The guide in a file: YAML in our form, or Markdown as people write it.

    Raises:
        GuideError: the file can't be read or is not a guide.
    """
    if path.suffix.lower() in (".yaml", ".yml"):
        from research_agent.guide import read_guide

        return read_guide(path)
    from research_agent.guide import import_guide

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GuideError(f"{path} can't be read as text: {error}.") from error
    return import_guide(text, name=path.name)


def _found(path: Path) -> FoundGuide:
    return FoundGuide(load_guide(path), path.parent / POOLS)


def _known(path: Path, *, shipped: bool) -> KnownGuide:
    guide = load_guide(path)
    return KnownGuide(id=guide.id, title=guide.title, domains=len(guide.domains), path=path, shipped=shipped)


def _kept_folder(data_dir: Path) -> Path:
    return data_dir / "guides"
