"""Whether the simulated people stand, rise and reach like people: their figures beside the norms.

Twenty young and twenty old people stand for 60 s in four conditions; the median of each of eight figures must lie
between p25 and p75 of the BDS data set (Santos & Duarte 2016) for people of that age, and 5 % to 95 % of the people
between p5 and p95. Then one leg, rising from a chair, calf raises, and what impairments change.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from benchmarks.common import Verdict, at_least, percentile, table
from drills.scene import NOT_SHOWN, Axis, Scene, Slot, SlotKind, SlotState, View
from drills.words import Word
from hw.settings import SimulationSettings
from hw.simulated.patient import Patient
from hw.simulated.sway import STEP_S
from station.measures import RecordedCop, compute
from station.measures.norms.people import table as norms

MEASURES = (
    "mean_velocity_mm_s",
    "mean_velocity_ml_mm_s",
    "mean_velocity_ap_mm_s",
    "ellipse_area_mm2",
    "rms_ml_mm",
    "rms_ap_mm",
    "range_ml_mm",
    "range_ap_mm",
)
CONDITIONS = (("firm", "open"), ("firm", "closed"), ("foam", "open"), ("foam", "closed"))
AGES = ("young", "old")
IMPAIRED = ("stroke", "parkinson", "vestibular", "frail")
PEOPLE = 20
TRIAL_S = 60.0
TRIALS = 3
RATE_HZ = 250.0
ONE_LEG_MM_S = (30.0, 70.0)
"""Velocity on one leg that was recorded (docs/sources/README.md), and asked for."""
CHAIR_S = {"young": (5.0, 10.0), "old": (8.0, 12.6)}
"""Five stand-ups: for the old up to what is worse than average at 70 to 79 (Bohannon 2006); for the young no norm was
read, and the bounds are proposed."""
CHAIR_COUNT = {"old": (11.0, 19.0)}
"""In 30 s at 60 to 69 (Rikli & Jones 1999)."""
RAISES = {"young": (24.0, 37.0), "old": (14.0, 19.0)}
"""On one leg, women to men, 20 to 49 and 60 to 79 years (Hebert-Losier 2017)."""
LEGS_S = {"young": (35.0, 45.0), "old": (12.0, 32.0)}
"""Mean time on one leg, eyes open, 45 s at most (Springer 2007)."""

QUIET, CLOSED = Scene(view=View.QUIET), Scene(view=View.QUIET, eyes=1)


class Stood(NamedTuple):
    """The figures of one kind of people in one condition, a row a person in the order of `MEASURES`."""

    kind: str
    surface: str
    eyes: str
    figures: tuple[tuple[float, ...], ...]


def patient(kind: str, seed: int, surface: str = "firm") -> Patient:
    """One person of a kind, of a size that goes with the seed."""
    size = random.Random(f"size/{seed}")  # a model's people, not secrets
    height_m = min(1.9, max(1.5, size.gauss(1.68, 0.06)))
    settings = SimulationSettings.model_validate(
        {"person": kind, "surface": surface, "height_m": height_m, "mass_kg": 24.0 * height_m * height_m}
    )
    return Patient(settings, random.Random(f"{seed}/person"))


def wait(one: Patient, seconds: float) -> None:
    """Let them live on."""
    for _ in range(round(seconds / STEP_S)):
        one.step()


def standing(one: Patient, instruction: str = "get_on", settle_s: float = 8.0) -> Patient:
    """On the plate, as asked, for some seconds."""
    one.follow("get_on")
    wait(one, settle_s)
    if instruction != "get_on":
        one.follow(instruction)
        wait(one, 5.0)
    return one


def path(one: Patient, seconds: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Rows of force (N) and CoP (ML, AP, mm)."""
    rows = np.empty((round(seconds / STEP_S), 3))
    for row in rows:
        one.step()
        row[:] = one.force_n, one.cop_ml_mm, one.cop_ap_mm
    return rows


