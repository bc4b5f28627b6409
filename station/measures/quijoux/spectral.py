"""The 20 spectral variables of Quijoux et al. 2021: which frequencies the sway is made of.

Welch's method with 10 s Hann windows, half overlapping, each without its trend, on N frequencies; what is below
0.15 Hz or above 5 Hz is left out. Powers are sums over the bins of the density, as in the reference, not integrals.
"""

from __future__ import annotations

import math

import numpy as np

from station.measures.quijoux.resample import RATE_HZ
from station.measures.signal import Array

BAND_HZ = (0.15, 5.0)
WINDOW = 250


def spectral(ml: Array, ap: Array) -> dict[str, float]:
    """Names and figures; `ml`, `ap` (N,) in cm at 25 Hz, at least ten seconds."""
    from scipy.signal import welch

    frequency, density = welch(np.stack((ml, ap)), fs=RATE_HZ, window="hann", nperseg=WINDOW, noverlap=WINDOW // 2,
                               nfft=len(ml), detrend="linear")
    band = (frequency >= BAND_HZ[0]) & (frequency <= BAND_HZ[1])
    f = frequency[band]
    return _axis(f, density[0, band], "ML") | _axis(f, density[1, band], "AP")


def _axis(f: Array, power: Array, axis: str) -> dict[str, float]:
    total = float(np.sum(power))
    m1, m2 = float(f @ power), float((f * f) @ power)
    summed = np.cumsum(power)
    below, above = int(np.searchsorted(f, 0.5, side="right")), int(np.searchsorted(f, 2.0, side="right"))
    low, middle, high = (float(np.sum(part)) for part in (power[:below], power[below:above], power[above:]))
    suffix = f"_Power_Spectrum_Density_{axis}"
    return {
        f"total_power{suffix}": total,
        f"power_frequency_50{suffix}": float(f[np.argmax(summed >= summed[-1] * 0.5)]),
        f"power_frequency_95{suffix}": float(f[np.argmax(summed >= summed[-1] * 0.95)]),
        f"frequency_mode{suffix}": float(f[np.argmax(power)]),
        f"centroid_frequency{suffix}": math.sqrt(m2 / total),
        f"frequency_dispersion{suffix}": math.sqrt(max(1.0 - m1 * m1 / (total * m2), 0.0)),
        f"energy_content_below_05{suffix}": low,
        f"energy_content_05_2{suffix}": middle,
        f"energy_content_above_2{suffix}": high,
        f"frequency_quotient{suffix}": high / (low + middle),
    }
