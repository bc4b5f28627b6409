"""The leg of each trial, since not all trials of a drill are on one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """One more column. Until now the drill was on one leg, or on both, from its first trial to its last."""
    op.add_column("trial", sa.Column("leg", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE trial SET leg = (SELECT s.leg FROM session s WHERE s.id = trial.session_id)")
