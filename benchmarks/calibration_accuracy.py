"""How right the plate is after `station calibrate`: centre of pressure, force and noise of a known weight of 70 kg.

Simulated plates (offset, 3 % of gain, 0.5 % of crosstalk, drift, creep, noise, converters' steps) are calibrated with
weights of 20 kg and 40 kg by somebody who misses each place by 0.5 mm (SD, each axis) and whose weights are wrong by
0.05 % (SD). In the half hour after, without a new zero, 70 kg stand at 25 other places; the true place is known.
Beside it the same plates as designed, before any calibration.
"""

from __future__ import annotations

import random
from contextlib import closing
from typing import NamedTuple

from benchmarks.common import Verdict, at_most, table
from hw.ports import Rig
from hw.registry import open_rig
from hw.settings import FULL_SCALE_V, RigSettings
from hw.values import IDENTITY_MATRIX, CellCalibration
from station.clock import NS_PER_S, VirtualClock
from station.commissioning.calibrating.plan import CREEP, CREEP_WAIT_S, MASSES_KG
from station.commissioning.calibrating.reading import read_cells
from station.commissioning.calibrating.run import Run, begin
from station.control.loop import PERIOD_NS
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.plate.calibrations import calibration_of
from station.sensing.calibration import Calibrator

SEEDS = range(20)
PLACE_SD_MM = 0.5
MASS_SD = 0.0005
HANDLING_S = 40.0
KNOWN_KG = 70.0
SETTLING = 25
"""Frames. The first after a pause may still answer a question that was asked before it, and then has no new value."""
CENTRE_MM = 1.0
EDGE_MM = 1.5
NOISE_MM = 0.10
DESIGNED = CellCalibration((0.25,) * 4, (1.0 / 1.75e-3,) * 4, IDENTITY_MATRIX)
"""What a plate is built to be; no plate is."""


class Seen(NamedTuple):
    """A weight at a place, as a calibration sees it."""

    ml_mm: float
    ap_mm: float
    error_mm: float
    """Distance of the mean centre of pressure from the true place."""
    noise_mm: float
    """Root mean square of the unfiltered centre of pressure at 250 Hz, the larger axis."""
    force_percent: float


def wait(clock: VirtualClock, seconds: float) -> None:
    """Let this much time pass."""
    clock.sleep_until_ns(clock.now_ns() + round(seconds * NS_PER_S))


def calibrated(
    rig: Rig, clock: VirtualClock, rng: random.Random, place_sd_mm: float = PLACE_SD_MM, mass_sd: float = MASS_SD
) -> Run:
    """A calibration of this plate by somebody who errs by this much; all steps are read."""
    run = begin(rig.name, 0, rig.plate, DESIGNED, FULL_SCALE_V[RigSettings().load_cells.gain], MASSES_KG)
    wrong = {mass: mass * (1.0 + rng.gauss(0.0, mass_sd)) for mass in MASSES_KG}
    put = rig.faults["dead_weight"]
    while (at := run.next) is not None:
        step = run.steps[at]
        if step.kind != CREEP:
            put(
                1000.0 * wrong.get(step.mass_kg, 0.0),
                step.ml_mm + rng.gauss(0.0, place_sd_mm),
                step.ap_mm + rng.gauss(0.0, place_sd_mm),
            )
        wait(clock, CREEP_WAIT_S if step.kind == CREEP else HANDLING_S)
        run.take(read_cells(rig, clock))
    return run


