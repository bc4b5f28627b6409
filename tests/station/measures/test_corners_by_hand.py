"""What a step on each corner says of the cells, at its bounds: loads of 500 N, and plates made sample by sample."""

from __future__ import annotations

import math

import numpy as np
import pytest

from station.faults import as_json, because
from station.measures.recorded import NO_STEPS, CornerSteps
from station.measures.suspicions.step_on import (
    SteppedOn,
    stepped_on,
    steps_on_corners,
    suspicions_of_steps,
    untared_plate,
    weight_of,
    wrong_corners,
)

RATE = 100.0
UNKNOWN = np.full(4, math.nan)
OWN, OTHERS = 350.0, 50.0


def lasting(seconds: float, *newtons: float) -> np.ndarray:
    return np.tile(newtons, (round(seconds * RATE), 1)).astype(float)


def on(corner: int, seconds: float = 0.5, own: float = OWN, others: float = OTHERS) -> np.ndarray:
    return lasting(seconds, *(own if cell == corner else others for cell in range(4)))


EMPTY, STANCE = lasting(0.5, 0, 0, 0, 0), lasting(3.0, 120, 130, 125, 125)

# --- what is said of steps ------------------------------------------------------------------------------------------


def test_the_weight_is_that_of_the_middle_corners_where_all_are_nearly_alike() -> None:
    def of(*totals: float) -> float:
        return weight_of(CornerSteps((0, 1, 2, 3), tuple((one / 4.0,) * 4 for one in totals)))

    assert of(630.0, 600.0, 648.0, 610.0) == 620.0
    assert math.isnan(of(630.0, 600.0, 648.1, 610.0))
    assert math.isnan(weight_of(NO_STEPS))
    three = CornerSteps((0, 1, 2), ((150.0,) * 4,) * 3)
    assert math.isnan(weight_of(three)), "of three corners nothing is known"


def test_a_corner_that_another_cell_felt() -> None:
    assert wrong_corners((0, 1, 2, 3)) is None
    assert wrong_corners(()) is None
    felt = [
        as_json(because("corner-felt-by", corner=corner, cell=cell))
        for corner, cell in (("front_right", "back_left"), ("back_left", "front_right"))
    ]
    assert wrong_corners((0, 3, 2, 1)) == because("corners-stepped-on", found=felt)


def counting(times: float, cell: int = 2, more_n: float = 0.0) -> tuple[CornerSteps, np.ndarray]:
    """500 N on each corner, and at a stance, on a plate one of whose cells counts so many times."""
    factors = np.where(np.arange(4) == cell, times, 1.0)
    loads = np.array([[OWN if one == corner else OTHERS for one in range(4)] for corner in range(4)]) * factors
    stance = np.array((120.0 + more_n, 130.0, 125.0, 125.0)) * factors
    return CornerSteps((0, 1, 2, 3), tuple(map(tuple, loads.tolist()))), stance


@pytest.mark.parametrize(("times", "said"), [(1.49, False), (1.51, True), (1 / 1.49, False), (1 / 1.51, True)])
def test_a_cell_that_counts_more_than_half_again_as_much(times, said) -> None:
    """What the four others show of it goes with its own force in a straight line: (times - 1) over times of it."""
    for cell, name in enumerate(("front_left", "front_right", "back_right", "back_left")):
        found = suspicions_of_steps(*counting(times, cell))
        if not said:
            assert found == ()
            continue
        (one,) = found
        assert (one.reason, one.values["cell"]) == ("cell-counts-times", name)
        assert one.values["times"] == pytest.approx(times)


def test_what_no_cells_scale_explains_is_said_of_none() -> None:
    steps, stance = counting(2.0)
    assert suspicions_of_steps(steps, UNKNOWN) == ()
    assert suspicions_of_steps(steps._replace(cells=()), stance) == ()
    assert suspicions_of_steps(*counting(-1.0)) == (), "turned round it is no scale"
    for more_n, said in ((50.9, True), (51.1, False)):
        # That much more at the stance lies over the middle of the line, which it lifts by a fifth of it: the rest is
        # 8 % of 500 N and a fifth of it.
        assert bool(suspicions_of_steps(*counting(2.0, more_n=more_n))) is said


