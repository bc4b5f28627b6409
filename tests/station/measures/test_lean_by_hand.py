"""The parts of a lean's figures on curves of which each sample can be counted: at 128 samples a second one step of
1/64 mm is 2 mm/s to the last bit.
"""

import math

import numpy as np
import pytest

from station.measures.tasks.limits import (
    COG_HEIGHT,
    LEAN_NAMES,
    Target,
    _begun,
    _control,
    _first_run,
    _velocity,
    limits_of_stability,
)

RATE = 128.0
START = slice(0, 1)
"""One sample has no unrest: a movement is faster than 2 mm/s."""


def steps(*speeds_mm_s):
    """A way (N + 1,) whose samples follow each other at these speeds."""
    return np.concatenate(([0.0], np.cumsum(speeds_mm_s))) / RATE


def test_a_movement_begins_where_it_was_last_slow():
    way = np.array([0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 5], dtype=float)
    assert _begun(way, 9, START, RATE) == 3, "what comes behind the onset is not its beginning"
    assert _begun(way, 10, START, RATE) == 10, "slow at the onset itself: nothing was gained since"


def test_a_speed_of_exactly_the_unrest_is_slow():
    way = steps(*[2.0] * 6, *[4.0] * 6)
    # The speed at a sample is the mean of both steps: 2 up to the fifth, 3 at the sixth, then 4.
    assert _begun(way, 8, START, RATE) == 5 - 3, (
        "back from 2 to 0 mm/s at the rate at which it rose to 4: as long again"
    )


def test_who_was_never_slow_began_with_the_first_sample():
    assert _begun(steps(*[8.0] * 20), 10, START, RATE) == 0


def test_a_small_gain_is_followed_back_as_far_as_the_way_at_most():
    way = steps(*[1.5] * 20, 1.5, *[2.25] * 20)
    assert _begun(way, 30, START, RATE) == 21 - 9, "1.875 mm/s at the last slow sample, 0.375 below the onset's"


def test_a_standstill_is_not_followed_back():
    assert _begun(steps(*[0.0] * 30, *[4.5] * 30), 50, START, RATE) == 29
    assert _begun(steps(*[0.0] * 30, *[2.5] * 30), 50, START, RATE) == 30 - 20, "1.25 of 2.5 mm/s at the last slow one"


@pytest.mark.parametrize(("flags", "length", "at"), [("0110111", 3, 4), ("0110", 3, None), ("11", 1, 0)])
def test_the_first_run(flags, length, at):
    assert _first_run(np.array([one == "1" for one in flags]), length) == at


def test_the_lean_is_an_angle_of_a_quarter_turn_at_most():
    along = np.arange(0.0, 91.0)
    begin, end = 5, 86  # 4.5 and 85.5 mm of 90
    angle = math.degrees(math.asin(0.86) - math.asin(0.05))
    assert _velocity(along, 90.0, RATE, 100.0) == pytest.approx(angle * RATE / (end - begin))
    beyond = np.arange(0.0, 201.0)
    assert _velocity(beyond, 200.0, RATE, 100.0) == pytest.approx((90.0 - math.degrees(math.asin(0.1))) * RATE / 180.0)


def test_control_of_short_and_of_wild_ways():
    assert _control(np.array([0.0, 0.5]), np.array([0.0, 0.1])) == pytest.approx(80.0)
    assert _control(np.array([0.0, 10.0]), np.array([0.0, 9.95])) == pytest.approx(0.5)
    assert math.isnan(_control(np.array([1.0, 1.0]), np.zeros(2)))


def leaned(along, across, cue):
    """The figures of a lean straight ahead after `cue` samples, of somebody of 1 m."""
    values, reasons = limits_of_stability(across, along, RATE, cue / RATE, Target(0.0, 100.0), 1000.0)
    return [values[name] for name in LEAN_NAMES], reasons


def test_who_begins_with_the_cue_reacts_in_no_time():
    cue = 128
    along = np.concatenate((np.zeros(cue + 2), np.arange(1.0, 61.0), np.full(40, 60.0)))
    values, reasons = leaned(along, np.zeros(len(along)), cue)
    assert (values[0], reasons) == (0.0, {})


def test_a_lean_ends_with_its_last_step_and_takes_nothing_of_what_follows():
    cue = 128
    rise = np.concatenate((np.arange(1.0, 37.0), [60.0]))  # 36 is less than 95 % of 60: the last step reaches that
    along = np.concatenate((np.zeros(cue + 2), rise, np.full(40, 50.0)))
    end = cue + 1 + len(rise)
    assert (along[end - 1], along[end], along[end + 1]) == (36.0, 60.0, 50.0)
    across = np.zeros(len(along))
    across[end:] = 3.0
    across[end + 1 :] = 7.0
    (_, velocity, endpoint, _, control), _ = leaned(along, across, cue)
    assert endpoint == 60.0
    lean = math.degrees(math.asin(60.0 / (1000.0 * COG_HEIGHT)) - math.asin(3.0 / (1000.0 * COG_HEIGHT)))
    assert velocity == pytest.approx(lean * RATE / (len(rise) - 3))
    onset_mm = 6.0  # the first sample beyond 5 mm
    assert control == pytest.approx(100.0 * (60.0 - onset_mm - 3.0) / (60.0 - onset_mm))
