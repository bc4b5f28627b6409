"""The oscillator of a free-running converter, from the moments at which its codes change.

An ADS1115 says nowhere when it converts, and its oscillator is only good to +-10 %. Read many times a conversion, its
code changes on a grid of one period: the frequency of that grid is its conversion rate. Read once in 4 ms, as in the
running loop, the grid cannot be seen; so this is measured once, when the rig is opened.
"""

from __future__ import annotations

from cmath import exp, phase
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from math import pi, sqrt
from statistics import median
from typing import NamedTuple

from hw.ads1115.chip import OSCILLATOR_TOLERANCE

LISTEN_PERIODS = 34
"""40 ms at 860 a second; half of them show, which gives the rate to 0.1 % on a bus of 400 kHz."""
_FEWEST_READS = 400
"""On a slow bus this takes longer: what a reading's time leaves open has to be averaged out."""
_MOST_READS = 1_000
_FEWEST_CHANGES = 8
_LONGEST_STEP = 2.5
"""Times what a reading takes mostly: a code that is read again, as it may be another register, takes twice as long."""
_COHERENT = 0.8
"""One grid gives 0.95 and more even if it is read only five times a period; two unlike grids about 0.6."""


class ChipClock(NamedTuple):
    """What is known of a converter's oscillator."""

    rate_hz: float
    """Conversions a second."""
    error_hz: float
    """Two standard errors of that rate; the data sheet's tolerance where nothing could be measured."""
    changes: int
    """Changes of code that it rests on; 0 when it is nominal."""
    coherence: float
    """How well the changes lie on one grid, 0 to 1."""
    end_ns: float = 0.0
    """When one of the conversions ended; 0.0 when that is not known."""

    @property
    def one_chip(self) -> bool:
        """False where the changes cannot come from a single oscillator: two chips answer to one address."""
        return self.changes == 0 or self.coherence >= _COHERENT


class Heard(NamedTuple):
    """What a converter did while it was listened to."""

    changes_ns: tuple[int, ...] = ()
    """When another code was seen first: the middle between that reading and the one before."""
    step_ns: float = 0.0
    """From one reading to the next, on average."""
    bits: int = 0
    """All codes, one over the other."""


def listen(
    result: Callable[[bool], int], now_ns: Callable[[], int], nominal_hz: float, words: Collection[int] = ()
) -> Heard:
    """Read as fast as the bus allows for `LISTEN_PERIODS` and `_FEWEST_READS`. Raises OSError where the bus fails.

    A code among `words`, the chip's other registers, is read again: somebody else may have moved its pointer.
    """
    changes: list[int] = []
    times_ns: list[int] = [now_ns()]
    bits = 0
    listen_ns = LISTEN_PERIODS / nominal_hz * 1e9
    last = result(True)
    while (reads := len(times_ns)) < _MOST_READS:
        t_ns = now_ns()
        if t_ns - times_ns[0] > listen_ns and reads >= _FEWEST_READS:
            break
        code = result(True)
        if code != last:
            if code in words:
                code = result(False)
            bits |= code
            last = code
            changes.append(reads)
        times_ns.append(t_ns)
    return Heard(_timed(times_ns, changes), (times_ns[-1] - times_ns[0]) / reads, bits)


def _timed(times_ns: Sequence[int], changes: Sequence[int]) -> tuple[int, ...]:
    """When each of these readings brought another code, where that is known: a program that had to wait for its turn
    before a reading or in it cannot say when the code changed, and would hear two chips in one.
    """
    steps_ns = [after - before for before, after in pairwise(times_ns)]
    longest_ns = _LONGEST_STEP * median(steps_ns) if steps_ns else 0.0
    return tuple((times_ns[n - 1] + times_ns[n]) // 2 for n in changes if max(steps_ns[n - 1 : n + 1]) <= longest_ns)


def estimate(heard: Heard, nominal_hz: float) -> ChipClock:
    """The oscillator whose conversions changed the code at these times."""
    changes_ns, step_ns, _ = heard
    count = len(changes_ns)
    nominal = ChipClock(nominal_hz, nominal_hz * OSCILLATOR_TOLERANCE, 0, 0.0)
    if count < _FEWEST_CHANGES:
        return nominal
    times_s = [(t_ns - changes_ns[0]) * 1e-9 for t_ns in changes_ns]
    span_s = times_s[-1]
    if span_s * nominal_hz < _FEWEST_CHANGES:
        return nominal
    lowest_hz = nominal_hz * (1.0 - 1.1 * OSCILLATOR_TOLERANCE)
    step_hz = 1.0 / (8.0 * span_s)
    steps = int(2.2 * OSCILLATOR_TOLERANCE * nominal_hz / step_hz) + 1
    rate_hz = max((lowest_hz + step * step_hz for step in range(steps)), key=lambda hz: abs(_sum(times_s, hz)))
    return _refined(times_s, rate_hz, step_ns * 1e-9, changes_ns[0])


def _sum(times_s: Sequence[float], rate_hz: float) -> complex:
    """The sum of unit vectors, one a time, at its angle on a circle of one period."""
    turn = -2j * pi * rate_hz
    return sum((exp(turn * t_s) for t_s in times_s), 0j)


def _refined(times_s: Sequence[float], rate_hz: float, step_s: float, first_ns: int) -> ChipClock:
    """Least squares of time over the number of the conversion, which the coarse rate gives.

    Each time is known to a step of the readings: where these keep in step with the conversions, no scatter shows it.
    """
    count = len(times_s)
    grid = _sum(times_s, rate_hz)
    offset = -phase(grid) / (2.0 * pi)
    numbers = [round(t_s * rate_hz - offset) for t_s in times_s]
    mean_n = sum(numbers) / count
    mean_s = sum(times_s) / count
    spread = sum((n - mean_n) ** 2 for n in numbers)
    period_s = sum((n - mean_n) * (t_s - mean_s) for n, t_s in zip(numbers, times_s, strict=True)) / spread
    residual = sum((t_s - mean_s - period_s * (n - mean_n)) ** 2 for n, t_s in zip(numbers, times_s, strict=True)) / (
        count - 2
    )
    fitted_hz = 1.0 / period_s
    error_hz = 2.0 * sqrt(max(residual, step_s * step_s / 12.0) / spread) * fitted_hz * fitted_hz
    # Best known in the middle of what was heard.
    end_s = mean_s + period_s * (round(mean_n) - mean_n)
    return ChipClock(fitted_hz, error_hz, count, abs(_sum(times_s, fitted_hz)) / count, first_ns + end_s * 1e9)
