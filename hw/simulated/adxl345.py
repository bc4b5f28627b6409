"""An ADXL345 accelerometer on the simulated plate, down to its registers.

From Analog Devices' data sheet (rev. G): identity, data rate, measure and standby, full resolution of 3.9 mg, the FIFO
of 32 in stream and bypass mode, and that a reading of the data registers takes one entry out. Only z is modelled as
moving; interrupts, offsets and the other FIFO modes hold what is written and do nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import cos, radians, sqrt
from random import Random

from hw.ports import Clock
from hw.units import STANDARD_GRAVITY_M_S2

_REGISTER_DEVICE_ID = 0x00
_RATE = 0x2C
_POWER = 0x2D
_REGISTER_FORMAT = 0x31
_DATA = 0x32
_DATA_END = 0x37
_FIFO_CONTROL = 0x38
_FIFO_STATUS = 0x39
_MEASURE = 0x08
_STREAM = 0x80
_DEEP = 33
"""32 entries and the one in the data registers."""
_M_S2_PER_COUNT = 0.0039 * STANDARD_GRAVITY_M_S2
_NOISE_COUNTS_AT_100_HZ = 1.1
"""Of z, at 100 samples a second; it grows with the square root of the rate."""
_LOOSE_TILT_DEG = 30.0
_LOOSE_COUPLING = 0.15

Motion = Callable[[int], float]
"""Vertical acceleration of the plate, upward, without gravity, in m/s2, at a time in ns."""


class Adxl345Chip:
    """One accelerometer. `seed` fixes its noise, offset (under 80 mg), gain (4 %) and oscillator (3 %)."""

    def __init__(self, motion: Motion, clock: Clock, seed: int | str) -> None:
        self._motion = motion
        self._clock = clock
        self._random = Random(seed)  # noqa: S311  # noise, not secrets
        self.oscillator = 1.0 + self._random.uniform(-0.03, 0.03)
        self.gain = 1.0 + self._random.uniform(-0.04, 0.04)
        self._offset_m_s2 = self._random.uniform(-0.08, 0.08) * STANDARD_GRAVITY_M_S2
        self.nacks = False
        self.lost = 0
        """Samples that fell out of a full FIFO."""
        self._frozen = self._loose = False
        self.brownout()

    # --- verbs ----------------------------------------------------------------------------------------------------

    def nack(self, on: bool = True) -> None:
        """Answer nothing any more, or again."""
        self.nacks = on

    def freeze(self, on: bool = True) -> None:
        """Give the last value for ever, or go on."""
        self._frozen = on

    def loosen(self, on: bool = True) -> None:
        """Hang from the cable: tilted, and hardly moved by the plate."""
        self._loose = on

    def forget(self, register: int) -> None:
        """Let one register fall to its value at power on."""
        self.write(bytes((register, 0x0A if register == _RATE else 0)))

    def brownout(self) -> None:
        """Lose power for a moment: standby, with the registers as at power on."""
        self._registers = bytearray(0x40)
        self._registers[_REGISTER_DEVICE_ID] = 0xE5
        self._registers[_RATE] = 0x0A
        self._pointer = 0
        self._fifo: deque[int] = deque()
        self._shown = 0
        self._begin_ns = 0
        self._done = 0

    # --- the bus's side --------------------------------------------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Pointer, then values for the registers from there on."""
        if not data:
            return
        self._pointer = data[0]
        for value in data[1:]:
            if self._pointer in (_RATE, _POWER):
                self._advance()
            if 0x1D <= self._pointer <= _FIFO_CONTROL:
                self._registers[self._pointer] = value
            if self._pointer in (_RATE, _POWER):
                self._begin_ns = self._clock.now_ns()
                self._done = 0
            self._pointer += 1

    def send(self, count: int) -> bytes:
        """The registers from the pointer on. One entry leaves the FIFO where the data registers are among them."""
        self._advance()
        if self._fifo:
            self._shown = self._fifo[0]
        self._registers[_DATA + 4 : _DATA_END + 1] = (self._shown & 0xFFFF).to_bytes(2, "little")
        self._registers[_FIFO_STATUS] = len(self._fifo)
        first, end = self._pointer, self._pointer + count
        self._pointer = end
        if first <= _DATA_END and end > _DATA and self._fifo:
            self._fifo.popleft()
        return bytes(self._registers[first:end]).ljust(count, b"\0")

    # --- inside ----------------------------------------------------------------------------------------------------

    def _advance(self) -> None:
        """Sample up to now; of a long silence only what the FIFO holds."""
        if not self._registers[_POWER] & _MEASURE:
            return
        rate_hz = 3200.0 / 2 ** (15 - (self._registers[_RATE] & 15)) * self.oscillator
        due = int((self._clock.now_ns() - self._begin_ns) * 1e-9 * rate_hz)
        deep = _DEEP if self._registers[_FIFO_CONTROL] & 0xC0 == _STREAM else 1
        self.lost += max(0, due - self._done - deep)
        for number in range(max(self._done, due - deep), due):
            if len(self._fifo) >= deep:
                self._fifo.popleft()
                self.lost += 1
            self._fifo.append(self._sample(self._begin_ns + round((number + 1) / rate_hz * 1e9), rate_hz))
        self._done = due

    def _sample(self, t_ns: int, rate_hz: float) -> int:
        if self._frozen:
            return self._shown
        moving_m_s2, gravity_m_s2 = self._motion(t_ns), STANDARD_GRAVITY_M_S2
        if self._loose:
            moving_m_s2 *= _LOOSE_COUPLING
            gravity_m_s2 *= cos(radians(_LOOSE_TILT_DEG))
        true_m_s2 = self.gain * (moving_m_s2 + gravity_m_s2) + self._offset_m_s2
        noise = self._random.gauss(0.0, _NOISE_COUNTS_AT_100_HZ * sqrt(rate_hz / 100.0))
        return min(max(round(true_m_s2 / _M_S2_PER_COUNT + noise), -4096), 4095)
