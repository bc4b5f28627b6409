"""The guided check of which cell is under which corner."""

from itertools import permutations
from math import nan

import pytest

from hw.corners import CornerCheck
from hw.values import CELL_NAMES
from station.faults import CATALOGUE

REST = (0.3, -0.2, 0.1, 0.0)


def pressed(cell, force_n=80.0):
    return tuple(force_n * (0.85 if i == cell else 0.05) for i in range(4))


def walk(order, pushes=3):
    """Press corner by corner a plate whose corner i is wired to cell order[i]."""
    check = CornerCheck()
    for corner in range(4):
        assert check.asked == CELL_NAMES[corner]
        for _ in range(pushes):
            check.feed(pressed(order[corner]))
        check.feed(REST)
    return check


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_any_wiring_is_found_and_put_right(order):
    check = walk(order)
    assert check.finished
    assert check.asked == ""
    assert check.found == list(order)
    assert bool(check.swapped) == (order != (0, 1, 2, 3))
    wired = (0x48, 0x49, 0x4A, 0x4B)
    right = check.addresses(wired)
    assert [right[corner] for corner in range(4)] == [wired[cell] for cell in order]


def test_both_corners_are_named():
    assert walk((1, 0, 2, 3)).swapped == [("front_left", "front_right"), ("front_right", "front_left")]
    assert "cells-swapped" in CATALOGUE


def test_a_push_between_corners_a_light_one_and_no_number_count_as_nothing():
    check = CornerCheck()
    for forces_n in ((30.0, 30.0, 20.0, 5.0), pressed(0, 40.0), (nan,) * 4, REST):
        check.feed(forces_n)
    assert check.found == []


def test_a_corner_that_is_held_counts_once():
    check = CornerCheck()
    for _ in range(100):
        check.feed(pressed(2))
    check.feed(pressed(3))
    assert check.found == [2]


def test_two_corners_on_one_cell_cannot_be_put_right():
    check = walk((0, 0, 2, 3))
    assert ("front_right", "front_left") in check.swapped
    with pytest.raises(ValueError, match="press them again"):
        check.addresses((1, 2, 3, 4))