def test_a_cell_that_felt_nothing_while_three_others_felt_a_corner() -> None:
    """3 % of the middle of the three weights, which is 600 N, and 10 N at least."""
    loads = ((600.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 500.0), (0.0, 0.0, 900.0, 0.0))
    steps = CornerSteps((0, 3, 2), loads, (600.0, 18.0, 900.0, 500.0))
    nothing = because("cell-feels-nothing", cell="front_right", force_n=18.0)
    assert suspicions_of_steps(steps, UNKNOWN) == (nothing,)
    assert suspicions_of_steps(steps._replace(most_n=(600.0, 18.01, 900.0, 500.0)), UNKNOWN) == ()
    light = steps._replace(loads_n=((200.0, 0.0, 0.0, 0.0),) * 3)
    assert suspicions_of_steps(light._replace(most_n=(200.0, 10.0, 200.0, 200.0)), UNKNOWN) != ()
    assert suspicions_of_steps(light._replace(most_n=(200.0, 10.01, 200.0, 200.0)), UNKNOWN) == ()
    for cells in ((0, 3), (0, 3, 0), (0, 1, 2, 3), (0, 3, 2, 0)):
        quiet = steps._replace(cells=cells, most_n=(1.0,) * 4)
        assert suspicions_of_steps(quiet, UNKNOWN) == ()


def test_the_order_is_said_before_a_scale() -> None:
    steps, stance = counting(2.0)
    (said,) = suspicions_of_steps(steps._replace(cells=(1, 0, 2, 3)), stance)
    assert said.reason == "corners-stepped-on"


# --- finding the steps ----------------------------------------------------------------------------------------------


def test_a_corner_carries_50_n_and_six_tenths_of_them() -> None:
    for newtons, seen in (
        ((100.0, 50.0, 300.0, 50.0), True),
        ((100.0, 51.0, 300.0, 50.0), False),
        ((0.0, 0.0, 50.0, 0.0), True),
        ((0.0, 0.0, 49.9, 0.0), False),
    ):
        found = steps_on_corners(np.concatenate((EMPTY, lasting(0.5, *newtons))), RATE, None)
        assert found.cells == ((2,) if seen else ())


def test_steps_are_told_with_their_loads_and_end() -> None:
    """Half a second each: the second and the third on one cell are one; what is stronger for a moment only is none."""
    moment = on(3, 0.2)
    recorded = np.concatenate((EMPTY, on(1), EMPTY, on(1), moment, on(0), on(2), on(3), on(2, own=400.0), EMPTY))
    found = steps_on_corners(recorded, RATE, None)
    assert found.cells == (1, 0, 2, 3, 2)
    assert found.corners == ()
    expected = [[350.0 if one == cell else 50.0 for one in range(4)] for cell in (1, 0, 2, 3, 2)]
    expected[-1][2] = 400.0
    assert np.array(found.loads_n) == pytest.approx(np.array(expected))
    assert found.most_n == pytest.approx((350.0, 350.0, 400.0, 350.0))
    assert found.until_s == pytest.approx(len(recorded) / RATE - 0.5)
    four = steps_on_corners(recorded, RATE, None, most=4)
    assert four.cells == (1, 0, 2, 3)
    assert four.corners == (1, 0, 2, 3)
    assert four.until_s == pytest.approx(len(recorded) / RATE - 1.0)
    assert four.most_n == pytest.approx((350.0, 350.0, 350.0, 350.0)), "what comes behind is left alone"
    zeros = np.array((5.0, -7.0, 0.0, 60.0))
    twice = np.concatenate((on(1), on(0), on(2), EMPTY, on(2), on(3)))
    assert steps_on_corners(twice, RATE, None).cells == (1, 0, 2, 3)
    three = steps_on_corners(twice, RATE, None, most=3)
    assert (three.cells, three.until_s) == ((1, 0, 2), pytest.approx(2.5)), "the third cell is the third once more"
    untared = steps_on_corners(recorded + zeros, RATE, zeros)
    assert untared.cells == found.cells
    assert np.array(untared.loads_n) == pytest.approx(np.array(found.loads_n))
    assert steps_on_corners(recorded[:9], RATE, None) == NO_STEPS == ((), (), (), 0.0)
    assert steps_on_corners(on(2), RATE, None).cells == (2,), "from the first sample to the last"
    assert steps_on_corners(EMPTY, RATE, None, most=4) == CornerSteps((), (), (), 0.0)
    assert steps_on_corners(EMPTY - 3.0, RATE, None).most_n == (3.0, 3.0, 3.0, 3.0)


