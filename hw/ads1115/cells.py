"""Load cells on four ADS1115 converters, one a cell, all converting continuously: the port `LoadCells`.

The conversions are read by `adafruit_ads1x15` (see `hw.ads1115.chip`); this module owns what each answer says of the
cell, and the two questions that find a chip which answers but no longer measures: is its configuration still the one
that was written, and does its code follow when its range is changed? `open_load_cells` chooses the layout.
"""

from __future__ import annotations

import contextlib
import errno
from typing import NamedTuple

from hw.ads1115.chip import (
    CONFIG_MASK,
    GAIN_BITS,
    HIGHEST,
    NO_COMPARATOR,
    OSCILLATOR_TOLERANCE,
    RATE_BITS,
    SINGLE_ENDED,
    START,
    THRESHOLDS,
    WIDER_BITS,
    ChipSettings,
    I2CBus,
    chip_fault,
    open_chip,
    seen_at_chip,
)
from hw.ads1115.converter import Converter
from hw.ads1115.mux import MultiplexedLoadCells
from hw.ads1115.oscillator import ChipClock, estimate, listen
from hw.ads1115.phase import ConversionGrid
from hw.ads1115.resolution import require_16_bits
from hw.ads1115.resting import BusRest
from hw.errors import HardwareError, saw
from hw.ports import Clock, LoadCells
from hw.settings import FULL_SCALE_V, LoadCellSettings
from hw.values import CELL_NAMES, CellStatus, Frame

_WIDER_V = {1: 6.144, 2: 4.096, 4: 2.048, 8: 1.024, 16: 0.512}
_SUSPECT_RUN = 2
"""Repeats in a row after which a chip is asked to prove that it converts."""
_PROBES_A_FRAME = 2
"""On a bus of 100 kHz a probe costs 0.57 ms: more would not fit into 4 ms beside four readings."""
_SMALL_CODE = 128
"""Codes so near to zero hardly change with the range."""
_TWICE_A_FRAME = 2
"""Most doubtful chips that are read a second time in a frame: 580 us on a bus of 100 kHz. One more on a quick bus."""
_SURE_NS = 40_000
"""A reading nearer than this to the end of a conversion may be of either; the grid is known to some 30 us."""
_NEAR_NS = (30_000, 100_000)
"""Least and most that is near to the end of a conversion, so that the chip has to be read again: on a slow bus half of
what a reading takes, as the second follows the first at once; on a quick one the most, as it comes after all others.
"""
_QUICK_NS = 120_000
"""A bus that gives a reading within this has read all chips before a conversion is over."""

_OK = CellStatus.OK
_REPEATED = CellStatus.REPEATED
_SATURATED = CellStatus.SATURATED
_OPEN = CellStatus.OPEN
_NO_ANSWER = CellStatus.NO_ANSWER
_STALE = CellStatus.STALE
_RESET = CellStatus.RESET
_BUS_STUCK = CellStatus.BUS_STUCK


_HEARD_TWICE = 3
"""How often an address at which two chips seem to answer is heard again."""


class CellCounters(NamedTuple):
    """How often one cell was read since the rig was opened, and how often that gave nothing new."""

    reads: int
    repeats: int
    no_answers: int
    probes: int
    """How often the chip was asked to prove that it converts."""
    resets: int
    """How often its configuration was lost and written again."""


