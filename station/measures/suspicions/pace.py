"""How a standing person's sway goes on: neither without any aim, nor by a few tones, nor without its quick part.

A person's next step goes on from the last one, their sway is spread over all frequencies, and some of it is quicker
than 3 Hz. Numbers that were drawn, or added up from sines, or laid between too few samples, differ in one of the three.
All limits are from the 1,930 trials of Santos and Duarte 2016 (`python -m benchmarks suspicions`).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from drills.problems import Problem
from station.faults import because
from station.measures.constants import USUAL_RATE_HZ
from station.measures.signal import Array, column_sums
from station.measures.suspicions.even import COARSE_MM, resolution
from station.measures.suspicions.steps import noise_mm

LEAST_S, LEAST_OF_SPECTRUM_S, LEAST_OF_WALK_S = 10.0, 19.0, 29.0
"""A shorter stance shows too little; of its spectrum from the second on, of a walk that was smoothed from the third."""
PACE_S = 0.04
"""Steps of so long are held against the next ones."""
LEAST_MEANT = 2
"""Samples in a mean over so long: of one sample noise cannot be told from a step that was drawn."""
LEAST_GOES_ON = 0.55
"""Correlation of a step with the next, white noise left out: 0.61 at least in 10 s of people, 0.3 at most of drawn
steps, 0.53 where they were smoothed at 10 Hz."""
SLOWER_PACE_S, LEAST_GOES_ON_SLOWER = 0.08, 0.32
"""The same of a plate whose samples are too few for `PACE_S`, noise and all, from `LEAST_OF_SPECTRUM_S` on: so much at
least in 20 s of people, and at most in 99 of 100 walks."""
EARLY_S, LATE_S = 0.12, (0.4, 0.6)
WALKS_S, LEAST_FALL = (30.0, 60.0), (0.11, 0.20)
"""By how much less steps of `LATE_S` go on than such of `EARLY_S`, in stances so long: people come back within half a
second. On two legs one person in a thousand has less in 60 s, and on one leg 30 s can have 0.12 and 40 s 0.15. A walk
that was smoothed at 10 Hz has less, at 5 Hz in 60 s too (99 of 100), in 30 s two of three."""
LEAST_LATE = 0.0
"""Correlation of steps of 0.6 s: 0.24 of a walk, give or take 0.1."""
BEATS, BESIDE_HZ = 0.5, 1.0
"""Share of the bends that come at every so-many-th sample, beyond that at the rates beside: 0.14 at most in people, 0.5
of a sine, which a tremor is."""
BEATS_OF_COMB, TWICE_AS_QUICK = 0.35, 0.12
"""The same from 28 Hz on, where the plate's rate is no whole part of the file's: less, but there at twice the rate too,
where a tremor has next to nothing."""
SLOW_BAND_HZ, QUICK_BAND_HZ = (0.5, 2.0), (3.5, 4.5)
LEAST_QUICK = -8.6
"""Logarithm of the power in the quick band over that in the slow one: -7.9 at least in 20 s of people, -7.7 where they
were smoothed at 5 Hz; -8.6 at most of splines between 5 samples a second."""
TONES_SHARE, MOST_TONES_HZ = 0.95, 3.0
"""Of the speed below so many Hz: above it a person may have a tremor, which is a tone."""
LEAST_TONES, LEAST_TONES_A_SECOND = 30.0, 1.0
"""Lines of the spectrum that carry so much of it, or so many a second of a short stance."""
TINY = 1e-30
"""Instead of no power at all, to divide by."""


def unlike_people(cop_mm: Array, rate_hz: float) -> Problem | None:
    """What a CoP (N, 2) at even times has that no standing person's has; None where there is nothing."""
    if len(cop_mm) < LEAST_S * rate_hz:
        return None
    if few := between_few(cop_mm, rate_hz) or aimless(cop_mm, rate_hz) or walked(cop_mm, rate_hz):
        return few
    length_s = len(cop_mm) / rate_hz
    if length_s < LEAST_OF_SPECTRUM_S:
        return None
    hz, power = spectrum(cop_mm, rate_hz)
    return of_tones(hz, power, length_s) or too_smooth(hz, power)


def between_few(cop_mm: Array, rate_hz: float) -> Problem | None:
    """Straight lines between the samples of a slower plate: all bends come at every so-many-th sample."""
    found = beats_of(cop_mm, rate_hz)
    if found is None:
        return None
    beats, hz = found
    # One strong bend has all rates alike, a comb only its own and the multiples of that.
    strong = np.flatnonzero((beats >= BEATS_OF_COMB) & (hz > SLOW_BAND_HZ[1]) & (hz < USUAL_RATE_HZ))
    for at in strong:
        near = np.abs(hz - hz[at]) <= BESIDE_HZ
        slower_hz = float(hz[near][np.argmax(beats[near])])
        beyond = beats[at] - float(np.median(beats[near]))
        if slower_hz >= USUAL_RATE_HZ or beyond < BEATS_OF_COMB:
            continue
        again_hz = 2.0 * slower_hz % rate_hz
        again = beats[np.abs(hz - min(again_hz, rate_hz - again_hz)) < 0.1 * BESIDE_HZ]
        if beyond >= BEATS or float(np.max(again, initial=0.0)) >= TWICE_AS_QUICK:
            return because("between-few", slower_hz=slower_hz, rate_hz=rate_hz)
    return None


