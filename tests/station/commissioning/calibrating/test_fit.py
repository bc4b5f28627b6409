"""The fit on made plates, without electronics: what it finds is what they were made of."""

import random

import pytest

from hw.values import PlateGeometry
from station.commissioning.calibrating.fit import fit
from station.commissioning.calibrating.plan import WEIGHT, ZERO, plan
from station.commissioning.calibrating.reading import CellReading
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.sensing.calibration import Calibrator

PLATE = PlateGeometry(300.0, 400.0)
SPAN_V_PER_N = 1.75e-3


def corners(force_n, ml_mm, ap_mm):
    right, front = 0.5 + ml_mm / PLATE.spacing_ml_mm, 0.5 + ap_mm / PLATE.spacing_ap_mm
    shares = front * (1 - right), front * right, (1 - front) * right, (1 - front) * (1 - right)
    return [force_n * share for share in shares]


def readings(seed, drift_v_per_s=0.0):
    """(zeros, placements, volts of a load at a time) of a plate with errors of gain and crosstalk; its zero drifts."""
    rng = random.Random(seed)
    gains = [
        [SPAN_V_PER_N * (1.0 + rng.uniform(-0.03, 0.03) if i == j else rng.uniform(-0.005, 0.005)) for j in range(4)]
        for i in range(4)
    ]

    def read(force_n, ml_mm, ap_mm, at_s):
        cells = corners(force_n, ml_mm, ap_mm)
        volts = tuple(
            0.25
            + 0.01 * i
            + (-1) ** i * drift_v_per_s * at_s
            + sum(g * f for g, f in zip(gains[i], cells, strict=True))
            for i in range(4)
        )
        return CellReading(volts, (0.0,) * 4, (0.0,) * 4, at_s)

    zeros, placed = [], []
    for number, step in enumerate(plan(PLATE, (20.0, 40.0))):
        one = read(step.mass_kg * STANDARD_GRAVITY_M_S2, step.ml_mm, step.ap_mm, 30.0 * number)
        if step.kind == ZERO:
            zeros.append(one)
        elif step.kind == WEIGHT:
            placed.append((number, step, one))
    return zeros, placed, read


def seen(calibration, volts):
    front_left, front_right, back_right, back_left = Calibrator(calibration).newtons(volts)
    force = front_left + front_right + back_right + back_left
    return (
        force,
        150.0 * (front_right + back_right - front_left - back_left) / force,
        200.0 * (front_left + front_right - back_left - back_right) / force,
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_load_anywhere_is_seen_where_it_is(seed) -> None:
    zeros, placed, read = readings(seed)
    found = fit(zeros, placed, PLATE)
    assert found.cop_rms_mm < 0.3
    assert found.force_rms_percent < 0.05
    for ml_mm, ap_mm in ((0.0, 0.0), (140.0, 190.0), (-140.0, 50.0), (30.0, -190.0)):
        force, ml, ap = seen(found.calibration, read(700.0, ml_mm, ap_mm, 0.0).volts)
        assert force == pytest.approx(700.0, rel=1e-3)
        assert ((ml - ml_mm) ** 2 + (ap - ap_mm) ** 2) ** 0.5 < 0.5


def test_a_drifting_zero_is_followed_and_the_newest_kept() -> None:
    still, moved = readings(1), readings(1, drift_v_per_s=1.75e-6)  # 1 N in 1000 s, to the other side in the next cell
    one, other = fit(*still[:2], PLATE), fit(*moved[:2], PLATE)
    assert other.calibration.zero_v == moved[0][-1].volts
    assert other.calibration.span_n_per_v == pytest.approx(one.calibration.span_n_per_v, rel=1e-9)
    assert other.cop_rms_mm == pytest.approx(one.cop_rms_mm, rel=1e-6)
