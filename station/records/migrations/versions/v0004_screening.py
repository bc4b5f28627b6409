"""Screenings before vibration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """One more table; nobody is in it yet, so nobody may vibrate before they are asked."""
    op.create_table(
        "screening",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("mono_ns", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("items", sa.String(), nullable=False),
        sa.Column("station_id", sa.String(36), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("screening_by_patient", "screening", ["patient_id", "at_ns"])
