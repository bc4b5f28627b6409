"""The dynamic variables of Quijoux et al. 2021: how the CoP moved, with the `vfy` that their code never reaches."""

from __future__ import annotations

import math

import numpy as np

from station.measures.quijoux.filters import there_and_back, velocity
from station.measures.quijoux.positional import ellipse
from station.measures.quijoux.resample import QUIJOUX_RATE_HZ
from station.measures.signal import Array
from station.measures.sway.density import peaks, sway_density
from station.measures.sway.extent import dot
from station.measures.values import NAN

RADIUS_CM = 0.3
DENSITY_CUTOFF_HZ = 2.5


def dynamic(ml: Array, ap: Array, mean_ap: float) -> dict[str, float]:
    """Names and figures; `ml`, `ap` (N,) centred in cm at 25 Hz, `mean_ap` of the samples as recorded."""
    n = len(ml)
    v = velocity(np.stack((ml, ap)))
    step_ml, step_ap = np.diff(ml), np.diff(ap)
    path_ml, path_ap = float(np.sum(np.abs(step_ml))), float(np.sum(np.abs(step_ap)))
    path = float(np.sum(np.hypot(step_ml, step_ap)))
    s2_ml, s2_ap, cov = dot(ml, ml) / n, dot(ap, ap) / n, dot(ml, ap) / n
    area = ellipse(n, s2_ml, s2_ap, cov)
    mean_step = QUIJOUX_RATE_HZ / (n - 1)
    log_n = math.log(n)
    speed = np.hypot(v[0], v[1])
    values = {
        "mean_velocity_ML": path_ml * QUIJOUX_RATE_HZ / n,
        "mean_velocity_AP": path_ap * QUIJOUX_RATE_HZ / n,
        "mean_velocity_ML_AND_AP": path * QUIJOUX_RATE_HZ / n,
        "sway_area_per_second_ML_AND_AP": float(np.sum(np.abs(ml[1:] * ap[:-1] - ap[1:] * ml[:-1])))
        * QUIJOUX_RATE_HZ
        / (2.0 * (n - 1)),
        "phase_plane_parameter_ML": math.sqrt(s2_ml + float(np.var(v[0]))),
        "phase_plane_parameter_AP": math.sqrt(s2_ap + float(np.var(v[1]))),
        "vfy_SPD_MLAP": float(np.var(speed)) / (mean_ap or 0.0001),
        "LFS_ML_AND_AP": path / area if area else NAN,
        "fractal_dimension_ML_AND_AP": log_n / (log_n + 0.5 * math.log(4.0 * area / math.pi) - math.log(path))
        if area
        else NAN,
    }
    values |= _velocity_peaks(v[0], "ML") | _velocity_peaks(v[1], "AP") | _density(ml, ap)
    root = 4.0 * math.sqrt(2.0)
    values["mean_frequency_ML"] = path_ml * mean_step / (root * float(np.mean(np.abs(ml))))
    values["mean_frequency_AP"] = path_ap * mean_step / (root * float(np.mean(np.abs(ap))))
    values["mean_frequency_ML_AND_AP"] = path * mean_step / (2.0 * math.pi * float(np.mean(np.hypot(ml, ap))))
    return values


def _velocity_peaks(v: Array, axis: str) -> dict[str, float]:
    """Crossings of zero, and the mean of the largest speed between two of them, by direction."""
    nonzero = np.flatnonzero(v)
    negative = np.signbit(v[nonzero])
    crossings = nonzero[1:][negative[1:] != negative[:-1]]
    high = low = both = NAN
    if len(crossings) > 2:
        tops = np.maximum.reduceat(np.abs(v), crossings)[:-1]
        upward = v[crossings[:-1]] > 0
        high, low, both = float(np.mean(tops[upward])), float(np.mean(tops[~upward])), float(np.mean(tops))
    return {
        f"zero_crossing_SPD_{axis}": float(len(crossings)),
        f"peak_velocity_pos_SPD_{axis}": high,
        f"peak_velocity_neg_SPD_{axis}": low,
        f"peak_velocity_all_SPD_{axis}": both,
    }


def _density(ml: Array, ap: Array) -> dict[str, float]:
    """Mean of the peaks of the sway density (s) and the mean distance from each peak to the next (cm)."""
    curve = there_and_back(sway_density(ml, ap, RADIUS_CM, QUIJOUX_RATE_HZ)[:-1], DENSITY_CUTOFF_HZ)
    tops = peaks(curve)
    apart = np.hypot(np.diff(ml[tops]), np.diff(ap[tops]))
    return {
        "mean_peak_Sway_Density": float(np.mean(curve[tops])) if len(tops) else NAN,
        "mean_distance_peak_Sway_Density": float(np.mean(apart)) if len(apart) else NAN,
    }
