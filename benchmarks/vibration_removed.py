"""How many dB of the plate's vibration the live point is rid of, on a dead weight and under people, and at what price.

The modelled plate, cells and converters under the real driver, in virtual time. Everything is played twice with one
seed, once with a moving part of no mass: what differs is the vibration, however much the person sways meanwhile. Beside
it the best of many normalised least-mean-squares filters (NLMS) on the tach's phase, at the CoP of the same samples and
before the same low-pass. What is steady is shown by speed; a frequency that is swept, and a vibration that grows and
fades, by its worst second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import product
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter

from benchmarks.common import Verdict, at_least, at_most, table
from hw.registry import open_rig
from hw.settings import RigSettings, SimulationSettings
from hw.simulated import world
from hw.simulated.world import GEOMETRY
from hw.values import Four
from station.clock import VirtualClock
from station.control.loop import PERIOD_NS, RATE_HZ
from station.safety.dose import displacement_for_g
from station.sensing.balance import LIVE_CUTOFF_HZ, BalanceTracker
from station.sensing.calibration import Calibrator
from station.sensing.live_point import LIVE_POINT, RIPPLES

Array = NDArray[np.float64]

WHO = ("dead weight", "two feet", "one leg")
SPEEDS_HZ = (5.0, 6.5, 8.0, 10.0, 12.0, 13.5, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0)
MASSES_KG = (35.0, 70.0, 120.0)
PEAK_G = 0.49
BEYOND = ((10.0, 0.49), (10.0, 0.98), (35.0, 0.98))
SEEDS = (0,)
DRIVEN_FROM, TICKS = 1000, 3500
"""The drive starts at 4 s and runs for 10 s."""
SETTLED = DRIVEN_FROM + 750
REACHED = 0.01
"""So near to its speed the drive has reached it."""
LINE_AWAY_HZ, LINE_SHARE = 3.0, 0.005
"""Of the force: about 3 mm of ML."""
STEPS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
HARMONICS = (1, 2, 3, 4)
GOALS_DB = ((15.0, math.inf, 34.0), (12.0, 15.0, 26.0), (5.0, 12.0, 20.0))
SETTLED_FROM_HZ = 8.0
TAKEN_PERCENT = 2.0
SWEEPS = ((21.0, 25.0), (25.0, 21.0), (30.0, 34.0), (16.0, 12.0), (11.0, 7.0), (6.0, 8.5))
"""Hz, in the whole ride."""
WORSE_THAN_NONE = 1.05
"""At no time may the live point tremble more than it would without the correction, but for so much of it."""
FELT_MM = 0.1
"""Less than this nobody sees."""

Asked = Callable[[int], tuple[float, float]]
"""What is asked of the drive (Hz, mm peak to peak) at each tick from its start on."""


class Ride(NamedTuple):
    """Somebody on the plate, tick by tick."""

    t_ns: list[int]
    conversion_ns: list[tuple[int, int, int, int]]
    cells_n: list[Four]
    tach_hz: list[float]

    def raw_mm(self) -> Array:
        """The CoP (N, 2) of the forces as they are."""
        cells = np.array(self.cells_n)
        right_n, front_n = cells @ (-1.0, 1.0, 1.0, -1.0), cells @ (1.0, 1.0, -1.0, -1.0)
        halves_mm = GEOMETRY.spacing_ml_mm / 2.0, GEOMETRY.spacing_ap_mm / 2.0
        moments = np.column_stack((right_n * halves_mm[0], front_n * halves_mm[1]))
        return np.asarray(moments / cells.sum(axis=1)[:, None])

    def live_mm(self, *, cleaned: bool = True) -> Array:
        """The CoP (N, 2) as the screens show it, or only behind the low-pass."""
        ripple, balance, shown = RIPPLES[LIVE_POINT](), BalanceTracker(GEOMETRY, RATE_HZ), []
        for t_ns, conversion_ns, cells_n, hz in zip(*self, strict=True):
            still_n = ripple.step(cells_n, conversion_ns, hz, t_ns) if cleaned else cells_n
            now = balance.step(cells_n, hz, still_n)
            shown.append((now.cop_ml_mm, now.cop_ap_mm))
        return np.array(shown)

    def with_line(self, hz: float) -> Ride:
        """The same with a sine of this frequency in the ML of the CoP, as of somebody who sways so."""
        turn, cells_n = 2e-9 * math.pi * hz, []
        for four_n, four_ns in zip(self.cells_n, self.conversion_ns, strict=True):
            force_n = LINE_SHARE * sum(four_n)
            w, x, y, z = (force_n * math.sin(turn * (at_ns - self.t_ns[0])) for at_ns in four_ns)
            a, b, c, d = four_n
            cells_n.append((a - w, b + x, c + y, d - z))
        return self._replace(cells_n=cells_n)

    def reached(self) -> int:
        """The tick at which the drive has reached its speed."""
        tach_hz = np.array(self.tach_hz)
        near = np.abs(tach_hz / np.median(tach_hz[SETTLED:]) - 1.0) < REACHED
        return int(np.argmax(near))


class Removed(NamedTuple):
    """One ride: what the vibration does to the CoP, and what has become of it. All r.m.s., both axes together."""

    raw_mm: float
    live_mm: float
    removed_db: float
    early_db: float
    """In the second that begins 1 s after the drive has reached its speed."""
    rival_db: float
    rival: str
    taken_percent: float
    """By how much the r.m.s. of the live sway without vibration is less; of a dead weight's it is noise."""


