"""Sway density: how long the CoP stays near each of its own points.

Baratto et al. 2002 (Motor Control 6:246); the radius is that of Quijoux et al. 2021. The obvious way asks of every pair
of samples; here a point skips whole stretches whose bounding box lies inside its circle, so the work grows as N log N.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from station.measures.signal import Array


def first_exit(x: Array, y: Array, radius: float) -> NDArray[np.int64]:
    """For each sample, how many samples right after it stay within `radius` of it without a break.

    `x` and `y` (..., N): rows of samples, each for itself; the result is of the same shape. Exact: a stretch of one
    sample is its own bounding box, and only such a one can end the count. Each sample tries a stretch of 2^level
    samples: inside, and it steps over it and tries twice as many; not inside, and it tries half.
    """
    n = x.shape[-1]
    boxes = _Boxes(x.reshape(-1, n), y.reshape(-1, n))
    px, py = x.ravel(), y.ravel()
    at = np.arange(x.size)
    end = (at // n + 1) * n
    place = at + 1
    level = np.zeros(x.size, dtype=np.int64)
    stay = end - 1 - at
    active = np.flatnonzero(place < end)
    limit = radius * radius
    while active.size:
        here, stretch = place[active], level[active]
        inside = boxes.farthest_squared(stretch, here, px[active], py[active]) <= limit
        ended = ~inside & (stretch == 0)
        done = active[ended]
        stay[done] = place[done] - done - 1
        place[active] = here + np.where(inside, 1 << stretch, 0)
        level[active] = np.minimum(np.maximum(stretch + 2 * inside - 1, 0), boxes.top)
        active = active[~ended & (place[active] < end[active])]
    return np.asarray(stay.reshape(x.shape))


class _Boxes:
    """Bounding boxes of the 2^level samples from any place on; beyond a row's end its last sample goes on.

    `x`, `y` (rows, N); a place counts on from row to row.
    """

    def __init__(self, x: Array, y: Array) -> None:
        n = x.shape[1]
        self.top = max(n.bit_length() - 2, 0)
        self._size = x.size
        boxes = np.stack((x, -x, y, -y))
        levels = [boxes]
        for level in range(self.top):
            half = 1 << level
            shifted = np.concatenate((boxes[..., half:], np.repeat(boxes[..., -1:], min(half, n), axis=2)), axis=2)
            boxes = np.maximum(boxes, shifted)
            levels.append(boxes)
        self._high_x, self._low_x, self._high_y, self._low_y = np.stack(levels, axis=1).reshape(4, -1)

    def farthest_squared(self, level: NDArray[np.int64], place: NDArray[np.int64], x: Array, y: Array) -> Array:
        """Square of the distance from (x, y) to the farthest corner of each box."""
        index = level * self._size + place
        dx = np.maximum(self._high_x[index] - x, self._low_x[index] + x)
        dy = np.maximum(self._high_y[index] - y, self._low_y[index] + y)
        return np.asarray(dx * dx + dy * dy)


def sway_density(x: Array, y: Array, radius: float, rate_hz: float) -> Array:
    """Seconds that the CoP stays within `radius` around each sample, before and after it together (N,).

    `x`, `y` and `radius` in one unit.
    """
    forward, backward = first_exit(np.stack((x, x[::-1])), np.stack((y, y[::-1])), radius)
    return np.asarray((forward + backward[::-1]) / rate_hz, dtype=float)


def peaks(x: Array) -> NDArray[np.int64]:
    """Indices of the samples that are larger than both neighbours."""
    return np.flatnonzero((x[1:-1] > x[:-2]) & (x[1:-1] > x[2:])) + 1
