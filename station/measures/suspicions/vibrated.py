"""What can be told although the platform vibrates: in what lies between its harmonics, or is left without them.

Noise is looked for in the bands that no harmonic comes near; a jump where the harmonics are taken out by the drive's
phase. Both need the plate's frequency, the jump its phase too: without them nothing is said.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from drills.problems import Problem
from station.faults import because
from station.measures.cells import CELL_HARMONICS
from station.measures.signal import Array, low_pass
from station.measures.spectrum.vibration import alias_hz, without_drive
from station.measures.suspicions.even import misses
from station.measures.suspicions.steps import lift

FREE_FROM_HZ = 15.0
"""Below this a person may tremble."""
BESIDE_HZ = 3.0
"""A harmonic is as wide on either side: the motor's speed wanders, and people modulate it."""
MOST_NOISE_MM, MOST_NOISE_IN_A_SECOND_MM = 0.8, 1.2
"""r.m.s., and in a second. Of simulated people of 35 to 120 kg at 0.49 g it is 0.55 and 0.75 at most: a conversion that
did not come leaves a wrong sample, and the harder the plate shakes the larger it is."""
LEAST_FREE = 12
"""Bands of 1 Hz: fewer tell no noise from a line."""
STILL_SHARE, STILL_MOST_HZ = 0.4, 4.0
"""Of the plate's frequency: a low-pass there leaves 1/1500 of it, and nearly all of a person's sway."""
SAME_SPEED = 0.05
"""Share by which the plate's frequency changes at most in the three seconds about a jump."""
LEAST_SECONDS = 3
MEAN_S, WHOLE_TURN_HZ = 0.012, 23.0
"""A jump is looked for in means over so long: a conversion that did not come leaves one wrong sample. From that speed
on, over a whole turn of the plate, of which nothing is left."""
MOVES_BESIDE = 3.0
"""Times as much of somebody who moves on purpose."""
MOST_JUMP_MM, OVER_RIPPLE = 5.0, 8.0
"""The miss of such a mean; half of the jump. Of simulated people of 35 to 120 kg at 0.49 g it is 4 at most, and so many
times the usual one of the second before, the same, or the one behind, where the plate shakes them harder."""


def noise_between(cop_mm: Array, rate_hz: float, drive_hz: float, phase_turns: Array | None = None) -> Problem | None:
    """White noise beside the vibration in a CoP (N, 2) at even times, or rows in a wrong order; None where there is
    none to speak of. With the drive's phase (N,) each second has its own speed, and where that changes nothing is
    judged.
    """
    size = round(rate_hz)
    count = len(cop_mm) // size
    speeds_hz = np.full(count, drive_hz)
    if phase_turns is not None and count:
        turned = np.diff(phase_turns, prepend=phase_turns[:1])[: count * size].reshape(count, size)
        speeds_hz = np.where(_steady(phase_turns, count, size), np.mean(turned, axis=1) * rate_hz, np.nan)
    found = np.array(
        [_noise_mm(cop_mm[at * size : (at + 1) * size], rate_hz, float(hz)) for at, hz in enumerate(speeds_hz)]
    )
    judged = np.flatnonzero(np.isfinite(found).all(axis=1)) if count else np.empty(0, dtype=int)
    if not len(judged):
        return None
    whole = float(np.max(np.median(found[judged], axis=0)))
    if whole > MOST_NOISE_MM:
        percent = 100.0 * lift(still_part(cop_mm, rate_hz, drive_hz), whole, rate_hz)
        return because("white-noise", noise_mm=whole, percent=percent)
    most = int(judged[np.argmax(found[judged].max(axis=1))])
    if float(np.max(found[most])) > MOST_NOISE_IN_A_SECOND_MM:
        return because("white-noise-for-a-while", noise_mm=float(np.max(found[most])), from_s=float(most))
    return None


