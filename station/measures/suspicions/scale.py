"""Wrong units: a sway ten times too large or too small, one axis unlike the other, another scale in a part.

One figure cannot tell ten times (people differ by more); some together can: how far the CoP goes, and how much it
curves, within fifths of a second to seconds, its spread and its range, on both axes, with how long the trial was. What
is quicker tells one plate's noise from another's and is left out. A factor of 2.5 (inches) lies within what people
differ by, and no figure tells it. Weights and limits are made and cross-validated by person with
`python -m benchmarks.derive_scale`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from drills.problems import Problem
from station.faults import because
from station.measures.signal import Array, column_sums
from station.measures.suspicions.even import BLOCK_HZ

LEAST_TRIAL_S = 10.0
"""A shorter trial shows too little of a person's sway."""
TINY_SWAY_MM = 1.0
"""Least range of the larger axis, whatever the length: a dead weight's sway, or one in metres."""
FLOOR_MM = 1e-9


STEP_BLOCKS = (2, 3, 5, 8, 12, 20, 40)
CURVE_BLOCKS = (2, 3, 4, 6)
LENGTHS_S = (10.0, 20.0, 30.0, 40.0, 60.0)
WEIGHTS = (
    *(1.7943, -1.4192, -1.6489, 2.1837, -0.1383, -1.3210, 0.3197, -0.3817, 0.3326, 0.1545, -0.4213, 0.4747),
    *(-0.2062, -0.1312, 0.2474, -0.9629, -1.9957, 1.9594, 2.3783, -1.0842, -0.9797, 0.8218, 0.2663, 0.5284),
    *(-0.0003, 0.2294, -0.1797, -2.5401),
)
"""Of the `shape`, of the logarithm of the length in minutes, and 1. Those of the shape add up to 1, so that the sum,
the trial's size, is the logarithm of how many times it is as large as usual."""
LEAST_SIZES = (-1.7713, -1.6804, -1.5735, -1.4588, -1.2857)
MOST_SIZES = (1.5021, 1.3969, 1.2087, 1.2197, 1.1438)
"""Of trials as long as `LENGTHS_S`: one in a thousand lies beyond on either side, as it is, with 0.1 and 0.2 mm of
noise, and smoothed at 5 Hz."""
LIMITS = LEAST_SIZES, MOST_SIZES
ONE_LEG = "one-leg"
LIMITS_IN = {
    "open-foam": ((-1.19, -0.93, -0.80, -0.71, -0.64), (1.50, 1.40, 1.21, 1.22, 1.14)),
    "closed-foam": ((-0.95, -0.50, -0.59, -0.55, -0.61), (1.50, 1.40, 1.21, 1.22, 1.14)),
    "closed-firm": ((-1.77, -1.68, -1.57, -1.46, -1.29), (1.42, 1.39, 1.21, 1.22, 1.14)),
    ONE_LEG: ((-1.00, -0.95, -0.90, -0.85, -0.85), (1.60, 1.55, 1.50, 1.45, 1.45)),
}
"""The same where it is said how the trial was stood: eyes and ground of two legs, or one leg. On foam hardly anybody
sways as little as many do on firm ground. Of one leg proposed: two recordings of one person lie from 0.16 to 1.02,
simulated patients of six kinds from -0.23 to 0.65; the limits are as far apart as ten times are."""
MOST_SIDEWAYS, LEAST_SIDEWAYS = 1.2, -1.75
"""Logarithm of ML over AP, mean of three figures: of 1,930 trials on two legs -1.44 to 0.47, on one leg -0.35 to 0.35;
one axis in cm and the other in mm is 2.3 away."""
LEAST_SIDEWAYS_ONE_LEG = -1.2
PIECE_BLOCKS, LEAST_PIECES = 25, 3
MOST_CHANGE = 1.6
"""Logarithm by which a part of a trial, of 7.5 s or more, is larger than the rest: 1.57 at most in people, half of them
below 0.5; a part in cm is 2.3 away."""
MOST_CHANGE_OF_ONE = 1.75
"""The same of ML over AP, where a part of one axis is in cm: 1.5 in one person of a thousand."""


def figures(blocks_mm: Array) -> Array:
    """(3, 2) logarithms for ML and AP: r.m.s. of the steps between tenths of a second, standard deviation, range."""
    found = [
        _mean_square(np.diff(blocks_mm, axis=0)) ** 0.5,
        np.std(blocks_mm, axis=0),
        _ranges(blocks_mm),
    ]
    return np.asarray(np.log(np.maximum(found, FLOOR_MM)))


