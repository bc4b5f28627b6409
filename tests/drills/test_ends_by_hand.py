"""The ends of a movement by force and place, one step computed by hand: where the body is, and which end that is."""

import math
from typing import Any

import pytest

from drills.exercises.ends import FRESH, Body, MovementEnds, SeenMoving, follow, turned, weighed

NS = 10**9
TENTH_NS = NS // 10
G = 9806.65
"""In mm/s2."""
SQUAT = MovementEnds("squat", 1000.0, 0.0, 100.0, 0.0, 0.0)
CALF = MovementEnds("calf-raise", 1000.0, 5.0, 20.0, 50.0, 0.0)


def seen(
    force_n: float = 1000.0, ap_mm: float = 5.0, now_ns: int = TENTH_NS, up: bool = True, calm: bool = False
) -> Any:
    return SeenMoving(force_n, ap_mm, now_ns, up, calm)


@pytest.mark.parametrize(
    ("now_ns", "step_s"), [(TENTH_NS, 0.1), (TENTH_NS // 2, 0.05), (5 * NS, 0.1), (0, 0.0), (-NS, 0.0)]
)
def test_force_beyond_the_weight_is_speed_and_speed_is_way(now_ns, step_s):
    """Half of the weight more, for a tenth of a second at most: the mean takes a fourth of that time's share."""
    body = follow(SQUAT, FRESH._replace(last_ns=0), seen(1500.0, now_ns=now_ns))
    mean = 0.5 * G * step_s / 4.0
    speed = (0.5 * G - mean) * step_s
    assert body.mean_mm_s2 == pytest.approx(mean)
    assert (body.speed_mm_s, body.place_mm) == pytest.approx((speed, speed * step_s))
    assert (body.extreme_mm, body.last_ns) == (body.place_mm, now_ns)


def test_the_first_tick_moves_nobody():
    assert follow(SQUAT, FRESH, seen(1500.0)) == Body(TENTH_NS, level=1.0)


@pytest.mark.parametrize(("up", "extreme_mm"), [(True, 22.7025), (False, 5.35405)])
def test_speed_and_place_are_forgotten_in_two_seconds_and_the_extreme_in_five(up, extreme_mm):
    """With the weight itself: 10 - 10 x 0.1/4; 40 - (9.75 + 40/2) x 0.1; 20 + (37.025 - 20/2) x 0.1; 5 + 17.7025 x
    0.1/5, and the highest is where the body is now.
    """
    before = Body(0, 10.0, 40.0, 20.0, 5.0)
    body = follow(SQUAT, before, seen(up=up))
    found = (body.mean_mm_s2, body.speed_mm_s, body.place_mm, body.extreme_mm)
    assert found == pytest.approx((9.75, 37.025, 22.7025, extreme_mm))


def test_in_the_calm_only_the_mean_is_kept():
    """Of a second: a tenth of the way from 10 to 0. What was reached stays drawn."""
    before = Body(0, 10.0, 40.0, 20.0, 5.0, 7.0, 0.5)
    body = follow(SQUAT, before, seen(calm=True))
    assert body._replace(mean_mm_s2=0.0, way_mm=0.0, level=0.0, at_low=False, at_high=False) == Body(TENTH_NS)
    assert body.mean_mm_s2 == pytest.approx(9.0)
    chair = MovementEnds("sit-to-stand", 1000.0, 0.0, 0.0, 0.0, 0.0)
    assert follow(chair, before, seen(500.0, calm=True)).mean_mm_s2 == pytest.approx(10.0 + (-0.5 * G - 10.0) * 0.1)


@pytest.mark.parametrize(
    ("force_n", "weight_n"), [(-0.1, 1000.0), (5000.1, 1000.0), (math.nan, 1000.0), (700.0, 0.0), (700.0, -1.0)]
)
def test_a_force_that_no_patient_has_moves_nobody(force_n, weight_n):
    before = Body(0, 10.0, 40.0, 20.0, 5.0, 7.0, 0.5, at_low=True, at_high=True)
    for ends in (SQUAT, CALF, MovementEnds("step-up", 1000.0, 0.0, 0.0, 0.0, 0.0)):
        body = follow(ends._replace(weight_n=weight_n), before, seen(force_n))
        assert body == before._replace(last_ns=TENTH_NS, at_low=False, at_high=False)


@pytest.mark.parametrize(("force_n", "at_low"), [(0.0, True), (5000.0, False)])
def test_any_force_that_a_patient_can_have_is_followed(force_n, at_low):
    ends = MovementEnds("step-up", 1000.0, 0.0, 0.0, 0.0, 0.0)
    body = follow(ends, FRESH, seen(force_n))
    assert (body.at_low, body.level) == (at_low, 0.0 if at_low else 1.0)


@pytest.mark.parametrize(
    ("movement", "force_n", "level", "at_low", "at_high"),
    [
        ("sit-to-stand", 200.0, 0.0, True, False),
        ("sit-to-stand", 600.0, 0.5, True, False),
        ("sit-to-stand", 100.0, 0.0, True, False),
        ("sit-to-stand", 1050.0, 1.0, False, True),
        ("step-up", 400.0, 0.0, True, False),
        ("step-up", 650.0, 0.25 / 0.6, True, False),
        ("step-up", 651.0, 0.251 / 0.6, False, False),
        ("step-up", 850.0, 0.75, False, True),
        ("step-up", 849.0, 0.449 / 0.6, False, False),
    ],
)
def test_a_bar_goes_from_what_is_left_on_the_plate_to_the_weight(movement, force_n, level, at_low, at_high):
    """A fifth is left of who sits, 0.4 of who steps down; a hand may carry a tenth of the weight in the step-up."""
    ends = MovementEnds(movement, 1000.0, 0.0, 0.0, 0.0, 0.1 if movement == "step-up" else 0.0)
    body = follow(ends, FRESH, seen(force_n))
    assert (body.level, body.at_low, body.at_high) == (pytest.approx(level), at_low, at_high)


def still(place_mm: float, extreme_mm: float, way_mm: float = 0.0) -> Body:
    """Somebody there; at the time of their last tick nothing moves on."""
    return Body(TENTH_NS, 0.0, 0.0, place_mm, extreme_mm, way_mm)


@pytest.mark.parametrize(
    ("place_mm", "way_mm", "level", "at_low"),
    [
        (0.0, 0.0, 1.0, False),
        (-25.0, 0.0, 0.75, False),
        (-99.9, 0.0, 0.001, False),
        (-100.0, 0.0, 0.0, True),
        (-150.0, 0.0, 0.0, True),
        (-25.0, 100.0, 0.75, True),
        (-25.0, 99.0, 0.75, False),
    ],
)
def test_a_squat_is_down_after_its_height(place_mm, way_mm, level, at_low):
    """From the highest place on, and once it was so far down."""
    body = follow(SQUAT, still(place_mm, 0.0, way_mm), seen(up=True))
    assert (body.level, body.at_low, body.at_high) == (pytest.approx(level), at_low, False)
    assert body.way_mm == max(way_mm, -place_mm)


@pytest.mark.parametrize(
    ("place_mm", "way_mm", "level", "at_high"),
    [
        (-100.0, 0.0, 0.0, False),
        (-70.0, 0.0, 0.5, False),
        (-40.1, 0.0, 59.9 / 60.0, False),
        (-40.0, 0.0, 1.0, True),
        (0.0, 0.0, 1.0, True),
        (-100.0, 30.0, 0.5, False),
        (-100.0, 60.0, 1.0, True),
    ],
)
def test_a_squat_is_up_after_six_tenths_of_its_height(place_mm, way_mm, level, at_high):
    body = follow(SQUAT, still(place_mm, -100.0, way_mm), seen(up=False))
    assert (body.level, body.at_low, body.at_high) == (pytest.approx(level), False, at_high)
    assert body.way_mm == max(way_mm, place_mm + 100.0)


@pytest.mark.parametrize("up", [True, False])
def test_without_a_height_no_end_is_reached(up):
    body = follow(SQUAT._replace(height_mm=0.0), still(-500.0 if up else 500.0, 0.0), seen(up=up))
    assert (body.at_low, body.at_high, body.level) == (False, False, 1.0 if up else 0.0)
    body = follow(CALF._replace(height_mm=0.0), still(500.0, 0.0), seen(ap_mm=60.0, up=False))
    assert (body.at_high, body.level) == (False, 0.0)


@pytest.mark.parametrize(
    ("ap_mm", "level", "at_low"),
    [
        (55.0, 1.0, False),
        (80.0, 1.0, False),
        (30.0, 0.5, False),
        (25.1, 0.402, False),
        (25.0, 0.4, True),
        (5.0, 0.0, True),
        (-20.0, 0.0, True),
        (math.nan, 0.0, True),
    ],
)
def test_heels_are_down_where_the_load_is_back_by_six_tenths(ap_mm, level, at_low):
    """The toes are 50 mm ahead of where the patient stands: 0.4 of that is 20 mm."""
    body = follow(CALF, still(20.0, 0.0, 20.0), seen(ap_mm=ap_mm, up=True))
    assert (body.level, body.at_low, body.at_high) == (pytest.approx(level), at_low, False)


@pytest.mark.parametrize(
    ("ap_mm", "place_mm", "way_mm", "level", "at_high"),
    [
        (55.0, 20.0, 0.0, 1.0, True),
        (54.9, 20.0, 0.0, 0.998, False),
        (55.0, 19.9, 0.0, 0.995, False),
        (55.0, 5.0, 0.0, 0.25, False),
        (55.0, 5.0, 20.0, 1.0, True),
        (55.0, -5.0, 0.0, 0.0, False),
        (90.0, 40.0, 0.0, 1.0, True),
        (25.1, 40.0, 0.0, 0.402, False),
        (25.1, 5.0, 10.0, 0.402, False),
        (25.0, 5.0, 10.0, 0.25, False),
    ],
)
def test_on_the_toes_the_load_is_ahead_and_the_body_has_come_up(ap_mm, place_mm, way_mm, level, at_high):
    """20 mm up and 50 mm ahead; with the load at 0.4 of that, or behind, a way that was come before is forgotten."""
    body = follow(CALF, still(place_mm, 0.0, way_mm), seen(ap_mm=ap_mm, up=False))
    assert (body.level, body.at_low, body.at_high) == (pytest.approx(level), False, at_high)
    assert body.way_mm == (place_mm if ap_mm <= 25.0 else max(way_mm, place_mm))


def test_the_way_up_is_from_the_lowest_place():
    body = follow(CALF, still(15.0, -5.0), seen(ap_mm=55.0, up=False))
    assert (body.way_mm, body.at_high) == (20.0, True)


def test_a_weight_and_a_way_may_be_small():
    """Only none is none: of 0.5 N, or of a millimetre, an end is reached as of any."""
    small = MovementEnds("step-up", 0.5, 0.0, 0.0, 0.0, 0.0)
    assert follow(small, FRESH, seen(0.5)).at_high
    one = CALF._replace(height_mm=1.0, ahead_mm=1.0)
    assert follow(one, still(1.0, 0.0), seen(ap_mm=6.0, up=False)).at_high
    bent = follow(SQUAT._replace(height_mm=1.0), still(-1.0, 0.0), seen(up=True))
    assert (bent.at_low, bent.level) == (True, 0.0)
    assert follow(SQUAT._replace(height_mm=1.0), still(0.6, 0.0), seen(up=False)).at_high


def test_without_a_place_ahead_no_toes_are_stood_on():
    body = follow(CALF._replace(ahead_mm=0.0), still(40.0, 0.0), seen(ap_mm=500.0, up=False))
    assert (body.level, body.at_high, body.way_mm) == (0.0, False, 40.0)


def test_at_an_end_the_way_is_measured_again():
    body = turned(Body(5, 1.0, 2.0, 30.0, 4.0, 25.0, 0.5, at_low=True, at_high=True))
    assert body == Body(5, 1.0, 2.0, 30.0, 30.0, 0.0, 0.5)


def test_who_is_heavier_after_the_calm_is_that_heavy_and_who_is_lighter_holds_on():
    """A twentieth of g upward in the mean is a twentieth of the weight more; a hand that carries is kept."""
    ends, body = weighed(SQUAT, FRESH._replace(mean_mm_s2=0.05 * G))
    assert (ends.weight_n, body) == (pytest.approx(1050.0), FRESH)
    for mean in (0.0, -0.05 * G):
        lighter = FRESH._replace(mean_mm_s2=mean)
        assert weighed(SQUAT, lighter) == (SQUAT, lighter)
    assert FRESH._replace(mean_mm_s2=-0.05 * G).support == pytest.approx(0.05)
    assert FRESH._replace(mean_mm_s2=0.05 * G).support == FRESH.support == 0.0