def quiet(
    kind: str, seed: int, surface: str, eyes: str, seconds: float = TRIAL_S, trials: int = 1
) -> tuple[float, ...]:
    """`MEASURES` of quiet stance: of each the median of so many trials, one after another."""
    one = standing(patient(kind, seed, surface), settle_s=4.0)
    one.look(CLOSED if eyes == "closed" else QUIET)
    wait(one, 6.0)
    found = []
    for _ in range(trials):
        rows = path(one, seconds)
        values = compute(RecordedCop(None, rows[:, 1], rows[:, 2], rate_hz=RATE_HZ)).values
        found.append([values[name] for name in MEASURES])
    return tuple(median(trial) for trial in zip(*found, strict=True))


def stood(kind: str, surface: str, eyes: str, people: int = PEOPLE) -> Stood:
    """So many people of a kind in one condition, three trials each as the norms have it."""
    figures = tuple(quiet(kind, seed, surface, eyes, trials=TRIALS) for seed in range(people))
    return Stood(kind, surface, eyes, figures)


class Against(NamedTuple):
    """One figure of `Stood` beside its norm."""

    measure: str
    norm: tuple[float, ...]
    """p5, p25, p50, p75, p95."""
    seen: tuple[float, ...]
    """p5, p50, p95 of the simulated people."""

    @property
    def middle_fits(self) -> bool:
        """Whether their median lies between p25 and p75."""
        return self.norm[1] <= self.seen[1] <= self.norm[3]

    @property
    def spread_fits(self) -> bool:
        """Whether 5 % to 95 % of them lie between p5 and p95."""
        return self.norm[0] <= self.seen[0] and self.seen[2] <= self.norm[4]


def against_norms(found: Stood) -> list[Against]:
    """Each figure beside the norm for 60 s at this age."""
    rows = []
    for measure, values in zip(MEASURES, zip(*found.figures, strict=True), strict=True):
        p5, _, p25, p50, p75, _, p95 = norms()[measure, 60, found.kind, found.eyes, found.surface].points
        seen = (percentile(values, 5), median(values), percentile(values, 95))
        rows.append(Against(measure, (p5, p25, p50, p75, p95), seen))
    return rows


def on_one_leg(kind: str, seed: int) -> tuple[float, float]:
    """Velocity (mm/s) over up to 20 s on one leg, and how long the foot stays up (s, 45 at most)."""
    one = patient(kind, seed)
    standing(one, settle_s=4.0).follow("stand_on_left")
    wait(one, 3.0)
    rows, held_s = [], 0.0
    while held_s < 45.0 and not one.foot_is_down and not one.on_rail and one.force_n > 0.0:
        one.step()
        held_s += STEP_S
        if held_s <= 20.0:
            rows.append((one.cop_ml_mm, one.cop_ap_mm))
    if held_s < 2.0:
        return float("nan"), held_s
    moved = np.hypot(*np.diff(np.array(rows), axis=0).T)
    return float(moved.sum() / (STEP_S * len(moved))), held_s


CHAIR, TOES = (Word.SIT_DOWN_SOFTLY, Word.STAND_UP_EVENLY), (Word.LOWER_THE_HEELS, Word.RISE_ON_THE_TOES)
"""What is said on the way down, and up."""


def cycling(one: Patient, words: tuple[Word, Word], seconds: float, most: int = 1000) -> list[float]:
    """Go down and up as the screen says, for so long or so often: when the bottom was reached (s), each time.

    The word changes within 5 % of the top and of the bottom, as it does in the exercise.
    """
    up, times = one.height < 0.5, []
    for step in range(round(seconds / STEP_S)):
        if up and one.height > 0.95:
            up = False
        elif not up and one.height < 0.05:
            up = True
            times.append(step * STEP_S)
            if len(times) > most:
                break
        if step % 5 == 0:
            one.look(_rising(words[up], one.height))
        one.step()
    return times


def _rising(word: Word, height: float) -> Scene:
    band = Slot(SlotKind.BAND, 1, Axis.RISE, SlotState.NOW, 950, 1000)
    bar = Slot(SlotKind.BAR, 2, Axis.RISE, SlotState.NOW, round(1000 * height), NOT_SHOWN)
    return Scene(view=View.GAUGE, word=word, slots=(band, bar))


