"""The reference's filters at 25 Hz: a low-pass there and back, and the smoothed velocity, each designed once."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from station.measures.quijoux.resample import QUIJOUX_RATE_HZ
from station.measures.signal import Array

ORDER = 4
POINTS, DEGREE = 5, 3
"""Of the polynomial through each sample and its neighbours, whose slope is the velocity (Savitzky and Golay)."""


@cache
def _design(cutoff_hz: float) -> tuple[Any, Any, Any]:
    """(b, a, state of the filter in a steady signal of 1); designing takes longer than filtering a trial."""
    from scipy.signal import butter, lfilter_zi

    b, a = butter(ORDER, cutoff_hz / (QUIJOUX_RATE_HZ / 2.0))
    return b, a, lfilter_zi(b, a)


def there_and_back(x: Array, cutoff_hz: float) -> Array:
    """`x` (..., N), low-passed forward and backward. As scipy's filtfilt: both ends go on, turned about their point."""
    from scipy.signal import lfilter

    b, a, steady = _design(cutoff_hz)
    pad = 3 * len(a)
    if x.shape[-1] <= pad:
        raise ValueError(f"{x.shape[-1]} samples are too few to filter")
    first, last = x[..., :1], x[..., -1:]
    wide = np.concatenate((2.0 * first - x[..., pad:0:-1], x, 2.0 * last - x[..., -2 : -pad - 2 : -1]), axis=-1)
    there = lfilter(b, a, wide, zi=steady * wide[..., :1])[0]
    back = lfilter(b, a, there[..., ::-1], zi=steady * there[..., -1:])[0]
    return np.asarray(back[..., ::-1][..., pad:-pad])


@cache
def _slopes() -> Array:
    """(POINTS, POINTS): row k has the weights of the samples whose polynomial's slope at sample k they give."""
    places = np.arange(POINTS) - POINTS // 2
    fit = np.linalg.pinv(np.vander(places, DEGREE + 1, increasing=True))
    powers = np.arange(1, DEGREE + 1)
    return np.asarray((powers * places[:, None] ** (powers - 1)) @ fit[1:])


def velocity(x: Array) -> Array:
    """Slope of `x` (..., N) in its unit a second: of the polynomial about each sample, of the outermost at the ends."""
    weights, half = _slopes() * QUIJOUX_RATE_HZ, POINTS // 2
    inner = sum(weights[half, k] * x[..., k : x.shape[-1] - POINTS + 1 + k] for k in range(POINTS))
    return np.concatenate(
        (x[..., :POINTS] @ weights[:half].T, inner, x[..., -POINTS:] @ weights[half + 1 :].T), axis=-1
    )