def steady(hz: float, peak_g: float) -> Asked:
    """One frequency and displacement from the start on."""
    pp_mm = displacement_for_g(hz, peak_g)
    return lambda _: (hz, pp_mm)


def swept(from_hz: float, to_hz: float) -> Asked:
    """As steady for 3 s, and then evenly from the one frequency to the other, at one acceleration."""
    first, last = SETTLED - DRIVEN_FROM, TICKS - DRIVEN_FROM

    def asked(tick: int) -> tuple[float, float]:
        part = min(max((tick - first) / (last - first), 0.0), 1.0)
        hz = from_hz + part * (to_hz - from_hz)
        return hz, displacement_for_g(hz, PEAK_G)

    return asked


def ramped(from_hz: float, hz: float) -> Asked:
    """As a drill: 2 s up, 4 s at it, 1.5 s down, by displacement or, where they differ, by frequency."""
    pp_mm = displacement_for_g(hz, PEAK_G)

    def asked(tick: int) -> tuple[float, float]:
        s = tick / RATE_HZ
        part = min(s / 2.0, 1.0) if s < 6.0 else max(1.0 - (s - 6.0) / 1.5, 0.0)
        return from_hz + part * (hz - from_hz), pp_mm * (part if from_hz == hz else part > 0.0)

    return asked


def braked(hz: float) -> Asked:
    """Off at once after four seconds."""
    pp_mm = displacement_for_g(hz, PEAK_G)
    return lambda tick: (hz, pp_mm) if tick < 4 * RATE_HZ else (0.0, 0.0)


