"""What a sway's pace is judged by, each at its bounds: made signals and spectra whose answer is known by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from station.measures.suspicions.pace import (
    LEAST_QUICK,
    aimless,
    between_few,
    of_tones,
    quickness,
    spectrum,
    too_smooth,
    unlike_people,
)
from station.measures.suspicions.steps import noise_mm

RATE = 100.0


# --- straight lines between few samples -----------------------------------------------------------------------------


def bent(bends, rng=None):
    """A CoP whose bends (second differences) have these sizes, on both axes, each to a side that is drawn."""
    rng = rng or np.random.default_rng(5)
    second = np.column_stack([one * np.sqrt(bends) for one in rng.choice([-1.0, 1.0], (2, len(bends)))])
    return np.concatenate((np.zeros((2, 2)), np.cumsum(np.cumsum(second, axis=0), axis=0)))


def comb(every, rest=0.0, seconds=30.0, rate_hz=RATE):
    """Squares of bends: 1 at every so-many-th sample, `rest` at the others."""
    return np.where(np.arange(round(seconds * rate_hz) - 2) % every == 0, 1.0, rest)


def burst(seconds):
    """Bends at every tenth sample, but in these seconds only."""
    return comb(10) * (np.abs(np.arange(2998) - 1500) <= 50.0 * seconds)


def slower_hz(bends, rate_hz=RATE):
    problem = between_few(bent(bends), rate_hz)
    return None if problem is None else problem.values["slower_hz"]


def test_half_of_the_bends_must_come_in_time():
    """Of every fourth sample that bends so much more: (1 - rest) / (1 + 3 rest) of the bends."""
    assert slower_hz(comb(4, 0.15)) == pytest.approx(25.0, rel=1e-3)  # 0.59
    assert slower_hz(comb(4, 0.24)) == pytest.approx(25.0, rel=1e-3)  # 0.44, and at twice the rate too
    assert slower_hz(comb(4, 0.35)) is None  # 0.32
    assert between_few(bent(comb(4)), RATE).values["rate_hz"] == RATE


@pytest.mark.parametrize(
    ("every", "rate_hz", "found"),
    [(20, 500.0, 25.0), (48, 100.0, 100.0 / 48.0), (51, 100.0, 200.0 / 51.0), (2, 100.0, None), (2, 99.0, 49.5)],
)
def test_a_slower_plate_has_more_than_2_and_less_than_50_samples_a_second(every, rate_hz, found):
    """What a slower one has twice as often is heard instead."""
    seen = slower_hz(comb(every, rate_hz=rate_hz), rate_hz)
    assert seen == (None if found is None else pytest.approx(found, rel=3e-3))


@pytest.mark.parametrize(("seconds", "said"), [(1.6, True), (0.9, False)])
def test_a_rate_is_a_line_and_no_hump(seconds, said):
    """The median within 1 Hz: a burst of D seconds is 0.6 / D wide on either side at half its height."""
    assert (slower_hz(burst(seconds)) is not None) is said


def test_who_goes_in_a_straight_line_bends_nowhere():
    assert between_few(np.zeros((3000, 2)), RATE) is None
    assert between_few(np.outer(np.arange(3000.0), (1.0, -2.0)), RATE) is None


def test_bends_of_both_axes_count():
    cop = bent(comb(4))
    for axis in (0, 1):
        one = cop.copy()
        one[:, axis] = 0.0
        assert between_few(one, RATE).values["slower_hz"] == pytest.approx(25.0, rel=1e-3)
    wild = np.random.default_rng(1).normal(size=len(cop)).cumsum().cumsum()
    assert between_few(np.column_stack((cop[:, 0], wild)), RATE) is None
    assert between_few(np.column_stack((wild, cop[:, 1])), RATE) is None


# --- no aim ---------------------------------------------------------------------------------------------------------


def walked(seconds=20.0, rate_hz=RATE, noise=0.0, seed=2):
    rng = np.random.default_rng(seed)
    count = round(seconds * rate_hz)
    return np.cumsum(rng.normal(0.0, 0.3, (count, 2)), axis=0) + rng.normal(0.0, noise, (count, 2))


def by_the_book(cop, size):
    """Means over so many samples, their steps, and how each goes on from the one before, white noise left out."""
    means = [[float(np.mean(column[k : k + size])) for column in cop.T] for k in range(0, len(cop) - size + 1, size)]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(means)]
    middle = [math.fsum(step[axis] for step in steps) / len(steps) for axis in (0, 1)]
    steps = [(ml - middle[0], ap - middle[1]) for ml, ap in steps]
    variance = noise_mm(cop) ** 2 / size
    whole = math.fsum(ml * ml + ap * ap for ml, ap in steps) / len(steps) - 4.0 * variance
    pairs = list(itertools.pairwise(steps))
    return (math.fsum(a[0] * b[0] + a[1] * b[1] for a, b in pairs) / len(pairs) + 2.0 * variance) / whole


def whole_of(cop, size):
    """The steps' variance that is left without the noise."""
    means = cop[: len(cop) // size * size].reshape(-1, size, 2).mean(axis=1)
    return float(np.var(np.diff(means, axis=0), axis=0).sum()) - 4.0 * noise_mm(cop) ** 2 / size


@pytest.mark.parametrize(("rate_hz", "size"), [(50.0, 2), (62.4, 2), (62.6, 3), (100.0, 4), (250.0, 10)])
@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_how_steps_go_on_by_the_book(rate_hz, size, noise):
    cop = walked(rate_hz=rate_hz, noise=noise)[:-1]
    problem = aimless(cop, rate_hz)
    assert problem.reason == "steps-aimless"
    assert problem.values == {"correlation": pytest.approx(by_the_book(cop, size), rel=1e-9), "least": 0.55}


def test_a_drift_goes_nowhere_either():
    drift = np.linspace(0.0, 400.0, 2000)[:, None] * (1.0, -0.5)
    assert aimless(walked() + drift, RATE).values == aimless(walked(), RATE).values | {
        "correlation": pytest.approx(aimless(walked(), RATE).values["correlation"], rel=1e-6)
    }


def moving_on(share):
    """Each step of 0.04 s is so much of the one before, and is else drawn."""
    rng = np.random.default_rng(9)
    steps = np.zeros((1500, 2))
    for k in range(1, 1500):
        steps[k] = share * steps[k - 1] + rng.normal(0.0, 1.0, 2)
    return np.repeat(np.cumsum(steps, axis=0), 4, axis=0)


@pytest.mark.parametrize(("share", "found"), [(0.45, True), (0.52, True), (0.62, False), (0.8, False)])
def test_steps_that_go_on_by_more_than_half_have_an_aim(share, found):
    assert (aimless(moving_on(share), RATE) is not None) is found


@pytest.mark.parametrize(("step_mm", "found"), [(0.0625, True), (0.125, False)])
def test_a_plate_coarser_than_a_tenth_of_a_millimetre_says_nothing_of_aim(step_mm, found):
    for fine in ((0, 1), (0,), (1,)):
        cop = walked()
        for axis in (0, 1):
            if axis not in fine or not found or step_mm < 0.1:
                cop[:, axis] = np.round(cop[:, axis] / step_mm) * step_mm
        assert (aimless(cop, RATE) is not None) is found


def test_a_mean_of_one_sample_tells_no_noise_from_a_step():
    for rate_hz in (25.0, 37.0):
        assert aimless(walked(18.0, rate_hz), rate_hz) is None
        assert aimless(walked(60.0, rate_hz), rate_hz) is not None, "of two there is enough in 19 s"
    rng = np.random.default_rng(1)
    steps = rng.normal(0.0, 0.01, (1500, 2)) + (rng.random((1500, 1)) < 0.1)
    assert aimless(np.cumsum(steps, axis=0)[:450], 25.0) is None
    assert aimless(np.repeat(np.cumsum(steps, axis=0), 2, axis=0), 50.0) is not None


def test_one_coarse_axis_is_enough():
    for axis in (0, 1):
        cop = walked()
        cop[:, axis] = np.round(cop[:, axis] / 0.125) * 0.125
        assert aimless(cop, RATE) is None


def test_noise_alone_has_no_aim_to_lose():
    """Without it nothing is left of the steps, or less."""
    left = []
    for seed in range(40):
        noisy = np.random.default_rng(seed).normal(0.0, 0.2, (2000, 2))
        with np.errstate(all="ignore"):
            left.append(by_the_book(noisy, 4) * whole_of(noisy, 4))
        if whole_of(noisy, 4) < 0.0:
            assert aimless(noisy, RATE) is None
    assert min(left) < 0.0 < max(left)
    assert aimless(np.zeros((2000, 2)), RATE) is None


# --- tones ----------------------------------------------------------------------------------------------------------


def lines_of(counts, length_s=60.0, from_hz=0.5):
    """A spectrum with so many lines of equal speed on each axis, and the problem it is."""
    hz = np.arange(0.0, 10.0, 0.05)
    power = np.zeros((len(hz), 2))
    for axis, count in enumerate(counts):
        at = np.flatnonzero(hz >= from_hz)[:count]
        power[at, axis] = 1.0 / hz[at] ** 2
    return of_tones(hz, power, length_s)


@pytest.mark.parametrize(
    ("counts", "length_s", "lines"),
    [
        ((10, 10), 60.0, 10),
        ((21, 21), 60.0, 20),  # 19.95 of 21 are 95 %
        ((30, 30), 60.0, 29),  # 28.5
        ((31, 31), 60.0, None),  # 29.45: the thirtieth makes a person of it
        ((31, 10), 60.0, None),
        ((10, 31), 60.0, None),
        ((3, 12), 60.0, 12),
        ((19, 19), 20.0, 19),  # one a second
        ((21, 21), 20.0, None),
        ((30, 30), 29.0, None),
        ((30, 30), 29.5, 29),
        ((1, 0), 60.0, None),  # an axis without any power has no tones
    ],
)
def test_how_many_lines_carry_the_sway(counts, length_s, lines):
    problem = lines_of(counts, length_s)
    assert (None if problem is None else problem.values) == (
        None if lines is None else {"lines": lines, "percent": 95.0}
    )


def test_lines_that_carry_95_percent_are_enough():
    ones = np.ones((20, 2))
    assert of_tones(ones[:, 0], ones, 20.0).values["lines"] == 19


def test_above_3_hz_a_tone_may_be_a_tremor():
    hz, power = np.array([1.0, 2.0, 3.0, 3.05, 4.0]), np.ones((5, 2))
    power[3:] = 1000.0
    assert of_tones(hz, power, 60.0).values["lines"] == 3
    power[2] = 1000.0
    assert of_tones(hz, power, 60.0).values["lines"] == 1


# --- quickness ------------------------------------------------------------------------------------------------------

HZ = np.array([0.0, 0.45, 0.5, 1.9, 2.0, 3.4, 3.5, 4.4, 4.5, 9.0])


def test_the_bands_begin_with_their_first_frequency_and_end_before_their_last():
    power = np.outer((np.arange(10) + 1.0) ** 2, (0.25, 0.75))
    assert quickness(HZ, power) == pytest.approx(math.log((7.0**2 + 8.0**2) / (3.0**2 + 4.0**2)), rel=1e-12)
    assert quickness(HZ, 0.0 * power) == 0.0
    assert quickness(HZ, np.where(HZ[:, None] < 3.0, power, 0.0)) < -60.0


def test_at_the_bound_of_smoothness():
    power = np.zeros((10, 2))
    power[2, 0] = 1.0
    for quick, times in ((-9.6, math.e), (-8.61, math.exp(0.01)), (-8.59, None), (-2.0, None)):
        power[6, 1] = math.exp(quick)
        problem = too_smooth(HZ, power)
        assert problem is None or problem.reason == "too-smooth"
        assert (None if problem is None else problem.values["times"]) == (times and pytest.approx(times))
    power[6, 1] = math.exp(LEAST_QUICK)
    while quickness(HZ, power) != LEAST_QUICK:
        power[6, 1] = np.nextafter(power[6, 1], 1.0 if quickness(HZ, power) < LEAST_QUICK else 0.0)
    assert too_smooth(HZ, power) is None


@pytest.mark.parametrize("count", [200, 201])
def test_a_spectrum_by_the_book(count):
    cop = walked(count / RATE)
    level = np.column_stack([one - np.linspace(0.0, one[-1] - one[0], count) for one in cop.T])
    level -= level.mean(axis=0)
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(count) / (count - 1))
    hz, power = spectrum(cop, RATE)
    assert hz == pytest.approx(np.arange(count // 2 + 1) * RATE / count)
    for k in (0, 1, 7, 50, count // 2):
        wave = np.exp(-2j * np.pi * k * np.arange(count) / count)
        assert power[k] == pytest.approx(np.abs((level * window[:, None] * wave[:, None]).sum(axis=0)) ** 2, rel=1e-6)
    assert spectrum(cop + np.arange(count)[:, None] * (3.0, -2.0), RATE)[1] == pytest.approx(power, rel=1e-6)


# --- which of them is said ------------------------------------------------------------------------------------------


def test_how_long_a_stance_must_be_and_what_is_said_first():
    walk = walked(10.0)
    assert unlike_people(walk[:-1], RATE) is None
    assert unlike_people(walk, RATE).reason == "steps-aimless"
    lines = np.repeat(walked(20.0)[::10], 10, axis=0) + np.tile(np.linspace(0.0, 1e-3, 10), 200)[:, None]
    assert unlike_people(lines, RATE).reason == "between-few"
    t_s = np.arange(1900)[:, None] / RATE
    tone = 10.0 * np.sin(2.0 * np.pi * 0.4 * t_s + (0.0, 1.0))
    assert unlike_people(tone, RATE).reason == "few-tones"
    assert unlike_people(tone[:-1], RATE) is None
    hz = np.arange(1, 50) / 20.0
    phases = np.random.default_rng(4).uniform(0.0, 2.0 * np.pi, (2, len(hz)))
    slow = [(np.sin(2.0 * np.pi * np.arange(2000)[:, None] / RATE * hz + own) / hz).sum(axis=1) for own in phases]
    assert unlike_people(np.column_stack(slow), RATE).reason == "too-smooth"
