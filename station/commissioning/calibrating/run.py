"""A guided calibration while it runs: which step comes next, what each may read, and the checks at its end.

Its state is a JSON document that is written after every step, so that it can be left at any time and gone on with. It
knows no terminal and no page; both can guide a person through it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from drills.problems import Problem
from hw.values import CellCalibration, PlateGeometry
from station.commissioning.calibrating.plan import CREEP, WEIGHT, ZERO, CalibrationStep, plan
from station.commissioning.calibrating.reading import CellReading, refuse_unsteady, refuse_weight, refuse_zero
from station.faults import InputError, as_json, because
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.plate.calibrations import calibration_of, four_numbers
from station.sensing.calibration import Calibrator

if TYPE_CHECKING:
    from station.commissioning.calibrating.fit import Fit, Residual

FORMAT = 1
ZERO_AGE_S = 1800.0
"""After so long without a zero one is taken before the next weight: the calibration was left, and the room changed."""
MOST_COP_RMS_MM = 1.5
MOST_COP_MM = 4.0
MOST_FORCE_RMS_PERCENT = 0.5
MOST_FORCE_PERCENT = 1.5
MOST_CREEP_SHARE = 0.001
MOST_CREEP_N = 0.5
"""Creep of the total force in the two minutes: this and a thousandth of the weight (class C3 of OIML R 60: 0.02 %)."""
MOST_DRIFT_N = 1.5
"""Between the first zero and the last, each cell: 0.3 mm of CoP at 70 kg."""
NOISE_FORCE_N = 70.0 * STANDARD_GRAVITY_M_S2
MOST_NOISE_MM = 0.10


@dataclass(slots=True)
class Run:
    """One calibration. `delivered` is what the plate was delivered with: its checks of the readings are wide."""

    rig: str
    seed: int | None
    plate: PlateGeometry
    delivered: CellCalibration
    range_v: float
    steps: list[CalibrationStep]
    readings: list[CellReading | None] = field(default_factory=list)
    """One a step."""

    @property
    def next(self) -> int | None:
        """Index of the first step without a reading; None when all are there."""
        return next((index for index, reading in enumerate(self.readings) if reading is None), None)

    def refresh(self, now_s: float) -> None:
        """Put a zero before the next weight where the last one is too old."""
        index = self.next
        newest = max((reading.at_s for _, reading in self._of(ZERO)), default=now_s)
        if index is not None and self.steps[index].kind != ZERO and now_s - newest > ZERO_AGE_S:
            self.steps.insert(index, CalibrationStep(ZERO))
            self.readings.insert(index, None)

    def take(self, reading: CellReading) -> None:
        """Keep the reading of the next step. Raises InputError "calibration-refused"; the step is then still to do."""
        index = self.next
        if index is None:
            return
        step = self.steps[index]
        refuse_unsteady(reading, self.delivered)
        if step.kind == ZERO:
            refuse_zero(reading, self.delivered, self.range_v)
        else:
            zero = max((one for _, one in self._of(ZERO)), key=lambda one: one.at_s)
            expected = (step.mass_kg * STANDARD_GRAVITY_M_S2, step.ml_mm, step.ap_mm)
            refuse_weight(reading, zero, self.delivered, self.range_v, self.plate, expected)
        self.readings[index] = reading

    def back(self, index: int | None = None) -> None:
        """Forget the reading of this step (from 0), or the last one that was taken, to read it again."""
        taken = [number for number, reading in enumerate(self.readings) if reading is not None]
        if index is None:
            end = self.next
            index = max((number for number in taken if end is None or number < end), default=None)
        if index in taken:
            self.readings[index] = None

    def finish(self, by: str, made_at: str) -> dict[str, Any]:
        """The calibration's document, when every check has passed. Raises InputError "calibration-refused"."""
        from station.commissioning.calibrating.fit import fit  # numpy, which control does not carry

        index = self.next
        if index is not None:
            to_do = as_json(self.steps[index].to_do())
            raise _refused(because("step-not-read", step=index + 1, steps=len(self.steps), to_do=to_do))
        placed = [(number, self.steps[number], reading) for number, reading in self._of(WEIGHT)]
        found = fit([reading for _, reading in self._of(ZERO)], placed, self.plate)
        creep_n = self._creep_n(found.calibration)
        drift_n = self._drift_n(found.calibration)
        noise_mm = self._noise_mm(found.calibration)
        _refuse_residuals(found, self.steps)
        return {
            "format": FORMAT,
            "made_at": made_at,
            "by": by,
            "program_version": version("balance-station"),
            "rig": self.rig,
            "seed": self.seed,
            "plate": self.plate._asdict(),
            "calibration": _listed(found.calibration),
            "checks": {
                "force_rms_percent": found.force_rms_percent,
                "cop_rms_mm": found.cop_rms_mm,
                "cop_worst_mm": max(one.cop_mm for one in found.residuals),
                "creep_n": creep_n,
                "drift_n": drift_n,
                "noise_mm_at_70_kg": noise_mm,
            },
            "residuals": [
                self.steps[one.step]._asdict()
                | {"force_percent": one.force_percent, "ml_error_mm": one.ml_mm, "ap_error_mm": one.ap_mm}
                for one in found.residuals
            ],
            "readings": self.document()["readings"],
        }

    def document(self) -> dict[str, Any]:
        """The state, of JSON values."""
        return {
            "format": FORMAT,
            "rig": self.rig,
            "seed": self.seed,
            "plate": self.plate._asdict(),
            "delivered": _listed(self.delivered),
            "range_v": self.range_v,
            "readings": [
                step._asdict() | ({} if reading is None else {"reading": reading._asdict()})
                for step, reading in zip(self.steps, self.readings, strict=True)
            ],
        }

    def _of(self, kind: str) -> list[tuple[int, CellReading]]:
        return [
            (number, reading)
            for number, (step, reading) in enumerate(zip(self.steps, self.readings, strict=True))
            if step.kind == kind and reading is not None
        ]

    def _creep_n(self, calibration: CellCalibration) -> float:
        calibrator = Calibrator(calibration)
        worst = 0.0
        for number, later in self._of(CREEP):
            step, before = self.steps[number], self.readings[number - 1]
            if before is None:
                continue
            crept = sum(calibrator.newtons(later.volts)) - sum(calibrator.newtons(before.volts))
            if abs(crept) > MOST_CREEP_N + MOST_CREEP_SHARE * step.mass_kg * STANDARD_GRAVITY_M_S2:
                raise _refused(because("plate-crept", crept_n=crept, kg=step.mass_kg))
            worst = crept if abs(crept) > abs(worst) else worst
        return worst

    def _drift_n(self, calibration: CellCalibration) -> float:
        zeros = sorted((reading for _, reading in self._of(ZERO)), key=lambda one: one.at_s)
        drifts = [
            span * (last - first)
            for span, last, first in zip(calibration.span_n_per_v, zeros[-1].volts, zeros[0].volts, strict=True)
        ]
        worst = max(drifts, key=abs)
        if abs(worst) > MOST_DRIFT_N:
            raise _refused(because("zero-drifted", drift_n=worst, most_n=MOST_DRIFT_N))
        return worst

    def _noise_mm(self, calibration: CellCalibration) -> float:
        """What the electronics' noise makes of the CoP of 70 kg, the larger axis, mean of all readings."""
        squares = [
            math.fsum((sd * span) ** 2 for sd, span in zip(one.sd_v, calibration.span_n_per_v, strict=True))
            for one in self.readings
            if one is not None
        ]
        noise = max(self.plate) / 2.0 * math.sqrt(math.fsum(squares) / len(squares)) / NOISE_FORCE_N
        if noise > MOST_NOISE_MM:
            raise _refused(because("too-noisy", noise_mm=noise, most_mm=MOST_NOISE_MM))
        return noise


