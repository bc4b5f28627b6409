"""The drive's control of frequency over speeds and loads, on modelled motors that each learned their own map first.

Everything but the motor and pigpiod is the program itself: `PigpioDrive` with its control law, tach and map. Time is
virtual.
Beside it stands the same motor on its learned map without the loop.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from benchmarks.common import Verdict, at_most, table
from hw.pigpio.drive import PigpioDrive
from hw.settings import DriveSettings
from hw.simulated.motor import Motor
from hw.simulated.pigpiod import ModelledDaemon
from hw.speed_map import SpeedMap
from hw.tach import Tach
from station.clock import VirtualClock

SPEEDS_HZ = (15.0, 20.0, 25.0, 30.0, 35.0)
LOADS_KG = (0.0, 60.0, 120.0)
PLATFORMS = 5
TICK_NS = 4_000_000
SETTLED = 0.01
STEADY_AFTER_S = 2.0
RUN_S = 4.0
GOALS = (
    ("steady, off by", 1.0, "%"),
    ("overshoot", 5.0, "%"),
    ("settled after", 1.5, "s"),
    ("in the resonance while starting", 0.5, "s"),
    ("overshoot when the load leaves", 10.0, "%"),
)


class Bench:
    """One platform with its drive under virtual time; `seed` makes the motor."""

    def __init__(self, seed: int, settings: DriveSettings) -> None:
        self.settings = settings
        self.clock = VirtualClock()
        self.motor = Motor(random.Random(seed))
        self.daemons: list[ModelledDaemon] = []
        self.drive = PigpioDrive(settings, self.clock, self._connect)

    @property
    def daemon(self) -> ModelledDaemon:
        """The one that the drive is connected to now."""
        return self.daemons[-1]

    def _connect(self, tach: Tach, _: float) -> ModelledDaemon:
        pulses = self.settings.pulses_per_revolution
        self.daemons.append(ModelledDaemon(self.motor, pulses, tach, self.clock.now_ns()))
        return self.daemons[-1]

    def run(self, seconds: float, hz: float, displacement_pp_mm: float | None = None) -> list[float]:
        """The motor's true speed at each millisecond of this long, with this demand at every tick."""
        mm = self.drive.displacement_pp_mm(hz) if displacement_pp_mm is None else displacement_pp_mm
        del self.daemon.speeds_hz[:]
        for _ in range(round(seconds * 1e9) // TICK_NS):
            self.clock.spend_ns(TICK_NS)
            self.drive.feedback()
            self.drive.apply(hz, mm)
        self.daemon.advance(self.clock.now_ns())
        return list(self.daemon.speeds_hz)


def learned(seed: int, settings: DriveSettings) -> DriveSettings:
    """The settings with the map that this platform has learned of itself."""
    bench = Bench(seed, settings)
    learner = bench.drive.learn()
    while not learner.finished:
        bench.run(1.0, settings.max_hz)
    bench.drive.stop()
    return settings.model_copy(update=learner.settings())


class Figures(NamedTuple):
    """One start from standstill, and the load leaving it. Parts of the set frequency, and seconds."""

    steady: float
    overshoot: float
    settled_s: float
    in_band_s: float
    """Time between the ends of the platform's resonance while starting."""
    step_off: float
    """Overshoot after the load left at once."""
    loose: float
    """How far off the same motor runs on its map alone, load on."""


def measure(seed: int, settings: DriveSettings, hz: float, load_kg: float) -> Figures:
    """One platform at one speed and load."""
    bench = Bench(seed, settings)
    bench.daemon.load_kg = load_kg
    bench.run(0.2, 0.0)
    bench.drive.arm()
    speeds_hz = bench.run(RUN_S, hz)
    off = [speed / hz - 1.0 for speed in speeds_hz]
    outside = [index for index, part in enumerate(off) if abs(part) > SETTLED]
    low_hz, high_hz = settings.resonance_hz
    bench.daemon.load_kg = 0.0
    left_hz = bench.run(2.0, hz)
    return Figures(
        max(abs(part) for part in off[round(STEADY_AFTER_S * 1000) :]),
        max(0.0, *off),
        (outside[-1] + 1) / 1000 if outside else 0.0,
        sum(low_hz < speed < high_hz for speed in speeds_hz) / 1000,
        max(0.0, *(speed / hz - 1.0 for speed in left_hz)),
        abs(_alone(seed, settings, hz, load_kg) / hz - 1.0),
    )


def _alone(seed: int, settings: DriveSettings, hz: float, load_kg: float) -> float:
    """Where the motor ends on its map's duty without the loop."""
    motor = Motor(random.Random(seed))
    duty = SpeedMap(settings.speed_map, settings.spin_up_s).duty(hz)
    for _ in range(8000):
        motor.step(0.001, duty, enabled=True, load_kg=load_kg)
    return motor.frequency_hz


def worst(figures: list[Figures]) -> Figures:
    """The largest of each."""
    return Figures(*(max(column) for column in zip(*figures, strict=True)))


def main(*, short: bool = False) -> list[Verdict]:
    """The table: the worst of several platforms for each speed and load."""
    platforms = 1 if short else PLATFORMS
    maps = [learned(seed, DriveSettings()) for seed in range(platforms)]
    rows: list[list[object]] = []
    everything: list[Figures] = []
    for hz in SPEEDS_HZ[::4] if short else SPEEDS_HZ:
        for load_kg in LOADS_KG:
            figures = worst([measure(seed, maps[seed], hz, load_kg) for seed in range(platforms)])
            everything.append(figures)
            rows.append([f"{hz:g}", f"{load_kg:g}", *_shown(figures)])
    rows.append(["worst", "", *_shown(worst(everything))])
    rows.append(["goal", "", *(f"{goal:g}" for _, goal, _ in GOALS), "-"])
    head = ["Hz", "kg", "steady +-%", "overshoot %", "settled s", "in resonance s", "step-off %", "map alone +-%"]
    print(table(head, rows))
    print(f"\nThe worst of {platforms} modelled platforms that each learned their own map, {RUN_S:g} s a run.")
    seen = zip(_shown(worst(everything)), GOALS, strict=False)
    return [at_most(what, float(value), goal, unit) for value, (what, goal, unit) in seen]


def _shown(figures: Figures) -> list[str]:
    steady, overshoot, settled_s, in_band_s, step_off, loose = figures
    return [
        f"{100 * steady:.2f}",
        f"{100 * overshoot:.1f}",
        f"{settled_s:.2f}",
        f"{in_band_s:.2f}",
        f"{100 * step_off:.1f}",
        f"{100 * loose:.0f}",
    ]
