"""How much a figure differs from trial to trial by itself, on a scale on which that is even.

The spread of most figures grows with the figure: one amount in mm/s for everybody calls chance a change in one of ten
people over 60 and in one of a hundred below. It is therefore held by age group and condition on the scale
(1 - x^-p) / p, which for p = 0 is the logarithm; p, for each figure and age group, is the power that makes those who
sway most exceed it as rarely as the others. benchmarks/spread_of_trials.py derives the table,
benchmarks/false_change.py holds it to account on people who were left out.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import NamedTuple

from drills.problems import Problem
from station.faults import because
from station.measures.norms.people import AGES, OLD_FROM, Condition, NormKey, unlike_norms
from station.measures.values import MeasureSet

TABLE = Path(__file__).with_name("spread_station1.csv")
COLUMNS = ("measure", "duration_s", "age_group", "vision", "surface", "people", "power", "bound")


class Spread(NamedTuple):
    """One row of the table."""

    people: int
    power: float
    bound: float
    """How far two single trials of one person lie apart on the even scale at most, at 95 %: the 97.5th percentile of
    all pairs, a margin for having some 80 people, with which 5 % holds in people who were left out."""


class ChanceLimits(NamedTuple):
    """Between these a second mean is no more than chance away from the first; in the figure's unit."""

    below: float
    above: float
    """Infinite where the first mean is so large that no second one is beyond chance."""


def even(value: float, power: float) -> float:
    """A positive figure on the scale on which its spread is even."""
    return math.log(value) if power == 0.0 else (1.0 - value**-power) / power


def figure(scaled: float, power: float) -> float:
    """The figure that `even` put on the scale; infinite, or 0, beyond the scale's end."""
    if power == 0.0:
        return math.exp(scaled)
    rest = 1.0 - power * scaled
    return rest ** (-1.0 / power) if rest > 0.0 else math.inf if power > 0.0 else 0.0


def limits(first: float, spread: Spread, trials: tuple[int, int]) -> ChanceLimits:
    """How far the mean of the second sitting's trials may lie from `first`, the mean of the first one's, by chance.

    `trials` are the numbers of both. The bound of single trials is for 1/1 + 1/1 and goes with the root of 1/n + 1/m.
    """
    reach = spread.bound * math.sqrt(0.5 * (1.0 / trials[0] + 1.0 / trials[1]))
    middle = even(first, spread.power)
    return ChanceLimits(figure(middle - reach, spread.power), figure(middle + reach, spread.power))


@cache
def table() -> dict[NormKey, Spread]:
    """(measure, duration, age group, vision, surface) -> `Spread`; words as in the file, in small letters."""
    with TABLE.open(newline="") as text:
        return {
            (
                row["measure"],
                int(row["duration_s"]),
                row["age_group"].lower(),
                row["vision"].lower(),
                row["surface"].lower(),
            ): Spread(int(row["people"]), float(row["power"]), float(row["bound"]))
            for row in csv.DictReader(line for line in text if not line.startswith("#"))
        }


def spreads_for(
    name: str, found: MeasureSet, condition: Condition, age_years: float | None
) -> tuple[Spread, ...] | Problem:
    """The spread of `name` among people of this age in this condition, or why it is not known.

    Both age groups' where no age was given. Of no other pipeline, version, length, age, leg or vibration than those of
    the people whose spread it is.
    """
    if age_years is not None and not AGES[0] <= age_years < AGES[1]:
        return because("norms-of-ages", least_years=AGES[0], most_years=AGES[1] - 1)
    duration = unlike_norms(name, found, condition)
    if isinstance(duration, Problem):
        return duration
    groups = ("young", "old") if age_years is None else ("old",) if age_years >= OLD_FROM else ("young",)
    rows = [table().get((name, duration, group, condition.vision, condition.surface)) for group in groups]
    known = tuple(row for row in rows if row is not None)
    if not known:
        return because("no-norms-of-figure", vision=condition.vision, surface=condition.surface)
    return known
