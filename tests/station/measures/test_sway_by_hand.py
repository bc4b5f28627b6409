"""Measures of sway on series so short that their figures are counted by hand, and at the bounds of each."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from drills.problems import Problem
from station.faults import because
from station.measures.beyond import _density
from station.measures.live import Rolling, Running
from station.measures.norms.ranks import _ordinal, _percentile
from station.measures.pipelines import _exchanged, _sampled_slowly
from station.measures.registry import REGISTRY, carries, fast_enough, names
from station.measures.signal import _zero_for_nothing, check, low_pass
from station.measures.suspicions.even import EvenCop
from station.measures.suspicions.steps import jump
from station.measures.suspicions.vibrated import _steady, still_part
from station.measures.sway.boundary import Foot, _first_contact, time_to_boundary, virtual_time_to_contact
from station.measures.sway.density import peaks, sway_density
from station.measures.sway.fractal import dfa_alpha, higuchi_dimension, sample_entropy
from station.measures.values import Figures

# --- regularity -----------------------------------------------------------------------------------------------------


def test_stretches_are_alike_that_differ_by_a_fifth_of_the_spread_to_the_last_bit() -> None:
    """Of these ten, whose SD is 5, values are alike that differ by 1 or by nothing."""
    once = np.array([7.0, 6.0, 2.0, -6.0, 0.0, -7.0, -6.0, -2.0, 6.0, 0.0])
    x = np.concatenate((once, once[::-1], once))
    assert np.std(x) == 5.0
    count = len(x) - 2
    alike = np.abs(x[:, None] - x) <= 1.0
    pairs = [(i, j) for i in range(count) for j in range(i) if alike[i, j] and alike[i + 1, j + 1]]
    longer = [(i, j) for i, j in pairs if alike[i + 2, j + 2]]
    assert 0 < len(longer) < len(pairs)
    assert sample_entropy(x) == pytest.approx(math.log(len(pairs) / len(longer)), rel=1e-12)


def test_an_entropy_needs_one_match_of_three() -> None:
    """0, 9, 4 comes twice, which are two pairs of two, and 0, 9 once more, which are two; nothing else is alike."""
    once = np.array([0.0, 9.0, 4.0, 30.0, 0.0, 9.0, 4.0, -30.0, 0.0, 9.0, 20.0, -9.0])
    assert sample_entropy(once, tolerance=0.01) == pytest.approx(math.log(4.0))
    assert math.isnan(sample_entropy(once[2:], tolerance=0.01)), "of three none is alike"
    assert math.isnan(sample_entropy(np.full(50, 2.0)))
    assert math.isnan(sample_entropy(np.array([1.0, 2.0, 1.0])))
    assert sample_entropy(np.array([1.0, 2.0, 1.0, 2.0, 1.0])) == 0.0


def test_what_never_moves_has_no_dimension_and_no_fluctuation() -> None:
    assert math.isnan(higuchi_dimension(np.zeros(100)))
    assert math.isnan(dfa_alpha(np.zeros(100)))


def test_fluctuations_are_the_same_forward_and_backward() -> None:
    """Boxes are laid from both ends: no sample is left out."""
    x = np.random.default_rng(7).normal(size=403)
    assert dfa_alpha(x[::-1]) == pytest.approx(dfa_alpha(x), rel=1e-9)


def test_the_length_of_a_zigzag_seen_in_steps_of_one_and_two() -> None:
    """0, 1, 0, 3, 0, 1, 0: in steps of one 10 in 6; in steps of two nothing from 0, and 4 in 2 from 1."""
    zigzag = np.array([0.0, 1.0, 0.0, 3.0, 0.0, 1.0, 0.0])
    one, two = 10.0 * 6.0 / 6.0, 0.5 * (0.0 + 4.0 * 6.0 / (2.0 * 4.0))
    assert higuchi_dimension(zigzag, longest=2) == pytest.approx(math.log(one / two) / math.log(2.0))


# --- density and boundaries -----------------------------------------------------------------------------------------


def test_how_long_a_place_is_stayed_at_before_and_after_together() -> None:
    x, y = np.array([0.0, 3.0, 3.0, 10.0, 13.0]), np.array([0.0, 0.0, 4.0, 4.0, 8.0])
    assert sway_density(x, y, 5.0, 10.0) == pytest.approx([0.2, 0.2, 0.2, 0.1, 0.1])
    assert sway_density(x, y, 4.99, 10.0) == pytest.approx([0.1, 0.2, 0.1, 0.0, 0.0])
    assert peaks(np.array([5.0, 1.0, 2.0, 2.0, 1.0, 3.0, 1.0, 4.0])).tolist() == [5]


TIMES = {f"ttb_{axis}_{what}_s" for axis in ("ml", "ap") for what in ("min", "mean_min", "sd_min")}
CONTACTS = {"vtc_mean_s", "vtc_min_s"}


def reasons_of(found: Figures) -> list[Problem]:
    """Each once; all figures are missing where there is one."""
    values, reasons = found
    assert set(values) in (TIMES, CONTACTS)
    if reasons:
        assert set(reasons) == {name for name, value in values.items() if math.isnan(value)}
    return [one for at, one in enumerate(reasons.values()) if one not in list(reasons.values())[:at]]


def test_a_density_needs_two_peaks() -> None:
    """Steps of 4 mm, so that nobody is within 3 mm of another place, and a rest of 0.3 s; and of two, 84 mm apart."""
    once = 4.0 * np.concatenate((np.arange(-10, 0), np.zeros(15), np.arange(1, 11)))
    assert _density(once, np.zeros_like(once), 50.0) == {}
    twice = np.concatenate((once, once + 84.0))
    assert _density(twice, np.zeros_like(twice), 50.0)["sway_density_distance_mm"] == pytest.approx(84.0)
    assert _density(np.zeros_like(twice), twice, 50.0)["sway_density_distance_mm"] == pytest.approx(84.0)


def test_a_zero_is_missing_beside_a_cop_that_never_moves() -> None:
    """1.5 mm away: where there is no usual step it is no few of them."""
    still = np.where(np.arange(100) == 50, 0.0, 1.5)
    assert _zero_for_nothing(still, np.zeros(100)).sum() == 1
    assert _zero_for_nothing(still / 1.5, np.zeros(100)).sum() == 0, "a millimetre is none"


def test_a_zero_that_is_only_passed_by_is_no_nearer_than_three_usual_steps() -> None:
    """Where the CoP moves in steps of 0.9 mm, and rests most of the time, 2 mm are less than three of them."""
    ml = np.tile([2.0, 2.0, 2.0, 2.9, 2.9, 2.9], 20)
    ml[50] = 0.0
    ml[[49, 51]] = 2.0
    assert _zero_for_nothing(ml, np.zeros(120)).sum() == 0
    ml[[49, 51]] = 2.71
    assert _zero_for_nothing(ml, np.zeros(120)).sum() == 1


def test_a_foot_has_an_area_and_the_cop_is_in_it() -> None:
    ml, ap = np.array([-1.0, 0.0, 1.0, 0.0]), np.array([0.0, -2.0, 0.0, 2.0])
    for of in (time_to_boundary, virtual_time_to_contact):
        for foot in (Foot(5.0, 5.0, -9.0, 9.0), Foot(-5.0, 5.0, 9.0, 9.0), Foot(5.0, -5.0, -9.0, 9.0)):
            assert reasons_of(of(ml, ap, 10.0, foot)) == [because("foot-no-area")]
        for foot in (
            Foot(-0.9, 5.0, -9.0, 9.0),
            Foot(-5.0, 0.9, -9.0, 9.0),
            Foot(-5.0, 5.0, -1.9, 9.0),
            Foot(-5.0, 5.0, -9.0, 1.9),
        ):
            assert reasons_of(of(ml, ap, 10.0, foot)) == [because("outside-foot", percent=25.0)]
        within = reasons_of(of(ml, ap, 10.0, Foot(-1.0, 1.0, -2.0, 2.0)))
        assert all(one.reason != "outside-foot" for one in within)


@pytest.mark.parametrize("valleys", [2, 3])
def test_three_valleys_make_a_time_to_boundary(valleys) -> None:
    """The CoP goes to and fro, ever faster for a sample: 10 times the steps of 2, 3 and 4 mm towards an edge."""
    steps = [1.0, 2.0, 1.0, 1.0, 3.0, 1.0, 1.0, 4.0, 1.0, 1.0][: 3 * valleys + 1]
    x = np.concatenate(([0.0], np.cumsum(np.repeat(steps, 2))))
    values, reasons = time_to_boundary(x, x[::-1], 10.0, Foot(-10.0, 60.0, -10.0, 60.0))
    if valleys < 3:
        assert reasons == dict.fromkeys(values, because("few-valleys"))
        return
    assert reasons == {}
    speeds = 10.0 * np.gradient(x)
    times = (60.0 - x) / speeds
    least = [times[2 * at + 1] for at in (1, 4, 7)]
    assert values["ttb_ml_min_s"] == pytest.approx(min(least))
    assert values["ttb_ml_mean_min_s"] == pytest.approx(np.mean(least))
    assert values["ttb_ml_sd_min_s"] == pytest.approx(np.std(least, ddof=1))


def test_the_edge_is_touched_at_the_first_of_two_roots() -> None:
    """5 mm away: at 10 mm/s in half a second; braked by 8 mm/s2, and pulled back to the other side at 5 mm."""
    gap, v, a = np.array([-5.0, -5.0, 5.0, 0.0]), np.array([10.0, 10.0, 0.0, 0.0]), np.array([0.0, -8.0, -8.0, 0.0])
    found = _first_contact(gap, v, a)
    assert found[:3] == pytest.approx([0.5, (10.0 - math.sqrt(20.0)) / 8.0, math.sqrt(1.25)])
    assert found[3] == math.inf
    still, reasons = virtual_time_to_contact(np.zeros(9), np.zeros(9), 10.0, Foot(-5.0, 5.0, -9.0, 9.0))
    assert reasons == dict.fromkeys(still, because("no-edge"))
    assert all(math.isnan(value) for value in still.values())
    going = np.arange(9.0)
    found, _ = virtual_time_to_contact(going, np.zeros(9), 10.0, Foot(-5.0, 20.0, -9.0, 9.0))
    assert found == pytest.approx({"vtc_mean_s": 1.6, "vtc_min_s": 1.2})


def test_the_time_to_contact_is_the_least_positive_root_of_all_four_edges() -> None:
    """On an ellipse, at each of 40 samples by the roots of its parabola towards each edge."""
    turn = 2.0 * math.pi * np.arange(40.0) / 40.0
    ml, ap, foot = 3.0 * np.sin(turn), 4.0 * np.cos(turn), Foot(-5.0, 5.5, -6.5, 6.0)
    rows: list[list[tuple[float, float]]] = [[] for _ in range(40)]
    for x, towards in ((ml, foot[:2]), (ap, foot[2:])):
        v = np.gradient(x, 0.1)
        a = np.gradient(v, 0.1)
        for at, edge in itertools.product(range(40), towards):
            roots = np.roots((0.5 * a[at], v[at], x[at] - edge))
            rows[at] += [(float(one.real), edge) for one in roots if abs(one.imag) < 1e-9 < one.real]
    firsts = [min(row) for row in rows if row]
    least, edges = [time_s for time_s, _ in firsts], {edge for _, edge in firsts}
    assert edges == set(foot)
    found, reasons = virtual_time_to_contact(ml, ap, 10.0, foot)
    assert reasons == {}
    assert found == pytest.approx({"vtc_mean_s": np.mean(least), "vtc_min_s": min(least)})


# --- what a recording may carry, and what is said of it -------------------------------------------------------------


def test_a_measure_is_carried_from_its_length_and_rate_on() -> None:
    least_s = REGISTRY["rms_ml_mm"].min_duration_s
    assert carries("rms_ml_mm", least_s - 0.05)
    assert not carries("rms_ml_mm", least_s - 0.051)
    assert fast_enough(50.0, 0.999 * 50.0)
    assert not fast_enough(50.0, 49.94)
    assert names("axes", "duarte") == tuple(name for name, row in REGISTRY.items() if row.group in ("axes", "duarte"))


def test_a_rate_below_the_usual_and_axes_that_may_be_swapped() -> None:
    assert _sampled_slowly(49.95) == ()
    slowly = because("sampled-slowly", rate_hz=49.94, least_hz=50.0, percent=3.0)
    assert _sampled_slowly(49.94) == (slowly,)
    t_s = np.arange(1000) / 100.0
    for times, said in ((1.3, False), (1.31, True)):  # so many times as large and as quick: 1.69 and 1.716
        signal = check(t_s, times * np.sin(t_s * 2.0 * math.pi), np.sin(t_s * 2.0 * math.pi), None, None)
        assert bool(_exchanged(signal, axes_known=False)) is said
        assert _exchanged(signal, axes_known=True) == ()
    (warning,) = _exchanged(signal, axes_known=False)
    assert warning == because("axes-swapped", larger=pytest.approx(1.31), faster=pytest.approx(1.31))
    for size_mm, said in ((0.999, False), (1.001, True)):
        wave = 0.5 * size_mm * np.sin(t_s * 2.0 * math.pi)
        assert bool(_exchanged(check(t_s, wave, 0.1 * wave, None, None), axes_known=False)) is said


def test_a_jump_is_a_miss_of_a_millimetre_at_100_samples_a_second_and_more() -> None:
    for rate_hz, most_mm in ((50.0, 4.0), (100.0, 1.0), (200.0, 1.0)):
        for times, said in ((0.99, False), (1.01, True)):
            cop = np.zeros((40, 2))
            cop[20] = (0.6 * times * most_mm, 0.8 * times * most_mm)
            found = jump(EvenCop(cop, rate_hz))
            assert (found is not None) is said
            assert found is None or found.values == {"by_mm": pytest.approx(1.01 * most_mm), "at_s": 20.0 / rate_hz}


def test_a_plate_is_steady_that_stands_or_turns_a_twentieth_faster_at_most() -> None:
    assert _steady(np.zeros(300), 3, 100).tolist() == [True, True, True]
    for by, steady in ((1.05, True), (1.06, False)):
        turned = np.repeat([0.2, 0.2, 0.2 * by, 0.2, 0.2], 100)
        found = _steady(np.cumsum(turned) - 1e-9 * np.arange(500), 5, 100)
        assert found.tolist() == [True, steady, steady, steady, True]


def test_below_a_vibration_is_what_is_slower_than_two_fifths_of_it_and_than_4_hz() -> None:
    cop = np.random.default_rng(3).normal(size=(500, 2)).cumsum(axis=0)
    for drive_hz, cutoff_hz in ((5.0, 2.0), (10.0, 4.0), (30.0, 4.0)):
        assert np.array_equal(still_part(cop, 100.0, drive_hz), low_pass(cop, 100.0, cutoff_hz))


def test_a_percentile_between_points_and_at_points_that_are_one() -> None:
    points = (1.0, 2.0, 4.0, 8.0, 8.0, 9.0, 10.0)
    for value, percentile in ((1.0, 5.0), (1.5, 7.5), (2.0, 10.0), (8.0, 50.0), (8.5, 82.5), (10.0, 95.0)):
        assert _percentile(value, points) == (percentile, _ordinal(round(percentile)))
    assert _percentile(0.99, points) == (5.0, because("percentile-below", number=5))
    assert _percentile(10.01, points) == (95.0, because("percentile-above", number=95))
    assert _percentile(3.0, (3.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0))[0] == 5.0
    ends = {1: "st", 2: "nd", 3: "rd", 4: "th", 10: "th", 11: "th", 12: "th", 13: "th", 21: "st", 22: "nd", 93: "rd"}
    for number, end in ends.items():
        assert _ordinal(number) == because(f"percentile-{end}", number=number)


# --- live -----------------------------------------------------------------------------------------------------------


def test_a_sway_far_from_the_middle_has_its_figures_from_the_first_samples_on() -> None:
    """To and fro by 1 mm a hundred kilometres away: of sums about the middle nothing would be left."""
    for live in (Running(), Rolling(10.0)):
        for samples in (0, 1):
            none = live.figures()
            assert (none.samples, none.duration_s) == (samples, 0.0)
            assert all(math.isnan(value) for value in none[2:])
            live.update(-0.5, 7.0, 7.0)
        live.clear()
        for k in range(4):
            live.update(0.5 * k, 1e8 + (-1.0) ** k, -1e8 + (-1.0) ** (k // 2))
        found = live.figures()
        assert found[:2] == (4, 1.5)
        area = math.pi * 5.991 * math.sqrt(4.0 * 4.0) / 3.0
        path = 2.0 + math.sqrt(8.0) + 2.0
        assert found[2:] == pytest.approx((path, path / 1.5, area, 1.0, 1.0, 2.0, 2.0), rel=1e-6)
