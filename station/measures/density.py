"""Sway density: how long the CoP stays near each of its own points.

Baratto et al. 2002 (Motor Control 6:246), Jacono et al. 2004 (Motor Control 8:292). The obvious way asks of every pair
of samples; here a point skips whole stretches whose bounding box lies inside its circle, so the work grows as N log N.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from station.measures.signal import Array


def first_exit(x: Array, y: Array, radius: float) -> NDArray[np.int64]:
    """For each sample, how many samples right after it stay within `radius` of it without a break.

    Exact: a stretch of one sample is its own bounding box, and only such a one can end the count. Each sample tries a
    stretch of 2^level samples: inside, and it steps over it and tries twice as many; not inside, and it tries half.
    """
    n = len(x)
    boxes = _Boxes(x, y)
    at = np.arange(n)
    place = at + 1
    level = np.zeros(n, dtype=np.int64)
    stay = n - 1 - at
    active = np.flatnonzero(place < n)
    limit = radius * radius
    while active.size:
        here, stretch = place[active], level[active]
        inside = boxes.farthest_squared(stretch, here, x[active], y[active]) <= limit
        ended = ~inside & (stretch == 0)
        done = active[ended]
        stay[done] = place[done] - done - 1
        place[active] = here + np.where(inside, 1 << stretch, 0)
        level[active] = np.clip(stretch + np.where(inside, 1, -1), 0, boxes.top)
        active = active[~ended & (place[active] < n)]
    return stay


class _Boxes:
    """Bounding boxes of the 2^level samples from any place on; beyond the end the last sample goes on."""

    def __init__(self, x: Array, y: Array) -> None:
        n = len(x)
        self.top = max(n.bit_length() - 2, 0)
        self._n = n
        rows = np.stack((x, -x, y, -y))
        levels = [rows]
        for level in range(self.top):
            half = 1 << level
            shifted = np.concatenate((rows[:, half:], np.repeat(rows[:, -1:], min(half, n), axis=1)), axis=1)
            rows = np.maximum(rows, shifted)
            levels.append(rows)
        self._high_x, self._low_x, self._high_y, self._low_y = (
            np.concatenate([rows[k] for rows in levels]) for k in range(4))

    def farthest_squared(self, level: NDArray[np.int64], place: NDArray[np.int64], x: Array, y: Array) -> Array:
        """Square of the distance from (x, y) to the farthest corner of each box."""
        index = level * self._n + place
        dx = np.maximum(self._high_x[index] - x, self._low_x[index] + x)
        dy = np.maximum(self._high_y[index] - y, self._low_y[index] + y)
        return np.asarray(dx * dx + dy * dy)


def sway_density(x: Array, y: Array, radius: float, rate_hz: float) -> Array:
    """Seconds that the CoP stays within `radius` around each sample, before and after it together (N,).

    `x`, `y` and `radius` in one unit.
    """
    forward = first_exit(x, y, radius)
    backward = first_exit(x[::-1], y[::-1], radius)[::-1]
    return np.asarray((forward + backward) / rate_hz, dtype=float)


def peaks(x: Array) -> NDArray[np.int64]:
    """Indices of the samples that are larger than both neighbours."""
    return np.flatnonzero((x[1:-1] > x[:-2]) & (x[1:-1] > x[2:])) + 1
