"""Two columns of one quantity, each in a unit of its own: which is meant does not matter while they say the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from station.faults import InputError, because
from station.recording.formats import UNITS_N, named
from station.recording.table import Table

COLUMNS_ALIKE = 0.05
"""Of the spread of one column, as r.m.s. of the difference: one in another unit than it says is off by more."""


def refuse_other(table: Table, name: str, units: Mapping[str, float]) -> None:
    """Raises InputError "csv-columns" where another column of the same name but for its unit goes another way than
    `name` does. `units` is what one of each is worth. Which zero a program takes for places and times is its own
    affair: a constant between them is none; one between two forces is.
    """
    bare, unit = named(name).bare, table.unit(name)
    if unit is None or unit not in units:
        return
    for other in table.names:
        theirs = table.unit(other)
        if other == name or named(other).bare != bare or theirs is None or theirs not in units:
            continue
        try:
            one, two = table.column(name, gaps=True) * units[unit], table.column(other, gaps=True) * units[theirs]
        except InputError:
            continue  # a column that is not read is in nobody's way
        apart = one - two
        known = np.isfinite(apart)
        spread = _from_zero if units is UNITS_N else _from_mean
        if known.any() and spread(apart[known]) > COLUMNS_ALIKE * spread(one[known]) + _step(one[known]) + _step(
            two[known]
        ):
            raise InputError("csv-columns", str(table.path), because("columns-disagree", name=name, other=other))


def _from_mean(values: npt.NDArray[np.float64]) -> float:
    return float(np.std(values))


def _from_zero(values: npt.NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _step(values: npt.NDArray[np.float64]) -> float:
    """What a value is rounded by: the smallest step between two of them."""
    steps = np.diff(np.unique(values))
    return float(steps.min()) if len(steps) else 0.0
