"""The 20 spectral variables of Quijoux et al. 2021: which frequencies the sway is made of.

Welch's method with 10 s Hann windows, half overlapping, each without its trend, on N frequencies; what is below
0.15 Hz or above 5 Hz is left out. Powers are sums over the bins of the density, as in the reference, not integrals.
"""

from __future__ import annotations

import math

import numpy as np

from station.measures.quijoux.resample import QUIJOUX_RATE_HZ
from station.measures.signal import Array

BAND_HZ = (0.15, 5.0)
WINDOW = 250


def spectral(ml: Array, ap: Array) -> dict[str, float]:
    """Names and figures; `ml`, `ap` (N,) in cm at 25 Hz, at least ten seconds."""
    f, density = _welch(np.stack((ml, ap)))
    band = (f >= BAND_HZ[0]) & (f <= BAND_HZ[1])
    return _axis(f[band], density[0, band], "ML") | _axis(f[band], density[1, band], "AP")


def _welch(x: Array) -> tuple[Array, Array]:
    """Frequencies (K,) in Hz and density (2, K) in cm2/Hz of `x` (2, N); all windows in one transform."""
    n = x.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(x, WINDOW, axis=1)[:, :: WINDOW // 2]
    ramp = np.arange(WINDOW) - (WINDOW - 1) / 2.0
    centred = windows - np.mean(windows, axis=2, keepdims=True)
    slopes = np.sum(centred * ramp, axis=2, keepdims=True) / np.sum(ramp * ramp)
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)
    spectrum = np.fft.rfft((centred - slopes * ramp) * hann, n, axis=2)
    power = np.mean(spectrum.real**2 + spectrum.imag**2, axis=1) / (QUIJOUX_RATE_HZ * np.sum(hann * hann))
    power[:, 1 : (n + 1) // 2] *= 2.0  # what lies at negative frequencies; neither 0 nor the Nyquist frequency has any
    return np.asarray(np.fft.rfftfreq(n, 1.0 / QUIJOUX_RATE_HZ), dtype=float), np.asarray(power)


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
