"""Ways in which a recording of four cells is wrong, for `benchmarks.suspicions`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.spoiling import Kind, Spoil
from station.measures.signal import Array, low_pass

DIAGONALS = {frozenset((0, 2)), frozenset((1, 3))}


def _order(rng: np.random.Generator, *, keeps: bool) -> list[int]:
    while True:
        order = [int(one) for one in rng.permutation(4)]
        kept = {frozenset((order[0], order[2])), frozenset((order[1], order[3]))} == DIAGONALS
        if kept == keeps and order != [0, 1, 2, 3]:
            return order


def one_cell(change: Callable[[Array, Array, np.random.Generator], Array]) -> Spoil:
    """Something happens to one cell of four; `change` gets its forces and all forces."""

    def spoil(cells_n: Array, rng: np.random.Generator) -> Array:
        found, cell = cells_n.copy(), int(rng.integers(4))
        found[:, cell] = change(cells_n[:, cell], cells_n, rng)
        return found

    return spoil


def one_as_its_neighbour(cells_n: Array, rng: np.random.Generator) -> Array:
    """One cell's values stand in the column of another too."""
    one, other = rng.choice(4, 2, replace=False)
    found = cells_n.copy()
    found[:, other] = cells_n[:, one]
    return found


def _late(own: Array, by_s: float, rate_hz: float = 250.0) -> Array:
    by = round(by_s * rate_hz)
    return np.concatenate((np.full(by, own[0]), own[:-by]))


def _two_late(cells_n: Array, rng: np.random.Generator) -> Array:
    """Two neighbours come a tenth of a second behind the others, as from a second converter."""
    found, cell = cells_n.copy(), int(rng.integers(4))
    for one in (cell, (cell + 1) % 4):
        found[:, one] = _late(cells_n[:, one], 0.1)
    return found


def _part_of_neighbour(cells_n: Array, rng: np.random.Generator) -> Array:
    """A cell shows 0.7 of its own load and 0.3 of its neighbour's."""
    found, cell = cells_n.copy(), int(rng.integers(4))
    found[:, cell] = 0.7 * cells_n[:, cell] + 0.3 * cells_n[:, (cell + 1) % 4]
    return found


def _of_weight(by: float) -> Spoil:
    return one_cell(lambda own, cells_n, _: own + by * float(cells_n.sum(axis=1).mean()))


SMALL_SWAY = "who sways little shows too little of it"
CELL_KINDS = {
    "cells in an order that mixes the diagonals": Kind(lambda cells, rng: cells[:, _order(rng, keeps=False)]),
    "cells in an order that keeps them": Kind(
        lambda cells, rng: cells[:, _order(rng, keeps=True)], "the plate is turned or mirrored: a push on each corner"
    ),
    "a cell counts double": Kind(one_cell(lambda own, *_: 2.0 * own)),
    "a cell counts half": Kind(one_cell(lambda own, *_: 0.5 * own)),
    "a cell in two columns": Kind(one_as_its_neighbour),
    "a cell dead, with noise": Kind(one_cell(lambda own, _, rng: rng.normal(0.0, 0.5, len(own)))),
    "a cell dead at its load, with noise": Kind(
        one_cell(lambda own, _, rng: own.mean() + rng.normal(0.0, 0.5, len(own)))
    ),
    "a cell shows 20 % of the weight too little": Kind(_of_weight(-0.2)),
    "a cell shows 40 % of the weight too much": Kind(_of_weight(0.4)),
    "a cell shows 5 % of the weight too little": Kind(
        _of_weight(-0.05), "an uneven floor does that: the empty plate, or --weight-kg"
    ),
    "all cells in kg under N": Kind(lambda cells, _: cells / 9.80665),
    "all cells in lbf under N": Kind(lambda cells, _: cells / 4.44822),
    "all cells four times too big": Kind(lambda cells, _: 4.0 * cells),
}
"""Of four cells."""
STANDING_CELL_KINDS = {
    "a cell counts 1.5 times": Kind(one_cell(lambda own, *_: 1.5 * own), SMALL_SWAY),
    "a cell counts 1.2 times": Kind(one_cell(lambda own, *_: 1.2 * own), SMALL_SWAY),
    "a cell is 0.1 s late": Kind(one_cell(lambda own, *_: _late(own, 0.1))),
    "a cell is 0.3 s late": Kind(one_cell(lambda own, *_: _late(own, 0.3))),
    "two cells are 0.1 s late": Kind(_two_late),
    "a cell smoothed at 0.5 Hz": Kind(one_cell(lambda own, *_: low_pass(own[:, None], 250.0, 0.5)[:, 0])),
    "a cell shows 0.3 of its neighbour": Kind(_part_of_neighbour, SMALL_SWAY),
    "a cell drifts by 60 N": Kind(
        one_cell(lambda own, *_: own + np.linspace(0.0, 60.0, len(own))), "people drift as far"
    ),
    "a cell with the mains' hum of 5 N": Kind(
        one_cell(lambda own, *_: own + 5.0 * np.sin(0.4 * np.pi * np.arange(len(own)) + 0.3))
    ),
}
"""Of four cells under somebody who stands: who moves hides them."""
