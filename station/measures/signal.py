"""From what was recorded to an honest signal: checks, the even grid, the zero-phase low-pass.

Everything that could turn bad input into a plausible figure is refused here, with a reason that says where.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from drills.problems import Problem
from station.faults import because
from station.measures.constants import LEAST_RATE_HZ, MIN_FORCE_N

Array = NDArray[np.float64]

MOST_RATE_HZ = 50_000.0
"""No plate is as fast: the times are in another unit, as in the days of a spreadsheet."""
BRIDGED_GAP_S = 0.1
"""A longer hole is never bridged: at 10 Hz, the highest frequency that is kept, it is a whole period."""
MAX_MISSING = 0.02
"""Largest share of samples that may be bridged."""
JITTER, MOST_JITTERY = 0.2, 0.2
"""A time jitters that is so much of a period away from the one before and after; times do where more than this share
of them does."""
MAX_COP_MM = 1000.0
"""No plate that a person stands on is wider than 2 m; a larger CoP is in other units."""
FROZEN_S = 0.5
"""A standing person's CoP never repeats exactly for this long; a stuck converter's does."""
LEAP_MM = 50.0
LEAP_MM_S = 2500.0
"""Faster than any weight goes from one foot to the other, over more than noise makes: a person does not do this."""
WEIGHT_PERCENTILE = 90.0
"""Of the force: what somebody weighs who comes on and goes."""
OFF_PLATE = 0.2
"""Share of the person's weight below which they have stepped off; below a quarter of it the CoP is undefined."""


ZERO_JUMP_MM = 1.0
"""At least so far away, sway does not come to exactly 0, 0 from one sample to the next."""


class Signal(NamedTuple):
    """A checked recording: finite, in order, without a long hole. All arrays have one length."""

    t_s: Array
    ml_mm: Array
    ap_mm: Array
    force_n: Array | None
    rate_hz: float
    """Median rate."""
    kept: NDArray[np.bool_]
    """Which of the samples that came in these are."""
    missing: int
    """How many samples are not there, or came without a value."""
    even: bool
    """Whether every step is one period, to a microsecond and a thousandth of the period."""


class Refusal(NamedTuple):
    """Why a recording cannot be used, and what could still be said about it."""

    why: Problem
    rate_hz: float = float("nan")
    duration_s: float = float("nan")


def check(
    t_s: ArrayLike | None, ml_mm: ArrayLike, ap_mm: ArrayLike, force_n: ArrayLike | None, rate_hz: float | None
) -> Signal | Refusal:
    """The recording as a `Signal`, or why not. Never raises on numbers, whatever they are.

    Times in seconds (or `None` with `rate_hz`), CoP in mm, force in N. Samples that are not finite, or whose force is
    too small to divide by, are left out where the hole is short.
    """
    columns = _columns(t_s, ml_mm, ap_mm, force_n, rate_hz)
    if isinstance(columns, Refusal):
        return columns
    t, ml, ap, force = columns
    timing = _timing(t, rate_hz)
    if isinstance(timing, Refusal):
        return timing
    rate, duration = timing
    hole = _holes(t, ml, ap, force, rate)
    if isinstance(hole, Problem):
        return Refusal(hole, rate, duration)
    t, ml, ap = t[hole], ml[hole], ap[hole]
    force = force[hole] if force is not None else None
    why = _implausible(t, ml, ap)
    if why:
        return Refusal(why, rate, duration)
    steps = np.diff(t)
    even = bool(np.all(np.abs(steps - 1.0 / rate) <= min(1e-6, 1e-3 / rate)))
    at_ends = len(hole) - 1 - int(np.ptp(np.flatnonzero(hole)))
    return Signal(t, ml, ap, force, rate, hole, _missing(t, rate) + at_ends, even)


def check_beside(
    t_s: ArrayLike | None, ml_mm: ArrayLike, ap_mm: ArrayLike, force_n: ArrayLike | None, rate_hz: float | None
) -> Signal | Refusal:
    """As `check`, of a force that may be another's, or be recorded less often: one that is missing here and there makes
    no sample of the CoP a missing one, and one that is nobody's makes no plate empty.
    """
    columns = _columns(t_s, ml_mm, ap_mm, force_n, rate_hz)
    if isinstance(columns, Refusal) or columns[3] is None:
        return check(t_s, ml_mm, ap_mm, None, rate_hz)
    force = columns[3]
    known = np.isfinite(force)
    if not known.any():
        return check(t_s, ml_mm, ap_mm, None, rate_hz)
    at = np.arange(len(force))
    force = np.interp(at, at[known], force[known])
    if abs(float(np.percentile(force, WEIGHT_PERCENTILE))) >= MIN_FORCE_N:
        return check(t_s, ml_mm, ap_mm, force, rate_hz)
    alone = check(t_s, ml_mm, ap_mm, None, rate_hz)
    return alone if isinstance(alone, Refusal) else alone._replace(force_n=force[alone.kept])


