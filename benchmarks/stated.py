"""What is gained where it is said how a trial was stood: a sway ten times too large, or too small, by a condition.

Real trials on two legs in four conditions, and a plate under one leg, each as it is and spoilt.
"""

from __future__ import annotations

import numpy as np

from benchmarks.common import Verdict, at_most, table
from benchmarks.spoiling import RATE_HZ, one_axis_scaled
from station.measures.pipelines import cop_of_cells
from station.measures.signal import Array, Signal, check, leap, to_grid
from station.measures.suspicions import suspicions_of
from station.measures.suspicions.scale import LENGTHS_S, ONE_LEG

BEYOND = {"open-firm": 60.0, "closed-firm": 40.0}
"""Conditions in which trials shorter than this, in s, are named as beyond telling: people differ by more."""
MOST_SILENT, MOST_FALSE = 5.0, 0.5
"""In %."""


def suspected(cop_mm: Array, stood: str) -> bool:
    """Whether this CoP (N, 2) at 100 samples a second is suspected, or refused."""
    signal = check(None, cop_mm[:, 0], cop_mm[:, 1], None, RATE_HZ)
    # What is refused (a CoP beyond a metre, a leap) is not silent either.
    return not isinstance(signal, Signal) or leap(signal) is not None or bool(suspicions_of(signal, stood=stood)[0])


def one_leg(cells: list[Array], geometry_mm: tuple[float, float], rate_hz: float) -> list[Array]:
    """The CoP (N, 2) in mm of these cells, at 100 samples a second."""
    cops = [np.column_stack(cop_of_cells(own, geometry_mm)[:2]) for own in cells]
    return [to_grid(np.arange(len(cop)) / rate_hz, cop, RATE_HZ) for cop in cops]


def pieces(trials: list[Array], length_s: float, cases: int, rng: np.random.Generator) -> list[Array]:
    """So many parts of that length of these trials, at any place."""
    count = round(length_s * RATE_HZ)
    chosen = [trials[at] for at in rng.integers(len(trials), size=cases)]
    starts = [int(rng.integers(len(one) - count + 1)) for one in chosen]
    return [one[start : start + count] for one, start in zip(chosen, starts, strict=True)]


def tables(by_condition: dict[str, list[Array]], cases: int, rng: np.random.Generator) -> list[Verdict]:
    """Print the table; goals are 0.5 % of false alarms, and 5 % of silence where that is not named."""
    rows: list[list[object]] = []
    false_of: dict[str, list[bool]] = {}
    silent = {"none": 0.0}
    for stood, trials in by_condition.items():
        for length_s in LENGTHS_S:
            whole = pieces(trials, length_s, cases, rng)
            false = [suspected(cop, stood) for cop in whole]
            false_of.setdefault(stood, []).extend(false)
            shares = []
            for name, by in {"x 10": 10.0, "x 0.1": 0.1}.items():
                share = 100.0 * float(np.mean([not suspected(by * cop, stood) for cop in whole]))
                shares.append(f"{share:.1f} %")
                if length_s >= BEYOND.get(stood, 0.0):
                    silent[f"{stood}, {length_s:.0f} s, {name}"] = share
            axis = 100.0 * float(np.mean([not suspected(one_axis_scaled(cop, rng), stood) for cop in whole]))
            silent[f"{stood}, {length_s:.0f} s, one axis"] = axis
            rows.append([stood, f"{length_s:.0f} s", cases, f"{100 * np.mean(false):.2f} %", *shares, f"{axis:.1f} %"])
    print(table(("stood", "length", "n", "false alarms", "x 10 silent", "x 0.1 silent", "one axis in cm silent"), rows))
    worst = max(silent, key=lambda name: silent[name])
    of_all = 100.0 * float(np.mean([one for stood, own in false_of.items() if stood != ONE_LEG for one in own]))
    of_one = 100.0 * float(np.mean(false_of[ONE_LEG]))
    return [
        at_most("false alarms where it is said how it was stood, two legs", of_all, MOST_FALSE, "%"),
        at_most("the same on one leg", of_one, MOST_FALSE, "%"),
        at_most(f"silent where it is said how it was stood (most: {worst})", silent[worst], MOST_SILENT, "%"),
    ]
