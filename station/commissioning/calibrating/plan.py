"""The steps of a calibration: what is to stand on the plate, where, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from drills.problems import Problem
from hw.values import PlateGeometry
from station.faults import InputError, because

ZERO, WEIGHT, CREEP = "zero", "weight", "creep"
REACH = 0.4
"""Places lie at this share of the cells' distance from the middle, to both sides: inside the cells, near them."""
CREEP_WAIT_S = 120.0
"""How long the heaviest weight stays before it is read again. OIML R 60 waits 30 min; most of creep comes early."""
MASSES_KG = (20.0, 40.0)
LIGHTEST_KG = 5.0
HEAVIEST_KG = 200.0


class CalibrationStep(NamedTuple):
    """One step: an empty plate, a weight at a place (mm from the plate's middle), or that weight left standing."""

    kind: str
    mass_kg: float = 0.0
    ml_mm: float = 0.0
    ap_mm: float = 0.0

    def to_do(self) -> Problem:
        """What a person is to do, as a key and values: `seen.calibrate-...` of the texts."""
        if self.kind == ZERO:
            return because("calibrate-empty")
        if self.kind == CREEP:
            return because("calibrate-leave", kg=self.mass_kg, wait_s=CREEP_WAIT_S)
        side = "right" if self.ml_mm > 0 else "left" if self.ml_mm else ""
        end = "front" if self.ap_mm > 0 else "back" if self.ap_mm else ""
        place = "-".join(part for part in (side, end) if part) or "middle"
        return because(f"calibrate-put-{place}", kg=self.mass_kg, ml_mm=abs(self.ml_mm), ap_mm=abs(self.ap_mm))


def plan(plate: PlateGeometry, masses_kg: Sequence[float]) -> list[CalibrationStep]:
    """Zero, then for each mass nine places and zero again; before the last zero the last weight is left to creep.

    Raises InputError "calibration-refused" for masses of which no calibration can be made.
    """
    masses = sorted(set(masses_kg))
    if len(masses) < 2 or masses[0] < LIGHTEST_KG or masses[-1] > HEAVIEST_KG or masses[-1] < 1.5 * masses[0]:
        wrong = because("masses", lightest_kg=LIGHTEST_KG, heaviest_kg=HEAVIEST_KG, given_kg=list(masses_kg))
        raise InputError("calibration-refused", "--mass", wrong)
    steps = [CalibrationStep(ZERO)]
    for mass in masses:
        steps += [CalibrationStep(WEIGHT, mass, ml, ap) for ml, ap in _places(plate)]
        if mass == masses[-1]:
            steps.append(CalibrationStep(CREEP, mass))
        steps.append(CalibrationStep(ZERO))
    return steps


def _places(plate: PlateGeometry) -> list[tuple[float, float]]:
    """Nine places, on whole millimetres, ending in the middle; each row the other way than the one before."""
    right, front = round(REACH * plate.spacing_ml_mm), round(REACH * plate.spacing_ap_mm)
    grid = [(side * ml, ap) for ap, side in ((front, 1), (0, -1), (-front, 1)) for ml in (-right, 0, right)]
    return [*((float(ml), float(ap)) for ml, ap in grid if ml or ap), (0.0, 0.0)]
