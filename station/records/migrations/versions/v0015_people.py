"""The staff by name, each with a PIN."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """One more table, with nobody in it, and one more column: no phone that there is is a person's."""
    op.create_table(
        "person",
        sa.Column("id", sa.String(36), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "role")),
        sa.Column("trained", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("wrong_at", sa.JSON(), nullable=True),
        sa.Column("made_ns", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ns", sa.BigInteger(), nullable=True),
    )
    op.add_column("phone", sa.Column("person_id", sa.String(36), nullable=True))
