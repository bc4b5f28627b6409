"""When the conversions of a free-running converter end, followed through the running loop.

Read once in 4 ms, an ADS1115 of 860 conversions a second gives a voltage that is anything up to 1.3 ms old, and that
age is a sawtooth which beats with the plate's vibration. But where a chip that is read twice within a conversion gives
two codes, one has ended between the readings. Where that contradicts the grid of its conversions, the grid is moved, by
as much as its own doubt allows: a Kalman filter of two states, the time of an end and the period, to which the end may
lie anywhere between. Two equal codes say nothing: they may be chance, and if not, not on which side of both readings
the end lies.
Plain floats and no loops, as it is part of the tick.
"""

from __future__ import annotations

from math import erfc, exp, pi, sqrt

from hw.ads1115.oscillator import ChipClock

EDGE_NS = 15_000.0
"""Standard deviation of a reading's own time: the wire's, and that of a program which is held up."""
HEARD_NS = 8_000.0
"""Of an end that was heard at the opening: a fraction of the 72 us of a reading (`hw.ads1115.oscillator`)."""
WANDERS_PPM, WANDERED_PPM = 4.0, 2.0
"""Of the period, in a second, now and in what earlier recordings were made with: an oscillator that warms up moves by
some 100 ppm in a minute. With more, what is seen from one side only is followed too far."""
ASTRAY_NS = 60_000.0
"""A larger contradiction, beyond four standard deviations, is no jitter: the grid is somewhere else."""
SECOND_WITHIN_NS = 1_000_000_000
"""One such contradiction may be a reading that took longer than others; a second one so soon is none."""
MOST_DOUBT = 0.35
"""Conversions more or less, at two standard errors, with which a count is still sure."""
_FAR, _LEAST = 5.0, 1e-12
"""Standard deviations beyond which a bound says nothing, and a probability that is too small to reckon with."""
MOST_SILENT_NS = 20_000_000_000
"""Without an answer for so long nothing is known any more."""


def _between(low: float, high: float, sd: float) -> tuple[float, float]:
    """The mean of a normal deviate about 0 of which it is known that it lies between these two, and the share of its
    variance that this takes away. Where the two say nothing, or lie too far out to say how much, the mean is 0 or the
    nearer of them.
    """
    if low < -_FAR * sd and high > _FAR * sd:
        return 0.0, 0.0
    # The upper tail is exact where the lower one would be a difference of ones.
    mirrored = low + high < 0.0
    a, b = (-high / sd, -low / sd) if mirrored else (low / sd, high / sd)
    share = 0.5 * (erfc(a * sqrt(0.5)) - erfc(b * sqrt(0.5)))
    if share < _LEAST:
        return (high if mirrored else low), 1.0
    at_a, at_b = exp(-0.5 * a * a) / sqrt(2.0 * pi), exp(-0.5 * b * b) / sqrt(2.0 * pi)
    mean = (at_a - at_b) / share
    left = 1.0 + (a * at_a - b * at_b) / share - mean * mean
    return (-mean if mirrored else mean) * sd, 1.0 - left


