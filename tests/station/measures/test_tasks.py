"""Limits of stability and the force tasks on made movements whose answer is known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from station.measures.pipelines import prepare_station
from station.measures.signal import check
from station.measures.tasks.distribution import DISTRIBUTION_NAMES, distribution
from station.measures.tasks.force import (
    PUSH_NAMES,
    RISE_NAMES,
    isometric_push,
    landing_of,
    left_again,
    sit_to_stand,
    stance_time,
    time_to_stabilisation,
    weight_bearing,
    weight_seen,
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
    assert values[LEAN_NAMES[0]] == pytest.approx(0.4, abs=0.01)  # 5 mm are passed 0.06 s later
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
    light = said(sit_to_stand(0.8 * force, None, RATE, 700.0)[1][RISE_NAMES[0]])
    assert light.startswith("the plate carries 57.1 kg where 71.4 kg should stand")
    for told_n in (650.0, 760.0, None):  # what a person says of the weight moves nothing
        assert sit_to_stand(force, 0.6 * force, RATE, told_n) == (values, reasons)
    assert "sits or stands throughout" in said(sit_to_stand(np.full(1000, 110.0), None, RATE)[1][RISE_NAMES[0]])
    assert "end standing" in said(sit_to_stand(np.r_[force, np.full(250, 150.0)], None, RATE)[1][RISE_NAMES[0]])
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


LANDED = 700.0 * (1.0 + 1.3 * np.exp(-8.0 * np.arange(0.0, 8.0, 1.0 / RATE)))


@pytest.mark.parametrize(
    ("force", "begins_s"),
    [
        (LANDED, 0.0),
        (np.r_[np.full(500, 0.5), LANDED], 2.0),
        (np.r_[np.full(30, 0.5), LANDED], 0.12),
        (np.r_[np.full(5, -4.0), LANDED], 0.02),
        (np.r_[np.full(400, 700.0), np.full(60, 2.0), LANDED], 1.84),  # a jump on the plate
    ],
)
def test_a_landing_is_found_where_it_is(force, begins_s):
    assert landing_of(force, RATE) == round(begins_s * RATE)


@pytest.mark.parametrize(
    "force",
    [
        np.full(2000, 700.0) + np.sin(np.arange(2000) / 50.0),
        700.0 * (1.0 + 0.15 * np.sin(np.arange(2000) / 40.0)),
        np.zeros(2000),
        np.r_[np.full(1000, 700.0), np.zeros(1000)],  # a step off is none
    ],
)
def test_where_nobody_lands_that_is_said(force):
    assert "no landing found" in said(landing_of(force, RATE))


def test_who_leaves_again_has_not_come_to_rest():
    assert "left again 3.0 s after the landing" in said(left_again(np.r_[LANDED[:750], np.zeros(500)], RATE))
    assert left_again(LANDED[:1250], RATE) is None


def test_the_reaction_time_has_no_share_of_the_way_to_the_onset(trials):
    """On real stances: until 5 mm are passed the lean has gone on for 0.17 s, which was counted as reaction."""
    late = []
    for ml, ap in list(trials.values())[:12]:
        signal = check(None, ml[:1200], ap[:1200], None, 100.0)
        ready = prepare_station(signal)
        t = np.arange(len(ready.ml_mm)) / RATE
        own = ready.ap_mm + 40.0 * (1.0 - np.cos(np.pi * np.clip((t - 5.4) / 1.2, 0.0, 1.0)))
        values, _ = limits_of_stability(ready.ml_mm, own, RATE, 5.0, Target(0.0, 130.0), 1700.0)
        late.append(values["los_reaction_time_s"] - 0.4)
    assert len(late) == 12
    assert abs(np.median(late)) < 0.06
    assert abs(np.mean(late)) < 0.08


def test_who_leans_before_the_cue_has_no_reaction_time():
    ml, ap = lean(0.0, 80.0, 0.9, 1.9)
    values, reasons = limits_of_stability(ml, ap, RATE, 0.95, Target(0.0, 100.0), 1700.0)
    assert math.isnan(values["los_reaction_time_s"])
    assert "before the cue" in said(reasons["los_reaction_time_s"])
    assert values["los_endpoint_excursion_percent"] == pytest.approx(80.0, abs=0.5)


def test_the_distribution_of_the_weight():
    cells = np.tile([10.0, 20.0, 30.0, 40.0], (50, 1)) * np.linspace(5.0, 7.0, 50)[:, None]
    values, reasons = distribution(cells, 150.0, 100.0)
    assert [values[name] for name in DISTRIBUTION_NAMES[:4]] == pytest.approx([10.0, 20.0, 30.0, 40.0])
    assert values["weight_distribution_index_percent"] == pytest.approx(math.sqrt((225 + 25 + 25 + 225) / 4.0))
    assert values["outlier_excursion_ratio"] == 1.5
    assert reasons == {}
    values, reasons = distribution(None, 150.0, 0.0)
    assert "corners were not recorded" in said(reasons["share_front_left_percent"])
    assert set(reasons) == set(DISTRIBUTION_NAMES)


def test_single_leg_stance_time():
    name = "single_leg_stance_time_s"
    force = np.r_[np.full(3000, 700.0), np.full(500, 3.0)]
    assert stance_time(force, RATE, 700.0)[0][name] == pytest.approx(12.0, abs=0.01)
    assert stance_time(force, RATE, 700.0, touched_down_s=7.5)[0][name] == 7.5
    assert stance_time(np.full(12_500, 700.0), RATE, 700.0)[0][name] == 45.0
    assert stance_time(np.array([700.0, 0.0]), RATE, 700.0, touched_down_s=0.0)[0][name] == 0.0
    assert "ends before" in said(stance_time(force[:3000], RATE, 700.0)[1][name])
    blink = force.copy()
    blink[1000:1010] = 0.0  # 40 ms without load is the plate's shaking, not a step
    assert stance_time(blink, RATE, 700.0)[0][name] == pytest.approx(12.0, abs=0.01)


def test_the_weight_that_the_plate_saw():
    held = np.r_[np.full(50, 900.0), np.full(400, 700.0), np.full(3000, 3.0)]
    assert weight_seen(held, RATE) == 700.0, "a landing is no weight, and an empty plate is none"
    assert weight_seen(np.r_[held[:500], np.nan, held[500:]], RATE) == 700.0
    assert weight_seen(np.array([500.0]), RATE) == 500.0
    assert np.isnan(weight_seen(np.array([np.nan]), RATE))
    assert weight_seen(np.r_[np.full(125, 700.0), np.full(2000, 595.0)], RATE) == 700.0, "85 % is a part elsewhere"
    assert weight_seen(np.r_[np.full(125, 700.0), np.full(2000, 600.0)], RATE) == 600.0, "so much is unrest"
    assert np.isnan(weight_seen(np.full(500, -2.0), RATE))
    moment = np.full(1000, 500.0)
    moment[93:156] = 700.0  # the larger part of one half second, the one from sample 62 on
    assert weight_seen(moment, RATE) == 700.0


def test_a_stance_ends_where_something_else_carries():
    name = "single_leg_stance_time_s"
    one = np.r_[np.full(3000, 700.0), np.full(125, 590.0), np.full(1000, 700.0)]
    assert stance_time(one, RATE, 700.0)[0][name] == 12.0
    assert stance_time(np.delete(one, 3000), RATE, 700.0)[1][name].reason == "stance-outlasts", "a short dip"
    assert stance_time(one, RATE, 700.0, touched_down_s=11.0)[0][name] == 11.0
    assert stance_time(np.r_[one[:3000], np.full(125, 595.0)], RATE, 700.0)[1][name].reason == "stance-outlasts"
    begun = np.r_[900.0, one]
    assert stance_time(begun, RATE, 700.0)[0][name] == 3001 / RATE, "one sample is no weight"
    assert stance_time(np.r_[100.0, one], RATE, 700.0)[0][name] == 3001 / RATE, "nor is it an empty plate"
    both = np.r_[np.full(500, 700.0), np.full(3000, 800.0)]
    assert stance_time(both, RATE, 700.0, touched_down_s=2.0)[0][name] == 2.0, "what comes behind is no stance"
    fifth = np.r_[np.full(25, 140.0), one]
    assert stance_time(fifth, RATE, 700.0)[0][name] == 3025 / RATE, "a fifth of the weight is somebody"
    at_once = np.r_[700.0, np.full(125, 500.0), np.full(1000, 700.0)]
    assert stance_time(at_once, RATE, 700.0)[0][name] == 1.0 / RATE
    assert stance_time(one[3000:], RATE, 700.0)[1][name].reason == "carried-at-beginning"
    assert stance_time(one[2999:], RATE, 700.0)[0][name] == 1.0 / RATE


def test_weight_bearing():
    name = "weight_bearing_left_percent"
    force = np.full(500, 700.0)
    assert weight_bearing(np.full(500, -30.0), force, 200.0)[0][name] == pytest.approx(65.0)
    assert weight_bearing(np.full(500, -30.0), np.full(500, 0.001), 200.0)[0][name] == pytest.approx(65.0)
    assert "outside the feet" in said(weight_bearing(np.full(500, 130.0), force, 200.0)[1][name])
