"""Figures at their bounds, and one sample beside them: made recordings of which the answer is known by hand."""

from __future__ import annotations

import math
from statistics import fmean, pstdev

import numpy as np
import pytest

from hw.values import CELL_NAMES
from station.measures.cells import _moved
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.measures.quijoux.resample import _without_spikes
from station.measures.signal import _zero_for_nothing
from station.measures.spectrum.power import duarte_mean_frequency, power_frequencies
from station.measures.spectrum.vibration import CLEAR_HZ, SWAY_HZ, alias_hz, degraded, phase_of, without_drive
from station.measures.suspicions.even import EvenCop
from station.measures.suspicions.plate import same_cells
from station.measures.suspicions.step_on import LEAST_PUSH_BLOCKS, corners_of
from station.measures.suspicions.steps import force_jump, jump
from station.measures.suspicions.stuck import _bend_mm
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
)
from station.measures.tasks.limits import COG_HEIGHT, LEAN_NAMES, LIMIT_DEG, Target, limit_mm, limits_of_stability

RATE = 100.0


def reasons_of(figures):
    return {problem.reason for problem in figures[1].values()}


# --- sit to stand -------------------------------------------------------------------------------------------------


def rise(weight_n=700.0, rest_n=100.0):
    """A second on the seat, a straight rise in half a second, and standing: at 4 s all is over."""
    force = np.r_[np.full(100, rest_n), np.linspace(rest_n, weight_n, 51), np.full(249, weight_n)]
    return force.copy()


def test_a_rise_sample_by_sample():
    force = rise()  # 12 N a sample: 136 at the third is the first above 135, which is 5 % of the weight
    force[249], force[250] = 805.0, 900.0  # a second after seat-off, and one sample later
    left = np.where((np.arange(400) >= 103) & (np.arange(400) < 250), 0.6 * force, 7.0 * force)
    values, reasons = sit_to_stand(force, left, RATE)
    assert reasons == {}
    assert [values[name] for name in RISE_NAMES] == pytest.approx([(150 - 103) / RATE, 15.0, 20.0])


def test_at_the_bounds_of_a_rise():
    force = rise(1000.0, 700.0)
    assert sit_to_stand(force, force, RATE)[1] == {}
    assert reasons_of(sit_to_stand(rise(1000.0, 700.1), None, RATE)) == {"no-rise-seen"}
    assert reasons_of(sit_to_stand(rise(1000.0, 700.1), None, RATE, 1000.0)) == {"stands-already"}
    for last_n, found in ((800.0, set()), (799.9, {"sat-down-again"})):
        tired = np.r_[rise(1000.0, 100.0), np.full(100, last_n)]
        assert reasons_of(sit_to_stand(tired, tired, RATE)) == found
    short = np.r_[np.full(60, 100.0), np.full(90, 700.0)]
    assert sit_to_stand(short, short, RATE)[1] == {}
    assert reasons_of(sit_to_stand(short[1:], None, RATE)) == {"rise-too-short"}
    assert reasons_of(sit_to_stand(short, None, RATE, 0.0)) == {"rise-too-short"}
    assert reasons_of(sit_to_stand(np.r_[short, np.nan], None, RATE)) == {"no-rise"}, "a force that nobody knows"
    for told_n, another in (
        (700.0 / 1.099, False),
        (700.0 / 1.101, True),
        (700.0 / 0.901, False),
        (700.0 / 0.899, True),
    ):
        _, reasons = sit_to_stand(short, short, RATE, told_n)
        assert bool(reasons) is another
        for problem in reasons.values():
            assert problem.reason == "another-weight"
            assert problem.values["load_kg"] == pytest.approx(700.0 / STANDARD_GRAVITY_M_S2)
            assert problem.values["weight_kg"] == pytest.approx(told_n / STANDARD_GRAVITY_M_S2)


# --- push ---------------------------------------------------------------------------------------------------------


def push():
    """Half a second of 50 N, give or take one, then as the square of the samples for a second."""
    return np.r_[50.0 + np.tile([1.0, -1.0], 25), 50.0 + np.arange(100.0) ** 2]


