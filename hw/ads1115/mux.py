"""Load cells that share two ADS1115 converters, or one: the lesser layouts of the port `LoadCells`.

Each chip converts one input at a time, once, on request: what is read in one frame was started in the frame before, so
nothing waits. At 250 frames a second two chips give 125 new values a second of each cell and one gives 62. Two cells
are never converted at the same moment, which `conversion_ns` says; nothing is interpolated.
"""

from __future__ import annotations

import contextlib
import errno

from hw.ads1115.chip import (
    CONFIG_MASK,
    GAIN_BITS,
    HIGHEST,
    NO_COMPARATOR,
    OSCILLATOR_TOLERANCE,
    RATE_BITS,
    SINGLE_ENDED,
    SINGLE_SHOT,
    START,
    Chip,
    ChipSettings,
    I2CBus,
    open_chip,
    signed,
)
from hw.ads1115.resolution import BELOW_12_BITS, require_16_bits
from hw.ads1115.resting import BusRest
from hw.errors import HardwareError
from hw.ports import Clock
from hw.settings import FULL_SCALE_V, LoadCellSettings
from hw.values import CELL_NAMES, CellStatus, Frame


class _Input:
    """The newest voltage of one input."""

    __slots__ = ("name", "status", "t_ns", "volts", "word")

    def __init__(self, name: str, word: int) -> None:
        self.name = name
        self.word = word
        """The configuration that converts this input once."""
        self.volts = 0.0
        self.t_ns = 0
        self.status = CellStatus.OK


class _Turns:
    """One chip, the cells that take turns on it, and whose turn it is."""

    __slots__ = ("begun_ns", "cells", "channels", "chip", "turn")

    def __init__(self, chip: Chip, channels: tuple[int, ...], cells: tuple[_Input, ...], now_ns: int) -> None:
        self.chip = chip
        self.channels = channels
        self.cells = cells
        self.turn = 0
        self.begun_ns = now_ns


class MultiplexedLoadCells:
    """Four cells on two chips (front, back) or on one. Opening raises HardwareError "chip-no-answer" or
    "converter-12-bit".
    """

    def __init__(self, bus: I2CBus, settings: LoadCellSettings, clock: Clock) -> None:
        self._bus = bus
        self._now_ns = clock.now_ns
        self._volts_per_code = FULL_SCALE_V[settings.gain] / 32768.0
        self._bottom_v = settings.open_below_v
        self._top_v = min(HIGHEST * self._volts_per_code, settings.saturated_above_v)
        self._middle_ns = round(0.5e9 / settings.data_rate)
        slowest_ns = 1e9 / (settings.data_rate * (1.0 - OSCILLATOR_TOLERANCE))
        self._longest_ns = round(2.0 * slowest_ns)
        """After a start that found the chip converting continuously: that conversion, and then ours."""
        self._rest = BusRest()
        self._closed = False
        self._chips = self._open(settings, clock)
        self._cells = tuple(cell for turns in self._chips for cell in turns.cells)

    def read(self) -> Frame:
        """What each chip has converted since the last frame: one of its cells is new, the others are REPEATED.

        `conversion_ns` is the middle of the conversion, known to 10 % of its length (0.1 ms at 860 SPS).
        """
        t_ns = self._now_ns()
        if self._rest.due():
            try:
                for turns in self._chips:
                    self._read_chip(turns)
            except OSError:
                self._rest.failed()
                self._mark(self._cells, CellStatus.BUS_STUCK)
        a, b, c, d = self._cells
        return Frame(
            t_ns,
            (a.volts, b.volts, c.volts, d.volts),
            (a.t_ns, b.t_ns, c.t_ns, d.t_ns),
            (a.status, b.status, c.status, d.status),
        )

    def close(self) -> None:
        """Let go of the bus. May be called twice."""
        if not self._closed:
            self._closed = True
            self._bus.deinit()

    def examine(self) -> HardwareError | None:
        """What is wrong with a converter that answers well, or None. Up to 0.2 s a chip: not for the loop."""
        try:
            for turns in self._chips:
                self._require(turns)
        except HardwareError as problem:
            return problem
        return None

    def _require(self, turns: _Turns) -> None:
        """Ask a chip whether it has 16 bits. Raises HardwareError."""
        try:
            require_16_bits(turns.chip, self._now_ns, turns.channels)
        finally:
            with contextlib.suppress(OSError):  # a frame finds it, and starts it
                self._start(turns)

    def _read_chip(self, turns: _Turns) -> None:
        """Take the conversion that was started, start the next. Raises OSError where the bus itself is held."""
        cell = turns.cells[turns.turn]
        for other in turns.cells:
            if other.status is CellStatus.OK:
                other.status = CellStatus.REPEATED
        try:
            read_ns = self._now_ns()
            seen = turns.chip.configuration()
            if seen & (CONFIG_MASK | SINGLE_SHOT) != cell.word & (CONFIG_MASK | SINGLE_SHOT):
                stuck = seen in (0x0000, 0xFFFF)
                self._mark(turns.cells, CellStatus.BUS_STUCK if stuck else CellStatus.RESET)
                if not stuck:
                    self._start(turns)
                return
            if not seen & START:
                if read_ns - turns.begun_ns > self._longest_ns:
                    self._mark(turns.cells, CellStatus.STALE)
                return
            volts = signed(turns.chip.result(False)) * self._volts_per_code
            self._take(cell, volts, turns.begun_ns + self._middle_ns)
            turns.turn = (turns.turn + 1) % len(turns.cells)
            self._start(turns)
        except OSError as error:
            self._mark(turns.cells, CellStatus.NO_ANSWER)
            if error.errno == errno.ETIMEDOUT:
                raise

    def _take(self, cell: _Input, volts: float, t_ns: int) -> None:
        cell.volts = volts
        cell.t_ns = t_ns
        if volts < self._bottom_v:
            cell.status = CellStatus.OPEN if volts > -self._volts_per_code * HIGHEST else CellStatus.SATURATED
        else:
            cell.status = CellStatus.SATURATED if volts >= self._top_v else CellStatus.OK

    def _start(self, turns: _Turns) -> None:
        turns.chip.configure(turns.cells[turns.turn].word)
        turns.begun_ns = self._now_ns()

    @staticmethod
    def _mark(cells: tuple[_Input, ...], status: CellStatus) -> None:
        for cell in cells:
            cell.status = status

    def _open(self, settings: LoadCellSettings, clock: Clock) -> tuple[_Turns, ...]:
        shared = len(CELL_NAMES) // len(settings.addresses)
        channels = tuple(settings.input_channel + turn for turn in range(shared))
        rest = START | SINGLE_SHOT | GAIN_BITS[settings.gain] | RATE_BITS[settings.data_rate] | NO_COMPARATOR
        chips = []
        for number, address in enumerate(settings.addresses):
            names = CELL_NAMES[shared * number : shared * (number + 1)]
            cells = tuple(
                _Input(name, rest | (SINGLE_ENDED + channel) << 12)
                for name, channel in zip(names, channels, strict=True)
            )
            place = ChipSettings(address, names, channels, settings.gain, settings.data_rate)
            chip, codes = open_chip(self._bus, clock, place)
            now_ns = clock.now_ns()
            turns = _Turns(chip, channels, cells, now_ns)
            for cell, code in zip(cells, codes, strict=True):
                self._take(cell, code * self._volts_per_code, now_ns)
            if not any(code & BELOW_12_BITS for code in codes):
                self._require(turns)
            self._start(turns)
            chips.append(turns)
        return tuple(chips)
