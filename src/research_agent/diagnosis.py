"""What the doctor looks at: packages, embedder, data directory, store, guide; each finding with how to mend it."""

import os
import platform
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.errors import ResearchAgentError
from research_agent.guides import find_guide
from research_agent.model.answers import Finding
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.prompts import load_profile, profile_names
from research_agent.prompts.profile_check import STALE_AFTER_DAYS
from research_agent.settings import PREFIX, Settings

if TYPE_CHECKING:
    from research_agent.library.library import Library
    from research_agent.library.status import IndexStatus

PACKAGES = ("chromadb", "tantivy", "onnxruntime", "tokenizers", "sqlalchemy", "highspy", "citeproc-py", "pydantic")
LEAST_FREE = 1_000_000_000
"""Bytes of free disk below which an ingest of a large corpus may not end well."""


def diagnose(
    settings: Settings, *, repair: bool = False, reembed: bool = False, progress: Progress = unwatched
) -> tuple[Finding, ...]:
    """Look at everything, after mending what was asked to be mended; a broken part is told, not raised."""
    return (
        *_packages(),
        *_settings(settings),
        *_data_directory(settings.data_dir),
        *_guide(settings),
        *_embedder(settings),
        *_profiles(),
        *_library(settings, repair=repair, reembed=reembed, progress=progress),
    )


def _packages() -> Iterator[Finding]:
    yield Finding(
        part="research-agent",
        state="fine",
        found=f"{version('research-agent-mcp')} on Python {platform.python_version()}, {platform.system()}",
    )
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        mend = "Install it again: pip install --force-reinstall research-agent-mcp"
        yield Finding(part="packages", state="broken", found=f"missing: {', '.join(missing)}", mend=mend)
    yield Finding(part="packages", state="fine", found=", ".join(found))


def _settings(settings: Settings) -> Iterator[Finding]:
    for name in sorted(settings.model_fields_set):
        yield Finding(part="setting", state="fine", found=f"{PREFIX}{name.upper()}={getattr(settings, name)}")
    unset = [PREFIX + name.upper() for name in Settings.model_fields if name not in settings.model_fields_set]
    yield Finding(part="settings", state="fine", found=f"at their defaults: {', '.join(unset)}")


def _data_directory(folder: Path) -> Iterator[Finding]:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        mend = f"Make it writable, or choose another: {PREFIX}DATA_DIR=FOLDER"
        yield Finding(
            part="data directory", state="broken", found=f"{existing} is no folder that can be written", mend=mend
        )
        return
    free = shutil.disk_usage(existing).free
    state = "fine" if free >= LEAST_FREE else "attention"
    mend = "" if state == "fine" else "Make room before a large corpus is taken in."
    made = "" if folder.exists() else " (is made when it is first needed)"
    yield Finding(part="data directory", state=state, found=f"{folder}{made}, {free / 1e9:.1f} GB free", mend=mend)


def _guide(settings: Settings) -> Iterator[Finding]:
    try:
        found = find_guide(settings)
    except ResearchAgentError as error:
        yield Finding(
            part="guide", state="broken", found=str(error), mend="research-agent guide list shows those here."
        )
        return
    pools = len(list(found.pools.glob("*.jsonl")))
    guide = found.guide
    yield Finding(
        part="guide",
        state="fine" if pools else "attention",
        found=f"{guide.id}: {len(guide.domains)} domains, {pools} pools of sources in {found.pools}",
        mend="" if pools else "Add sources: research-agent sources add FILE (docs/corpus-format.md).",
    )


