"""Frames a second from modelled converters on a modelled bus, against what chip and wire allow; processor time a frame.

Time is the model's: conversions of 860 a second by an oscillator that is up to 10 % off, and nine bits a byte on the
wire. What a real kernel and Python add on top is not in it. The same converters are read beside it in the library's
plain way: `AnalogIn.voltage`, cell after cell, each a single conversion that is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, NamedTuple

from adafruit_ads1x15 import ADS1115, AnalogIn

from benchmarks.common import Verdict, at_least, at_most, percentile, table
from hw.ads1115.cells import Ads1115LoadCells, open_load_cells
from hw.settings import LoadCellSettings
from hw.simulated.bus import NullI2C, SimulatedI2C
from hw.simulated.cells import NOISE_V
from hw.simulated.chip import Ads1115Chip
from hw.values import CellStatus
from station.clock import VirtualClock

TICK_NS = 4_000_000
SECONDS = 20
GOAL_PERCENT = 95.0
READ_BITS = 29
START_AND_READ_BITS = 38 + 48
"""Address and bytes with their acknowledgements, start and stop: two bytes read; a register written, another read."""
Layout = Literal["four_chips", "two_chips", "one_chip"]
LAYOUTS: dict[Layout, tuple[int, ...]] = {
    "four_chips": (0x48, 0x49, 0x4A, 0x4B),
    "two_chips": (0x48, 0x49),
    "one_chip": (0x48,),
}


class Setup(NamedTuple):
    """Converters of one layout on a bus, and when each cell was converted last."""

    settings: LoadCellSettings
    clock: VirtualClock
    bus: SimulatedI2C
    chips: list[Ads1115Chip]
    converted_ns: list[int]


def setup(layout: Layout, bus_hz: int, seed: int) -> Setup:
    """A new one."""
    settings = LoadCellSettings(layout=layout, addresses=LAYOUTS[layout])
    clock = VirtualClock()
    converted_ns = [0, 0, 0, 0]
    wired = {(address, 4 + channel): cell for cell, (address, channel) in enumerate(settings.wiring())}

    def source(address: int) -> Callable[[int, int], float]:
        def volts(t_ns: int, mux: int) -> float:
            cell = wired.get((address, mux))
            if cell is None:
                return 0.0
            converted_ns[cell] = t_ns
            return 0.5 + 0.1 * cell

        return volts

    chips = {address: Ads1115Chip(source(address), clock, f"{seed}/{address}") for address in settings.addresses}
    for chip in chips.values():
        chip.noise_lsb = (0.5**2 + (NOISE_V / 62.5e-6) ** 2) ** 0.5
    return Setup(settings, clock, SimulatedI2C(chips, clock, bus_hz), list(chips.values()), converted_ns)


class Figures(NamedTuple):
    """Of one layout on one bus."""

    frames_per_s: float
    """Frames in which each cell has a new conversion: as many as the slowest cell has."""
    limit_per_s: float
    chip_per_s: float
    wire_per_s: float
    busy_us: float
    """Time of the wire in a frame, median."""
    busiest_us: float
    false_alarms: int


def ours(layout: Layout, bus_hz: int, seed: int = 1, *, seconds: int = SECONDS) -> Figures:
    """The station's driver in its loop of 250 Hz."""
    parts = setup(layout, bus_hz, seed)
    clock = parts.clock
    cells = open_load_cells(parts.bus, parts.settings, clock)
    new, last, busy_ns, alarms = [0, 0, 0, 0], list(parts.converted_ns), [], 0
    for _ in range(seconds * 250):
        clock.sleep_until_ns((clock.now_ns() // TICK_NS + 1) * TICK_NS)
        begin_ns = clock.now_ns()
        frame = cells.read()
        busy_ns.append(float(clock.now_ns() - begin_ns))
        alarms += max(frame.status) >= CellStatus.SATURATED
        for cell, t_ns in enumerate(parts.converted_ns):
            new[cell] += t_ns != last[cell]
        last[:] = parts.converted_ns
    shared = 4 // len(parts.chips)
    chip_per_s = min(860.0 * chip.oscillator for chip in parts.chips) / shared
    wire_per_s = bus_hz / (4 * (READ_BITS if shared == 1 else START_AND_READ_BITS))
    return Figures(
        min(new) / seconds,
        min(chip_per_s, wire_per_s, 250.0 / shared),
        chip_per_s,
        wire_per_s,
        percentile(busy_ns, 50) / 1e3,
        max(busy_ns) / 1e3,
        alarms,
    )


def plain(layout: Layout, bus_hz: int, seed: int = 1) -> float:
    """Frames a second of the library's plain way, as fast as it goes."""
    parts = setup(layout, bus_hz, seed)
    addresses = parts.settings.addresses
    chips = {address: ADS1115(parts.bus, gain=2, data_rate=860, address=address) for address in addresses}
    inputs = [AnalogIn(chips[address], channel) for address, channel in parts.settings.wiring()]
    begin_ns = parts.clock.now_ns()
    for _ in range(500):
        for single in inputs:
            _ = single.voltage
    return 500 / ((parts.clock.now_ns() - begin_ns) * 1e-9)


class Opening(NamedTuple):
    """What the oscillators of modelled chips are taken for when the rig is opened, in percent of the truth."""

    chips: int
    measured: int
    """Chips whose code changed enough."""
    off_median: float
    off_worst: float
    stated_median: float
    """The error that is given with the rate: two standard errors."""
    beyond: int
    """Chips whose rate is off by more than that."""


def opening(bus_hz: int, rigs: int = 50) -> Opening:
    """Rigs of four chips, opened."""
    off, stated, chips = [], [], 0
    for seed in range(rigs):
        parts = setup("four_chips", bus_hz, seed)
        cells = Ads1115LoadCells(parts.bus, parts.settings, parts.clock)
        for clock, chip in zip(cells.clocks(), parts.chips, strict=True):
            chips += 1
            if clock.changes:
                truth_hz = 860.0 * chip.oscillator
                off.append(100.0 * abs(clock.rate_hz / truth_hz - 1.0))
                stated.append(100.0 * clock.error_hz / truth_hz)
    beyond = sum(error > bound for error, bound in zip(off, stated, strict=True))
    return Opening(chips, len(off), percentile(off, 50), max(off), percentile(stated, 50), beyond)


def wider_percent(rigs: int = 5) -> tuple[float, float]:
    """The least and the greatest share of a quiet cell's frames that are read in the wider range."""
    shares = []
    for seed in range(rigs):
        parts = setup("four_chips", 400_000, seed)
        cells = Ads1115LoadCells(parts.bus, parts.settings, parts.clock)
        for _ in range(SECONDS * 250):
            parts.clock.sleep_until_ns((parts.clock.now_ns() // TICK_NS + 1) * TICK_NS)
            cells.read()
        shares += [100.0 * counters.probes / (SECONDS * 250) for counters in cells.counters]
    return min(shares), max(shares)


def cpu_us() -> list[tuple[str, float]]:
    """Processor time of a frame of four cells over a bus that answers at once."""
    clock = VirtualClock()
    driver = Ads1115LoadCells(NullI2C(), LoadCellSettings(), clock)
    bus = NullI2C()
    single = [AnalogIn(ADS1115(bus, gain=2, data_rate=860, address=0x48 + cell), 0) for cell in range(4)]

    def library() -> None:
        for cell in single:
            _ = cell.voltage

    return [("the station's driver", _time_us(driver.read)), ("the library's plain way", _time_us(library))]


def _time_us(work: Callable[[], object]) -> float:
    """Microseconds, the best of five rounds."""
    rounds = []
    for _ in range(5):
        begin = time.process_time()
        for _ in range(5_000):
            work()
        rounds.append((time.process_time() - begin) / 5_000 * 1e6)
    return min(rounds)


def main(*, short: bool = False) -> list[Verdict]:
    """Print the tables."""
    rows: list[list[object]] = []
    best = alarms = 0.0
    for layout, addresses in LAYOUTS.items():
        for bus_hz in (400_000,) if short else (100_000, 400_000):
            seen = ours(layout, bus_hz, seconds=1 if short else SECONDS)
            alarms += seen.false_alarms
            if layout == "four_chips":
                best = 100 * seen.frames_per_s / seen.limit_per_s
            rows.append(
                [
                    len(addresses),
                    bus_hz // 1000,
                    seen.frames_per_s,
                    seen.limit_per_s,
                    f"{100 * seen.frames_per_s / seen.limit_per_s:.1f} %",
                    seen.chip_per_s,
                    seen.wire_per_s,
                    plain(layout, bus_hz),
                    seen.busy_us,
                    seen.busiest_us,
                    seen.false_alarms,
                ]
            )
    head = ["chips", "bus kHz", "frames/s", "limit at 250 Hz", "share", "chip allows", "wire allows"]
    print(table([*head, "library's plain way", "wire us/frame", "at most us", "false alarms"], rows))
    print("\nProcessor time a frame of four cells, over a bus that answers at once:\n")
    print(table(["who", "us"], cpu_us()))
    print("\nRates of the chips as measured at the opening, error in percent:\n")
    heads = ["bus kHz", "chips", "measured", "median", "worst", "stated (2 s.e.)", "beyond what is stated"]
    print(table(heads, [[bus_hz // 1000, *opening(bus_hz, 2 if short else 50)] for bus_hz in (100_000, 400_000)]))
    least, most = wider_percent(1 if short else 5)
    print(f"\nOf a quiet cell's values, {least:.1f} to {most:.1f} % are read in the wider range.")
    return [
        at_least("frames of four chips at 400 kHz, of what is possible", best, GOAL_PERCENT, "%"),
        at_most("false alarms", alarms, 0.0, ""),
    ]
