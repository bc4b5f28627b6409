"""What a tick costs with each drill of the catalogue, beside the tick of the drill that only stands.

The driver over a bus that answers at once, with a weight that swings, so that scenes change; everything above it is the
station's own: sensing, drill, scene, safety, sample. The drills take turns with the one that they are held against, and
of each the quickest round counts: what else the machine does falls on both. Steps of the interpreter are counted beside
processor time: they are the same on a busy machine.
"""

from __future__ import annotations

import gc
import sys
import time
from math import sin
from random import Random
from types import FrameType
from typing import Any

from benchmarks.common import Verdict, at_most, table
from drills.library import catalogue_names, load_shipped
from drills.prescription import Asked, fill_in, legs_of
from drills.values import Phase
from hw.ads1115.cells import Ads1115LoadCells
from hw.ports import Rig
from hw.settings import RigSettings
from hw.simulated.bus import NullI2C
from hw.simulated.drive import SimulatedDrive
from hw.simulated.panel import open_panel
from hw.simulated.platform import ModelledPlatform
from hw.values import IDENTITY_MATRIX, CellCalibration, PlateGeometry
from station.clock import VirtualClock
from station.control.admission import admit, examine
from station.control.loop import PERIOD_NS
from station.control.session import DrillRequest, Session, platform_of
from station.control.tick import HouseRules, Station
from station.safety.limits import CLINICIAN

BESIDE = "stand-tall"
"""Quiet standing, with a screen."""
GOAL = 1.25
ROUNDS, TICKS, COUNTED = 5, 1500, 50
MOST_WAIT_TICKS = 15_000
_SWINGS = {0x48: (0.0, 0.31), 0x49: (2.1, 0.31), 0x4A: (3.3, 0.43), 0x4B: (4.7, 0.43)}


class Swinging(NullI2C):
    """Each converter's voltage swings by 2 % about 0.5 V, at a pace and a phase of its own."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._now_ns = clock.now_ns

    def readfrom_into(self, address: int, buffer: bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Two bytes: the code now."""
        del end
        phase, hz = _SWINGS[address]
        self._count = self._count + 1 & 7  # another code than the last, as of a converter that converts
        code = 8001 + self._count + round(160.0 * sin(phase + 6.2832e-9 * hz * self._now_ns()))
        buffer[start], buffer[start + 1] = code >> 8, code & 0xFF


class _Nowhere:
    """Takes samples and events, and keeps nothing."""

    def sample(self, payload: bytes) -> None:
        """One sample."""

    def event(self, document: dict[str, object]) -> None:
        """One event."""


def station_on(clock: VirtualClock) -> Station:
    """A station with somebody on the plate who swings a little."""
    settings = RigSettings()
    cells = Ads1115LoadCells(Swinging(clock), settings.load_cells, clock)
    drive = SimulatedDrive(ModelledPlatform(Random(0)), clock, lambda _: None)
    calibration = CellCalibration((0.25,) * 4, (571.0,) * 4, IDENTITY_MATRIX)
    rig = Rig("null bus", cells, drive, open_panel(settings.pins, clock)[0], PlateGeometry(300.0, 400.0), calibration)
    return Station(rig, clock, HouseRules(CLINICIAN), _Nowhere())


def ticks(station: Station, clock: VirtualClock, count: int) -> None:
    """So many, each on time."""
    for _ in range(count):
        clock.sleep_until_ns(clock.now_ns() + PERIOD_NS)
        station.tick(clock.now_ns(), 0, 0)


def in_the_exercise(name: str, clock: VirtualClock) -> tuple[Station, Session]:
    """A station in the exercise of this drill, without vibration. Raises ValueError where it is not reached."""
    station = station_on(clock)
    ticks(station, clock, 25)
    document = load_shipped(name)
    asked = Asked(legs_of(document)[-1], displacement_pp_mm=None if document.shaken is None else 0.0)
    request = DrillRequest("P01", document, fill_in(document, asked))
    session = admit(station, examine(request, station.limits, platform_of(None)), clock.now_ns())
    for _ in range(MOST_WAIT_TICKS):
        if session.drill.phase is Phase.HOLD:
            return station, session
        ticks(station, clock, 1)
    raise ValueError(f"{name} does not come to its exercise")


def comparable() -> tuple[str, ...]:
    """The catalogue without those that nobody comes to who stands there whole and without vibration: what compares with
    and without it, and what is done by an order of partial load, from beside the plate.
    """
    shipped = ((name, load_shipped(name)) for name in catalogue_names())
    return tuple(name for name, document in shipped if document.with_without is None and not document.by_order)


def tick_us(name: str, count: int) -> float:
    """Processor time of a tick in the exercise of this drill."""
    clock = VirtualClock()
    station, session = in_the_exercise(name, clock)
    gc.collect()
    began, done = time.process_time(), 0
    while done < count and session.drill.phase is Phase.HOLD:
        ticks(station, clock, COUNTED)
        done += COUNTED
    return (time.process_time() - began) * 1e6 / done


def steps(name: str) -> float:
    """How many steps of the interpreter a tick takes in the exercise of this drill: the same on every computer."""
    done = 0

    def count(_frame: FrameType, event: str, _data: object) -> Any:  # noqa: ANN401  # as sys has it
        nonlocal done
        done += event == "opcode"
        return count

    def enter(frame: FrameType, _event: str, _data: object) -> Any:  # noqa: ANN401  # as sys has it
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return count

    clock = VirtualClock()
    station, _session = in_the_exercise(name, clock)
    before = sys.gettrace()
    sys.settrace(enter)
    try:
        ticks(station, clock, COUNTED)
    finally:
        sys.settrace(before)
    return done / COUNTED


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table, the dearest first."""
    rounds, count = (1, 50) if short else (ROUNDS, TICKS)
    rows, stands = [], steps(BESIDE)
    for name in (BESIDE, "share-the-weight") if short else comparable():
        own, beside = [], []
        for _ in range(rounds):
            beside.append(tick_us(BESIDE, count))
            own.append(tick_us(name, count))
        exercise, ratio = load_shipped(name).exercise_step.exercise, steps(name) / stands
        rows.append((name, exercise, min(own), min(own) / min(beside), ratio))
    rows.sort(key=lambda row: -row[-1])
    print(table(["drill", "exercise", "us a tick", "ratio", "ratio of steps"], rows))
    of = f"of the tick of {BESIDE}"
    slowest = max(rows, key=lambda row: row[3])
    return [
        at_most(f"a tick of the slowest exercise ({slowest[0]})", slowest[3], GOAL, of),
        at_most(f"steps of the interpreter in a tick of the dearest exercise ({rows[0][0]})", rows[0][-1], GOAL, of),
    ]


if __name__ == "__main__":
    print("\n".join(map(str, main())))
