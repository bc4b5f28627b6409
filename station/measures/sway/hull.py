"""The largest distance between any two samples, without asking every pair."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from station.measures.signal import Array


def hull(x: Array, y: Array) -> Array:
    """Corners (K, 2) of the convex hull, counter-clockwise (Andrew's monotone chain, N log N).

    Before the chain, which is plain Python, only the samples outside the polygon of the extreme ones are kept.
    """
    points = np.column_stack((x, y))
    for directions in (8, 32):
        if len(points) > 64:
            points = points[_outside(points, directions)]
    ordered = sorted({(px, py) for px, py in points.tolist()})
    if len(ordered) < 3:
        return np.array(ordered)
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _chain(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for px, py in points:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2], chain[-1]
            if (bx - ax) * (py - ay) - (by - ay) * (px - ax) > 0:
                break
            chain.pop()
        chain.append((px, py))
    return chain


def _outside(points: Array, directions: int) -> NDArray[np.bool_]:
    """Which points lie on or outside the polygon whose corners are the extreme ones of so many directions."""
    x, y = points[:, 0], points[:, 1]
    turns = [2.0 * math.pi * k / directions for k in range(directions)]
    corners = [int(np.argmax(x * math.cos(turn) + y * math.sin(turn))) for turn in turns]
    keep = np.zeros(len(x), dtype=bool)
    keep[corners] = True
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        if a != b:
            keep |= (x[b] - x[a]) * (y - y[a]) - (y[b] - y[a]) * (x - x[a]) <= 0
    return keep


def diameter(x: Array, y: Array) -> float:
    """Largest distance between two samples, in the unit of `x` and `y`: it is between two corners of the hull."""
    corners = hull(x, y)
    differences = corners[:, None, :] - corners[None, :, :]
    return math.sqrt(float(np.max(np.sum(differences * differences, axis=2))))


def area(x: Array, y: Array) -> float:
    """Area of the convex hull, in the square of the unit."""
    corners = hull(x, y)
    if len(corners) < 3:
        return 0.0
    px, py = corners[:, 0] - corners[0, 0], corners[:, 1] - corners[0, 1]
    return 0.5 * float(np.sum(px * np.roll(py, -1) - np.roll(px, -1) * py))