def ride(who: str, mass_kg: float, asked: Asked, seed: int, *, moving: bool = True) -> Ride:
    """Somebody who is on the plate when it begins to run; not `moving` is a plate whose part has no mass."""
    clock = VirtualClock()
    settings = RigSettings(simulation=SimulationSettings(mass_kg=max(mass_kg, 30.0)))
    with ExitStack() as stack:
        if not moving:
            stack.enter_context(patch.object(world, "ripple", lambda _: 0.0))
        rig = stack.enter_context(closing(open_rig("simulated", settings, clock, seed=seed)))
        if who == "dead weight":
            rig.faults["dead_weight"](1000.0 * mass_kg, 30.0, -20.0)
        else:
            rig.tell("stand_on_both" if who == "two feet" else "stand_on_left")
        calibrator = Calibrator(rig.calibration)
        rig.panel.power(True)
        rows = []
        for tick in range(TICKS):
            clock.sleep_until_ns(clock.now_ns() // PERIOD_NS * PERIOD_NS + PERIOD_NS)
            frame = rig.load_cells.read()
            rig.panel.heartbeat()
            if tick == DRIVEN_FROM:
                rig.drive.arm()
            if tick >= DRIVEN_FROM:
                rig.drive.apply(*asked(tick - DRIVEN_FROM))
            tach_hz = rig.drive.feedback().measured_hz
            rows.append((frame.t_ns, frame.conversion_ns, calibrator.newtons(frame.volts), tach_hz))
    t_ns, conversion_ns, cells_n, tach = zip(*rows, strict=True)
    return Ride([*t_ns], [*conversion_ns], [*cells_n], [*tach])


def rms(columns: Array) -> float:
    """Of both axes together."""
    return float(np.sqrt(np.mean(np.sum(columns**2, axis=1))))


def db(before: float, after: float) -> float:
    """How much smaller, in dB; NaN where there is nothing to compare."""
    return 20.0 * math.log10(before / after) if before > 0.0 and after > 0.0 else math.nan


def removed(shaken: Ride, still: Ride) -> Removed:
    """What becomes of the vibration that is in the one and not in the other."""
    settled = slice(SETTLED, None)
    ripple = (shaken.raw_mm() - still.raw_mm())[settled]
    sway = still.live_mm()
    left = shaken.live_mm() - sway
    early = shaken.reached() + round(RATE_HZ)
    sway_before, sway_after = (rms(one - one.mean(0)) for one in (still.live_mm(cleaned=False)[settled], sway[settled]))
    rival_db, rival = best_nlms(shaken, still)
    raw_mm = rms(ripple)
    return Removed(
        raw_mm=raw_mm,
        live_mm=rms(left[settled]),
        removed_db=db(raw_mm, rms(left[settled])),
        early_db=db(raw_mm, rms(left[early : early + round(RATE_HZ)])),
        rival_db=rival_db,
        rival=rival,
        taken_percent=100.0 * (1.0 - sway_after / sway_before),
    )


def best_nlms(shaken: Ride, still: Ride) -> tuple[float, str]:
    """What the best of all `STEPS` and `HARMONICS` leaves of the same vibration, in dB, and which that is."""
    settled = slice(SETTLED, None)
    turns = np.cumsum(np.array(shaken.tach_hz)) / RATE_HZ
    before = rms((shaken.raw_mm() - still.raw_mm())[settled])
    left = _nlms(shaken.raw_mm(), turns) - _nlms(still.raw_mm(), turns)
    low = lfilter(*butter(2, LIVE_CUTOFF_HZ, fs=RATE_HZ), left[DRIVEN_FROM:], axis=0)[SETTLED - DRIVEN_FROM :]
    found_db = [db(before, rms(low[:, number])) for number in range(low.shape[1])]
    best = int(np.argmax(found_db))
    step, harmonics = list(product(STEPS, HARMONICS))[best]
    return found_db[best], f"{step:g}, {harmonics}"


def _nlms(cop_mm: Array, turns: Array) -> Array:
    """The CoP (N, 2) less what each of the filters has learned (N, filters, 2), at once for all of them."""
    settings = list(product(STEPS, HARMONICS))
    steps = np.array([step / (0.5 * 2 * harmonics) for step, harmonics in settings])
    used = np.array([[order <= harmonics for order in HARMONICS * 2] for _, harmonics in settings])
    angle = 2.0 * math.pi * np.outer(turns, HARMONICS)
    waves = np.concatenate((np.cos(angle), np.sin(angle)), axis=1)
    about_mm = cop_mm - cop_mm[DRIVEN_FROM]
    weights, left = np.zeros((*used.shape, 2)), np.repeat(about_mm[:, None, :], len(settings), axis=1)
    for tick in range(DRIVEN_FROM, len(turns)):
        known = used * waves[tick]
        wrong = about_mm[tick] - np.einsum("sw,swa->sa", known, weights)
        left[tick] = wrong
        weights += (steps[:, None] * known)[:, :, None] * wrong[:, None, :]
    return left


def line_changed_percent(hz: float) -> float:
    """By how much a line 3 Hz or more from the vibration comes out of another size, under a person on one leg."""
    shaken, still = (ride("one leg", 70.0, steady(hz, PEAK_G), 0, moving=moving) for moving in (True, False))
    most, live_mm, bare_mm = 0.0, shaken.live_mm(), still.live_mm(cleaned=False)
    below_hz = min(hz - LINE_AWAY_HZ, LIVE_CUTOFF_HZ)
    for line_hz in (below_hz, hz + LINE_AWAY_HZ) if hz + LINE_AWAY_HZ <= LIVE_CUTOFF_HZ else (below_hz,):
        lined = shaken.with_line(line_hz).live_mm() - live_mm
        bare = still.with_line(line_hz).live_mm(cleaned=False) - bare_mm
        wave = np.exp(-2j * math.pi * line_hz * np.arange(TICKS - SETTLED) / RATE_HZ)
        kept = float(abs(wave @ lined[SETTLED:, 0]) / abs(wave @ bare[SETTLED:, 0]))
        most = max(most, 100.0 * abs(1.0 - kept))
    return most


class Moving(NamedTuple):
    """A ride whose vibration does not stay as it is."""

    what: str
    who: str
    asked_hz: tuple[float, float]
    is_sweep: bool
    worst_db: float
    """In the second of a sweep with the fewest."""
    worse: float
    """The most, in a quarter of a second, of what there would be without the correction."""
    step_mm: float
    """The largest from one tick to the next, of what the vibration does to the point."""

    def cells(self) -> list[object]:
        """As a row of the table."""
        return [self.what, self.who, self.worst_db if self.is_sweep else math.nan, self.worse, self.step_mm]


def moving(what: str, asked_hz: tuple[float, float], asked: Asked, who: str, *, is_sweep: bool) -> Moving:
    """What becomes of a vibration that changes under 70 kg."""
    shaken, still = (ride(who, 70.0, asked, 0, moving=is_moving) for is_moving in (True, False))
    left = shaken.live_mm() - still.live_mm()
    bare = shaken.live_mm(cleaned=False) - still.live_mm(cleaned=False)
    raw = shaken.raw_mm() - still.raw_mm()
    seconds = [slice(at, at + 250) for at in range(SETTLED, TICKS - 249, 250)]
    quarters = [slice(at, at + 62) for at in range(DRIVEN_FROM, TICKS - 61, 62)]
    return Moving(
        what,
        who,
        asked_hz,
        is_sweep,
        min(db(rms(raw[one]), rms(left[one])) for one in seconds),
        max(rms(left[one]) / max(rms(bare[one]), FELT_MM) for one in quarters),
        float(np.abs(np.diff(left[DRIVEN_FROM:], axis=0)).max()),
    )


def all_moving() -> Iterator[Moving]:
    """Every sweep, and both ramps of a drill: by displacement, by frequency, and cut off."""
    for who in (WHO[0], WHO[2]):
        for from_hz, to_hz in SWEEPS:
            what = f"{from_hz:g} to {to_hz:g} Hz"
            yield moving(what, (from_hz, to_hz), swept(from_hz, to_hz), who, is_sweep=True)
        for hz in (15.0, 25.0, 35.0):
            yield moving(f"grows and fades at {hz:g} Hz", (hz, hz), ramped(hz, hz), who, is_sweep=False)
            yield moving(f"12 to {hz:g} Hz and back, by frequency", (12.0, hz), ramped(12.0, hz), who, is_sweep=False)
            yield moving(f"braked from {hz:g} Hz", (hz, hz), braked(hz), who, is_sweep=False)


class Row(NamedTuple):
    """All rides at one speed."""

    hz: float
    who: str
    rides: list[Removed]

    @property
    def worst(self) -> Removed:
        """The ride with the fewest dB."""
        return min(self.rides, key=lambda one: one.removed_db)

    @property
    def early_db(self) -> float:
        """The fewest in the second that begins 1 s after the speed is reached."""
        return min(one.early_db for one in self.rides)

    @property
    def taken_percent(self) -> float:
        """The most of a person's sway."""
        return max(one.taken_percent for one in self.rides)

    def cells(self) -> list[object]:
        """As a row of the table."""
        worst, taken = self.worst, math.nan if self.who == WHO[0] else self.taken_percent
        rival = min(self.rides, key=lambda one: one.rival_db)
        numbers = [worst.raw_mm, worst.live_mm, worst.removed_db, self.early_db]
        return [self.hz, self.who, *numbers, rival.rival_db, rival.rival, taken]


def rides(speeds_hz: Sequence[float], masses_kg: Sequence[float], seeds: Sequence[int]) -> Iterator[Row]:
    """The worst of all masses and plates at each speed."""
    for hz, who in product(speeds_hz, WHO):
        found = []
        for mass_kg, seed in product(masses_kg, seeds):
            shaken, still = (ride(who, mass_kg, steady(hz, PEAK_G), seed, moving=moving) for moving in (True, False))
            found.append(removed(shaken, still))
        yield Row(hz, who, found)


def verdicts(rows: Sequence[Row], lines_percent: Mapping[float, float], changing: Sequence[Moving]) -> list[Verdict]:
    """Each goal against the worst of its rows."""
    judged = []
    for (low_hz, high_hz, goal_db), who in product(GOALS_DB, WHO):
        band = [row for row in rows if low_hz <= row.hz < high_hz and row.who == who]
        name = f"{low_hz:g} Hz and up" if high_hz == math.inf else f"{low_hz:g} to {high_hz:g} Hz"
        if band:
            worst = min(row.worst.removed_db for row in band)
            judged.append(at_least(f"{name}, {who}: removed", worst, goal_db, "dB"))
        settling = [row.early_db for row in band if row.hz >= SETTLED_FROM_HZ]
        if settling:
            judged.append(at_least(f"{name}, {who}: removed 1 s after the speed", min(settling), goal_db, "dB"))
    taken = max((row.taken_percent for row in rows if row.who != WHO[0]), default=math.nan)
    judged.append(at_most("taken of a person's sway", taken, TAKEN_PERCENT, "%"))
    judged.append(at_most("lines 3 Hz and more away changed by", max(lines_percent.values()), TAKEN_PERCENT, "%"))
    for low_hz, high_hz, goal_db in GOALS_DB:
        swept_db = [one.worst_db for one in changing if one.is_sweep and low_hz <= min(one.asked_hz) < high_hz]
        if swept_db:
            judged.append(at_least(f"swept, from {low_hz:g} Hz: in the worst second", min(swept_db), goal_db, "dB"))
    if changing:
        worse = max(one.worse for one in changing)
        judged.append(at_most("trembles, of what it would without", worse, WORSE_THAN_NONE, ""))
    return judged


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table: at each speed the worst of all masses and plates."""
    rows = list(rides((20.0,), (70.0,), SEEDS[:1]) if short else rides(SPEEDS_HZ, MASSES_KG, SEEDS))
    head = ["Hz", "who", "raw mm", "live mm", "removed dB", "after 1 s dB", "NLMS dB", "its step, harmonics", "taken %"]
    print(table(head, [row.cells() for row in rows]))
    print(f"\nmm rms, both axes; {PEAK_G:g} g; the worst of {len(rows[0].rides)} rides, each NLMS the best of 24.")
    lines_percent = {hz: line_changed_percent(hz) for hz in ((20.0,) if short else SPEEDS_HZ)}
    print("\nThe live point of one leg, lines up to 10 Hz:\n")
    print(table(["Hz", "lines changed %"], [[*line] for line in lines_percent.items()]))
    if not short:
        print("\nBeyond what the goals ask for, at 40 Hz:\n")
        print(table(["kg", "g", *head[2:5]], [_beyond(mass_kg, peak_g) for mass_kg, peak_g in BEYOND]))
    changing = [] if short else [*all_moving()]
    print(f"\nUnder 70 kg, at {PEAK_G:g} g at the most:\n")
    print(
        table(
            ["what", "who", "worst second dB", "of what there would be", "step mm"], [one.cells() for one in changing]
        )
    )
    return verdicts(rows, lines_percent, changing)


def _beyond(mass_kg: float, peak_g: float) -> list[object]:
    shaken, still = (ride(WHO[0], mass_kg, steady(40.0, peak_g), 0, moving=moving) for moving in (True, False))
    if min(sum(cells_n) for cells_n in shaken.cells_n[SETTLED:]) <= 0.0:
        return [mass_kg, peak_g, "lifted off", "-", "-"]
    found = removed(shaken, still)
    return [mass_kg, peak_g, found.raw_mm, found.live_mm, found.removed_db]


if __name__ == "__main__":
    main()
