"""What no body can do between two samples: jump, or tremble like white noise.

Both are seen in what a cubic through the two samples before and the two after a sample misses it by: a fourth
difference. Sway is slow, so that this is next to nothing: at 100 samples a second 0.15 mm at most in 1,930 trials.
"""

from __future__ import annotations

import numpy as np

from drills.problems import Problem
from station.faults import because
from station.measures.signal import Array, low_pass
from station.measures.suspicions.even import COARSE_MM, EvenCop, blocks, misses

MISS_OF_NOISE = (70.0 / 36.0) ** 0.5
"""r.m.s. of the miss of white noise of r.m.s. 1."""
MEDIAN_OF_TWO = (2.0 * np.log(2.0)) ** 0.5
"""Median length of two normal errors of r.m.s. 1."""
MOST_MISS_MM = 1.0
"""At 100 samples a second and more; six times what any of the trials has. A leap of 2 mm misses by that."""
MOVES, MOVES_HZ = 5.0, 250.0
"""Times as much of somebody who moves on purpose, at so many samples a second: a foot that comes down, or a push, is as
quick. Simulated patients in all drills come to 3.4. A spike of one sample of 5 mm and more is still one, and a longer
one, or a shift, of 10; at a slower rate each is as much larger as the time between two samples is longer."""
MOST_FORCE_MISS = 0.1
"""Of the weight, of a force at `MOVES_HZ`: at once it grows by 75 times the weight in a second, a quick push by
a third of that. Proposed: nobody's recordings of tasks are at hand."""
MEDIAN_OF_ONE = 0.6745
"""Median size of a normal error of r.m.s. 1."""
OVER_NOISE = 8.0
"""Times its own r.m.s., by its median: honest noise does not reach that in a trial."""
MOST_WHITE_NOISE_MM = 0.25
"""r.m.s.: a good plate has 0.1 mm, a toy 0.2."""
MOST_LOCAL_NOISE_MM = 0.4
"""In a second. Trials at 50 samples a second, where a quick move is nearest to noise, come to 0.08 mm."""
MOST_BIAS = 0.1
"""By which noise may lift the mean velocity that is left after the low-pass at 10 Hz."""
LOW_PASS_HZ = 10.0
UNEVEN_TIMES, UNEVEN_PERCENTILE, UNEVEN_MM = 6.5, 98.0, 0.03
"""Times the median miss that one in fifty is beyond, and so much at least: 2.4 times at 100 samples a second, 4.5 at 50
and 4.2 on one leg, at most in people. Where one row of a hundred is exchanged with the next, or one of twenty left out
or written twice, it is 7 and more."""
MOST_QUICK = 0.1
"""By which share of it the path is longer than below `LOW_PASS_HZ`: 0.05 at most in people, at 50 to 250 samples a
second."""
SLOW_HZ = 50.0
"""Below this rate people's own moves miss by more, with the square of the time between two samples: at 25 Hz up to
0.28 mm in a trial and 0.77 mm in a second (322 trials on two legs, a plate under one)."""


def jump(cop: EvenCop, times: float = 1.0) -> Problem | None:
    """The largest spike, or shift from one sample to the next, of a CoP; None where there is none.

    Below 100 samples a second people miss by more: with the square of the time between two. `times` as much is none of
    somebody who moves (`MOVES`).
    """
    if len(cop.mm) < 8:
        return None
    missed, rate_hz = cop.missed_mm, cop.rate_hz
    largest = float(np.max(missed))
    if largest <= times * MOST_MISS_MM * max(100.0 / rate_hz, 1.0) ** 2:
        return None
    if largest <= OVER_NOISE * 2.0**0.5 * MISS_OF_NOISE * float(_noise_mm(missed)):
        return None
    by_mm, at = _largest_step(cop.mm, int(np.argmax(missed)) + 2)
    return because("jumps", by_mm=by_mm, at_s=at / rate_hz)


def _largest_step(columns: Array, at: int) -> tuple[float, int]:
    """The largest step of (N, 2) beside sample `at`, which misses most, and the sample. The first and the last two
    samples have no miss of their own: a spike there shows in a neighbour's, two samples away.
    """
    lengths = np.hypot(*np.diff(columns[at - 2 : at + 3], axis=0).T)
    most = int(np.argmax(lengths))
    return float(lengths[most]), {0: at - 2, 3: at + 2}.get(most, at)


def moving(rate_hz: float) -> float:
    """Times as much as of somebody who stands, at this rate, is no jump of who moves on purpose."""
    return MOVES * max(MOVES_HZ / rate_hz, 1.0)


