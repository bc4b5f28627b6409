"""What the loop counts: ticks, and those that came late or were skipped, and readings of a cell that repeated."""

from __future__ import annotations

from hw.values import CellStatus
from station.control.loop import PERIOD_NS

_REPEATED = CellStatus.REPEATED


class TickCounts:
    """Counts since the program began; `late_run` is how many of the last ticks in a row came late."""

    __slots__ = ("late", "late_run", "lateness_ns", "missed", "repeated", "seq", "work_us")

    def __init__(self) -> None:
        self.seq = self.late = self.missed = self.late_run = self.repeated = 0
        self.lateness_ns = 0
        self.work_us = 0.0
        """How long the tick before this one computed."""

    def take(
        self, lateness_ns: int, missed: int, status: tuple[CellStatus, CellStatus, CellStatus, CellStatus]
    ) -> None:
        """A tick that began this late, after so many that were skipped, and read cells of this status.

        A voltage that repeats the one before is counted, each cell for itself.
        """
        self.seq += 1 + missed
        self.lateness_ns = lateness_ns
        if lateness_ns > PERIOD_NS:
            self.late += 1
            self.missed += missed
            self.late_run += 1
        else:
            self.late_run = 0
        if _REPEATED in status:
            self.repeated += status.count(_REPEATED)
