"""Four cells and their amplifiers: volts for forces, and the calibration that undoes it."""

import random
from itertools import pairwise
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.simulated.cells import (
    CELL_OVERLOAD_N,
    DRIFT_N,
    NOISE_V,
    SUPPLY_V,
    VOLTS_PER_NEWTON,
    ZERO_V,
    CellBank,
    split,
)
from hw.values import CellCalibration, Four, PlateGeometry

GEOMETRY = PlateGeometry(300.0, 400.0)
SECOND_NS = 1_000_000_000


def bank(seed: int = 1, noise_v: float = 0.0) -> CellBank:
    return CellBank(GEOMETRY, random.Random(seed), noise_v)


def volts(cells: CellBank, forces_n: Four) -> list[float]:
    return [cells.volts(cell, forces_n) for cell in range(4)]


def newtons(calibration: CellCalibration, measured_v: list[float]) -> list[float]:
    """The documented formula of `CellCalibration`."""
    plain = [
        span * (v - zero)
        for span, v, zero in zip(calibration.span_n_per_v, measured_v, calibration.zero_v, strict=True)
    ]
    return [sum(m * f for m, f in zip(row, plain, strict=True)) for row in calibration.matrix]


@given(
    force_n=st.floats(0.0, 2000.0),
    ml_mm=st.floats(-200.0, 200.0),
    ap_mm=st.floats(-250.0, 250.0),
)
def test_split_keeps_the_force_and_where_it_presses(force_n: float, ml_mm: float, ap_mm: float) -> None:
    front_left, front_right, back_right, back_left = split(force_n, ml_mm, ap_mm, GEOMETRY)
    assert front_left + front_right + back_right + back_left == pytest.approx(force_n, abs=1e-9)
    right_nmm = 150.0 * (front_right + back_right - front_left - back_left)
    forward_nmm = 200.0 * (front_left + front_right - back_left - back_right)
    assert right_nmm == pytest.approx(force_n * ml_mm, rel=1e-9, abs=1e-6)
    assert forward_nmm == pytest.approx(force_n * ap_mm, rel=1e-9, abs=1e-6)


def test_split_knows_left_from_right_and_front_from_back() -> None:
    assert split(100.0, -150.0, 200.0, GEOMETRY) == pytest.approx((100.0, 0.0, 0.0, 0.0))
    assert split(100.0, 150.0, 200.0, GEOMETRY) == pytest.approx((0.0, 100.0, 0.0, 0.0))
    assert split(100.0, 150.0, -200.0, GEOMETRY) == pytest.approx((0.0, 0.0, 100.0, 0.0))
    assert split(100.0, -150.0, -200.0, GEOMETRY) == pytest.approx((0.0, 0.0, 0.0, 100.0))


@pytest.mark.parametrize("seed", range(8))
def test_the_delivered_calibration_is_right_to_a_thousandth(seed: int) -> None:
    cells = bank(seed)
    for forces_n in ((700.0, 0.0, 0.0, 0.0), (150.0, 250.0, 90.0, 210.0), (0.0, 0.0, 0.0, 0.0)):
        measured_n = newtons(cells.calibration, volts(cells, forces_n))
        for force_n, found_n in zip(forces_n, measured_n, strict=True):
            assert found_n == pytest.approx(force_n, abs=0.0015 * max(forces_n) + 0.1)


def test_without_its_calibration_a_cell_is_off_by_percents_and_hears_its_neighbours() -> None:
    """The errors are there to be calibrated away: a station that ignores the sheet must be seen to be wrong."""
    gain_errors, crosstalk_v = [], []
    for seed in range(12):
        cells = bank(seed)
        empty = volts(cells, (0.0, 0.0, 0.0, 0.0))
        loaded = volts(cells, (500.0, 0.0, 0.0, 0.0))
        gain_errors.append(abs((loaded[0] - empty[0]) / (500.0 * VOLTS_PER_NEWTON) - 1.0))
        crosstalk_v.append(max(abs(loaded[cell] - empty[cell]) for cell in (1, 2, 3)))
        assert empty == pytest.approx([ZERO_V] * 4, abs=0.02)
    assert 0.01 < max(gain_errors) <= 0.03
    assert 0.001 < max(crosstalk_v) / (500.0 * VOLTS_PER_NEWTON) <= 0.005 * 1.03


def test_the_same_seed_builds_the_same_cells() -> None:
    assert bank(3).calibration == bank(3).calibration
    assert bank(3).calibration != bank(4).calibration


def test_noise_is_that_of_the_amplifier() -> None:
    cells = bank(noise_v=NOISE_V)
    drawn = [cells.volts(2, (100.0, 100.0, 100.0, 100.0)) for _ in range(4000)]
    assert pstdev(drawn) == pytest.approx(NOISE_V, rel=0.05)
    assert fmean(drawn) == pytest.approx(bank().volts(2, (100.0, 100.0, 100.0, 100.0)), abs=3e-6)


def test_an_open_wire_is_at_the_lower_rail_and_only_there() -> None:
    cells = bank(noise_v=NOISE_V)
    cells.open(1)
    measured = volts(cells, (200.0, 200.0, 200.0, 200.0))
    assert measured[1] == 0.0
    assert all(measured[cell] > ZERO_V for cell in (0, 2, 3))
    cells.open(1, on=False)
    assert cells.volts(1, (200.0, 200.0, 200.0, 200.0)) > ZERO_V


def test_overload_meets_the_mechanical_stop_and_tension_the_rail() -> None:
    cells = bank()
    stopped = cells.volts(0, (CELL_OVERLOAD_N, 0.0, 0.0, 0.0))
    assert cells.volts(0, (5000.0, 0.0, 0.0, 0.0)) == stopped <= SUPPLY_V
    assert cells.volts(0, (-5000.0, 0.0, 0.0, 0.0)) == 0.0


def test_an_amplifier_cannot_leave_its_supply() -> None:
    cells = bank()
    cells._zero_now_v[0] = 3.0
    assert cells.volts(0, (400.0, 0.0, 0.0, 0.0)) == SUPPLY_V


def test_creep_adds_a_fiftieth_of_a_percent_over_minutes_and_goes_back() -> None:
    cells = bank(5)
    still = bank(5)
    load = (400.0, 400.0, 400.0, 400.0)
    empty = (0.0, 0.0, 0.0, 0.0)
    for tick in range(6000):
        t_ns = tick * SECOND_NS // 10
        cells.settle(load, t_ns)
        still.settle(empty, t_ns)  # the same drift without a load
    crept_n = [(cells.volts(cell, empty) - still.volts(cell, empty)) / VOLTS_PER_NEWTON / 400.0 for cell in range(4)]
    assert all(0.9e-4 < creep < 2.01e-4 for creep in crept_n)
    for tick in range(6000, 14000):
        t_ns = tick * SECOND_NS // 10
        cells.settle(empty, t_ns)
        still.settle(empty, t_ns)
    assert cells.volts(0, empty) == pytest.approx(still.volts(0, empty), abs=0.002 * VOLTS_PER_NEWTON)


def test_zero_drifts_slowly_and_not_far() -> None:
    cells = bank(6)
    empty = (0.0, 0.0, 0.0, 0.0)
    seen_n = []
    for tick in range(3600):
        cells.settle(empty, tick * SECOND_NS)
        seen_n.append((cells.volts(0, empty) - bank(6).volts(0, empty)) / VOLTS_PER_NEWTON)
    assert 0.02 < max(abs(n) for n in seen_n) <= DRIFT_N * 1.001
    assert max(abs(b - a) for a, b in pairwise(seen_n)) < 0.002