def _columns(
    t_s: ArrayLike | None, ml_mm: ArrayLike, ap_mm: ArrayLike, force_n: ArrayLike | None, rate_hz: float | None
) -> tuple[Array, Array, Array, Array | None] | Refusal:
    try:
        ml, ap = np.asarray(ml_mm, dtype=float), np.asarray(ap_mm, dtype=float)
        force = None if force_n is None else np.asarray(force_n, dtype=float)
        if t_s is None:
            if rate_hz is None or not np.isfinite(rate_hz) or rate_hz <= 0:
                return Refusal(because("no-times"))
            t = np.arange(ml.size) / rate_hz
        else:
            t = np.asarray(t_s, dtype=float)
    except (TypeError, ValueError):
        return Refusal(because("not-numbers"))
    parts = [t, ml, ap] if force is None else [t, ml, ap, force]
    if any(part.ndim != 1 or part.size != ml.size for part in parts):
        return Refusal(because("columns-unequal"))
    return t, ml, ap, force


def _timing(t: Array, rate_hz: float | None) -> tuple[float, float] | Refusal:
    if t.size < 2:
        return Refusal(because("few-samples", samples=int(t.size)))
    if not np.all(np.isfinite(t)):
        return Refusal(because("time-no-number"))
    steps = np.diff(t)
    if np.any(steps <= 0):
        at = int(np.argmax(steps <= 0))
        kind = "time-duplicated" if steps[at] == 0 else "time-decreasing"
        return Refusal(because(kind, sample=at + 1, at_s=float(t[at + 1])))
    duration = float(t[-1] - t[0])
    with np.errstate(over="ignore"):
        rate = float(1.0 / np.median(steps))
    if rate > MOST_RATE_HZ:
        return Refusal(because("rate-too-high", rate_hz=rate), rate, duration)
    if rate < LEAST_RATE_HZ * 0.999:
        kind = "rate-of-milliseconds" if rate < 2.0 else "rate-too-low"
        return Refusal(because(kind, rate_hz=rate, least_hz=LEAST_RATE_HZ), rate, duration)
    if rate_hz is not None and abs(rate / rate_hz - 1.0) > 0.02:
        return Refusal(because("rates-disagree", rate_hz=rate, given_hz=rate_hz), rate, duration)
    return rate, duration


def _holes(t: Array, ml: Array, ap: Array, force: Array | None, rate: float) -> NDArray[np.bool_] | Problem:
    """Which samples to keep, or why the recording cannot be used."""
    good = np.isfinite(ml) & np.isfinite(ap) & ~_zero_for_nothing(ml, ap)
    if force is not None:
        known = np.isfinite(force)
        if not known.any():
            return because("no-force-number")
        weight = float(np.percentile(force[known], WEIGHT_PERCENTILE))
        if weight < -MIN_FORCE_N:
            return because("force-negative", force_n=weight)
        if weight < MIN_FORCE_N:
            return because("nobody-on-plate", force_n=weight)
        off = known & (force < OFF_PLATE * weight)
        start, length_s = _longest_run(off, t, rate)
        if length_s > BRIDGED_GAP_S:
            return because("load-fell", percent=100.0 * OFF_PLATE, length_s=length_s, from_s=float(t[start]))
        good &= known & (force >= 0.25 * OFF_PLATE * weight)
    empty = [axis for axis, column in (("ML", ml), ("AP", ap)) if not np.isfinite(column).any()]
    if len(empty) == 1:
        return because("axis-empty", axis=empty[0])
    if good.sum() < 2:
        return because("few-numbers")
    start, length_s = _longest_run(~good, t, rate)
    if length_s > BRIDGED_GAP_S:
        return because("no-cop", length_s=length_s, from_s=float(t[start]))
    steps = np.diff(t[good])
    at = int(np.argmax(steps))
    if steps[at] - 1.0 / rate > BRIDGED_GAP_S:
        return because("gap", length_s=float(steps[at]), at_s=float(t[good][at]))
    lost = _missing(t[good], rate)
    absent = lost / (lost + float(good.sum()))
    if absent > MAX_MISSING:
        return because("share-missing", percent=100.0 * absent)
    return good


