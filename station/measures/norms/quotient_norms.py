"""Quotients of two conditions among people, and how much such a quotient differs by itself.

The noise of both conditions is in a quotient: it has a reference range and a minimal detectable change of its own.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import NamedTuple

from station.measures.norms.people import AGES, OLD_FROM

TABLE = Path(__file__).with_name("quotients_station1.csv")
POINTS = (5, 50, 95)
COLUMNS = (
    "quotient",
    "alike",
    "measure",
    "duration_s",
    "age_group",
    "people",
    *(f"p{point}" for point in POINTS),
    "bound",
)


class QuotientNorm(NamedTuple):
    """One row of the table."""

    people: int
    points: tuple[float, ...]
    """At `POINTS`, of the means of three trials in each condition."""
    bound: float
    """How far the logarithms of two quotients of single trials of one person lie apart at most, at 95 %."""


@cache
def table() -> dict[tuple[str, str, str, int, str], QuotientNorm]:
    """(quotient, what was alike, measure, duration, age group) -> its norm.

    What was alike is the surface of Romberg's quotient, the vision of the foam's, and "" of those of all four.
    """
    with TABLE.open(newline="") as text:
        return {
            (
                row["quotient"],
                row["alike"],
                row["measure"],
                int(row["duration_s"]),
                row["age_group"].lower(),
            ): QuotientNorm(int(row["people"]), tuple(float(row[f"p{point}"]) for point in POINTS), float(row["bound"]))
            for row in csv.DictReader(line for line in text if not line.startswith("#"))
        }


def norm_of(name: str, alike: str, measure: str, duration_s: int, age_years: float | None) -> QuotientNorm | None:
    """The norm of a quotient at an age; None where there is none. Without an age the range of nobody is known, and the
    larger bound holds.
    """
    if age_years is not None and not AGES[0] <= age_years < AGES[1]:
        return None
    groups = ("young", "old") if age_years is None else ("old",) if age_years >= OLD_FROM else ("young",)
    rows = [row for group in groups if (row := table().get((name, alike, measure, duration_s, group)))]
    if not rows:
        return None
    if age_years is None:
        return QuotientNorm(sum(row.people for row in rows), (), max(row.bound for row in rows))
    return rows[0]


def differs_from(norm: QuotientNorm, trials: tuple[int, int]) -> float:
    """The factor by which one quotient of means differs from its true value at most, at 95 %; `trials` in the two
    conditions.
    """
    return math.exp(norm.bound / math.sqrt(2.0) / math.sqrt(min(trials)))


def smallest_change(norm: QuotientNorm, trials: tuple[int, int]) -> float:
    """The factor by which two such quotients of one person, of as many trials, differ at most, at 95 %."""
    return math.exp(norm.bound / math.sqrt(min(trials)))
