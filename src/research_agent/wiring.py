"""Where the parts are put together: a library with its embedder, its store and its shipped vectors."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from research_agent.errors import DataError
from research_agent.library.chroma import ChromaTarget
from research_agent.library.embedder import open_embedder
from research_agent.library.library import Library
from research_agent.library.shipped import ShippedVectors
from research_agent.resources import resource
from research_agent.settings import Settings

if TYPE_CHECKING:
    from research_agent.library.embedder import Embedder

VECTORS = "vectors.npz"


def open_library(settings: Settings, *, clock: Callable[[], datetime]) -> Library:
    """The library of the settings' data directory.

    Raises:
        UsageError: a setting has no meaning here.
        StoreError: the data directory or the catalogue can't be used.
    """
    return Library.open(
        settings.data_dir,
        embedder=lambda: embedder_of(settings),
        shipped=shipped_vectors(),
        chroma=ChromaTarget.parse(settings.chroma),
        lock_wait=settings.lock_wait,
        clock=clock,
    )


def embedder_of(settings: Settings) -> "Embedder":
    """The embedder of the settings; no model is loaded yet."""
    return open_embedder(settings.embedder, settings.embedder_options)


def shipped_vectors() -> ShippedVectors | None:
    """The vectors that ship with the corpus; None where they are not there: then everything is embedded."""
    try:
        path = resource("corpus", VECTORS)
    except DataError:
        return None
    return ShippedVectors.open(path)
