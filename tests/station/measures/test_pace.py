"""What was drawn, added up from sines, or laid between too few samples is said, and nothing of a real trial is."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from station.measures import RecordedCop, Request, compute
from station.measures.signal import low_pass
from station.measures.suspicions.pace import (
    aimless,
    between_few,
    falls,
    quickness,
    spectrum,
    unlike_people,
    walked,
)

SEED = 12
RATE_HZ = 100.0
OWN = {"between-few", "steps-aimless", "steps-as-late", "few-tones", "too-smooth"}


@pytest.fixture(scope="module")
def trial(trials: dict[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """(6000, 2) ML and AP in mm of one person, 100 Hz."""
    return np.column_stack(trials["BDS00265"])


def said(cop_mm, rate_hz=RATE_HZ, **known):
    recorded = RecordedCop(None, cop_mm[:, 0], cop_mm[:, 1], rate_hz=rate_hz, **known)
    return [one for one in compute(recorded, Request("raw")).suspicions if one.reason in OWN]


def reasons(cop_mm, rate_hz=RATE_HZ, **known):
    return [one.reason for one in said(cop_mm, rate_hz, **known)]


def quick(cop_mm):
    return quickness(*spectrum(cop_mm, RATE_HZ))


def between(cop_mm, slower_hz, rate_hz=RATE_HZ, *, straight=True):
    own_s = np.arange(len(cop_mm)) / RATE_HZ
    few_s = np.arange(0.0, own_s[-1], 1.0 / slower_hz)
    few = np.column_stack([np.interp(few_s, own_s, column) for column in cop_mm.T])
    wanted_s = np.arange(0.0, few_s[-1], 1.0 / rate_hz)
    if straight:
        return np.column_stack([np.interp(wanted_s, few_s, column) for column in few.T])
    return CubicSpline(few_s, few)(wanted_s)


def walk(seconds, rate_hz=RATE_HZ):
    count = round(seconds * rate_hz)
    return np.cumsum(np.random.default_rng(SEED).normal(0.0, 0.8 / rate_hz**0.5, (count, 2)), axis=0)


def sines(count, seconds=30.0):
    rng = np.random.default_rng((SEED, count))
    t_s = np.arange(0.0, seconds, 1.0 / RATE_HZ)[:, None]
    of_axis = [np.sin(2 * np.pi * (rng.uniform(0.05, 1.5, count) * t_s + rng.uniform(0, 1, count))) for _ in range(2)]
    return np.column_stack([own @ rng.uniform(1.0, 3.0, count) for own in of_axis])


@pytest.mark.parametrize("length_s", [10, 20, 30, 60])
def test_nothing_is_said_of_people(trials, length_s):
    for columns in trials.values():
        cop = np.column_stack(columns)[: round(length_s * RATE_HZ)]
        for other in (cop, np.round(cop, 1), low_pass(cop, RATE_HZ, 5.0)):
            assert reasons(other) == []
        assert reasons(cop[::2], 50.0) == []


@pytest.mark.parametrize(
    ("slower_hz", "rate_hz"),
    [(5.0, 100.0), (8.0, 100.0), (12.5, 100.0), (25.0, 100.0), (25.0, 50.0), (5.0, 250.0), (30.0, 250.0)],
)
def test_straight_lines_between_the_samples_of_a_slower_plate(trial, slower_hz, rate_hz):
    (one,) = said(between(trial, slower_hz, rate_hz), rate_hz)
    assert one.reason == "between-few"
    assert one.values["slower_hz"] == pytest.approx(slower_hz, rel=0.01)
    assert one.values["rate_hz"] == pytest.approx(rate_hz)


def test_a_plate_that_is_quick_enough_may_be_written_at_any_rate(trial):
    assert reasons(between(trial, 50.0)) == reasons(between(trial, 100.0, 1000.0), 1000.0) == []
    assert reasons(between(trial, 62.5, 250.0, straight=False), 250.0) == []


def test_splines_between_few_samples_are_smoother_than_people(trial):
    assert reasons(between(trial, 5.0, straight=False)) == ["too-smooth"]
    assert quick(between(trial, 5.0, straight=False)) < quick(trial) - 2.0


@pytest.mark.parametrize("rate_hz", [100.0, 250.0, 1000.0])
def test_a_random_walk_goes_nowhere(rate_hz):
    (one,) = said(walk(30.0, rate_hz), rate_hz)
    assert one.reason == "steps-aimless"
    assert one.values["correlation"] == pytest.approx(0.25, abs=0.1), "of means over steps that know nothing of others"


def test_a_walk_that_was_smoothed_goes_nowhere_either():
    assert reasons(low_pass(walk(30.0), RATE_HZ, 10.0)) == ["steps-aimless"]
    assert aimless(walk(60.0, 50.0), 50.0) is not None
    assert aimless(walk(60.0, 37.0), 37.0) is not None
    assert aimless(walk(20.0, 25.0), 25.0) is not None
    assert aimless(walk(12.0, 25.0), 25.0) is None, "too short at so few samples a second"


@pytest.mark.parametrize("cutoff_hz", [5.0, 7.0, 20.0])
def test_a_walk_that_was_smoothed_much_goes_on_as_late_as_early(cutoff_hz):
    smooth = low_pass(walk(60.0), RATE_HZ, cutoff_hz)
    assert walked(smooth, RATE_HZ) is not None
    assert reasons(smooth) in (["steps-as-late"], ["steps-aimless"])
    assert walked(smooth[:2500], RATE_HZ) is None, "too short"
    assert falls(smooth, RATE_HZ) < 0.2


def test_people_come_back_within_half_a_second(trials):
    for columns in trials.values():
        cop = np.column_stack(columns)
        assert falls(cop, RATE_HZ) > 0.2
        assert falls(cop[::4], 25.0) > 0.2
        assert aimless(cop[::4], 25.0) is aimless(cop[::3], RATE_HZ / 3.0) is None


def test_straight_lines_at_a_rate_that_is_no_part_of_the_other_beat_at_twice_the_rate_too(trials):
    for columns in list(trials.values())[::8]:
        few = between(np.column_stack(columns), 30.0)
        assert between_few(few, RATE_HZ).values["slower_hz"] in (pytest.approx(30.0, 0.01), pytest.approx(40.0, 0.01))


def test_a_tremor_has_no_second_beat(trial):
    t_s = np.arange(len(trial)) / RATE_HZ
    shaking = trial + 0.6 * np.sin(2.0 * np.pi * 9.0 * t_s)[:, None] * (1.0 + 0.3 * np.sin(0.7 * t_s))[:, None]
    assert between_few(shaking, RATE_HZ) is None or between_few(shaking, RATE_HZ).values["slower_hz"] == 18.0


def test_what_a_coarse_plate_rounds_off_is_no_walk(trials):
    for columns in trials.values():
        cop = np.column_stack(columns)
        for coarse in (np.round(cop), np.column_stack((np.round(cop[:, 0]), cop[:, 1]))):
            assert aimless(coarse, RATE_HZ) is None


def test_one_strong_bend_is_no_beat():
    t_s = np.arange(-10.0, 10.0, 1.0 / RATE_HZ)
    assert between_few(np.column_stack((30.0 * np.abs(t_s), np.sin(t_s))), RATE_HZ) is None


@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_a_sum_of_sines_is_a_few_lines(count):
    (one,) = said(sines(count))
    assert one.reason == "few-tones"
    assert one.values["lines"] <= 4 * count


def test_it_is_asked_of_standing_people_only(trial):
    for cop in (walk(30.0), sines(4), between(trial, 5.0)):
        assert reasons(cop, moves=True) == reasons(cop, axes_known=True) == []
        assert unlike_people(cop[:999], RATE_HZ) is None
    assert unlike_people(walk(10.0), RATE_HZ) is not None
    assert unlike_people(sines(4, 18.99), RATE_HZ) is None
    assert unlike_people(sines(4, 19.0), RATE_HZ) is not None


def test_a_straight_line_is_none_of_it():
    line = np.column_stack((np.arange(3000.0), -np.arange(3000.0)))
    assert unlike_people(line, RATE_HZ) is None


def test_what_explains_more_is_said_alone(trial):
    spiked = between(trial, 5.0)
    spiked[3000] += 40.0
    assert reasons(spiked) == []


def test_what_is_said_of_it_keeps_its_numbers(trial):
    """The bands, and how many lines are few, are in these: they move when one does."""
    assert quick(trial) == pytest.approx(-6.270984857529121, rel=1e-6)
    (smooth,) = said(between(trial, 5.0, straight=False))
    assert smooth.values["times"] == pytest.approx(7.654103107110363, rel=1e-6)
    lines = [said(sines(count, seconds))[0].values["lines"] for count, seconds in ((8, 20.0), (14, 60.0))]
    assert lines == [11, 21]
