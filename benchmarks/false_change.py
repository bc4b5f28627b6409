"""How often "real change" is said where nothing changed: single trials of one person on one day, 163 people.

The bounds are fitted again without the person who is judged (ten folds by person, the scale's power too), and each
trial is held against each other of the same person, and against the mean of the other two. A third of the people
"sways most" by the figure itself, in its condition and age group. Beside it the plain way: one standard error of
measurement in the figure's unit for everybody of a condition.

Three trials against three others cannot be seen in people who stood three: the bound is that of single trials, made
narrower by the root of the number. "One against two" is how far that can be seen. For three against three, six trials
are drawn again and again of each person's mean and own deviations from it, with either sign.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Verdict, at_most, not_measured, table
from benchmarks.derive_norms import DATA, MEASURES, figures
from benchmarks.derive_spread import quotients, together
from benchmarks.spread_of_trials import (
    CONDITIONS,
    GROUPS,
    HELD,
    Cell,
    People,
    apart,
    fitted,
    one_against_two,
    people_of,
    scaled,
    thirds,
)
from station.measures.signal import Array

FOLDS = 10
GOAL_PERCENT = 5.0
LEADING = "mean_velocity_mm_s"
SHOWN = (LEADING, "ellipse_area_mm2")
AGES_SHOWN = ("18-59", "60-85")
KINDS = ("single", "two", "three", "plain")
DRAWN = 40
SWAY = ("least", "middle", "most")
DRAWS = 1000


class Judged(NamedTuple):
    """Of everybody of one age group and condition, how many of three comparisons were called a change, over three."""

    group: str
    cell: Cell
    subjects: tuple[str, ...]
    third: NDArray[np.int_]
    single: Array
    two: Array
    three: Array
    """Of three trials against three that were drawn."""
    plain: Array
    """By one standard error of measurement for everybody of the condition."""


def fold_of(subjects: tuple[str, ...]) -> Array:
    """Which fold each person is left out in: the same in every condition."""
    return np.array([int(subject) % FOLDS for subject in subjects])


def drawn_threes(values: Array, power: float) -> Array:
    """(people, DRAWN) how far the means of three trials and of three others lie apart, drawn of each person's own."""
    rng = np.random.default_rng(3)
    level = np.mean(np.log(values), axis=1, keepdims=True)
    own = (np.log(values) - level) * np.sqrt(1.5)  # three deviations from their own mean are that much too small
    chosen = rng.integers(0, 3, (len(values), 6 * DRAWN))
    signs = rng.choice([-1.0, 1.0], (len(values), 6 * DRAWN))
    trials = np.exp(level + signs * np.take_along_axis(own, chosen, axis=1)).reshape(len(values), DRAWN, 2, 3)
    means = scaled(trials.mean(axis=3), power)
    return np.abs(means[:, :, 0] - means[:, :, 1])


def left_out(people: dict[Cell, People]) -> dict[Cell, tuple[Array, Array, Array]]:
    """False changes of single trials, of one against two, and of three against three, of people not in the fit."""
    found = {cell: np.full((3, len(one.subjects)), np.nan) for cell, one in people.items()}
    for fold in range(FOLDS):
        out = {cell: fold_of(one.subjects) == fold for cell, one in people.items()}
        fit = fitted({cell: one.trials[~out[cell]] for cell, one in people.items()})
        for cell, one in people.items():
            power, bound = fit[cell].power, fit[cell].bound
            own, rates = one.trials[out[cell]], found[cell]
            rates[0, out[cell]] = np.mean(apart(own, power) > bound, axis=1)
            rates[1, out[cell]] = np.mean(one_against_two(own, power) > bound * np.sqrt(0.75), axis=1)
            rates[2, out[cell]] = np.mean(drawn_threes(own, power) > bound / np.sqrt(3.0), axis=1)
    return {cell: (rates[0], rates[1], rates[2]) for cell, rates in found.items()}


