"""Whether the sway that is compared with and without vibration is moved by the vibration itself.

Everything is played twice with one seed, once with a moving part of no mass: what differs is the vibration, however
much the person sways meanwhile. A person who sways the same must have the same figures; a dead weight, which does not
sway at all, must have next to none. Beside it the same figures of the raw forces, so that one sees that there was
something to be free of. What the person of flesh does while the plate hums is what the comparison is for, and is not in
here: the simulated one does not feel it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.common import Verdict, at_most, table
from benchmarks.vibration_removed import SETTLED, Ride, ride, steady
from hw.simulated.world import GEOMETRY
from station.clinic.with_without import FIGURES
from station.measures import PlateMotion, RecordedCells, Request
from station.measures.pipelines import compute_cells
from station.measures.spectrum.vibration import phase_of

PEAK_G = 0.3
SPEEDS_HZ = (20.0, 21.5, 22.7, 24.0, 25.0, 26.5, 27.8, 30.0, 32.5, 35.0)
SEEDS = (0, 1)
MOST_PERCENT = 2.0
"""So little of a person's figure may be the vibration itself."""
MOST_OF_A_PERSON = 0.05
"""What a dead weight seems to sway more while the plate runs, as a share of the person's figure."""


class Moved(NamedTuple):
    """One speed and seed: each figure with vibration over that without it, or its difference."""

    hz: float
    figure: str
    person: float
    """Without vibration."""
    percent: float
    """By how much the person's figure is another with it."""
    raw_percent: float
    """The same of the raw forces."""
    dead: float
    """By how much a dead weight's figure is another with it, as a share of the person's."""


def figures(one: Ride, pipeline: str = "station-1") -> dict[str, float]:
    """Of the ride from when the speed has settled, as a recording of it would be measured."""
    t_ns = np.array(one.t_ns[SETTLED:])
    t_s = (t_ns - t_ns[0]) / 1e9
    hz = np.array(one.tach_hz[SETTLED:])
    drive_hz = float(np.median(hz))
    motion = PlateMotion(drive_hz, phase_of(t_s, hz)) if drive_hz > 1.0 else PlateMotion()
    cell_t_s = (np.array(one.conversion_ns[SETTLED:]) - t_ns[0]) / 1e9
    cells_n = np.array(one.cells_n[SETTLED:])
    spacing = (GEOMETRY.spacing_ml_mm, GEOMETRY.spacing_ap_mm)
    found = compute_cells(
        RecordedCells(t_s, cells_n, spacing, cell_t_s=cell_t_s, motion=motion, axes_known=True), Request(pipeline)
    )
    return {name: found.values[name] for name in FIGURES}


def moved(hz: float, seed: int) -> list[Moved]:
    """Both figures at one speed."""
    pairs = {}
    for who in ("one leg", "dead weight"):
        pairs[who] = [ride(who, 70.0, steady(hz, PEAK_G), seed, moving=moving) for moving in (True, False)]
    shaken, still = (figures(one) for one in pairs["one leg"])
    raw_shaken, raw_still = (figures(one, "raw") for one in pairs["one leg"])
    dead_shaken, dead_still = (figures(one) for one in pairs["dead weight"])
    return [
        Moved(
            hz,
            name,
            still[name],
            100.0 * (shaken[name] / still[name] - 1.0),
            100.0 * (raw_shaken[name] / raw_still[name] - 1.0),
            (dead_shaken[name] - dead_still[name]) / still[name],
        )
        for name in FIGURES
    ]


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table of every speed."""
    speeds = (25.0,) if short else SPEEDS_HZ
    rows = [one for hz in speeds for seed in (SEEDS[:1] if short else SEEDS) for one in moved(hz, seed)]
    head = [
        "Hz",
        "figure",
        "one leg, still",
        "more with vibration, %",
        "of the raw forces, %",
        "a dead weight's, share",
    ]
    print(table(head, [list(one) for one in rows]))
    return [
        at_most(
            "a person's figure moved by the vibration alone", max(abs(one.percent) for one in rows), MOST_PERCENT, "%"
        ),
        at_most("a dead weight's, of a person's", max(abs(one.dead) for one in rows), MOST_OF_A_PERSON, ""),
    ]
