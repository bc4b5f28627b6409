"""Ends of sessions that nobody planned (a crash, a power cut, a trip), and who has taken notice of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session as Transaction

from station.records import audit
from station.records.file import Records
from station.records.models import INTERRUPTED, RECORDING, AuditRow, SessionRow
from station.records.views import session_view, trial_view

SEEN = "end-acknowledged"
"""The line of the audit log: a person has seen to the patient after such an end."""
TRIPPED = "tripped"
"""The outcome of a drill that safety ended, as recordings have it."""
_TRIP_SEEN = "acknowledged"
"""The line of a trip that was acknowledged while control still knew it."""


class Ends:
    """The unplanned ends of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def waiting(self, ring_epoch: int) -> dict[str, Any] | None:
        """The newest session with its trials, where it ended unplanned in an earlier life of control and nobody has
        acknowledged that. `ring_epoch`: the life that runs now; what ends in it is control's own to tell.
        """
        if not self._records.there:
            return None
        with self._records.reading() as transaction:
            newest = select(SessionRow).order_by(SessionRow.started_ns.desc(), SessionRow.ring_session.desc()).limit(1)
            row = transaction.scalars(newest).first()
            if row is None or row.ring_epoch == ring_epoch or not _unplanned(row) or _seen(transaction, row):
                return None
            return {**session_view(row), "prescription": row.prescription, "trials": [*map(trial_view, row.trials)]}

    def acknowledge(self, ring_epoch: int, ring_session: int, by: str) -> None:
        """A person has seen to the patient of that session of that life of control."""
        detail = {"of_epoch": str(ring_epoch), "of_session": ring_session}
        with self._records.writing() as transaction:
            audit.append(transaction, self._records.now_ns(), by, SEEN, audit.placed(detail))


def _unplanned(row: SessionRow) -> bool:
    """Whether this session of a life of control that is over ended as nobody had planned."""
    return row.state in (RECORDING, INTERRUPTED) or row.outcome == TRIPPED


def _seen(transaction: Transaction, row: SessionRow) -> bool:
    line = AuditRow.detail
    here = and_(
        AuditRow.what == SEEN,
        line["of_epoch"].as_string() == str(row.ring_epoch),
        line["of_session"].as_integer() == row.ring_session,
    )
    before = and_(
        AuditRow.what == _TRIP_SEEN,
        line["ring_epoch"].as_integer() == row.ring_epoch,
        AuditRow.at_ns >= row.started_ns,
    )
    return transaction.scalars(select(AuditRow.number).where(or_(here, before)).limit(1)).first() is not None
