"""Ways in which a recording goes wrong, and ways in which it only looks otherwise: what the fuzzer does to trials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from station.measures.signal import Array

RATE_HZ = 100.0
Spoil = Callable[[Array, np.random.Generator], Array]
"""A CoP (N, 2) in mm at 100 samples a second, or four cells (N, 4) in N, becomes a wrong one of the same shape."""


class Kind(NamedTuple):
    """One way to go wrong."""

    spoil: Spoil
    beyond_telling: str = ""
    """Why nobody can tell it from the data, where that is so."""


def _begin(cop: Array, length: int, rng: np.random.Generator) -> int:
    """Where a piece of so many samples begins that lies inside."""
    return int(rng.integers(50, max(len(cop) - length - 50, 51)))


def scaled(by: float) -> Spoil:
    """Everything in another unit."""
    return lambda cop, _: cop * by


def one_axis_scaled(cop: Array, rng: np.random.Generator) -> Array:
    """One axis in cm."""
    found = cop.copy()
    found[:, rng.integers(2)] /= 10.0
    return found


def part_scaled(cop: Array, rng: np.random.Generator) -> Array:
    """A quarter to three quarters of the file in cm, from the middle of the CoP."""
    found: Array = cop - cop.mean(axis=0)
    length = int(len(cop) * rng.uniform(0.25, 0.75))
    start = int(rng.choice((0, len(cop) - length)))
    found[start : start + length] /= 10.0
    return found


def noisy(mm: float) -> Spoil:
    """White noise on both axes."""
    return lambda cop, rng: cop + rng.normal(0.0, mm, cop.shape)


def shuffled(cop: Array, rng: np.random.Generator) -> Array:
    """Rows in any order."""
    return np.asarray(rng.permutation(cop))


def part_shuffled(cop: Array, rng: np.random.Generator) -> Array:
    """The rows of 5 s in any order."""
    found, start = cop.copy(), _begin(cop, 500, rng)
    found[start : start + 500] = rng.permutation(found[start : start + 500])
    return found


def spiked(samples: int, mm: float) -> Spoil:
    """A spike in any direction."""

    def spoil(cop: Array, rng: np.random.Generator) -> Array:
        found, start, angle = cop.copy(), _begin(cop, samples, rng), rng.uniform(0.0, 2.0 * np.pi)
        found[start : start + samples] += mm * np.array((np.cos(angle), np.sin(angle)))
        return found

    return spoil


def shifted(cop: Array, rng: np.random.Generator) -> Array:
    """The foot 8 to 40 mm elsewhere from one sample to the next."""
    found, start, angle = cop.copy(), _begin(cop, 100, rng), rng.uniform(0.0, 2.0 * np.pi)
    found[start:] += rng.uniform(8.0, 40.0) * np.array((np.cos(angle), np.sin(angle)))
    return found


def clipped(cop: Array, rng: np.random.Generator) -> Array:
    """The peaks of one side cut off, the outermost 2 to 15 % of the samples."""
    found, axis = cop.copy(), int(rng.integers(2))
    found[:, axis] = np.minimum(found[:, axis], np.percentile(found[:, axis], 100.0 - rng.uniform(2.0, 15.0)))
    return found


def zeroed(cop: Array, rng: np.random.Generator) -> Array:
    """0, 0 for 0.05 to 1 s, three times, the CoP's middle 20 to 80 mm away from there."""
    angle = rng.uniform(0.0, 2.0 * np.pi)
    found: Array = cop - cop.mean(axis=0) + rng.uniform(20.0, 80.0) * np.array((np.cos(angle), np.sin(angle)))
    for _ in range(3):
        length = int(rng.integers(5, 100))
        start = _begin(cop, length, rng)
        found[start : start + length] = 0.0
    return found


def frozen(cop: Array, rng: np.random.Generator) -> Array:
    """One axis stands still for 1 to 20 s."""
    found, axis, length = cop.copy(), int(rng.integers(2)), int(rng.integers(100, 2000))
    start = _begin(cop, length, rng)
    found[start : start + length, axis] = found[start, axis]
    return found


def repeated(cop: Array, rng: np.random.Generator) -> Array:
    """1 to 20 s again, continued where they are put."""
    length = int(rng.integers(100, 2000))
    start = int(rng.integers(50, len(cop) - 2 * length - 50))
    to = int(rng.integers(start + length, len(cop) - length))
    found = cop.copy()
    found[to : to + length] = cop[start : start + length] - cop[start] + cop[to]
    return found


