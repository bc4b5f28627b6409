"""The measures beyond the eight, against slow, plain forms of their formulas and against signals of known answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial import ConvexHull

from station.measures import Foot, RecordedCells, RecordedCop, Request, compute
from station.measures.pipelines import EXTRA
from station.measures.spectrum.power import power_frequencies
from station.measures.sway.boundary import _ahead, _first_contact, time_to_boundary, virtual_time_to_contact
from station.measures.sway.density import first_exit
from station.measures.sway.diffusion import diffusion, mean_square_displacement, two_regions
from station.measures.sway.fractal import dfa_alpha, higuchi_dimension, sample_entropy
from station.measures.sway.hull import area, diameter
from station.measures.sway.rambling import figures as rambling_figures
from station.measures.sway.rambling import rambling_trembling
from tests.words import said

RNG = np.random.default_rng(8)
WHITE = RNG.standard_normal(4096)
BROWN = np.cumsum(WHITE)
PLACE = st.floats(-100.0, 100.0).map(lambda x: round(x, 3))


@given(hnp.arrays(float, st.tuples(st.just(2), st.integers(2, 90)), elements=PLACE), st.floats(0.01, 300.0))
def test_first_exit_is_exact(points, radius):
    x, y = points
    slow = []
    for i in range(len(x)):
        stay = 0
        while i + stay + 1 < len(x) and (x[i + stay + 1] - x[i]) ** 2 + (y[i + stay + 1] - y[i]) ** 2 <= radius**2:
            stay += 1
        slow.append(stay)
    assert first_exit(x, y, radius).tolist() == slow
    both = first_exit(np.stack((x, x[::-1])), np.stack((y, y[::-1])), radius)
    assert both.tolist() == [slow, first_exit(x[::-1], y[::-1], radius).tolist()]


# What three well-kept libraries give for the same series: antropy 0.2.3, neurokit2 0.3.0 and nolds 0.6.3 agree on the
# entropy, the first two on Higuchi's dimension, all to the last digit here. nolds and neurokit2 lay the boxes of the
# fluctuation analysis from one end only and divide by another count: therefore 0.002 there.
ELSEWHERE = {"chaos": (0.515058900, 2.048937606, 0.34823), "summed": (0.474488461, 1.722446597, 1.40542)}


def test_regularity_agrees_with_other_libraries():
    x = np.empty(1500)
    value = 0.4
    for k in range(1500):
        value = 3.9 * value * (1.0 - value)
        x[k] = value
    for name, series in (("chaos", x), ("summed", np.cumsum(x - np.mean(x)))):
        entropy, dimension, alpha = ELSEWHERE[name]
        assert sample_entropy(series) == pytest.approx(entropy, abs=1e-9)
        assert higuchi_dimension(series) == pytest.approx(dimension, abs=1e-9)
        assert dfa_alpha(series) == pytest.approx(alpha, abs=0.002)


@given(hnp.arrays(float, st.tuples(st.just(2), st.integers(2, 200)), elements=PLACE))
def test_diameter_is_the_largest_distance_of_all_pairs(points):
    x, y = points
    slow = np.max(np.hypot(x[:, None] - x, y[:, None] - y))
    assert diameter(x, y) == pytest.approx(slow, rel=1e-12, abs=1e-12)


def test_hull_of_a_long_walk():
    x, y = np.cumsum(RNG.standard_normal((2, 20_000)), axis=1)
    assert area(x, y) == pytest.approx(ConvexHull(np.column_stack((x, y))).volume, rel=1e-9)


def test_sample_entropy_against_its_definition():
    x = BROWN[:400]
    count, radius = len(x) - 2, 0.2 * np.std(x)
    matches = []
    for length in (2, 3):
        stretches = np.stack([x[k : k + count] for k in range(length)], axis=1)
        distance = np.max(np.abs(stretches[:, None] - stretches[None]), axis=2)
        matches.append(int(np.sum(distance <= radius)) - count)
    assert sample_entropy(x) == pytest.approx(-math.log(matches[1] / matches[0]), rel=1e-12)


def test_noise_of_known_roughness():
    # Uncorrelated normal noise, r = 0.2 SD: -ln erf(0.1) = 2.19 for the chance of one more match.
    assert sample_entropy(WHITE) == pytest.approx(-math.log(math.erf(0.1)), rel=0.05)
    assert dfa_alpha(WHITE) == pytest.approx(0.5, abs=0.06)
    assert dfa_alpha(BROWN) == pytest.approx(1.5, abs=0.06)
    assert higuchi_dimension(WHITE) == pytest.approx(2.0, abs=0.03)
    assert higuchi_dimension(BROWN) == pytest.approx(1.5, abs=0.05)
    assert higuchi_dimension(np.arange(500.0)) == pytest.approx(1.0, abs=1e-9)


def test_mean_square_displacement_against_its_definition():
    x = BROWN[:600]
    slow = [0.0] + [float(np.mean((x[k:] - x[:-k]) ** 2)) for k in range(1, 200)]
    assert mean_square_displacement(x, 199) == pytest.approx(np.array(slow), rel=1e-9, abs=1e-9)


def test_diffusion_of_a_curve_with_two_slopes():
    t = np.arange(0, 501) / 50.0
    msd = np.where(t < 1.0, 8.0 * t, 8.0 + 2.0 * (t - 1.0))
    found = diffusion(msd, 50.0)
    assert found == pytest.approx((4.0, 1.0, 1.0), rel=1e-6)
    with np.errstate(divide="ignore"):
        scaling = two_regions(np.where(t < 1.0, 3.0 * t**1.4, 3.0 * t**0.6), 50.0)
    assert scaling.short_scaling == pytest.approx(0.7, rel=0.01)
    assert scaling.long_scaling == pytest.approx(0.3, rel=0.03)
    assert scaling.critical_time_s == pytest.approx(1.0, rel=0.15)


def test_power_frequencies_of_two_tones():
    t = np.arange(3000) / 50.0
    x = np.sin(2 * np.pi * 0.4 * t) + 0.5 * np.sin(2 * np.pi * 2.0 * t)
    middle, high = power_frequencies(x, 50.0)
    assert middle == pytest.approx(0.4, abs=0.03)
    assert high == pytest.approx(2.0, abs=0.08)


def test_time_to_boundary_of_a_known_swing():
    t = np.arange(0.0, 20.0, 1.0 / 250.0)
    ml, ap = 10.0 * np.sin(2 * np.pi * 0.5 * t), 4.0 * np.sin(2 * np.pi * 0.3 * t)
    values, reasons = time_to_boundary(ml, ap, 250.0, Foot(-40.0, 40.0, -100.0, 120.0))
    # Least of (40 - 10 sin u) / (10 pi |cos u|): at sin u = 1/4, where it is sqrt(40^2 - 10^2) / (10 pi).
    assert values["ttb_ml_min_s"] == pytest.approx(math.sqrt(1500.0) / (10.0 * math.pi), rel=1e-3)
    assert values["ttb_ml_mean_min_s"] == pytest.approx(values["ttb_ml_min_s"], rel=1e-2)
    assert reasons == {}
    values, reasons = time_to_boundary(ml, ap, 250.0, Foot(-40.0, 8.0, -100.0, 120.0))
    assert math.isnan(values["ttb_ml_min_s"])
    assert "outside the foot" in said(reasons["ttb_ap_sd_min_s"])


def test_the_edge_that_counts_is_the_one_ahead():
    x, v = np.array([10.0, 10.0]), np.array([10.0, -10.0])
    assert _ahead(x, v, -40.0, 70.0).tolist() == [6.0, 5.0]


def test_virtual_time_to_contact_of_a_steady_and_of_a_braking_point():
    t = np.arange(0.0, 1.0, 1.0 / 250.0)
    foot = Foot(-50.0, 50.0, -50.0, 50.0)
    steady, _ = virtual_time_to_contact(20.0 * t, np.zeros_like(t), 250.0, foot)
    assert steady["vtc_min_s"] == pytest.approx((50.0 - 20.0 * t[-1]) / 20.0, rel=1e-3)
    # From 0 at 40 mm/s and -30 mm/s2 the point turns at 27 mm, before the edge at 50, and comes to the one at -50.
    v, a = np.array([40.0]), np.array([-30.0])
    assert _first_contact(np.array([-50.0]), v, a)[0] == math.inf
    assert _first_contact(np.array([50.0]), v, a)[0] == pytest.approx((40.0 + math.sqrt(1600.0 + 3000.0)) / 30.0)


def test_rambling_and_trembling_of_a_made_body():
    t = np.arange(0.0, 30.0, 1.0 / 100.0)
    slow, fast = 5.0 * np.sin(2 * np.pi * 0.1 * t), 1.0 * np.sin(2 * np.pi * 1.5 * t)
    rambling, trembling = rambling_trembling(slow + fast, -3.0 * fast, 100.0)
    assert np.std(rambling) == pytest.approx(np.std(slow), rel=0.05)
    assert np.std(trembling) == pytest.approx(np.std(fast), rel=0.05)
    values, reasons = rambling_figures(slow, None, 100.0, "ml")
    assert all(math.isnan(value) for value in values.values())
    assert "horizontal force" in said(reasons["trembling_rms_ml_mm"])
    assert "fewer than four" in said(rambling_trembling(slow, np.ones_like(t), 100.0))


def test_everything_on_a_real_leg(plates):
    plate = plates[0]
    middle = compute(RecordedCop(plate.t_s, *np.zeros((2, plate.t_s.size))))
    assert "constant" in said(next(iter(middle.reasons.values())))

    found = compute(
        RecordedCells(plate.t_s, plate.cells_n, (138.0, 293.0)), Request(everything=True, foot=Foot(-70, 70, -170, 170))
    )
    assert set(EXTRA) < set(found.values)
    assert {name for name in found.reasons if "rambling" not in name and "trembling" not in name} == set()
    # Ranges that the literature gives for one leg: F95 of 1.5 to 3.5 Hz, a time to boundary of some seconds.
    assert 1.5 < found.values["power_frequency_95_ml_hz"] < 3.5
    assert 0.5 < found.values["ttb_ml_mean_min_s"] < found.values["ttb_ap_mean_min_s"] < 20.0
    assert 0.05 < found.values["sample_entropy_ap"] < 1.5
    assert found.values["hurst_long_ap"] < 0.5 < found.values["hurst_short_ap"]
