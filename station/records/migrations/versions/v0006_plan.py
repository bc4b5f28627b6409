"""Plans and levels, and what was exercised in each trial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Three more tables, with nothing in them; trials of before say nothing of their exercise."""
    op.add_column("trial", sa.Column("exercise", sa.JSON(), nullable=True))
    op.create_table(
        "plan",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("found", "typed", "plan", "struck", "changed")),
        sa.Column("rules", sa.String(), nullable=False),
        *_movable(),
    )
    op.create_index("plan_by_patient", "plan", ["patient_id", "at_ns"])
    op.create_table(
        "level",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("session_id", sa.String(36), sa.ForeignKey("session.id"), nullable=False, unique=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("leg", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("level", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        *_movable(),
    )
    op.create_index("level_by_patient", "level", ["patient_id", "ladder", "leg"])
    op.create_table(
        "said",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("session_id", sa.String(36), sa.ForeignKey("session.id"), nullable=True),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("leg", sa.String(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        *_movable(),
    )
    op.create_index("said_by_patient", "said", ["patient_id", "at_ns"])


def _movable() -> list[sa.Column[object]]:
    return [
        sa.Column("station_id", sa.String(36), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
    ]
