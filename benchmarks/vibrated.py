"""Somebody on the simulated platform while it runs, as the station records it: for the checks of `suspicions`.

The modelled plate, cells, amplifiers and converters under the real driver, in virtual time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product

import numpy as np

from benchmarks.spoiling import Kind, Spoil
from benchmarks.spoiling_cells import CELL_KINDS, one_cell
from hw.registry import open_rig
from hw.settings import RigSettings, SimulationSettings
from station.clock import VirtualClock
from station.control.loop import PERIOD_NS, RATE_HZ
from station.measures import PlateMotion, RecordedCells
from station.measures.pipelines import cop_of_cells
from station.measures.signal import Array
from station.measures.spectrum.vibration import phase_of
from station.safety.dose import displacement_for_g
from station.sensing.calibration import Calibrator

SPEEDS_HZ = (5.0, 8.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0)
PEAK_G = 0.49
DRIVEN_FROM_S, SETTLED_S = 3.0, 6.0
STANCES = ("stand_on_left", "stand_on_both")
MASSES_KG = (35.0, 70.0, 120.0)
EDGE = 250
"""Samples at either end in which nothing is done."""
Wrong = Callable[[RecordedCells, np.random.Generator], RecordedCells]


def stood(stance: str, mass_kg: float, hz: float, seed: int, length_s: float = 20.0) -> RecordedCells:
    """`length_s` of one stance at one speed, from when it has settled on."""
    clock = VirtualClock()
    settings = RigSettings(simulation=SimulationSettings(mass_kg=mass_kg))
    rows = []
    with closing(open_rig("simulated", settings, clock, seed=seed)) as rig:
        rig.tell(stance)
        calibrator = Calibrator(rig.calibration)
        rig.panel.power(True)
        for tick in range(round((SETTLED_S + length_s) * RATE_HZ)):
            clock.sleep_until_ns(clock.now_ns() // PERIOD_NS * PERIOD_NS + PERIOD_NS)
            frame = rig.load_cells.read()
            rig.panel.heartbeat()
            if tick == round(DRIVEN_FROM_S * RATE_HZ):
                rig.drive.arm()
            if tick >= DRIVEN_FROM_S * RATE_HZ:
                rig.drive.apply(hz, displacement_for_g(hz, PEAK_G))
            measured_hz = rig.drive.feedback().measured_hz
            if tick >= SETTLED_S * RATE_HZ:
                rows.append((frame.t_ns, *frame.conversion_ns, *calibrator.newtons(frame.volts), measured_hz))
        plate = rig.plate
    data = np.array(rows)
    t_s, tach_hz = data[:, 0] / 1e9, data[:, 9]
    motion = PlateMotion(float(np.median(tach_hz)), phase_of(t_s, tach_hz))
    return RecordedCells(t_s, data[:, 5:9], plate, cell_t_s=data[:, 1:5] / 1e9, motion=motion, axes_known=True)


def rides(*, short: bool) -> Iterator[RecordedCells]:
    """Each stance, mass and speed once, each on another plate."""
    for number, (stance, mass_kg, hz) in enumerate(product(STANCES, MASSES_KG, SPEEDS_HZ)):
        if not short or number in (5, 26):
            yield stood(stance, mass_kg, hz, number)


def parts(ride: RecordedCells) -> Iterator[RecordedCells]:
    """The whole, its halves and its quarters."""
    whole = len(np.asarray(ride.cells_n))
    for share in (1, 2, 4):
        for number in range(share):
            piece = slice(number * whole // share, (number + 1) * whole // share)
            t_s, cells_n, cell_t_s, phase = (
                np.asarray(one)[piece] for one in (ride.t_s, ride.cells_n, ride.cell_t_s, ride.motion.phase_turns)
            )
            motion = ride.motion._replace(phase_turns=phase)
            yield ride._replace(t_s=t_s, cells_n=cells_n, cell_t_s=cell_t_s, motion=motion)


def _with(recorded: RecordedCells, cells_n: Array) -> RecordedCells:
    return recorded._replace(cells_n=cells_n)


def of_cells(spoil: Spoil) -> Wrong:
    """What goes wrong with four cells, on a plate that vibrates."""
    return lambda recorded, rng: _with(recorded, spoil(np.asarray(recorded.cells_n), rng))


def moved(recorded: RecordedCells, by_mm: Array) -> RecordedCells:
    """The same weight in another place: (N, 2) mm of ML and AP."""
    cells_n, halves_mm = np.asarray(recorded.cells_n), np.array(recorded.geometry) / 2.0
    ml_n, ap_n = (cells_n.sum(axis=1)[:, None] * by_mm / halves_mm / 4.0).T
    return _with(recorded, cells_n + np.column_stack((ap_n - ml_n, ap_n + ml_n, ml_n - ap_n, -ml_n - ap_n)))


def of_place(shift: Callable[[int, np.random.Generator], Array]) -> Wrong:
    """The CoP is moved by (N, 2) mm."""
    return lambda recorded, rng: moved(recorded, shift(len(np.asarray(recorded.cells_n)), rng))


def elsewhere(count: int, rng: np.random.Generator) -> Array:
    """The foot 12 to 40 mm elsewhere from one sample to the next."""
    angle, by_mm = rng.uniform(0.0, 2.0 * np.pi), np.zeros((count, 2))
    start = int(rng.integers(EDGE, count - EDGE))
    by_mm[start:] = rng.uniform(12.0, 40.0) * np.array((np.cos(angle), np.sin(angle)))
    return by_mm


def spike(count: int, rng: np.random.Generator) -> Array:
    """40 mm for five samples."""
    angle, by_mm = rng.uniform(0.0, 2.0 * np.pi), np.zeros((count, 2))
    start = int(rng.integers(EDGE, count - EDGE))
    by_mm[start : start + 5] = 40.0 * np.array((np.cos(angle), np.sin(angle)))
    return by_mm


def still(recorded: RecordedCells, rng: np.random.Generator) -> RecordedCells:
    """One axis stands still for 1 to 8 s."""
    cells_n, axis = np.asarray(recorded.cells_n), int(rng.integers(2))
    length = int(rng.integers(round(RATE_HZ), round(8 * RATE_HZ)))
    start = int(rng.integers(0, len(cells_n) - length))
    place = np.column_stack(cop_of_cells(cells_n, recorded.geometry)[:2])
    by_mm = np.zeros_like(place)
    piece = slice(start, start + length)
    by_mm[piece, axis] = place[start, axis] - place[piece, axis]
    # The last bit of a sum of four is no step.
    return moved(recorded, by_mm)


def twice(recorded: RecordedCells, rng: np.random.Generator) -> RecordedCells:
    """1 to 5 s of rows again, over others."""
    cells_n, length = np.array(recorded.cells_n), int(rng.integers(round(RATE_HZ), round(5 * RATE_HZ)))
    start = int(rng.integers(0, len(cells_n) - 2 * length))
    to = int(rng.integers(start + length, len(cells_n) - length + 1))
    cells_n[to : to + length] = cells_n[start : start + length]
    return _with(recorded, cells_n)


def shuffled(length_s: float) -> Wrong:
    """So many seconds of rows in any order."""

    def spoil(recorded: RecordedCells, rng: np.random.Generator) -> RecordedCells:
        cells_n, length = np.array(recorded.cells_n), round(length_s * RATE_HZ)
        start = int(rng.integers(0, len(cells_n) - length + 1))
        cells_n[start : start + length] = rng.permutation(cells_n[start : start + length])
        return _with(recorded, cells_n)

    return spoil


def untared(recorded: RecordedCells, rng: np.random.Generator) -> RecordedCells:
    """One cell shows 12 to 200 N on the empty plate, which was seen."""
    off_n = np.zeros(4)
    off_n[rng.integers(4)] = rng.uniform(12.0, 200.0) * rng.choice((-1.0, 1.0))
    return _with(recorded, np.asarray(recorded.cells_n) + off_n)._replace(empty_n=off_n)


CELLS = (
    "cells in an order that mixes the diagonals",
    "a cell counts double",
    "a cell counts half",
    "a cell in two columns",
    "a cell dead, with noise",
    "a cell dead at its load, with noise",
    "a cell shows 20 % of the weight too little",
    "a cell shows 40 % of the weight too much",
)
KINDS = {
    **{name: Kind(of_cells(CELL_KINDS[name].spoil)) for name in CELLS},
    "a cell never tared, the empty plate seen": Kind(untared),
    "a cell with noise of 10 N": Kind(of_cells(one_cell(lambda own, _, rng: own + rng.normal(0.0, 10.0, len(own))))),
    "white noise of 0.5 mm": Kind(
        of_place(lambda count, rng: rng.normal(0.0, 0.5, (count, 2))), "conversions that did not come leave as much"
    ),
    "white noise of 2 mm": Kind(of_place(lambda count, rng: rng.normal(0.0, 2.0, (count, 2)))),
    "rows shuffled": Kind(shuffled(20.0)),
    "5 s of rows shuffled": Kind(shuffled(5.0)),
    "a spike of 40 mm, 5 samples": Kind(of_place(spike)),
    "the foot 12 to 40 mm elsewhere": Kind(of_place(elsewhere)),
    "an axis still for 1 to 8 s": Kind(still),
    "1 to 5 s twice": Kind(twice),
}
"""Of this station's own trials while the platform vibrates."""