def shape(blocks_mm: Array) -> Array:
    """(26,) logarithms, ML before AP in each: r.m.s. of the way within `STEP_BLOCKS` and of the curve over
    `CURVE_BLOCKS`, standard deviation, range. Of 5 s or more.
    """
    found = [_mean_square(blocks_mm[by:] - blocks_mm[:-by]) ** 0.5 for by in STEP_BLOCKS]
    for by in CURVE_BLOCKS:
        curve = blocks_mm[2 * by :] - 2.0 * blocks_mm[by:-by] + blocks_mm[: -2 * by]
        found.append(_mean_square(curve) ** 0.5)
    found += [np.std(blocks_mm, axis=0), _ranges(blocks_mm)]
    return np.asarray(np.log(np.maximum(found, FLOOR_MM))).ravel()


def wrong_scale(blocks_mm: Array, stood: str = "") -> Problem | None:
    """What is wrong with the scale of a CoP in means over tenths of a second (M, 2); None where nothing is. `stood` is
    a key of `LIMITS_IN` where it is known how.
    """
    length_s = len(blocks_mm) / BLOCK_HZ
    if len(blocks_mm) > 1 and float(np.max(_ranges(blocks_mm))) < TINY_SWAY_MM:
        return because("tiny-sway")
    if length_s < 0.99 * LEAST_TRIAL_S:
        return None
    own = figures(blocks_mm)
    sideways = float(np.mean(own[:, 0] - own[:, 1]))
    if not (LEAST_SIDEWAYS_ONE_LEG if stood == ONE_LEG else LEAST_SIDEWAYS) < sideways < MOST_SIDEWAYS:
        larger, times = ("ML", sideways) if sideways > 0.0 else ("AP", -sideways)
        return because("axes-of-two-scales", axis=larger, times=float(np.exp(times)))
    sizes = piece_sizes(blocks_mm)
    changed = change(sizes.mean(axis=1))
    if abs(changed[0]) > MOST_CHANGE:
        by, first, last = changed
        times = float(np.exp(abs(by)))
        side = "larger" if by > 0.0 else "smaller"
        return because(f"scale-changes-{side}", times=times, from_s=first / BLOCK_HZ, until_s=last / BLOCK_HZ)
    of_one = change(sizes[:, 0] - sizes[:, 1])
    if abs(of_one[0]) > MOST_CHANGE_OF_ONE:
        by, first, last = of_one
        axis, other = ("ML", "AP") if by > 0.0 else ("AP", "ML")
        span = {"from_s": first / BLOCK_HZ, "until_s": last / BLOCK_HZ}
        return because("axis-changes-scale", axis=axis, other=other, times=float(np.exp(abs(by))), **span)
    size = size_of(shape(blocks_mm), length_s)
    least, most = (float(np.interp(np.log(length_s), np.log(LENGTHS_S), one)) for one in LIMITS_IN.get(stood, LIMITS))
    if least <= size <= most:
        return None
    speed_mm_s, spread_mm = (float(np.hypot(*one)) for one in np.exp(own[:2]))
    known = {"speed_mm_s": speed_mm_s * BLOCK_HZ, "spread_mm": spread_mm}
    if size > most:
        return because("sway-too-large", times=float(np.exp(size)), **known)
    return because("sway-too-small", times=float(np.exp(-size)), **known)


def _ranges(columns: Array) -> Array:
    return np.asarray(np.ptp(np.ascontiguousarray(columns.T), axis=1))


def _mean_square(columns: Array) -> Array:
    return column_sums(columns**2) / len(columns)


def size_of(own: Array, length_s: float) -> float:
    """The logarithm of how many times a trial of this `shape` is as large as usual."""
    return float(np.dot(WEIGHTS, (*own, np.log(length_s / 60.0), 1.0)))


def piece_sizes(blocks_mm: Array) -> Array:
    """(M, 2) logarithms of ML and AP in each piece of `PIECE_BLOCKS`: mean of that of the speed and of the spread."""
    count = len(blocks_mm) // PIECE_BLOCKS
    pieces = blocks_mm[: count * PIECE_BLOCKS].reshape(count, PIECE_BLOCKS, 2)
    speed = np.mean(np.diff(pieces, axis=1) ** 2, axis=1) ** 0.5
    return np.asarray(np.log(np.maximum((speed, np.std(pieces, axis=1)), FLOOR_MM)).mean(axis=0))


@lru_cache(maxsize=16)
def _parts(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First piece, and that behind the last, of each part of so many pieces that leaves enough of them in it and beside
    it.
    """
    first, last = np.triu_indices(count + 1, LEAST_PIECES)
    enough = count - (last - first) >= LEAST_PIECES
    return first[enough], last[enough]


def change(sizes: Array) -> tuple[float, int, int]:
    """By how much (logarithm) one part of the pieces (M,) is larger than the rest, and its first and last block."""
    count = len(sizes)
    sums = np.concatenate(([0.0], np.cumsum(sizes)))
    first, last = _parts(count)
    inside = last - first
    if not len(first):
        return 0.0, 0, 0
    part = sums[last] - sums[first]
    by = part / inside - (sums[-1] - part) / (count - inside)
    at = int(np.argmax(np.abs(by)))
    return float(by[at]), int(first[at]) * PIECE_BLOCKS, int(last[at]) * PIECE_BLOCKS
