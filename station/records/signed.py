"""What was changed of a visit after a person had signed it: each change is in the log, the visit says who and when."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session as Transaction

from station.records.models import CLOSED, AuditRow, IncidentRow, SessionRow, VisitRow

SIGNED = "visit-signed"
"""A line of the audit log."""
CHANGES = (
    "visit-noted",
    "set-said",
    "feet-said",
    "mark-set-later",
    "mark-taken-back",
    "incident-told",
    "incident-described",
    "incident-safe",
)
"""Lines that change what a visit says."""


class ChangedLater(NamedTuple):
    """The last such change."""

    by: str = ""
    """"" for none."""
    at_ns: int | None = None


def changed_later(transaction: Transaction, visit: VisitRow) -> ChangedLater:
    """Who changed something of this visit last since it was signed; nobody of one that is not signed."""
    if visit.state != CLOSED:
        return ChangedLater()
    of_it = AuditRow.detail["visit"].as_string() == visit.id
    lines = select(AuditRow).order_by(AuditRow.number.desc()).limit(1)
    signed = transaction.scalars(lines.where(AuditRow.what == SIGNED, of_it)).first()
    if signed is None:
        return ChangedLater()
    sessions = transaction.scalars(select(SessionRow).where(SessionRow.visit_id == visit.id)).all()
    incidents = select(IncidentRow.id, IncidentRow.ring_epoch, IncidentRow.ring_session)
    rings = {(one.ring_epoch, one.ring_session) for one in sessions}
    told = [one.id for one in transaction.execute(incidents) if (one.ring_epoch, one.ring_session) in rings]
    whose = or_(
        of_it,
        AuditRow.detail["session"].as_string().in_([one.name for one in sessions]),
        AuditRow.detail["incident"].as_string().in_(told),
    )
    since = lines.where(AuditRow.number > signed.number, AuditRow.what.in_(CHANGES), whose)
    last = transaction.scalars(since).first()
    return ChangedLater() if last is None else ChangedLater(last.who, last.at_ns)
