"""Sessions with their trials: what the recorder writes of each, and what pages and command line read."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session as Transaction
from sqlalchemy.orm import joinedload, selectinload

from station.records import patients, visits
from station.records.dose import of_sessions
from station.records.feet import apply_said
from station.records.file import Records
from station.records.ids import uuid_of
from station.records.late_marks import apply_late
from station.records.models import DONE, INTERRUPTED, RECORDING, ErasedRow, PatientRow, SessionRow
from station.records.views import dose_view, fill_dose, said_view, session_view, trial_row, trial_view


class NewSession(NamedTuple):
    """What is known of a session when it starts."""

    name: str
    """As `station.records.ids.session_id` makes it."""
    patient: str
    """A code."""
    drill: str
    leg: str
    prescription: dict[str, Any]
    started_ns: int
    """Wall time (Unix, ns)."""
    boot_id: str
    ring_epoch: int
    ring_session: int
    recording: str
    """Path relative to the data folder."""
    visit: str = ""
    """UUID of the visit that it belongs to; "" for the patient's visit of that day."""


class SessionEnd(NamedTuple):
    """How a session ended."""

    state: str
    """ "done" or "interrupted"."""
    outcome: str | None
    ended_ns: int
    """Wall time (Unix, ns)."""
    sha256: str | None
    """Of the finished file."""


class Sessions:
    """The sessions of these records. They come and go as plain dicts and numbers, ready for JSON."""

    def __init__(self, records: Records) -> None:
        self._records = records

    # --- the recorder writes --------------------------------------------------------------------------------------

    def begin(self, new: NewSession) -> None:
        """A session's row, in state "recording", under its patient and visit, which are made where they are new. Where
        the session is there already its recording goes on. Nothing for a session that was erased.
        """
        with self._records.writing() as transaction:
            if new.name in erased_sessions(transaction):
                return
            row = _row(transaction, new.name)
            if row is not None:
                row.state, row.outcome, row.ended_ns, row.sha256, row.pipeline = RECORDING, None, None, None, None
                return
            _forget_unreadable(transaction, new)
            uuid = uuid_of(new.name)
            patient = patients.known_or_new(transaction, new.patient, new.started_ns, uuid)
            visit = visits.of_session(transaction, patient, new.visit, new.started_ns, uuid)
            fields = new._asdict()
            del fields["patient"], fields["visit"]
            transaction.add(SessionRow(id=uuid, patient_id=patient.id, visit_id=visit.id, state=RECORDING, **fields))

    def end(self, name: str, end: SessionEnd) -> None:
        """The session has ended; its results are to be made of the whole. Nothing where there is none of that name."""
        with self._records.writing() as transaction:
            row = _row(transaction, name)
            if row is not None:
                row.state, row.outcome, row.ended_ns, row.sha256 = end
                row.pipeline = None

    def forget(self, name: str) -> None:
        """Take a session and what hangs on it out again; nothing when there is none."""
        with self._records.writing() as transaction:
            row = _row(transaction, name)
            if row is not None:
                transaction.delete(row)

    def store_results(self, name: str, result: dict[str, Any]) -> None:
        """Trials and dose as `station.analysis.results.stored_result_of` gives them; what was there before is replaced.
        They are of the whole, and the session names its pipeline, once it has ended. Nothing where there is no session
        of that name.
        """
        with self._records.writing() as transaction:
            row = _row(transaction, name)
            if row is None:
                return
            pipeline = f"{result['pipeline']}/{result['pipeline_version']}"
            row.trials = []
            transaction.flush()
            done = result.get("exercised", {})
            row.trials = [trial_row(row, one, pipeline, done.get(str(one["trial"]))) for one in result["trials"]]
            apply_said(row)
            apply_late(row)
            row.dose = fill_dose(row, result["dose"])
            row.pipeline = None if row.state == RECORDING else pipeline

    def unfinished(self) -> list[dict[str, Any]]:
        """Sessions in state "recording", oldest first."""
        return self._summaries(select(SessionRow).where(SessionRow.state == RECORDING).order_by(SessionRow.started_ns))

    def without_results(self) -> list[dict[str, Any]]:
        """Ended sessions whose measures were never made, oldest first."""
        ended = SessionRow.state.in_((DONE, INTERRUPTED))
        return self._summaries(
            select(SessionRow).where(ended, SessionRow.pipeline.is_(None)).order_by(SessionRow.started_ns)
        )

    # --- everybody reads ------------------------------------------------------------------------------------------

    def newest(self, patient: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """The newest sessions first, of one patient's code or of all."""
        query = select(SessionRow).order_by(SessionRow.started_ns.desc(), SessionRow.ring_session.desc()).limit(limit)
        if patient is not None:
            query = query.join(PatientRow).where(PatientRow.code == patient.upper())
        return self._summaries(query)

    def detail(self, name: str) -> dict[str, Any] | None:
        """One session with its prescription, trials, dose as its recording has it, what of it `counts` (the
        fields of `station.records.dose.Dose`; None while nothing is known) and what was said after it, by its name or
        its UUID; None when there is none.
        """
        if not self._records.there:
            return None
        with self._records.reading() as transaction:
            row = _row(transaction, name)
            if row is None:
                return None
            trials = [trial_view(trial) for trial in row.trials]
            dose = None if row.dose is None else dose_view(row.dose)
            view = {**session_view(row), "prescription": row.prescription, "trials": trials, "dose": dose}
            counts = of_sessions(transaction, SessionRow.id == row.id).get(row.id)
            return {**view, "counts": None if counts is None else counts._asdict(), "said": said_view(row)}

    def known(self) -> tuple[set[str], set[tuple[int, int]]]:
        """The names of all sessions, also of erased ones; and the lives of control with the numbers in them."""
        named = select(SessionRow.name, SessionRow.ring_epoch, SessionRow.ring_session)
        with self._records.reading() as transaction:
            rows = transaction.execute(named).all()
            erased = erased_sessions(transaction)
        return {name for name, _, _ in rows} | erased, {(epoch, number) for _, epoch, number in rows}

    def _summaries(self, query: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # a Select, whose type has no short name
        if not self._records.there:
            return []
        with self._records.reading() as transaction:
            loaded = query.options(selectinload(SessionRow.trials), joinedload(SessionRow.patient))
            return [session_view(row) for row in transaction.scalars(loaded)]


def erased_sessions(transaction: Transaction) -> set[str]:
    """The names of sessions that must never be again: of people who were erased."""
    return {name for names in transaction.scalars(select(ErasedRow.sessions)) for name in names}


def _forget_unreadable(transaction: Transaction, new: NewSession) -> None:
    """The row of the same session under another name: of a file that a crash left empty, before it began again."""
    same = select(SessionRow).where(
        SessionRow.ring_epoch == new.ring_epoch, SessionRow.ring_session == new.ring_session
    )
    for row in transaction.scalars(same):
        transaction.delete(row)
    transaction.flush()


def _row(transaction: Transaction, name: str) -> SessionRow | None:
    """The session of this name or UUID."""
    named = or_(SessionRow.name == name, SessionRow.id == name.lower())
    return transaction.scalars(select(SessionRow).where(named)).first()
