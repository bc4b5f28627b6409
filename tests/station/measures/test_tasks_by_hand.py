"""The force tasks and the lean where a small change of a rule would show: made movements, known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from station.measures.tasks.force import PUSH_NAMES, RISE_NAMES, isometric_push, landing_of, sit_to_stand
from station.measures.tasks.limits import LEAN_NAMES, LIMIT_DEG, Target, _begun, limits_of_stability

RATE = 100.0


def test_names_and_limits_are_what_the_pages_and_files_know() -> None:
    assert RISE_NAMES == ("rise_transfer_time_s", "rise_index_percent", "rise_symmetry_percent")
    assert PUSH_NAMES[0] == "push_force_max_n"
    assert list(PUSH_NAMES[1:]) == [f"push_rfd_{ms}ms_n_s" for ms in (100, 150, 200, 250)]
    assert LEAN_NAMES == (
        "los_reaction_time_s",
        "los_movement_velocity_deg_s",
        "los_endpoint_excursion_percent",
        "los_maximum_excursion_percent",
        "los_directional_control_percent",
    )
    assert LIMIT_DEG == {"front": 8.0, "right": 8.0, "left": 8.0, "back": 4.5}


# --- rise and push --------------------------------------------------------------------------------------------------


def test_who_stood_for_a_moment_and_sat_down_is_seen_in_half_seconds_that_overlap() -> None:
    """26 samples of 50 are the larger part of one half second only: of the one from sample 75 on."""
    force = np.full(400, 700.0)
    force[75:101] = 900.0
    force[:50] = 100.0
    assert {one.reason for one in sit_to_stand(force, None, RATE)[1].values()} == {"sat-down-again"}
    force[100] = 700.0
    assert {one.reason for one in sit_to_stand(force, None, RATE)[1].values()} == {"no-sides"}


def test_a_rise_begins_behind_the_last_sample_at_rest() -> None:
    force = np.r_[np.full(100, 100.0), 150.0, 151.0, np.linspace(200.0, 1000.0, 9), np.full(200, 1000.0)]
    values, reasons = sit_to_stand(force, None, RATE)  # 150 is 5 % of the weight above the rest: rest still
    assert values[RISE_NAMES[0]] == pytest.approx((110 - 101) / RATE)
    assert {name: why.reason for name, why in reasons.items()} == {RISE_NAMES[2]: "no-sides"}
    assert math.isnan(values[RISE_NAMES[2]])
    at_once = np.r_[1000.0, np.full(99, 100.0), np.full(200, 1000.0)]
    assert sit_to_stand(at_once, None, RATE)[0][RISE_NAMES[0]] == 0.0
    assert {one.reason for one in sit_to_stand(force, None, RATE, 1.0)[1].values()} == {"another-weight"}


def test_a_push_begins_at_the_last_sample_at_its_threshold() -> None:
    force = np.r_[np.full(60, 50.0), 60.0, 60.0 + 20.0 * np.arange(1.0, 20.0)]  # 1 % of 1000 N above 50 N
    values, reasons = isometric_push(force, RATE, 1000.0)
    assert values[PUSH_NAMES[1]] == pytest.approx(2000.0)
    assert {name: why.reason for name, why in reasons.items()} == dict.fromkeys(PUSH_NAMES[3:], "window-outlasts")
    unknown = force.copy()
    unknown[3] = np.nan
    assert math.isnan(isometric_push(unknown, RATE, 1000.0)[0][PUSH_NAMES[0]])


def test_a_landing_on_slow_plates_and_after_a_long_wait() -> None:
    on = np.full(9, 700.0)
    assert landing_of(np.r_[on, 0.0, on], 4.0) == 10  # one sample is a tenth of a second there
    assert landing_of(np.r_[700.0, 900.0, on], 1.0).reason == "no-landing"
    assert landing_of(np.r_[900.0, on], 1.0) == 0
    assert landing_of(np.r_[np.full(600, 3.0), np.full(500, 700.0)], RATE) == 600
    assert landing_of(np.r_[140.0, np.full(500, 700.0)], RATE).reason == "no-landing", "a fifth is on the plate"
    assert landing_of(np.zeros(500), RATE).reason == "no-landing"


# --- leaning --------------------------------------------------------------------------------------------------------


def leaned(direction_deg=0.0, offset_mm=(0.0, 0.0), limit_mm=100.0):
    """A lean of 50 mm from 1.4 s on with a detour, half a second's stop, and 30 mm more; the cue is at 1 s."""
    t_s = np.arange(400) / RATE
    along = 50.0 * np.clip((t_s - 1.4) / 0.5, 0.0, 1.0) + 30.0 * np.clip((t_s - 2.4) / 0.5, 0.0, 1.0)
    across = 6.0 * np.sin(np.pi * np.clip((t_s - 1.4) / 0.5, 0.0, 1.0))
    turn = math.radians(direction_deg)
    ml = offset_mm[0] + along * math.sin(turn) + across * math.cos(turn)
    ap = offset_mm[1] + along * math.cos(turn) - across * math.sin(turn)
    return limits_of_stability(ml, ap, RATE, 1.0, Target(direction_deg, limit_mm), 1700.0)


