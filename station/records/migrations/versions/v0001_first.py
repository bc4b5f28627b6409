"""The tables of the first program, which made them itself: files of it are found here, and none is led here."""

from __future__ import annotations

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing: a file of this version is marked as such when it is first seen."""
