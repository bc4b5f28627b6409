"""One ADS1115 converter: opened through `adafruit_ads1x15` in the order that makes its modes right.

The library knows the chip's protocol and reads the conversions. What it cannot do without waiting, to read back or
write the configuration register in one transaction, is here. Register fields are from Texas Instruments' data sheet
SBAS444.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol, Self

from adafruit_ads1x15 import ADS1115
from adafruit_ads1x15.ads1x15 import Mode
from adafruit_bus_device.i2c_device import I2CDevice

from hw.errors import Finding, HardwareError, Trouble, saw, seen_in
from hw.ports import Clock

START = 0x8000
"""Written: begin a single conversion. Read: none is under way."""
SINGLE_SHOT = 0x0100
CONFIG_MASK = 0x7FE0
"""Multiplexer, gain, mode and rate of the configuration; the rest is `START` and the comparator."""
NO_COMPARATOR = 0x0003
SINGLE_ENDED = 4
"""Input multiplexer: 4 to 7 are A0 to A3 against ground."""
GAIN_BITS = {1: 0x0200, 2: 0x0400, 4: 0x0600, 8: 0x0800, 16: 0x0A00}
WIDER_BITS = {1: 0x0000, 2: 0x0200, 4: 0x0400, 8: 0x0600, 16: 0x0800}
"""The next wider range of each gain; that of gain 1 is +-6.144 V."""
RATE_BITS = {475: 0x00C0, 860: 0x00E0}
HIGHEST = 32767
OSCILLATOR_TOLERANCE = 0.1
THRESHOLDS = (0x8000, 0x7FFF)
"""Registers of the comparator, as at power on: nothing here writes them."""

_OPENING_NS = 250_000_000
"""A chip opens in about 2 ms (one conversion at 860 SPS and some ten transactions)."""
_OPENING_TRANSACTIONS = 5_000
"""For a clock that stands still while nothing is modelled to take time."""
_POINTER_CONFIG = b"\x01"
_ADDRESSES = range(0x48, 0x4C)


class I2CBus(Protocol):
    """The shape of `busio.I2C`, as far as the drivers need it. A failed transaction raises OSError."""

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
        """Write, then read without a stop between. `adafruit_bus_device` fixes these seven parameters."""

    def deinit(self) -> None:
        """Let go of the bus. May be called twice."""


class BoundedBus:
    """Passes transactions on while a device opens, a bounded number of them for a bounded time.

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
        """Every transaction begins here. Raises Trouble beyond the bounds."""
        self._left -= 1
        if self._left < 0 or self._clock.now_ns() > self._deadline_ns:
            raise Trouble(saw("conversion-never-ends"))
        return self._bus.try_lock()