def seen(
    rig: Rig, clock: VirtualClock, calibrations: list[CellCalibration], ml_mm: float, ap_mm: float, count: int = 1000
) -> list[Seen]:
    """`KNOWN_KG` at this place through each of the calibrations, from the same `count` readings."""
    rig.faults["dead_weight"](1000.0 * KNOWN_KG, ml_mm, ap_mm)
    wait(clock, HANDLING_S)
    frames, deadline_ns = [], clock.now_ns()
    for number in range(SETTLING + count):
        deadline_ns += PERIOD_NS
        clock.sleep_until_ns(deadline_ns)
        frame = rig.load_cells.read()
        if number >= SETTLING:
            frames.append(frame.volts)
    results = []
    for calibration in calibrations:
        calibrator = Calibrator(calibration)
        points = []
        for volts in frames:
            front_left, front_right, back_right, back_left = calibrator.newtons(volts)
            force = front_left + front_right + back_right + back_left
            points.append(
                (
                    rig.plate.spacing_ml_mm / 2.0 * (front_right + back_right - front_left - back_left) / force,
                    rig.plate.spacing_ap_mm / 2.0 * (front_left + front_right - back_left - back_right) / force,
                    force,
                )
            )
        ml, ap, force = (sum(column) / count for column in zip(*points, strict=True))
        spread = max(sum((x - ml) ** 2 for x, _, _ in points), sum((y - ap) ** 2 for _, y, _ in points))
        distance = ((ml - ml_mm) ** 2 + (ap - ap_mm) ** 2) ** 0.5
        results.append(
            Seen(
                ml_mm,
                ap_mm,
                distance,
                (spread / count) ** 0.5,
                100.0 * (force / (KNOWN_KG * STANDARD_GRAVITY_M_S2) - 1.0),
            )
        )
    return results


def places(rig: Rig) -> list[tuple[float, float]]:
    """Twenty-five places none of which was calibrated but the middle; the outermost nearly above the cells."""
    ml, ap = 0.47 * rig.plate.spacing_ml_mm, 0.47 * rig.plate.spacing_ap_mm
    return [(0.5 * i * ml, 0.5 * j * ap) for i in range(-2, 3) for j in range(-2, 3)]


def is_edge(rig: Rig, one: Seen) -> bool:
    """Whether it lies in the outer half."""
    return max(abs(one.ml_mm) / rig.plate.spacing_ml_mm, abs(one.ap_mm) / rig.plate.spacing_ap_mm) > 0.25


def plate_rows(seed: int, *, short: bool) -> tuple[list[object], list[object]]:
    """The rows of one plate: as designed, and calibrated."""
    clock = VirtualClock()
    with closing(open_rig("simulated", RigSettings(), clock, seed=seed)) as rig:
        run = calibrated(rig, clock, random.Random(f"{seed}/person"))
        document = run.finish("benchmark", "2000-01-01T00:00:00Z")
        own = calibration_of(document["calibration"])
        count, every = (50, 6) if short else (1000, 1)
        both = [seen(rig, clock, [DESIGNED, own], ml, ap, count) for ml, ap in places(rig)[::every]]
        rows: list[list[object]] = []
        for index, name in enumerate(("as designed", "calibrated")):
            found = [pair[index] for pair in both]
            rows.append(
                [
                    seed,
                    name,
                    max(one.error_mm for one in found if not is_edge(rig, one)),
                    max(one.error_mm for one in found if is_edge(rig, one)),
                    max(one.noise_mm for one in found),
                    max(abs(one.force_percent) for one in found),
                    float(document["checks"]["cop_rms_mm"]),
                ]
            )
        return rows[0], rows[1]


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table, and the worst of all plates beside what is asked for."""
    designed, own = zip(*(plate_rows(seed, short=short) for seed in (SEEDS[:1] if short else SEEDS)), strict=True)
    head = ["plate", "", "centre mm", "edge mm", "noise mm rms", "force %", "residual mm rms"]
    worst: list[list[object]] = [
        ["all", f"{rows[0][1]}, worst", *(max(float(str(row[column])) for row in rows) for column in range(2, 7))]
        for rows in (designed, own)
    ]
    asked: list[object] = ["all", "asked for at most", CENTRE_MM, EDGE_MM, NOISE_MM, "-", "-"]
    print(table(head, [*own, *worst, asked]))
    goals = (("error at the centre", CENTRE_MM, "mm"), ("at the edge", EDGE_MM, "mm"), ("noise", NOISE_MM, "mm rms"))
    return [
        at_most(what, float(str(seen_mm)), goal_mm, unit)
        for (what, goal_mm, unit), seen_mm in zip(goals, worst[1][2:5], strict=True)
    ]


if __name__ == "__main__":
    main()
