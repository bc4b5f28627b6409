"""The measures of pipeline `station-1` beyond those of every trial: spectrum, regularity, diffusion, density, foot."""

from __future__ import annotations

import contextlib

import numpy as np

from station.faults import because
from station.measures.registry import carries, names
from station.measures.signal import Array, low_pass
from station.measures.spectrum.power import power_frequencies
from station.measures.sway import boundary, extent, rambling
from station.measures.sway.boundary import Foot
from station.measures.sway.density import peaks, sway_density
from station.measures.sway.diffusion import diffusion, mean_square_displacement, two_regions
from station.measures.sway.fractal import dfa_alpha, higuchi_dimension, sample_entropy
from station.measures.sway.hull import area
from station.measures.values import NAN, Figures, Reasons

RADIUS_MM = 3.0
NO_FOOT = because("no-foot")
FOOT = names("foot")


def beyond(ml_mm: Array, ap_mm: Array, rate_hz: float, foot: Foot | None) -> Figures:
    """All of them from a CoP in mm at 250 Hz, low-passed at 10 Hz; what the time is too short for is left out."""
    duration = (len(ml_mm) - 1) / rate_hz
    values: dict[str, float] = {}
    reasons: Reasons = {}
    if carries("sway_density_peak_s", duration):
        values |= _density(_every(5, ml_mm), _every(5, ap_mm), rate_hz / 5)
    for axis, x in (("ml", ml_mm), ("ap", ap_mm)):
        values |= _axis(axis, x, rate_hz, duration)
        own, why = rambling.figures(x, None, rate_hz, axis)
        values |= own
        reasons |= why
    if foot is None:
        return values | dict.fromkeys(FOOT, NAN), reasons | dict.fromkeys(FOOT, NO_FOOT)
    touch = boundary.time_to_boundary(_every(5, ml_mm), _every(5, ap_mm), rate_hz / 5, foot)
    contact = boundary.virtual_time_to_contact(ml_mm, ap_mm, rate_hz, foot)
    return values | touch[0] | contact[0], reasons | touch[1] | contact[1]


def _every(step: int, x: Array) -> Array:
    return np.ascontiguousarray(x[::step])


def plane(ml: Array, ap: Array, duration_s: float) -> dict[str, float]:
    """The five figures of both axes together (group "axes" of the registry) of a CoP in mm."""
    x, y = ml - np.mean(ml), ap - np.mean(ap)
    return {
        "mean_velocity_ml_mm_s": float(np.sum(np.abs(np.diff(ml)))) / duration_s,
        "mean_velocity_ap_mm_s": float(np.sum(np.abs(np.diff(ap)))) / duration_s,
        "sway_area_rate_mm2_s": float(np.sum(np.abs(x[1:] * y[:-1] - y[1:] * x[:-1]))) / (2.0 * duration_s),
        "hull_area_mm2": area(ml, ap),
        "principal_direction_deg": extent.principal_direction_deg(ml, ap),
    }


def _axis(axis: str, x: Array, rate_hz: float, duration_s: float) -> dict[str, float]:
    """Those of one axis that fit into `duration_s`; the regularity ones at 25 Hz, the diffusion at 50 Hz."""
    values: dict[str, float] = {}
    slow, middle = _every(10, x), _every(5, x)
    for name, function in (
        ("sample_entropy", sample_entropy),
        ("dfa_alpha", dfa_alpha),
        ("higuchi_dimension", higuchi_dimension),
    ):
        if carries(f"{name}_{axis}", duration_s):
            values[f"{name}_{axis}"] = function(slow)
    if carries(f"power_frequency_50_{axis}_hz", duration_s):
        middle_hz, high_hz = power_frequencies(middle, rate_hz / 5)
        values |= {f"power_frequency_50_{axis}_hz": middle_hz, f"power_frequency_95_{axis}_hz": high_hz}
    if carries(f"diffusion_short_{axis}_mm2_s", duration_s):
        rate = rate_hz / 5
        curve = mean_square_displacement(middle, int(10.0 * rate))
        linear = diffusion(curve, rate)
        values |= {
            f"diffusion_short_{axis}_mm2_s": linear.short,
            f"diffusion_long_{axis}_mm2_s": linear.long,
            f"diffusion_critical_time_{axis}_s": linear.critical_time_s,
        }
        with contextlib.suppress(ArithmeticError):  # a movement that repeats itself exactly scales with nothing
            scaling = two_regions(curve, rate)
            values |= {f"hurst_short_{axis}": scaling.short_scaling, f"hurst_long_{axis}": scaling.long_scaling}
    return values


def _density(ml: Array, ap: Array, rate_hz: float) -> dict[str, float]:
    """Mean of the peaks of the sway density after a 2.5 Hz low-pass, and the mean distance from peak to peak."""
    curve = low_pass(sway_density(ml, ap, RADIUS_MM, rate_hz)[:, None], rate_hz, 2.5)[:, 0]
    tops = peaks(curve)
    if len(tops) < 2:
        return {}
    apart = np.hypot(np.diff(ml[tops]), np.diff(ap[tops]))
    return {"sway_density_peak_s": float(np.mean(curve[tops])), "sway_density_distance_mm": float(np.mean(apart))}