class Ads1115LoadCells:
    """Four cells on four chips, in the order of `hw.values.CELL_NAMES`.

    Opening raises HardwareError "chip-no-answer", "chip-address-clash" or "converter-12-bit" and names the cell. The
    bus belongs to this object from then on: `close` lets go of it.
    """

    def __init__(self, bus: I2CBus, settings: LoadCellSettings, clock: Clock) -> None:
        self._bus = bus
        self._now_ns = clock.now_ns
        gain, rate = settings.gain, settings.data_rate
        self._rate_hz = rate
        self._lsb_v = (FULL_SCALE_V[gain] / 32768.0, _WIDER_V[gain] / 32768.0)
        rest = (SINGLE_ENDED + settings.input_channel) << 12 | RATE_BITS[rate] | NO_COMPARATOR
        self._words = (rest | GAIN_BITS[gain], rest | WIDER_BITS[gain])
        self._registers = frozenset(
            (*(word & 0x7FFF for word in self._words), *(word | START for word in self._words), *THRESHOLDS)
        )
        """What a reading gives where somebody else has moved the chip's pointer away from its conversions."""
        self._channel = settings.input_channel
        self._bottom_v = settings.open_below_v
        self._top_v = min(HIGHEST * self._lsb_v[0], settings.saturated_above_v)
        # The conversion that runs is finished with the old configuration; the one after it is the first of the new.
        self._settle_ns = round(2e9 / (rate * (1.0 - OSCILLATOR_TOLERANCE)))
        self._frames = self._dice = 0
        self._near_ns = _NEAR_NS[0]
        self._quick = False
        self._rest = BusRest()
        self._closed = False
        self._cells = self._open(settings, clock)
        self._orders = [(first, *(cell for cell in self._cells if cell is not first)) for first in self._cells]

    @property
    def counters(self) -> tuple[CellCounters, ...]:
        """One a cell."""
        return tuple(
            CellCounters(cell.reads, cell.repeats, cell.no_answers, cell.probes, cell.resets) for cell in self._cells
        )

    def clocks(self) -> tuple[ChipClock, ...]:
        """The oscillator of each chip, as heard at opening. Some milliseconds of work: not for the loop."""
        return tuple(estimate(cell.heard, self._rate_hz) for cell in self._cells)

    def read(self) -> Frame:
        """The newest conversion of each chip: four reads of two bytes, 72 us each on a bus of 400 kHz, and a check.

        A chip in continuous mode does not say whether a conversion is new; only another code proves it. A cell's
        `conversion_ns` is the middle of its conversion by what is known of the chip's oscillator (`hw.ads1115.phase`:
        one chip a frame is read twice for it), or the time of the reading while nothing is; for a STALE one, that of
        the last reading that brought another code.

        The same code twice is mostly chance: with 1.85 LSB rms of noise (111 uV of the amplifier, half an LSB of the
        converter) a voltage at the middle of a code gives that code in 21 % of conversions. So no run of repeats that
        ends within 5 readings proves a stopped chip: 0.21 ** 4 is once in 500 frames. After two of them the chip's
        range is changed instead: the code of a chip that converts follows, to about half (`docs/load-cells.md`). One
        that stays is STALE until another comes; one that fits the old range better than the new is asked again at once.
        """
        t_ns = self._now_ns()
        self._frames += 1
        cells = self._cells
        if self._rest.due():
            service = cells[self._frames & 3]
            # In no fixed order: a chip of 3.5 conversions a tick would show the same moment in every second frame.
            self._dice = (5 * self._dice + 3) & 0xFF
            turn, twice = cells[self._dice >> 6], _TWICE_A_FRAME + self._quick
            try:
                again = [turn] if self._quick else []
                for cell in self._orders[self._dice >> 6]:
                    before = cell.status
                    near = self._read_cell(cell)
                    if twice and (near or (cell is turn and not self._quick)):
                        twice -= 1
                        if self._quick:
                            again.append(cell)
                        else:
                            self._read_again(cell)
                    if cell.status is _OPEN and before is not _OPEN:
                        service = cell  # zero is also what a chip gives that has just lost its power
                if service.trusted:
                    self._verify(service)
                for cell in dict.fromkeys(reversed(again)):
                    self._read_again(cell)
                self._probe()
            except OSError:
                self._leave_bus()
        a, b, c, d = cells
        return Frame(
            t_ns,
            (a.volts, b.volts, c.volts, d.volts),
            (a.t_ns, b.t_ns, c.t_ns, d.t_ns),
            (a.status, b.status, c.status, d.status),
        )

    def examine(self) -> HardwareError | None:
        """What is wrong with a converter that answers well, or None. Up to 0.2 s a chip: not for the loop."""
        try:
            for cell in self._cells:
                self._require(cell)
        except HardwareError as problem:
            return problem
        return None

    def close(self) -> None:
        """Let go of the bus. The chips go on converting, which harms nothing. May be called twice."""
        if not self._closed:
            self._closed = True
            self._bus.deinit()

    # --- one chip ------------------------------------------------------------------------------------------------

    def _code(self, cell: Converter) -> int:
        """The newest code of a chip, signed. Raises OSError.

        A code that is what another register holds may be that register: whoever else reads on the bus leaves the
        chip's pointer there. It is read once more with the pointer set, which gives a conversion whatever it was, and
        so keeps one that has this value by chance.
        """
        code = cell.chip.result(cell.pointed)
        if code in self._registers and cell.pointed and not (code in THRESHOLDS and cell.status is _SATURATED):
            code = cell.chip.result(False)
        cell.pointed = True
        return code - 65536 if code > HIGHEST else code

    def _read_cell(self, cell: Converter) -> bool:
        """Read one conversion and say what it is worth; whether it can be compared with another, and was read so near
        to the end of a conversion that it may be of either. Raises OSError where the bus itself is held.
        """
        read_ns = self._now_ns()
        cell.reads += 1
        cell.read_ns = 0
        try:
            code = self._code(cell)
        except OSError as error:
            self._failed(cell, error)
            return False
        if not cell.trusted:
            self._verify(cell)
            if not cell.trusted:
                return False
        volts = code * self._lsb_v[cell.wide]
        if cell.configured_ns:
            if read_ns - cell.configured_ns < self._settle_ns:
                if cell.status <= _REPEATED:
                    cell.repeats += 1
                    cell.status = _REPEATED
                return False
            cell.configured_ns = 0
        else:
            cell.read_ns = read_ns
        if cell.proving and not self._follows(cell, code):
            cell.turn_again = code != cell.code
            cell.code = code
            cell.t_ns = cell.changed_ns
            cell.read_ns = 0
            cell.status = _SATURATED if code >= HIGHEST or code < -HIGHEST else _STALE
            return False
        cell.t_ns, near = cell.grid.place(read_ns, self._near_ns)
        if code != cell.code or cell.proving:
            cell.code = code
            cell.volts = volts
            cell.changed_ns = cell.t_ns
            cell.run = 0
            cell.proving = cell.turn_again = False
            status = _OK
        else:
            cell.repeats += 1
            cell.run += 1
            status = _REPEATED
        cell.status = status if self._bottom_v <= volts < self._top_v else self._bounded(volts, status)
        return near and cell.read_ns != 0

    def _follows(self, cell: Converter, code: int) -> bool:
        """Whether a chip's code has followed its change of range: as a voltage of the new range it is nearer to the
        last one than as one of the old range. Near zero both are the same.
        """
        wide = cell.wide
        old_v, new_v = self._lsb_v[not wide], self._lsb_v[wide]
        before_v = cell.asked_code * old_v
        return abs(code) < _SMALL_CODE or abs(code * new_v - before_v) < abs(code * old_v - before_v)

    def _bounded(self, volts: float, status: CellStatus) -> CellStatus:
        """`status`, or what a voltage at the end of the amplifier's or the converter's range says instead."""
        if volts < self._bottom_v:
            return _OPEN if volts > -self._lsb_v[0] * HIGHEST else _SATURATED
        return _SATURATED if volts >= self._top_v else status

    def _read_again(self, cell: Converter) -> None:
        """Read a chip a second time in this frame: to learn where its conversions end, and where one was just about to
        end to be sure which one it is. Raises OSError where the bus itself is held.
        """
        if not (cell.read_ns and cell.trusted) or cell.status > _REPEATED:
            return
        again_ns = self._now_ns()
        try:
            code = self._code(cell)  # its configuration may have been compared in between
        except OSError as error:
            self._failed(cell, error)
            return
        changed = code != cell.code
        if changed:
            cell.grid.changed(cell.read_ns, again_ns)
        middle_ns, near = cell.grid.place(again_ns, _SURE_NS)
        if near:
            return  # which of two conversions this is remains open
        cell.read_ns = again_ns
        cell.t_ns = middle_ns
        if changed:
            cell.repeats -= cell.status is _REPEATED
            cell.code = code
            cell.volts = code * self._lsb_v[cell.wide]
            cell.changed_ns = cell.t_ns
            cell.run = 0
            cell.status = self._bounded(cell.volts, _OK)

    def _failed(self, cell: Converter, error: OSError) -> None:
        """A chip that does not acknowledge is alone with it; a line that is held low is everybody's."""
        cell.pointed = cell.trusted = False
        cell.no_answers += 1
        cell.status = _NO_ANSWER
        if error.errno == errno.ETIMEDOUT:
            raise error

    def _leave_bus(self) -> None:
        self._rest.failed()
        for cell in self._cells:
            cell.status = _BUS_STUCK
            cell.pointed = cell.trusted = False

    def _configure(self, cell: Converter, *, wide: bool) -> None:
        cell.pointed = False
        cell.wide = wide
        cell.chip.configure(self._words[wide])
        cell.configured_ns = self._now_ns()  # after it: a program may have to wait for its turn in between

    def _verify(self, cell: Converter) -> None:
        """Compare one chip's configuration with what was written: each is asked in every fourth frame.

        A chip that lost its power converts nothing and has forgotten its input: set it up again. It stays marked until
        a conversion of the right input is sure. All zeros or all ones are no configuration of a chip.
        """
        cell.pointed = cell.trusted = False
        try:
            seen = cell.chip.configuration()
            if seen & CONFIG_MASK == self._words[cell.wide] & CONFIG_MASK:
                cell.trusted = True
            elif seen in (0x0000, 0xFFFF) and all(other.status >= _SATURATED for other in self._cells):
                for other in self._cells:
                    other.status = _BUS_STUCK
                    other.trusted = False
            else:
                cell.resets += 1
                cell.grid.forget()
                cell.status = _RESET
                cell.proving = False
                self._configure(cell, wide=False)
                cell.trusted = True
        except OSError as error:
            self._failed(cell, error)

    def _probe(self) -> None:
        """Change the range of the chips that have repeated themselves longest, and back a frame later.

        A chip whose code has not followed is asked again as soon as it has given another one: until then it would say
        nothing new, and a slow one would mix up the answers.
        """
        for cell in self._cells:
            if cell.run >= _SUSPECT_RUN or cell.wide or cell.turn_again:
                break
        else:
            return  # as in most frames
        begun = 0
        suspects = [cell for cell in self._cells if cell.run >= _SUSPECT_RUN and cell.status < _SATURATED]
        if len(suspects) > _PROBES_A_FRAME:
            suspects.sort(key=lambda cell: -cell.run)
        for cell in suspects or self._cells:
            proved = cell.wide and not cell.proving and cell.status < _SATURATED
            again = cell.turn_again and cell.status is _STALE
            if cell.configured_ns or not (proved or again or cell.run >= _SUSPECT_RUN):
                continue
            if begun == _PROBES_A_FRAME or (cell.status >= _SATURATED and not again) or abs(cell.code) < _SMALL_CODE:
                continue
            begun += 1
            cell.probes += 1
            cell.proving = True
            cell.turn_again = False
            cell.asked_code = cell.code
            try:
                self._configure(cell, wide=not cell.wide)
            except OSError as error:
                self._failed(cell, error)

    # --- opening ---------------------------------------------------------------------------------------------------

    def _open(self, settings: LoadCellSettings, clock: Clock) -> tuple[Converter, ...]:
        """All four, or the first thing that is wrong; two chips at one address explain one that is missing."""
        cells = []
        missing: HardwareError | None = None
        for name, address in zip(CELL_NAMES, settings.addresses, strict=True):
            place = ChipSettings(address, (name,), (settings.input_channel,), settings.gain, settings.data_rate)
            try:
                chip, codes = open_chip(self._bus, clock, place)
                heard = listen(chip.result, self._now_ns, settings.data_rate, self._registers)
            except HardwareError as error:
                if not isinstance(error.__cause__, ValueError):
                    raise
                missing = missing or error  # nothing answers there: go on and see why
                continue
            except OSError as error:
                raise chip_fault("chip-no-answer", address, (name,), seen_at_chip(error)) from error
            grid = ConversionGrid(estimate(heard, settings.data_rate), settings.data_rate, settings.contradictions)
            cells.append(Converter(chip, codes[0], codes[0] * self._lsb_v[0], self._now_ns(), heard, grid))
            if cells[-1].doubted:
                self._require(cells[-1])
        if missing is None:
            self._hear_again(cells)
            return tuple(cells)
        for cell in cells:
            if self._two_answer(cell):
                absent = {"missing": missing.where, "missing_cell": missing.finding.values["cell"]}
                raise cell.chip.fault("chip-address-clash", saw("two-converters-answer", **absent))
        raise missing

    def _require(self, cell: Converter) -> None:
        """Ask a chip whether it has 16 bits. Raises HardwareError."""
        cell.pointed = cell.trusted = False
        cell.grid.forget()
        try:
            require_16_bits(cell.chip, self._now_ns, (self._channel,))
        finally:
            with contextlib.suppress(OSError):  # it is compared before it is trusted again
                self._configure(cell, wide=False)
            cell.proving = cell.turn_again = False

    def _two_answer(self, cell: Converter) -> bool:
        """Whether two chips are heard at its address, each time: a program that has to wait for its turn may hear one
        chip so, once. Raises HardwareError.
        """
        heard = cell.heard
        for _ in range(_HEARD_TWICE):
            if estimate(heard, self._rate_hz).one_chip:
                return False
            try:
                heard = listen(cell.chip.result, self._now_ns, self._rate_hz, self._registers)
            except OSError as error:
                raise cell.chip.fault("chip-no-answer", seen_at_chip(error)) from error
        return not estimate(heard, self._rate_hz).one_chip

    def _hear_again(self, cells: list[Converter]) -> None:
        """Each chip a second time, for a finer rate; and how long a reading takes. Raises HardwareError."""
        least_ns, most_ns = _NEAR_NS
        step_ns = min(cell.heard.step_ns for cell in cells)
        self._quick = step_ns < _QUICK_NS
        self._near_ns = most_ns if self._quick else min(max(round(0.5 * step_ns), least_ns), most_ns)
        for cell in cells:
            first = estimate(cell.heard, self._rate_hz)
            if not first.changes:
                continue
            try:
                heard = listen(cell.chip.result, self._now_ns, self._rate_hz, self._registers)
            except OSError as error:
                raise cell.chip.fault("chip-no-answer", seen_at_chip(error)) from error
            cell.grid.refine(estimate(heard, self._rate_hz), first.error_hz)


def open_load_cells(bus: I2CBus, settings: LoadCellSettings, clock: Clock) -> LoadCells:
    """The layout of the settings, opened. Raises HardwareError "chip-no-answer", "chip-address-clash" or
    "converter-12-bit".
    """
    if settings.layout == "four_chips":
        return Ads1115LoadCells(bus, settings, clock)
    return MultiplexedLoadCells(bus, settings, clock)
