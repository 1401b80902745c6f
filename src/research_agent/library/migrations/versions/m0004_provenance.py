"""What services said of works, as it came."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table; it begins empty."""
    op.create_table(
        "provenance",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("told_at", sa.DateTime, nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("raw", sa.LargeBinary),
        sa.PrimaryKeyConstraint("key", "service", "record", name="pk_provenance"),
    )
