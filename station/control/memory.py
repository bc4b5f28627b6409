"""What control itself remembers of each patient's vibration while it lives: nobody can say that it was less."""

from __future__ import annotations

from typing import NamedTuple

from station.clock import NS_PER_S
from station.safety.dose import Ledger

_KEPT_NS = 26 * 3600 * NS_PER_S
"""Longer than any day."""


class _Had(NamedTuple):
    patient: str
    began_ns: int
    ended_ns: int
    before: Ledger
    after: Ledger


class DoseMemory:
    """Sessions of the last day and a little more. Times are monotonic: no clock on the wall has a say."""

    def __init__(self) -> None:
        self._had: list[_Had] = []

    def keep(self, patient: str, times_ns: tuple[int, int], before: Ledger, after: Ledger) -> None:
        """A session of this patient took the ledger from one to the other. `times_ns`: when the day began that it was
        counted to, and when it ended.
        """
        began_ns, ended_ns = times_ns
        self._had = [had for had in self._had if ended_ns - had.ended_ns <= _KEPT_NS]
        self._had.append(_Had(patient, began_ns, ended_ns, before, after))

    def since(self, patient: str, began_ns: int) -> Ledger:
        """What the patient has had in the day that began at this time: in sessions that ended since, and what was known
        to a session of the very same day.
        """
        total = Ledger()
        for had in self._had:
            if had.patient != patient or had.ended_ns < began_ns:
                continue
            before, after = had.before, had.after
            total = total._replace(
                day_s=total.day_s + after.day_s - before.day_s,
                bouts=total.bouts + after.bouts - before.bouts,
                e2_m2_s3=total.e2_m2_s3 + after.e2_m2_s3 - before.e2_m2_s3,
                e4_m4_s7=total.e4_m4_s7 + after.e4_m4_s7 - before.e4_m4_s7,
            )
            if had.began_ns == began_ns:
                total = total._replace(
                    day_s=max(total.day_s, after.day_s),
                    bouts=max(total.bouts, after.bouts),
                    e2_m2_s3=max(total.e2_m2_s3, after.e2_m2_s3),
                    e4_m4_s7=max(total.e4_m4_s7, after.e4_m4_s7),
                )
        return total
