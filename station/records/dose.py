"""Doses: what a patient's day of vibration sums up to."""

from __future__ import annotations

from sqlalchemy import func, select

from station.clock import local_midnight_ns
from station.records.file import Records
from station.records.models import DoseRow, PatientRow, SessionRow

_TODAY = ("vibration_s", "e2_m2_s3", "e4_m4_s7")


class Doses:
    """The doses of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def today(self, patient: str, now_ns: int) -> dict[str, float]:
        """What the patient of this code has had since local midnight before the wall time `now_ns`: the fields of
        `station.wire.messages.DoseToday`.

        Sessions dated later than now count too: after the clock was set back, too much is counted rather than too
        little.
        """
        if not self._records.there:
            return {}
        sums = (
            select(func.sum(DoseRow.vibration_s), func.sum(DoseRow.e2_m2_s3), func.sum(DoseRow.e4_m4_s7))
            .join(SessionRow, SessionRow.id == DoseRow.session_id)
            .join(PatientRow, PatientRow.id == SessionRow.patient_id)
            .where(PatientRow.code == patient.upper(), SessionRow.started_ns >= local_midnight_ns(now_ns))
        )
        with self._records.reading() as transaction:
            totals = transaction.execute(sums).one()
        return {name: float(total or 0.0) for name, total in zip(_TODAY, totals, strict=True)}
