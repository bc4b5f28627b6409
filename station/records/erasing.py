"""Erasing a person: their rows go, an empty one and a tombstone stay, and no line of the audit log is touched.

A tombstone names the sessions that must never come back, out of a recording that a power cut left or a backup. It goes
into the records in the transaction that takes the rows out; it holds no word of who it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnDefault, ColumnElement, delete, select, update
from sqlalchemy.orm import Session as Transaction

from station.clock import VouchedMoment
from station.faults import InputError, because
from station.records import audit
from station.records.dose import Statement, keep_for_the_day, may_be_vibrating
from station.records.file import Records
from station.records.ids import uuid_of
from station.records.models import RECORDING, ErasedRow, PatientRow, SessionRow
from station.records.theirs import of_people, same_person, tables

ERASED = "patient-erased"
"""A line of the audit log."""
_STAYS = ("id", "station_id", "changed_ns", "replaced_by")
"""Columns of a patient's row that say nothing of the person."""


class Tombstone(NamedTuple):
    """That a person was erased."""

    id: str
    """UUID of the patient, which was made by lot or from a session's name."""
    at_ns: int
    """Wall time."""
    by: str
    reason: str
    sessions: tuple[str, ...]
    """Names of their sessions."""

    def values(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**self._asdict(), "sessions": list(self.sessions)}


class Erasures:
    """The people who were erased from these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def erase(self, code: str, word: Statement, now: VouchedMoment) -> Tombstone:
        """Take out all rows of the patient of this code, and of whoever became one with them. What counts of today's
        vibration stays without a name, until the day is over. The audit log has a line that says who erased, and why.

        Raises InputError: "patient-unknown", "input-invalid" without a name or a reason, "erase-busy" while a session
        of theirs is recorded or may begin.
        """
        for field, value in (("by", word.by), ("reason", word.reason)):
            if not value.strip():
                raise InputError("input-invalid", field, because("no-reason" if field == "reason" else "no-name"))
        with self._records.writing() as transaction:
            row = transaction.scalars(select(PatientRow).where(PatientRow.code == code.upper())).first()
            if row is None:
                raise InputError("patient-unknown", code.upper())
            running = SessionRow.patient_id == row.id, SessionRow.state == RECORDING
            open_now = transaction.scalars(select(SessionRow.id).where(*running).limit(1)).first()
            if open_now is not None or may_be_vibrating(transaction, row, now):
                raise InputError("erase-busy", code.upper())
            at_ns = self._records.now_ns()
            stone = _take_out(transaction, row, Statement(word.by.strip(), word.reason.strip()), at_ns)
            counts = {"patient": row.id, "sessions": len(stone.sessions), "reason": stone.reason}
            audit.append(transaction, at_ns, stone.by, ERASED, audit.placed(counts))
        self._records.rewrite()
        return stone

    def apply(self, stones: Iterable[Tombstone]) -> list[Tombstone]:
        """Erase again who was erased elsewhere or since: in a backup that is put back, in records made again from the
        recordings. Returns those who were not erased here before. The audit log says it of each.
        """
        new: list[Tombstone] = []
        wanted = list(stones)
        if not wanted:
            return new
        with self._records.writing() as transaction:
            for stone in wanted:
                if transaction.get(ErasedRow, stone.id) is not None:
                    continue
                new.append(stone)
                theirs = transaction.scalars(select(SessionRow).where(SessionRow.name.in_(stone.sessions)))
                whose = {stone.id, *(one.patient_id for one in theirs)}
                rows = list(transaction.scalars(select(PatientRow).where(PatientRow.id.in_(whose))))
                known = set(stone.sessions)
                for row in rows:
                    known |= set(_take_out(transaction, row, Statement(stone.by, stone.reason), stone.at_ns).sessions)
                _put_stone(transaction, stone._replace(sessions=tuple(sorted(known))))
                said = {"patient": stone.id, "sessions": len(known), "reason": stone.reason, "again": True}
                audit.append(transaction, self._records.now_ns(), stone.by, ERASED, audit.placed(said))
        if new:
            self._records.rewrite()
        return new

    def all(self) -> list[Tombstone]:
        """Everybody who was erased, oldest first."""
        if not self._records.there:
            return []
        with self._records.reading() as transaction:
            rows = transaction.scalars(select(ErasedRow).order_by(ErasedRow.at_ns, ErasedRow.id))
            return [Tombstone(row.id, row.at_ns, row.by, row.reason, tuple(row.sessions)) for row in rows]


def tombstone_of(values: Mapping[str, Any]) -> Tombstone:
    """A tombstone out of JSON. Raises ValueError for what is none."""
    try:
        names = [values["id"], values["by"], values["reason"], *values["sessions"]]
        if not all(isinstance(one, str) for one in names) or not isinstance(values["at_ns"], int):
            raise ValueError("no tombstone")
        for name in values["sessions"]:
            uuid_of(name)  # files are taken away by these names
        return Tombstone(values["id"], values["at_ns"], values["by"], values["reason"], tuple(values["sessions"]))
    except (KeyError, TypeError) as problem:
        raise ValueError("no tombstone") from problem


def _take_out(transaction: Transaction, row: PatientRow, word: Statement, at_ns: int) -> Tombstone:
    """All rows of this patient and of those that became one with them; the patients' own stay, empty."""
    people = same_person(transaction, row)
    ids = [one.id for one in people]
    names = transaction.scalars(select(SessionRow.name).where(SessionRow.patient_id.in_(ids)))
    stone = Tombstone(row.id, at_ns, word.by, word.reason, tuple(sorted(names)))
    keep_for_the_day(transaction, row)
    transaction.flush()
    for table in tables(with_dose=False):
        theirs = of_people(table, ids)
        if theirs is not None:
            transaction.execute(delete(table).where(theirs))
    empty = {column.name: _nothing(column) for column in PatientRow.__table__.columns if column.name not in _STAYS}
    transaction.execute(update(PatientRow).where(PatientRow.id.in_(ids)).values(**empty, changed_ns=at_ns))
    _put_stone(transaction, stone)
    return stone


def _nothing(column: ColumnElement[Any]) -> object:
    """What stands in this column where nothing is known."""
    if not isinstance(column, Column) or column.nullable:
        return None
    return column.default.arg if isinstance(column.default, ColumnDefault) else ""


def _put_stone(transaction: Transaction, stone: Tombstone) -> None:
    row = transaction.get(ErasedRow, stone.id)
    if row is None:
        transaction.add(ErasedRow(**stone.values()))
    else:
        row.sessions = list(stone.sessions)
    transaction.flush()
