"""Runs that have a handle, and the domains that each has finished."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables; they begin empty."""
    op.create_table(
        "handle",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("guide", sa.String, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("started_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("deaths", sa.Integer, nullable=False),
        sa.Column("executor", sa.String, nullable=False),
        sa.Column("cancelling", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_handle"),
    )
    op.create_index("ix_handle_id", "handle", ["id"], unique=True)
    op.create_index("ix_handle_state", "handle", ["state"])
    op.create_table(
        "handle_part",
        sa.Column("handle_id", sa.String, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("inputs", sa.String, nullable=False),
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("prompt", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("handle_id", "domain", name="pk_handle_part"),
    )
