"""The 72 variables where a small change of a formula or bound would show, on series that are counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from station.measures.quijoux import prepare, variables
from station.measures.quijoux.dynamic import _velocity_peaks, dynamic
from station.measures.quijoux.resample import resample
from station.measures.quijoux.spectral import BAND_HZ, _axis, _welch, spectral

RATE = 128.0


def test_a_recording_is_the_same_at_any_time_of_day() -> None:
    """Times of 128 samples a second are exact: 64 s later they are the same to the bit."""
    t_s = np.arange(round(20.5 * RATE)) / RATE
    ml, ap = 5.0 * np.sin(3.0 * t_s) + 40.0, 4.0 * np.cos(2.0 * t_s) + np.sin(9.0 * t_s)
    assert variables(t_s + 64.0, ml, ap) == variables(t_s, ml, ap)
    own_ml, own_ap, mean_ml, mean_ap = prepare(t_s + 64.0, ml, ap)
    assert (mean_ml, mean_ap) == (pytest.approx(ml.mean() / 10.0), pytest.approx(ap.mean() / 10.0))
    assert np.ptp(own_ml) == pytest.approx(1.0, abs=0.02)
    assert len(own_ml) == len(own_ap)


@pytest.mark.parametrize(
    ("begin_s", "lasts_s", "long"),
    [(0.0, 19.95, True), (0.0, 19.94, False), (10.0, 15.0, False), (-10.0, 20.0, True)],
)
def test_a_spectrum_needs_20_s_from_the_first_sample_to_the_last(begin_s, lasts_s, long) -> None:
    t_s = begin_s + np.linspace(0.0, lasts_s, 500)
    found = variables(t_s, 5.0 * np.sin(3.0 * t_s), 4.0 * np.cos(2.0 * t_s) + np.sin(9.0 * t_s))
    assert ("total_power_Power_Spectrum_Density_ML" in found) is long
    assert ("critical_time_Diffusion_AP" in found) is long


def test_the_variables_of_a_spectrum_of_seven_lines() -> None:
    """At 0.25, 0.5, 1, 2, 2.5, 3 and 4 Hz; the median and 95 % are where a sum reaches them, to the last bit."""
    f = np.array([0.25, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0])
    power = np.array([4.0, 6.0, 10.0, 15.0, 3.0, 0.0, 2.0])
    of = {name.removesuffix("_Power_Spectrum_Density_ML"): value for name, value in _axis(f, power, "ML").items()}
    first = 1.0 + 3.0 + 10.0 + 30.0 + 7.5 + 8.0
    second = 0.25 + 1.5 + 10.0 + 60.0 + 18.75 + 32.0
    assert of == pytest.approx(
        {
            "total_power": 40.0,
            "power_frequency_50": 1.0,
            "power_frequency_95": 2.5,
            "frequency_mode": 2.0,
            "centroid_frequency": math.sqrt(second / 40.0),
            "frequency_dispersion": math.sqrt(1.0 - first**2 / (40.0 * second)),
            "energy_content_below_05": 10.0,
            "energy_content_05_2": 25.0,
            "energy_content_above_2": 5.0,
            "frequency_quotient": 5.0 / 35.0,
        }
    )
    assert _axis(f[:1], power[:1], "AP")["frequency_dispersion_Power_Spectrum_Density_AP"] == 0.0


def test_the_band_goes_from_0_15_to_5_hz_to_the_bit() -> None:
    """60 s have one frequency in 1/60 Hz: the ninth and the three hundredth are the bounds themselves."""
    x = np.random.default_rng(5).normal(size=(2, 1500))
    f, density = _welch(x)
    assert (f[9], f[300]) == BAND_HZ == (0.15, 5.0)
    of = spectral(*x)
    for axis, power in zip(("ML", "AP"), density, strict=True):
        assert of[f"total_power_Power_Spectrum_Density_{axis}"] == pytest.approx(np.sum(power[9:301]), rel=1e-12)


def test_crossings_of_zero_and_the_peaks_between_them() -> None:
    """A zero is no crossing: of 1, 3, 0, 2, -4, 0, -1, 5, -6, -2, 7 there are four, at -4, 5, -6 and 7."""
    v = np.array([1.0, 3.0, 0.0, 2.0, -4.0, 0.0, -1.0, 5.0, -6.0, -2.0, 7.0])
    names = [
        f"{what}_SPD_AP" for what in ("zero_crossing", "peak_velocity_pos", "peak_velocity_neg", "peak_velocity_all")
    ]
    assert _velocity_peaks(v, "AP") == dict(zip(names, (4.0, 5.0, 5.0, 5.0), strict=True))
    assert _velocity_peaks(v[:9], "AP") == dict(zip(names, (3.0, 5.0, 4.0, 4.5), strict=True))
    few = _velocity_peaks(v[:8], "AP")
    assert few[names[0]] == 2.0
    assert all(math.isnan(few[name]) for name in names[1:]), "between two crossings there is one peak only"


def test_the_dynamic_variables_of_a_square() -> None:
    """25 times round a square of 2 cm, a corner a sample: each step is 2 cm on one axis and none on the other."""
    ml, ap = np.tile([1.0, -1.0, -1.0, 1.0], 25), np.tile([1.0, 1.0, -1.0, -1.0], 25)
    found = dynamic(ml, ap, -2.0)
    steps_ml, steps_ap, n = 2.0 * 50, 2.0 * 49, 100
    assert found["mean_velocity_ML"] == pytest.approx(steps_ml * 25.0 / n)
    assert found["mean_velocity_AP"] == pytest.approx(steps_ap * 25.0 / n)
    assert found["mean_velocity_ML_AND_AP"] == pytest.approx(2.0 * 99 * 25.0 / n)
    assert found["sway_area_per_second_ML_AND_AP"] == pytest.approx(2.0 * 99 * 25.0 / (2.0 * 99))
    root = 4.0 * math.sqrt(2.0)
    assert found["mean_frequency_ML"] == pytest.approx(steps_ml * 25.0 / 99 / root)
    assert found["mean_frequency_AP"] == pytest.approx(steps_ap * 25.0 / 99 / root)
    assert found["mean_frequency_ML_AND_AP"] == pytest.approx(2.0 * 25.0 / (2.0 * math.pi * math.sqrt(2.0)))
    assert dynamic(ml, ap, 0.0)["vfy_SPD_MLAP"] == pytest.approx(found["vfy_SPD_MLAP"] * -2.0 / 0.0001)
    line = dynamic(ml, ml, 1.0)
    assert math.isnan(line["LFS_ML_AND_AP"])
    assert math.isnan(line["fractal_dimension_ML_AND_AP"]), "a line has no area"


def test_a_place_at_25_hz_is_the_mean_of_80_ms_by_time() -> None:
    """Of a straight way it is the place itself, every 40 ms from 0.1 s on."""
    for count, places in ((199, 47), (201, 48)):  # the last sample is left out: of 1.97 and of 1.99 s
        t_s = np.arange(count) / 100.0
        found = resample(t_s, np.column_stack((0.1 * t_s, 1.0 - 0.2 * t_s)))
        assert len(found) == places
        centres = np.arange(1, places - 1) * 0.04 + 0.1
        assert found[1:-1] == pytest.approx(np.column_stack((0.1 * centres, 1.0 - 0.2 * centres)), abs=1e-6)
