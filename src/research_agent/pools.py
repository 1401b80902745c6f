"""A guide's pools of sources: take them into a library where they changed, compute the vectors that ship with them."""

import hashlib
from pathlib import Path

from research_agent.guides import find_guide
from research_agent.library.library import Library
from research_agent.model.answers import Embedded
from research_agent.model.guide import Guide
from research_agent.model.library import IngestReport
from research_agent.model.progress import Progress, Step, unwatched
from research_agent.resources import resource
from research_agent.settings import Settings
from research_agent.wiring import VECTORS, embedder_of


def ingest_pools(library: Library, guide: Guide, pools: Path, progress: Progress = unwatched) -> IngestReport | None:
    """Take a guide's pools into the library where they changed; None where they did not.

    Raises:
        RecordError: lines can't be read; names each. The good ones were taken in.
    """
    from research_agent.sources import read_pools

    origin, fingerprint = f"corpus:{guide.id}", pools_fingerprint(guide, pools)
    if library.fingerprint(origin) == fingerprint:
        return None
    reading = read_pools(pools, guide)

    def told(done: int, total: int) -> None:
        progress(Step(name="ingest", text="Taking in the corpus", done=done, total=total))

    # With broken lines the fingerprint stays out, so that the next run says so again.
    whole = fingerprint if not reading.problems else None
    report = library.ingest(origin, reading.sources, fingerprint=whole, progress=told)
    reading.require_all()
    return report


def pools_fingerprint(guide: Guide, pools: Path) -> str:
    """SHA-256 over all that decides what a guide's pools mean: their files, the guide's names, origins, our version."""
    from importlib.metadata import version

    digest = hashlib.sha256(version("research-agent-mcp").encode())
    digest.update(resource("corpus", "origins.yaml").read_bytes())
    for domain in guide.domains:
        digest.update("\0".join((domain.id, domain.slug, *(focus.id for focus in domain.focus))).encode())
    for category in guide.methodology.categories:
        digest.update("\0".join((category.id, *category.kinds)).encode())
    for path in sorted(pools.glob("*.jsonl")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def embed_corpus(settings: Settings, progress: Progress = unwatched) -> Embedded:
    """Compute the vectors of a guide's pools and bullets, and write them beside its pools to be shipped.

    Raises:
        RecordError: lines of the pools can't be read.
        OutputError: the file can't be written.
    """
    from research_agent.library.passages import embedding_text, passages_of
    from research_agent.library.shipped import build_shipped
    from research_agent.sources import read_pools

    found = find_guide(settings)
    embedder = embedder_of(settings)
    sources = read_pools(found.pools, found.guide).require_all()
    texts = {embedding_text(source.title, passage) for source in sources for passage in passages_of(source)}
    texts |= {focus.text for domain in found.guide.domains for focus in domain.focus}
    path = found.pools.parent / VECTORS
    return Embedded(path=path, texts=build_shipped(texts, embedder, path, progress), embedder=embedder.name)
