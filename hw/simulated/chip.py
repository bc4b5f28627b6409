"""An ADS1115 converter down to its registers: what the real driver talks to on the simulated rig.

From Texas Instruments' data sheet SBAS444: registers and their power-on values, single-shot and continuous
conversion, programmable gain with clipping, data rate with an oscillator of its own. The comparator's registers
hold what is written; its ALERT pin is not modelled, as no driver here reads it. It can lie, too: be the ADS1015 that
some sell under its name (data sheet SBAS473: 12 bits, left-aligned, at rates of its own), convert slower than it may,
or keep its range whatever is written.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from hw.ports import Clock
from hw.simulated.circuit import NEVER_NS
from hw.simulated.normals import normals

CONVERSION, CONFIG, LO_THRESHOLD, HI_THRESHOLD = range(4)
POWER_ON = (0x0000, 0x8583, 0x8000, 0x7FFF)

_OS = 0x8000
_SINGLE_SHOT = 0x0100
_FULL_SCALE_V = (6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256)
_RATES_HZ = (8, 16, 32, 64, 128, 250, 475, 860)
_RATES_12_BIT_HZ = (128, 250, 490, 920, 1600, 2400, 3300, 3300)
_CODE_BITS = (0xFFFF, 0xFFF0)
"""The bits of a code, and those that an ADS1015 has: it leaves the others at 0."""
_OSCILLATOR_TOLERANCE = 0.1
_WANDER = 10.0e-6
"""How far the oscillator moves in each `_WANDER_NS` of converting, in parts of its rate, rms: 80 ppm a minute."""
_WANDER_NS = 1_000_000_000
_NOISE_LSB = 0.5
"""Noise of a conversion at 860 SPS and +-2.048 V, about 30 uV rms."""

Source = Callable[[int, int], float]
"""Volts between the inputs that a multiplexer setting (0 to 7) selects, at a time in ns."""


class _Conversion(NamedTuple):
    """One conversion with the settings it began with."""

    end_ns: int
    middle_ns: int
    mux: int
    volts_per_code: float


class Ads1115Chip:
    """One converter. It computes only the conversions that are read, so time may jump as far as it likes.

    `seed` fixes its noise and its oscillator's error of up to +-10 %. The source is asked for the middle of each
    conversion, which is never in the future, and never earlier than before.
    """

    def __init__(self, source: Source, clock: Clock, seed: int | str) -> None:
        self._source = source
        self._now_ns = clock.now_ns
        self.noise_lsb = _NOISE_LSB
        self.reseed(seed)
        self.nacks = False
        self._frozen = False
        self._saturated = False
        self._coarse = self._keeps_range = False
        self._rates_hz = _RATES_HZ
        self._slower = 1.0
        self._running: _Conversion | None = None
        self._begin_ns: int | None = None
        self.brownout()

    def reseed(self, seed: int | str) -> None:
        """Become another specimen, before it is opened."""
        rng = Random(seed)  # noqa: S311  # noise, not secrets
        self.oscillator = 1.0 + rng.uniform(-_OSCILLATOR_TOLERANCE, _OSCILLATOR_TOLERANCE)
        self._noise = normals(rng).__next__
        self._warmth = Random(f"{seed}/oscillator")  # noqa: S311  # of its own: it must not shift the noise

    # --- verbs that break it ----------------------------------------------------------------------------------

    def nack(self, on: bool = True) -> None:
        """Answer nothing any more, or again."""
        self.nacks = on

    def freeze(self, on: bool = True) -> None:
        """Stop converting and give the last value for ever, or go on."""
        if on:
            self._advance(self._now_ns())
        self._frozen = on
        self._schedule()

    def saturate(self, on: bool = True) -> None:
        """See an input beyond full scale, or the true one again."""
        self._saturated = on

    def twelve_bit(self, *, own_rates: bool = True) -> None:
        """Be an ADS1015, before it is opened; without `own_rates` a part that keeps an ADS1115's rates."""
        self._coarse = True
        self._rates_hz = _RATES_12_BIT_HZ if own_rates else _RATES_HZ
        self._decode()

    def slow(self, times: float = 1.0) -> None:
        """From the next configuration on take so many times as long for a conversion."""
        self._slower = times

    def keep_range(self, on: bool = True) -> None:
        """Ignore the gain that is written from now on (it reads back all the same), or obey it again."""
        self._keeps_range = on
        self._decode()

    def look_at(self, register: int) -> None:
        """Let somebody else on the bus read a register: the chip's pointer stands there from then on."""
        self.write(bytes((register,)))

    def brownout(self) -> None:
        """Lose power for a moment: every register falls back to its power-on value."""
        self._registers = list(POWER_ON)
        self._pointer = CONVERSION
        self._running = None
        self._begin_ns = None
        self._done = 0
        self._decode()

    # --- the bus's side ------------------------------------------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Pointer byte, then a register's two bytes where they follow. Fewer bytes change nothing else."""
        if len(data) == 0:
            return
        self._pointer = data[0] & 3
        if len(data) < 3:
            return
        value = data[1] << 8 | data[2]
        if self._pointer == CONFIG:
            self._configure(value)
        elif self._pointer != CONVERSION:
            self._registers[self._pointer] = value

    def send(self, count: int) -> bytes:
        """That many bytes as a master reads them: the register at the pointer, 16 bits, then ones, as nothing drives
        the line any more.
        """
        pointer = self._pointer
        if pointer <= CONFIG and (now_ns := self._now_ns()) >= self._next_ns:
            self._advance(now_ns)
        value = self._registers[pointer]
        if pointer == CONFIG:
            idle = self._running is None and self._begin_ns is None
            value = value & ~_OS | (_OS if idle else 0)
        word = value.to_bytes(2, "big")
        return word if count == 2 else (word + b"\xff" * count)[:count]

    # --- inside --------------------------------------------------------------------------------------------------

    def _decode(self) -> None:
        config = self._registers[CONFIG]
        self._mux = config >> 12 & 7
        if not self._keeps_range:
            self._volts_per_code = _FULL_SCALE_V[config >> 9 & 7] / 32768.0
        self._period_ns = round(1e9 / (self._rates_hz[config >> 5 & 7] * self.oscillator) * self._slower)
        self._schedule()

    def _schedule(self) -> None:
        """When the register of conversions changes next, as things are: until then there is nothing to look at."""
        if self._frozen:
            self._next_ns = NEVER_NS
        elif self._running is not None:
            self._next_ns = self._running.end_ns
        elif self._begin_ns is not None:
            self._next_ns = self._begin_ns + (self._done + 1) * self._period_ns
        else:
            self._next_ns = NEVER_NS

    def _configure(self, value: int) -> None:
        """A new configuration. A conversion that runs is finished with the old one first."""
        now_ns = self._now_ns()
        self._advance(now_ns)
        was_continuous = self._begin_ns is not None
        if self._begin_ns is not None and self._running is None:
            done = (now_ns - self._begin_ns) // self._period_ns
            self._running = self._conversion(self._begin_ns + done * self._period_ns)
        free_ns = now_ns if self._running is None else self._running.end_ns
        self._registers[CONFIG] = value
        self._decode()
        self._done = 0
        if not value & _SINGLE_SHOT:
            self._begin_ns = free_ns
        else:
            self._begin_ns = None
            if value & _OS and (self._running is None or was_continuous):
                self._running = self._conversion(free_ns)
        self._schedule()

    def _conversion(self, begin_ns: int) -> _Conversion:
        middle_ns = begin_ns + self._period_ns // 2
        return _Conversion(begin_ns + self._period_ns, middle_ns, self._mux, self._volts_per_code)

    def _advance(self, now_ns: int) -> None:
        """Bring the conversion register up to now."""
        if now_ns < self._next_ns:
            return
        running, begin_ns = self._running, self._begin_ns
        if running is not None:
            self._running = None
            self._registers[CONVERSION] = self._code(running.middle_ns, running.mux, running.volts_per_code)
            self._schedule()
        if begin_ns is None:
            return
        period_ns = self._period_ns
        done = (now_ns - begin_ns) // period_ns
        if done > self._done:
            self._done = done
            end_ns = begin_ns + done * period_ns
            self._next_ns = end_ns + period_ns
            self._registers[CONVERSION] = self._code(end_ns - period_ns // 2, self._mux, self._volts_per_code)
            if end_ns - begin_ns > _WANDER_NS:
                self._wander(done)

    def _wander(self, done: int) -> None:
        """From the end of this conversion on the oscillator has another rate."""
        if self._begin_ns is not None:
            self._begin_ns += done * self._period_ns
            self._done = 0
        self.oscillator *= 1.0 + self._warmth.gauss(0.0, _WANDER)
        self._decode()

    def _code(self, t_ns: int, mux: int, volts_per_code: float) -> int:
        """The 16 bits of a conversion, two's complement, clipped at both ends."""
        if self._saturated:
            return 0x7FF0 if self._coarse else 0x7FFF
        code = round(self._source(t_ns, mux) / volts_per_code + self._noise() * self.noise_lsb)
        if not -32768 <= code <= 32767:
            code = 32767 if code > 0 else -32768
        return code & _CODE_BITS[self._coarse]
