"""A platform with a displacement of its own: what it does, what is too much on the way there, and what to choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.dose import peak_acceleration_g
from drills.errors import PrescriptionError
from drills.machine import begin
from drills.platform import Platform
from drills.prescription import Asked, check, prescribe
from drills.problems import Problem
from drills.values import Leg
from hw.mechanics import interpolate

CRANK = Platform(12.0, 38.0, 40.0, ((25.0, 0.62),))
MASS = Platform(12.0, 40.0, 40.0, ((10.0, 1.2), (14.0, 0.5), (30.0, 0.27)))
TOO_HARD = Problem(
    "frequency_hz",
    30.0,
    reason="platform-too-hard",
    values={
        "platform_mm": 0.62,
        "hz": 30.0,
        "on_the_way": False,
        "peak_g": peak_acceleration_g(30.0, 0.62),
        "limit_g": 0.5,
        "instead_hz": 20.0,
    },
)
BELOW = Problem("frequency_hz", 10.0, 12.0, 38.0, reason="platform-range")
NO_OTHER = Problem("displacement_pp_mm", 0.3, reason="platform-fixed", values={"platform_mm": 0.62, "hz": 15})
PAIRS = st.lists(
    st.tuples(st.floats(5, 40, allow_subnormal=False), st.floats(0.01, 6)),
    min_size=1,
    max_size=6,
    unique_by=lambda pair: round(pair[0], 2),
).map(lambda pairs: tuple(sorted(pairs)))


@given(PAIRS, st.floats(0, 60))
def test_it_does_what_the_drive_says_it_does(pairs, hz):
    assert Platform(5.0, 40.0, 40.0, pairs).at(hz) == pytest.approx(interpolate(pairs, hz))


@given(PAIRS, st.floats(5, 40))
def test_the_hardest_points_are_the_hardest(pairs, to_hz):
    platform = Platform(5.0, 40.0, 40.0, pairs)
    points = platform.hardest(to_hz)
    assert points[0] == (5.0, platform.at(5.0))
    assert points[-1] == (to_hz, platform.at(to_hz))
    way = [5.0 + (to_hz - 5.0) * step / 400 for step in range(401)]
    assert max(platform.at(hz) for hz in way) <= max(mm for _, mm in points) + 1e-9
    hardest_g = max(peak_acceleration_g(*point) for point in points)
    assert max(peak_acceleration_g(hz, platform.at(hz)) for hz in way) <= hardest_g * (1 + 1e-9)


def test_what_is_too_hard_says_what_the_platform_does_and_what_to_choose():
    assert CRANK.beyond(30.0, 2.0, 0.5) == TOO_HARD
    assert CRANK.beyond(20.0, 2.0, 0.5) is None
    assert CRANK.beyond(11.9, 2.0, 0.5) == BELOW._replace(value=11.9)
    assert CRANK.beyond(38.1, 2.0, 0.5) == BELOW._replace(value=38.1)
    small = CRANK.beyond(15.0, 0.6, 9.0)
    assert (small.values["limit_mm"], small.values["instead_hz"]) == (0.6, None)
    on_the_way = MASS.beyond(25.0, 0.8, 9.0).values
    assert on_the_way["platform_mm"] == pytest.approx(0.85)
    assert (on_the_way["hz"], on_the_way["on_the_way"], on_the_way["limit_mm"]) == (12.0, True, 0.8)


@given(PAIRS, st.floats(0.1, 1.0))
def test_what_to_choose_can_be_chosen_and_nothing_above_it(pairs, most_g):
    platform = Platform(12.0, 40.0, 40.0, pairs)
    highest_hz = platform.highest_hz(35.0, 6.0, most_g)
    for hz in range(12, 36):
        assert (platform.beyond(float(hz), 6.0, most_g) is None) == (highest_hz is not None and hz <= highest_hz)


def test_a_prescription_has_the_platforms_displacement(single_leg):
    crank = CRANK._replace(displacement_pp_mm=((25.0, 0.234),))
    asked = prescribe(single_leg, Asked(Leg.LEFT, frequency_hz=27), crank)
    assert (asked.displacement_pp_mm, asked.vibrates) == (0.234, True)
    assert prescribe(single_leg, Asked(Leg.LEFT, frequency_hz=27, displacement_pp_mm=0.23), crank) == asked
    assert begin(single_leg, asked, 0, crank).plan.demand == (27, 0.234)
    still = prescribe(single_leg, Asked(Leg.LEFT, displacement_pp_mm=0), crank)
    assert not still.vibrates
    assert not begin(single_leg, still, 0, crank).plan.vibrates


def test_a_drill_without_vibration_knows_no_platform(quiet):
    assert prescribe(quiet, Asked(Leg.BOTH), CRANK) == prescribe(quiet, Asked(Leg.BOTH))


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"frequency_hz": 30}, TOO_HARD),
        ({"frequency_hz": 10}, BELOW),
        (
            {"frequency_hz": 15, "displacement_pp_mm": 0.3},
            NO_OTHER,
        ),
        ({"frequency_hz": 4}, Problem("frequency_hz", 4, 5, 35)),
        ({"frequency_hz": 15, "displacement_pp_mm": -0.1}, Problem("displacement_pp_mm", -0.1, 0.02, 2)),
    ],
)
def test_what_the_platform_cannot_do_is_refused_by_name(single_leg, asked, problem):
    with pytest.raises(PrescriptionError) as refused:
        prescribe(single_leg, Asked(Leg.LEFT, **asked), CRANK)
    assert refused.value.problems == (problem,)


def test_a_prescription_is_not_let_pass_on_a_platform_that_cannot_do_it(single_leg):
    with pytest.raises(PrescriptionError, match="platform-too-hard"):
        check(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), CRANK)
