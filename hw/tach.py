"""The speed of the motor from the times of its tach's pulses. No I/O: whoever hears the pulses hands them over."""

from __future__ import annotations

from collections import deque

TACH_STILL_HZ = 1.0
"""Slower than this is still: a pulse that stays away says no more."""

_TICK_WRAP = 1 << 32
"""pigpiod's time is 32 bits of microseconds: it starts again from 0 every 71.6 minutes."""


class Tach:
    """Averages over one revolution, so that unevenly spaced slots do not matter; over less until one is complete.

    With `pulses_per_revolution` from 1 to 64. Pulses carry pigpiod's own time, which is exact to its sampling of 5 us
    however late they arrive: 0.03 % at 35 Hz with two pulses (0.015 % at 30 Hz with one:
    docs/sources/vibration.md#tach).
    """

    __slots__ = ("_last_pulse_ns", "_pulses", "_ticks_us")

    def __init__(self, pulses_per_revolution: int) -> None:
        self._pulses = pulses_per_revolution
        self._ticks_us: deque[int] = deque(maxlen=pulses_per_revolution + 1)
        self._last_pulse_ns = 0

    def pulse(self, tick_us: int, now_ns: int) -> None:
        """A pulse began at `tick_us` of pigpiod's time, and arrives now."""
        if self.hz(now_ns) == 0.0 and len(self._ticks_us) > 1:
            self._ticks_us.clear()  # the pause before this pulse is no period
        self._ticks_us.append(tick_us)
        self._last_pulse_ns = now_ns

    def hz(self, now_ns: int) -> float:
        """Revolutions a second; 0.0 when still. Falls by itself when the next pulse stays away."""
        last_hz = self.last_hz
        if not last_hz:
            return 0.0
        silent_s = (now_ns - self._last_pulse_ns) * 1e-9
        if silent_s * self._pulses * last_hz > 1.0:
            last_hz = 1.0 / (self._pulses * silent_s)
        return last_hz if last_hz >= TACH_STILL_HZ else 0.0

    @property
    def last_hz(self) -> float:
        """What the last pulses said, however long ago; 0.0 before there were two."""
        ticks_us = self._ticks_us
        if len(ticks_us) < 2:
            return 0.0
        took_us = (ticks_us[-1] - ticks_us[0]) % _TICK_WRAP
        return (len(ticks_us) - 1) * 1e6 / (self._pulses * took_us) if took_us else 0.0

    @property
    def last_pulse_ns(self) -> int:
        """When the last pulse arrived; 0 before the first."""
        return self._last_pulse_ns

    def forget(self) -> None:
        """Still, and nothing known: the source of the pulses is another one now."""
        self._ticks_us.clear()
        self._last_pulse_ns = 0
