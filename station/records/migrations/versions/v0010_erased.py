"""Who was erased, so that nothing brings them back, and what still counts of their day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """A table of tombstones, empty at first; and one more column of the day's doses."""
    op.add_column("committed", sa.Column("of_code", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "erased",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("station_id", sa.String(36), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
