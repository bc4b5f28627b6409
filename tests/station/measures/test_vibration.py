"""The bias that the platform's vibration puts on the figures, for the station's rate and for the lesser layouts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from station.measures import PlateMotion, RecordedCells, RecordedCop, Request, compute
from station.measures.pipelines import cop_of_cells
from station.measures.signal import low_pass
from station.measures.spectrum.vibration import alias_hz, degraded, phase_of, without_drive
from tests.words import said

if TYPE_CHECKING:
    from tests.station.measures.conftest import Plate

RIPPLE_MM = (0.5, 0.15, 0.075, 0.04)
"""Fundamental and harmonics 2 to 4."""


def ripple(phase_turns):
    return sum(size * np.sin(2 * math.pi * k * phase_turns + k) for k, size in enumerate(RIPPLE_MM, 1))


def at_rate(t, columns, rate_hz):
    grid = np.arange(0.0, t[-1] - t[0], 1.0 / rate_hz)
    return grid, CubicSpline(t - t[0], columns)(grid)


def bias_percent(t, cop, phase, drive_hz, with_phase):
    quiet = compute(RecordedCop(t, cop[:, 0], cop[:, 1])).values["mean_velocity_mm_s"]
    shaken = cop + ripple(phase)[:, None]
    found = compute(
        RecordedCop(t, shaken[:, 0], shaken[:, 1], motion=PlateMotion(drive_hz, phase if with_phase else None))
    )
    return 100.0 * (found.values["mean_velocity_mm_s"] / quiet - 1.0)


@pytest.fixture(scope="module")
def one_leg(plates: list[Plate]) -> tuple[np.ndarray, np.ndarray]:
    plate = plates[0]
    ml, ap, _ = cop_of_cells(plate.cells_n, (138.0, 293.0))
    return plate.t_s, np.column_stack((ml, ap))


@pytest.fixture(scope="module")
def two_legs(trials: dict[str, tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Quiet and slow (5 mm/s): where a ripple weighs most."""
    return np.arange(6000) / 100.0, np.column_stack(trials["BDS00013"])


@pytest.mark.parametrize("drive_hz", [5, 6.5, 8, 10, 12, 15, 18, 20, 26, 30, 38, 45])
def test_bias_of_mean_velocity_is_below_2_percent_at_250_hz_with_the_tach(one_leg, two_legs, drive_hz):
    for recording in (one_leg, two_legs):
        t, cop = at_rate(*recording, 250.0)
        assert abs(bias_percent(t, cop, drive_hz * t, drive_hz, with_phase=True)) < 2.0


@pytest.mark.parametrize("drive_hz", [18, 20, 22.5, 25, 26, 30, 35, 40, 45])
def test_from_18_hz_on_the_filter_alone_is_enough(one_leg, two_legs, drive_hz):
    for recording in (one_leg, two_legs):
        t, cop = at_rate(*recording, 250.0)
        assert abs(bias_percent(t, cop, drive_hz * t, drive_hz, with_phase=False)) < 2.0


@pytest.mark.parametrize(("drive_hz", "rate_hz"), [(20, 100), (30, 100), (45, 100), (8, 125), (40, 125), (45, 200)])
def test_lesser_layouts_are_right_or_refused(two_legs, drive_hz, rate_hz):
    t, cop = at_rate(*two_legs, float(rate_hz))
    for with_phase in (True, False):
        bias = bias_percent(t, cop, drive_hz * t, drive_hz, with_phase)
        assert math.isnan(bias) or abs(bias) < 2.0


@pytest.mark.parametrize(
    ("drive_hz", "rate_hz", "phase_known", "words"),
    [
        (8.0, 250.0, False, "passes the 10 Hz low-pass"),
        (8.0, 250.0, True, ""),
        (20.0, 250.0, False, ""),
        (45.0, 100.0, False, "harmonic 2"),
        (45.0, 100.0, True, ""),
        (26.0, 100.0, False, "harmonic 4"),
        (25.0, 100.0, True, "harmonic 4"),
        (25.0, 100.0, False, "0.0 Hz"),
        (0.0, 100.0, False, ""),
    ],
)
def test_what_cannot_be_trusted_is_said(drive_hz, rate_hz, phase_known, words):
    found = said(degraded(drive_hz, rate_hz, phase_known))
    assert words in found if words else found == ""


def test_spoiled_figures_are_refused_and_positions_given(two_legs):
    t, cop = two_legs
    found = compute(RecordedCop(t, cop[:, 0], cop[:, 1], motion=PlateMotion(8.0)))
    assert math.isnan(found.values["mean_velocity_mm_s"])
    assert "8 Hz" in said(found.reasons["path_length_mm"])
    assert math.isfinite(found.values["rms_ap_mm"])
    assert "only positions" in said(found.warnings[0])
    assert found.vibration_hz == 8.0
    raw = compute(RecordedCop(t, cop[:, 0], cop[:, 1], motion=PlateMotion(30.0)), Request("raw"))
    assert "unfiltered" in said(raw.reasons["mean_velocity_mm_s"])


def test_a_wandering_drive_is_followed_by_its_tach(two_legs):
    t, cop = at_rate(*two_legs, 250.0)
    hz = 8.0 + 0.4 * np.sin(0.3 * t)
    tach = hz + 0.01
    cleaned = without_drive(cop + ripple(phase_of(t, hz))[:, None], phase_of(t, tach), 250.0)
    left = low_pass(cleaned - without_drive(cop, phase_of(t, tach), 250.0), 250.0)
    before = low_pass(np.column_stack((ripple(phase_of(t, hz)),)), 250.0)
    assert np.std(left) < 0.02 * np.std(before)


def test_a_standing_drive_takes_nothing_out(two_legs):
    t, cop = two_legs
    assert np.array_equal(without_drive(cop, np.zeros(len(t)), 100.0), cop)
    assert np.array_equal(without_drive(cop, np.full(len(t), np.nan), 100.0), cop)


def test_a_dead_weight_on_the_running_plate_stands_still():
    t = np.arange(15_000) / 250.0
    rng = np.random.default_rng(4)
    for drive_hz in (5.0, 12.0, 25.0, 45.0):
        load = np.full((t.size, 4), 175.0) + 0.03 * rng.standard_normal((t.size, 4))
        # 100 N of ripple, shared unevenly between the cells: 8 mm of CoP ripple before the filter.
        load += 25.0 * np.sin(2 * math.pi * drive_hz * t)[:, None] * (1.2, 0.8, 0.9, 1.1)
        found = compute(RecordedCells(t, load, (300.0, 300.0), motion=PlateMotion(drive_hz, drive_hz * t))).values
        assert math.hypot(found["rms_ml_mm"], found["rms_ap_mm"]) < 0.3


def test_alias():
    assert [alias_hz(f, 100.0) for f in (10.0, 60.0, 90.0, 130.0)] == [10.0, 40.0, 10.0, 30.0]
