"""Calibration and balance: forces and CoP of a known load, the live filter, and the average that ripple cannot pass."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.values import IDENTITY_MATRIX, CellCalibration, PlateGeometry
from station.control.loop import RATE_HZ
from station.sensing.balance import BalanceTracker, Occupancy
from station.sensing.calibration import Calibrator

PLATE = PlateGeometry(300.0, 400.0)


def _settled(cells_n: tuple[float, float, float, float], ticks: int = 400) -> object:
    tracker = BalanceTracker(PLATE, RATE_HZ)
    for _ in range(ticks):
        balance = tracker.step(cells_n, 0.0)
    return balance


def test_calibration_is_matrix_times_span_times_volts_less_zero() -> None:
    matrix = ((1.0, 0.01, 0.0, 0.0), (0.0, 1.0, -0.02, 0.0), (0.0, 0.0, 1.0, 0.0), (0.03, 0.0, 0.0, 1.0))
    calibrator = Calibrator(CellCalibration((0.25, 0.26, 0.24, 0.25), (570.0, 575.0, 565.0, 580.0), matrix))
    volts = (0.6, 0.7, 0.8, 0.9)
    plain = [s * (v - z) for s, v, z in zip((570.0, 575.0, 565.0, 580.0), volts, (0.25, 0.26, 0.24, 0.25), strict=True)]
    expected = [sum(row[i] * plain[i] for i in range(4)) for row in matrix]
    assert calibrator.newtons(volts) == pytest.approx(expected, rel=1e-12)


def test_an_empty_plate_reads_zero_newtons() -> None:
    calibrator = Calibrator(CellCalibration((0.25,) * 4, (571.0,) * 4, IDENTITY_MATRIX))
    assert calibrator.newtons((0.25,) * 4) == pytest.approx((0.0,) * 4, abs=1e-12)


@pytest.mark.parametrize(
    ("cells_n", "ml_mm", "ap_mm"),
    [
        ((200.0, 200.0, 200.0, 200.0), 0.0, 0.0),
        ((0.0, 400.0, 400.0, 0.0), 150.0, 0.0),  # all on the right: positive ML
        ((400.0, 400.0, 0.0, 0.0), 0.0, 200.0),  # all in front: positive AP
        ((100.0, 100.0, 300.0, 300.0), 0.0, -100.0),
    ],
)
def test_cop_of_a_still_load(cells_n: tuple[float, float, float, float], ml_mm: float, ap_mm: float) -> None:
    balance = _settled(cells_n)
    assert balance.force_n == pytest.approx(800.0, rel=1e-9)
    assert (balance.cop_ml_mm, balance.cop_ap_mm) == pytest.approx((ml_mm, ap_mm), abs=1e-6)
    assert balance.stance is Occupancy.OCCUPIED


def test_off_the_plate_there_is_no_cop_but_nan() -> None:
    balance = _settled((1.0, -1.0, 2.0, 0.5))
    assert math.isnan(balance.cop_ml_mm)
    assert math.isnan(balance.cop_ap_mm)
    assert balance.stance is Occupancy.EMPTY


@pytest.mark.parametrize("frequency_hz", [20.0, 25.0, 31.25])
def test_ripple_of_the_platform_does_not_move_the_average_force_or_the_cop(frequency_hz: float) -> None:
    tracker = BalanceTracker(PLATE, RATE_HZ)
    averages, cops = [], []
    for tick in range(1500):
        ripple = 120.0 * math.sin(2 * math.pi * frequency_hz * tick / RATE_HZ)
        cells = (170.0 + ripple * 0.3, 190.0 + ripple * 0.3, 180.0 + ripple * 0.2, 160.0 + ripple * 0.2)
        balance = tracker.step(cells, frequency_hz)
        if tick > 500:
            averages.append(balance.average_n)
            cops.append(balance.cop_ap_mm)
    whole_period = (RATE_HZ / frequency_hz).is_integer()
    assert max(averages) - min(averages) < (1e-6 if whole_period else 12.0)
    still_ap_mm = 200.0 * (170 + 190 - 180 - 160) / 700
    assert max(abs(cop - still_ap_mm) for cop in cops) < 2.0  # unfiltered it would swing by 24 mm


def test_live_low_pass_is_half_power_at_ten_hertz() -> None:
    tracker = BalanceTracker(PLATE, RATE_HZ)
    forces = []
    for tick in range(2000):
        value = 200.0 + 10.0 * math.sin(2 * math.pi * 10.0 * tick / RATE_HZ)
        forces.append(tracker.step((value,) * 4, 0.0).force_n)
    amplitude = (max(forces[1000:]) - min(forces[1000:])) / 2
    assert amplitude == pytest.approx(40.0 / math.sqrt(2), rel=0.01)


def test_one_bad_value_does_not_poison_the_filters() -> None:
    tracker = BalanceTracker(PLATE, RATE_HZ)
    for _ in range(100):
        tracker.step((200.0,) * 4, 0.0)
    tracker.step((math.nan, 1.0, 1.0, 1.0), 0.0)
    tracker.step((math.inf, 1.0, 1.0, 1.0), 0.0)
    for _ in range(400):
        balance = tracker.step((200.0,) * 4, 0.0)
    assert balance.force_n == pytest.approx(800.0, rel=1e-6)
    assert balance.average_n == pytest.approx(800.0)


@given(st.lists(st.tuples(st.floats(0, 1500), st.floats(0, 60)), min_size=70, max_size=400))
def test_the_average_is_that_of_its_window_whatever_came_before(steps: list[tuple[float, float]]) -> None:
    tracker = BalanceTracker(PLATE, RATE_HZ)
    totals = []
    for value, vibration_hz in steps:
        balance = tracker.step((value, 0.0, 0.0, 0.0), vibration_hz)
        totals.append(value)
        window = 5 if vibration_hz <= 1.0 else min(max(round(RATE_HZ / vibration_hz), 5), 63)
        recent = ([0.0] * 64 + totals)[-window:]
        assert balance.average_n == pytest.approx(sum(recent) / window, abs=1e-6)
