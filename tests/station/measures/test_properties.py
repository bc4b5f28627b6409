"""What must not change, or must change by a known power, when a recording is turned, moved, scaled or reversed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.measures import compute
from station.measures.registry import names

PLANAR = ("path_length_mm", "mean_velocity_mm_s", "ellipse_area_mm2", "sway_area_rate_mm2_s", "hull_area_mm2")
EXPONENTS = {
    "path_length_mm": 1,
    "mean_velocity_mm_s": 1,
    "ellipse_area_mm2": 2,
    "rms_ml_mm": 1,
    "rms_ap_mm": 1,
    "range_ml_mm": 1,
    "range_ap_mm": 1,
    "mean_velocity_ml_mm_s": 1,
    "mean_velocity_ap_mm_s": 1,
    "sway_area_rate_mm2_s": 2,
    "hull_area_mm2": 2,
    "principal_direction_deg": 0,
}
FREE = tuple(
    name + axis
    for name in ("sample_entropy", "dfa_alpha", "higuchi_dimension", "hurst_short", "hurst_long")
    for axis in ("_ml", "_ap")
)
LENGTHS = ("rms_ML", "range_AP", "mean_distance_Radius", "mean_velocity_ML_AND_AP")


def figures(t, ml, ap, **options):
    found = compute(t, ml, ap, **options)
    return found.values


@settings(max_examples=15)
@given(st.floats(-math.pi, math.pi))
def test_a_turned_plate_gives_the_same_planar_figures(sway_of_module, turn):
    t, ml, ap = sway_of_module
    c, s = math.cos(turn), math.sin(turn)
    for pipeline in ("raw", "station-1"):
        before = figures(t, ml, ap, pipeline=pipeline)
        after = figures(t, c * ml - s * ap, s * ml + c * ap, pipeline=pipeline)
        for key in set(PLANAR) & set(before):
            assert after[key] == pytest.approx(before[key], rel=1e-9), key


@settings(max_examples=15)
@given(st.floats(-200.0, 200.0), st.floats(-200.0, 200.0))
def test_standing_elsewhere_gives_the_same_figures(sway_of_module, right, forward):
    t, ml, ap = sway_of_module
    for pipeline in ("raw", "station-1"):
        before, after = (figures(t, x, y, pipeline=pipeline) for x, y in ((ml, ap), (ml + right, ap + forward)))
        for key, value in before.items():
            assert after[key] == pytest.approx(value, rel=1e-7, nan_ok=True), key


@settings(max_examples=15)
@given(st.floats(0.5, 8.0))
def test_a_larger_sway_scales_every_figure_by_its_power(sway_of_module, scale):
    t, ml, ap = sway_of_module
    before, after = (figures(t, k * ml, k * ap) for k in (1.0, scale))
    for key, power in EXPONENTS.items():
        assert after[key] == pytest.approx(before[key] * scale**power, rel=1e-9), key


def test_regularity_does_not_depend_on_the_size_of_the_sway(sway):
    t, ml, ap = sway
    before, after = (figures(t, k * ml, k * ap, everything=True) for k in (1.0, 4.0))
    for key in FREE:
        assert after[key] == pytest.approx(before[key], rel=1e-6), key
    for axis in ("ml", "ap"):
        key = f"diffusion_short_{axis}_mm2_s"
        assert after[key] == pytest.approx(16.0 * before[key], rel=1e-6)


def test_time_reversal(sway):
    # 2997 samples at 100 Hz end on the 250 Hz grid and on its 25 Hz part, which then are the same from both ends.
    t, ml, ap = (x[:2997] for x in sway)
    before, after = (figures(t, ml[::way], ap[::way], everything=True) for way in (1, -1))
    for key in (*EXPONENTS, "higuchi_dimension_ml", "dfa_alpha_ap", "sway_density_peak_s", "power_frequency_95_ap_hz"):
        assert after[key] == pytest.approx(before[key], rel=1e-6), key
    before, after = (figures(t, ml[::way], ap[::way], pipeline="raw") for way in (1, -1))
    for key, value in before.items():
        if key != "duarte_mean_frequency_hz":  # its windows, as published, are not mirrored
            assert after[key] == pytest.approx(value, rel=1e-9, nan_ok=True), key


def test_mirrored_and_swapped_axes(sway):
    t, ml, ap = sway
    plain, mirrored, swapped = figures(t, ml, ap), figures(t, -ml, ap), figures(t, ap, ml)
    for key, value in plain.items():
        assert mirrored[key] == pytest.approx(value, rel=1e-9, nan_ok=True), key
        if "_ml_" in key:
            assert swapped[key.replace("_ml_", "_ap_")] == pytest.approx(value, rel=1e-12)


def test_quijoux_scales_like_its_units(sway):
    t, ml, ap = sway
    # Small enough that the reference's spike filter, which knows centimetres, stays out of it.
    before, after = (figures(t, k * ml, k * ap, pipeline="quijoux-2021") for k in (1.0, 1.5))
    powers = dict.fromkeys(LENGTHS, 1) | {
        "coefficient_sway_direction_ML_AND_AP": 0,
        "total_power_Power_Spectrum_Density_ML": 2,
        "frequency_quotient_Power_Spectrum_Density_AP": 0,
        "critical_time_Diffusion_ML": 0,
        "mean_frequency_ML_AND_AP": 0,
    }
    for key, power in powers.items():
        assert after[key] == pytest.approx(before[key] * 1.5**power, rel=1e-8), key
    assert set(powers) <= set(names("quijoux-2021"))


def test_a_circle_gives_what_geometry_says():
    t = np.arange(0.0, 30.0, 1.0 / 250.0)
    found = figures(t, 10.0 * np.cos(np.pi * t), 20.0 * np.sin(np.pi * t))
    # Half a turn a second on the ellipse of 10 mm and 20 mm: its area, 200 pi, is swept once every two seconds.
    assert found["rms_ml_mm"] == pytest.approx(10.0 / math.sqrt(2.0), rel=1e-3)
    assert found["range_ap_mm"] == pytest.approx(40.0, rel=1e-3)
    assert found["sway_area_rate_mm2_s"] == pytest.approx(200.0 * math.pi / 2.0, rel=1e-3)
    assert found["hull_area_mm2"] == pytest.approx(200.0 * math.pi, rel=1e-2)
    assert found["principal_direction_deg"] == pytest.approx(0.0, abs=0.1)


@pytest.fixture(scope="module")
def sway_of_module(sway: tuple[np.ndarray, np.ndarray, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Shorter, so that hypothesis may ask often."""
    return tuple(x[:1200] for x in sway)
