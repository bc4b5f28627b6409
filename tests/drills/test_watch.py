"""Learning the stance, and what counts against it."""

import pytest

from drills.prescription import Asked, prescribe
from drills.state import UNKNOWN_STANCE, LearntStance, Runs
from drills.values import Leg, Observation
from drills.watch import CREDIBLE_MM, CREDIBLE_N, last_stood_ns, learn

NAN, INF = float("nan"), float("inf")


def seen(force_n=700.0, ml_mm=1.0, ap_mm=2.0):
    return Observation(force_n, ml_mm, ap_mm, 0.0, True)


def test_the_stance_is_the_mean_of_what_was_seen():
    stance = UNKNOWN_STANCE
    for observation in (seen(600, 10, -4), seen(700, 20, 0), seen(800, 60, 10)):
        stance = learn(stance, observation)
    assert stance == (3, pytest.approx(700), 3, pytest.approx(30), pytest.approx(2))


@pytest.mark.parametrize("force_n", [NAN, INF, -INF, -0.1, CREDIBLE_N + 0.1])
def test_a_force_that_cannot_be_is_left_out(force_n):
    assert learn(UNKNOWN_STANCE, seen(force_n)) == LearntStance(0, 0.0, 1, 1.0, 2.0)


TOO_FAR_MM = CREDIBLE_MM + 0.1


@pytest.mark.parametrize("place", [(NAN, 0), (0, NAN), (INF, 0), (0, -INF), (TOO_FAR_MM, 0), (0, TOO_FAR_MM)])
def test_a_place_that_cannot_be_is_left_out(place):
    assert learn(UNKNOWN_STANCE, seen(700, *place)) == LearntStance(1, 700.0, 0, 0.0, 0.0)


def test_the_bounds_themselves_are_credible():
    stance = learn(UNKNOWN_STANCE, seen(0.0, CREDIBLE_MM, -CREDIBLE_MM))
    stance = learn(stance, seen(CREDIBLE_N, CREDIBLE_MM, -CREDIBLE_MM))
    assert stance == (2, CREDIBLE_N / 2, 2, CREDIBLE_MM, -CREDIBLE_MM)


@pytest.mark.parametrize("force_n", [NAN, INF, CREDIBLE_N * 2])
def test_a_force_that_cannot_be_ends_the_trial_like_stepping_off(drive, person, quiet, single_leg, force_n):
    for document, confirmed_s in ((quiet, 0.02), (single_leg, 0.08)):
        script = lambda t: person() if t < 20 else seen(force_n)  # noqa: E731
        run = drive(document, prescribe(document, Asked(Leg.LEFT, trials=1)), script, 40)
        assert run.state.results[0].outcome.value == "step-off"
        assert run.ticks[-1].t_s == pytest.approx(20 + confirmed_s)


def test_stance_is_taken_to_end_20_ms_before_the_first_sign():
    assert last_stood_ns(Runs(None, None, None), 10**9) == 10**9
    assert last_stood_ns(Runs(900_000_000, 800_000_000, None), 10**9) == 780_000_000
