"""What a converter or a program does and no body: stand still on one axis, stop at one value, say a piece twice."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from drills.problems import Problem
from station.faults import because
from station.measures.signal import FROZEN_S, Array, column_sums
from station.measures.suspicions.even import BLOCK_HZ, BLOCK_S, ROUNDING, EvenCop, longest_run, resolution

AXES = ("ML", "AP")
STILL_S, FINE_MM = 0.3, 0.05
"""An axis of a plate as fine as that stands still for 0.28 s at most, of a coarser one for `FROZEN_S`."""
STILL_LAGS = 40.0
"""A coarse plate shows no step for a while: an axis is stuck when it stands still for so many times as long as it
usually takes to move on by two of its steps (32 at most in trials rounded to 0.1, 0.5 and 1 mm)."""
DEAD_S, MOST_DEAD_MM, DEAD_TIMES, DEAD_SHARE = 2.5, 0.02, 1.4, 0.25
"""An axis is dead, and only trembles, whose means over tenths of a second spread by so little in such a time, or by no
more than so many times what white noise makes of them, 0.09 mm at least in people; and that is no more than such a
share of what they usually spread by."""
LAGS_S = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
AT_THE_END = 3.0
"""How many more samples stand exactly at an axis's end than three steps before it, and four: 1.6 at most in trials."""
TWICE_S = 0.5
"""The length of a piece that comes twice: no piece of sway does, to two thousandths of a millimetre."""
ALIKE_MM = 2e-3
GRAIN_MM, SHORT = 0.00987, 10
"""Pieces are looked for by this many steps in a row, each as so many grains; an odd size, so that no step of a rounded
file lies on the border of two."""
LEAST_MOVES = 15
"""In a piece: on a coarse plate, pieces in which hardly anything moves are alike."""
LEAST_BEND_MM = 50.0 * ALIKE_MM
"""By which a piece leaves the straight line from its start to its end: two straight ones are alike by chance."""
MOST_AXES_ALIKE = 0.9999
"""Correlation of the steps of ML and AP: of people 0.9 at most."""
MOST_TENTHS_ALIKE = 0.95
"""The same from tenth to tenth of a second, which noise on one of them hardly reaches, of who only stands: 0.72 at most
in people."""
STRAIGHT_BENDS = (4, 8)
"""So many bends of tenths of a second in a row, of both axes and of one, are next to nothing on a straight line of 0.7
and 1.1 s."""
MOST_STRAIGHT = 0.08
"""Of the axis's usual bend: 0.18 at least in people, on two legs and on one."""
LEAST_TENTHS, TINY_MM = 40, 1e-9
PILE_MM, FINE_ENOUGH_MM, PILE_TIMES, PILE_S = 0.12, 0.03, 1.0, 0.3
"""What was cut off and then trembled, or was smoothed, stands in the outermost `PILE_MM` as often as in three times as
much beside it and `PILE_S` besides, on a plate that is fine enough: 0.87 times at most in people."""
PILED_RANGE = 40.0
"""Times `PILE_MM` that the axis ranges over at least: all of a smaller sway is near its end."""
LEAST_HELD = 0.98
"""Share of samples that stand where, and only where, a slower plate's would."""
LEAST_APART, NEARLY, LEAST_HELD_NEARLY = 1.5, 1.0, 0.97
"""Where the slower rate is no whole part of this one: samples from one move to the next, by how many they differ from
their mean, and in which share; 0.91 at most of a coarse plate."""
MOST_TIMES = 20
MOST_LOOKED_AT = 2000


def still_axis(cop: EvenCop) -> Problem | None:
    """An axis of a CoP that stands still while it usually moves; None where none does."""
    rate_hz = cop.rate_hz
    for axis, column, step_mm in zip(AXES, cop.axes_mm, cop.resolutions_mm, strict=True):
        start, length = longest_run(np.abs(np.diff(column)) <= ROUNDING * max(float(np.max(np.abs(column))), 1.0))
        least_s = STILL_S if step_mm <= FINE_MM else FROZEN_S
        if length / rate_hz > least_s and length / rate_hz > STILL_LAGS * _moving_on_s(column, step_mm, rate_hz):
            return because("axis-still", axis=axis, length_s=length / rate_hz, from_s=start / rate_hz)
    return None


def _moving_on_s(column: Array, step_mm: float, rate_hz: float) -> float:
    """How long the column usually takes to move on by two of its steps."""
    two_steps = 2.0 * step_mm
    for lag_s in LAGS_S:
        lag = round(lag_s * rate_hz)
        if 0 < lag < len(column) and float(np.mean((column[lag:] - column[:-lag]) ** 2)) ** 0.5 > two_steps:
            return 0.0 if lag_s == LAGS_S[0] else lag_s
    return float("inf")


def cut_off(column: Array, step: float | None = None) -> float:
    """Whether a column (N,) is cut off at its largest or smallest value, as too small a range does: how many samples
    stand there, 0 where it is not.
    """
    step = resolution(column) if step is None else step
    for turned in (column, -column):
        top = float(np.max(turned))
        there = int(np.count_nonzero(turned == top))
        near = int(np.count_nonzero((turned < top) & (turned >= top - 3.5 * step)))
        if there > AT_THE_END * (4 + near):
            return float(there)
    return 0.0