def force_jump(force_n: Array, rate_hz: float, most_n: float, from_s: float = 0.0) -> Problem | None:
    """The largest spike of a force (N,) in N at even times that misses by more than `most_n`; None where there is none.

    At a slower rate than `MOVES_HZ` by as much more as the time between two samples is longer. Its first sample is at
    `from_s`.
    """
    if len(force_n) < 8:
        return None
    missed = np.abs(misses(force_n))
    usual_n = float(np.median(missed)) / MEDIAN_OF_ONE
    if float(np.max(missed)) <= max(most_n * max(MOVES_HZ / rate_hz, 1.0), OVER_NOISE * usual_n):
        return None
    by_n, at = _largest_step(np.column_stack((force_n, 0.0 * force_n)), int(np.argmax(missed)) + 2)
    return because("force-jumps", by_n=by_n, at_s=from_s + at / rate_hz)


def uneven(cop: EvenCop) -> Problem | None:
    """Rows of a CoP that were exchanged with their neighbours, left out or written twice, here and there; None
    where none seem so. Below `SLOW_HZ` people's own moves hide it.
    """
    if cop.rate_hz < 0.99 * SLOW_HZ or len(cop.mm) < 16:
        return None
    missed = cop.missed_mm
    if np.count_nonzero(missed > UNEVEN_MM) < (1.0 - UNEVEN_PERCENTILE / 100.0) * (len(missed) - 1):
        return None
    usual, most = (float(one) for one in np.percentile(missed, (50.0, UNEVEN_PERCENTILE)))
    if most <= max(UNEVEN_TIMES * usual, UNEVEN_MM) or max(cop.resolutions_mm) > COARSE_MM:
        return None
    return because("rows-uneven", by_mm=most, usual_mm=usual)


def noise(cop: EvenCop) -> Problem | None:
    """White noise in a CoP, or rows in a wrong order; None where there is none to speak of."""
    if len(cop.mm) < 16:
        return None
    missed, rate_hz = cop.missed_mm, cop.rate_hz
    whole_mm, per_second = float(_noise_mm(missed)), round(rate_hz)
    local = _noise_mm(missed[: len(missed) // per_second * per_second].reshape(-1, per_second))
    bias, slower = _lift(cop.tenths_mm, whole_mm, rate_hz), max(SLOW_HZ / rate_hz, 1.0) ** 2
    if whole_mm > MOST_WHITE_NOISE_MM * slower or bias > MOST_BIAS:
        return because("white-noise", noise_mm=whole_mm, percent=100.0 * bias)
    if float(np.max(local, initial=0.0)) > MOST_LOCAL_NOISE_MM * slower:
        return because("white-noise-for-a-while", noise_mm=float(np.max(local)), from_s=float(np.argmax(local)))
    return None


def quick_part(cop: EvenCop) -> Problem | None:
    """That much of an unfiltered path is quicker than any person's: noise, the mains' hum, a coarse converter."""
    if cop.rate_hz < 0.99 * SLOW_HZ or len(cop.mm) < 16:
        return None
    share = quick_share(cop)
    return because("quick-part", percent=100.0 * share) if share > MOST_QUICK else None


def quick_share(cop: EvenCop) -> float:
    """By which share of it the path is longer than below `LOW_PASS_HZ`."""
    slow_mm = low_pass(cop.mm, cop.rate_hz, LOW_PASS_HZ)
    whole, slow = (float(np.sum(np.hypot(*np.diff(one, axis=0).T))) for one in (cop.mm, slow_mm))
    return whole / max(slow, 1e-12) - 1.0


def noise_mm(cop_mm: Array) -> float:
    """r.m.s. of white noise on one axis of a CoP (N, 2) at even times, by its median."""
    return float(_noise_mm(np.hypot(*misses(cop_mm).T)))


def _noise_mm(missed: Array) -> Array:
    """r.m.s. of the noise on one axis that makes such misses (..., N): by their median, which a spike does not move."""
    return np.asarray(np.median(missed, axis=-1) / (MEDIAN_OF_TWO * MISS_OF_NOISE))


def lift(cop_mm: Array, noise_mm: float, rate_hz: float) -> float:
    """By which share white noise of this r.m.s. lifts the velocity below 10 Hz.

    Its velocity there has the variance noise^2 (2 pi)^2 2 f^3 / (3 rate); the person's is taken from tenths of a
    second, which the noise hardly reaches.
    """
    return _lift(blocks(cop_mm, rate_hz), noise_mm, rate_hz)


def _lift(tenths_mm: Array, noise_mm: float, rate_hz: float) -> float:
    """As `lift`, of the CoP in means over tenths of a second (M, 2)."""
    steps = np.diff(tenths_mm, axis=0) * 10.0
    if not len(steps):
        return 0.0
    own = float(np.mean(steps**2))
    of_noise = (2.0 * np.pi * noise_mm) ** 2 * 2.0 * LOW_PASS_HZ**3 / (3.0 * rate_hz)
    return float((1.0 + of_noise / max(own, 1e-12)) ** 0.5 - 1.0)