class ConversionGrid:
    """The grid of one converter's conversions. `end_ns` is 0.0 while it is not known.

    A reading that contradicts it leaves it in doubt; a second one in a second moves it. With `contradictions` of 1, as
    earlier recordings were made, the first one begins it anew, and an end that is not between two readings is put at
    the nearer one, as sure as that reading.
    """

    __slots__ = (
        "_astray_ns",
        "_at_once",
        "_both",
        "_end_var",
        "_known",
        "_most_ns",
        "_nominal_ns",
        "_period_var",
        "_seen_ns",
        "_wander",
        "end_ns",
        "period_ns",
    )

    def __init__(self, clock: ChipClock, nominal_hz: float, contradictions: int = 2) -> None:
        self._nominal_ns = 1e9 / nominal_hz
        self._most_ns = 0.12 * self._nominal_ns
        self._known = clock.changes > 0
        """With a rate that is only good to 10 % the next end cannot be distinguished from the last one."""
        self._seen_ns = int(clock.end_ns)
        self.period_ns = 1e9 / clock.rate_hz
        self.end_ns = clock.end_ns
        """When one of the conversions ended, as estimated last."""
        self._end_var = HEARD_NS * HEARD_NS
        self._period_var = (0.5 * self.period_ns * clock.error_hz / clock.rate_hz) ** 2
        self._both = 0.0
        self._astray_ns = -SECOND_WITHIN_NS
        self._at_once = contradictions < 2
        wanders_ppm = WANDERED_PPM if self._at_once else WANDERS_PPM
        self._wander = (wanders_ppm * 1e-6 * self.period_ns) ** 2 * 1e-9

    def refine(self, again: ChipClock, error_hz: float) -> None:
        """Hear the chip a second time, some tenths of a second later: the count between both gives a finer rate.

        `error_hz` is that of the rate which the first hearing gave; where it leaves the count in doubt, or nothing was
        heard this time, the rate stays as it is.
        """
        since_ns = again.end_ns - self.end_ns
        if not (self.end_ns and again.end_ns and since_ns > 0.0):
            return
        count = round(since_ns / self.period_ns)
        if count > 0 and error_hz * since_ns * 1e-9 < MOST_DOUBT:
            self.period_ns = since_ns / count
            self._period_var = 2.0 * (HEARD_NS / count) ** 2
            self._both = HEARD_NS * HEARD_NS / count
        self.end_ns = again.end_ns
        self._seen_ns = int(again.end_ns)

    def forget(self) -> None:
        """The chip was started again: its oscillator is the same, its conversions are others."""
        self.end_ns = 0.0

    def place(self, read_ns: int, near_ns: int) -> tuple[int, bool]:
        """The middle of the conversion that a reading at this time gave, the reading itself while the grid is unknown;
        and whether one ended or will end within `near_ns` of that time: then it is not sure which of two is read.
        """
        end_ns = self.end_ns
        if not end_ns:
            return read_ns, False
        period_ns = self.period_ns
        since_ns = (read_ns - end_ns) % period_ns
        near = since_ns < near_ns or period_ns - since_ns < near_ns
        if read_ns - self._seen_ns > MOST_SILENT_NS:
            return read_ns, near
        return read_ns - int(since_ns + 0.5 * period_ns), near

    def changed(self, first_ns: int, second_ns: int) -> None:
        """Readings at these times gave two codes, which says something if less than a conversion lies between."""
        period_ns = self.period_ns
        if second_ns - first_ns >= period_ns or not self._known:
            return
        middle_ns = 0.5 * (first_ns + second_ns)
        if not self.end_ns or second_ns - self._seen_ns > MOST_SILENT_NS:
            self._begin(middle_ns, first_ns, second_ns)
            return
        count = round((middle_ns - self.end_ns) / period_ns)
        end_ns = self.end_ns + count * period_ns
        off_ns = max(first_ns - end_ns, 0.0) - max(end_ns - second_ns, 0.0)
        both, period_var = self._both, self._period_var
        end_var = self._end_var + count * (2.0 * both + count * period_var)
        if abs(off_ns) > ASTRAY_NS and off_ns * off_ns > 16.0 * end_var:
            if self._at_once:
                self._begin(middle_ns, first_ns, second_ns)
                return
            again = second_ns - self._astray_ns < SECOND_WITHIN_NS
            self._astray_ns = second_ns
            if not again:
                self._end_var += 0.25 * off_ns * off_ns
                return
            end_var += off_ns * off_ns
        both += count * period_var
        period_var += self._wander * (second_ns - self._seen_ns)
        self.end_ns, self._seen_ns = end_ns, second_ns
        doubt = end_var + EDGE_NS * EDGE_NS
        told = 1.0
        if not self._at_once:
            off_ns, told = _between(first_ns - end_ns, second_ns - end_ns, sqrt(doubt))
        if off_ns:
            share, tilt = end_var / doubt, both / doubt
            self.end_ns = end_ns + share * off_ns
            self._turn(period_ns + tilt * off_ns)
            period_var -= tilt * both * told
            end_var -= share * end_var * told
            both -= share * both * told
        self._end_var, self._both, self._period_var = end_var, both, period_var

    def _begin(self, middle_ns: float, first_ns: int, second_ns: int) -> None:
        """An end lies between these two readings; all that was thought of ends before is forgotten."""
        self.end_ns, self._seen_ns = middle_ns, second_ns
        self._end_var = (second_ns - first_ns) ** 2 / 12.0
        self._both = 0.0

    def _turn(self, period_ns: float) -> None:
        if abs(period_ns - self._nominal_ns) <= self._most_ns:
            self.period_ns = period_ns
