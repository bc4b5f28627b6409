"""Ways in which a recording's times go wrong, and what clocks do that changes nothing: for `benchmarks.suspicions`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.spoiling import RATE_HZ, Kind
from station.measures import MeasureSet, RecordedCop, Request, compute
from station.measures.signal import Array

PERIOD_S = 1.0 / RATE_HZ
RAW = Request("raw")


class Timed(NamedTuple):
    """A CoP with its samples' times."""

    t_s: Array
    cop_mm: Array
    """(N, 2)."""


Spoilt = Callable[[Timed, np.random.Generator], Timed]


def of_times(timed: Timed) -> MeasureSet:
    """The figures."""
    return compute(RecordedCop(timed.t_s, timed.cop_mm[:, 0], timed.cop_mm[:, 1]), RAW)


def timed(cop_mm: Array) -> Timed:
    """As it was recorded."""
    return Timed(np.asarray(np.arange(len(cop_mm)) * PERIOD_S, dtype=np.float64), cop_mm)


def _from_steps(of: Timed, steps_s: Array) -> Timed:
    return of._replace(t_s=np.concatenate(([0.0], np.cumsum(steps_s))))


def half(by: float, digits: int | None = None) -> Spoilt:
    """The steps of the first or the second half so many times as long."""

    def spoil(of: Timed, rng: np.random.Generator) -> Timed:
        steps_s = np.diff(of.t_s)
        middle = len(steps_s) // 2
        steps_s[(slice(middle), slice(middle, None))[int(rng.integers(2))]] *= by
        found = _from_steps(of, steps_s)
        return found if digits is None else found._replace(t_s=np.round(found.t_s, digits))

    return spoil


def part(by: float, length_s: float) -> Spoilt:
    """The steps of so many seconds, anywhere."""

    def spoil(of: Timed, rng: np.random.Generator) -> Timed:
        steps_s, count = np.diff(of.t_s), round(length_s * RATE_HZ)
        begin = int(rng.integers(len(steps_s) - count + 1))
        steps_s[begin : begin + count] *= by
        return _from_steps(of, steps_s)

    return spoil


def slower(by: float) -> Spoilt:
    """Each step a little longer than the one before, the last so many times as long as the first."""
    return lambda of, _: _from_steps(of, np.diff(of.t_s) * np.linspace(1.0, by, len(of.t_s) - 1))


def whole(by: float) -> Spoilt:
    """All times."""
    return lambda of, _: of._replace(t_s=of.t_s * by)


CLOCK = "clocks and radios differ by as much"
TIME_KINDS = {
    "the times of a half stretched 1.2 times": Kind(half(1.2)),
    "the times of a half stretched 1.5 times": Kind(half(1.5)),
    "the times of a half shrunk to 0.7": Kind(half(0.7)),
    "the times of a half twice as long": Kind(half(2.0)),
    "the same by 1.3, in whole milliseconds": Kind(half(1.3, digits=3)),
    "the times of 5 s stretched 1.3 times": Kind(part(1.3, 5.0)),
    "the times of 2 s stretched 1.3 times": Kind(part(1.3, 2.0)),
    "ever longer steps, 1.3 times at the end": Kind(slower(1.3)),
    "the times of a half stretched 1.1 times": Kind(half(1.1), CLOCK),
    "the times of 1 s stretched 1.3 times": Kind(part(1.3, 1.0), "two seconds are counted at once"),
    "all times stretched 1.3 times": Kind(whole(1.3), "people differ by more"),
}
"""Of a CoP with times."""


def _at(of: Timed, t_s: Array) -> Timed:
    """The same person, seen at these times."""
    inside = t_s[(t_s >= of.t_s[0]) & (t_s <= of.t_s[-1])]
    columns = [np.interp(inside, of.t_s, column) for column in of.cop_mm.T]
    return Timed(inside, np.column_stack(columns))


def _lost(of: Timed, rng: np.random.Generator) -> Timed:
    kept = rng.uniform(size=len(of.t_s)) > 0.01
    return Timed(of.t_s[kept], of.cop_mm[kept])


CLOCKS: dict[str, Spoilt] = {
    "a radio's jitter of 2 ms": lambda of, rng: _at(of, np.sort(of.t_s + rng.uniform(-2e-3, 2e-3, len(of.t_s)))),
    "a clock 1 % off in a half": half(1.01),
    "whole milliseconds at 120 a second": lambda of, _: _at(
        of, np.asarray(np.round(np.arange(0.0, of.t_s[-1], 1.0 / 120.0), 3), dtype=np.float64)
    ),
    "one sample of a hundred lost": _lost,
}
"""What clocks do: nothing is wrong."""