def _embedder(settings: Settings) -> Iterator[Finding]:
    from research_agent.wiring import embedder_of, shipped_vectors

    try:
        embedder = embedder_of(settings)
        dimension = embedder.embed(["a sentence to try it with"]).shape[1]
        shipped = shipped_vectors()
    except ResearchAgentError as error:
        mend = f"Set another with {PREFIX}EMBEDDER, or mend this one."
        yield Finding(part="embedder", state="broken", found=str(error), mend=mend)
        return
    yield Finding(
        part="embedder",
        state="fine",
        found=f"{embedder.name}, {dimension} dimensions, fingerprint {embedder.fingerprint[:12]}",
    )
    if shipped is None:
        found = "the corpus ships without them: the first run embeds everything"
        yield Finding(part="shipped vectors", state="attention", found=found, mend="research-agent corpus embed")
    elif shipped.fingerprint != embedder.fingerprint:
        found = "made by another embedder: what is taken in is embedded anew"
        yield Finding(part="shipped vectors", state="attention", found=found)
    else:
        yield Finding(part="shipped vectors", state="fine", found=f"{len(shipped):,} texts")


def _profiles() -> Iterator[Finding]:
    today = datetime.now(tz=UTC).date()
    for name in profile_names():
        oldest = min(fact.seen for fact in load_profile(name).facts)
        stale = (today - oldest).days > STALE_AFTER_DAYS
        yield Finding(
            part=f"profile {name}",
            state="attention" if stale else "fine",
            found=f"facts seen on {oldest}" + (f", over {STALE_AFTER_DAYS} days ago" if stale else ""),
            mend="Look the facts' pages up again (prompts/profiles)." if stale else "",
        )


def _library(settings: Settings, *, repair: bool, reembed: bool, progress: Progress) -> Iterator[Finding]:
    from research_agent.wiring import open_library

    if not (settings.data_dir / "catalogue.sqlite3").exists():
        yield Finding(part="store", state="fine", found="none yet; the first command makes it")
        return
    try:
        with open_library(settings, clock=lambda: datetime.now(tz=UTC)) as library:
            if reembed:
                yield _reembedded(library, progress)
            if repair:
                library.repair(lambda done, total: progress(_step("repair", "Rebuilding the indexes", done, total)))
                yield Finding(part="repair", state="fine", found="both indexes were rebuilt from the catalogue")
            yield from _store(library)
    except ResearchAgentError as error:
        yield Finding(part="store", state="broken", found=str(error))


def _reembedded(library: "Library", progress: Progress) -> Finding:
    count = library.reembed(lambda done, total: progress(_step("reembed", "Embedding", done, total)))
    return Finding(part="re-embedding", state="fine", found=f"{count:,} texts were embedded")


def _store(library: "Library") -> Iterator[Finding]:
    status = library.status()
    yield Finding(
        part="catalogue",
        state="broken" if status.damage else "fine",
        found=status.damage
        or (
            f"{status.sources:,} sources, {status.passages:,} passages, {status.decisions:,} decisions, "
            f"{status.runs:,} runs; generation {status.generation}, {status.bytes / 1e6:.1f} MB"
        ),
    )
    for index in status.indexes:
        yield _index(index)
    change = library.model_change()
    if change is not None:
        yield Finding(
            part="model",
            state="attention",
            found=f"the store holds vectors of {change.held}, {change.configured} is set: {change.to_embed:,} texts "
            f"(about {change.tokens:,} tokens) would be embedded",
            mend="research-agent doctor --reembed does it; or set the embedder back.",
        )
    elif status.without_vector:
        found = f"{status.without_vector:,} passages have no vector and are not found by meaning"
        yield Finding(part="model", state="attention", found=found, mend="research-agent doctor --reembed")


def _index(index: "IndexStatus") -> Finding:
    state = {"complete": "fine", "behind": "attention", "broken": "broken"}[index.state]
    held = "can't be asked" if index.held is None else f"{index.held:,} of {index.expected:,} {index.of}"
    mend = {"complete": "", "behind": "The next search or ingest completes it.", "broken": ""}[index.state]
    return Finding.model_validate(
        {
            "part": f"{index.name} index",
            "state": state,
            "found": f"{held}, generation {index.generation}, {index.bytes / 1e6:.1f} MB at {index.where}",
            "mend": index.problem or mend,
        }
    )


def _step(name: str, text: str, done: int, total: int) -> Step:
    return Step(name=name, text=text, done=done, total=total)
