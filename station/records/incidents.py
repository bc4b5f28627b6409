"""Falls and near falls: one tap makes the record; what it was, and whether the patient is safe, is said afterwards."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Transaction

from station.clock import NS_PER_S
from station.faults import InputError
from station.records import audit
from station.records.file import Records
from station.records.models import IncidentRow, PatientRow, SaidRow, SessionRow

TOLD, DESCRIBED, SAFE = "incident-told", "incident-described", "incident-safe"
"""Lines of the audit log."""
NEAR_FALL, FALL, MISTAKE = "near-fall", "fall", "mistake"
KINDS = (NEAR_FALL, FALL, MISTAKE)
NEAR_FALL_SAID = "near_fall"
"""Of a set, in `station.records.models.SaidRow.said`."""
BEFORE_S = 30.0
"""Of samples before the tap that the record names."""
_SAME_SESSION = (SessionRow.ring_epoch == IncidentRow.ring_epoch) & (
    SessionRow.ring_session == IncidentRow.ring_session
)
_SAME = ("id", "at_ns", "by", "ran", "kind", "note", "note_by", "seen_ns", "seen_by")


class NewIncident(NamedTuple):
    """What is known at the tap."""

    id: str
    """A UUID of the page's own: the same one again is the same incident."""
    patient: str
    """Code of who was on the plate; "" for nobody."""
    at_ns: int
    """Wall time of the tap."""
    by: str
    ring_epoch: int
    ring_session: int
    ran: dict[str, Any]


class Incidents:
    """The incidents of these records, as plain dicts."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def tell(self, new: NewIncident) -> dict[str, Any]:
        """Write it down, once for each id."""
        with self._records.writing() as transaction:
            row = transaction.get(IncidentRow, new.id)
            if row is None:
                patient = transaction.scalars(select(PatientRow).where(PatientRow.code == new.patient.upper())).first()
                fields = {**new._asdict(), "patient": patient}
                row = IncidentRow(**fields, kind="", note="", note_by="", seen_ns=None, seen_by="")
                transaction.add(row)
                transaction.flush()
                audit.append(transaction, self._records.now_ns(), new.by, TOLD, audit.placed({"incident": new.id}))
            return _view(transaction, row)

    def describe(self, incident: str, by: str, kind: str | None, note: str | None) -> dict[str, Any]:
        """What it was and what is to be said of it, by name; None leaves one as it is. Raises InputError
        "incident-unknown".
        """
        with self._records.writing() as transaction:
            row = _known(transaction, incident)
            row.kind = row.kind if kind is None else kind
            if note is not None:
                row.note, row.note_by = note, by
            fields = [name for name, value in (("kind", kind), ("note", note)) if value is not None]
            detail = {"incident": row.id, "fields": fields}
            audit.append(transaction, self._records.now_ns(), by, DESCRIBED, audit.placed(detail))
            return _view(transaction, row)

    def safe(self, incident: str, by: str) -> dict[str, Any]:
        """A person says that the patient is safe; the first time counts. Raises InputError "incident-unknown"."""
        with self._records.writing() as transaction:
            row = _known(transaction, incident)
            if row.seen_ns is None:
                row.seen_ns, row.seen_by = self._records.now_ns(), by
                audit.append(transaction, row.seen_ns, by, SAFE, audit.placed({"incident": row.id}))
            return _view(transaction, row)

    def find(self, incident: str) -> dict[str, Any] | None:
        """The incident of this id; None for none."""
        if not self._records.there:
            return None
        with self._records.reading() as transaction:
            row = transaction.get(IncidentRow, incident)
            return None if row is None else _view(transaction, row)

    def of(self, patient: str, limit: int = 50) -> list[dict[str, Any]]:
        """The newest of this patient's code first; also what was told before anything of their session was recorded."""
        if not self._records.there:
            return []
        whose = func.coalesce(IncidentRow.patient_id, SessionRow.patient_id)
        every = select(IncidentRow).outerjoin(SessionRow, _SAME_SESSION).join(PatientRow, PatientRow.id == whose)
        theirs = every.where(PatientRow.code == patient.upper())
        with self._records.reading() as transaction:
            rows = transaction.scalars(theirs.order_by(IncidentRow.at_ns.desc()).limit(limit))
            return [_view(transaction, row) for row in rows]


def newest_fall_ns(transaction: Transaction, patient: str, since_ns: int) -> int | None:
    """When (wall time) the patient of this code fell last, or nearly, at or after `since_ns`; None for never. What
    nobody has described counts; what was pressed by mistake does not. A near fall that was only said after a set
    counts from when it was said.
    """
    whose = func.coalesce(IncidentRow.patient_id, SessionRow.patient_id)
    theirs = select(func.max(IncidentRow.at_ns)).outerjoin(SessionRow, _SAME_SESSION)
    of_today = theirs.join(PatientRow, PatientRow.id == whose).where(
        PatientRow.code == patient.upper(), IncidentRow.kind != MISTAKE, IncidentRow.at_ns >= since_ns
    )
    told = (transaction.scalar(of_today), _near_fall_said_ns(transaction, patient, since_ns))
    return max((at_ns for at_ns in told if at_ns is not None), default=None)


def _near_fall_said_ns(transaction: Transaction, patient: str, since_ns: int) -> int | None:
    """When the last near fall was said of a set that ended at or after `since_ns`. Of each set the newest word counts;
    one with an incident of its own was told then, and what was said of it describes that.
    """
    told = select(IncidentRow.id).where(_SAME_SESSION, IncidentRow.kind != MISTAKE)
    of_sets = select(SaidRow).join(SessionRow, SaidRow.session_id == SessionRow.id)
    theirs = of_sets.join(PatientRow, PatientRow.id == SaidRow.patient_id).where(
        PatientRow.code == patient.upper(),
        SaidRow.at_ns >= since_ns,
        func.coalesce(SessionRow.ended_ns, SaidRow.at_ns) >= since_ns,
        ~told.exists(),
    )
    newest: dict[str | None, SaidRow] = {}
    for row in transaction.scalars(theirs.order_by(SaidRow.at_ns, SaidRow.id)):
        if row.said.get(NEAR_FALL_SAID) is not None:
            newest[row.session_id] = row
    return max((row.at_ns for row in newest.values() if row.said[NEAR_FALL_SAID]), default=None)


def _known(transaction: Transaction, incident: str) -> IncidentRow:
    row = transaction.get(IncidentRow, incident)
    if row is None:
        raise InputError("incident-unknown", incident)
    return row


def _view(transaction: Transaction, row: IncidentRow) -> dict[str, Any]:
    """With the session that it is of, its recording and visit, and the span of the samples before it, as far as there
    are any.
    """
    same = select(SessionRow).where(
        SessionRow.ring_epoch == row.ring_epoch, SessionRow.ring_session == row.ring_session
    )
    session = transaction.scalars(same).first()
    view = {name: getattr(row, name) for name in _SAME}
    patient = row.patient or (None if session is None else session.patient)
    view["patient"] = "" if patient is None else patient.code or ""
    view |= {"session": "", "recording": "", "visit": "", "from_ns": None, "to_ns": None}
    if session is not None:
        to_ns = min(row.at_ns, session.ended_ns or row.at_ns)
        from_ns = max(session.started_ns, to_ns - int(BEFORE_S * NS_PER_S))
        view |= {"session": session.name, "recording": session.recording, "visit": session.visit_id}
        view |= {"from_ns": from_ns, "to_ns": max(from_ns, to_ns)}
    return view