@pytest.mark.parametrize(("weight_n", "onset"), [(1000.0, 3), (300.0, 2)])  # 1 % of 1000 N; five times the SD of 1 N
def test_a_push_sample_by_sample(weight_n, onset):
    values, reasons = isometric_push(push(), RATE, weight_n)
    assert reasons == {}
    risen = [((onset + samples) ** 2 - onset**2) / (samples / RATE) for samples in (10, 15, 20, 25)]
    assert [values[name] for name in PUSH_NAMES] == pytest.approx([99.0**2, *risen])


def test_at_the_bounds_of_a_push():
    whole = push()[: 50 + 2 + 25 + 1]
    assert isometric_push(whole, RATE, 300.0)[1] == {}
    assert set(isometric_push(whole[:-1], RATE, 300.0)[1]) == {"push_rfd_250ms_n_s"}
    assert reasons_of(isometric_push(np.full(50, 50.0), RATE, 700.0)) == {"push-too-short"}
    still = np.full(100, 50.0)
    still[70] = 57.0
    assert reasons_of(isometric_push(still, RATE, 700.0)) == {"no-push"}
    still[70] = 57.001
    assert isometric_push(still, RATE, 700.0)[0]["push_force_max_n"] == pytest.approx(7.001)


# --- standing, landing, leaving -------------------------------------------------------------------------------------


def test_time_to_stabilisation_by_the_book():
    x = np.random.default_rng(2).normal(5.0, 2.0, 70).cumsum()
    part = list(x[:50])
    outside = [k for k in range(50) if abs(fmean(part[: k + 1]) - fmean(part)) > 0.25 * pstdev(part)]
    name = "time_to_stabilisation_s"
    assert time_to_stabilisation(x, 10.0)[0][name] == pytest.approx((outside[-1] + 1) / 10.0)
    assert time_to_stabilisation(x[:50], 10.0)[1] == {}
    assert reasons_of(time_to_stabilisation(x[:49], 10.0)) == {"exactly-needed"}
    assert time_to_stabilisation(np.full(50, 3.0), 10.0)[0][name] == 0.0
    assert time_to_stabilisation(np.array([1.0, 2.0]), 0.4)[1] == {}
    assert reasons_of(time_to_stabilisation(np.array([1.0, 2.0]), 0.2)) == {"exactly-needed"}


def test_who_leaves_has_left_after_a_tenth_of_a_second_below_a_fifth():
    name = "single_leg_stance_time_s"
    for low_n, samples, ended_s in ((139.9, 10, 3.0), (139.9, 9, 5.0), (140.0, 10, 5.0)):
        force = np.full(500, 700.0)
        force[300 : 300 + samples] = low_n
        assert stance_time(force, RATE, 700.0, 5.0)[0][name] == ended_s
        after = left_again(force, RATE)
        assert (after is None) is (ended_s == 5.0)
        assert after is None or after.values["after_s"] == 3.0


def test_at_the_bounds_of_a_stance():
    name = "single_leg_stance_time_s"
    assert stance_time(np.full(4500, 700.0), RATE, 700.0)[0][name] == 45.0
    assert reasons_of(stance_time(np.full(4499, 700.0), RATE, 700.0)) == {"stance-outlasts"}
    assert stance_time(np.full(4600, 700.0), RATE, 700.0, 45.5)[0][name] == 45.0
    empty = np.r_[np.full(10, 3.0), np.full(500, 700.0)]
    assert reasons_of(stance_time(empty, RATE, 700.0, 4.0)) == {"nobody-at-beginning"}
    assert reasons_of(stance_time(np.zeros(0), RATE, 700.0)) == {"no-force-or-weight"}
    assert reasons_of(stance_time(np.full(10, 1.0), RATE, 0.0)) == {"no-force-or-weight"}
    assert reasons_of(stance_time(np.full(500, 600.0), RATE, 700.0, 4.0)) == {"another-weight"}


def test_a_landing_sample_by_sample():
    on = np.full(500, 700.0)
    assert landing_of(np.r_[840.0, on], RATE) == 0
    assert landing_of(np.r_[np.full(24, 700.0), 840.0, on], RATE) == 0
    late = np.r_[np.full(25, 700.0), 840.0, on]
    for nobody in (late, np.r_[839.9, on]):
        assert landing_of(nobody, RATE).reason == "no-landing"
    assert landing_of(np.r_[139.9, 140.0, on], RATE) == 1
    assert landing_of(np.r_[on, np.full(10, 139.9), 140.0, on], RATE) == 510
    assert landing_of(np.r_[on, np.full(9, 139.9), 140.0, on], RATE).reason == "no-landing"


