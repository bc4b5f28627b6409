"""Limits of stability and the force tasks on made movements whose answer is known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from station.measures.tasks.force import (
    PUSH_NAMES,
    RISE_NAMES,
    isometric_push,
    sit_to_stand,
    stance_time,
    time_to_stabilisation,
    weight_bearing,
)
from station.measures.tasks.limits import LEAN_NAMES, Target, limit_mm, limits_of_stability
from tests.words import said

RATE = 250.0


def lean(direction_deg, reach_mm, begin_s, end_s, total_s=8.0, wander_mm=0.0):
    """A straight, steady lean from begin to end, that then stays."""
    t = np.arange(0.0, total_s, 1.0 / RATE)
    along = reach_mm * np.clip((t - begin_s) / (end_s - begin_s), 0.0, 1.0)
    across = wander_mm * np.sin(np.pi * np.clip((t - begin_s) / (end_s - begin_s), 0.0, 1.0))
    turn = math.radians(direction_deg)
    return along * math.sin(turn) + across * math.cos(turn), along * math.cos(turn) - across * math.sin(turn)


@pytest.mark.parametrize("direction", [0.0, 45.0, 90.0, 200.0, 315.0])
def test_a_straight_steady_lean(direction):
    ml, ap = lean(direction, 80.0, 1.4, 2.4)
    values, reasons = limits_of_stability(ml + 5.0, ap - 9.0, RATE, 1.0, Target(direction, 100.0), 1700.0)
    assert reasons == {}
    assert values[LEAN_NAMES[0]] == pytest.approx(0.4 + 5.0 / 80.0, abs=0.01)  # begins at 0.4 s, 5 mm are passed later
    assert values[LEAN_NAMES[2]] == pytest.approx(80.0, abs=0.5)
    assert values[LEAN_NAMES[3]] == pytest.approx(80.0, abs=0.5)
    assert values[LEAN_NAMES[4]] == pytest.approx(100.0, abs=0.1)
    degrees = math.degrees(math.asin(76.0 / 935.0) - math.asin(4.0 / 935.0))
    assert values[LEAN_NAMES[1]] == pytest.approx(degrees / 0.9, rel=0.02)


def test_movement_velocity_is_taken_between_5_and_95_percent():
    t = np.arange(0.0, 8.0, 1.0 / RATE)
    ap = 40.0 * (1.0 - np.cos(np.pi * np.clip(t - 1.4, 0.0, 1.0)))
    values, _ = limits_of_stability(np.zeros_like(ap), ap, RATE, 1.0, Target(0.0, 100.0), 1700.0)
    seconds = (math.acos(-0.9) - math.acos(0.9)) / math.pi
    degrees = math.degrees(math.asin(76.0 / 935.0) - math.asin(4.0 / 935.0))
    assert values["los_movement_velocity_deg_s"] == pytest.approx(degrees / seconds, rel=0.01)


def test_a_second_attempt_counts_for_the_maximum_only_and_a_detour_for_control():
    ml, ap = lean(0.0, 50.0, 1.4, 2.0, wander_mm=10.0)
    later = 30.0 * np.clip((np.arange(ml.size) / RATE - 4.0) / 0.5, 0.0, 1.0)
    values, _ = limits_of_stability(ml, ap + later, RATE, 1.0, Target(0.0, 100.0), 1700.0)
    assert values["los_endpoint_excursion_percent"] == pytest.approx(50.0, abs=0.5)
    assert values["los_maximum_excursion_percent"] == pytest.approx(80.0, abs=0.5)
    assert values["los_directional_control_percent"] == pytest.approx(100.0 * (1.0 - 20.0 / 50.0), abs=6.0)


def test_no_lean_and_no_time_before_the_cue():
    ml, ap = lean(180.0, 60.0, 1.4, 2.4)
    values, reasons = limits_of_stability(ml, ap, RATE, 1.0, Target(0.0, 100.0), 1700.0)
    assert all(math.isnan(value) for value in values.values())
    assert "no movement" in said(reasons[LEAN_NAMES[0]])
    _, reasons = limits_of_stability(ml, ap, RATE, 0.2, Target(0.0, 100.0), 1700.0)
    assert "0.5 s before the cue" in said(reasons[LEAN_NAMES[4]])


def test_theoretical_limits():
    assert limit_mm(1800.0, 0.0) == pytest.approx(990.0 * math.sin(math.radians(8.0)))
    assert limit_mm(1800.0, 90.0) == pytest.approx(limit_mm(1800.0, 270.0))
    assert limit_mm(1800.0, 180.0) == pytest.approx(990.0 * math.sin(math.radians(4.5)))


def test_a_rise_from_the_seat():
    t = np.arange(0.0, 5.0, 1.0 / RATE)
    force = 150.0 + 550.0 * np.clip((t - 1.0) / 0.5, 0.0, 1.0)  # 700 N at 1.5 s
    force = force + 105.0 * np.where((t > 1.5) & (t < 1.9), np.sin(np.pi * (t - 1.5) / 0.4), 0.0)
    values, reasons = sit_to_stand(force, 0.6 * force, RATE, 700.0)
    assert values[RISE_NAMES[0]] == pytest.approx(0.5 * (1.0 - 35.0 / 550.0), abs=0.01)
    assert values[RISE_NAMES[1]] == pytest.approx(15.0, abs=0.1)
    assert values[RISE_NAMES[2]] == pytest.approx(20.0, abs=1e-6)
    assert reasons == {}
    assert "did not rise" in said(sit_to_stand(0.8 * force, None, RATE, 700.0)[1][RISE_NAMES[0]])
    assert "already stands" in said(sit_to_stand(np.full(1000, 700.0), None, RATE, 700.0)[1][RISE_NAMES[0]])
    assert "each side" in said(sit_to_stand(force, None, RATE, 700.0)[1][RISE_NAMES[2]])


def test_a_push_that_rises_in_a_straight_line():
    t = np.arange(0.0, 3.0, 1.0 / RATE)
    force = 50.0 + 900.0 * np.clip(t - 1.0, 0.0, 0.5)
    values, reasons = isometric_push(force, RATE, 700.0)
    assert values[PUSH_NAMES[0]] == pytest.approx(450.0)
    for name in PUSH_NAMES[1:]:
        assert values[name] == pytest.approx(900.0, rel=0.05)
    assert reasons == {}
    values, reasons = isometric_push(force[:300], RATE, 700.0)
    assert math.isfinite(values["push_rfd_150ms_n_s"])
    assert "ends before" in said(reasons["push_rfd_250ms_n_s"])
    assert "no push" in said(isometric_push(np.full(500, 50.0), RATE, 700.0)[1][PUSH_NAMES[0]])


def test_time_to_stabilisation():
    t = np.arange(0.0, 5.0, 1.0 / RATE)
    ringing = 100.0 * np.exp(-t / 0.5) * np.cos(8.0 * t)
    slow = 100.0 * np.exp(-t / 2.0)
    quick, late = (time_to_stabilisation(x, RATE)[0]["time_to_stabilisation_s"] for x in (ringing, slow))
    assert 0.1 < quick < late < 5.0
    assert "5 s" in said(time_to_stabilisation(ringing[:900], RATE)[1]["time_to_stabilisation_s"])
    assert time_to_stabilisation(ringing + 700.0, RATE)[0]["time_to_stabilisation_s"] == pytest.approx(quick)


def test_single_leg_stance_time():
    name = "single_leg_stance_time_s"
    force = np.r_[np.full(3000, 700.0), np.full(500, 3.0)]
    assert stance_time(force, RATE, 700.0)[0][name] == pytest.approx(12.0, abs=0.01)
    assert stance_time(force, RATE, 700.0, touched_down_s=7.5)[0][name] == 7.5
    assert stance_time(np.full(12_500, 700.0), RATE, 700.0)[0][name] == 45.0
    assert "ends before" in said(stance_time(force[:3000], RATE, 700.0)[1][name])
    blink = force.copy()
    blink[1000:1010] = 0.0  # 40 ms without load is the plate's shaking, not a step
    assert stance_time(blink, RATE, 700.0)[0][name] == pytest.approx(12.0, abs=0.01)


def test_weight_bearing():
    name = "weight_bearing_left_percent"
    force = np.full(500, 700.0)
    assert weight_bearing(np.full(500, -30.0), force, 200.0)[0][name] == pytest.approx(65.0)
    assert "outside the feet" in said(weight_bearing(np.full(500, 130.0), force, 200.0)[1][name])
