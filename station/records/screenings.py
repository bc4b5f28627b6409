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
from station.clock import NS_PER_S, VouchedMoment, local_midnight_ns
from station.faults import InputError, StationError, because
from station.records import audit, patients
from station.records.file import Records
from station.records.ids import uuid7
from station.records.incidents import newest_fall_ns
from station.records.models import PatientRow, ScreeningRow

LACKING, LOCKED, CHANGED = "screening-lacking", "screening-locked", "screening-changed"
"""Faults: nobody has asked, or too long ago; what was answered locks vibration; somebody has answered since."""
TRAINING_ENDED = "training-ended"
"""Fault: a fall or near fall of today has ended the training, and nobody has been asked since."""
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
    ended: bool = False
    """A fall or near fall has ended today's training, and nobody has answered the questions since."""

    def allow(self) -> int:
        """Until when vibration is allowed (monotonic, ns). Raises StationError where it is not."""
        self._refuse_ended()
        if self.fault:
            raise StationError(self.fault, "screening", *self.problems)
        return self.until_ns

    @property
    def flags(self) -> tuple[Problem, ...]:
        """The red flags that hold."""
        return tuple(one for one in self.problems if one.reason == RED)

    def allow_session(self) -> None:
        """Raise StationError after a red flag, or a fall: nobody stands on the plate today, vibrating or not."""
        if self.flags:
            raise StationError(LOCKED, "screening", *self.flags)
        self._refuse_ended()

    def _refuse_ended(self) -> None:
        if self.ended:
            raise StationError(TRAINING_ENDED, "screening")


class SeenScreening(NamedTuple):
    """What whoever answers had before them: a page of an hour ago must not speak over what was answered since."""

    screening: str
    """UUID of the newest screening; "" for none."""
    items: str = ""
    """Which list of questions, of `items_version`; for an override it does not matter."""