def test_a_lean_is_the_same_in_every_direction_and_from_every_place() -> None:
    straight, reasons = leaned()
    assert reasons == {}
    assert straight[LEAN_NAMES[2]] == pytest.approx(50.0)
    assert straight[LEAN_NAMES[3]] == pytest.approx(80.0)
    for direction in (30.0, 140.0, 200.0, 300.0):
        assert leaned(direction, (15.0, -25.0))[0] == pytest.approx(straight, rel=1e-6)
    assert leaned(limit_mm=1.0)[0][LEAN_NAMES[2]] == pytest.approx(5000.0)


@pytest.mark.parametrize(("lean_mm", "found"), [(12.0, False), (12.001, True)])
def test_a_lean_is_further_than_three_sd_of_the_unrest_before_the_cue(lean_mm, found) -> None:
    along = np.zeros(400)
    along[50:100] = np.tile([4.0, -4.0], 25)
    along[200:] = lean_mm
    _, reasons = limits_of_stability(0.0 * along, along, RATE, 1.0, Target(0.0, 100.0), 1700.0)
    assert ("no-lean" not in {one.reason for one in reasons.values()}) is found


def test_on_a_slow_plate_one_sample_is_long_enough_for_a_lean() -> None:
    along = np.where(np.arange(40) == 20, 6.0, 0.0)
    _, reasons = limits_of_stability(0.0 * along, along, 4.0, 2.0, Target(0.0, 100.0), 1700.0)
    assert "no-lean" not in {one.reason for one in reasons.values()}


def at_speeds(*mm_s):
    """A second at each of these speeds, behind a second of the first."""
    return np.cumsum(np.repeat([mm_s[0], *mm_s], 100)) / RATE


def test_a_movement_begins_where_it_was_last_as_slow_as_unrest() -> None:
    along = at_speeds(0.0, 1.5, 3.0, 50.0)
    assert 270 < _begun(along, 450, slice(50, 100), RATE) < 300  # 2 mm/s: behind those at 1.5
    sways = at_speeds(0.0, 7.0, 15.0, 100.0)
    t_s = np.arange(100) / RATE
    sways[:100] = 5.0 * 2.0**0.5 / (2.0 * np.pi * 4.0) * np.sin(2.0 * np.pi * 4.0 * t_s)  # 5 mm/s r.m.s.: 10 are unrest
    assert 270 < _begun(sways, 450, slice(0, 100), RATE) < 300


def test_who_leans_before_the_cue_is_told_by_how_much() -> None:
    t_s = np.arange(400) / RATE
    along = 80.0 * np.clip(t_s - 0.9, 0.0, 1.0)
    values, reasons = limits_of_stability(0.0 * along, along, RATE, 1.0, Target(0.0, 100.0), 1700.0)
    assert math.isnan(values[LEAN_NAMES[0]])
    assert {name: why.reason for name, why in reasons.items()} == {LEAN_NAMES[0]: "leaned-before-cue"}
    assert 0.1 <= reasons[LEAN_NAMES[0]].values["before_s"] <= 0.2, "what moves before the cue counts as unrest too"
