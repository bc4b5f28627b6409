"""A platform with a displacement of its own: what it does, what is too much on the way there, and what to choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.dose import peak_acceleration_g
from drills.errors import PrescriptionError
from drills.machine import begin
from drills.platform import Platform
from drills.prescription import Asked, check, prescribe, too_hard
from drills.values import Leg
from hw.mechanics import interpolate

CRANK = Platform(12.0, 38.0, 40.0, ((25.0, 0.62),))
MASS = Platform(12.0, 40.0, 40.0, ((10.0, 1.2), (14.0, 0.5), (30.0, 0.27)))
TOO_HARD = "this platform does 0.62 mm at 30 Hz, which is 1.12 g, the limit is 0.5 g: choose at most 20 Hz"
NO_OTHER = "this platform does 0.62 mm at 15 Hz and no other"
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
    why = too_hard(2.0, 0.5)
    assert CRANK.beyond(30.0, why) == TOO_HARD
    assert CRANK.beyond(20.0, why) == ""
    assert CRANK.beyond(11.9, why) == CRANK.beyond(38.1, why) == "this platform runs from 12 to 38 Hz"
    assert CRANK.beyond(15.0, too_hard(0.6, 9.0)).endswith("the limit is 0.6 mm: it cannot vibrate within that limit")
    assert MASS.beyond(25.0, too_hard(0.8, 9.0)).startswith("this platform does 0.85 mm at 12 Hz on the way, the limit")


@given(PAIRS, st.floats(0.1, 1.0))
def test_what_to_choose_can_be_chosen_and_nothing_above_it(pairs, most_g):
    platform, why = Platform(12.0, 40.0, 40.0, pairs), too_hard(6.0, most_g)
    highest_hz = platform.highest_hz(35.0, why)
    for hz in range(12, 36):
        assert (platform.beyond(float(hz), why) == "") == (highest_hz is not None and hz <= highest_hz)


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
        ({"frequency_hz": 30}, f"frequency_hz = 30: {TOO_HARD}"),
        ({"frequency_hz": 10}, "frequency_hz = 10: this platform runs from 12 to 38 Hz"),
        (
            {"frequency_hz": 15, "displacement_pp_mm": 0.3},
            f"displacement_pp_mm = 0.3: {NO_OTHER}: leave it out, or give 0 for no vibration",
        ),
        ({"frequency_hz": 4}, "frequency_hz = 4: must be from 5 to 35"),
        ({"frequency_hz": 15, "displacement_pp_mm": float("nan")}, "displacement_pp_mm = nan: must be from 0.02 to 2"),
    ],
)
def test_what_the_platform_cannot_do_is_refused_by_name(single_leg, asked, problem):
    with pytest.raises(PrescriptionError) as refused:
        prescribe(single_leg, Asked(Leg.LEFT, **asked), CRANK)
    assert refused.value.problems == (problem,)


def test_a_prescription_is_not_let_pass_on_a_platform_that_cannot_do_it(single_leg):
    with pytest.raises(PrescriptionError, match="this platform does"):
        check(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), CRANK)
