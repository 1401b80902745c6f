"""The first catalogue."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "meta",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
    op.create_table(
        "origin",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_origin"),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_table(
        "record",
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("source_id", sa.String),
        sa.PrimaryKeyConstraint("origin", "content_hash", name="pk_record"),
        sa.ForeignKeyConstraint(["origin"], ["origin.name"], name="fk_record_origin_origin"),
        _source_stays("record"),
    )
    op.create_index("ix_record_source_id", "record", ["source_id"])
    op.create_table(
        "source_name",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("source_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", "source_id", name="pk_source_name"),
        _source_goes("source_name"),
    )
    op.create_index("ix_source_name_source_id", "source_name", ["source_id"])
    op.create_table(
        "identity_key",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("source_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("key", "source_id", name="pk_identity_key"),
        _source_goes("identity_key"),
    )
    op.create_index("ix_identity_key_source_id", "identity_key", ["source_id"])
    op.create_table(
        "placement",
        sa.Column("guide", sa.String, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("source_id", sa.String, nullable=False),
        sa.Column("category", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("guide", "domain", "source_id", name="pk_placement"),
        _source_goes("placement"),
    )
    op.create_index("ix_placement_source_id", "placement", ["source_id"])
    op.create_table(
        "passage",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("source_id", sa.String, nullable=False),
        sa.Column("guide", sa.String, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text_hash", sa.LargeBinary, nullable=False),
        sa.Column("category", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("year", sa.SmallInteger),
        sa.Column("peer_reviewed", sa.Boolean),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passage"),
        _source_stays("passage"),
    )
    op.create_index("ix_passage_source_id", "passage", ["source_id"])
    op.create_index("ix_passage_generation", "passage", ["generation"])
    op.create_index(
        "ix_passage_filter", "passage", ["guide", "domain", "category", "kind", "year", "peer_reviewed", "id"]
    )
    op.create_table(
        "tombstone",
        sa.Column("passage_id", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("passage_id", name="pk_tombstone"),
    )
    op.create_index("ix_tombstone_generation", "tombstone", ["generation"])
    op.create_table(
        "vector",
        sa.Column("model", sa.String, nullable=False),
        sa.Column("text_hash", sa.LargeBinary, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("model", "text_hash", name="pk_vector"),
    )
    op.create_table(
        "index_state",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_index_state"),
    )
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("guide", sa.String, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("source_name", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime),
        sa.PrimaryKeyConstraint("number", name="pk_decision"),
    )
    op.create_index("ix_decision_guide_domain", "decision", ["guide", "domain"])
    op.create_table(
        "run",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("guide", sa.String, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("inputs", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("bibliography", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_run"),
    )
    op.create_index("ix_run_id", "run", ["id"])
    op.create_index("ix_run_guide_domain", "run", ["guide", "domain"])


def _source_goes(table: str) -> sa.ForeignKeyConstraint:
    """The row goes with its source."""
    return sa.ForeignKeyConstraint(
        ["source_id"], ["source.id"], name=f"fk_{table}_source_id_source", ondelete="CASCADE"
    )


def _source_stays(table: str) -> sa.ForeignKeyConstraint:
    """The source must be there when the transaction ends."""
    return sa.ForeignKeyConstraint(
        ["source_id"],
        ["source.id"],
        name=f"fk_{table}_source_id_source",
        deferrable=True,
        initially="DEFERRED",
    )
