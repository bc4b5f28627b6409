"""A signal on even times, its means over a tenth of a second, which any plate's rate and noise give alike, and what
else several suspicions need of it.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from station.measures.signal import Array, Signal

BLOCK_S = 0.1
BLOCK_HZ = 1.0 / BLOCK_S
COARSE_MM = 0.1
"""On a plate whose steps are larger what it rounds off is no white noise, and nothing is said of that."""
ROUNDING = 1e-9
"""Of the largest value, or of 1 mm: so little is no step, but a rounding error of a division."""


class EvenCop:
    """A CoP (N, 2) in mm, ML and AP, at even times, and what several suspicions need of it: each is made once."""

    def __init__(self, mm: Array, rate_hz: float) -> None:
        self.mm = mm
        self.rate_hz = rate_hz

    @cached_property
    def axes_mm(self) -> tuple[Array, Array]:
        """ML and AP (N,), each in one piece of memory."""
        return np.ascontiguousarray(self.mm[:, 0]), np.ascontiguousarray(self.mm[:, 1])

    @cached_property
    def steps_mm(self) -> Array:
        """(N - 1, 2) from each sample to the next."""
        return np.diff(self.mm, axis=0)

    @cached_property
    def resolutions_mm(self) -> tuple[float, float]:
        """The smallest step of ML and of AP."""
        ml, ap = self.axes_mm
        return resolution(ml), resolution(ap)

    @cached_property
    def tenths_mm(self) -> Array:
        """(M, 2) means over each tenth of a second."""
        return blocks(self.mm, self.rate_hz)

    @cached_property
    def missed_mm(self) -> Array:
        """(N - 4,) by how far a cubic through its four neighbours misses each sample."""
        ml, ap = self.axes_mm
        return np.asarray(np.hypot(misses(ml), misses(ap)))


def misses(cop_mm: Array, apart: int = 1) -> Array:
    """(N - 4 apart, 2) by how much a cubic through its four neighbours, so many samples apart, misses each sample of
    (N, 2); of one column likewise.
    """
    far, near = cop_mm[: -4 * apart] + cop_mm[4 * apart :], cop_mm[apart : -3 * apart] + cop_mm[3 * apart : -apart]
    return np.asarray(cop_mm[2 * apart : -2 * apart] - (4.0 * near - far) / 6.0)


def evenly(signal: Signal) -> Array:
    """(N, 2) ML and AP in mm at the signal's rate; straight lines where its times are not even."""
    cop = np.column_stack((signal.ml_mm, signal.ap_mm))
    if signal.even:
        return cop
    count = round(float(signal.t_s[-1] - signal.t_s[0]) * signal.rate_hz) + 1
    grid = signal.t_s[0] + np.arange(count) / signal.rate_hz
    return np.column_stack([np.interp(grid, signal.t_s, column) for column in cop.T])


def blocks(columns: Array, rate_hz: float) -> Array:
    """(M, k) means of `columns` (N, k) over each tenth of a second; a rest that is shorter is left out.

    A block ends at the sample before its time is over, so that no rate drifts away from the tenths.
    """
    count = int(len(columns) / rate_hz * BLOCK_HZ + 1e-9)
    if count < 1:
        return np.empty((0, columns.shape[1]))
    edges = np.round(np.arange(count + 1) * rate_hz * BLOCK_S).astype(int)
    sums = np.concatenate((np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)))
    return np.asarray(np.diff(sums[edges], axis=0) / np.diff(edges)[:, None])


def longest_run(flags: NDArray[np.bool_]) -> tuple[int, int]:
    """Index and length of the longest run of true values; (0, 0) where there is none."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts):
        return 0, 0
    at = int(np.argmax(ends - starts))
    return int(starts[at]), int(ends[at] - starts[at])


def resolution(column: Array) -> float:
    """The smallest step that the column makes; 0 where it makes none. Rounding errors of a division are no steps."""
    steps = np.abs(np.diff(column))
    own = steps[steps > ROUNDING * max(float(np.max(np.abs(column))), 1.0)]
    return float(np.min(own)) if len(own) else 0.0
