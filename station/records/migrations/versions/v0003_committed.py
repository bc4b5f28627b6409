"""Doses that are committed before they are given, and who vouches for the clock by which their day is counted.

Only new tables: the doses of sessions that are there already are entered by the recorder, which can read recordings.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "committed",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id")),
        sa.Column("ring_epoch", sa.BigInteger(), nullable=False),
        sa.Column("ring_session", sa.Integer(), nullable=False),
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("mono_ns", sa.BigInteger(), nullable=False),
        sa.Column("wall_ns", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("vibration_s", sa.Double(), nullable=False),
        sa.Column("e2_m2_s3", sa.Double(), nullable=False),
        sa.Column("e4_m4_s7", sa.Double(), nullable=False),
        sa.Column("given_vibration_s", sa.Double(), nullable=False),
        sa.Column("given_e2_m2_s3", sa.Double(), nullable=False),
        sa.Column("given_e4_m4_s7", sa.Double(), nullable=False),
        sa.Column("station_id", sa.String(36), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("ring_epoch", "ring_session"),
    )
    for column in ("patient_id", "over"):
        op.create_index(f"ix_committed_{column}", "committed", [column])
    op.create_table(
        "vouched",
        sa.Column("boot_id", sa.String(), primary_key=True),
        sa.Column("epoch_ns", sa.BigInteger(), nullable=False),
        sa.Column("voucher", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