def plain_bounds(every: list[dict[Cell, People]]) -> dict[Cell, float]:
    """1.96 standard errors of measurement times root 2, of all ages."""
    bounds = {}
    for cell in CONDITIONS:
        both = np.concatenate([people[cell].trials for people in every])
        bounds[cell] = 1.96 * np.sqrt(2.0) * float(np.sqrt(np.mean(np.var(both, axis=1, ddof=1))))
    return bounds


def judged(trials: list[dict[str, str]], column: Array) -> list[Judged]:
    """Everybody's false changes of one figure."""
    every = [people_of(trials, column, group) for group in GROUPS]
    plain = plain_bounds(every)
    rows = []
    for group, people in zip(GROUPS, every, strict=True):
        out = left_out(people)
        for cell, one in people.items():
            distances = np.abs(one.trials - np.roll(one.trials, 1, axis=1))
            own = np.mean(distances > plain[cell], axis=1)
            rows.append(Judged(group, cell, one.subjects, thirds(one.trials), *out[cell], own))
    return rows


def pooled(rows: list[Judged], third: int | None = None) -> dict[str, tuple[Array, list[str]]]:
    """The rates of everybody in these rows, of one third of sway or all, and whose they are."""
    chosen = [np.ones(len(row.subjects), bool) if third is None else row.third == third for row in rows]
    subjects = [
        name
        for row, own in zip(rows, chosen, strict=True)
        for name, take in zip(row.subjects, own, strict=True)
        if take
    ]
    return {
        kind: (np.concatenate([getattr(row, kind)[own] for row, own in zip(rows, chosen, strict=True)]), subjects)
        for kind in KINDS
    }


