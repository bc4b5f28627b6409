"""From readings to a calibration: least squares over all placements, and what is left over.

Each placement gives three equations, of the total force and both moments; the plate's 4 x 4 matrix has sixteen
unknowns. So the spans come first, with no crosstalk, and then the matrix, held to the identity by a ridge: what the
placements determine they determine, and the rest stays the identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hw.values import CellCalibration, Four, PlateGeometry
from station.commissioning.calibrating.plan import CalibrationStep
from station.commissioning.calibrating.reading import CellReading
from station.measures.constants import STANDARD_GRAVITY_M_S2

Array = NDArray[np.float64]
FORCE_ERROR = 0.0007
"""How well a weight is known, as a share of it: its scale, and the cells' drift since the last zero."""
PLACE_ERROR_MM = 0.5
"""How well a weight is put in its place, in each axis."""
CROSSTALK = 0.003
"""How far the matrix may be expected from the identity: cells of one plate hear each other by less than 1 %."""

SUMS: Array = np.array([[1.0, 1.0, 1.0, 1.0], [-1.0, 1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0]])
"""Four forces to total force and moments about the plate's middle (ML, AP) over half the cells' distances, all in N."""


class Residual(NamedTuple):
    """What the calibration makes of one placement, less what was there."""

    step: int
    force_percent: float
    ml_mm: float
    ap_mm: float

    @property
    def cop_mm(self) -> float:
        """Distance of the seen place from the true one."""
        return float(np.hypot(self.ml_mm, self.ap_mm))


class Fit(NamedTuple):
    """A calibration, and how well it explains the readings that it is made of."""

    calibration: CellCalibration
    residuals: tuple[Residual, ...]
    force_rms_percent: float
    cop_rms_mm: float


def fit(
    zeros: Sequence[CellReading], placed: Sequence[tuple[int, CalibrationStep, CellReading]], plate: PlateGeometry
) -> Fit:
    """The calibration of these placements (number, step, reading); the zeros are followed in time by straight lines.

    The calibration's own zero is the newest. Needs placements of which the nine places of `plan` are an example.
    """
    above = _above_zero(zeros, [reading for _, _, reading in placed])
    wanted = _wanted([step for _, step, _ in placed], plate)
    trust = _trust(wanted, plate)
    design = SUMS[None, :, :] * above[:, None, :] * trust[:, :, None]
    spans = np.linalg.lstsq(design.reshape(-1, 4), (wanted * trust).ravel(), rcond=None)[0]
    forces = above * spans
    matrix = _matrix(forces, wanted, trust)
    calibration = CellCalibration(
        max(zeros, key=lambda one: one.at_s).volts,
        _four(spans),
        (_four(matrix[0]), _four(matrix[1]), _four(matrix[2]), _four(matrix[3])),
    )
    residuals = _residuals(forces @ matrix.T, placed, plate)
    force = float(np.sqrt(np.mean([one.force_percent**2 for one in residuals])))
    return Fit(calibration, residuals, force, float(np.sqrt(np.mean([one.cop_mm**2 for one in residuals]))))


def _above_zero(zeros: Sequence[CellReading], readings: Sequence[CellReading]) -> Array:
    """(P, 4) volts above the zero of that time."""
    zeros = sorted(zeros, key=lambda one: one.at_s)
    times = [one.at_s for one in zeros]
    at = [one.at_s for one in readings]
    zero = np.column_stack([np.interp(at, times, [one.volts[cell] for one in zeros]) for cell in range(4)])
    return np.array([one.volts for one in readings]) - zero


def _wanted(steps: Sequence[CalibrationStep], plate: PlateGeometry) -> Array:
    """(P, 3) force and scaled moments of the weights."""
    weights: Array = np.array([[step.mass_kg * STANDARD_GRAVITY_M_S2] for step in steps])
    return (
        np.array(
            [(1.0, 2.0 * step.ml_mm / plate.spacing_ml_mm, 2.0 * step.ap_mm / plate.spacing_ap_mm) for step in steps],
            dtype=float,
        )
        * weights
    )


def _trust(wanted: Array, plate: PlateGeometry) -> Array:
    """(P, 3) one over the standard error of each equation, in 1/N."""
    place = 2.0 * PLACE_ERROR_MM
    errors = np.array([FORCE_ERROR, place / plate.spacing_ml_mm, place / plate.spacing_ap_mm])
    return np.asarray(1.0 / (wanted[:, :1] * errors))


def _matrix(forces: Array, wanted: Array, trust: Array) -> Array:
    """(4, 4): weighted least squares of `SUMS @ matrix @ force = wanted`, with a ridge about the identity."""
    design = np.concatenate([np.kron(row, forces) * weight[:, None] for row, weight in zip(SUMS, trust.T, strict=True)])
    identity = np.eye(4).ravel()
    left = (wanted * trust).T.ravel() - design @ identity
    found = np.linalg.lstsq(
        np.concatenate((design, np.eye(16) / CROSSTALK)), np.concatenate((left, np.zeros(16))), rcond=None
    )[0]
    return np.asarray((identity + found).reshape(4, 4))


def _residuals(
    cells: Array, placed: Sequence[tuple[int, CalibrationStep, CellReading]], plate: PlateGeometry
) -> tuple[Residual, ...]:
    seen = cells @ SUMS.T
    ml = seen[:, 1] / seen[:, 0] * plate.spacing_ml_mm / 2.0
    ap = seen[:, 2] / seen[:, 0] * plate.spacing_ap_mm / 2.0
    return tuple(
        Residual(
            number,
            100.0 * float(force / (step.mass_kg * STANDARD_GRAVITY_M_S2) - 1.0),
            float(right - step.ml_mm),
            float(front - step.ap_mm),
        )
        for (number, step, _), force, right, front in zip(placed, seen[:, 0], ml, ap, strict=True)
    )


def _four(values: NDArray[np.floating]) -> Four:
    one, two, three, four = (float(value) for value in values)
    return (one, two, three, four)
