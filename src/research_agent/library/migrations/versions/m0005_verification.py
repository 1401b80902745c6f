"""What looks at sources showed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; it begins empty."""
    op.create_table(
        "verification",
        sa.Column("source_name", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source_name", name="pk_verification"),
    )
