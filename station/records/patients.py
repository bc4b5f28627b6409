"""Patients: who they are is a UUID, what they are called is a code, which can be corrected."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session as Transaction

from station.faults import InputError, because
from station.records import audit
from station.records.file import Records
from station.records.ids import derived
from station.records.models import CommittedRow, PatientRow, ScreeningRow, SessionRow, VisitRow

_ALIKE = 0.7
"""How much of two codes must be alike (`difflib.SequenceMatcher.ratio`) for one to be meant for the other: one of four
letters may differ. Short codes of a clinic that counts its patients are all like each other: of those none is offered.
"""
CORRECTED = "patient-code-corrected"
"""The line of the audit log."""


class Patients:
    """The patients of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def find(self, code: str) -> dict[str, Any] | None:
        """The patient of this code, in whatever capitals: `id`, `code`, `initials`, `birth_year`; None for nobody."""
        if not self._records.there:
            return None
        with self._records.reading() as transaction:
            row = _of_code(transaction, code)
            names = ("id", "code", "initials", "birth_year")
            return None if row is None else {name: getattr(row, name) for name in names}

    def like(self, code: str, most: int = 3) -> tuple[bool, list[str]]:
        """Whether a patient has this code; and where nobody has, those that it may have been meant for, the likeliest
        first: codes that differ in noughts and signs alone, then those that look alike.
        """
        code = code.upper()
        if not self._records.there:
            return False, []
        with self._records.reading() as transaction:
            codes = [one for one in transaction.scalars(select(PatientRow.code)) if one]
        if code in codes:
            return True, []
        same = [one for one in codes if _bare(one) == _bare(code)]
        alike = [one for one in get_close_matches(code, codes, most, _ALIKE) if one not in same]
        return False, (same + alike)[:most]

    def correct_code(self, code: str, right: str, by: str, reason: str) -> None:
        """A code was mistyped: from now on the patient has the `right` one, and so have all their sessions and visits.

        Where the right code is a patient's already, both are the same person: sessions and visits go over to that
        patient, and the mistyped one stays as a row without a code that says who it is. Recordings are left as they
        are. The audit log says who corrected what, and why. Raises InputError: "patient-unknown" where nobody has
        the code, "input-invalid" without a reason or where both codes are one.
        """
        code, right = code.upper(), right.upper()
        if not reason.strip():
            raise InputError("input-invalid", "reason", because("no-reason"))
        if code == right:
            raise InputError("input-invalid", right, because("same-code"))
        with self._records.writing() as transaction:
            wrong = _of_code(transaction, code)
            if wrong is None:
                raise InputError("patient-unknown", code)
            other = _of_code(transaction, right)
            if other is None:
                wrong.code = right
            else:
                _hand_over(transaction, wrong, other, self._records.now_ns())
            detail = {"patient": wrong.id, "from": code, "to": right, "reason": reason.strip()}
            detail["now"] = wrong.id if other is None else other.id
            audit.append(transaction, self._records.now_ns(), by, CORRECTED, audit.placed(detail))


def _bare(code: str) -> str:
    """A code without its signs, and without noughts before a number."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[._-]", "", code))


def known_or_new(transaction: Transaction, code: str, at_ns: int, session: str) -> PatientRow:
    """The patient of this code; a new one, first seen in the session of this UUID, where nobody has it."""
    row = _of_code(transaction, code)
    if row is None:
        row = PatientRow(id=derived(at_ns, f"{session}/patient"), code=code.upper())
        transaction.add(row)
        transaction.flush()
    return row


def _of_code(transaction: Transaction, code: str) -> PatientRow | None:
    return transaction.scalars(select(PatientRow).where(PatientRow.code == code.upper())).first()


def _hand_over(transaction: Transaction, wrong: PatientRow, right: PatientRow, at_ns: int) -> None:
    for table in (SessionRow, VisitRow, CommittedRow):
        moved = update(table).where(table.patient_id == wrong.id)
        transaction.execute(moved.values(patient_id=right.id, changed_ns=at_ns))
    # Asked as two people, answered as neither: who this is now must be asked again.
    screened = update(ScreeningRow).where(ScreeningRow.patient_id.in_((wrong.id, right.id)))
    transaction.execute(screened.values(patient_id=right.id, boot_id="", changed_ns=at_ns))
    wrong.code, wrong.replaced_by = None, right.id
