"""Hulls of a few points whose corners and areas are known, and which points cannot be corners."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from station.measures.sway.hull import _outside, area, diameter, hull


@pytest.mark.parametrize(
    ("points", "corners", "size"),
    [
        ([(0, 0), (4, 0), (2, 3)], [(0, 0), (4, 0), (2, 3)], 6.0),
        ([(2, 3), (1, 1), (0, 0), (2, 1), (4, 0)], [(0, 0), (4, 0), (2, 3)], 6.0),
        ([(0, 0), (2, 0), (2, 2), (0, 2), (1, 0), (1, 2), (1, 1)], [(0, 0), (2, 0), (2, 2), (0, 2)], 4.0),
        ([(0, 2), (1, 0), (3, 0), (4, 2), (2, 4)], [(0, 2), (1, 0), (3, 0), (4, 2), (2, 4)], 10.0),
        ([(0, 0), (1, 1), (3, 3)], [(0, 0), (3, 3)], 0.0),
        ([(3, 3), (0, 0)], [(0, 0), (3, 3)], 0.0),
        ([(2, 5), (2, 5)], [(2, 5)], 0.0),
    ],
)
def test_corners_counter_clockwise_from_the_left(points, corners, size) -> None:
    x, y = np.array(points, dtype=float).T
    assert hull(x, y).tolist() == [list(map(float, one)) for one in corners]
    assert area(x, y) == size
    assert diameter(x, y) == max(math.dist(one, other) for one in corners for other in corners)


def test_far_away_an_area_loses_no_digit() -> None:
    """A square of 2 mm about a place that is 100 and 300 km away, against fractions of whole numbers."""
    x, y = (
        np.array([1e8 - 1.1, 1e8 + 0.9, 1e8 + 1.3, 1e8 - 0.7]),
        np.array([3e8 - 0.9, 3e8 - 1.3, 3e8 + 0.7, 3e8 + 1.1]),
    )
    px, py = ([Fraction(one) for one in column.tolist()] for column in (x, y))
    twice = sum(px[at - 1] * py[at] - px[at] * py[at - 1] for at in range(4))
    assert area(x, y) == pytest.approx(float(twice / 2), rel=1e-12)


def test_inside_the_octagon_of_the_extremes_is_no_corner() -> None:
    """The middles of its sides are 0.924 away from the centre."""
    turns = 2.0 * math.pi * np.arange(8) / 8.0
    extremes = np.column_stack((np.cos(turns), np.sin(turns)))
    others = np.random.default_rng(7).uniform(-1.0, 1.0, (600, 2))
    others = others[np.hypot(*others.T) < 0.999]
    sides = np.column_stack((np.cos(turns + math.pi / 8.0), np.sin(turns + math.pi / 8.0)))
    beyond = (others @ sides.T).max(axis=1) > math.cos(math.pi / 8.0)
    assert 5 < beyond.sum() < len(others) // 4
    keep = _outside(np.concatenate((extremes, others)) + np.array((3.0, -5.0)), 8)
    assert keep.tolist() == [True] * 8 + beyond.tolist()


def test_on_a_side_stays_and_one_extreme_in_several_directions_makes_no_side() -> None:
    corners = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]
    rest = [(0.5, 0.5), (0.0, 0.0), (0.4, 0.5), (0.6, 0.5)]
    assert _outside(np.array(corners + rest), 4).tolist() == [True] * 4 + [True, False, False, True]
    triangle = [(0.0, 0.0), (9.0, 0.0), (3.0, 8.0), (3.0, 2.0), (4.0, 3.0)]
    assert _outside(np.array(triangle), 32).tolist() == [True] * 3 + [False] * 2
