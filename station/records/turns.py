"""The comparisons with vibration and without it of one patient, out of the records: each session's turns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from station.clinic.with_without import Turn
from station.records.file import Records
from station.records.models import PatientRow, SessionRow, TrialRow
from station.records.suspect import SUSPECT

ALIKE = 0.05
"""Vibrations of two sessions that differ by no more than this share are one."""


class Compared(NamedTuple):
    """One session in which half of the turns were without vibration."""

    name: str
    started_ns: int
    """Wall time (Unix, ns)."""
    complete: bool
    """The drill came to its end."""
    order: str
    seed: int | None
    """None of one that was cut off: it was never told."""
    turns: tuple[Turn, ...]
    asked: tuple[str, str, str, float, float, float]
    """Drill, leg, pipeline, hold (s), frequency (Hz), displacement (mm peak to peak)."""

    def like(self, other: Compared) -> bool:
        """Whether the two may be put together: the same drill, leg and pipeline, and what was asked within `ALIKE`."""
        words, numbers = self.asked[:3], self.asked[3:]
        near = all(math.isclose(one, two, rel_tol=ALIKE) for one, two in zip(numbers, other.asked[3:], strict=True))
        return words == other.asked[:3] and near


def comparisons(records: Records, patient: str) -> list[Compared]:
    """Those of this patient's code that are over and whose figures are made, the oldest first."""
    if not records.there:
        return []
    query = select(SessionRow).join(PatientRow).where(PatientRow.code == patient.upper())
    with records.reading() as transaction:
        rows = transaction.scalars(query.where(SessionRow.pipeline.is_not(None)).order_by(SessionRow.started_ns))
        return [found for row in rows if (found := compared(row)) is not None]


def compared(row: SessionRow) -> Compared | None:
    """The comparison that this session was; None where it was none."""
    said: Sequence[dict[str, Any]] = [(trial.exercise or {}).get("with_without") or {} for trial in row.trials]
    first = next((one for one in said if one), None)
    if first is None:
        return None
    asked = row.prescription
    hold_s, hz, mm = (float(asked.get(name) or 0.0) for name in ("hold_s", "frequency_hz", "displacement_pp_mm"))
    return Compared(
        row.name,
        row.started_ns,
        row.outcome == "completed",
        str(first["order"]),
        first["seed"],
        tuple(_turn(trial) for trial in row.trials),
        (row.drill, row.leg, str(row.pipeline), hold_s, hz, mm),
    )


def _turn(trial: TrialRow) -> Turn:
    figures = {} if SUSPECT in trial.reasons else trial.measures
    vibrated = float(trial.vibration.get("asked_hz") or 0.0) > 0.0
    return Turn(vibrated, trial.outcome, trial.hold_s, {name: one for name, one in figures.items() if one is not None})
