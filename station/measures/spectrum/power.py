"""Figures of the power spectrum of the sway."""

from __future__ import annotations

import math

import numpy as np

from station.measures.signal import Array


def duarte_mean_frequency(ml: Array, ap: Array, rate_hz: float) -> float:
    """Mean power frequency in Hz as published with the data set of Santos and Duarte 2016 (PeerJ 4:e2648).

    Of each axis the centre of Welch's density (Hann windows of half the recording, half overlapping, each without its
    mean) by the trapezoidal rule; then the two, weighted by the sums of their densities.
    """
    from scipy.signal import welch

    frequency, density = welch(
        np.stack((ml, ap)), fs=rate_hz, window="hann", nperseg=(len(ml) + 1) // 2, detrend="constant"
    )
    centre = np.trapezoid(frequency * density, frequency, axis=1) / np.trapezoid(density, frequency, axis=1)
    weight = np.sum(density, axis=1)
    return float(np.sum(centre * weight) / np.sum(weight))


def power_frequencies(x: Array, rate_hz: float, shares: tuple[float, ...] = (0.5, 0.95)) -> tuple[float, ...]:
    """Frequencies in Hz below which the given shares of the power between 0.15 Hz and 5 Hz lie.

    Welch with 20 s Hann windows (or the whole, if shorter), at least half overlapping and spread so that no sample is
    left out, each without its trend. Vieira et al. 2009 (Braz J Med Biol Res 42:665) saw the median move by up to 137 %
    with such settings: therefore they are fixed here.
    """
    width = min(len(x), round(20.0 * rate_hz))
    count = math.ceil(2.0 * (len(x) - width) / width) + 1
    ramp = np.arange(width) - (width - 1) / 2.0
    window = np.sin(np.pi * (np.arange(width) + 0.5) / width) ** 2
    density = np.zeros(width // 2 + 1)
    for start in np.linspace(0, len(x) - width, count).round().astype(int):
        part = x[start : start + width] - np.mean(x[start : start + width])
        part = part - ramp * (np.sum(ramp * part) / np.sum(ramp * ramp))
        density += np.abs(np.fft.rfft(part * window)) ** 2
    frequency = np.fft.rfftfreq(width, 1.0 / rate_hz)
    band = (frequency >= 0.15) & (frequency <= 5.0)
    # The power of a bin lies about its frequency, half a bin to each side.
    half = 0.5 * rate_hz / width
    edges = np.concatenate(([frequency[band][0] - half], frequency[band] + half))
    summed = np.concatenate(([0.0], np.cumsum(density[band])))
    return tuple(float(np.interp(share * summed[-1], summed, edges)) for share in shares)
