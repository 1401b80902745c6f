"""Where in its source a passage stands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the place; what was taken in before has none until its origin is taken in again."""
    op.add_column("passage", sa.Column("place", sa.Text, nullable=False, server_default=""))
