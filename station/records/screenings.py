"""Screenings: who was asked what before vibration, and what that allows now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from drills.problems import Problem
from station.clinic.screening.items import SHIPPED, shipped
from station.clinic.screening.verdict import Override, ScreeningVerdict, check, judge
from station.clock import NS_PER_S, VouchedMoment
from station.faults import InputError, StationError, because
from station.records import audit, patients
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import PatientRow, ScreeningRow

LACKING, LOCKED = "screening-lacking", "screening-locked"
"""Faults: nobody has asked, or too long ago; what was answered locks vibration."""
SCREENED, OVERRIDDEN = "screened", "screening-overridden"
"""Lines of the audit log."""
RED = "screening-red-flag"
_HOUR_NS = 3600 * NS_PER_S


class Screened(NamedTuple):
    """What the records vouch for of one patient."""

    fault: str
    """"" where vibration is allowed."""
    problems: tuple[Problem, ...]
    until_ns: int
    """Monotonic time of this boot until which the answers hold; 0 where there are none that do."""
    verdict: ScreeningVerdict | None
    """None where nobody has asked, or too long ago."""
    row: dict[str, Any] | None
    """The newest screening, also where it no longer holds."""

    def allow(self) -> int:
        """Until when vibration is allowed (monotonic, ns). Raises StationError where it is not."""
        if self.fault:
            raise StationError(self.fault, "screening", *self.problems)
        return self.until_ns

    def allow_session(self) -> None:
        """Raise StationError after a red flag: nobody stands on the plate today, vibrating or not."""
        if self.verdict is not None and not self.verdict.session:
            raise StationError(LOCKED, "screening", *(one for one in self.problems if one.reason == RED))


class Screenings:
    """The screenings of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(
        self, patient: str, by: str, answers: Mapping[str, Any], overrides: Mapping[str, Override], now: VouchedMoment
    ) -> None:
        """Write down what was answered; the newest counts. The audit log says who asked, and of each override who
        answers for it, and why.

        Raises InputError "input-invalid" as `station.clinic.screening.verdict.check`, and without a name.
        """
        self._write(patient, by, (answers, overrides), (now, tuple(overrides)))

    def _write(
        self,
        patient: str,
        by: str,
        said: tuple[Mapping[str, Any], Mapping[str, Override]],
        when: tuple[VouchedMoment, tuple[str, ...]],
    ) -> None:
        """`when`: the time from which it holds, and which overrides are new."""
        (answers, overrides), (now, new) = said, when
        if not by.strip():
            raise InputError("input-invalid", "by", because("screening-by-nobody"))
        if not now.boot_id:
            raise InputError("input-invalid", "boot_id", because("no-boot-id"))
        check(shipped(), answers, overrides)
        given = {name: {"by": one.by.strip(), "reason": one.reason.strip()} for name, one in overrides.items()}
        row = ScreeningRow(id=uuid7(), at_ns=self._records.now_ns(), by=by.strip(), items=items_version())
        row.boot_id, row.mono_ns, row.answers, row.overrides = now.boot_id, now.mono_ns, dict(answers), given
        with self._records.writing() as transaction:
            row.patient_id = patients.known_or_new(transaction, patient, row.at_ns, row.id).id
            transaction.add(row)
            detail = {"screening": row.id, "patient": row.patient_id, "answers": dict(answers)}
            audit.append(transaction, row.at_ns, row.by, SCREENED, audit.placed(detail))
            for name in new:
                detail = {"screening": row.id, "item": name, "reason": given[name]["reason"]}
                audit.append(transaction, row.at_ns, given[name]["by"], OVERRIDDEN, audit.placed(detail))

    def override(self, patient: str, by: str, reasons: Mapping[str, str], now: VouchedMoment) -> None:
        """A clinician answers, by name and with a reason, for relative items of the screening that holds now; it holds
        no longer for that. Raises as `add`, and "screening-lacking" where none holds.
        """
        known = self.of(patient, now)
        if known.row is None or known.verdict is None:
            raise StationError(known.fault, "screening", *known.problems)
        held = {name: Override(one["by"], one["reason"]) for name, one in known.row["overrides"].items()}
        added = {name: Override(by, reason) for name, reason in reasons.items()}
        asked = now._replace(mono_ns=known.row["mono_ns"])
        self._write(patient, by, (known.row["answers"], {**held, **added}), (asked, tuple(added)))

    def of(self, patient: str, now: VouchedMoment) -> Screened:
        """What holds now for the patient of this code."""
        if not self._records.there:
            return _nobody_asked()
        with self._records.reading() as transaction:
            row = _newest(transaction, patient)
            return _nobody_asked() if row is None else _judged(row, now)


@cache
def items_version() -> str:
    """Which file of questions this program has."""
    return hashlib.sha256(SHIPPED.read_bytes()).hexdigest()[:12]


def _nobody_asked() -> Screened:
    return Screened(LACKING, (because("screening-never"),), 0, None, None)


def _judged(row: ScreeningRow, now: VouchedMoment) -> Screened:
    """Answers of another start of the computer do not hold: the clock between may have been any."""
    names = ("at_ns", "by", "mono_ns", "answers", "overrides", "items")
    view = {name: getattr(row, name) for name in names}
    until_ns = row.mono_ns + round(shipped().valid_hours.value * _HOUR_NS)
    if row.boot_id != now.boot_id or not now.boot_id or not row.mono_ns <= now.mono_ns < until_ns:
        return Screened(LACKING, (because("screening-expired", by=row.by),), 0, None, view)
    overrides = {name: Override(str(one["by"]), str(one["reason"])) for name, one in row.overrides.items()}
    verdict = judge(shipped(), row.answers, overrides)
    return Screened("" if verdict.vibration else LOCKED, verdict.locks, until_ns, verdict, view)


def _newest(transaction: Transaction, patient: str) -> ScreeningRow | None:
    theirs = select(ScreeningRow).join(PatientRow).where(PatientRow.code == patient.upper())
    return transaction.scalars(theirs.order_by(ScreeningRow.at_ns.desc(), ScreeningRow.id.desc())).first()
