"""Forms that were filled in about patients: the newest of each counts, none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Transaction

from station.clinic.entries.documents import form_named
from station.clinic.entries.telling import findings_of_entry
from station.clinic.plan.measuring import TYPED, Known
from station.clock import local_date
from station.faults import InputError, StationError, because
from station.records import audit
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import EntryRow, PatientRow

WRITTEN = "entry-written"
"""A line of the audit log."""


class Entered(NamedTuple):
    """One form as it was filled in."""

    form: str
    by: str
    answers: Mapping[str, object]
    refused: str = ""
    """Why the patient did not want it, in words."""
    seen: str | None = None
    """UUID of the newest one that the writer had before them, "" for none; None: whatever there is."""
    keeps_words: bool = False
    """Answers in words that the newest one has and this one lacks are taken over: the writer was not shown them."""


def enter(records: Records, patient: str, entered: Entered) -> None:
    """Write it down. Raises InputError "patient-unknown", and "input-invalid" for another form, for an answer that is
    none of its question, for nothing at all, and without a name; StationError "changed-meanwhile" where somebody has
    written it since the writer looked.
    """
    form = form_named(entered.form)
    answers, by, refused = form.checked(entered.answers), entered.by.strip(), entered.refused.strip()
    if not by:
        raise InputError("input-invalid", form.id, because("entry-without-name"))
    if not answers and not refused:
        raise InputError("input-invalid", form.id, because("entry-empty"))
    with records.writing() as transaction:
        row = _patient(transaction, patient)
        if row is None:
            raise InputError("patient-unknown", patient)
        there = newest_entries(transaction, row.id, local_date(records.now_ns()).isoformat()).get(form.id)
        if there is not None and entered.seen not in (None, there["id"]):
            raise StationError("changed-meanwhile", form.id, because("changed-by", by=there["by"], day=there["day"]))
        if entered.keeps_words and there is not None:
            words = {key for one in form.field if one.asks == "words" for key in one.ids}
            answers = {**{key: one for key, one in there["answers"].items() if key in words}, **answers}
        # A clock that was set back must not put a newer word before an older one.
        newest = transaction.scalar(select(func.max(EntryRow.at_ns)).where(EntryRow.patient_id == row.id))
        wall_ns = records.now_ns()
        said = EntryRow(id=uuid7(), patient_id=row.id, form=form.id, at_ns=max(wall_ns, (newest or 0) + 1))
        said.day, said.by, said.answers, said.refused = local_date(wall_ns).isoformat(), by, answers, refused
        transaction.add(said)
        audit.append(transaction, wall_ns, by, WRITTEN, audit.placed({"patient": row.id, "form": form.id}))


def entries_of(records: Records, patient: str, now_ns: int) -> dict[str, dict[str, Any]]:
    """The newest of each form: id, at_ns, day, by, answers, refused. What speaks of a day counts on it alone (local day
    of `now_ns`, wall).
    """
    if not records.there:
        return {}
    with records.reading() as transaction:
        row = _patient(transaction, patient)
        return {} if row is None else newest_entries(transaction, row.id, local_date(now_ns).isoformat())


def newest_entries(transaction: Transaction, patient_id: str, today: str) -> dict[str, dict[str, Any]]:
    """The same in a transaction that is open, by the patient's UUID and the day (ISO 8601)."""
    found: dict[str, dict[str, Any]] = {}
    theirs = select(EntryRow).where(EntryRow.patient_id == patient_id).order_by(EntryRow.at_ns)
    for row in transaction.scalars(theirs):
        found[row.form] = {name: getattr(row, name) for name in ("id", "at_ns", "day", "by", "answers", "refused")}
    return {name: one for name, one in found.items() if _counts(name, one["day"], today)}


def findings_in(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Known]:
    """What of them a plan goes by."""
    return {
        name: Known(value, TYPED, one["day"], one["by"])
        for form, one in entries.items()
        for name, value in findings_of_entry(form, one["answers"]).items()
    }


def _counts(form: str, day: str, today: str) -> bool:
    try:
        return day == today or not form_named(form).of_day
    except InputError:  # of another release
        return False


def _patient(transaction: Transaction, code: str) -> PatientRow | None:
    return transaction.scalars(select(PatientRow).where(PatientRow.code == code.upper())).first()
