"""Where a figure stands among people: a single trial among single trials, a mean of three among means of three.

A mean of three is steadier than a trial: held against means, one trial of ten people lies outside what is usual only
because it is one trial.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from drills.problems import Problem
from station.faults import as_json, because
from station.measures.norms.people import AGES, OLD_FROM, POINTS, Condition, unlike_norms
from station.measures.values import NAN, MeasureSet

TABLE = Path(__file__).with_name("ranks_station1.csv")
COLUMNS = (
    "measure",
    "duration_s",
    "of",
    "age_group",
    "vision",
    "surface",
    "people",
    "trials",
    *(f"p{point}" for point in POINTS),
)
TRIAL, MEAN = "trial", "mean"
"""What a figure is of: one trial, or the mean of at least three."""
MEAN_OF = 3


class Rank(NamedTuple):
    """One row of the table."""

    people: int
    trials: int
    """Figures in all: three a person of single trials, one of means."""
    points: tuple[float, ...]
    """Percentiles at `POINTS`, in the unit of the measure."""


class Placement(NamedTuple):
    """Where a figure stands: the percentile (5 or 95 where it lies outside these), or why not."""

    percentile: float
    text: Problem
    """The percentile and of whom it is, or why there is none."""
    people: int = 0
    word: Problem | None = None
    """The percentile as a person says it, such as "23rd" or "below the 5th"."""
    norm: Problem | None = None
    """Which people the percentile is of, and who measured them."""


@cache
def table() -> dict[tuple[str, int, str, str, str, str], Rank]:
    """(measure, duration, of, age group, vision, surface) -> `Rank`; words as in the file, in small letters."""
    with TABLE.open(newline="") as text:
        return {
            (
                row["measure"],
                int(row["duration_s"]),
                row["of"],
                row["age_group"].lower(),
                row["vision"].lower(),
                row["surface"].lower(),
            ): Rank(int(row["people"]), int(row["trials"]), tuple(float(row[f"p{point}"]) for point in POINTS))
            for row in csv.DictReader(line for line in text if not line.startswith("#"))
        }


def named() -> frozenset[str]:
    """The figures of which there are norms."""
    return frozenset(key[0] for key in table())


def place(name: str, found: MeasureSet, condition: Condition, age_years: float, trials: int = 1) -> Placement:
    """Where `name` stands among people of the group of ages (below 60, or from 60 on) in the same condition.

    `trials` is of how many trials it is the mean: one stands among single trials, three and more among means of three,
    two among neither.
    """
    rank = _rank_for(name, found, condition, age_years, trials)
    if isinstance(rank, Problem):
        return Placement(NAN, rank)
    of = TRIAL if trials == 1 else MEAN
    value = found.values.get(name, NAN)
    if value != value:  # nan
        return Placement(NAN, found.reasons.get(name, because("not-measured")))
    percentile, word = _percentile(value, rank.points)
    least_years, most_years = (OLD_FROM, AGES[1] - 1) if age_years >= OLD_FROM else (AGES[0], OLD_FROM - 1)
    people = because(
        f"norm-people-{of}",
        people=rank.people,
        least_years=least_years,
        most_years=most_years,
        vision=condition.vision,
        surface=condition.surface,
    )
    text = because("percentile-of", rank=as_json(word), norm=as_json(people))
    return Placement(percentile, text, rank.people, word, people)


def usual(
    name: str, found: MeasureSet, condition: Condition, age_years: float, trials: int = 1
) -> tuple[float, float] | None:
    """Between what 90 % of the people lie with whom `place` compares, the 5th and the 95th percentile in the unit of
    the measure; None where it compares with nobody.
    """
    rank = _rank_for(name, found, condition, age_years, trials)
    return None if isinstance(rank, Problem) else (rank.points[0], rank.points[-1])


def _rank_for(name: str, found: MeasureSet, condition: Condition, age_years: float, trials: int) -> Rank | Problem:
    if not AGES[0] <= age_years < AGES[1]:
        return because("norms-of-ages", least_years=AGES[0], most_years=AGES[1] - 1)
    group = "old" if age_years >= OLD_FROM else "young"
    duration = unlike_norms(name, found, condition)
    if isinstance(duration, Problem):
        return duration
    if 1 < trials < MEAN_OF:
        return because("norms-of-one-or-three", trials=trials)
    of = TRIAL if trials == 1 else MEAN
    rank = table().get((name, duration, of, group, condition.vision, condition.surface))
    return rank or because("no-norms-of-figure", vision=condition.vision, surface=condition.surface)


def _percentile(value: float, points: tuple[float, ...]) -> tuple[float, Problem]:
    if value < points[0]:
        return float(POINTS[0]), because("percentile-below", number=POINTS[0])
    for low, high, below, above in zip(POINTS, POINTS[1:], points, points[1:], strict=False):
        if value <= above:
            found = low + (high - low) * ((value - below) / (above - below) if above > below else 0.0)
            return found, _ordinal(round(found))
    return float(POINTS[-1]), because("percentile-above", number=POINTS[-1])


def _ordinal(number: int) -> Problem:
    end = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return because(f"percentile-{end}", number=number)