def test_the_load_may_be_all_on_one_leg_and_no_further():
    name, force = "weight_bearing_left_percent", np.array([700.0, 350.0])
    for ml_mm, left in ((-100.0, 100.0), (100.0, 0.0), (25.0, 37.5)):
        assert weight_bearing(np.full(2, ml_mm), force, 200.0)[0][name] == pytest.approx(left)
    assert weight_bearing(np.array([-60.0, 30.0]), force, 200.0)[0][name] == pytest.approx(65.0)  # weighted by force
    assert weight_bearing(np.zeros(2), force, 0.5)[0][name] == 50.0
    for ml_mm in (-100.1, 100.1):
        assert reasons_of(weight_bearing(np.full(2, ml_mm), force, 200.0)) == {"load-outside-feet"}
    for width_mm, load in ((0.0, force), (-1.0, force), (200.0, 0.0 * force)):
        assert reasons_of(weight_bearing(np.zeros(2), load, width_mm)) == {"no-width-or-force"}


# --- leaning --------------------------------------------------------------------------------------------------------


def test_a_lean_sample_by_sample():
    """From sample 140 on a millimetre each, 80 times; the cue is sample 100."""
    along = np.clip(np.arange(400.0) - 140.0, 0.0, 80.0)
    across = np.where((np.arange(400) > 150) & (np.arange(400) <= 160), 0.1 * (np.arange(400) - 150), 0.0)
    target = Target(0.0, 160.0)
    values, reasons = limits_of_stability(across, along, RATE, 1.0, target, 1700.0)
    assert reasons == {}
    cog_mm = COG_HEIGHT * 1700.0
    speed = math.degrees(math.asin(76.0 / cog_mm) - math.asin(4.0 / cog_mm)) * RATE / 72.0
    control = 100.0 * (74.0 - 2.0) / 74.0  # a millimetre aside and at once back, of the 74 from the onset on
    assert [values[name] for name in LEAN_NAMES] == pytest.approx([0.39, speed, 50.0, 50.0, control])
    for cue_s, samples, short in ((0.5, 400, False), (0.49, 400, True), (1.0, 150, False), (1.0, 149, True)):
        found = limits_of_stability(across[:samples], along[:samples], RATE, cue_s, target, 1700.0)
        assert (reasons_of(found) == {"lean-too-short"}) is short, (cue_s, samples)
    assert reasons_of(limits_of_stability(across, along, RATE, 1.0, Target(0.0, 0.0), 1700.0)) == {"lean-too-short"}


@pytest.mark.parametrize(("samples", "leaned"), [(10, True), (9, False)])
def test_a_lean_is_one_when_it_lasts_a_tenth_of_a_second(samples, leaned):
    along = np.zeros(400)
    along[200 : 200 + samples] = 5.001
    found = limits_of_stability(np.zeros(400), along, RATE, 1.0, Target(0.0, 100.0), 1700.0)
    assert (reasons_of(found) == {"no-lean"}) is not leaned
    along[200 : 200 + samples] = 5.0
    found = limits_of_stability(np.zeros(400), along, RATE, 1.0, Target(0.0, 100.0), 1700.0)
    assert reasons_of(found) == {"no-lean"}


def test_a_lean_that_goes_on_to_the_end_and_one_of_few_samples():
    along = np.clip(np.arange(240.0) - 140.0, 0.0, None)
    values, _ = limits_of_stability(np.zeros(240), along, RATE, 1.0, Target(0.0, 100.0), 1700.0)
    assert (values[LEAN_NAMES[2]], values[LEAN_NAMES[3]]) == (99.0, 99.0)
    few = np.r_[np.zeros(6), 20.0, 40.0, 60.0, 60.0, 60.0]
    assert limits_of_stability(0.0 * few, few, 4.0, 1.0, Target(0.0, 100.0), 1700.0)[0][LEAN_NAMES[2]] == 60.0


