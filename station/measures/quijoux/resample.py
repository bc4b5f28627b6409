"""The reference's way to 25 Hz: a sliding, time-weighted average of 80 ms, then its low-pass.

The sliding-window method is that of Audiffren and Contal 2016 (Sensors 16:1208). Its box average already takes 4.6 % of
the mean velocity at 100 Hz before the filter does anything; it is kept because the pipeline's norms carry it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from station.measures.signal import Array

QUIJOUX_RATE_HZ = 25.0
WINDOW_S = 0.08 - 1e-6
LEAD_S = 0.1
"""What the reference drops at the start; it also drops the last sample."""
JUMP_CM, BACK_CM = 2.0, 0.5
"""A sample is a spike where it lies further than the first (sum over both axes) from the last one that was kept, while
the next or the one after lies nearer than the second."""


def resample(t_s: Array, cop_cm: Array) -> Array:
    """`cop_cm` (N, 2) at times `t_s` (N,) from zero on, as (M, 2) at 25 Hz. Needs over 0.2 s."""
    keep = _without_spikes(t_s, cop_cm)
    t, x = t_s[keep], cop_cm[keep]
    steps = int((t[-1] - t[0]) * QUIJOUX_RATE_HZ) + 3
    centres = np.cumsum(np.concatenate(([max(0.0, t[0])], np.full(steps, 1.0 / QUIJOUX_RATE_HZ))))
    centres = centres[centres < t[-1]]
    half = WINDOW_S / 2.0
    first = np.searchsorted(t, centres - half, side="right")
    beyond = np.searchsorted(t, centres + half, side="left")
    filled = beyond > first
    out = np.empty((len(centres), x.shape[1]))
    out[filled] = _averages(t, x, centres[filled], first[filled], beyond[filled] - 1, half)
    if filled.all():
        return out
    times = centres[filled]
    even = np.arange(times[0], times[-1], 1.0 / QUIJOUX_RATE_HZ)
    return np.column_stack([np.interp(even, times, column) for column in out[filled].T])


def _averages(
    t: Array, x: Array, centres: Array, first: NDArray[np.int64], last: NDArray[np.int64], half: float
) -> Array:
    """Mean of the samples of each window; a sample weighs the time between the middles to its neighbours.

    Whole weights come from running sums; the first and the last sample of a window are cut at its border.
    """
    middle = 0.5 * (t[1:] + t[:-1])
    whole = np.zeros(len(t))
    whole[1:-1] = middle[1:] - middle[:-1]
    sums = np.concatenate((np.zeros((1, x.shape[1])), np.cumsum(x * whole[:, None], axis=0)))
    inner = sums[last] - sums[np.minimum(first + 1, last)]
    left = np.maximum(t[0], centres - half)
    right = np.minimum(t[-1], centres + half)
    after_first = middle[np.minimum(first, len(middle) - 1)] - left
    before_last = right - middle[np.maximum(last - 1, 0)]
    total = inner + x[first] * after_first[:, None] + x[last] * before_last[:, None]
    alone = (first == last)[:, None]
    return np.asarray(np.where(alone, x[first], total / np.where(alone, 1.0, (right - left)[:, None])))


def _without_spikes(t: Array, x: Array) -> NDArray[np.int64]:
    """Indices of the samples that the reference keeps."""
    begin = max(1, int(np.searchsorted(t, LEAD_S, side="left")))
    kept = np.arange(begin, len(t) - 1)
    ml, ap = np.abs(np.diff(x[begin - 1 :], axis=0)).T
    if not (ml + ap > JUMP_CM).any():
        return kept
    kept_list: list[int] = []
    for k in range(begin, len(t) - 1):
        if kept_list:
            last = x[kept_list[-1]]
            away = float(np.sum(np.abs(x[k] - last))) > JUMP_CM
            back = float(np.sum(np.abs(x[k + 1] - last))) < BACK_CM
            back = back or (k < len(t) - 2 and float(np.sum(np.abs(x[k + 2] - last))) < BACK_CM)
            if away and back:
                continue
        kept_list.append(k)
    return np.array(kept_list)
