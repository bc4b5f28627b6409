"""Stabilogram diffusion: how the mean square displacement grows with the time between two samples.

Collins and De Luca 1993 (Exp Brain Res 95:308). The curve comes from one Fourier transform instead of one pass for
each lag, and the regressions from running sums instead of one fit for each break point.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.measures.signal import Array


class TwoRegions(NamedTuple):
    """Straight lines in log-log through the short and the long region, and where they cross."""

    short_diffusion: float
    long_diffusion: float
    critical_time_s: float
    critical_displacement: float
    short_scaling: float
    long_scaling: float


def mean_square_displacement(x: Array, max_lag: int) -> Array:
    """Mean of (x[i + k] - x[i])^2 for k = 0..`max_lag`, in the square of the unit of `x`."""
    n = len(x)
    x = x - np.mean(x)
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(x, size)
    overlap = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, size)[: max_lag + 1]
    sums = np.concatenate(([0.0], np.cumsum(x * x)))
    lags = np.arange(max_lag + 1)
    squares = sums[n - lags] + sums[n] - sums[lags] - 2.0 * overlap
    return np.asarray(np.maximum(squares, 0.0) / (n - lags))


class Diffusion(NamedTuple):
    """Einstein's coefficients of the short and the long region, and the time at which one passes into the other."""

    short: float
    long: float
    critical_time_s: float


def diffusion(msd: Array, rate_hz: float, longest_s: float = 10.0) -> Diffusion:
    """Collins and De Luca's linear form of the curve `msd` (lag 0 first): D is half the slope, in unit^2/s.

    They chose the regions by eye; here the break, between 0.3 s and 2.5 s, is where two free lines up to `longest_s`
    leave the least residual, and the critical time is where these lines cross. The curve must reach `longest_s`.
    """
    last = min(int(longest_s * rate_hz), len(msd) - 1)
    time = np.arange(1, last + 1) / rate_hz
    breaks = np.arange(int(0.3 * rate_hz), int(2.5 * rate_hz) + 1)
    early = _fits(time, msd[1 : last + 1], np.zeros_like(breaks), breaks)
    late = _fits(time, msd[1 : last + 1], breaks - 1, np.full_like(breaks, last))
    best = int(np.argmin(early[2] * breaks + late[2] * (last - breaks + 1)))
    (a, b, _), (c, d, _) = early[:, best], late[:, best]
    crossing = float((c - a) / (b - d)) if b != d else math.inf
    return Diffusion(float(b) / 2.0, float(d) / 2.0, crossing if 0.0 < crossing <= longest_s else math.nan)


def two_regions(msd: Array, rate_hz: float, shortest_s: float = 0.3, longest_s: float = 2.5) -> TwoRegions:
    """The two scaling regions of a curve `msd` (lag 0 first), as Quijoux et al. 2021 fit them.

    The short region is the one that begins at the first lag and ends between `shortest_s` and `longest_s` with the
    least residual, the long one begins there likewise; they need not meet. `msd` must reach beyond `longest_s`.
    """
    lags = len(msd) - 1
    log_time = np.log(np.arange(1, lags + 1) / rate_hz)
    with np.errstate(divide="ignore"):
        log_msd = np.log(msd[1:])
    candidates = np.arange(int(shortest_s * rate_hz) + 1, int(longest_s * rate_hz) + 1)
    short = _fits(log_time, log_msd, np.zeros_like(candidates), candidates)
    long = _fits(log_time, log_msd, candidates - 1, np.full_like(candidates, lags))
    a_short, b_short = short[:, _last_least(short[2])][:2]
    a_long, b_long = long[:, _last_least(long[2])][:2]
    crossing = (a_long - a_short) / (b_short - b_long) if b_short != b_long else math.inf
    crossing = min(float(crossing), float(log_time[-1]))
    return TwoRegions(
        math.exp(a_short),
        math.exp(a_long),
        math.exp(crossing),
        math.exp(a_short + b_short * crossing),
        float(b_short) / 2.0,
        float(b_long) / 2.0,
    )


def _last_least(values: Array) -> int:
    """Raises ArithmeticError where a displacement is 0, as of a movement that repeats itself exactly."""
    least = np.flatnonzero(values == np.min(values))
    if not len(least):
        raise ArithmeticError("repeats-itself")
    return int(least[-1])


def _fits(x: Array, y: Array, start: NDArray[np.int64], stop: NDArray[np.int64]) -> Array:
    """Intercept, slope and mean square residual (3, K) of the line through samples [start, stop) for each pair."""
    x_mid, y_mid = float(np.mean(x)), float(np.mean(y))
    u, v = x - x_mid, y - y_mid
    sums = np.zeros((5, len(x) + 1))
    np.cumsum(np.stack((u, v, u * u, u * v, v * v)), axis=1, out=sums[:, 1:])
    n = (stop - start).astype(float)
    su, sv, suu, suv, svv = sums[:, stop] - sums[:, start]
    xx, xy, yy = suu - su * su / n, suv - su * sv / n, svv - sv * sv / n
    slope = xy / xx
    intercept = (sv - slope * su) / n + y_mid - slope * x_mid
    return np.stack((intercept, slope, np.maximum(yy - slope * xy, 0.0) / n))
