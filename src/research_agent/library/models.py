"""Give a store the vectors of another model: say what it takes, then do it; a kill costs one batch of texts."""

from research_agent.library.catalogue import every_passage
from research_agent.library.changes import hashed_texts
from research_agent.library.state import next_generation, write_model
from research_agent.library.status import ModelChange
from research_agent.library.store import Progress, Store, collection_name


def model_change(store: Store) -> ModelChange | None:
    """What it takes to hold the configured model's vectors; None: the store holds them, or none at all yet."""
    held = store.state().model
    if held is None or held.fingerprint == store.supply.fingerprint:
        return None
    texts = _texts(store)
    missing = store.supply.missing(list(texts))
    return ModelChange(
        held=held.name,
        configured=store.supply.embedder.name,
        passages=len(texts),
        to_embed=len(missing),
        characters=sum(len(texts[hashed]) for hashed in missing),
    )


def reembed(store: Store, progress: Progress) -> int:
    """Embed all passages with the configured model and make its vectors the store's; returns how many were computed.

    Until all are there, the store stays with the former model. What that one computed is kept, so going back is free.

    Raises:
        EmbeddingError: the model failed; what it computed before is kept.
        StoreError: the store can't be written.
    """
    with store.lock.held("change the embedding model"):
        former = store.state().model
        if former is None or former.fingerprint == store.supply.fingerprint:
            return 0
        texts = _texts(store)
        done = 0

        def embedded(number: int) -> None:
            nonlocal done
            done += number
            progress(done, 2 * len(texts))

        computed = store.supply.prepare(texts, embedded=embedded, checkpoint=store.checkpoint)
        model = store.supply.model
        store.checkpoint("reembedded")
        with store.database.writing() as connection:
            write_model(connection, model)
            next_generation(connection)
        store.checkpoint("model written")
        store.catch_up(lambda part, _: progress(len(texts) + min(part, len(texts)), 2 * len(texts)))
        state = store.state()
        store.chroma(state, model).drop(collection_name(state.store, former))
        return computed


def _texts(store: Store) -> dict[bytes, str]:
    with store.database.reading() as connection:
        return hashed_texts(every_passage(connection))
