"""Sway figures that grow with every sample: over the running trial, and over its last seconds.

Plain floats and no block of samples is ever gone through again: an update costs the same after a minute as after a
second. Equal to the batch formulas of `station.measures.sway.extent` (RMS in population form, the ellipse pi * 5.991 *
sqrt(det S)) to 1e-9. Needs neither numpy nor scipy, so control and web may use it.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from station.measures.values import NAN

_ELLIPSE_FACTOR = math.pi * 5.991
_Queue = deque[tuple[float, float]]
"""Times and values."""


class LiveFigures(NamedTuple):
    """Sway so far; `nan` where there are too few samples. mm, mm/s, mm2 and s."""

    samples: int
    duration_s: float
    path_length_mm: float
    mean_velocity_mm_s: float
    ellipse_area_mm2: float
    rms_ml_mm: float
    rms_ap_mm: float
    range_ml_mm: float
    range_ap_mm: float


NOTHING = LiveFigures(0, 0.0, NAN, NAN, NAN, NAN, NAN, NAN, NAN)
"""Of no sample."""


class Running:
    """Figures over all samples since it was made or cleared.

    Means and sums of squares are Welford's (1962, Technometrics 4:419), which does not cancel; the path is summed with
    Kahan's correction.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin again."""
        self._n = 0
        self._t0 = self._t = self._x = self._y = 0.0
        self._path = self._path_lost = 0.0
        self._mean_x = self._mean_y = self._xx = self._yy = self._xy = 0.0
        self._low_x = self._low_y = math.inf
        self._high_x = self._high_y = -math.inf

    def update(self, t_s: float, ml_mm: float, ap_mm: float) -> None:
        """One sample. A CoP that is not finite, or a time that does not grow, is left out."""
        if not (math.isfinite(ml_mm) and math.isfinite(ap_mm)):
            return
        if self._n == 0:
            self._t0 = t_s
        elif t_s > self._t:
            step = math.hypot(ml_mm - self._x, ap_mm - self._y) - self._path_lost
            total = self._path + step
            self._path_lost = (total - self._path) - step
            self._path = total
        else:
            return
        self._t, self._x, self._y = t_s, ml_mm, ap_mm
        self._n = n = self._n + 1
        dx, dy = ml_mm - self._mean_x, ap_mm - self._mean_y
        self._mean_x += dx / n
        self._mean_y += dy / n
        after = ap_mm - self._mean_y
        self._xx += dx * (ml_mm - self._mean_x)
        self._yy += dy * after
        self._xy += dx * after
        if ml_mm < self._low_x:
            self._low_x = ml_mm
        if ml_mm > self._high_x:
            self._high_x = ml_mm
        if ap_mm < self._low_y:
            self._low_y = ap_mm
        if ap_mm > self._high_y:
            self._high_y = ap_mm

    def figures(self) -> LiveFigures:
        """The figures of all samples so far."""
        duration = self._t - self._t0
        squares = (self._xx, self._yy, self._xy)
        ranges = (self._high_x - self._low_x, self._high_y - self._low_y)
        return _figures(self._n, duration, self._path, squares, ranges)


