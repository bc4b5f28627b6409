"""Norms: where a figure stands among healthy people, and how much a repeated figure varies by itself.

Two-legged norms and repeatability are derived from 1930 trials of 163 people (benchmarks/derive_norms.py; Santos and
Duarte 2016, CC-BY 4.0) in pipeline `station-1`, and hold for that pipeline and version, for trials of 30 s or 60 s.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from drills.problems import Problem
from station.faults import as_json, because
from station.measures.doubts import doubt
from station.measures.values import MeasureSet

TABLE = Path(__file__).with_name("norms_station1.csv")
POINTS = (5, 10, 25, 50, 75, 90, 95)
COLUMNS = (
    "measure",
    "unit",
    "duration_s",
    "age_group",
    "vision",
    "surface",
    "people",
    "repeated",
    "mean",
    "sd",
    *(f"p{point}" for point in POINTS),
    "icc_single",
    "icc_mean3",
    "sem",
    "mdc95",
    "mdc95_percent",
)
PIPELINE = ("station-1", 1)
AGES = (18.0, 86.0)
OLD_FROM = 60.0
SAME_LENGTH = 0.1
"""Share by which a trial may be longer or shorter than those of the norm."""
GROWING = {"path_length_mm": 0.01}
"""The same for a figure that grows with the length of the trial."""
NOT_STATED = "not-stated"
"""A word of a `Condition` that nobody gave."""


OTHERWISE = "otherwise"
"""The stance of who did something else than the people of the norms, who stood still: leaned, stepped, counted."""
_STAND = "stand"
"""The exercise of standing still, in a drill's document."""
NormKey = tuple[str, int, str, str, str]
"""Measure, duration in s, age group, vision, surface."""


class Condition(NamedTuple):
    """How a trial was stood. Words: stance both, left or right, for norms also otherwise; vision open or closed;
    surface firm or foam.
    """

    stance: str
    vision: str
    surface: str


def held_as(condition: Condition, document: Mapping[str, Any]) -> Condition:
    """The condition by which norms, and repeatability between people, are looked up: of a drill (its document, as a
    recording's header has it) whose exercise is another than to stand still they are nobody's.
    """
    steps = [step for step in document.get("steps") or () if isinstance(step, Mapping)]
    exercise = next((step.get("exercise") for step in steps if step.get("step") == "exercise"), _STAND)
    return condition if exercise == _STAND else condition._replace(stance=OTHERWISE)


class Norm(NamedTuple):
    """One row of the table, in the unit of its measure."""

    people: int
    mean: float
    sd: float
    points: tuple[float, ...]
    """Percentiles at `POINTS`."""
    icc_single: float
    icc_mean3: float
    sem: float
    mdc95: float
    """Smallest difference of two single trials that is more than chance, at 95 %; of means of k, over sqrt(k)."""
    mdc95_percent: float


@cache
def table() -> dict[NormKey, Norm]:
    """(measure, duration, age group, vision, surface) -> `Norm`; words as in the file, in small letters."""
    norms = {}
    with TABLE.open(newline="") as text:
        for row in csv.DictReader(line for line in text if not line.startswith("#")):
            key = (
                row["measure"],
                int(row["duration_s"]),
                row["age_group"].lower(),
                row["vision"].lower(),
                row["surface"].lower(),
            )
            norms[key] = Norm(
                int(row["people"]),
                float(row["mean"]),
                float(row["sd"]),
                tuple(float(row[f"p{point}"]) for point in POINTS),
                float(row["icc_single"]),
                float(row["icc_mean3"]),
                float(row["sem"]),
                float(row["mdc95"]),
                float(row["mdc95_percent"]),
            )
    return norms


def unlike_norms(name: str, found: MeasureSet, condition: Condition) -> int | Problem:
    """The duration of the norms that `name` of `found` may be held against, or why it may be held against none."""
    if found.suspicions:
        return because("suspect", why=as_json(found.suspicions[0]))
    if (why := doubt(found)) is not None:
        return because("in-doubt", why=as_json(why))
    if (found.pipeline, found.version) != PIPELINE:
        return because("norms-of-pipeline", pipeline=PIPELINE[0], version=PIPELINE[1])
    if condition.stance == OTHERWISE:
        return because("norms-of-standing")
    if NOT_STATED in condition:
        return because("condition-not-stated")
    if condition.stance != "both":
        return because("no-norms-on-one-leg")
    if found.vibration_hz:
        return because("norms-of-quiet")
    off = GROWING.get(name, SAME_LENGTH)
    duration = next((length for length in (30, 60) if abs(found.duration_s - length) <= off * length), 0)
    return duration or because("norms-of-length", length_s=found.duration_s)


def one_length(name: str, trials: Iterable[tuple[MeasureSet, Condition]]) -> int | Problem:
    """The duration of the norms that all of these trials may be held against, or why they may be held against none."""
    found = [unlike_norms(name, one, condition) for one, condition in trials]
    why = next((one for one in found if isinstance(one, Problem)), None)
    if why is not None:
        return why
    lengths = {one for one in found if isinstance(one, int)}
    return lengths.pop() if len(lengths) == 1 else because("lengths-differ-in-battery")


def norm_for(name: str, found: MeasureSet, condition: Condition, age_group: str) -> Norm | Problem:
    """The norm that may be held against `name` of `found`, or why there is none; `age_group` young, old or all."""
    duration = unlike_norms(name, found, condition)
    if isinstance(duration, Problem):
        return duration
    norm = table().get((name, duration, age_group, condition.vision, condition.surface))
    if norm is None:
        return because("no-norms-of-figure", vision=condition.vision, surface=condition.surface)
    return norm


class StanceNorm(NamedTuple):
    """Mean single-leg stance time (s) of an age group, best of three, at most 45 s, arms crossed."""

    ages: tuple[int, int]
    open_s: float
    closed_women_s: float
    closed_men_s: float


STANCE_PEOPLE = 549
STANCE_NORMS = (
    StanceNorm((18, 39), 44.0, 13.1, 16.9),
    StanceNorm((40, 49), 41.0, 13.5, 12.0),
    StanceNorm((50, 59), 41.0, 7.9, 8.6),
    StanceNorm((60, 69), 32.0, 3.6, 5.1),
    StanceNorm((70, 79), 21.0, 3.7, 2.6),
    StanceNorm((80, 99), 9.0, 2.1, 1.8),
)
STANCE_RISK_S = 5.0
"""People over 60 who could not stand for so long had 2.1 times the risk of an injurious fall (95 % CI 1.04 to 4.34):
Vellas et al. 1997, J Am Geriatr Soc 45:735."""


def stance_norm(age_years: float) -> StanceNorm | None:
    """The row for an age, or None below 18 and above 99."""
    return next((row for row in STANCE_NORMS if row.ages[0] <= age_years < row.ages[1] + 1), None)


def stance_said(age_years: float) -> Problem | None:
    """How long people of this age stand on one leg, and who timed them; None where nobody did."""
    row = stance_norm(age_years)
    if row is None:
        return None
    return because(
        "stance-norm",
        least_years=row.ages[0],
        most_years=row.ages[1],
        open_s=row.open_s,
        women_s=row.closed_women_s,
        men_s=row.closed_men_s,
        people=STANCE_PEOPLE,
    )