def _noise_mm(second_mm: Array, rate_hz: float, drive_hz: float) -> Array:
    """(2,) r.m.s. of white noise on each axis, by the bands of 1 Hz that are free; NaN where too few are."""
    size = len(second_mm)
    bands = np.fft.rfftfreq(size, 1.0 / rate_hz)
    free = (bands >= FREE_FROM_HZ) & (bands < rate_hz / 2.0)
    for order in range(1, CELL_HARMONICS + 1) if drive_hz != 0.0 else ():
        free &= np.abs(bands - alias_hz(order * drive_hz, rate_hz)) > BESIDE_HZ if math.isfinite(drive_hz) else False
    if free.sum() < LEAST_FREE:
        return np.full(2, np.nan)
    window = np.hanning(size)[:, None]
    spectrum = np.fft.rfft((second_mm - second_mm.mean(axis=0)) * window, axis=0)[free]
    # Of white noise the power of a band is spread exponentially: its median is ln 2 of its mean.
    power = np.median(np.abs(spectrum) ** 2, axis=0) / np.log(2.0)
    return np.asarray(np.sqrt(power / float(np.sum(window**2))))


def still_part(columns: Array, rate_hz: float, drive_hz: float) -> Array:
    """`columns` (N, k) below all that the vibration does to them."""
    return low_pass(columns, rate_hz, min(STILL_SHARE * drive_hz, STILL_MOST_HZ))


def jump_beside(cop_mm: Array, rate_hz: float, phase_turns: Array, times: float = 1.0) -> Problem | None:
    """The largest spike or shift of a CoP (N, 2) at even times whose drive has this phase (N,); None where none is.

    Where the plate changes its speed its harmonics cannot be taken out, and nothing is judged. `times` as much is none
    of somebody who moves (`MOVES_BESIDE`).
    """
    size = round(rate_hz)
    count = len(cop_mm) // size
    if count < LEAST_SECONDS or not np.all(np.isfinite(phase_turns)):
        return None
    cleaned = without_drive(cop_mm, phase_turns, rate_hz, harmonics=CELL_HARMONICS, up_to_hz=rate_hz)
    turning_hz = float(np.median(np.diff(phase_turns))) * rate_hz
    width = max(round(rate_hz / turning_hz if turning_hz > WHOLE_TURN_HZ else rate_hz * MEAN_S), 1)
    by_second = _missed(cleaned, width)[: count * size].reshape(count, size)
    usual = np.max(_with_neighbours(np.median(by_second, axis=1)), axis=0)
    limit = np.maximum(times * MOST_JUMP_MM, OVER_RIPPLE * usual)
    over = np.where(_steady(phase_turns, count, size), by_second.T / limit, 0.0).T.ravel()
    at = int(np.argmax(over))
    if over[at] <= 1.0:
        return None
    before, behind = (cleaned[max(at + by, 0) : at + by + width].mean(axis=0) for by in (-width, 1))
    return because("jumps", by_mm=float(np.hypot(*(behind - before))), at_s=at / rate_hz)


def _missed(cop_mm: Array, width: int) -> Array:
    """(N,) by how much a cubic through the means of `width` samples before and behind misses the mean about each; 0
    near the ends.
    """
    sums = np.concatenate((np.zeros((1, 2)), np.cumsum(cop_mm, axis=0)))
    means = (sums[width:] - sums[:-width]) / width
    found = np.zeros(len(cop_mm))
    if len(means) > 4 * width:
        missed = np.hypot(*misses(means, width).T)
        begin = 2 * width + width // 2
        found[begin : begin + len(missed)] = missed
    return found


def _steady(phase_turns: Array, count: int, size: int) -> NDArray[np.bool_]:
    """(count,) whether the plate keeps its speed, or stands, in this second, the one before and the one behind."""
    turned = np.diff(phase_turns, prepend=2.0 * phase_turns[0] - phase_turns[1])[: count * size].reshape(count, size)
    slowest = np.min(_with_neighbours(turned.min(axis=1)), axis=0)
    fastest = np.max(_with_neighbours(turned.max(axis=1)), axis=0)
    return np.asarray(fastest - slowest <= SAME_SPEED * fastest)


def _with_neighbours(by_second: Array) -> Array:
    """(3, n) each value between the one before and the one behind."""
    padded = np.pad(by_second, 1, mode="edge")
    return np.stack((padded[:-2], padded[1:-1], padded[2:]))
