"""What people do in functional tests, where that could be read: ranges and means, no percentile where there is none.

None of these is of a plate; they are what a therapist counts or times. Most could be read in secondary sources only,
and each says so.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.problems import Problem
from station.faults import because

WOMEN, MEN = "women", "men"
"""Keys under `word.sex.` of the catalogue of texts."""


class AgeRange(NamedTuple):
    """The usual range of an age group, for women and for men; the second number is None where there is only one."""

    ages: tuple[int, int]
    women: tuple[float, float | None]
    men: tuple[float, float | None]


class FunctionalNorm(NamedTuple):
    """One test: what is usual by age, and what the numbers are."""

    name: str
    """Key under `norm.` of the catalogue of texts, and `seen.norm-source-`: who says so."""
    kind: str
    """range (from and to), mean, least (usual from here on) or most (usual up to here)."""
    unit: str
    """Key under `word.unit.`."""
    rows: tuple[AgeRange, ...]


def _rows(
    *rows: tuple[tuple[int, int], tuple[float, float | None], tuple[float, float | None]],
) -> tuple[AgeRange, ...]:
    return tuple(AgeRange(*row) for row in rows)


CHAIR_STANDS = FunctionalNorm(
    "chair-stands",
    "range",
    "times",
    _rows(
        ((60, 64), (12, 17), (14, 19)),
        ((65, 69), (11, 16), (12, 18)),
        ((70, 74), (10, 15), (12, 17)),
        ((75, 79), (10, 15), (11, 17)),
        ((80, 84), (9, 14), (10, 15)),
        ((85, 89), (8, 13), (8, 14)),
        ((90, 94), (4, 11), (7, 12)),
    ),
)
"""Rikli and Jones 1999, 7,183 people: 25th to 75th percentile."""
CALF_RAISES = FunctionalNorm(
    "calf-raises",
    "mean",
    "times",
    _rows(
        ((20, 29), (30, None), (37, None)),
        ((30, 39), (27, None), (32, None)),
        ((40, 49), (24, None), (28, None)),
        ((50, 59), (21, None), (23, None)),
        ((60, 69), (19, None), (19, None)),
        ((70, 79), (16, None), (14, None)),
    ),
)
"""Hebert-Losier et al. 2017 (Physiotherapy 103:446), 566 people."""
FIVE_STANDS = FunctionalNorm(
    "five-stands",
    "most",
    "seconds",
    _rows(
        ((60, 69), (11.4, None), (11.4, None)),
        ((70, 79), (12.6, None), (12.6, None)),
        ((80, 89), (14.8, None), (14.8, None)),
    ),
)
"""Bohannon 2006 (Percept Mot Skills 103:215), 13 papers: longer is worse than average."""
WEIGHT_BEARING = FunctionalNorm("weight-bearing", "range", "percent", _rows(((18, 120), (41, 59), (41, 59))))
"""Share of the paretic leg after a stroke (dumas-03629370, 31 people); 5 % is the smallest detectable change."""
NORMS = {one.name: one for one in (CHAIR_STANDS, CALF_RAISES, FIVE_STANDS, WEIGHT_BEARING)}


def row_at(norm: FunctionalNorm, age_years: float) -> AgeRange | None:
    """The row for an age; None where nobody of that age was measured."""
    return next((row for row in norm.rows if row.ages[0] <= age_years < row.ages[1] + 1), None)


def judged(kind: str, numbers: tuple[float, float | None], value: float) -> str:
    """below, within or above what is usual; of a mean below, above or at it. Keys under `seen.norm-place-`."""
    low, high = numbers
    if kind == "mean":
        return "at-mean" if value == low else "below-mean" if value < low else "above-mean"
    if kind == "most":
        return "longer" if value > low else "within"
    return "below" if value < low else "above" if high is not None and value > high else "within"


def usual_at(norm: FunctionalNorm, age_years: float, sex: str | None, value: float | None) -> list[Problem]:
    """What is usual at this age and where the value stands, by sex, of both where that is not said; and who says so."""
    row = row_at(norm, age_years)
    if row is None:
        return [because("norm-of-ages", least_years=norm.rows[0].ages[0], most_years=norm.rows[-1].ages[1])]
    said: list[Problem] = []
    for one in (WOMEN, MEN):
        if sex not in (None, one):
            continue
        low, high = numbers = row.women if one == WOMEN else row.men
        usual = {"least_years": row.ages[0], "most_years": row.ages[1], "sex": one, "low": low}
        said.append(because(f"norm-{norm.kind}", **usual, high=low if high is None else high, unit=norm.unit))
        if value is not None:
            said.append(because(f"norm-place-{judged(norm.kind, numbers, value)}", value=value, sex=one))
    return [*said, because(f"norm-source-{norm.name}")]
