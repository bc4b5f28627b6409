"""An I2C bus with the shape of `busio.I2C` between the real driver and modelled chips, and one with nothing on it."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping

from hw.ports import Clock
from hw.simulated.chip import Ads1115Chip

_BITS_A_BYTE = 9
"""Eight and the acknowledgement."""


class _Lockable:
    """The lock of `busio`: a flag, as one thread owns the bus."""

    def __init__(self) -> None:
        self._locked = False

    def try_lock(self) -> bool:
        """Take the bus; False when it is taken."""
        if self._locked:
            return False
        self._locked = True
        return True

    def unlock(self) -> None:
        """Give the bus back."""
        self._locked = False

    def deinit(self) -> None:
        """Nothing to let go of."""


class SimulatedI2C(_Lockable):
    """Modelled chips on wires that take their time.

    A transaction costs nine bits a byte, addresses included, and one each for start, repeated start and stop: at
    400 kHz 95 us for a register written, 72 us for two bytes read and 120 us for both (hardware.md 4d).
    """

    def __init__(self, chips: Mapping[int, Ads1115Chip], clock: Clock, bus_hz: int = 400_000) -> None:
        super().__init__()
        self._chips = dict(chips)
        self._spend_ns = clock.spend_ns
        self._bit_ns = 1_000_000_000 // bus_hz

    def scan(self) -> list[int]:
        """The addresses of all chips that answer."""
        return sorted(address for address, chip in self._chips.items() if not chip.nacks)

    def writeto(self, address: int, buffer: bytes | bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Write to a chip. Raises OSError (EREMOTEIO) where nothing acknowledges."""
        chip = self._chip(address)
        data = buffer[start:end]
        self._spend_ns((_BITS_A_BYTE * (1 + len(data)) + 2) * self._bit_ns)
        chip.write(data)

    def readfrom_into(self, address: int, buffer: bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Read from where the chip's pointer stands. Raises OSError (EREMOTEIO) where nothing acknowledges.

        The chip takes the value when it acknowledges its address, so the wire's time comes after it.
        """
        chip = self._chip(address)
        end = len(buffer) if end is None else end
        value = chip.read()
        if end - start == 2:
            buffer[start] = value >> 8
            buffer[start + 1] = value & 0xFF
        else:
            buffer[start:end] = (value.to_bytes(2, "big") + b"\xff" * (end - start))[: end - start]
        self._spend_ns((_BITS_A_BYTE * (1 + end - start) + 2) * self._bit_ns)

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
        """Write, then read after a repeated start. Raises OSError (EREMOTEIO) where nothing acknowledges."""
        chip = self._chip(address)
        data = buffer_out[out_start:out_end]
        self._spend_ns((_BITS_A_BYTE * (1 + len(data)) + 1) * self._bit_ns)
        chip.write(data)
        self.readfrom_into(address, buffer_in, start=in_start, end=in_end)

    def _chip(self, address: int) -> Ads1115Chip:
        chip = self._chips.get(address)
        if chip is None or chip.nacks:
            self._spend_ns((_BITS_A_BYTE + 2) * self._bit_ns)
            raise OSError(errno.EREMOTEIO, os.strerror(errno.EREMOTEIO))
        return chip


class NullI2C(_Lockable):
    """Answers at once, for measuring what a driver itself costs. Four chips; every reading is another code."""

    def __init__(self) -> None:
        super().__init__()
        self._configs = dict.fromkeys(range(0x48, 0x4C), 0x8583)
        self._count = 0

    def scan(self) -> list[int]:
        """All four addresses."""
        return list(self._configs)

    def writeto(self, address: int, buffer: bytes | bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Remember a configuration; ignore all else."""
        data = buffer[start:end]
        if len(data) == 3 and data[0] == 1:
            self._configs[address] = data[1] << 8 | data[2]

    def readfrom_into(self, address: int, buffer: bytearray, *, start: int = 0, end: int | None = None) -> None:
        """A code that is never the one before, about 0.5 V at +-2.048 V."""
        del address, end
        self._count = (self._count + 1) & 0xFF
        buffer[start] = 0x1F
        buffer[start + 1] = self._count

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
        """The configuration, always idle; or a code."""
        del out_end
        if buffer_out[out_start] == 1:
            config = self._configs[address] | 0x8000
            buffer_in[in_start] = config >> 8
            buffer_in[in_start + 1] = config & 0xFF
        else:
            self.readfrom_into(address, buffer_in, start=in_start, end=in_end)
