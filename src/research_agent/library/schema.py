"""The catalogue's tables. They say what is; `migrations/` says how a store gets there, and a test holds both equal."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

HEAD = "0005"
"""The migration that makes these tables; a store at another one is migrated before it is read."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _source(*, cascade: bool, nullable: bool = False) -> Column[str]:
    """A reference to a source: deferred where an ingest rewrites the source beneath rows that stay."""
    key = (
        ForeignKey("source.id", ondelete="CASCADE")
        if cascade
        else ForeignKey("source.id", deferrable=True, initially="DEFERRED")
    )
    return Column("source_id", String, key, nullable=nullable)


# One row a name: generation, store id, and the model whose vectors the store holds.
meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False))

# Where records come from ("corpus:GUIDE", "added"), with a fingerprint of all that it held when last taken in.
origin = Table(
    "origin",
    metadata,
    Column("name", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
)

# A work as one origin describes it; the work it was resolved into is `source_id`.
record = Table(
    "record",
    metadata,
    Column("origin", String, ForeignKey("origin.name"), primary_key=True),
    Column("content_hash", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("body", Text, nullable=False),
    _source(cascade=False, nullable=True),
    Index(None, "source_id"),
)

# A work as all origins together describe it.
source = Table("source", metadata, Column("id", String, primary_key=True), Column("body", Text, nullable=False))

# Ids and aliases under which a source is known.
source_name = Table(
    "source_name",
    metadata,
    Column("name", String, primary_key=True),
    Column("source_id", String, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "source_id"),
)

# What a work is recognised by, of the source and of each of its records; also "name:ID", for works that claim one id.
identity_key = Table(
    "identity_key",
    metadata,
    Column("key", String, primary_key=True),
    Column("source_id", String, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "source_id"),
)

# Which domains a source serves.
placement = Table(
    "placement",
    metadata,
    Column("guide", String, primary_key=True),
    Column("domain", String, primary_key=True),
    Column("source_id", String, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    Column("category", String, nullable=False),
    Index(None, "source_id"),
)

# What is searched. Its source's fields stand here again because searches filter by them; `generation` is the one that
# wrote the row, from which an index that is behind knows what it lacks.
passage = Table(
    "passage",
    metadata,
    Column("id", String, primary_key=True),
    _source(cascade=False),
    Column("guide", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("part", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False),
    Column("text_hash", LargeBinary, nullable=False),
    Column("category", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("year", SmallInteger),
    Column("peer_reviewed", Boolean),
    Column("generation", Integer, nullable=False),
    Index(None, "source_id"),
    Index(None, "generation"),
    # Covers every filter, so that a filtered search reads no text.
    Index("ix_passage_filter", "guide", "domain", "category", "kind", "year", "peer_reviewed", "id"),
)

# Passages that were removed, for indexes that still hold them.
tombstone = Table(
    "tombstone",
    metadata,
    Column("passage_id", String, primary_key=True),
    Column("generation", Integer, nullable=False, index=True),
)

# Every vector ever computed, by model and text; little-endian float32.
vector = Table(
    "vector",
    metadata,
    Column("model", String, primary_key=True),
    Column("text_hash", LargeBinary, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

# How far each vector index is: the collection that it fills and the generation up to which it is complete.
index_state = Table(
    "index_state",
    metadata,
    Column("name", String, primary_key=True),
    Column("place", String, nullable=False),
    Column("generation", Integer, nullable=False),
)

# What people decided, with what they took back; the latest that stands wins.
decision = Table(
    "decision",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("guide", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("source_name", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Column("withdrawn_at", DateTime),
    Index(None, "guide", "domain"),
)

# Bibliographies as they were produced, gzipped JSON.
run = Table(
    "run",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, index=True),
    Column("guide", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("inputs", String, nullable=False),
    Column("status", String, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("bibliography", LargeBinary, nullable=False),
    Index(None, "guide", "domain"),
)

# Runs that one can come back to, by a hash of all that decides their result; `run` has the bibliographies themselves.
# `inputs` is a JSON object: for each domain, the fingerprint of what it is to be made from. `executor` is the process
# that runs it, which holds a lock of that name for as long as it lives; `deaths` counts those that died over it.
handle = Table(
    "handle",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("guide", String, nullable=False),
    Column("request", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("started_at", DateTime),
    Column("ended_at", DateTime),
    Column("attempts", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("executor", String, nullable=False),
    Column("cancelling", Boolean, nullable=False),
    Column("error", Text),
    Index(None, "id", unique=True),
)

# What such a run has finished: what each domain was made from, its bibliography in `run`, its prompt as gzipped JSON.
handle_part = Table(
    "handle_part",
    metadata,
    Column("handle_id", String, primary_key=True),
    Column("domain", String, primary_key=True),
    Column("inputs", String, nullable=False),
    Column("run_id", String, nullable=False),
    Column("prompt", LargeBinary, nullable=False),
)

# What services said of works, their records zlib-compressed; null where one is too long to keep. `key` is one of the
# work's identity keys, `record` the address of the service's own record; empty where it has none.
provenance = Table(
    "provenance",
    metadata,
    Column("key", String, primary_key=True),
    Column("service", String, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("told_at", DateTime, nullable=False),
    Column("licence", Text, nullable=False),
    Column("raw", LargeBinary),
)

# What the last look at the names and the address of each source showed, as JSON.
verification = Table(
    "verification",
    metadata,
    Column("source_name", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("body", Text, nullable=False),
)
