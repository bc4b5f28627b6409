"""Pipeline quijoux-2021 against the figures that the reference code gave for 48 real trials."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, filtfilt, savgol_filter, welch

from station.measures import RecordedCop, Request, compute
from station.measures.quijoux.filters import there_and_back, velocity
from station.measures.quijoux.spectral import _welch
from station.measures.registry import names
from tests.words import said

KEYS = names("quijoux-2021")


@pytest.fixture(scope="module")
def reference(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "bds" / "reference_quijoux72.csv").open(newline="") as text:
        return {row["Trial"]: row for row in csv.DictReader(text)}


def largest_differences(trials, reference, rounded_to):
    worst = dict.fromkeys(KEYS, 0.0)
    for name, (ml, ap) in trials.items():
        ml_cm, ap_cm = (rounded_to(x / 10.0).astype(float) for x in (ml, ap))
        found = compute(RecordedCop(None, ml_cm * 10.0, ap_cm * 10.0, rate_hz=100.0), Request("quijoux-2021"))
        assert found.reasons == {}
        assert tuple(found.values) == KEYS
        for key in KEYS:
            expected = float(reference[name][key])
            worst[key] = max(worst[key], abs(found.values[key] / expected - 1.0))
    return worst


def test_names_are_the_references_own(reference):
    columns = set(next(iter(reference.values())))
    assert set(KEYS) <= columns
    assert len(KEYS) == 73
    assert columns - set(KEYS) == {"Trial", "Subject", "AgeGroup", "Vision", "Surface", "Age", "Falls12m"}


def test_all_48_trials_within_1e_6_of_the_reference(trials, reference):
    worst = largest_differences(trials, reference, np.asarray)
    assert len(trials) == 48
    assert {key: value for key, value in worst.items() if value > 1e-6} == {}


def test_equal_to_1e_9_on_the_samples_that_the_reference_was_fed(trials, reference):
    # The reference figures come from the samples in single precision: the whole difference above is that rounding.
    worst = largest_differences(dict(list(trials.items())[::4]), reference, np.float32)
    assert max(worst.values()) < 1e-9


def test_irregular_timestamps_are_resampled(sway):
    t, ml, ap = sway
    rng = np.random.default_rng(1)
    jittered = t + rng.uniform(-0.003, 0.003, t.size)
    even = compute(RecordedCop(t, ml, ap), Request("quijoux-2021"))
    moved = compute(
        RecordedCop(jittered, np.interp(jittered, t, ml), np.interp(jittered, t, ap)), Request("quijoux-2021")
    )
    for key in ("mean_velocity_ML", "confidence_ellipse_area_ML_AND_AP", "total_power_Power_Spectrum_Density_ML"):
        assert moved.values[key] == pytest.approx(even.values[key], rel=0.02)


def test_a_spike_is_left_out_like_in_the_reference(sway):
    t, ml, ap = sway
    spiked = ml.copy()
    spiked[1500] += 60.0
    clean, found = (compute(RecordedCop(t, x, ap), Request("quijoux-2021")).values for x in (ml, spiked))
    assert found["range_ML"] == pytest.approx(clean["range_ML"], rel=0.01)


def test_a_trial_too_short_for_the_spectrum_still_gives_the_rest(sway):
    t, ml, ap = (x[:1000] for x in sway)
    found = compute(RecordedCop(t, ml, ap), Request("quijoux-2021"))
    assert np.isfinite(found.values["mean_velocity_ML_AND_AP"])
    assert np.isnan(found.values["total_power_Power_Spectrum_Density_ML"])
    assert "at least 20 s" in said(found.reasons["critical_time_Diffusion_AP"])


@pytest.mark.parametrize("count", [251, 500, 745, 746])
def test_filters_and_spectrum_are_scipys(count):
    x = np.cumsum(np.random.default_rng(count).standard_normal((2, count)), axis=1)
    for cutoff in (2.5, 10.0):
        slow = filtfilt(*butter(4, cutoff / 12.5), x)
        assert there_and_back(x, cutoff) == pytest.approx(slow, rel=1e-9, abs=1e-9 * np.ptp(x))
    assert velocity(x) == pytest.approx(savgol_filter(x, 5, 3, deriv=1, delta=0.04), rel=1e-9, abs=1e-9 * np.ptp(x))
    frequency, density = welch(x, fs=25.0, window="hann", nperseg=250, noverlap=125, nfft=count, detrend="linear")
    found = _welch(x)
    assert found[0] == pytest.approx(frequency)
    assert found[1] == pytest.approx(density, rel=1e-9, abs=1e-12 * np.max(density))


def test_a_filter_needs_more_samples_than_it_pads():
    with pytest.raises(ValueError, match="15 samples are too few"):
        there_and_back(np.zeros(15), 10.0)