def test_a_load_on_a_corner_is_the_middle_one_of_its_tenths() -> None:
    rising = np.concatenate((on(0, 0.1, 150.0, 0.0), on(0, 0.3), on(0, 0.1, 900.0, 0.0)))
    assert steps_on_corners(rising, RATE, None).loads_n == ((350.0, 50.0, 50.0, 50.0),)


# --- the empty plate and the stance ---------------------------------------------------------------------------------


def found(recorded: np.ndarray, cells: bool = True) -> SteppedOn | None:
    return stepped_on(recorded.sum(axis=1), RATE, recorded if cells else None)


def test_somebody_comes_on_after_half_a_second_of_an_empty_plate() -> None:
    come = np.concatenate((EMPTY, STANCE, EMPTY))
    assert found(come, cells=False) == (50, 350, None, NO_STEPS)
    assert found(come[1:], cells=False) is None
    assert found(STANCE, cells=False) is None
    assert found(come[:50], cells=False) is None
    light = np.concatenate((EMPTY, np.full((300, 4), 5.0)))
    assert found(light, cells=False) == (50, 350, None, NO_STEPS), "20 N are somebody"
    assert found(0.999 * light, cells=False) is None
    assert stepped_on(np.full(500, math.nan), RATE, None) is None
    gap = come.sum(axis=1)
    gap[:10] = math.nan
    assert stepped_on(gap, RATE, None) == (50, 350, None, NO_STEPS), "what is not known is nobody"
    at_a_fifth = np.concatenate((lasting(0.5, 25, 25, 25, 25), STANCE))
    assert found(at_a_fifth, cells=False) is None
    for late in (STANCE, come[1:], come[10:]):
        assert found(late) is None
    assert found(at_a_fifth - np.where(np.arange(350) < 50, 0.1, 0.0)[:, None], cells=False) == (
        50,
        350,
        None,
        NO_STEPS,
    )


@pytest.mark.parametrize(("heavy", "first"), [(10, 50), (11, 90)])
def test_the_weight_is_what_a_tenth_of_the_samples_is_above(heavy, first) -> None:
    """Of 101 samples ten may be a jump of 600 N, of which 100 N would be less than a fifth."""
    force_n = np.full(101, 100.0)
    force_n[:50] = 0.0
    force_n[101 - heavy :] = 600.0
    assert stepped_on(force_n, RATE, None) == (first, 101, None, NO_STEPS)


def test_of_an_empty_plate_that_moves_no_zero_is_known() -> None:
    """Of 500 N a hundredth is 5 N: what a cell may change by between two tenths of a second."""
    for by_n, steady in ((4.9, True), (5.1, False)):
        empty = EMPTY.copy()
        empty[20:30, 1] = by_n
        came = found(np.concatenate((empty, STANCE)))
        assert came is not None
        assert (came.first, came.last, came.steps.cells) == (50, 350, ())
        if steady:
            assert came.empty_n == pytest.approx((0.0, 0.2 * by_n, 0.0, 0.0))
        else:
            assert came.empty_n is None


