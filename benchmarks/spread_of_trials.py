"""How far single trials of one person lie apart: fitted to repeats of one day, by age group and condition.

What `derive_norms` writes and `false_change` holds to account on people who were left out of the fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.measures.norms.spread import Spread
from station.measures.signal import Array

CONDITIONS = tuple((vision, surface) for vision in ("Open", "Closed") for surface in ("Firm", "Foam"))
GROUPS = ("Young", "Old")
HELD = 97.5
"""Percentile of the pairs that is taken for the bound at 95 %. Of people who were left out 5.5 % of the pairs pass the
95th itself, and up to 8.5 % in the third that sways most; with this all cells of the benchmark hold 5 %."""
POWERS = (-0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
TAILS = (80.0, 85.0, 90.0, 92.5, 95.0)
"""Percentiles at which the thirds of sway are to exceed alike: one alone would hang on five people."""
Cell = tuple[str, str]
"""Vision and surface."""


class People(NamedTuple):
    """Those of one age group and condition who stood three trials."""

    subjects: tuple[str, ...]
    trials: Array
    """(people, 3) figures."""


def people_of(trials: Sequence[Mapping[str, str]], column: Array, group: str) -> dict[Cell, People]:
    """Everybody of an age group by condition; `column` has the figure of each trial."""
    own: dict[tuple[str, Cell], list[int]] = defaultdict(list)
    for index, trial in enumerate(trials):
        if trial["age_group"] == group:
            own[trial["subject"], (trial["vision"], trial["surface"])].append(index)
    found = {}
    for cell in CONDITIONS:
        whole = [(subject, rows) for (subject, where), rows in own.items() if where == cell and len(rows) == 3]
        found[cell] = People(
            tuple(subject for subject, _ in whole), np.array([column[rows] for _, rows in whole]).reshape(-1, 3)
        )
    return found


def scaled(values: Array, power: float) -> Array:
    """As `station.measures.norms.spread.even`, of many."""
    return np.log(values) if power == 0.0 else (1.0 - values**-power) / power


def apart(values: Array, power: float) -> Array:
    """(people, 3) how far each two of three trials lie apart on the even scale."""
    return np.abs(scaled(values, power) - scaled(np.roll(values, 1, axis=1), power))


def one_against_two(values: Array, power: float) -> Array:
    """(people, 3) how far each trial lies from the mean of the other two."""
    others = 0.5 * (np.roll(values, 1, axis=1) + np.roll(values, 2, axis=1))
    return np.abs(scaled(values, power) - scaled(others, power))


def thirds(values: Array) -> NDArray[np.int_]:
    """(people,) 0, 1 or 2: who sways least, middling and most, by the mean of the logarithms."""
    level = np.mean(np.log(values), axis=1)
    return np.asarray(np.searchsorted(np.quantile(level, [1 / 3, 2 / 3]), level), dtype=int)


def power_of(cells: Sequence[Array]) -> float:
    """The power of the scale on which the three thirds of an age group exceed the same bounds most alike."""

    def unlike(power: float) -> float:
        shares = []
        for values in cells:
            distances, third = apart(values, power), thirds(values)
            bounds = np.percentile(distances, TAILS)
            shares.append(
                [
                    np.mean(
                        [
                            np.mean(distances[third == k] > b) / (1.0 - t / 100.0)
                            for b, t in zip(bounds, TAILS, strict=True)
                        ]
                    )
                    for k in range(3)
                ]
            )
        return float(np.ptp(np.mean(shares, axis=0)))

    return min(POWERS, key=unlike)


def fitted(cells: Mapping[Cell, Array]) -> dict[Cell, Spread]:
    """The spread in each condition of one age group."""
    power = power_of(list(cells.values()))
    return {
        cell: Spread(len(values), power, float(np.percentile(apart(values, power), HELD)))
        for cell, values in cells.items()
    }
