"""What the plate does by its accelerometer: frequency, peak, Wk-weighted acceleration and crest factor.

Blocks of whole periods, a quarter of a second long, are cut where the acceleration rises through zero: their length
gives the frequency without the tach's help, and the harmonics over whole periods are free of leakage. The sensor is not
trusted where it is silent, frozen, tilted, or does not agree with the tach. Plain floats, as it is part of the tick.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import cos, inf, nan, pi, sin, sqrt
from typing import NamedTuple

from station.safety.dose import STANDARD_GRAVITY_M_S2, peak_acceleration_m_s2, weighting_k

NOMINAL_HZ = 800.0
SENSOR_BLOCK_S = 0.25
LONGEST_BLOCK_S = 0.75
"""Without whole periods in it the plate counts as still."""
SENSOR_HARMONICS = 6
SILENT_NS = 100_000_000
WEIGHTED_S = 1.0
"""Of the running root mean square, as MTVV takes it (Maximum Transient Vibration Value, ISO 2631-1): by the sensor's
noise one block alone is off by some 0.4 % rms."""
FROZEN_SAMPLES = 40
"""The sensor's noise is some 3 counts rms: two equal samples come one time in ten, forty by a fault only."""
LEAST_UPRIGHT_M_S2 = 0.7 * STANDARD_GRAVITY_M_S2
MOST_UPRIGHT_M_S2 = 1.35 * STANDARD_GRAVITY_M_S2
"""1 g with the data sheet's worst gain (10 %) and zero (0.25 g)."""
TILTED_M_S2 = 0.1 * STANDARD_GRAVITY_M_S2
"""A change of the mean since the start: 26 degrees, or a sensor that came off."""
AGREES = 0.05
"""Of frequency, between tach and accelerometer (docs/sources/vibration.md#tach)."""
FELT = 0.4
"""Less than this of what the platform was asked for is not felt by a sensor that is bolted to it."""
DISAGREEING_BLOCKS = 4
TACH_FROM_HZ = 4.5
_STEADY = 0.03
_HEAVIEST_WK = 1.06
"""Wk is nowhere more: what is not a harmonic is weighted so (maximum 1.054 at 6.3 Hz)."""
_SENSOR_BAND_HZ = 100.0
"""The peak is taken of what ISO 2631-1 weighs at all: its band ends at 100 Hz."""
_MEAN_S = 1.0
_SLICE = 80
_SLICES = 10
_QUIET_M_S2 = 0.3
"""Below this a swing is noise."""


class VibrationBlock(NamedTuple):
    """What the last block said."""

    frequency_hz: float = 0.0
    peak_m_s2: float = 0.0
    """Largest deviation from the mean in the last second, up to 100 Hz."""
    weighted_m_s2: float = 0.0
    """Root mean square after Wk over `WEIGHTED_S` of whole blocks, this one the newest."""
    crest: float = 0.0
    """Peak over root mean square; 1.41 for a sine, above 2.5 something rattles
    (docs/sources/vibration.md#envelope-row-9)."""
    fundamental_m_s2: float = 0.0