@pytest.mark.parametrize(
    ("direction_deg", "angle"), [(0.0, "front"), (90.0, "right"), (180.0, "back"), (270.0, "left")]
)
def test_the_limits_along_the_four_ways_and_between(direction_deg, angle):
    reach = {name: 0.55 * 1800.0 * math.sin(math.radians(LIMIT_DEG[name])) for name in ("front", "right", "back")}
    reach["left"] = reach["right"]
    assert limit_mm(1800.0, direction_deg) == pytest.approx(reach[angle])
    between = limit_mm(1800.0, direction_deg + 30.0)
    ap, ml = reach["front" if direction_deg in (0.0, 270.0) else "back"], reach["right"]
    turn = math.radians(direction_deg + 30.0)
    assert (between * math.cos(turn) / ap) ** 2 + (between * math.sin(turn) / ml) ** 2 == pytest.approx(1.0)


# --- frequencies ----------------------------------------------------------------------------------------------------


def by_the_book(x, rate_hz, shares):
    """The docstring of `power_frequencies`, with a straight line fitted by polynomials, one window after the other."""
    width = min(len(x), round(20.0 * rate_hz))
    windows = math.ceil((len(x) - width) / (0.5 * width)) + 1
    t = np.arange(width)
    density = 0.0
    for k in range(windows):
        start = round(k * (len(x) - width) / max(windows - 1, 1))
        part = x[start : start + width]
        part = part - np.polyval(np.polyfit(t, part, 1), t)
        density = density + np.abs(np.fft.rfft(part * (0.5 - 0.5 * np.cos(2.0 * np.pi * (t + 0.5) / width)))) ** 2
    hz = t[: width // 2 + 1] * rate_hz / width
    inside = [k for k in range(len(hz)) if 0.15 <= hz[k] <= 5.0]
    total, found = sum(density[k] for k in inside), []
    for share in shares:
        before = 0.0
        for k in inside:
            if before + density[k] >= share * total:
                found.append(hz[k] + (rate_hz / width) * ((share * total - before) / density[k] - 0.5))
                break
            before += density[k]
    return found


@pytest.mark.parametrize("seconds", [5, 12, 20, 21, 30, 47, 60])
def test_power_frequencies_by_the_book(seconds):
    """In 5 s, where the mean is near enough to the band to fall into it."""
    x = 300.0 + np.random.default_rng(seconds).normal(size=seconds * 50).cumsum()
    shares = (0.05, 0.5, 0.95, 0.999)
    assert power_frequencies(x, 50.0, shares) == pytest.approx(by_the_book(x, 50.0, shares), rel=1e-9)


def test_a_drift_has_no_frequency():
    """Each window is without its trend: a straight line over the whole is one over each."""
    t = np.arange(1500) / 50.0
    x = np.sin(2.0 * np.pi * 0.8 * t) + 0.3 * np.sin(2.0 * np.pi * 2.1 * t)
    assert power_frequencies(x + 40.0 * t - 7.0, 50.0) == pytest.approx(power_frequencies(x, 50.0), rel=1e-6)


def test_the_mean_frequency_as_published():
    """Two tones on one axis, a third on the other, each on a bin: centres by their powers, axes by theirs."""
    t = np.arange(6000) / 100.0
    ml = 2.0 * np.sin(2 * np.pi * 0.5 * t) + np.sin(2 * np.pi * 2.0 * t) + 30.0
    ap = 3.0 * np.sin(2 * np.pi * 1.0 * t)
    centre = (4.0 * 0.5 + 1.0 * 2.0) / 5.0
    assert duarte_mean_frequency(ml, ap, 100.0) == pytest.approx((centre * 5.0 + 1.0 * 9.0) / 14.0, rel=1e-3)


# --- vibration ------------------------------------------------------------------------------------------------------


def test_where_vibration_may_be_at_its_bounds():
    assert degraded(CLEAR_HZ, 1000.0, phase_known=False) is None
    assert degraded(CLEAR_HZ - 0.01, 1000.0, phase_known=False).reason == "vibration-passes"
    assert degraded(SWAY_HZ, 1000.0, phase_known=True) is None
    assert degraded(SWAY_HZ - 0.01, 1000.0, phase_known=True).reason == "vibration-passes"
    assert degraded(15.0, 30.0, phase_known=False).reason == "vibration-passes", "half the rate has not aliased"
    aliased = degraded(24.0, 100.0, phase_known=False)
    assert (aliased.reason, aliased.values) == (
        "vibration-aliased",
        {"order": 4, "hz": 24.0, "seen_hz": 4.0, "rate_hz": 100.0},
    )
    assert degraded(20.0, 100.0, phase_known=False) is None, "the fifth is none of them"
    assert degraded(0.0, 100.0, phase_known=False) is None
    assert alias_hz(20.0 * 5, 100.0) == 0.0


def test_the_phase_is_the_integral_by_trapezoids():
    t = np.array([0.0, 0.5, 1.5, 2.0])
    assert phase_of(t, np.array([2.0, 4.0, 8.0, 8.0])) == pytest.approx([0.0, 1.5, 7.5, 11.5])
    assert phase_of(t + 9.0, 6.0) == pytest.approx([0.0, 3.0, 9.0, 12.0])


@pytest.mark.parametrize("seconds", [2, 7, 8, 9, 13, 20])
def test_waves_that_grow_evenly_are_taken_out_whole_and_nothing_else(seconds):
    """In one block the fit is exact; where blocks overlap the straight growth is one in each."""
    rate_hz, hz = 250.0, 4.0
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    waves = sum((2.0 + 0.3 * t) / k * np.cos(2 * np.pi * k * hz * t + k) for k in (1, 2, 3, 4))
    rest = np.column_stack((5.0 + 0.2 * t, np.cos(2 * np.pi * 5 * hz * t)))  # a drift, and the fifth harmonic
    columns = rest + waves[:, None]
    cleaned = without_drive(columns, hz * t, rate_hz)
    assert cleaned[:, 0] == pytest.approx(rest[:, 0], abs=1e-6)
    assert cleaned[:, 1] == pytest.approx(rest[:, 1], abs=0.06)
    # Three harmonics leave the fourth, and so does a bound just below it; at the bound it is taken.
    fourth = (2.0 + 0.3 * t) / 4 * np.cos(2 * np.pi * 4 * hz * t + 4)
    for left in (
        without_drive(columns, hz * t, rate_hz, harmonics=3),
        without_drive(columns, hz * t, rate_hz, up_to_hz=15.9),
    ):
        assert np.std(left[:, 0] - rest[:, 0] - fourth) < 0.1 * np.std(fourth)
    assert without_drive(columns, hz * t, rate_hz, up_to_hz=16.1)[:, 0] == pytest.approx(rest[:, 0], abs=1e-6)


def test_blocks_of_eight_seconds_overlap_by_half_with_the_weights_of_hann():
    """A phase that is once not a number spoils the two blocks of 2000 samples that hold it: from 0 and from 1000."""
    t = np.arange(4000) / 250.0
    wave, phase = np.cos(2 * np.pi * 5.0 * t), 5.0 * t
    phase[1900] = np.nan
    left = without_drive(wave[:, None], phase, 250.0)[:, 0]
    assert left[:2000] == pytest.approx(wave[:2000], abs=1e-9)
    assert left[3000:] == pytest.approx(np.zeros(1000), abs=1e-9)
    overlap = np.arange(2000, 3000)
    spoiled = np.sin(np.pi * (overlap - 1000 + 0.5) / 2000.0) ** 2
    assert left[2000:3000] == pytest.approx(spoiled * wave[2000:3000], abs=1e-6)


@pytest.mark.parametrize(("turns", "taken"), [(2.0, True), (1.99, False)])
def test_what_turns_less_than_twice_is_no_wave_yet(turns, taken):
    t = np.arange(126) / 250.0
    columns = np.column_stack((np.sin(2 * np.pi * 4.0 * t), t))
    assert np.array_equal(without_drive(columns, np.linspace(0.0, turns, 126), 250.0), columns) is not taken


# --- recordings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("conversions", "moved"), [(8, True), (7, False)])
def test_eight_conversions_are_enough_to_bring_a_cell_to_another_time(conversions, moved):
    """They come at times of their own, of a force that grows by 100 N a second."""
    t_s = 5.0 + np.arange(50) * 0.004
    own_s = np.where(np.arange(50) < conversions, t_s - 0.001, t_s[conversions - 1] - 0.001)
    force_n = 700.0 + 100.0 * (own_s - 5.0)
    found = _moved(t_s, force_n, own_s, (None, 6), t_s - 0.003)
    assert np.array_equal(found, force_n) is not moved
    if moved:
        assert found[1:8] == pytest.approx(700.0 + 100.0 * (t_s[1:8] - 0.003 - 5.0))


@pytest.mark.parametrize(
    ("away_cm", "back_cm", "spike"),
    [(2.0, 0.0, False), (2.001, 0.0, True), (3.0, 0.499, True), (3.0, 0.5, False), (-2.001, 0.0, True)],
)
@pytest.mark.parametrize("samples", [1, 2])
def test_a_spike_is_what_goes_two_centimetres_away_and_comes_back_at_once(away_cm, back_cm, spike, samples):
    """Of both axes together, from the last sample that was kept; of one sample or two."""
    x = np.zeros((100, 2))
    x[20] = (5.0, 0.0)  # a spike in any case
    x[50 : 50 + samples] = (0.25 * away_cm, 0.75 * away_cm)
    x[50 + samples :] = (0.0, back_cm)
    kept = set(_without_spikes(np.arange(100) / 100.0, x).tolist())
    assert {50, 50 + samples - 1}.isdisjoint(kept) is spike


@pytest.mark.parametrize(("beside_mm", "missing"), [(1.0, 0), (1.001, 1)])
def test_a_zero_is_a_missing_value_where_the_cop_jumps_to_it_by_more_than_a_millimetre(beside_mm, missing):
    ml = np.tile([0.1, 0.2], 50) + 0.6 * beside_mm - 0.15
    ap = np.full(100, 0.8 * beside_mm)
    ml[49:52], ap[50] = (0.6 * beside_mm, 0.0, 0.6 * beside_mm), 0.0
    assert _zero_for_nothing(ml, ap).sum() == missing


@pytest.mark.parametrize(("by_mm", "jumps"), [(6.5, False), (9.5, True)])
def test_a_jump_is_more_than_the_noise_about_it_ever_makes(by_mm, jumps):
    """Of 0.5 mm on each axis: a cubic misses it by 1.39 of that, and eight times as much, 7.9 mm, is a jump."""
    cop = np.random.default_rng(4).normal(0.0, 0.5, (2000, 2))
    cop[1000] += (by_mm, 0.0)
    assert (jump(EvenCop(cop, 100.0)) is not None) is jumps


@pytest.mark.parametrize("at", [0, 1, 2, 100, 1997, 1998, 1999])
def test_a_spike_is_named_with_its_size_and_sample_also_at_the_ends(at):
    """The two samples at each end have no miss of their own: it was called 0.1 mm. One that is between two as large
    steps is named by either.
    """
    cop = np.random.default_rng(4).normal(0.0, 1e-3, (2000, 2))
    cop[at] += (12.0, 9.0)
    said = jump(EvenCop(cop, 100.0))
    off = 0.0101 * (at in (1, 1998))
    assert said.values["by_mm"] == pytest.approx(15.0, abs=0.01)
    assert said.values["at_s"] == pytest.approx(at / 100.0, abs=off)
    force = force_jump(700.0 + 100.0 * cop[:, 0], 250.0, 70.0, from_s=1.0)
    assert force.values["by_n"] == pytest.approx(1200.0, abs=1.0)
    assert force.values["at_s"] == pytest.approx(1.0 + at / 250.0, abs=off)


def test_a_piece_bends_by_how_far_it_leaves_the_line_between_its_ends():
    assert _bend_mm(np.array(((0.0, 0.0), (3.0, 1.5), (4.0, 0.0)))) == 1.5
    assert _bend_mm(np.array(((1.0, 5.0), (2.0, 4.5), (3.0, 4.0)))) == 0.0


def test_two_cells_of_one_wire_are_alike_to_the_last_bit():
    cells_n = np.random.default_rng(4).normal(100.0, 5.0, (100, 4))
    assert same_cells(cells_n) is None
    cells_n[:, 3] = cells_n[:, 1]
    assert same_cells(cells_n).values == {"cell": CELL_NAMES[1], "other": CELL_NAMES[3], "correlation": 1.0}


@pytest.mark.parametrize(("tenths", "found"), [(LEAST_PUSH_BLOCKS, (0, 1, 2, 3)), (LEAST_PUSH_BLOCKS - 1, ())])
def test_a_corner_is_stepped_on_for_some_tenths_of_a_second(tenths, found):
    cells_n = np.zeros((10, 4))
    for cell in range(4):
        on = np.full((25 * (tenths if cell == 2 else 10), 4), 5.0)
        on[:, cell] = 400.0
        cells_n = np.concatenate((cells_n, np.zeros((100, 4)), on))
    assert corners_of(cells_n[10:], 250.0, None) == found
