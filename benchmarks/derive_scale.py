"""Derive the size that tells a sway ten times too large or too small, and cross-validate it by person.

Run it as `python -m benchmarks.derive_scale [FOLDER]`, FOLDER being where `all_trials.csv` and
`all_trials_delta_int16.npy.xz` are (by default ../shared/data/bds). It prints weights and limits for
station/measures/suspicions/scale.py, and how often they are wrong on people whom they were not made from.

A logistic regression between the trials and the same ten times as large: it looks at the trials that are
nearest to being mistaken, which is what counts here. Each trial counts at five lengths.

The data are CC-BY 4.0: Santos DA, Duarte M. A public data set of human balance evaluations. PeerJ 2016;4:e2648.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.derive_norms import RATE_HZ, all_trials
from station.measures.signal import Array, low_pass
from station.measures.suspicions.even import blocks
from station.measures.suspicions.scale import LENGTHS_S, shape

RIDGE = 0.1
FOLDS = 10
FALSE_ALARMS = 0.001
"""On either side at each length."""
FIGURES = 26
AS_ELSEWHERE = ((0.0, 0.0), (0.1, 0.0), (0.2, 0.0), (0.0, 5.0))
"""As other plates have the same trials: with r.m.s. of white noise in mm, or smoothed at Hz (0 is not at all)."""
TEN = float(np.log(10.0))
WIDER = 0.3
"""Logarithm by which the limits of one condition are wider than what its trials show, which are a quarter of all; they
are never wider than those of all."""


def conditions_of(folder: Path) -> NDArray[np.str_]:
    """(trials,) how each was stood, as `scale.LIMITS` calls it."""
    with (folder / "all_trials.csv").open(newline="") as text:
        return np.array([f"{row['vision']}-{row['surface']}".lower() for row in csv.DictReader(text)])


def figures_of_all(folder: Path) -> tuple[Array, Array]:
    """The people (trials,) and the figures (`AS_ELSEWHERE`, lengths, trials, 27) of the last part of each trial."""
    with (folder / "all_trials.csv").open(newline="") as text:
        people = np.array([int(row["subject"]) for row in csv.DictReader(text)])
    found = np.empty((len(AS_ELSEWHERE), len(LENGTHS_S), len(people), FIGURES + 1))
    rng = np.random.default_rng(0)
    for trial, cop in enumerate(all_trials(folder)):
        for way, (noise_mm, cutoff_hz) in enumerate(AS_ELSEWHERE):
            other = cop[:, ::-1] + rng.normal(0.0, noise_mm, cop.shape)
            other = low_pass(other, RATE_HZ, cutoff_hz) if cutoff_hz else other
            for row, length_s in enumerate(LENGTHS_S):
                part = blocks(other[-round(length_s * RATE_HZ) :], RATE_HZ)
                found[way, row, trial] = (*shape(part), np.log(length_s / 60.0))
    return people, found


def weights_of(found: Array) -> Array:
    """(28,) weights of figures (n, 27), and a constant, that give a trial's size: the logarithm of how many times it is
    as large as usual. They are those that tell the trials best from the same ten times as large.
    """
    rows = np.vstack((found, found + np.array([TEN] * FIGURES + [0.0])))
    level = rows[:, :FIGURES].mean(axis=1, keepdims=True)
    away = np.hstack((rows[:, :FIGURES] - level, rows[:, FIGURES:]))
    middle, spread = away.mean(axis=0), away.std(axis=0)
    design = np.hstack((np.ones((len(rows), 1)), level, (away - middle) / spread))
    fitted = logistic(design, np.repeat((0.0, 1.0), len(found)))
    own = fitted[2:] / spread
    weights = np.concatenate((fitted[1] / FIGURES + own[:FIGURES] - own[:FIGURES].mean(), own[FIGURES:])) / fitted[1]
    return np.append(weights, -np.median(found @ weights))


def logistic(design: Array, wanted: Array) -> Array:
    """The coefficients of a ridge logistic regression, by Newton's steps; the first column is the constant."""
    ridge = RIDGE * np.ones(design.shape[1])
    ridge[0] = 1e-9
    fitted = np.zeros(design.shape[1])
    for _ in range(60):
        chance = 1.0 / (1.0 + np.exp(-design @ fitted))
        slope = design.T @ (chance - wanted) + ridge * fitted
        curve = (design * (chance * (1.0 - chance) + 1e-9)[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        size = float(np.linalg.norm(step))
        fitted -= step * min(1.0, 5.0 / max(size, 1e-12))
        if size < 1e-8:
            break
    return fitted


def sizes_of(found: Array, weights: Array) -> Array:
    """(...,) of figures (..., 27)."""
    return np.asarray(found @ weights[:-1] + weights[-1])


def limits_of(sizes: Array) -> tuple[Array, Array]:
    """(lengths,) the sizes (ways, lengths, trials) between which all but the permitted share of the trials lie."""
    ordered = np.sort(np.moveaxis(sizes, 1, 0).reshape(sizes.shape[1], -1), axis=1)
    beyond = round(FALSE_ALARMS * ordered.shape[1])
    return ordered[:, beyond], ordered[:, -beyond - 1]


def limits_in(condition: NDArray[np.bool_], sizes: Array) -> tuple[Array, Array]:
    """As `limits_of`, for trials in one condition."""
    low, high = limits_of(sizes[:, :, condition])
    least, most = limits_of(sizes)
    return np.maximum(low - WIDER, least), np.minimum(high + WIDER, most)


def validated_in(stood: NDArray[np.str_], people: Array, found: Array) -> dict[str, dict[str, Array]]:
    """As `validated`, of the trials in each condition by that condition's limits; "all" is of all of them."""
    order = np.random.default_rng(0).permutation(np.unique(people))
    wrong = {name: np.zeros((3, found.shape[1])) for name in np.unique(stood)}
    for fold in range(FOLDS):
        left_out = np.isin(people, order[fold::FOLDS])
        weights = weights_of(found[0][:, ~left_out].reshape(-1, FIGURES + 1))
        others = sizes_of(found[:, :, ~left_out], weights)
        for name, counts in wrong.items():
            low, high = limits_in((stood == name)[~left_out], others)
            low, high = low[:, None], high[:, None]
            sizes = sizes_of(found[0][:, left_out & (stood == name)], weights)
            for row, silent in enumerate(((sizes < low) | (sizes > high), sizes + TEN <= high, sizes - TEN >= low)):
                counts[row] += np.sum(silent, axis=1)
    shares = {name: counts / np.sum(stood == name) for name, counts in wrong.items()}
    shares["all"] = np.sum(list(wrong.values()), axis=0) / len(stood)
    what = ("false alarms", "silent at ten times", "silent at a tenth")
    return {name: dict(zip(what, own, strict=True)) for name, own in shares.items()}


def validated(people: Array, found: Array) -> dict[str, Array]:
    """(lengths,) share of false alarms, and of trials silent at ten times and a tenth: of each tenth of the people by
    what the others gave. False alarms also of the trials as another plate would have them, the most of all ways.
    """
    order = np.random.default_rng(0).permutation(np.unique(people))
    sizes = np.zeros(found.shape[:3])
    least, most = (np.zeros(found.shape[1:3]) for _ in range(2))
    for fold in range(FOLDS):
        left_out = np.isin(people, order[fold::FOLDS])
        weights = weights_of(found[0][:, ~left_out].reshape(-1, FIGURES + 1))
        sizes[:, :, left_out] = sizes_of(found[:, :, left_out], weights)
        low, high = limits_of(sizes_of(found[:, :, ~left_out], weights))
        least[:, left_out], most[:, left_out] = low[:, None], high[:, None]
    false = np.mean((sizes < least) | (sizes > most), axis=2)
    return {
        "false alarms": false[0],
        "false alarms of another plate, at most": false.max(axis=0),
        "silent at ten times": np.mean(sizes[0] + TEN <= most, axis=1),
        "silent at a tenth": np.mean(sizes[0] - TEN >= least, axis=1),
    }


def main(folder: Path) -> None:
    """Print the weights and limits, and the validation."""
    people, found = figures_of_all(folder)
    weights = weights_of(found[0].reshape(-1, FIGURES + 1))
    low, high = limits_of(sizes_of(found, weights))
    for name, values in (("WEIGHTS", weights), ("LEAST_SIZES", low), ("MOST_SIZES", high)):
        print(f"{name} = ({', '.join(f'{value:.4f}' for value in values)})")
    for what, shares in validated(people, found).items():
        for length_s, share in zip(LENGTHS_S, shares, strict=True):
            print(f"{length_s:.0f} s: {100 * share:.2f} % {what}")
    stood, sizes = conditions_of(folder), sizes_of(found, weights)
    for name, shares_in in validated_in(stood, people, found).items():
        if name != "all":
            limits = (", ".join(f"{value:.2f}" for value in own) for own in limits_in(stood == name, sizes))
            print(f'"{name}": (({next(limits)}), ({next(limits)})),')
        for what, shares in shares_in.items():
            print(f"  {name} {what}: " + ", ".join(f"{100 * share:.2f} %" for share in shares))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "data" / "bds")
