"""Simulated people against what they were not made by: other seeds, each half of the persons, figures of other kinds.

The simulated people were fitted to the BDS data set (Santos & Duarte 2016), to the medians of eight figures and to the
power of the sway, and are tried with the seeds that `benchmarks.people` prints. Here are twenty others of each age,
beside the persons of odd numbers and of even ones apart (a median that lies in one half's middle by chance does not lie
in both), and in six other figures: how fast an area is swept and the hull, to which nothing was fitted, and where the
power of the sway lies, which was fitted in bands of all persons together. What does not fit is printed and said in
benchmarks/README.md.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.common import Verdict, at_least, not_measured, percentile, table
from benchmarks.derive_norms import DATA, all_trials
from benchmarks.derive_norms import RATE_HZ as RECORDED_HZ
from benchmarks.people import (
    AGES,
    CLOSED,
    CONDITIONS,
    MEASURES,
    PEOPLE,
    QUIET,
    RATE_HZ,
    TRIAL_S,
    TRIALS,
    path,
    standing,
    wait,
)
from benchmarks.people import patient as somebody
from station.measures import RecordedCop, compute
from station.measures.signal import Array

SEEDS = range(1000, 1000 + PEOPLE)
OTHERS = ("sway_area_rate_mm2_s", "hull_area_mm2")
POWER = ("ML half power Hz", "ML 95 % power Hz", "AP half power Hz", "AP 95 % power Hz")
POWER_HZ = (0.05, 5.0)
"""Where the power is looked at: below it 60 s say little, above it is the noise of the plate that was recorded on."""
ALL = (*MEASURES, *OTHERS, *POWER)
Figures = tuple[float, ...]
Condition = tuple[str, str, str]
"""Age, surface, eyes."""


def figures(ml_mm: Array, ap_mm: Array, rate_hz: float) -> list[float]:
    """`ALL` of one trial."""
    values = compute(RecordedCop(None, ml_mm, ap_mm, rate_hz=rate_hz)).values
    found = [values[name] for name in (*MEASURES, *OTHERS)]
    for mm in (ml_mm, ap_mm):
        hz = np.fft.rfftfreq(len(mm), 1.0 / rate_hz)
        power = np.abs(np.fft.rfft(np.hanning(len(mm)) * (mm - mm.mean()))) ** 2
        looked = (hz >= POWER_HZ[0]) & (hz <= POWER_HZ[1])
        share = np.cumsum(power[looked]) / power[looked].sum()
        found += [float(hz[looked][np.searchsorted(share, part)]) for part in (0.5, 0.95)]
    return found


def simulated(condition: Condition, seed: int) -> Figures:
    """The figures of one simulated person: of each the median of three trials, as the norms have it."""
    age, surface, eyes = condition
    one = standing(somebody(age, seed, surface), settle_s=4.0)
    one.look(CLOSED if eyes == "closed" else QUIET)
    wait(one, 6.0)
    found = []
    for _ in range(TRIALS):
        rows = path(one, TRIAL_S)
        found.append(figures(rows[:, 1], rows[:, 2], RATE_HZ))
    return tuple(median(trial) for trial in zip(*found, strict=True))


def recorded(folder: Path) -> dict[tuple[Condition, int], list[Figures]]:
    """The figures of each person of the data set, by condition and the half that they are of: 0 even, 1 odd."""
    with (folder / "all_trials.csv").open(newline="") as text:
        trials = list(csv.DictReader(text))
    own: dict[tuple[Condition, str], list[list[float]]] = {}
    for trial, cop in zip(trials, all_trials(folder), strict=True):
        condition = (trial["age_group"].lower(), trial["surface"].lower(), trial["vision"].lower())
        own.setdefault((condition, trial["subject"]), []).append(figures(cop[:, 1], cop[:, 0], RECORDED_HZ))
    halves: dict[tuple[Condition, int], list[Figures]] = {}
    for (condition, person), found in own.items():
        medians = tuple(median(each) for each in zip(*found, strict=True))
        halves.setdefault((condition, int(person) % 2), []).append(medians)
    return halves


def quarters(values: Sequence[float]) -> tuple[float, float]:
    """p25 and p75."""
    low, high = np.percentile(np.asarray(values), (25, 75))
    return float(low), float(high)


def main(folder: Path = DATA) -> list[Verdict]:
    """Print the table: a line a figure and condition, the middle half of both halves of the persons beside it."""
    if not (folder / "all_trials.csv").is_file():
        return not_measured(f"no recordings of people at {folder}")
    halves = recorded(folder)
    lines: list[list[object]] = []
    fitted: list[int] = []
    free: list[int] = []
    for age in AGES:
        for surface, eyes in CONDITIONS:
            condition = (age, surface, eyes)
            people = list(zip(*(simulated(condition, seed) for seed in SEEDS), strict=True))
            for place, name in enumerate(ALL):
                seen = median(people[place])
                (a, b), (c, d) = (quarters([one[place] for one in halves[condition, half]]) for half in (1, 0))
                within = (a <= seen <= b) + (c <= seen <= d)
                (fitted if name in MEASURES else free).append(within)
                low, high = percentile(people[place], 5), percentile(people[place], 95)
                marks = ("NEITHER", "one half", "ok")[within]
                lines.append([name, *condition, a, b, c, d, low, seen, high, marks])
    head = ["figure", "age", "surface", "eyes", "odd p25", "p75", "even p25", "p75", "seen p5", "p50", "p95", ""]
    print(table(head, lines))
    return [
        at_least(f"{what}: medians of other people within p25 and p75 of {of}", float(count), float(len(found)), of_all)
        for what, found in (("figures of the fit", fitted), ("other figures", free))
        for of_all in (f"of {len(found)}",)
        for of, count in (
            ("both halves of the persons", sum(one == 2 for one in found)),
            ("at least one half", sum(one > 0 for one in found)),
        )
    ]


if __name__ == "__main__":
    print("\n".join(map(str, main())))
