"""How near the measures come to what others computed, and what the platform's vibration does to them.

Needs the real recordings in ../shared/data. Prints a table of every variable (the largest relative difference to the
reference over 48 trials), of the plate vendor's figures, and of the bias of mean velocity by frequency and layout.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np

from benchmarks.common import Verdict, at_most, not_measured, table
from station.measures import PlateMotion, RecordedCells, RecordedCop, Request, compute
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.measures.registry import names
from station.measures.signal import Array

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "bds"
RIPPLE_MM = (0.5, 0.15, 0.075, 0.04)
DRIVES_HZ = (5.0, 6.5, 8.0, 10.0, 12.0, 15.0, 18.0, 20.0, 25.0, 26.0, 30.0, 35.0, 40.0, 45.0)
RATES_HZ = (250.0, 200.0, 125.0, 100.0)
GOAL_RELATIVE = 1e-6
GOAL_BIAS_PERCENT = 2.0
ONE_OF = 6
"""Every sixth of the 48 trials is vibrated: eight people and conditions."""


def trial(name: str) -> tuple[Array, Array]:
    """ML and AP in mm at 100 Hz."""
    rows = np.loadtxt(FOLDER / f"{name}.csv.gz", delimiter=",", skiprows=1)
    return 10.0 * rows[:, 1], 10.0 * rows[:, 0]


def quijoux_rows(trials: int = 48) -> list[list[object]]:
    """Name, ours and theirs of the worst trial, and the difference: as shipped, and in the reference's precision."""
    with (FOLDER / "reference_quijoux72.csv").open(newline="") as text:
        reference = {row["Trial"]: row for row in csv.DictReader(text)}
    worst: dict[str, list[object]] = {}
    for name, row in list(reference.items())[:trials]:
        ml, ap = trial(name)
        ours = compute(RecordedCop(None, ml, ap, rate_hz=100.0), Request("quijoux-2021")).values
        fed_ml, fed_ap = (10.0 * (x / 10.0).astype(np.float32).astype(float) for x in (ml, ap))
        same = compute(RecordedCop(None, fed_ml, fed_ap, rate_hz=100.0), Request("quijoux-2021")).values
        for key in names("quijoux-2021"):
            theirs = float(row[key])
            difference, exact = abs(ours[key] / theirs - 1.0), abs(same[key] / theirs - 1.0)
            held = worst.setdefault(key, [key, ours[key], theirs, -1.0, -1.0])
            if difference > float(str(held[3])):
                held[1:4] = [ours[key], theirs, difference]
            held[4] = max(float(str(held[4])), exact)
    return [
        [key, f"{ours:.9g}", f"{theirs:.9g}", f"{difference:.1e}", f"{exact:.1e}"]
        for key, ours, theirs, difference, exact in worst.values()
    ]


def raw_rows() -> list[list[object]]:
    """The same for pipeline `raw`: what the data set's authors publish, and what the four-cell plate's vendor does."""
    worst: dict[str, list[object]] = {}

    def hold(key: str, ours: float, theirs: float) -> None:
        held = worst.setdefault(key, [key, ours, theirs, -1.0])
        if abs(ours / theirs - 1.0) > float(str(held[3])):
            held[1:] = [ours, theirs, abs(ours / theirs - 1.0)]

    with (FOLDER / "reference_duarte.csv").open(newline="") as text:
        for row in csv.DictReader(text):
            found = compute(RecordedCop(None, *trial(row["trial"]), rate_hz=100.0), Request("raw")).values
            hold("duarte_area_cm2", found["duarte_area_cm2"], float(row["ref_area_cm2"]))
            hold("duarte_mean_velocity_cm_s", found["duarte_mean_velocity_cm_s"], float(row["ref_mv_cm_s"]))
            hold("duarte_mean_frequency_hz", found["duarte_mean_frequency_hz"], float(row["ref_mfreq_hz"]))
    for path in sorted((FOLDER.parent / "kinvent_single_leg").glob("*.csv.gz")):
        vendor = json.loads(path.with_name(path.name.replace(".csv.gz", ".meta.json")).read_text())
        rows = np.loadtxt(path, delimiter=",", skiprows=1, usecols=range(5))
        found = compute(
            RecordedCells(rows[:, 0], STANDARD_GRAVITY_M_S2 * rows[:, 1:], (138.0, 293.0)), Request("raw")
        ).values
        hold("path_length_mm (vendor)", found["path_length_mm"], float(vendor["Total Displacement (mm)"][0]))
        hold("ellipse_area_mm2 (vendor)", found["ellipse_area_mm2"], float(vendor["Ellipse Surface (mm\u00b2)"][0]))
    return [
        [key, f"{ours:.9g}", f"{theirs:.9g}", f"{difference:.1e}", "-"]
        for key, ours, theirs, difference in worst.values()
    ]