def beats_of(cop_mm: Array, rate_hz: float) -> tuple[Array, Array] | None:
    """Which share of the bends of a CoP (N, 2) comes at each rate (M,), and these in Hz; None where it has none."""
    ml, ap = np.diff(cop_mm, 2, axis=0).T
    bends = ml * ml + ap * ap
    whole = float(np.sum(bends))
    if whole == 0.0:
        return None
    size = 1 << (2 * len(bends)).bit_length()
    return np.abs(np.fft.rfft(bends, size)) / whole, np.asarray(np.fft.rfftfreq(size, 1.0 / rate_hz))


def aimless(cop_mm: Array, rate_hz: float) -> Problem | None:
    """A random walk: no step goes on from the one before."""
    slow = round(PACE_S * rate_hz) < LEAST_MEANT
    if slow and len(cop_mm) < LEAST_OF_SPECTRUM_S * rate_hz:
        return None
    pace_s, least = (SLOWER_PACE_S, LEAST_GOES_ON_SLOWER) if slow else (PACE_S, LEAST_GOES_ON)
    correlation = goes_on(cop_mm, rate_hz, pace_s)
    if correlation >= least or _coarse(cop_mm):
        return None  # as in nearly all people; without its noise it goes on yet more
    # Where samples are few a person's own moves would be taken for noise.
    correlation = correlation if slow else goes_on(cop_mm, rate_hz, pace_s, noise_mm(cop_mm))
    return because("steps-aimless", correlation=correlation, least=least) if correlation < least else None


def walked(cop_mm: Array, rate_hz: float) -> Problem | None:
    """A random walk that was smoothed: its steps go on in half a second as in a tenth."""
    length_s = len(cop_mm) / rate_hz
    if length_s < LEAST_OF_WALK_S:
        return None
    if goes_on(cop_mm, rate_hz, LATE_S[-1]) < LEAST_LATE:
        return None  # as in most people
    fall = falls(cop_mm, rate_hz)
    if fall >= float(np.interp(length_s, WALKS_S, LEAST_FALL)) or _coarse(cop_mm):
        return None
    return because("steps-as-late", fall=fall)


def falls(cop_mm: Array, rate_hz: float) -> float:
    """By how much less late steps go on than early ones."""
    late = [goes_on(cop_mm, rate_hz, pace_s) for pace_s in LATE_S]
    return goes_on(cop_mm, rate_hz, EARLY_S) - float(np.mean(late))


def _coarse(cop_mm: Array) -> bool:
    return max(resolution(column) for column in cop_mm.T) > COARSE_MM


def goes_on(cop_mm: Array, rate_hz: float, pace_s: float, noise: float = 0.0) -> float:
    """Correlation of the steps between means over so long with the next ones; white noise of this r.m.s. in mm is left
    out.
    """
    size = max(round(pace_s * rate_hz), 1)
    count = len(cop_mm) // size
    # To the bit the means along that axis, in a tenth of their time.
    means = np.einsum("nsk->kn", cop_mm[: count * size].reshape(count, size, 2)) / size
    steps = np.diff(means, axis=1)
    steps = steps - steps.mean(axis=1)[:, None]
    whole, common = (float(np.mean(one, axis=1).sum()) for one in (steps**2, steps[:, 1:] * steps[:, :-1]))
    # White noise of a mean adds its power twice to a step's, and takes it once from what two steps have in common.
    of_noise = 2.0 * noise**2 / size
    whole -= 2.0 * of_noise
    return (common + of_noise) / whole if whole > 0.0 else 1.0


def of_tones(hz: Array, power: Array, length_s: float) -> Problem | None:
    """A few sines, on both axes: in the `spectrum` of a stance of so long."""
    lines = carrying_lines(hz, power)
    if lines >= min(LEAST_TONES, LEAST_TONES_A_SECOND * length_s):
        return None
    return because("few-tones", lines=lines, percent=100.0 * TONES_SHARE)


def carrying_lines(hz: Array, power: Array) -> int:
    """How many lines of a `spectrum` carry nearly all of the speed, on the axis with more."""
    slow = hz <= MOST_TONES_HZ
    speed = np.sort(power[slow] * hz[slow, None] ** 2, axis=0)[::-1]
    carried = np.cumsum(speed, axis=0) / np.maximum(speed.sum(axis=0), TINY)
    return int(np.max(np.sum(carried < TONES_SHARE, axis=0))) + 1


def too_smooth(hz: Array, power: Array) -> Problem | None:
    """A `spectrum` in which nothing is as quick as people: smoothed, laid between few samples, or at another rate than
    was said.
    """
    quick = quickness(hz, power)
    return because("too-smooth", times=float(np.exp(LEAST_QUICK - quick))) if quick < LEAST_QUICK else None


@lru_cache(maxsize=2)
def _shapes(count: int) -> tuple[Array, Array]:
    """(count, 1) from 0 to 1, and a Hann window."""
    return np.linspace(0.0, 1.0, count)[:, None], np.hanning(count)[:, None]


def quickness(hz: Array, power: Array) -> float:
    """Logarithm of the power of a `spectrum` in the quick band over that in the slow one."""
    slow, quick = (float(np.sum(power[(hz >= low) & (hz < high)])) for low, high in (SLOW_BAND_HZ, QUICK_BAND_HZ))
    return float(np.log(max(quick, TINY) / max(slow, TINY)))


def spectrum(cop_mm: Array, rate_hz: float) -> tuple[Array, Array]:
    """Frequencies (M,) in Hz, and the power (M, 2) of a CoP (N, 2) without its drift, in a Hann window."""
    count = len(cop_mm)
    ramp, window = _shapes(count)
    level = cop_mm - ramp * (cop_mm[-1] - cop_mm[0])
    level = level - column_sums(level) / count
    power = np.abs(np.fft.rfft(level * window, axis=0)) ** 2
    return np.asarray(np.fft.rfftfreq(count, 1.0 / rate_hz)), np.asarray(power)
