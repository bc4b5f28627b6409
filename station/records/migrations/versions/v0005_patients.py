"""What a therapist needs to know of a patient: sizes, goals, notes, and whether they have agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """More columns; nothing is known of anybody yet."""
    for name in ("height_cm", "foot_length_mm"):
        op.add_column("patient", sa.Column(name, sa.Integer()))
    op.add_column("patient", sa.Column("consent_ns", sa.BigInteger()))
    for name in ("goals", "notes", "consent_initials", "consent_words"):
        op.add_column("patient", sa.Column(name, sa.String(), nullable=False, server_default=""))