def clipped(cop: EvenCop) -> Problem | None:
    """An axis of a CoP whose peaks are cut off; None where none is."""
    for axis, column, step_mm in zip(AXES, cop.axes_mm, cop.resolutions_mm, strict=True):
        if there := cut_off(column, step_mm) or _piled_up(column, step_mm, cop.rate_hz):
            return because("clipped", axis=axis, length_s=there / cop.rate_hz)
    return None


def _piled_up(column: Array, step_mm: float, rate_hz: float) -> float:
    """As `cut_off`, where what was cut off is not exactly alike."""
    if step_mm > FINE_ENOUGH_MM or float(np.ptp(column)) < PILED_RANGE * PILE_MM:
        return 0.0
    times, there = piled_times(column, rate_hz)
    return there if times > PILE_TIMES else 0.0


def piled_times(column: Array, rate_hz: float) -> tuple[float, float]:
    """How many times as often a column (N,) stands within `PILE_MM` of an end as in three times as much beside it and
    `PILE_S` besides, at the first end where that is more than `PILE_TIMES`, else the more of both; and how often.
    """
    found = []
    for turned in (column, -column):
        below = float(np.max(turned)) - turned
        there, near = (float(np.count_nonzero(below <= by * PILE_MM)) for by in (1.0, 4.0))
        found.append((there / (near - there + PILE_S * rate_hz), there))
    return next((one for one in found if one[0] > PILE_TIMES), max(found))


def dead_axis(cop: EvenCop) -> Problem | None:
    """An axis of a CoP that for a while shows nothing but white noise; None where none does."""
    for axis, step_mm, (share, first) in zip(AXES, cop.resolutions_mm, liveness(cop), strict=False):
        if share < 1.0 and step_mm <= FINE_MM:  # a coarse plate shows nothing but its steps
            return because("axis-dead", axis=axis, length_s=DEAD_S, from_s=first / BLOCK_HZ)
    return None


def liveness(cop: EvenCop) -> list[tuple[float, int]]:
    """Of each axis the least spread in `DEAD_S` as a share of that below which it is dead, and at which tenth of a
    second that begins; infinite where the axis sways too little to tell, empty for a trial too short.
    """
    tenths, size, each = cop.tenths_mm, round(DEAD_S * BLOCK_HZ), cop.rate_hz * BLOCK_S
    if len(tenths) < 2 * size or each < 1.0:
        return []
    level = tenths - tenths.mean(axis=0)
    sums, squares = (np.cumsum(np.vstack((np.zeros((1, 2)), one)), axis=0) for one in (level, level**2))
    mean, square = ((one[size:] - one[:-size]) / size for one in (sums, squares))
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    found = []
    for at in range(2):
        first = int(np.argmin(spread[:, at]))
        own = cop.mm[round(first * each) : round((first + size) * each), at]
        trembles = float(np.std(np.diff(own))) / 2.0**0.5
        most = max(MOST_DEAD_MM, DEAD_TIMES * trembles / each**0.5)
        tells = most < DEAD_SHARE * float(np.median(spread[:, at]))
        found.append((float(spread[first, at]) / most if tells else float("inf"), first))
    return found


def straight(cop: EvenCop) -> Problem | None:
    """A CoP, or an axis of it, that for a while goes along a straight line, as a gap that was filled does; or None."""
    if len(cop.tenths_mm) < LEAST_TENTHS or max(cop.resolutions_mm) > FINE_MM:
        return None
    ml, ap = (bends_of(cop.tenths_mm) < MOST_STRAIGHT).T
    of_both, of_one = STRAIGHT_BENDS
    for size, axes, low in ((of_both, list(AXES), ml & ap), (of_one, ["ML"], ml), (of_one, ["AP"], ap)):
        start, length = longest_run(low)
        if length >= size:
            return because("straight-line", axes=axes, length_s=(length + 2) * BLOCK_S, from_s=start * BLOCK_S)
    return None


def bends_of(tenths_mm: Array) -> Array:
    """(M - 2, 2) by how much each axis bends at each tenth of a second, as a share of its usual bend."""
    bends = np.abs(np.diff(tenths_mm, 2, axis=0))
    return np.asarray(bends / np.maximum(np.median(bends, axis=0), TINY_MM))