def raises(kind: str, seed: int) -> float:
    """Calf raises until the height is lost; those of one leg, as the norms have them."""
    return len(cycling(standing(patient(kind, seed)), TOES, 120.0)) - 1.0


def five_rises_s(kind: str, seed: int) -> float:
    """Five stand-ups from the chair, from the first go to the last seat; infinite for who cannot rise."""
    times = cycling(standing(patient(kind, seed)), CHAIR, 60.0, 5)
    return times[5] - times[0] if len(times) > 5 else math.inf


def rises_in_30_s(kind: str, seed: int) -> int:
    """Stand-ups in 30 s from the first go on."""
    times = cycling(standing(patient(kind, seed)), CHAIR, 36.0)
    return sum(0.0 < time_s - times[0] <= 30.0 for time_s in times) if times else 0


class Row(NamedTuple):
    """One line of the second table."""

    what: str
    kind: str
    seen: tuple[float, float, float]
    """p5, p50, p95."""
    least: float
    most: float
    """Bounds of the middle."""

    @property
    def fits(self) -> bool:
        """Whether the middle lies within."""
        return self.least <= self.seen[1] <= self.most


def _quantiles(values: Sequence[float]) -> tuple[float, float, float]:
    return percentile(values, 5), median(values), percentile(values, 95)


def doings(people: int = PEOPLE) -> list[Row]:
    """One leg, and the chair, for the young and the old."""
    rows = []
    for kind in AGES:
        legs = [on_one_leg(kind, seed) for seed in range(people)]
        moved = [velocity for velocity, _ in legs if not math.isnan(velocity)]
        rows.append(Row("velocity on one leg, mm/s", kind, _quantiles(moved), *ONE_LEG_MM_S))
        low_s, _, high_s = _quantiles([held_s for _, held_s in legs])
        mean_s = sum(held_s for _, held_s in legs) / people
        rows.append(Row("time on one leg, mean of 45 s, s", kind, (low_s, mean_s, high_s), *LEGS_S[kind]))
        fives = [five_rises_s(kind, seed) for seed in range(people)]
        rows.append(Row("five stand-ups, s", kind, _quantiles(fives), *CHAIR_S[kind]))
        raised = [raises(kind, seed) for seed in range(people)]
        rows.append(Row("calf raises", kind, _quantiles(raised), *RAISES[kind]))
        if kind in CHAIR_COUNT:
            counts = [float(rises_in_30_s(kind, seed)) for seed in range(people)]
            rows.append(Row("stand-ups in 30 s", kind, _quantiles(counts), *CHAIR_COUNT[kind]))
    return rows


def main(*, short: bool = False) -> list[Verdict]:
    """Print the tables."""
    people = 1 if short else PEOPLE
    found = [
        stood(kind, surface, eyes, people)
        for kind in AGES
        for surface, eyes in (CONDITIONS[:1] if short else CONDITIONS)
    ]
    lines, middles, spreads, worst = [], 0, 0, []
    for one in found:
        for row in against_norms(one):
            middles += row.middle_fits
            spreads += row.spread_fits
            marks = ("" if row.middle_fits else "middle ") + ("" if row.spread_fits else "spread")
            if marks:
                worst.append(f"{row.measure} {one.kind} {one.surface} {one.eyes}")
            lines.append([row.measure, one.kind, one.surface, one.eyes, *row.norm, *row.seen, marks or "ok"])
    head = ["figure", "age", "surface", "eyes", "p5", "p25", "p50", "p75", "p95", "seen p5", "p50", "p95", ""]
    print(table(head, lines))
    rows = doings(people)
    print()
    print(
        table(
            ["doing", "age", "seen p5", "middle", "p95", "least", "most", ""],
            [[row.what, row.kind, *row.seen, row.least, row.most, "ok" if row.fits else "OUT"] for row in rows],
        )
    )
    count = len(lines)
    return [
        at_least("medians between p25 and p75 of people", float(middles), float(count), f"of {count}"),
        at_least("spreads between p5 and p95 of people", float(spreads), float(count), f"of {count}"),
        at_least(
            "doings within their norms", float(sum(row.fits for row in rows)), float(len(rows)), f"of {len(rows)}"
        ),
    ]


if __name__ == "__main__":
    main()