class _Held:
    """`I2CDevice` for a bus that belongs to the one thread that reads it: there is no lock to take for a transaction.

    A driver makes some two thousand a second, and each would go through the lock and the device's own methods.
    """

    __slots__ = ("readinto", "write", "write_then_readinto")

    def __init__(self, bus: I2CBus, address: int) -> None:
        self.readinto = partial(bus.readfrom_into, address)
        self.write = partial(bus.writeto, address)
        self.write_then_readinto = partial(bus.writeto_then_readfrom, address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        pass


class Chip:
    """An opened converter. Every method is one transaction and may raise OSError."""

    __slots__ = ("_answer", "_device", "_word", "address", "cells", "result")

    def __init__(self, bus: I2CBus, address: int, cells: tuple[str, ...], result: Callable[[bool], int]) -> None:
        self.address = address
        self.cells = cells
        """The load cells that are wired to it, of `CELL_NAMES`."""
        self.result = result
        """The library's `get_last_result`: the conversion register, unsigned. With True the chip's pointer must stand
        there already: after `configuration` or `configure` it does not."""
        self._device = _Held(bus, address)
        self._answer = bytearray(2)
        self._word = bytearray(_POINTER_CONFIG + b"\0\0")

    def fault(self, code: str, finding: Finding) -> HardwareError:
        """The fault of this code, at this chip, which names its cells too."""
        return chip_fault(code, self.address, self.cells, finding)

    def configuration(self) -> int:
        """The configuration register as it is now."""
        self._device.write_then_readinto(_POINTER_CONFIG, self._answer)
        return self._answer[0] << 8 | self._answer[1]

    def configure(self, word: int) -> None:
        """Write the configuration register. A conversion that runs is finished with the old one."""
        self._word[1] = word >> 8
        self._word[2] = word & 0xFF
        self._device.write(self._word)


def signed(code: int) -> int:
    """Two's complement of 16 bits."""
    return code - 65536 if code > HIGHEST else code


class ChipSettings(NamedTuple):
    """One converter: where it is and how it converts."""

    address: int
    cells: tuple[str, ...]
    """The load cells that are wired to it, of `CELL_NAMES`, in the order of `channels`."""
    channels: tuple[int, ...]
    """Its inputs that are wired, 0 to 3 for A0 to A3; at least one."""
    gain: int
    """A key of `GAIN_BITS`."""
    data_rate: int
    """Conversions a second: a key of `RATE_BITS`."""


def open_chip(bus: I2CBus, clock: Clock, settings: ChipSettings) -> tuple[Chip, tuple[int, ...]]:
    """The converter, continuous on the last of its inputs, and a signed code of each input.

    The order matters. The library never selects the input in continuous mode, and after a change of mode it answers
    with the configuration word as if that were a conversion (docs/sources/hardware.md#continuous-mode-of-the-driver):
    so single-shot readings that select the input, then continuous, then one reading that moves the chip's pointer back
    to the conversions, and afterwards no property is touched, as each setter writes to the chip. Raises HardwareError
    "chip-no-answer".
    """
    address, cells, channels, gain, data_rate = settings
    opening = BoundedBus(bus, clock)
    try:
        library = ADS1115(opening, gain=gain, data_rate=data_rate, address=address)
        codes = tuple(library.read(SINGLE_ENDED + channel) for channel in channels)
        library.mode = Mode.CONTINUOUS
        chip = Chip(bus, address, cells, library.get_last_result)
        seen = chip.configuration()
        library.get_last_result(False)
    except ValueError as error:  # what I2CDevice raises where nothing answers
        raise chip_fault("chip-no-answer", address, cells, _nothing_answers(bus, clock)) from error
    except OSError as error:
        raise chip_fault("chip-no-answer", address, cells, seen_at_chip(error)) from error
    asked = SINGLE_ENDED + channels[-1] << 12 | GAIN_BITS[gain] | RATE_BITS[data_rate]
    if seen & CONFIG_MASK != asked:
        raise chip.fault("chip-no-answer", saw("no-ads1115", configuration=f"0x{seen:04X}", wanted=f"0x{asked:04X}"))
    library.i2c_device = _Held(bus, address)
    return chip, codes


def _nothing_answers(bus: I2CBus, clock: Clock) -> Finding:
    """That, and which of the four possible addresses answer: a jumper at a wrong place shows here."""
    answering = []
    for address in _ADDRESSES:
        try:
            I2CDevice(BoundedBus(bus, clock), address)
        except (ValueError, OSError):
            continue
        answering.append(f"0x{address:02X}")
    return saw("other-converters-answer", answering=answering) if answering else saw("no-converter-answers")


def seen_at_chip(error: Exception) -> Finding:
    """As `hw.errors.seen_in`, for `chip_fault`: what others say is told with the cells that it is about."""
    finding = seen_in(error)
    return finding if isinstance(error, Trouble) else saw("converter-said", said=finding.values["said"])


def chip_fault(code: str, address: int, cells: tuple[str, ...], finding: Finding) -> HardwareError:
    """The fault of this code, at the converter of this address, with its cells among the values."""
    return HardwareError(code, f"I2C 0x{address:02X}", saw(finding.reason, cell=list(cells), **finding.values))