def twice(cop: EvenCop) -> Problem | None:
    """A piece of a CoP that comes a second time, wherever it is, also backward; or None."""
    steps, rate_hz = cop.steps_mm, cop.rate_hz
    size = max(round(TWICE_S * rate_hz), LEAST_MOVES + 1)
    if len(steps) < 2 * size:
        return None
    last = len(steps) - size
    sums = _sums_of_steps(steps)[: last + 1]
    ordered = np.sort(sums)
    for backward in (False, True):
        again = -steps[::-1] if backward else steps
        others_sums = _sums_of_steps(again)[: last + 1] if backward else None
        if others_sums is None and not np.any(ordered[1:] == ordered[:-1]):
            continue  # as in nearly all recordings; the order of all takes ten times as long
        if others_sums is not None and not _any_same(ordered, others_sums[:: size // 2]):
            break
        first, second = _same(sums, others_sums)
        where = last - second if backward else second
        apart = np.flatnonzero(where - first >= size)[:MOST_LOOKED_AT]
        pieces, others = (np.lib.stride_tricks.sliding_window_view(one, size, axis=0) for one in (steps, again))
        moving = np.concatenate(([0], np.cumsum(steps.any(axis=1))))
        alike = np.max(np.abs(pieces[first[apart]] - others[second[apart]]), axis=(1, 2), initial=0.0) <= ALIKE_MM
        apart = apart[alike & (moving[first[apart] + size] - moving[first[apart]] >= LEAST_MOVES)]
        for one, other in zip(first[apart], where[apart], strict=True):
            if _bend_mm(cop.mm[one : one + size + 1]) >= LEAST_BEND_MM:
                key = "piece-backward" if backward else "piece-twice"
                return because(key, from_s=int(one) / rate_hz, again_s=int(other) / rate_hz)
    return None


def _same(sums: NDArray[np.uint64], others: NDArray[np.uint64] | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the same number stands twice in `sums`, or in `sums` and then in `others`."""
    both = sums if others is None else np.concatenate((sums, others))
    order = np.argsort(both, kind="stable")
    pairs = np.flatnonzero(np.diff(both[order]) == 0)
    first, second = order[pairs], order[pairs + 1]
    if others is None:
        return first, second
    across = (first < len(sums)) & (second >= len(sums))
    return first[across], second[across] - len(sums)


def _any_same(ordered: NDArray[np.uint64], few: NDArray[np.uint64]) -> bool:
    """Whether any of `few` is among these: of pieces that are longer than the few are apart one would be."""
    return bool(np.any(ordered[np.minimum(np.searchsorted(ordered, few), len(ordered) - 1)] == few))


def _sums_of_steps(steps: Array) -> NDArray[np.uint64]:
    grains = np.round(steps / GRAIN_MM).astype(np.int64)
    return _sums(grains[:, 0] * 1_000_003 + grains[:, 1], SHORT)


def _bend_mm(piece: Array) -> float:
    line = np.linspace(0.0, 1.0, len(piece))[:, None]
    return float(np.max(np.abs(piece - piece[0] - line * (piece[-1] - piece[0]))))


def axes_alike(cop: EvenCop, *, stands: bool = False) -> Problem | None:
    """One column that stands for both axes of a CoP, or its mirror image, also with noise on one of them where somebody
    only stands; None where they differ.
    """
    alike = alike_of(cop.steps_mm)
    if abs(alike) > MOST_AXES_ALIKE:
        return because("axes-alike", correlation=alike)
    if not stands or len(cop.tenths_mm) < LEAST_TENTHS:
        return None
    alike = alike_of(np.diff(cop.tenths_mm, axis=0))
    return because("axes-alike", correlation=alike) if abs(alike) > MOST_TENTHS_ALIKE else None


def alike_of(steps: Array) -> float:
    """Correlation of the steps (N, 2) of ML and AP; 0 where one makes none."""
    lengths = np.sqrt(column_sums(steps**2))
    return float(steps[:, 0] @ steps[:, 1] / (lengths[0] * lengths[1])) if np.all(lengths > 0.0) else 0.0


def held(cop: EvenCop) -> Problem | None:
    """Each sample of a CoP comes several times: a slower plate, written at this rate; None where none does."""
    ml, ap = (cop.steps_mm != 0.0).T
    moves, rate_hz = ml | ap, cop.rate_hz
    if len(moves) < 4 * MOST_TIMES or float(np.mean(moves)) > 0.6:
        return None
    for times in range(2, MOST_TIMES + 1):
        counts = np.array([np.mean(moves[start::times]) for start in range(times)])
        where = int(np.argmax(counts))
        if counts[where] >= LEAST_HELD and float(np.sum(np.delete(counts, where))) <= 1.0 - LEAST_HELD:
            return because("values-held", times=times, slower_hz=rate_hz / times)
    apart = np.diff(np.flatnonzero(moves))
    times_apart = float(np.mean(apart)) if len(apart) else 0.0
    if times_apart < LEAST_APART or float(np.mean(np.abs(apart - times_apart) <= NEARLY)) < LEAST_HELD_NEARLY:
        return None
    return because("values-held", times=round(times_apart, 1), slower_hz=rate_hz / times_apart)


def _sums(values: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    """A number for each `size` values in a row, the same for the same values: a polynomial, modulo 2^64."""
    powers, back = _powers(len(values))
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values.astype(np.uint64) * powers)))
    count = len(values) - size + 1
    return np.asarray((sums[size:] - sums[:-size]) * back[:count])


@lru_cache(maxsize=2)
def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Powers of the base, modulo 2^64, from the zeroth on, and what undoes each."""
    base = 0x9E3779B97F4A7C15
    powers, back = (np.full(count, one, dtype=np.uint64) for one in (base, pow(base, -1, 1 << 64)))
    powers[:1] = back[:1] = 1
    return np.cumprod(powers), np.cumprod(back)
