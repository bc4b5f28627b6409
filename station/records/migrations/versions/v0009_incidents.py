"""Falls and near falls, and a note for each visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """One more table, with nothing in it, and one more column."""
    op.add_column("visit", sa.Column("note", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "incident",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id"), nullable=True),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("ring_epoch", sa.BigInteger(), nullable=False),
        sa.Column("ring_session", sa.Integer(), nullable=False),
        sa.Column("ran", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "note", "note_by")),
        sa.Column("seen_ns", sa.BigInteger(), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("station_id", sa.String(36), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
    )
    op.create_index("incident_by_patient", "incident", ["patient_id", "at_ns"])
