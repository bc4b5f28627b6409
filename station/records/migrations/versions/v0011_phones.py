"""Paired phones, and the PINs of the roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Two more tables, with nothing in them: no phone is paired, and no PIN is set."""
    op.create_table(
        "phone",
        sa.Column("id", sa.String(36), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "role")),
        sa.Column("trained", sa.Boolean(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False, unique=True),
        sa.Column("paired_ns", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("active", sa.JSON(), nullable=True),
        sa.Column("lived_s", sa.Double(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("wrong_at", sa.JSON(), nullable=True),
    )
    op.create_table(
        "pin",
        sa.Column("role", sa.String(), primary_key=True),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("wrong_at", sa.JSON(), nullable=True),
    )