class PlateVibration:
    """Fed once a tick. `fault` says why the sensor is not trusted, "" when it is; `last` is the newest block."""

    def __init__(self) -> None:
        self.last = VibrationBlock()
        self.fault = ""
        self.rate_hz = NOMINAL_HZ
        """Samples a second by our own clock."""
        self._counted = 0
        self._since_ns = self._seen_ns = 0
        self._value = inf
        self._equal = 0
        self._mean = self._upright = nan
        self._noise = inf
        self._bad_blocks = 0
        self._peaks: deque[float] = deque(maxlen=_SLICES)
        self._slice_peak = 0.0
        self._slice_left = _SLICE
        self._weighted: deque[tuple[int, float]] = deque()
        """Of the blocks of the last second: how many samples, and the mean square after Wk."""
        self._x1 = self._x2 = self._y1 = self._y2 = 0.0
        self._band = _low_pass(_SENSOR_BAND_HZ / NOMINAL_HZ)
        self._torn = False
        """Samples are missing, and no whole block has come since."""
        self._below = False
        self._swing = _QUIET_M_S2
        self._step = 0.0
        """Radians a sample at the last block's frequency."""
        self._start: float | None = None
        """Where the block's first zero crossing lies, in samples from its beginning; None before there is one."""
        self._begin()

    def measured_g(
        self, block: tuple[float, ...] | None, tach_hz: float, asked_pp_mm: float, now_ns: int
    ) -> float | None:
        """The plate's peak acceleration of the last second in g; NaN where the sensor is not trusted.

        `block` is what the sensor gave in this tick (m/s2, gravity included); None, where there is none, gives None.
        `asked_pp_mm` is the peak-to-peak displacement that the drive was given.
        """
        if block is None:
            return None
        self.take(block, tach_hz, asked_pp_mm, now_ns)
        return nan if self.fault else self.peak_m_s2 / STANDARD_GRAVITY_M_S2

    @property
    def peak_m_s2(self) -> float:
        """Of the last second, this very moment included."""
        return max(max(self._peaks, default=0.0), self._slice_peak)

    def take(self, samples: Sequence[float], tach_hz: float, asked_pp_mm: float, now_ns: int) -> None:
        """Some more samples in m/s2 with gravity, and the tach and the demand of the same tick.

        A NaN among them stands for samples that are missing: the block that they belonged to is given up, and the
        sensor is not trusted until a whole one has come.
        """
        if samples:
            self._pace(len(samples), now_ns)
            for sample in samples:
                if sample == sample:
                    self._add(sample, tach_hz, asked_pp_mm)
                else:
                    self._torn = True
                    self._below = False
                    self._begin()
        elif not self._seen_ns:
            self._seen_ns = now_ns
        if now_ns - self._seen_ns > SILENT_NS:
            self.fault = "no-samples"
        elif self._equal >= FROZEN_SAMPLES:
            self.fault = "no-change"
        elif abs(self._mean - self._upright) > TILTED_M_S2:
            self.fault = "tilted"
        elif self._upright < LEAST_UPRIGHT_M_S2 or self._upright > MOST_UPRIGHT_M_S2:
            self.fault = "not-upright"
        elif self._bad_blocks >= DISAGREEING_BLOCKS:
            self.fault = "tach-disagrees"
        elif self._torn:
            self.fault = "interrupted"
        else:
            self.fault = ""

    def _pace(self, count: int, now_ns: int) -> None:
        """Count samples against the clock: the sensor's own oscillator is some percent off."""
        if not self._since_ns or now_ns - self._seen_ns > SILENT_NS:
            self._since_ns = now_ns
            self._counted = 0
        else:
            self._counted += count
            if now_ns - self._since_ns >= 2_000_000_000:
                rate_hz = self._counted * 1e9 / (now_ns - self._since_ns)
                if abs(rate_hz / NOMINAL_HZ - 1.0) < 0.1:
                    self.rate_hz = rate_hz
                self._since_ns = now_ns
                self._counted = 0
        self._seen_ns = now_ns

    def _add(self, sample: float, tach_hz: float, asked_pp_mm: float) -> None:
        self._equal = self._equal + 1 if sample == self._value else 0
        self._value = sample
        if self._mean != self._mean:  # the first one
            self._mean = sample
        self._mean += (sample - self._mean) / (_MEAN_S * NOMINAL_HZ)
        moving = sample - self._mean
        b0, a1, a2 = self._band
        filtered = b0 * (moving + 2.0 * self._x1 + self._x2) - a1 * self._y1 - a2 * self._y2
        before = self._y1
        self._x2, self._x1, self._y2, self._y1 = self._x1, moving, before, filtered
        self._slice_peak = max(self._slice_peak, abs(filtered))
        self._slice_left -= 1
        if not self._slice_left:
            self._peaks.append(self._slice_peak)
            self._slice_left, self._slice_peak = _SLICE, 0.0
            self._swing = max(_QUIET_M_S2, 0.25 * self.peak_m_s2)
        self._accumulate(moving)
        self._tach_sum += tach_hz
        if filtered < -self._swing:
            self._below = True
        if self._below and filtered >= 0.0 > before:
            self._below = False
            self._crossed(before / (before - filtered), asked_pp_mm)
        if self._count > LONGEST_BLOCK_S * NOMINAL_HZ:
            self._end(0.0, asked_pp_mm)

    def _accumulate(self, moving: float) -> None:
        """The block's sums: of squares, and of the harmonics of the last block's frequency."""
        self._count += 1
        self._sum += moving
        self._squares += moving * moving
        if self._step:
            angle = self._step * self._count
            c = cos(angle)
            two_c = 2.0 * c
            cos_before, sin_before, cos_now, sin_now = 1.0, 0.0, c, sin(angle)
            for harmonic in range(SENSOR_HARMONICS):
                self._cosines[harmonic] += moving * cos_now
                self._sines[harmonic] += moving * sin_now
                cos_before, cos_now = cos_now, two_c * cos_now - cos_before
                sin_before, sin_now = sin_now, two_c * sin_now - sin_before

    def _begin(self) -> None:
        self._count = self._periods = 0
        self._start = None
        self._sum = self._squares = self._tach_sum = 0.0
        self._cosines = [0.0] * SENSOR_HARMONICS
        self._sines = [0.0] * SENSOR_HARMONICS

    def _crossed(self, part: float, asked_pp_mm: float) -> None:
        """The acceleration has risen through zero, `part` (0 to 1) of a sample after the last but one."""
        if self._start is not None:
            self._periods += 1
            seconds = (self._count - 1.0 + part - self._start) / self.rate_hz
            if seconds < SENSOR_BLOCK_S:
                return
            self._end(self._periods / seconds, asked_pp_mm)
        else:
            self._begin()
        self._start = part - 1.0

    def _end(self, frequency_hz: float, asked_pp_mm: float) -> None:
        """Say what the block was, judge it, and begin the next."""
        self._torn = False
        count = self._count
        tach_hz = self._tach_sum / count
        mean = self._sum / count
        square = self._squares / count - mean * mean
        used_hz = self._step * self.rate_hz / (2.0 * pi)
        harmonic_square = weighted_square = fundamental = 0.0
        for harmonic in range(SENSOR_HARMONICS if self._step and frequency_hz else 0):
            c, s = self._cosines[harmonic], self._sines[harmonic]
            amplitude_square = 4.0 * (c * c + s * s) / (count * count)
            weight = weighting_k((harmonic + 1) * used_hz)
            harmonic_square += 0.5 * amplitude_square
            weighted_square += 0.5 * amplitude_square * weight * weight
            if not harmonic:
                fundamental = sqrt(amplitude_square)
        if not frequency_hz and not tach_hz:
            self._noise = min(self._noise, square)
            if self._upright != self._upright:
                self._upright = self._mean
        rest = max(0.0, square - harmonic_square - (self._noise if self._noise < inf else 0.0))
        weighted_square += _HEAVIEST_WK * _HEAVIEST_WK * rest
        peak = self.peak_m_s2
        weighted_m_s2 = self._running(count, weighted_square)
        self.last = VibrationBlock(
            frequency_hz, peak, weighted_m_s2, peak / sqrt(square) if square > 0.0 else 0.0, fundamental
        )
        self._judge(frequency_hz, tach_hz, asked_pp_mm, steady=abs(frequency_hz - used_hz) <= _STEADY * frequency_hz)
        self._step = 2.0 * pi * frequency_hz / self.rate_hz
        self._begin()

    def _running(self, count: int, weighted_square: float) -> float:
        """The root mean square of the last second, with a block of so many samples and this mean square at its end."""
        blocks = self._weighted
        blocks.append((count, weighted_square))
        total = sum(samples for samples, _ in blocks)
        while total - blocks[0][0] >= WEIGHTED_S * self.rate_hz:
            total -= blocks.popleft()[0]
        return sqrt(sum(samples * square for samples, square in blocks) / total)

    def _judge(self, frequency_hz: float, tach_hz: float, asked_pp_mm: float, *, steady: bool) -> None:
        """Two sensors for one quantity must agree, on average over the block: the platform may be running up.

        While it coasts nothing is asked. How much is felt is asked where the block before had the same frequency, as
        the harmonics of another one are too small.
        """
        if tach_hz < TACH_FROM_HZ or asked_pp_mm <= 0.0:
            self._bad_blocks = 0
            return
        agrees = abs(frequency_hz - tach_hz) <= AGREES * tach_hz
        expected = peak_acceleration_m_s2(tach_hz, asked_pp_mm)
        felt = not steady or self.last.fundamental_m_s2 >= FELT * expected
        self._bad_blocks = 0 if agrees and felt else self._bad_blocks + 1


def _low_pass(ratio: float) -> tuple[float, float, float]:
    """Butterworth of second order at this part of the sampling rate, by the bilinear transform: b0, a1, a2 (b1 = 2 b0,
    b2 = b0).
    """
    w = sin(pi * ratio) / cos(pi * ratio)
    scale = 1.0 / (1.0 + sqrt(2.0) * w + w * w)
    return w * w * scale, 2.0 * (w * w - 1.0) * scale, (1.0 - sqrt(2.0) * w + w * w) * scale
