"""The limits of suspicions, cross-validated by person: how often people are suspected from whom a limit was not made.

Of each tenth of the people of Santos and Duarte 2016 every limit is made from the others alone: the tightest that gives
no alarm in them. What is shipped lies beyond what anybody shows; the last column says how far. The size of the sway,
whose weights are fitted, is validated in `suspicions`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Verdict, at_most, not_measured, table
from benchmarks.derive_norms import DATA, RATE_HZ, all_trials
from benchmarks.derive_scale import FOLDS
from station.measures.constants import USUAL_RATE_HZ
from station.measures.signal import Array
from station.measures.suspicions import pace, scale, steps, stuck
from station.measures.suspicions.even import EvenCop, blocks

MOST_FALSE = 0.5
"""In %."""
EACH_OF_FEW = 160
Statistic = Callable[[Array], float]
NAN = float("nan")


class Limit(NamedTuple):
    """One limit: what is held against it, of a CoP (N, 2) at 100 samples a second; NaN where it is not looked at."""

    name: str
    shipped: float
    of: Statistic
    least: bool = False
    """Whether less is suspect; else more."""


def goes_on(cop: Array, every: int, pace_s: float) -> float:
    """How steps go on, at every so-many-th sample; from two samples a step on the better of with and without noise."""
    part, rate_hz = cop[::every], RATE_HZ / every
    with_noise = pace.goes_on(part, rate_hz, pace_s)
    if every > 1:
        return with_noise
    return max(with_noise, pace.goes_on(part, rate_hz, pace_s, steps.noise_mm(part)))


def falls(cop: Array, length_s: float) -> float:
    """By how much less late steps go on, where they go on at all."""
    part = cop[: round(length_s * RATE_HZ)]
    return NAN if pace.goes_on(part, RATE_HZ, pace.LATE_S[-1]) < pace.LEAST_LATE else pace.falls(part, RATE_HZ)


def quickness(cop: Array, length_s: float) -> float:
    """Of the first so many seconds."""
    return pace.quickness(*pace.spectrum(cop[: round(length_s * RATE_HZ)], RATE_HZ))


def lines(cop: Array, length_s: float) -> float:
    """Lines of the spectrum that carry nearly all of the speed."""
    return float(pace.carrying_lines(*pace.spectrum(cop[: round(length_s * RATE_HZ)], RATE_HZ)))


def beats(cop: Array) -> float:
    """The strongest beat of the bends beyond those beside it."""
    found = pace.beats_of(cop, RATE_HZ)
    if found is None:
        return NAN
    strength, hz = found
    looked = np.flatnonzero((hz > pace.SLOW_BAND_HZ[1]) & (hz < USUAL_RATE_HZ))
    at = looked[int(np.argmax(strength[looked]))]
    return float(strength[at] - np.median(strength[np.abs(hz - hz[at]) <= pace.BESIDE_HZ]))


def uneven(cop: Array) -> float:
    """How far the miss of one sample in fifty is beyond the usual one, at 50 samples a second, where it is largest."""
    usual, most = np.percentile(EvenCop(cop[::2], RATE_HZ / 2.0).missed_mm, (50.0, steps.UNEVEN_PERCENTILE))
    return float(most / usual) if most > steps.UNEVEN_MM and usual > 0.0 else NAN


def quick(cop: Array) -> float:
    """By which share the path is longer than below 10 Hz."""
    return steps.quick_share(EvenCop(cop, RATE_HZ))


def jump(cop: Array) -> float:
    """The largest miss in mm."""
    return float(np.max(EvenCop(cop, RATE_HZ).missed_mm))


def piled(cop: Array) -> float:
    """How many times as often the outermost part of an axis is stood in as that beside it."""
    return max(stuck.piled_times(column, RATE_HZ)[0] for column in EvenCop(cop, RATE_HZ).axes_mm)


def change(cop: Array, of_one: bool) -> float:
    """By how much (logarithm) a part is larger than the rest, or larger beside the other axis."""
    sizes = scale.piece_sizes(blocks(cop, RATE_HZ))
    return abs(scale.change(sizes[:, 0] - sizes[:, 1] if of_one else sizes.mean(axis=1))[0])


def whole_noise(cop: Array, every: int = 1) -> float:
    """r.m.s. of white noise in mm, at every so-many-th sample."""
    return steps.noise_mm(cop[::every])


def local_noise(cop: Array, every: int = 1) -> float:
    """The same in the second that has most."""
    part, second = cop[::every], round(RATE_HZ / every)
    pieces = part[: len(part) // second * second].reshape(-1, second, 2)
    return max(steps.noise_mm(piece) for piece in pieces)


def lifted(cop: Array) -> float:
    """By which share noise of that size lifts the velocity."""
    return steps.lift(cop, steps.noise_mm(cop), RATE_HZ)


def dead(cop: Array) -> float:
    """The least spread of an axis, as a share of that below which it is dead; of one that sways too little, none."""
    return min((share for share, _ in stuck.liveness(EvenCop(cop, RATE_HZ)) if np.isfinite(share)), default=NAN)


def sideways(cop: Array) -> float:
    """Logarithm of ML over AP."""
    own = scale.figures(blocks(cop, RATE_HZ))
    return float(np.mean(own[:, 0] - own[:, 1]))


def straight(cop: Array, of_one: bool) -> float:
    """The straightest piece of both axes, or of one: the largest bend in it, as a share of the usual one."""
    bends = stuck.bends_of(blocks(cop, RATE_HZ))
    pieces = np.lib.stride_tricks.sliding_window_view(
        bends if of_one else bends.max(axis=1), stuck.STRAIGHT_BENDS[int(of_one)], axis=0
    )
    return float(pieces.max(axis=-1).min())


def alike(cop: Array) -> float:
    """Correlation of ML and AP from tenth to tenth of a second."""
    return abs(stuck.alike_of(np.diff(blocks(cop, RATE_HZ), axis=0)))


LIMITS = (
    Limit("white noise, mm", steps.MOST_WHITE_NOISE_MM, whole_noise),
    Limit("white noise at 50 Hz, mm", steps.MOST_WHITE_NOISE_MM, partial(whole_noise, every=2)),
    Limit("white noise for a second, mm", steps.MOST_LOCAL_NOISE_MM, local_noise),
    Limit("what white noise lifts the velocity by", steps.MOST_BIAS, lifted),
    Limit("a dead axis: its spread beside what makes it dead", 1.0, dead, True),
    Limit("ML over AP (logarithm)", scale.MOST_SIDEWAYS, sideways),
    Limit("the same, least", scale.LEAST_SIDEWAYS, sideways, True),
    Limit("a straight line, both axes", stuck.MOST_STRAIGHT, partial(straight, of_one=False), True),
    Limit("a straight line, one axis", stuck.MOST_STRAIGHT, partial(straight, of_one=True), True),
    Limit("ML and AP alike", stuck.MOST_TENTHS_ALIKE, alike),
    Limit("a step goes on from the last, 0.04 s", pace.LEAST_GOES_ON, partial(goes_on, every=1, pace_s=0.04), True),
    Limit("the same at 25 Hz, 0.08 s", pace.LEAST_GOES_ON_SLOWER, partial(goes_on, every=4, pace_s=0.08), True),
    Limit("late steps go on less, 60 s", pace.LEAST_FALL[1], partial(falls, length_s=60.0), True),
    Limit("late steps go on less, 30 s", pace.LEAST_FALL[0], partial(falls, length_s=30.0), True),
    Limit("the quick part of the sway, 60 s", pace.LEAST_QUICK, partial(quickness, length_s=60.0), True),
    Limit("the quick part of the sway, 20 s", pace.LEAST_QUICK, partial(quickness, length_s=20.0), True),
    Limit("lines that carry the speed, 60 s", pace.LEAST_TONES, partial(lines, length_s=60.0), True),
    Limit("lines that carry the speed, 20 s", 20.0 * pace.LEAST_TONES_A_SECOND, partial(lines, length_s=20.0), True),
    Limit("beats of the bends", pace.BEATS_OF_COMB, beats),
    Limit("rows out of step, 50 Hz", steps.UNEVEN_TIMES, uneven),
    Limit("an unfiltered path, beyond 10 Hz", steps.MOST_QUICK, quick),
    Limit("a jump, mm", steps.MOST_MISS_MM, jump),
    Limit("peaks piled up", stuck.PILE_TIMES, piled),
    Limit("another scale in a part", scale.MOST_CHANGE, partial(change, of_one=False)),
    Limit("the same of one axis", scale.MOST_CHANGE_OF_ONE, partial(change, of_one=True)),
)


def left_out(people: NDArray[np.int64], found: Array, *, least: bool) -> tuple[float, float, float]:
    """The share of trials (n,) in % that are beyond the tightest limit that the other people give, and the tightest and
    the widest of these limits.
    """
    towards = -found if least else found
    order = np.random.default_rng(0).permutation(np.unique(people))
    beyond, limits = 0, []
    for fold in range(FOLDS):
        own = np.isin(people, order[fold::FOLDS])
        if not own.any() or own.all() or np.isnan(towards[~own]).all():
            continue
        limits.append(float(np.nanmax(towards[~own])))
        beyond += int(np.sum(towards[own] > limits[-1]))
    low, high = sorted((-one if least else one) for one in (min(limits, default=NAN), max(limits, default=NAN)))
    return 100.0 * beyond / len(found), low, high


def main(*, short: bool) -> list[Verdict]:
    """Print the table; the goal is 0.5 % of people left out."""
    if not (DATA / "all_trials.csv").is_file():
        return not_measured("the recordings are not in ../shared/data")
    with (DATA / "all_trials.csv").open(newline="") as text:
        people = np.array([int(row["subject"]) for row in csv.DictReader(text)])
    trials = all_trials(DATA)[:, :, ::-1]
    if short:
        people, trials = people[::EACH_OF_FEW], trials[::EACH_OF_FEW]
    rows: list[list[object]] = []
    worst = 0.0
    for limit in LIMITS:
        found = np.array([limit.of(cop) for cop in trials])
        share, low, high = left_out(people, found, least=limit.least)
        alarms = 100.0 * float(np.mean(found < limit.shipped if limit.least else found > limit.shipped))
        worst = max(worst, share)
        rows.append([limit.name, f"{share:.2f} %", f"{low:.3g} to {high:.3g}", limit.shipped, f"{alarms:.2f} %"])
    head = ("what is held against a limit", "people left out", "limits of the folds", "shipped", "alarms by that")
    print(f"{len(trials)} trials of {len(np.unique(people))} people, {FOLDS} folds by person:\n")
    print(table(head, rows))
    return [at_most("false alarms of people left out, any limit", worst, MOST_FALSE, "%")]
