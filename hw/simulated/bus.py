"""An I2C bus with the shape of `busio.I2C` between the real driver and modelled chips, and one with nothing on it."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from typing import Protocol

from hw.ports import Clock
from hw.units import NS_PER_S

_BITS_A_BYTE = 9
"""Eight and the acknowledgement."""
_TIMEOUT_NS = 10_000_000
"""What `hw.pi` sets as the kernel's limit of a transaction."""


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


class Device(Protocol):
    """What hangs on the modelled bus."""

    nacks: bool
    """It acknowledges nothing."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take these bytes; none at all is a probe."""

    def send(self, count: int) -> bytes:
        """That many bytes, from where the device's pointer stands."""


class OneAddress:
    """Several devices at one address: all take what is written, and a 0 of any wins over a 1 of the others."""

    def __init__(self, *devices: Device) -> None:
        self._devices = devices
        self.nacks = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """To all of them."""
        for device in self._devices:
            device.write(data)

    def send(self, count: int) -> bytes:
        """Bit by bit the AND of what they send."""
        sent = bytearray(b"\xff" * count)
        for device in self._devices:
            for place, byte in enumerate(device.send(count)):
                sent[place] &= byte
        return bytes(sent)


class SimulatedI2C(_Lockable):
    """Modelled devices on wires that take their time.

    A transaction costs nine bits a byte, addresses included, and one each for start, repeated start and stop: at
    400 kHz 95 us for a register written, 72 us for two bytes read and 120 us for both
    (docs/sources/hardware.md#bus-times). `stick` holds a line low: with the data line every bit reads as 0,
    acknowledgements included; with the clock line a transaction ends by its time limit.
    """

    def __init__(self, devices: Mapping[int, Device], clock: Clock, bus_hz: int = 400_000) -> None:
        super().__init__()
        self._chips = dict(devices)
        self._spend_ns = clock.spend_ns
        self._bit_ns = NS_PER_S // bus_hz
        self._byte_ns = _BITS_A_BYTE * self._bit_ns
        self._framed_ns = self._byte_ns + 2 * self._bit_ns
        self._stuck = ""
        self._held = self._broken = 0
        self._well = True

    def hold(self, transactions: int = 1) -> None:
        """Let so many of the next transactions end by the time limit, as where somebody stretches the clock once."""
        self._held = transactions
        self._well = False

    def stick(self, line: str = "sda") -> None:
        """Hold "sda" or "scl" low; "" lets go."""
        self._stuck = line
        self._well = False

    def fail(self, number: int = errno.EIO) -> None:
        """Let every transaction end with this error of the operating system from now on; 0 mends it."""
        self._broken = number
        self._well = False

    def scan(self) -> list[int]:
        """The addresses of all chips that answer."""
        return sorted(address for address, chip in self._chips.items() if not chip.nacks)

    def writeto(self, address: int, buffer: bytes | bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Write to a chip. Raises OSError (EREMOTEIO) where nothing acknowledges."""
        chip = self._chip(address)
        data = buffer[start:end]
        self._spend_ns(self._byte_ns * len(data) + self._framed_ns)
        chip.write(data)

    def readfrom_into(self, address: int, buffer: bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Read from where the chip's pointer stands. Raises OSError (EREMOTEIO) where nothing acknowledges.

        The chip takes the value when it acknowledges its address, so the wire's time comes after it.
        """
        chip = self._chips.get(address)
        if chip is None or chip.nacks or not self._well:
            chip = self._chip(address)
        count = (len(buffer) if end is None else end) - start
        buffer[start : start + count] = chip.send(count)
        self._spend_ns(self._byte_ns * count + self._framed_ns)

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
        self._spend_ns(self._byte_ns * (1 + len(data)) + self._bit_ns)
        chip.write(data)
        self.readfrom_into(address, buffer_in, start=in_start, end=in_end)

    def _chip(self, address: int) -> Device:
        """The device there, on a bus that may not be well. Raises OSError as the transactions do."""
        if self._broken:
            raise OSError(self._broken, os.strerror(self._broken))
        if self._stuck == "scl" or self._held:
            self._held = max(0, self._held - 1)
            self._spend_ns(_TIMEOUT_NS)
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        self._well = not self._stuck
        if self._stuck:
            return _LOW
        chip = self._chips.get(address)
        if chip is None or chip.nacks:
            self._spend_ns((_BITS_A_BYTE + 2) * self._bit_ns)
            raise OSError(errno.EREMOTEIO, os.strerror(errno.EREMOTEIO))
        return chip


class _HeldLow:
    """What every address looks like while the data line is held low."""

    nacks = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Nobody hears it."""

    def send(self, count: int) -> bytes:
        """Zeros."""
        return bytes(count)


_LOW = _HeldLow()


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