def _zero_for_nothing(ml: Array, ap: Array) -> NDArray[np.bool_]:
    """Samples of exactly 0, 0 to which the CoP jumps: what some plates write while the force is too small to divide by.

    One that it only passes by stays: from there it is no further than a millimetre, or three of its usual steps.
    """
    zero: NDArray[np.bool_] = (ml == 0.0) & (ap == 0.0)
    if not zero.any() or zero.all():
        return np.zeros(len(ml), dtype=bool)
    away = np.hypot(ml, ap)
    with np.errstate(invalid="ignore"):
        steps = np.hypot(np.diff(ml), np.diff(ap))[~zero[1:] & ~zero[:-1]]
    usual = float(np.nanmedian(steps[steps > 0.0])) if np.any(steps > 0.0) else 0.0
    edges = np.diff(np.concatenate(([0], zero.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    before, after = np.concatenate(([0.0], away))[starts], np.concatenate((away, [0.0]))[ends]
    jumps = np.fmax(before, after) > max(ZERO_JUMP_MM, 3.0 * usual)
    for start, end in zip(starts[~jumps], ends[~jumps], strict=True):
        zero[start:end] = False
    return zero


def _missing(t: Array, rate: float) -> int:
    """Samples that are not there, by the length of the steps; times may be rounded to half a period. Where times jitter
    by more a long step is none: there, by how many samples the whole is short of.
    """
    periods = np.diff(t) * rate
    steps = np.round(periods)
    lost = int(np.sum(steps[steps > 1.0] - 1.0))
    if lost and float(np.mean(np.abs(periods - 1.0) > JITTER)) > MOST_JITTERY:
        return min(lost, max(round(float(np.sum(periods))) - len(periods), 0))
    return lost


def _longest_run(flags: NDArray[np.bool_], t: Array, rate: float) -> tuple[int, float]:
    """Index and duration in s of the longest run of true values; (0, 0.0) where there is none."""
    if not flags.any():
        return 0, 0.0
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    lengths = t[ends - 1] - t[starts] + 1.0 / rate
    longest = int(np.argmax(lengths))
    return int(starts[longest]), float(lengths[longest])


def _implausible(t: Array, ml: Array, ap: Array) -> Problem | None:
    largest = float(max(np.max(np.abs(ml)), np.max(np.abs(ap))))
    if largest > MAX_COP_MM:
        return because("cop-too-far", reach_mm=float(f"{largest:.3g}"))
    still = (np.diff(ml) == 0) & (np.diff(ap) == 0)
    if still.all():
        return because("signal-constant")
    if np.ptp(ml) == 0 or np.ptp(ap) == 0:
        return because("axis-constant", axis="ML" if np.ptp(ml) == 0 else "AP")
    if not still.any():
        return None
    start, length_s = _longest_run(still, t[1:], 1.0 / float(np.median(np.diff(t))))
    if length_s > FROZEN_S:
        return because("signal-frozen", length_s=length_s, from_s=float(t[start]))
    return None


def leap(signal: Signal) -> Problem | None:
    """Where the CoP moves as no person's does; None where it does not."""
    step_mm = np.hypot(np.diff(signal.ml_mm), np.diff(signal.ap_mm))
    leaps = (step_mm > LEAP_MM) & (step_mm > LEAP_MM_S * np.diff(signal.t_s))
    if not leaps.any():
        return None
    at = int(np.argmax(leaps))
    return because("cop-leaps", by_mm=float(step_mm[at]), at_s=float(signal.t_s[at]))


def column_sums(columns: Array) -> Array:
    """(k,) sums of (N, k) columns, to the bit those of `sum(axis=0)`, in a tenth of its time where there are two."""
    return np.asarray(np.einsum("nk->k", columns))


def to_grid(t_s: Array, columns: Array, rate_hz: float) -> Array:
    """`columns` (N, k) at `rate_hz` from the first time on, by cubic splines through the samples.

    A cubic spline at 100 Hz is within 0.1 % in amplitude up to 10 Hz, where a straight line has lost 3 %.
    """
    from scipy.interpolate import CubicSpline

    count = int(np.floor((t_s[-1] - t_s[0]) * rate_hz + 1e-6)) + 1
    grid = np.minimum(t_s[0] + np.arange(count) / rate_hz, t_s[-1])
    return np.asarray(CubicSpline(t_s, columns, axis=0)(grid), dtype=float)


def low_pass(columns: Array, rate_hz: float, cutoff_hz: float = 10.0, order: int = 4) -> Array:
    """`columns` (N, k) through a Butterworth low-pass forward and backward: no delay, twice the order.

    The design cut-off is not corrected for the second pass, as in the field's open code: the amplitude at
    `cutoff_hz` is one half. Both ends are continued by a second of the signal turned about its end point, by which time
    the filter has forgotten them (e^-24 at 10 Hz).
    """
    from scipy.signal import sosfiltfilt

    pad = min(round(10.0 * rate_hz / cutoff_hz), columns.shape[0] - 1)
    return np.asarray(sosfiltfilt(_sections(order, cutoff_hz, rate_hz), columns, axis=0, padlen=pad), dtype=float)


_DESIGNS: dict[tuple[int, float, float], Any] = {}


def _sections(order: int, cutoff_hz: float, rate_hz: float) -> Any:  # noqa: ANN401 - scipy has no types
    """The filter's sections; designing one takes longer than filtering a trial with it."""
    key = (order, cutoff_hz, rate_hz)
    if key not in _DESIGNS:
        from scipy.signal import butter

        _DESIGNS[key] = butter(order, cutoff_hz, fs=rate_hz, output="sos")
    return _DESIGNS[key]
