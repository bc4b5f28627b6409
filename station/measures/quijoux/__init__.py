"""Pipeline `quijoux-2021`: the 72 variables of Quijoux et al. 2021 and `vfy`, in cm and s, under their names.

Quijoux F, Nicolai A, Chairi I, et al. A review of center of pressure (COP) variables to quantify standing balance in
elderly people: algorithms and open-access code. Physiol Rep 2021;9(22):e15067. Their formulas, not their code.
"""

from __future__ import annotations

import numpy as np

from station.measures.quijoux.dynamic import dynamic
from station.measures.quijoux.filters import there_and_back
from station.measures.quijoux.positional import positional
from station.measures.quijoux.resample import QUIJOUX_RATE_HZ, resample
from station.measures.quijoux.spectral import spectral
from station.measures.signal import Array, column_sums
from station.measures.sway.diffusion import mean_square_displacement, two_regions

QUIJOUX_CUTOFF_HZ = 10.0
LONG_S = 20.0
"""Three periods of the slowest frequency, 0.15 Hz."""

_FIELDS = (
    "short_time_diffusion",
    "long_time_diffusion",
    "critical_time",
    "critical_displacement",
    "short_time_scaling",
    "long_time_scaling",
)


def prepare(t_s: Array, ml_mm: Array, ap_mm: Array) -> tuple[Array, Array, float, float]:
    """Centred ML and AP in cm at 25 Hz after the 10 Hz low-pass, and the means in cm as recorded."""
    cop_cm = np.column_stack((ml_mm, ap_mm)) / 10.0
    mean = column_sums(cop_cm) / len(cop_cm)
    ml, ap = there_and_back(resample(t_s - t_s[0], cop_cm - mean).T, QUIJOUX_CUTOFF_HZ)
    return ml, ap, float(mean[0]), float(mean[1])


def diffusion(x: Array, axis: str) -> dict[str, float]:
    """The six variables of the diffusion plot of one axis, lags up to a third of the recording."""
    found = two_regions(mean_square_displacement(x, int(len(x) / 3)), QUIJOUX_RATE_HZ)
    return {f"{name}_Diffusion_{axis}": value for name, value in zip(_FIELDS, found, strict=True)}


def variables(t_s: Array, ml_mm: Array, ap_mm: Array) -> dict[str, float]:
    """All 73 figures; from 5 s on those without a spectrum or a diffusion plot, which need 20 s."""
    ml, ap, mean_ml, mean_ap = prepare(t_s, ml_mm, ap_mm)
    values = positional(ml, ap, mean_ml, mean_ap) | dynamic(ml, ap, mean_ap)
    if t_s[-1] - t_s[0] >= LONG_S - 0.05:
        values |= spectral(ml, ap) | diffusion(ml, "ML") | diffusion(ap, "AP")
    return values