class Screenings:
    """The screenings of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(
        self,
        patient: str,
        by: str,
        answers: Mapping[str, Any],
        overrides: Mapping[str, Override],
        now: VouchedMoment,
        seen: SeenScreening | None = None,
    ) -> None:
        """Write down what was answered; the newest counts. The audit log says who asked, and of each override who
        answers for it, and why. What overrode an item before stands no longer: who asks again, overrides again.

        `seen`: what whoever answered knew; None for whoever saw nothing, and then none of it is compared. The same
        answers by the same person, sent again, change nothing.

        Raises InputError "input-invalid" as `station.clinic.screening.verdict.check`, without a name, and where it was
        another list of questions; StationError "screening-changed" where somebody else has answered since.
        """
        _named(by, now)
        check(shipped(), answers, overrides)
        if seen is not None and seen.items != items_version():
            raise InputError("input-invalid", "items", because("screening-other-items"))
        with self._records.writing() as transaction:
            before = _newest(transaction, patient)
            if seen is not None and seen.screening != _id_of(before):
                if _is_said(before, by, answers, now):
                    return
                since = "" if before is None else before.by
                raise StationError(CHANGED, "screening", because("screening-since", by=since))
            row = self._row(before, by, now)
            row.answers, row.overrides = dict(answers), _as_written(overrides)
            row.patient_id = patients.known_or_new(transaction, patient, row.at_ns, row.id).id
            transaction.add(row)
            detail = {"screening": row.id, "patient": row.patient_id, "answers": dict(answers)}
            audit.append(transaction, row.at_ns, row.by, SCREENED, audit.placed(detail))
            _tell_overrides(transaction, row, overrides)

    def override(
        self, patient: str, by: str, reasons: Mapping[str, str], now: VouchedMoment, seen: SeenScreening | None = None
    ) -> None:
        """A clinician answers, by name and with a reason, for relative items of the screening that holds now; it holds
        no longer for that. In the audit log. Raises as `add`, and "screening-lacking" where none holds.
        """
        _named(by, now)
        added = {name: Override(by, reason) for name, reason in reasons.items()}
        with self._records.writing() as transaction:
            before = _newest(transaction, patient)
            known = _nobody_asked() if before is None else _judged(before, now)
            if before is None or known.verdict is None:
                raise StationError(known.fault, "screening", *known.problems)
            if seen is not None and seen.screening != before.id:
                if _is_overridden(before, added):
                    return
                raise StationError(CHANGED, "screening", because("screening-since", by=before.by))
            check(shipped(), before.answers, added)
            row = self._row(before, before.by, now._replace(mono_ns=before.mono_ns))
            row.patient_id, row.answers = before.patient_id, dict(before.answers)
            row.overrides = {**before.overrides, **_as_written(added)}
            transaction.add(row)
            _tell_overrides(transaction, row, added)

    def _row(self, before: ScreeningRow | None, by: str, asked: VouchedMoment) -> ScreeningRow:
        """A new row, which comes after the one before it, whatever happened to the clock on the wall."""
        at_ns = max(self._records.now_ns(), 0 if before is None else before.at_ns + 1)
        row = ScreeningRow(id=uuid7(), at_ns=at_ns, by=by.strip(), items=items_version())
        row.boot_id, row.mono_ns = asked.boot_id, asked.mono_ns
        return row

    def of(self, patient: str, now: VouchedMoment) -> Screened:
        """What holds now for the patient of this code: the row that was written last counts."""
        if not self._records.there:
            return _nobody_asked()
        with self._records.reading() as transaction:
            row = _newest(transaction, patient)
            screened = _nobody_asked() if row is None else _judged(row, now)
            fell_ns = newest_fall_ns(transaction, patient, local_midnight_ns(now.wall_ns))
            return screened._replace(ended=fell_ns is not None and not _asked_since(fell_ns, row, screened, now))


@cache
def items_version() -> str:
    """Which file of questions this program has."""
    return hashlib.sha256(SHIPPED.read_bytes()).hexdigest()[:12]


def _nobody_asked() -> Screened:
    return Screened(LACKING, (because("screening-never"),), 0, None, None)


def _named(by: str, now: VouchedMoment) -> None:
    if not by.strip():
        raise InputError("input-invalid", "by", because("screening-by-nobody"))
    if not now.boot_id:
        raise InputError("input-invalid", "boot_id", because("no-boot-id"))


def _judged(row: ScreeningRow, now: VouchedMoment) -> Screened:
    """Answers of another start of the computer do not hold: the clock between may have been any. Nor do those to
    another list of questions, which may have meant something else.
    """
    names = ("id", "at_ns", "by", "mono_ns", "answers", "overrides", "items")
    view = {name: getattr(row, name) for name in names}
    until_ns = row.mono_ns + round(shipped().valid_hours.value * _HOUR_NS)
    if not (_is_of_now(row, now) and now.mono_ns < until_ns):
        return Screened(LACKING, (because("screening-expired", by=row.by),), 0, None, view)
    if row.items != items_version():
        return Screened(LACKING, (because("screening-other-items"),), 0, None, view)
    overrides = {name: Override(str(one["by"]), str(one["reason"])) for name, one in row.overrides.items()}
    verdict = judge(shipped(), row.answers, overrides)
    return Screened("" if verdict.vibration else LOCKED, verdict.locks, until_ns, verdict, view)


def _is_of_now(row: ScreeningRow, now: VouchedMoment) -> bool:
    return bool(now.boot_id) and row.boot_id == now.boot_id and row.mono_ns <= now.mono_ns


def _asked_since(fell_ns: int, row: ScreeningRow | None, screened: Screened, now: VouchedMoment) -> bool:
    """Whether what holds now was asked after the fall: by the clock on the wall, and by the time that has passed. An
    override writes a row anew and asks nobody.
    """
    if row is None or screened.verdict is None:
        return False
    return min(row.at_ns, now.wall_ns - (now.mono_ns - row.mono_ns)) > fell_ns


def _id_of(row: ScreeningRow | None) -> str:
    return "" if row is None else row.id


def _is_said(row: ScreeningRow | None, by: str, answers: Mapping[str, Any], now: VouchedMoment) -> bool:
    """Whether this is what the newest row says already: it came twice, or its answer was lost on the way."""
    if row is None or not _is_of_now(row, now) or row.items != items_version():
        return False
    return row.by == by.strip() and row.answers == dict(answers) and not row.overrides


def _is_overridden(row: ScreeningRow, added: Mapping[str, Override]) -> bool:
    return all(row.overrides.get(name) == one for name, one in _as_written(added).items())


def _as_written(overrides: Mapping[str, Override]) -> dict[str, dict[str, str]]:
    return {name: {"by": one.by.strip(), "reason": one.reason.strip()} for name, one in overrides.items()}


def _tell_overrides(transaction: Transaction, row: ScreeningRow, overrides: Mapping[str, Override]) -> None:
    for name, one in _as_written(overrides).items():
        detail = {"screening": row.id, "item": name, "reason": one["reason"]}
        audit.append(transaction, row.at_ns, one["by"], OVERRIDDEN, audit.placed(detail))


def _newest(transaction: Transaction, patient: str) -> ScreeningRow | None:
    theirs = select(ScreeningRow).join(PatientRow).where(PatientRow.code == patient.upper())
    return transaction.scalars(theirs.order_by(ScreeningRow.at_ns.desc(), ScreeningRow.id.desc())).first()