KINDS = {
    "mm taken for cm (x 10)": Kind(scaled(10.0)),
    "cm taken for mm (x 0.1)": Kind(scaled(0.1)),
    "m taken for mm (x 0.001)": Kind(scaled(0.001)),
    "inches taken for mm (x 0.0394)": Kind(scaled(1.0 / 25.4)),
    "inches taken for cm (x 0.39)": Kind(scaled(1.0 / 2.54), "people differ by more"),
    "one axis in cm": Kind(one_axis_scaled),
    "a part in cm": Kind(part_scaled),
    "white noise of 0.5 mm": Kind(noisy(0.5)),
    "white noise of 2 mm": Kind(noisy(2.0)),
    "rows shuffled": Kind(shuffled),
    "5 s of rows shuffled": Kind(part_shuffled),
    "a spike of 40 mm, 1 sample": Kind(spiked(1, 40.0)),
    "a spike of 40 mm, 5 samples": Kind(spiked(5, 40.0)),
    "a spike of 5 mm, 2 samples": Kind(spiked(2, 5.0)),
    "the foot 8 to 40 mm elsewhere": Kind(shifted),
    "peaks cut off": Kind(clipped),
    "0, 0 while light": Kind(zeroed),
    "an axis still for 1 to 20 s": Kind(frozen),
    "1 to 20 s twice": Kind(repeated),
}
"""Of a CoP. Drift and slow shifts are not among them: people do both."""

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


def _of_weight(by: float) -> Spoil:
    return one_cell(lambda own, cells_n, _: own + by * float(cells_n.sum(axis=1).mean()))


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

LINES = {
    "as it is": ("time_s,cop_ml_mm,cop_ap_mm", ",", "\n"),
    "other order": ("cop_ap_mm,cop_ml_mm,time_s", ",", "\n"),
    "capitals": ("Time_S,COP_ML_mm,Cop_AP_MM", ",", "\n"),
    "semicolons and decimal commas": ("time_s,cop_ml_mm,cop_ap_mm", ";", "\n"),
    "tabs, line ends of Windows": ("time_s,cop_ml_mm,cop_ap_mm", "\t", "\r\n"),
    "columns that nobody needs": ("note,time_s,cop_ml_mm,temp,cop_ap_mm", ",", "\n"),
    "cm, said": ("time_s,cop_ml_cm,cop_ap_cm", ",", "\n"),
    "an axis in cm, said": ("time_s,cop_ml_mm,cop_ap_cm", ",", "\n"),
    "no times, the rate given": ("cop_ml_mm,cop_ap_mm", ",", "\n"),
    "times from another moment on": ("later_s,cop_ml_mm,cop_ap_mm", ",", "\n"),
}
"""Harmless: the columns, what separates them, and the line's end."""


def write(path: Path, cop_mm: Array, how: str) -> Path:
    """The CoP (N, 2) as a CSV file that says the same in another way."""
    names, separator, end = LINES[how]
    cop_mm = np.round(cop_mm, 3)  # before it is said in cm, so that both say the same
    t = np.arange(len(cop_mm)) / RATE_HZ
    known = {
        "time_s": [f"{value:.2f}" for value in t],
        "later_s": [f"{value:.2f}" for value in t + 1000.0],
        "cop_ml_mm": [f"{value:.3f}" for value in cop_mm[:, 0]],
        "cop_ap_mm": [f"{value:.3f}" for value in cop_mm[:, 1]],
        "cop_ml_cm": [f"{value / 10.0:.4f}" for value in cop_mm[:, 0]],
        "cop_ap_cm": [f"{value / 10.0:.4f}" for value in cop_mm[:, 1]],
        "note": ["x"] * len(cop_mm),
        "temp": ["21.5"] * len(cop_mm),
    }
    columns = [known[name.lower()] for name in names.split(",")]
    rows = [separator.join(names.replace("later_s", "time_s").split(","))]
    for values in zip(*columns, strict=True):
        shown = values if separator != ";" else [value.replace(".", ",") for value in values]
        rows.append(separator.join(shown))
    path.write_text(end.join(rows) + end, newline="")
    return path
