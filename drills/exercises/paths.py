"""The ways that `follow` asks for: a leader's place at each moment, and the lane of a maze.

All are the same in every Python: Lehmer's generator draws, and nothing else is random.
"""

from __future__ import annotations

import math
from typing import NamedTuple

LEADER_PATHS = ("side", "forward", "circle", "eight", "waves")
_WAVES_ML, _WAVES_AP = ((1.0, 0.6), (2.3, 0.4)), ((1.4, 0.6), (3.1, 0.4))
"""Of the sum of sines: turns a period and share of the reach. They never come to the same place together."""
WAY_POINTS = 97
"""Of a leader's whole way: an angle of less than 4 degrees from one to the next."""


class Reach(NamedTuple):
    """How far a way goes from the middle, in mm."""

    ml_mm: float
    ap_mm: float


def place_at(path: str, reach: Reach, turns: float, side: int) -> tuple[float, float]:
    """Where the leader is after so many turns, ML and AP from the middle; `side` is 1, or -1 for the mirror image.

    All begin in the middle but the circle, which begins in front.
    """
    angle = 2.0 * math.pi * turns
    if path == "side":
        return side * reach.ml_mm * math.sin(angle), 0.0
    if path == "forward":
        return 0.0, reach.ap_mm * math.sin(angle)
    if path == "circle":
        return side * reach.ml_mm * math.sin(angle), reach.ap_mm * math.cos(angle)
    if path == "eight":
        return side * reach.ml_mm * math.sin(angle), reach.ap_mm * math.sin(2.0 * angle)
    ml, ap = (sum(share * math.sin(times * angle) for times, share in waves) for waves in (_WAVES_ML, _WAVES_AP))
    return side * reach.ml_mm * ml, reach.ap_mm * ap


def whole_way(path: str, reach: Reach, side: int) -> tuple[tuple[float, float], ...]:
    """The points of one turn; none of the sum of sines, whose way would only confuse."""
    if path == "waves":
        return ()
    return tuple(place_at(path, reach, number / (WAY_POINTS - 1), side) for number in range(WAY_POINTS))


def maze(corners: int, reach: Reach, trial: int) -> tuple[tuple[float, float], ...]:
    """The corners of a maze's lane, from the middle outward in a square spiral; which way round, the trial says.

    There are `corners` of them between its beginning and its end.
    """
    drawn = (0x5EED + trial) * 48271 % 0x7FFFFFFF * 48271 % 0x7FFFFFFF
    across = 1 if drawn >> 7 & 1 else -1
    ahead = 1 if drawn >> 11 & 1 else -1
    legs = corners + 1
    wide, high = -(-legs // 2), legs // 2
    points = [(0.0, 0.0)]
    for leg in range(1, legs + 1):
        ml_mm, ap_mm = points[-1]
        turn = 1 if (leg - 1) // 2 % 2 == 0 else -1
        if leg % 2:
            ml_mm = across * turn * reach.ml_mm * ((leg + 1) // 2) / wide
        else:
            ap_mm = ahead * turn * reach.ap_mm * (leg // 2) / high
        points.append((ml_mm, ap_mm))
    return tuple(points)


def lane_apart_mm(corners: int, reach: Reach) -> float:
    """The least distance of two lanes of a maze that run side by side."""
    legs = corners + 1
    wide, high = -(-legs // 2), legs // 2
    apart_mm = [reach.ap_mm / high] if legs >= 3 else []
    if legs >= 4:
        apart_mm.append(reach.ml_mm / wide)
    return min(apart_mm, default=math.inf)