def begin(
    rig: str,
    seed: int | None,
    plate: PlateGeometry,
    delivered: CellCalibration,
    range_v: float,
    masses_kg: Sequence[float],
) -> Run:
    """A calibration of which nothing is done yet. Raises InputError "calibration-refused" for impossible masses."""
    steps = plan(plate, masses_kg)
    return Run(rig, seed, plate, delivered, range_v, steps, [None] * len(steps))


def resumed(document: dict[str, Any], where: str) -> Run:
    """The calibration of this state. Raises InputError "calibration-invalid" for what is none."""
    try:
        if document["format"] != FORMAT:
            raise InputError(
                "calibration-invalid", where, because("other-format", found=document["format"], own=FORMAT)
            )
        rows = document["readings"]
        return Run(
            document["rig"],
            document["seed"],
            PlateGeometry(**document["plate"]),
            calibration_of(document["delivered"]),
            float(document["range_v"]),
            [CalibrationStep(row["kind"], row["mass_kg"], row["ml_mm"], row["ap_mm"]) for row in rows],
            [_reading(row["reading"]) if "reading" in row else None for row in rows],
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError("calibration-invalid", where, because("not-resumable", said=str(problem))) from problem


def _reading(stored: dict[str, Any]) -> CellReading:
    return CellReading(
        four_numbers(stored["volts"]),
        four_numbers(stored["sd_v"]),
        four_numbers(stored["wander_v"]),
        float(stored["at_s"]),
    )


def _listed(calibration: CellCalibration) -> dict[str, Any]:
    return {
        "zero_v": list(calibration.zero_v),
        "span_n_per_v": list(calibration.span_n_per_v),
        "matrix": [list(row) for row in calibration.matrix],
    }


def _refuse_residuals(found: Fit, steps: Sequence[CalibrationStep]) -> None:
    def place(one: Residual) -> dict[str, object]:
        return {"step": one.step + 1, "to_do": as_json(steps[one.step].to_do())}

    far = max(found.residuals, key=lambda one: one.cop_mm)
    if found.cop_rms_mm > MOST_COP_RMS_MM or far.cop_mm > MOST_COP_MM:
        bounds = {"most_rms_mm": MOST_COP_RMS_MM, "most_mm": MOST_COP_MM}
        raise _refused(because("places-misfit", rms_mm=found.cop_rms_mm, worst_mm=far.cop_mm, **bounds, **place(far)))
    heavy = max(found.residuals, key=lambda one: abs(one.force_percent))
    if found.force_rms_percent > MOST_FORCE_RMS_PERCENT or abs(heavy.force_percent) > MOST_FORCE_PERCENT:
        bounds = {"most_rms_percent": MOST_FORCE_RMS_PERCENT, "most_percent": MOST_FORCE_PERCENT}
        rms = found.force_rms_percent
        raise _refused(
            because("weights-misfit", rms_percent=rms, worst_percent=heavy.force_percent, **bounds, **place(heavy))
        )


def _refused(seen: Problem) -> InputError:
    return InputError("calibration-refused", "", seen)