class Rolling:
    """Figures over the samples of the last `window_s` seconds.

    Sums are of the distances to a fixed point inside the sway. A second set of sums begins with an empty window beside
    them and takes over when it has seen all that the window holds, so that no rounding can pile up. Largest and
    smallest come from monotonic queues.
    """

    def __init__(self, window_s: float) -> None:
        if not window_s > 0:
            raise ValueError(f"window_s: {window_s!r} is not above 0")
        self._window = window_s
        self.clear()

    def clear(self) -> None:
        """Begin again."""
        self._samples: deque[tuple[float, float, float, float]] = deque()
        self._sums = _Sums(0.0, 0.0)
        self._fresh: _Sums | None = None
        self._left = 0
        # The candidates for largest and smallest, oldest first: the values of each only fall, or only rise.
        self._high_x, self._low_x = _Queue(), _Queue()
        self._high_y, self._low_y = _Queue(), _Queue()
        self._due = -math.inf  # no extreme value is older than this

    def update(self, t_s: float, ml_mm: float, ap_mm: float) -> None:
        """One sample. A CoP that is not finite, or a time that does not grow, is left out."""
        if not (math.isfinite(ml_mm) and math.isfinite(ap_mm)):
            return
        samples = self._samples
        step = 0.0
        if samples:
            last_t, last_x, last_y, _ = samples[-1]
            if t_s <= last_t:
                return
            step = math.hypot(ml_mm - last_x, ap_mm - last_y)
        else:
            self._sums = _Sums(ml_mm, ap_mm)
        samples.append((t_s, ml_mm, ap_mm, step))
        self._sums.add(ml_mm, ap_mm, step)
        if self._fresh is not None:
            self._fresh.add(ml_mm, ap_mm, step)
        # Four times the same, because a call costs as much as all that it would do here.
        queue = self._high_x
        while queue and queue[-1][1] <= ml_mm:
            queue.pop()
        queue.append((t_s, ml_mm))
        queue = self._low_x
        while queue and queue[-1][1] >= ml_mm:
            queue.pop()
        queue.append((t_s, ml_mm))
        queue = self._high_y
        while queue and queue[-1][1] <= ap_mm:
            queue.pop()
        queue.append((t_s, ap_mm))
        queue = self._low_y
        while queue and queue[-1][1] >= ap_mm:
            queue.pop()
        queue.append((t_s, ap_mm))
        self._leave(t_s - self._window)

    def _leave(self, before_s: float) -> None:
        """Drop the samples older than `before_s`, and take over the fresh sums when the old samples have all gone."""
        samples, sums = self._samples, self._sums
        while samples[0][0] < before_s:
            _, x, y, step = samples.popleft()
            sums.remove(x, y, step)
            self._left -= 1
            if self._left == 0 and self._fresh is not None:
                self._sums, self._fresh = self._fresh, None
                sums = self._sums
        if self._due < before_s:
            queues = (self._high_x, self._low_x, self._high_y, self._low_y)
            for queue in queues:
                while queue[0][0] < before_s:
                    queue.popleft()
            self._due = min([queue[0][0] for queue in queues])
        if self._fresh is None:
            self._left = len(samples)
            self._fresh = _Sums(sums.x0 + sums.x / max(sums.n, 1), sums.y0 + sums.y / max(sums.n, 1))

    def figures(self) -> LiveFigures:
        """The figures of the samples in the window."""
        samples, sums = self._samples, self._sums
        n = sums.n
        if n == 0:
            return NOTHING
        mx, my = sums.x / n, sums.y / n
        path = sums.path - samples[0][3]
        squares = (max(sums.xx - n * mx * mx, 0.0), max(sums.yy - n * my * my, 0.0), sums.xy - n * mx * my)
        ranges = (self._high_x[0][1] - self._low_x[0][1], self._high_y[0][1] - self._low_y[0][1])
        return _figures(n, samples[-1][0] - samples[0][0], path, squares, ranges)


class _Sums:
    """Sums of the samples about a fixed point (x0, y0)."""

    __slots__ = ("n", "path", "x", "x0", "xx", "xy", "y", "y0", "yy")

    def __init__(self, x0: float, y0: float) -> None:
        self.n = 0
        self.x0, self.y0 = x0, y0
        self.path = self.x = self.y = self.xx = self.yy = self.xy = 0.0

    def add(self, ml: float, ap: float, step: float) -> None:
        x, y = ml - self.x0, ap - self.y0
        self.n += 1
        self.path += step
        self.x += x
        self.y += y
        self.xx += x * x
        self.yy += y * y
        self.xy += x * y

    def remove(self, ml: float, ap: float, step: float) -> None:
        x, y = ml - self.x0, ap - self.y0
        self.n -= 1
        self.path -= step
        self.x -= x
        self.y -= y
        self.xx -= x * x
        self.yy -= y * y
        self.xy -= x * y


def _figures(
    n: int, duration_s: float, path: float, squares: tuple[float, float, float], ranges: tuple[float, float]
) -> LiveFigures:
    """The figures of `n` samples: `squares` are the sums of x x, y y and x y about the mean, `ranges` those of x, y."""
    xx, yy, xy = squares
    if n < 2:
        return LiveFigures(n, duration_s, NAN, NAN, NAN, NAN, NAN, NAN, NAN)
    return LiveFigures(
        n,
        duration_s,
        path,
        path / duration_s,
        _ELLIPSE_FACTOR * math.sqrt(max(xx * yy - xy * xy, 0.0)) / (n - 1),
        math.sqrt(xx / n),
        math.sqrt(yy / n),
        *ranges,
    )