def interval(rates: Array, subjects: list[str]) -> tuple[float, float]:
    """95 % interval of the mean rate in percent, by drawing people: one person's trials belong together."""
    own = defaultdict(list)
    for rate, subject in zip(rates, subjects, strict=True):
        own[subject].append(rate)
    sums = np.array([sum(one) for one in own.values()])
    counts = np.array([len(one) for one in own.values()])
    if not sums.any():
        return 0.0, 100.0 * (1.0 - 0.025 ** (1.0 / len(sums)))
    drawn = np.random.default_rng(12).integers(0, len(sums), (DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(100.0 * means, [2.5, 97.5])
    return float(low), float(high)


def cells_of(rows: list[Judged]) -> dict[str, dict[str, tuple[Array, list[str]]]]:
    """The pooled cells: each age group by condition over all sways, and by sway over all conditions; and each age."""
    found = {}
    for group in GROUPS:
        own = [row for row in rows if row.group == group]
        age = AGES_SHOWN[GROUPS.index(group)]
        for row in own:
            found[f"{age}, eyes {row.cell[0].lower()}, {row.cell[1].lower()}"] = pooled([row])
        for third, word in enumerate(SWAY):
            found[f"{age}, sways {word}"] = pooled(own, third)
        found[f"{age}, all"] = pooled(own)
    return found


def fine_cells(rows: list[Judged]) -> dict[str, dict[str, tuple[Array, list[str]]]]:
    """Each age group by condition and sway: some 25 people each, and intervals as wide as that."""
    found: dict[str, dict[str, tuple[Array, list[str]]]] = {}
    for row in rows:
        vision, surface = row.cell
        stood = f"{AGES_SHOWN[GROUPS.index(row.group)]}, eyes {vision.lower()}, {surface.lower()}"
        found |= {f"{stood}, sways {word}": pooled([row], third) for third, word in enumerate(SWAY)}
    return found


def quotient_cells(trials: list[dict[str, str]], column: Array) -> dict[str, tuple[Array, list[str]]]:
    """Of each quotient of two conditions and age group, how often two of one person's are called unlike."""
    found = {}
    for group, age in zip(GROUPS, AGES_SHOWN, strict=True):
        subjects, cells = together(people_of(trials, column, group))
        out = fold_of(subjects)
        for (name, alike), (_, singles) in quotients(cells).items():
            distances, rates = apart(singles, 0.0), np.full(len(subjects), np.nan)
            for fold in range(FOLDS):
                own = out == fold
                rates[own] = np.mean(distances[own] > np.percentile(distances[~own], HELD), axis=1)
            found[f"{name} {alike}".strip() + f", {age}"] = rates, list(subjects)
    return found


def shown_quotients(cells: dict[str, tuple[Array, list[str]]]) -> str:
    """A table of the quotients of one figure."""
    rows = []
    for name, (rates, subjects) in cells.items():
        low, high = interval(rates, subjects)
        rate = f"{100.0 * float(np.mean(rates)):.1f}"
        rows.append([name, str(len(subjects)), rate, f"{low:.1f} to {high:.1f}"])
    return table(["quotient", "people", "called a change %", "95 % interval"], rows)


def shown(cells: dict[str, dict[str, tuple[Array, list[str]]]]) -> str:
    """A table of the pooled cells of one figure."""
    rows = []
    for name, kinds in cells.items():
        single, subjects = kinds["single"]
        said = {kind: f"{100.0 * float(np.mean(kinds[kind][0])):.1f}" for kind in KINDS}
        for kind in ("single", "three"):
            low, high = interval(*kinds[kind])
            said[kind] += f" ({low:.1f} to {high:.1f})"
        rows.append([name, str(len(set(subjects))), str(3 * len(single)), *said.values()])
    head = [
        "cell",
        "people",
        "pairs",
        "called a change % (95 % interval)",
        "one against two %",
        "three against three, drawn % (95 % interval)",
        "one SEM for all %",
    ]
    return table(head, rows)


def least_over(cells: dict[str, dict[str, tuple[Array, list[str]]]]) -> float:
    """The largest lower end, in percent, of any cell's intervals: up to the goal none is shown to be over it."""
    return max(interval(*kinds[kind])[0] for kinds in cells.values() for kind in ("single", "two", "three"))


def main(*, short: bool = False) -> list[Verdict]:
    """Print the tables, and judge each figure's pooled cells. `short`: two figures of a few people, 30 s."""
    if not (DATA / "all_trials.csv").exists():
        return not_measured("the recordings are absent: no folder ../shared/data beside the project")
    verdicts = []
    for duration_s in (30,) if short else (60, 30):
        trials, values = figures(DATA, duration_s, each=7 if short else 1)
        for name in SHOWN if short else MEASURES:
            rows = judged(trials, values[:, MEASURES.index(name)])
            cells = cells_of(rows)
            if name in SHOWN:
                print(f"\n{name}, {duration_s} s\n\n{shown(cells)}")
            finer = fine_cells(rows) if name == LEADING and not short else {}
            if finer:
                print(f"\n{name}, {duration_s} s, finer\n\n{shown(finer)}")
            if name in SHOWN:
                proven = least_over(cells | finer)
                verdicts.append(
                    at_most(f"{name}, {duration_s} s, lower end of any cell's interval", proven, GOAL_PERCENT, "%")
                )
            rates = {where: 100.0 * float(np.mean(kinds["single"][0])) for where, kinds in cells.items()}
            worst = max(rates, key=lambda where: rates[where])
            verdicts.append(at_most(f"{name}, {duration_s} s, worst cell ({worst})", rates[worst], GOAL_PERCENT, "%"))
            if name in SHOWN:
                pairs = quotient_cells(trials, values[:, MEASURES.index(name)])
                print(f"\nquotients of {name}, {duration_s} s\n\n{shown_quotients(pairs)}")
                most = max(100.0 * float(np.mean(one)) for one, _ in pairs.values())
                verdicts.append(at_most(f"quotients of {name}, {duration_s} s, worst", most, GOAL_PERCENT, "%"))
    return verdicts


if __name__ == "__main__":
    main()
