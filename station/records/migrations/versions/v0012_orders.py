"""Orders of partial load."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """One more table; nothing in it yet."""
    op.create_table(
        "load_order",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("leg", sa.String(), nullable=False),
        sa.Column("kg", sa.Double(), nullable=False),
        sa.Column("percent_bw", sa.Double(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("ordered_by", "ordered_on", "until")),
        sa.Column("withdrawn_ns", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("withdrawn_by", "reason")),
        sa.Column("station_id", sa.String(36), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("order_by_patient", "load_order", ["patient_id", "at_ns"])
