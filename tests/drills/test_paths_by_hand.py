"""The ways of a leader and of a maze, corner by corner."""

import math

import pytest

from drills.exercises.paths import Reach, maze, place_at, whole_way

REACH = Reach(60.0, 120.0)
HALF = math.sqrt(0.5)


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("side", [(0.0, 0.0), (HALF, 0.0), (1.0, 0.0), (0.0, 0.0), (-1.0, 0.0)]),
        ("forward", [(0.0, 0.0), (0.0, HALF), (0.0, 1.0), (0.0, 0.0), (0.0, -1.0)]),
        ("circle", [(0.0, 1.0), (HALF, HALF), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)]),
        ("eight", [(0.0, 0.0), (HALF, 1.0), (1.0, 0.0), (0.0, 0.0), (-1.0, 0.0)]),
    ],
)
def test_where_a_leader_is_after_parts_of_a_turn(path, places, side):
    """After none, an eighth, a quarter, a half and three quarters: shares of the reach to each side."""
    for turns, (ml, ap) in zip((0.0, 0.125, 0.25, 0.5, 0.75), places, strict=True):
        wanted = (side * ml * 60.0, ap * 120.0)
        assert place_at(path, REACH, turns, side) == pytest.approx(wanted, abs=1e-9)
        assert place_at(path, REACH, 3.0 + turns, side) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(
    ("turns", "degrees"), [(0.0, (0, 0, 0, 0)), (0.25, (90, 207, 126, 279)), (1.0, (360, 828, 504, 1116))]
)
def test_a_sum_of_sines_comes_nowhere_twice(turns, degrees, side):
    """0.6 and 0.4 of the reach: 1 and 2.3 times a turn to the side, 1.4 and 3.1 times ahead."""
    one, two, three, four = (math.sin(math.radians(angle)) for angle in degrees)
    wanted = (side * 60.0 * (0.6 * one + 0.4 * two), 120.0 * (0.6 * three + 0.4 * four))
    assert place_at("waves", REACH, turns, side) == pytest.approx(wanted, abs=1e-9)


def test_a_way_is_drawn_from_its_beginning_to_its_end():
    """96 pieces, of which the first is the 96th part of a turn."""
    way = whole_way("circle", REACH, -1)
    assert (len(way), way[0]) == (97, (-0.0, 120.0))
    assert way[-1] == pytest.approx((0.0, 120.0), abs=1e-9)
    assert way[1] == pytest.approx((-60.0 * math.sin(math.pi / 48), 120.0 * math.cos(math.pi / 48)))
    assert way[24] == pytest.approx((-60.0, 0.0), abs=1e-9)
    assert whole_way("waves", REACH, 1) == ()


def ways(trial: int) -> tuple[int, int]:
    """To which side and which way ahead a maze goes at first: bits 7 and 11 of the dice, which begin with 0x5EED."""
    drawn = (0x5EED + trial) * 48_271**2 % (2**31 - 1)
    return (1 if drawn // 128 % 2 else -1), (1 if drawn // 2048 % 2 else -1)


@pytest.mark.parametrize(
    ("corners", "points"),
    [
        (1, [(0, 0), (1, 0), (1, 1)]),
        (2, [(0, 0), (1 / 2, 0), (1 / 2, 1), (-1, 1)]),
        (3, [(0, 0), (1 / 2, 0), (1 / 2, 1 / 2), (-1, 1 / 2), (-1, -1)]),
        (4, [(0, 0), (1 / 3, 0), (1 / 3, 1 / 2), (-2 / 3, 1 / 2), (-2 / 3, -1), (1, -1)]),
        (5, [(0, 0), (1 / 3, 0), (1 / 3, 1 / 3), (-2 / 3, 1 / 3), (-2 / 3, -2 / 3), (1, -2 / 3), (1, 1)]),
    ],
)
def test_a_maze_is_a_square_spiral_outward(corners, points):
    for trial in range(1, 6):
        across, ahead = ways(trial)
        wanted = [(across * ml * 60.0, ahead * ap * 120.0) for ml, ap in points]
        found = maze(corners, REACH, trial)
        assert [round(one, 9) for point in found for one in point] == [
            pytest.approx(one) for point in wanted for one in point
        ]


def test_mazes_go_every_way_round():
    assert {ways(trial) for trial in range(1, 20)} == {(1, 1), (1, -1), (-1, 1), (-1, -1)}
