"""Load cells on four ADS1115 converters, one a cell, all converting continuously: the port `LoadCells`.

The chip's protocol is the work of `adafruit_ads1x15`; this module owns the order of its calls, which is what makes
its continuous mode right, and what each answer says of the cell. Other layouts (two chips, or one that is
multiplexed) are other classes of the same port.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from adafruit_ads1x15 import ADS1115
from adafruit_ads1x15.ads1x15 import Mode
from adafruit_bus_device.i2c_device import I2CDevice

from hw.errors import HardwareError
from hw.ports import Clock
from hw.settings import FULL_SCALE_V, LoadCellSettings
from hw.values import CELL_NAMES, CellStatus, Frame

_OPENING_NS = 250_000_000
"""A chip opens in about 2 ms (one conversion at 860 SPS and some ten transactions)."""
_OPENING_TRANSACTIONS = 5_000
"""For a clock that stands still while nothing is modelled to take time."""
_SINGLE_ENDED = 4
"""Input multiplexer: 4 to 7 are A0 to A3 against ground (SBAS444, field MUX)."""
_POINTER_CONFIG = b"\x01"
_CONFIG_MASK = 0x7FE0
"""Multiplexer, gain, mode and rate of the configuration; the rest is the busy flag and the comparator."""
_GAIN_BITS = {1: 0x0200, 2: 0x0400, 4: 0x0600, 8: 0x0800, 16: 0x0A00}
_RATE_BITS = {475: 0x00C0, 860: 0x00E0}
_HIGHEST = 32767
_LOWEST = -32768

_OK = CellStatus.OK
_REPEATED = CellStatus.REPEATED
_SATURATED = CellStatus.SATURATED
_OPEN = CellStatus.OPEN
_NO_ANSWER = CellStatus.NO_ANSWER
_STALE = CellStatus.STALE


class I2CBus(Protocol):
    """The shape of `busio.I2C`, as far as the converters need it. A failed transaction raises OSError."""

    def try_lock(self) -> bool:
        """Take the bus; False when somebody else has it."""

    def unlock(self) -> None:
        """Give the bus back."""

    def scan(self) -> list[int]:
        """Every address that answers."""

    def writeto(self, address: int, buffer: bytes | bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Write these bytes."""

    def readfrom_into(self, address: int, buffer: bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Fill the buffer."""

    def writeto_then_readfrom(
        self,
        address: int,
        buffer_out: bytes | bytearray,
        buffer_in: bytearray,
        *,
        out_start: int = 0,
        out_end: int | None = None,
        in_start: int = 0,
        in_end: int | None = None,
    ) -> None:
        """Write, then read without a stop between."""

    def deinit(self) -> None:
        """Let go of the bus. May be called twice."""


class _OpeningBus:
    """Passes transactions on while a chip opens, a bounded number of them for a bounded time.

    The library polls a single-shot conversion for ever: on a line that is stuck at 0 it would never return.
    """

    def __init__(self, bus: I2CBus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._deadline_ns = clock.now_ns() + _OPENING_NS
        self._left = _OPENING_TRANSACTIONS
        self.writeto = bus.writeto
        self.readfrom_into = bus.readfrom_into
        self.writeto_then_readfrom = bus.writeto_then_readfrom
        self.unlock = bus.unlock

    def try_lock(self) -> bool:
        """Every transaction begins here. Raises TimeoutError beyond the bounds."""
        self._left -= 1
        if self._left < 0 or self._clock.now_ns() > self._deadline_ns:
            raise TimeoutError("it never finishes a conversion")
        return self._bus.try_lock()


class CellCounters(NamedTuple):
    """How often one cell was read since the rig was opened, and how often that gave nothing new."""

    reads: int
    repeats: int
    no_answers: int


class _Cell:
    """One converter: its newest code and what is known of it."""

    __slots__ = ("changed_ns", "code", "no_answers", "reads", "repeats", "result", "run", "status", "t_ns", "volts")

    def __init__(self, result: Callable[[bool], int], code: int, volts: float, t_ns: int) -> None:
        self.result = result
        self.code = code
        self.volts = volts
        self.t_ns = self.changed_ns = t_ns
        self.run = 0
        self.status = _OK
        self.reads = 0
        self.repeats = 0
        self.no_answers = 0


class Ads1115LoadCells:
    """Four cells on four chips, in the order of `hw.values.CELL_NAMES`.

    Opening raises HardwareError "chip-no-answer" and names the cell. The bus belongs to this object from then on:
    `close` lets go of it.
    """

    def __init__(self, bus: I2CBus, settings: LoadCellSettings, clock: Clock) -> None:
        self._bus = bus
        self._now_ns = clock.now_ns
        self._volts_per_code = FULL_SCALE_V[settings.gain] / 32768.0
        self._open_below_code = settings.open_below_v / self._volts_per_code
        self._stale_reads = settings.stale_reads
        self._closed = False
        self._cells = tuple(
            self._open_cell(settings, clock, name, address)
            for name, address in zip(CELL_NAMES, settings.addresses, strict=True)
        )

    @property
    def counters(self) -> tuple[CellCounters, ...]:
        """One a cell."""
        return tuple(CellCounters(cell.reads, cell.repeats, cell.no_answers) for cell in self._cells)

    def read(self) -> Frame:
        """The newest conversion of each chip: four reads of two bytes, 72 us each on a bus of 400 kHz.

        A chip in continuous mode does not say whether a conversion is new; only another code proves it. A cell's
        `conversion_ns` is the time of the reading (the conversion itself ended up to 1.3 ms earlier: one period of a
        converter of 860 SPS with a slow oscillator); once the code has stayed for `stale_reads` it goes back to the
        last reading that brought another one, since when nothing is known to have been converted.

        The same code twice is mostly chance: with 0.73 LSB rms of noise (33 uV of the amplifier, half an LSB of the
        converter) a voltage at the middle of a code gives that code in 51 % of conversions, so one reading
        in two repeats. A run of 40 has the probability 0.51 ** 40 = 2e-12: once in a century a cell.
        """
        now_ns = self._now_ns
        t_ns = now_ns()
        for cell in self._cells:
            read_ns = now_ns()
            cell.reads += 1
            try:
                code = cell.result(True)
            except OSError:
                cell.no_answers += 1
                cell.status = _NO_ANSWER
                continue
            if code > _HIGHEST:
                code -= 65536
            if code != cell.code:
                cell.code = code
                cell.volts = code * self._volts_per_code
                cell.t_ns = cell.changed_ns = read_ns
                cell.run = 0
                status = _OK
            else:
                cell.repeats += 1
                cell.run += 1
                if cell.run < self._stale_reads:
                    cell.t_ns = read_ns
                    status = _REPEATED
                else:
                    cell.t_ns = cell.changed_ns
                    status = _STALE
            if code < self._open_below_code:
                status = _OPEN if code > _LOWEST else _SATURATED
            elif code == _HIGHEST:
                status = _SATURATED
            cell.status = status
        a, b, c, d = self._cells
        return Frame(
            t_ns,
            (a.volts, b.volts, c.volts, d.volts),
            (a.t_ns, b.t_ns, c.t_ns, d.t_ns),
            (a.status, b.status, c.status, d.status),
        )

    def close(self) -> None:
        """Let go of the bus. The chips go on converting, which harms nothing. May be called twice."""
        if not self._closed:
            self._closed = True
            self._bus.deinit()

    def _open_cell(self, settings: LoadCellSettings, clock: Clock, name: str, address: int) -> _Cell:
        """One chip in continuous mode on the right input.

        The order matters. The library never selects the input in continuous mode, and after a change of mode it
        answers with the configuration word as if that were a conversion (hardware.md 4a): so one single-shot
        reading that selects the input, then continuous, then one reading that moves the chip's pointer back to the
        conversions, and afterwards no property is touched, as each setter writes to the chip.
        """
        where = f"I2C address 0x{address:02X} ({name.replace('_', ' ')} cell)"
        opening = _OpeningBus(self._bus, clock)
        mux = _SINGLE_ENDED + settings.input_channel
        try:
            chip = ADS1115(opening, gain=settings.gain, data_rate=settings.data_rate, address=address)
            code = chip.read(mux)
            chip.mode = Mode.CONTINUOUS
            seen = self._configuration(address)
            chip.get_last_result(False)
        except ValueError as error:  # what I2CDevice raises where nothing answers
            raise HardwareError("chip-no-answer", where, "nothing answers there") from error
        except OSError as error:
            raise HardwareError("chip-no-answer", where, str(error)) from error
        asked = mux << 12 | _GAIN_BITS[settings.gain] | _RATE_BITS[settings.data_rate]
        if seen & _CONFIG_MASK != asked:
            detail = f"what answers is no ADS1115: its configuration reads 0x{seen:04X}, not 0x{asked:04X}"
            raise HardwareError("chip-no-answer", where, detail)
        chip.i2c_device = I2CDevice(self._bus, address, probe=False)
        return _Cell(chip.get_last_result, code, code * self._volts_per_code, clock.now_ns())

    def _configuration(self, address: int) -> int:
        """The chip's configuration register as it is now."""
        answer = bytearray(2)
        self._bus.writeto_then_readfrom(address, _POINTER_CONFIG, answer)
        return answer[0] << 8 | answer[1]
