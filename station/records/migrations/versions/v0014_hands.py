"""In whose hands a visit is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """One more column: no visit that there is has been handed over."""
    op.add_column("visit", sa.Column("held_by", sa.String(), nullable=False, server_default=""))