def test_the_stance_is_behind_the_steps_and_the_longest_of_what_stands() -> None:
    gap = lasting(0.3, 0, 0, 0, 0)
    corners = np.concatenate([EMPTY, *(part for cell in range(4) for part in (on(cell), gap))])
    came = found(np.concatenate((corners, on(1, 0.4), gap, STANCE, EMPTY)))
    assert came is not None
    assert came.steps.corners == (0, 1, 2, 3)
    assert (came.first, came.last) == (len(corners) + 70, len(corners) + 370)
    assert came.empty_n == pytest.approx(np.zeros(4))
    assert came.steps.until_s == pytest.approx(len(corners) / RATE - 0.3)
    walked = np.concatenate((EMPTY, *(on(cell) for cell in range(4)), STANCE))
    came = found(walked)
    assert came is not None
    assert (came.first, came.last, came.steps.corners) == (250, 550, (0, 1, 2, 3))


def test_who_only_pressed_a_corner_for_longest_stood_there() -> None:
    came = found(np.concatenate((EMPTY, on(0, 5.0), EMPTY, STANCE)))
    assert came is not None
    assert (came.first, came.last, came.steps.cells) == (50, 550, ())
    came = found(np.concatenate((EMPTY, STANCE, EMPTY, on(0), EMPTY)))
    assert came is not None
    assert (came.first, came.last, came.steps.cells) == (50, 350, ()), "what comes behind the stance is no step"


def test_a_plate_that_was_tared_is_empty_where_it_shows_least() -> None:
    recorded = np.concatenate((lasting(0.5, 0, 3, 0, 0), on(0), EMPTY, on(1), EMPTY, on(2), EMPTY, STANCE))
    came = found(recorded)
    assert came is not None
    assert came.empty_n == pytest.approx(np.zeros(4))


def test_cells_that_nobody_tared_show_their_zeros_before_three_corners() -> None:
    zeros = np.array((-90.0, 40.0, -60.0, -110.0))
    three = np.concatenate((EMPTY, on(0), EMPTY, on(1), EMPTY, on(2), EMPTY, STANCE))
    assert untared_plate(three + zeros, RATE) == pytest.approx(zeros)
    assert untared_plate(three[1:] + zeros, RATE) is None, "the last tenth before is not empty"
    two = np.concatenate((EMPTY, on(0), EMPTY, on(1), EMPTY, STANCE))
    assert untared_plate(two + zeros, RATE) is None, "who sat has the feet on two corners at most"
    for by_n, still in ((2.4, True), (2.6, False)):
        moved = three + zeros
        moved[10:20, 3] += by_n  # 0.5 % of 500 N
        assert (untared_plate(moved, RATE) is not None) is still
    assert untared_plate(three + 300.0, RATE) == pytest.approx(np.full(4, 300.0))
    gap = three + zeros
    gap[10:20, 1] = math.nan
    assert untared_plate(gap, RATE) is None, "of four tenths it is not known that they are half a second"
    for load_n, somebody in ((5.0, True), (4.999, False)):
        rest = np.concatenate((three, lasting(60.0, *(load_n,) * 4)))
        assert (untared_plate(rest + zeros, RATE) is not None) is somebody, "most of the time four times that is there"
    came = found(three + zeros)
    assert came is not None
    assert came.empty_n == pytest.approx(zeros)
    assert (came.steps.cells, came.first, came.last) == ((0, 1, 2), 350, 650)
    walked = np.concatenate((EMPTY, *(on(cell) for cell in range(4)), STANCE))
    came = found(walked + zeros)
    assert came is not None
    assert (came.steps.corners, came.first, came.last) == ((0, 1, 2, 3), 250, 550)
    for load_n, first in ((25.0, 325), (24.975, 350)):  # a fifth of the weight, and less, is on the four cells
        early = three.copy()
        early[325:350] = load_n
        came = found(early + zeros)
        assert came is not None
        assert (came.first, came.last) == (first, 650)
