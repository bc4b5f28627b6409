"""What a recording shows of four cells before somebody stands: the empty plate, and a step on each corner.

Seven of the 23 wrong orders of the cells turn or mirror the plate, and no stance tells them. Who steps on the corners
one after another, front left, front right, back right, back left, shows which cell is under which.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from drills.problems import Problem
from hw.corners import DOMINANT, PRESSED_N
from hw.values import CELL_NAMES
from station.faults import as_json, because
from station.measures.constants import MIN_FORCE_N
from station.measures.recorded import NO_STEPS, CornerSteps
from station.measures.signal import OFF_PLATE, Array
from station.measures.suspicions.even import BLOCK_HZ, BLOCK_S, blocks, longest_run
from station.measures.suspicions.plate import empty_plate

LEAST_EMPTY_S = 0.5
"""A file that begins with so long an empty plate shows somebody come on to it."""
UNMOVED = 0.005
"""Of the weight: what a cell of an empty plate changes by within that time at most."""
LEAST_PUSH_BLOCKS = 3
"""Tenths of a second for which one cell carries most."""
WITH_ALL_WEIGHT = 0.08
"""Share of the weight by which the corners and the stance may disagree: more, and a corner was only pressed."""
MOST_COUNTED_RATIO = 1.5
"""Times by which a cell counts more, or less, than the middle one: a hand on a rail at one corner makes it 1.4."""
UNFELT_SHARE, UNFELT_N = 0.03, 10.0
"""Of the weight, or in N: what a cell shows at most that no step reaches. The corners beside it have four times that of
a person on one."""


class SteppedOn(NamedTuple):
    """N samples of which the first ones show the empty plate."""

    first: int
    """From which sample on, and before which one, somebody stands for longest."""
    last: int
    empty_n: Array | None = None
    """(4,) what each cell showed before; None where that was not steady, or the cells are not known."""
    steps: CornerSteps = NO_STEPS


def stepped_on(force_n: Array, rate_hz: float, cells_n: Array | None) -> SteppedOn | None:
    """What (N,) N of weight show, of `cells_n` (N, 4) in N too; None where nobody comes on to an empty plate."""
    known = np.isfinite(force_n)
    if not known.any():
        return None
    weight_n = float(np.percentile(force_n[known], 90))
    on = np.nan_to_num(force_n) >= OFF_PLATE * weight_n
    least = round(LEAST_EMPTY_S * rate_hz)
    if weight_n < MIN_FORCE_N:
        return None
    if cells_n is None:
        first, length = longest_run(on)
        return None if on[:least].any() else SteppedOn(first, first + length)
    begin = 0 if on[:least].any() else int(np.argmax(on))
    empty_n = empty_plate(_finite(cells_n[:begin]), rate_hz, weight_n)
    if empty_n is None and (untared := untared_plate(cells_n, rate_hz)) is not None:
        tared_n = cells_n - untared
        load_n = tared_n.sum(axis=1)
        on = np.nan_to_num(load_n) >= OFF_PLATE * float(np.nanpercentile(load_n, 90))
        came = _came_on(tared_n, on, rate_hz, None)
        return came._replace(empty_n=untared)
    return _came_on(cells_n, on, rate_hz, empty_n) if begin else None


def _came_on(cells_n: Array, on: NDArray[np.bool_], rate_hz: float, empty_n: Array | None) -> SteppedOn:
    """Of cells (N, 4), and when somebody is on them; the stance is behind the steps on the corners."""
    first_round = steps_on_corners(np.nan_to_num(cells_n), rate_hz, empty_n, most=len(CELL_NAMES))
    behind = round(first_round.until_s * rate_hz) if first_round.corners else 0
    first, length = longest_run(on[behind:])
    first += behind
    before = _finite(cells_n[:first])
    weight_n = float(np.percentile(_finite(cells_n).sum(axis=1), 90))
    empty_n = empty_plate(before, rate_hz, weight_n)
    steps = first_round if behind else steps_on_corners(before, rate_hz, empty_n)
    return SteppedOn(first, first + length, empty_n, steps)


def untared_plate(cells_n: Array, rate_hz: float) -> Array | None:
    """(4,) what cells (N, 4) that were never tared show of the empty plate at the beginning; None where it is not clear
    that it was empty then.

    Somebody who sits with the feet on the plate is as still; who then steps on three corners and more did not sit.
    """
    count = round(LEAST_EMPTY_S * rate_hz)
    parts = blocks(_finite(cells_n[:count]), rate_hz)
    if len(parts) < LEAST_EMPTY_S * BLOCK_HZ:
        return None
    found = np.asarray(parts.mean(axis=0))
    loads = _finite(cells_n).sum(axis=1) - found.sum()
    weight_n = float(np.percentile(loads, 90))
    if weight_n < MIN_FORCE_N or float(np.max(np.ptp(parts, axis=0))) > UNMOVED * weight_n:
        return None
    steps = steps_on_corners(np.nan_to_num(cells_n - found), rate_hz, None, most=len(CELL_NAMES))
    return found if len(set(steps.cells)) >= len(CELL_NAMES) - 1 else None


def _finite(cells_n: Array) -> Array:
    return cells_n[np.isfinite(cells_n).all(axis=1)]


def steps_on_corners(cells_n: Array, rate_hz: float, empty_n: Array | None, most: int | None = None) -> CornerSteps:
    """What (N, 4) N show of somebody who steps on the corners, or presses them, one after another: so many `most`, with
    what comes behind left alone; all of it where that is None.
    """
    parts = blocks(cells_n, rate_hz)
    if not len(parts):
        return NO_STEPS
    parts = parts if empty_n is None else parts - empty_n
    total = parts.sum(axis=1)
    strongest = np.where((total >= PRESSED_N) & (parts.max(axis=1) >= DOMINANT * total), np.argmax(parts, axis=1), -1)
    edges = np.flatnonzero(np.diff(strongest, prepend=-2, append=-2))
    cells: list[int] = []
    loads: list[tuple[float, ...]] = []
    until = 0
    for start, end in pairwise(edges):
        cell = int(strongest[start])
        if cell < 0 or end - start < LEAST_PUSH_BLOCKS:
            continue
        if cells[-1:] != [cell] and len(cells) == most:
            break
        until = int(end)
        if cells[-1:] != [cell]:
            cells.append(cell)
            # Coming on and going off are at the ends of it.
            loads.append(tuple(np.median(parts[start:end], axis=0).tolist()))
    seen = parts if most is None else parts[:until]
    most_n = tuple(np.abs(seen).max(axis=0).tolist()) if len(seen) else ()
    return CornerSteps(tuple(cells), tuple(loads), most_n, until * BLOCK_S)


def corners_of(cells_n: Array, rate_hz: float, empty_n: Array | None) -> tuple[int, ...]:
    """The cells of (N, 4) that carried most, each once, in the order in which they did; empty where it is not clear."""
    return steps_on_corners(cells_n, rate_hz, empty_n).corners


def suspicions_of_steps(steps: CornerSteps, stance_n: Array) -> tuple[Problem, ...]:
    """What steps on the corners say against the cells: nothing, or the first that explains the rest.

    `stance_n` (4,) is what each cell shows at the same person's stance; where it is not finite only the order is told.
    """
    looked = wrong_corners(steps.corners), _counts_another(steps, stance_n), _unfelt(steps)
    return tuple(one for one in looked if one is not None)[:1]


def weight_of(steps: CornerSteps) -> float:
    """The weight in N of who stood on each corner, by the middle one; NaN where they were not, or only pressed on."""
    totals = sorted(sum(one) for one in steps.loads_n) if steps.corners else []
    if not totals or totals[-1] > (1.0 + WITH_ALL_WEIGHT) * totals[0]:
        return float("nan")
    return 0.5 * (totals[1] + totals[2])


def _counts_another(steps: CornerSteps, stance_n: Array) -> Problem | None:
    """A cell that counts more or less than the others. Who stands on the corners weighs the same on each, and at a
    stance: so where the five differ, they do as one cell's force.
    """
    if not steps.corners or not np.all(np.isfinite(stance_n)):
        return None
    loads = np.vstack((steps.loads_n, stance_n))
    totals = loads.sum(axis=1)
    fits = []
    for cell, own in enumerate(loads.T):
        slope, weight_n = np.polyfit(own, totals, 1)
        left_n = totals - slope * own - weight_n
        fits.append((float(np.max(np.abs(left_n))) / max(float(weight_n), MIN_FORCE_N), cell, float(1.0 - slope)))
    left, cell, counted = min(fits)
    if left > WITH_ALL_WEIGHT or counted <= 0.0 or abs(float(np.log(counted))) <= np.log(MOST_COUNTED_RATIO):
        return None
    return because("cell-counts-times", cell=CELL_NAMES[cell], times=1.0 / counted)


def _unfelt(steps: CornerSteps) -> Problem | None:
    """A cell that felt nothing while three others felt a corner each."""
    if len(steps.cells) != len(CELL_NAMES) - 1 or len(set(steps.cells)) != len(steps.cells):
        return None
    (cell,) = set(range(len(CELL_NAMES))) - set(steps.cells)
    weight_n = float(np.median([sum(one) for one in steps.loads_n]))
    if steps.most_n[cell] > max(UNFELT_N, UNFELT_SHARE * weight_n):
        return None
    return because("cell-feels-nothing", cell=CELL_NAMES[cell], force_n=steps.most_n[cell])


def wrong_corners(corners: tuple[int, ...]) -> Problem | None:
    """Which corner another cell felt than its own; None where each felt its own, or they were not stepped on."""
    wrong = [(CELL_NAMES[corner], CELL_NAMES[cell]) for corner, cell in enumerate(corners) if corner != cell]
    if not wrong:
        return None
    felt = [as_json(because("corner-felt-by", corner=corner, cell=cell)) for corner, cell in wrong]
    return because("corners-stepped-on", found=felt)
