"""What the electronics' noise makes of the centre of pressure of a dead weight, by body weight.

The modelled cells, amplifiers and converters under the real driver, in virtual time, beside what the parts' data sheets
give by arithmetic. A dead weight does not sway: all that is seen of it is noise, and drift of some seconds.
"""

from __future__ import annotations

from contextlib import closing
from math import sqrt
from typing import NamedTuple

import numpy as np

from benchmarks.common import Verdict, at_most, table
from hw.registry import open_rig
from hw.settings import FULL_SCALE_V, LoadCellSettings, RigSettings
from hw.simulated.cells import NOISE_V, VOLTS_PER_NEWTON
from hw.simulated.world import GEOMETRY
from hw.units import STANDARD_GRAVITY_M_S2
from station.clock import VirtualClock
from station.control.loop import PERIOD_NS, RATE_HZ
from station.measures import RecordedCells, Request, compute
from station.sensing.calibration import Calibrator

MASSES_KG = (30.0, 45.0, 60.0, 75.0, 90.0, 120.0)
SEEDS = range(4)
GOAL_PERCENT = 10.0
"""How far what is seen may lie from what the data sheets make of it."""
SETTLED, TICKS = 500, 5500
CONVERTER_LSB = 0.5
"""Noise of a conversion at 860 a second and +-2.048 V, in steps (rms)."""
Pair = tuple[float, float]


class Stood(NamedTuple):
    """Of one weight: root mean square of its CoP, (ML, AP) in mm, and the speed (mm/s) at which it seems to wander."""

    seen_mm: Pair
    """Each tick by itself."""
    filtered_mm: Pair
    """By the pipeline `station-1`, whose low-pass of 10 Hz all figures go through."""
    speed_mm_s: float
    """Of the filtered one."""


def cell_noise_n(noise_v: float, volts_per_newton: float) -> float:
    """Noise of one cell in newtons (rms): amplifier, converter and the rounding to its step, of no relation."""
    step_v = FULL_SCALE_V[LoadCellSettings().gain] / 32768.0
    return sqrt(noise_v**2 + (CONVERTER_LSB * step_v) ** 2 + step_v**2 / 12.0) / volts_per_newton


def calculated_mm(mass_kg: float, cell_n: float) -> Pair:
    """The CoP is half the spacing times (F1 + F2 - F3 - F4) / sum: four equal noises make spacing x noise / weight."""
    per_mm = cell_n / (mass_kg * STANDARD_GRAVITY_M_S2)
    return GEOMETRY.spacing_ml_mm * per_mm, GEOMETRY.spacing_ap_mm * per_mm


def stood_on(seed: int, mass_kg: float) -> Stood:
    """A weight for 20 s in the middle of a plate that stands still."""
    clock = VirtualClock()
    with closing(open_rig("simulated", RigSettings(), clock, seed=seed)) as rig:
        rig.faults["dead_weight"](1000.0 * mass_kg, 0.0, 0.0)
        calibrator, rows = Calibrator(rig.calibration), []
        for tick in range(TICKS):
            clock.sleep_until_ns(clock.now_ns() // PERIOD_NS * PERIOD_NS + PERIOD_NS)
            frame = rig.load_cells.read()
            if tick >= SETTLED:
                rows.append((frame.t_ns * 1e-9, *calibrator.newtons(frame.volts)))
        data = np.array(rows)
        recorded = RecordedCells(data[:, 0], data[:, 1:5], rig.plate)
    raw = compute(recorded, Request("raw")).values
    filtered = compute(recorded, Request("station-1")).values
    return Stood(
        (raw["rms_ml_mm"], raw["rms_ap_mm"]),
        (filtered["rms_ml_mm"], filtered["rms_ap_mm"]),
        filtered["mean_velocity_mm_s"],
    )


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table. `short`: one weight on one plate."""
    cell_n, rows, farthest = cell_noise_n(NOISE_V, VOLTS_PER_NEWTON), [], 0.0
    for mass_kg in MASSES_KG[:1] if short else MASSES_KG:
        found = [stood_on(seed, mass_kg) for seed in (SEEDS[:1] if short else SEEDS)]
        columns = [
            calculated_mm(mass_kg, cell_n),
            tuple(np.mean([one.seen_mm for one in found], axis=0)),
            tuple(np.mean([one.filtered_mm for one in found], axis=0)),
        ]
        calculated, seen = columns[:2]
        farthest = max(farthest, *(float(abs(one / other - 1.0)) for one, other in zip(seen, calculated, strict=True)))
        shown = [f"{ml_mm:.3f} / {ap_mm:.3f}" for ml_mm, ap_mm in columns]
        rows.append([f"{mass_kg:.0f}", *shown, float(np.mean([one.speed_mm_s for one in found]))])
    print(table(["kg", "calculated ML / AP", "seen ML / AP", "after 10 Hz ML / AP", "speed after 10 Hz mm/s"], rows))
    print(f"\nmm rms, mean of {len(SEEDS)} plates of {RATE_HZ:g} frames a second.")
    print(f"An amplifier gives {NOISE_V * 1e6:.0f} uV, with its converter {cell_n:.4f} N.")
    return [at_most("seen against calculated, farthest", 100.0 * float(farthest), GOAL_PERCENT, "%")]


if __name__ == "__main__":
    main()
