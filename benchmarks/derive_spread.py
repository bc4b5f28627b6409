"""Derive what single trials and several conditions of `station-1` are held against, from the same 1930 trials.

Run it as `python -m benchmarks.derive_spread [FOLDER]` (see `derive_norms`). It writes three tables into
station/measures/norms: how far trials of one person lie apart (`spread_station1.csv`), where single trials and means of
three stand among people (`ranks_station1.csv`), and quotients of two conditions (`quotients_station1.csv`).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.derive_norms import DATA, MEASURES, attribution, figures
from benchmarks.spread_of_trials import CONDITIONS, GROUPS, HELD, Cell, People, apart, fitted, people_of
from station.measures.norms import quotient_norms, ranks, spread
from station.measures.norms.people import POINTS
from station.measures.signal import Array

DURATIONS_S = (60, 30)
LEADING = ("mean_velocity_mm_s", "ellipse_area_mm2")
OVER = {
    ("romberg_quotient", "firm"): (("Closed", "Firm"), ("Open", "Firm")),
    ("romberg_quotient", "foam"): (("Closed", "Foam"), ("Open", "Foam")),
    ("foam_quotient", "open"): (("Open", "Foam"), ("Open", "Firm")),
    ("foam_quotient", "closed"): (("Closed", "Foam"), ("Closed", "Firm")),
    ("mctsib_vision", ""): (("Closed", "Firm"), ("Open", "Firm")),
    ("mctsib_somatosensory", ""): (("Open", "Foam"), ("Open", "Firm")),
    ("mctsib_vestibular", ""): (("Closed", "Foam"), ("Open", "Firm")),
}
"""Name and what was alike: the condition above, and that below."""


def together(people: Mapping[Cell, People]) -> tuple[tuple[str, ...], dict[Cell, Array]]:
    """Who stood three trials in all four conditions, and their (people, 3) figures in that order."""
    names = sorted(set.intersection(*(set(one.subjects) for one in people.values())), key=int)
    figures_of = {cell: one.trials[[one.subjects.index(name) for name in names]] for cell, one in people.items()}
    return tuple(names), figures_of


def quotients(cells: Mapping[Cell, Array]) -> dict[tuple[str, str], tuple[Array, Array]]:
    """Of each quotient its value by the means of three (people,), and by single trials (people, 3)."""
    means = {cell: values.mean(axis=1) for cell, values in cells.items()}
    found = {key: (means[up] / means[low], cells[up] / cells[low]) for key, (up, low) in OVER.items()}
    every = np.array([cells[cell] for cell in CONDITIONS])
    found["mctsib_composite", ""] = (np.mean(list(means.values()), axis=0), every.mean(axis=0))
    return found


def spread_rows(people: Mapping[Cell, People], key: Sequence[str], group: str) -> list[list[str]]:
    """Lines of the first table, of one figure and age group."""
    fit = fitted({cell: one.trials for cell, one in people.items()})
    return [[*key, group, *cell, str(one.people), f"{one.power:g}", f"{one.bound:.5g}"] for cell, one in fit.items()]


def rank_rows(people: Mapping[Cell, People], key: Sequence[str], group: str) -> list[list[str]]:
    """Lines of the second table: of every single trial, and of each person's mean of three."""
    rows = []
    for cell, one in people.items():
        for of, values in (("trial", one.trials.ravel()), ("mean", one.trials.mean(axis=1))):
            points = [f"{value:.5g}" for value in np.percentile(values, POINTS)]
            rows.append([*key, of, group, *cell, str(len(one.subjects)), str(len(values)), *points])
    return rows


def quotient_rows(people: Mapping[Cell, People], key: Sequence[str], group: str) -> list[list[str]]:
    """Lines of the third table."""
    rows = []
    for (name, alike), (means, singles) in quotients(together(people)[1]).items():
        bound = float(np.percentile(apart(singles, 0.0), HELD))
        points = [f"{value:.5g}" for value in np.percentile(means, quotient_norms.POINTS)]
        rows.append([name, alike, *key, group, str(len(means)), *points, f"{bound:.5g}"])
    return rows


def write(path: Path, columns: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """One table, behind the line that says whose data it is made of."""
    with path.open("w", newline="") as text:
        text.write(f"{attribution('derive_spread')}\n")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Write the three tables."""
    spreads: list[list[str]] = []
    ranked: list[list[str]] = []
    quotient: list[list[str]] = []
    for duration_s in DURATIONS_S:
        trials, values = figures(folder, duration_s)
        for column, name in enumerate(MEASURES):
            for group in GROUPS:
                people, key = people_of(trials, values[:, column], group), (name, str(duration_s))
                spreads += spread_rows(people, key, group)
                ranked += rank_rows(people, key, group)
                quotient += quotient_rows(people, key, group) if name in LEADING else []
    write(spread.TABLE, spread.COLUMNS, spreads)
    write(ranks.TABLE, ranks.COLUMNS, ranked)
    write(quotient_norms.TABLE, quotient_norms.COLUMNS, quotient)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
