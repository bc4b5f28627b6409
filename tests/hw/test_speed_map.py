"""The learned map: there and back, past its ends, and what the learner makes of motors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.vibration_drive import Bench, learned
from hw.mechanics import interpolate
from hw.settings import DriveSettings
from hw.speed_map import MapLearner, SpeedMap

MAP = SpeedMap([(0.2, 8.0), (0.4, 20.0), (0.8, 36.0)], 0.3)


@pytest.mark.parametrize(("hz", "duty"), [(8.0, 0.2), (14.0, 0.3), (20.0, 0.4), (28.0, 0.6), (36.0, 0.8), (40.0, 0.9)])
def test_straight_lines_through_the_points_and_past_the_ends(hz, duty):
    assert MAP.duty(hz) == pytest.approx(duty)


def test_the_slope_is_that_of_its_line():
    assert MAP.hz_per_duty(10.0) == pytest.approx(60.0)
    assert MAP.hz_per_duty(30.0) == MAP.hz_per_duty(99.0) == pytest.approx(40.0)


@given(st.floats(-10.0, 200.0))
def test_a_duty_is_a_duty_and_standing_still_needs_none(hz):
    assert 0.0 <= MAP.duty(hz) <= 1.0
    assert hz > 0.0 or MAP.duty(hz) == 0.0


def test_interpolation_keeps_its_ends():
    pairs = ((10.0, 1.0), (20.0, 3.0), (30.0, 2.0))
    assert [interpolate(pairs, x) for x in (0.0, 10.0, 15.0, 25.0, 30.0, 99.0)] == [1.0, 1.0, 2.0, 2.5, 2.0, 2.0]
    assert interpolate(((25.0, 0.23),), 40.0) == 0.23


@pytest.mark.parametrize("seed", range(3))
def test_what_is_learned_predicts_the_empty_motor(seed):
    settings = learned(seed, DriveSettings())
    learned_map = SpeedMap(settings.speed_map, settings.spin_up_s)
    bench = Bench(seed, settings)
    for hz in (20.0, 27.0, 35.0):
        duty = learned_map.duty(hz)
        for _ in range(6000):
            bench.motor.step(0.001, duty, enabled=True, load_kg=0.0)
        assert bench.motor.frequency_hz == pytest.approx(hz, rel=0.02)
    assert settings.spin_up_s == pytest.approx(0.28, rel=0.25)
    assert DriveSettings.model_validate(settings.model_dump()) == settings, "it can be written into the settings file"


def test_learning_stays_below_the_highest_speed_and_ends_off():
    bench = Bench(1, DriveSettings())
    learner = bench.drive.learn()
    fastest_hz = 0.0
    while not learner.finished:
        fastest_hz = max(fastest_hz, *bench.run(0.5, 30.0))
    assert fastest_hz < bench.settings.max_hz * 1.1
    assert bench.run(3.0, 30.0)[-1] == 0.0
    assert bench.drive.feedback().healthy


def test_learning_on_a_motor_that_stands_says_so():
    bench = Bench(1, DriveSettings())
    bench.daemon.stalled = True
    learner = bench.drive.learn()
    bench.run(8.0, 30.0)
    assert bench.drive.feedback().fault == "tach-lost"
    with pytest.raises(ValueError, match="did not turn"):
        learner.settings()


def test_a_learner_that_is_asked_to_stop_is_finished():
    learner = MapLearner(DriveSettings())
    assert learner.step(1, 30.0, 0.0) > 0.0
    assert learner.step(2, 0.0, 0.0) == 0.0
    assert learner.finished
    assert learner.step(3, 30.0, 0.0) == 0.0
