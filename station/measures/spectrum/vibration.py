"""The platform's own movement in the CoP, and taking it out.

A plate that moves under the cells puts its frequency and harmonics on force and moment. From 18 Hz on the pipeline's
low-pass is enough; below, and where a harmonic aliases, the drive's phase, known from its tach, keeps the two apart.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from drills.problems import Problem
from station.faults import because
from station.measures.signal import Array

SWAY_HARMONICS = 4
FIT_BLOCK_S = 8.0
"""Length of a block; what is taken out is about half a hertz wide about each harmonic."""
CLEAR_HZ = 18.0
"""From here on the 10 Hz low-pass alone keeps the bias of mean velocity below 2 % at 0.5 mm ripple."""
SWAY_HZ = 3.0
"""A harmonic that aliases below this falls into the sway itself; not even its phase can keep them apart."""

APART_HZ = 1.0
"""Harmonics that appear nearer to one another are one line within a block of 8 s whose amplitude changes."""


def alias_hz(frequency_hz: float, rate_hz: float) -> float:
    """Where a frequency appears in samples at `rate_hz`."""
    return abs(frequency_hz - rate_hz * round(frequency_hz / rate_hz))


def told_apart(frequency_hz: float, rate_hz: float, harmonics: int) -> int:
    """How many of the first `harmonics` of a frequency appear `APART_HZ` or more apart, and from half the rate.

    `rate_hz` is that of the samples. Of two that fall together no fit can tell which is which: each may be taken for
    huge where the other takes it away again.
    """
    seen_hz: list[float] = []
    for order in range(1, harmonics + 1):
        here_hz = alias_hz(order * frequency_hz, rate_hz)
        if rate_hz / 2.0 - here_hz < APART_HZ or any(abs(here_hz - other) < APART_HZ for other in seen_hz):
            break
        seen_hz.append(here_hz)
    return len(seen_hz)


def phase_of(t_s: Array, frequency_hz: ArrayLike) -> Array:
    """Phase in turns at `t_s` (N,) from the tach's frequency at the same times: its integral by trapezoids.

    An error of the tach below 0.01 Hz does not matter: within a block it is taken up by the trend of the waves.
    """
    f = np.broadcast_to(np.asarray(frequency_hz, dtype=float), t_s.shape)
    return np.concatenate(([0.0], np.cumsum(np.diff(t_s) * 0.5 * (f[1:] + f[:-1]))))


def without_drive(
    columns: Array, phase_turns: Array, rate_hz: float, *, harmonics: int = SWAY_HARMONICS, up_to_hz: float = CLEAR_HZ
) -> Array:
    """`columns` (N, k) less what goes with the drive's phase and its harmonics, where these come near the sway.

    Half-overlapping Hann-weighted blocks: in each, cosine and sine of every harmonic that appears between 3 Hz and
    `up_to_hz`, both with a trend, are fitted by least squares beside a mean and a trend of the sway, and subtracted
    with the blocks' weights. A block in which the phase is not a number, or the drive turns less than twice, is left as
    it is.
    """
    n = len(columns)
    length = min(max(round(FIT_BLOCK_S * rate_hz) // 2 * 2, 8), n // 2 * 2)
    window = np.sin(np.pi * (np.arange(length) + 0.5) / length) ** 2
    starts = [*range(0, n - length + 1, length // 2)]
    if starts[-1] + length < n:
        starts.append(n - length)
    drive, weights = np.zeros_like(columns), np.zeros(n)
    for start in starts:
        part = slice(start, start + length)
        weights[part] += window
        fitted = _drive_in(columns[part], phase_turns[part], rate_hz, np.sqrt(window), harmonics, up_to_hz)
        drive[part] += window[:, None] * fitted
    return np.asarray(columns - drive / weights[:, None])


def _drive_in(
    columns: Array, phase_turns: Array, rate_hz: float, root: Array, harmonics: int, up_to_hz: float
) -> Array:
    turned = abs(float(phase_turns[-1] - phase_turns[0]))
    if not (np.all(np.isfinite(phase_turns)) and turned >= 2.0):
        return np.zeros_like(columns)
    frequency = turned * rate_hz / (len(phase_turns) - 1)
    orders = [k for k in range(1, harmonics + 1) if SWAY_HZ <= alias_hz(k * frequency, rate_hz) <= up_to_hz]
    if not orders:
        return np.zeros_like(columns)
    angle = 2.0 * math.pi * np.outer(phase_turns, orders)
    trend = np.linspace(-1.0, 1.0, len(columns))[:, None]
    waves = np.concatenate((np.cos(angle), np.sin(angle)), axis=1)
    waves = np.concatenate((waves, trend * waves), axis=1)
    design = np.concatenate((waves, np.ones_like(trend), trend), axis=1)
    weighted = design * root[:, None]
    # By the normal equations: a decomposition of the tall matrix itself takes thirty times as long.
    fit = np.linalg.lstsq(weighted.T @ weighted, weighted.T @ (columns * root[:, None]), rcond=1e-10)[0]
    return np.asarray(waves @ fit[: 4 * len(orders)])


def degraded(frequency_hz: float, rate_hz: float, phase_known: bool) -> Problem | None:
    """Why path and velocity during this vibration are not to be trusted, or None where they are.

    `rate_hz` is that of the samples as recorded, before any resampling: what has aliased there stays.
    """
    if not frequency_hz > 0:
        return None
    for order in range(1, SWAY_HARMONICS + 1):
        seen = alias_hz(order * frequency_hz, rate_hz)
        if seen >= CLEAR_HZ or (phase_known and seen >= SWAY_HZ):
            continue
        if order * frequency_hz > rate_hz / 2.0:
            return because("vibration-aliased", order=order, hz=frequency_hz, seen_hz=seen, rate_hz=rate_hz)
        return because("vibration-passes", hz=frequency_hz)
    return None