def bias_percent(t: Array, cop: Array, drive_hz: float, rate_hz: float, with_phase: bool) -> float:
    """Bias of mean velocity, or nan where the figure is refused."""
    from scipy.interpolate import CubicSpline

    grid = np.arange(0.0, t[-1], 1.0 / rate_hz)
    quiet = CubicSpline(t, cop)(grid)
    phase = drive_hz * grid
    ripple = sum(size * np.sin(2 * math.pi * k * phase + k) for k, size in enumerate(RIPPLE_MM, 1))
    shaken = quiet + np.asarray(ripple)[:, None]
    plain = compute(RecordedCop(grid, quiet[:, 0], quiet[:, 1])).values["mean_velocity_mm_s"]
    found = compute(
        RecordedCop(grid, shaken[:, 0], shaken[:, 1], motion=PlateMotion(drive_hz, phase if with_phase else None))
    )
    return 100.0 * (found.values["mean_velocity_mm_s"] / plain - 1.0)


def vibration_rows(drives_hz: tuple[float, ...] = DRIVES_HZ) -> list[list[object]]:
    """For each frequency the largest bias in percent over eight real stances, by layout, or that none is given."""
    t = np.arange(6000) / 100.0
    stances = [np.column_stack(trial(path.name[:8])) for path in sorted(FOLDER.glob("BDS*.csv.gz"))[::ONE_OF]]
    rows: list[list[object]] = []
    for drive_hz in drives_hz:
        row: list[object] = [drive_hz]
        for with_phase in (True, False):
            for rate_hz in RATES_HZ:
                found = [bias_percent(t, cop, drive_hz, rate_hz, with_phase) for cop in stances]
                worst = max(found, key=abs)
                row.append("refused" if math.isnan(found[0]) else f"{worst:+.2f}")
        rows.append(row)
    return rows


def main(*, short: bool = False) -> list[Verdict]:
    """Print the tables."""
    if not FOLDER.is_dir():
        print(f"No recordings in {FOLDER}.")
        return not_measured("no recordings beside the project")
    variables = quijoux_rows(1 if short else 48)
    print(
        table(
            ["variable", "ours", "reference", "largest relative difference", "in the reference's own precision"],
            variables + raw_rows(),
        )
    )
    heads = [f"{'tach' if with_phase else 'filter'} {rate:.0f} Hz" for with_phase in (True, False) for rate in RATES_HZ]
    print("\nBias of mean velocity in %, 0.5 mm ripple with harmonics 2 to 4\n")
    biased = vibration_rows(DRIVES_HZ[-1:] if short else DRIVES_HZ)
    print(table(["drive Hz", *heads], biased))
    shares = [abs(float(str(cell))) for row in biased for cell in row[1:] if cell != "refused"]
    return [
        at_most("difference to the reference", max(float(str(row[4])) for row in variables), GOAL_RELATIVE, ""),
        at_most("bias of mean velocity by vibration, where it is given", max(shares), GOAL_BIAS_PERCENT, "%"),
    ]


if __name__ == "__main__":
    main()
