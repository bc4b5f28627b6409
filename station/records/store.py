"""What the recorder writes into the records and what the pages and the command line read from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as Transaction
from sqlalchemy.orm import selectinload

from station.clock import NS_PER_S
from station.records import audit
from station.records.engine import open_engine, storage_fault
from station.records.models import DONE, INTERRUPTED, RECORDING, Dose, PatientRow, SessionRow
from station.records.views import dose_view, fill_dose, session_view, trial_row, trial_view

_DOSE_TODAY = ("vibration_s", "e2_m2_s3", "e4_m4_s7")


class NewSession(NamedTuple):
    """What is known of a session when it starts."""

    id: str
    patient: str
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


def open_store(path: Path, *, read_only: bool = False) -> Store:
    """The records in the SQLite file at `path`, which is made unless `read_only`. Raises StorageError.

    Read-only records of a file that is not there yet are empty; they are seen as soon as the recorder has made it.
    """
    return Store(path, open_engine(path, read_only=read_only))


class Store:
    """The records. Every method raises StorageError when the file cannot be read or written, and is one transaction.

    Sessions and times come and go as plain dicts and numbers, ready for JSON; `*_ns` are wall times (Unix).
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    # --- the recorder writes --------------------------------------------------------------------------------------

    def begin_session(self, new: NewSession) -> None:
        """A session's row, in state "recording"; the patient's too when the code is new."""
        fields = new._asdict()
        fields["patient_code"] = fields.pop("patient")
        with self._transaction() as transaction:
            if transaction.get(PatientRow, new.patient) is None:
                transaction.add(PatientRow(code=new.patient))
            transaction.add(SessionRow(**fields, state=RECORDING))

    def end_session(self, session_id: str, state: str, outcome: str | None, ended_ns: int, sha256: str | None) -> None:
        """The session has ended as "done" or "interrupted", with the hash of its finished file."""
        with self._transaction() as transaction:
            row = transaction.get_one(SessionRow, session_id)
            row.state, row.outcome, row.ended_ns, row.sha256 = state, outcome, ended_ns, sha256

    def reopen_session(self, session_id: str) -> None:
        """The recording of an interrupted session goes on."""
        with self._transaction() as transaction:
            row = transaction.get_one(SessionRow, session_id)
            row.state, row.outcome, row.ended_ns, row.sha256 = RECORDING, None, None, None

    def forget_session(self, session_id: str) -> None:
        """Take a session and what hangs on it out again; nothing when there is none."""
        with self._transaction() as transaction:
            row = transaction.get(SessionRow, session_id)
            if row is not None:
                transaction.delete(row)

    def store_results(self, session_id: str, result: dict[str, Any]) -> None:
        """Trials and dose as `station.analysis.results.result_of` gives them; what was there before is replaced."""
        with self._transaction() as transaction:
            row = transaction.get_one(SessionRow, session_id)
            pipeline = f"{result['pipeline']}/{result['pipeline_version']}"
            row.trials = []
            transaction.flush()
            row.trials = [trial_row(trial, pipeline) for trial in result["trials"]]
            row.dose = fill_dose(row.dose, result["dose"])
            row.pipeline = pipeline

    def session_of_ring(self, ring_epoch: int, ring_session: int) -> dict[str, Any] | None:
        """The session that this life of control counted as its number `ring_session`; None when there is none."""
        with self._transaction() as transaction:
            row = transaction.scalars(
                select(SessionRow).where(SessionRow.ring_epoch == ring_epoch, SessionRow.ring_session == ring_session)
            ).first()
            return None if row is None else session_view(row)

    def unfinished_sessions(self) -> list[dict[str, Any]]:
        """Sessions in state "recording", oldest first."""
        return self._summaries(select(SessionRow).where(SessionRow.state == RECORDING).order_by(SessionRow.id))

    def sessions_without_results(self) -> list[dict[str, Any]]:
        """Ended sessions whose measures were never made, oldest first."""
        ended = SessionRow.state.in_((DONE, INTERRUPTED))
        return self._summaries(select(SessionRow).where(ended, SessionRow.pipeline.is_(None)).order_by(SessionRow.id))

    def add_audit(
        self, at_ns: int, who: str, what: str, detail: dict[str, Any] | None = None, place: tuple[int, int] = (0, -1)
    ) -> str:
        """Add a line to the audit log and return its hash. `place` is the event that it is of: epoch of its ring,
        and number in it.
        """
        ring_epoch, event = place
        whole = {**(detail or {}), "ring_epoch": ring_epoch, "event": event}
        with self._transaction() as transaction:
            return audit.append(transaction, at_ns, who, what, whole)

    # --- everybody reads ------------------------------------------------------------------------------------------

    def list_sessions(self, patient: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """The newest sessions first, of one patient or of all."""
        query = select(SessionRow).order_by(SessionRow.id.desc()).limit(limit)
        if patient is not None:
            query = query.where(func.upper(SessionRow.patient_code) == patient.upper())
        return self._summaries(query)

    def session_detail(self, session_id: str) -> dict[str, Any] | None:
        """One session with its prescription, trials and dose; None when there is none of that name."""
        if not self.path.exists():
            return None
        with self._transaction() as transaction:
            row = transaction.get(SessionRow, session_id)
            if row is None:
                return None
            trials = [trial_view(trial) for trial in row.trials]
            dose = None if row.dose is None else dose_view(row.dose)
            return {**session_view(row), "prescription": row.prescription, "trials": trials, "dose": dose}

    def dose_today(self, patient: str, now_ns: int) -> dict[str, float]:
        """What this patient has had since local midnight before the wall time `now_ns`: the fields of
        `station.wire.messages.DoseToday`.

        Sessions dated later than now count too: after the clock was set back, too much is counted rather than too
        little.
        """
        if not self.path.exists():
            return {}
        midnight = (
            datetime.fromtimestamp(now_ns / NS_PER_S).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        )
        since_ns = int(midnight.timestamp()) * NS_PER_S
        with self._transaction() as transaction:
            sums = transaction.execute(
                select(func.sum(Dose.vibration_s), func.sum(Dose.e2_m2_s3), func.sum(Dose.e4_m4_s7))
                .join(SessionRow, SessionRow.id == Dose.session_id)
                .where(func.upper(SessionRow.patient_code) == patient.upper(), SessionRow.started_ns >= since_ns)
            ).one()
            return {name: float(total or 0.0) for name, total in zip(_DOSE_TODAY, sums, strict=True)}

    def last_audited(self, ring_epoch: int) -> int:
        """Number of the last event of this ring that has a line in the audit log; -1 for none."""
        with self._transaction() as transaction:
            return audit.last_event(transaction, ring_epoch)

    def audit_lines(self, limit: int) -> list[dict[str, Any]]:
        """The newest lines of the audit log, oldest first."""
        if not self.path.exists():
            return []
        with self._transaction() as transaction:
            return audit.newest(transaction, limit)

    def audit_broken_at(self) -> int | None:
        """Number of the first audit line that does not fit the chain; None for a whole log."""
        with self._transaction() as transaction:
            return audit.first_broken(transaction)

    def _summaries(self, query: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # a Select, whose type has no short name
        if not self.path.exists():
            return []
        with self._transaction() as transaction:
            rows = transaction.scalars(query.options(selectinload(SessionRow.trials)))
            return [session_view(row) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        try:
            with Transaction(self._engine) as transaction, transaction.begin():
                yield transaction
        except DBAPIError as problem:
            raise storage_fault(problem, self.path) from problem
