"""What a recording shows of four cells before somebody stands: the empty plate, and a step on each corner.

Seven of the 23 wrong orders of the cells turn or mirror the plate, and no stance tells them. Who steps on the corners
one after another, front left, front right, back right, back left, shows which cell is under which.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from drills.problems import Problem
from hw.corners import DOMINANT, PRESSED_N
from hw.values import CELL_NAMES
from station.faults import as_json, because
from station.measures.constants import MIN_FORCE_N
from station.measures.signal import OFF_PLATE, Array
from station.measures.suspicions.even import blocks, longest_run
from station.measures.suspicions.plate import empty_plate

LEAST_EMPTY_S = 0.5
"""A file that begins with so long an empty plate shows somebody come on to it."""
LEAST_PUSH_BLOCKS = 3
"""Tenths of a second for which one cell carries most."""


class SteppedOn(NamedTuple):
    """N samples of which the first ones show the empty plate."""

    first: int
    """From which sample on, and before which one, somebody stands for longest."""
    last: int
    empty_n: Array | None = None
    """(4,) what each cell showed before; None where that was not steady, or the cells are not known."""
    corners: tuple[int, ...] = ()
    """The cell that felt each corner, in the order in which they were stepped on; empty where they were not."""


def stepped_on(force_n: Array, rate_hz: float, cells_n: Array | None) -> SteppedOn | None:
    """What (N,) N of weight show, of `cells_n` (N, 4) in N too; None where nobody comes on to an empty plate."""
    known = np.isfinite(force_n)
    if not known.any():
        return None
    weight_n = float(np.percentile(force_n[known], 90))
    on = np.nan_to_num(force_n) >= OFF_PLATE * weight_n
    least = round(LEAST_EMPTY_S * rate_hz)
    if weight_n < MIN_FORCE_N or len(on) <= least or on[:least].any():
        return None
    first, length = longest_run(on)
    if cells_n is None:
        return SteppedOn(first, first + length)
    before = cells_n[:first][np.isfinite(cells_n[:first]).all(axis=1)]
    empty_n = empty_plate(before, rate_hz, weight_n)
    return SteppedOn(first, first + length, empty_n, corners_of(before, rate_hz, empty_n))


def corners_of(cells_n: Array, rate_hz: float, empty_n: Array | None) -> tuple[int, ...]:
    """The cells of (N, 4) that carried most, each once, in the order in which they did; empty where it is not clear."""
    parts = blocks(cells_n, rate_hz)
    parts = parts if empty_n is None else parts - empty_n
    total = parts.sum(axis=1)
    most = np.where((total >= PRESSED_N) & (parts.max(axis=1) >= DOMINANT * total), np.argmax(parts, axis=1), -1)
    edges = np.flatnonzero(np.diff(most, prepend=-2, append=-2))
    found: list[int] = []
    for start, end in pairwise(edges):
        cell = int(most[start])
        if cell >= 0 and end - start >= LEAST_PUSH_BLOCKS and found[-1:] != [cell]:
            found.append(cell)
    return tuple(found) if sorted(found) == list(range(len(CELL_NAMES))) else ()


def wrong_corners(corners: tuple[int, ...]) -> Problem | None:
    """Which corner another cell felt than its own; None where each felt its own, or they were not stepped on."""
    wrong = [(CELL_NAMES[corner], CELL_NAMES[cell]) for corner, cell in enumerate(corners) if corner != cell]
    if not wrong:
        return None
    felt = [as_json(because("corner-felt-by", corner=corner, cell=cell)) for corner, cell in wrong]
    return because("corners-stepped-on", found=felt)
