"""How regular and how rough the sway is: sample entropy, detrended fluctuations, Higuchi's dimension.

All three depend on the sampling rate, so the pipeline hands them a CoP at 25 Hz; all are without a unit and do not
change when the sway is scaled.
"""

from __future__ import annotations

import math

import numpy as np

from station.measures.signal import Array
from station.measures.values import NAN


def sample_entropy(x: Array, m: int = 2, tolerance: float = 0.2) -> float:
    """-ln(A / B): of the stretches of `m` samples alike within `tolerance` SD, the share still alike at m + 1.

    Richman and Moorman 2000 (Am J Physiol 278:H2039), no self matches, largest coordinate difference; m and r within
    the ranges of Montesinos et al. 2018 (J Neuroeng Rehabil 15:116). `nan` where no stretch of m + 1 has a match: the
    entropy is then not finite.

    Every pair is looked at, one lag after another in memory that grows only with N: the pairs that match are themselves
    a share of N^2, and a k-d tree was slower at every length up to ten minutes.
    """
    radius = tolerance * float(np.std(x))
    count = len(x) - m
    if radius <= 0:
        return NAN
    b = a = 0
    for lag in range(1, count):
        alike = np.abs(x[lag:] - x[:-lag]) <= radius
        stretch = alike[:-m].copy()
        for k in range(1, m):
            stretch &= alike[k : k - m]
        b += int(np.count_nonzero(stretch))
        a += int(np.count_nonzero(stretch & alike[m:]))
    return math.log(b / a) if a > 0 else NAN


def dfa_alpha(x: Array, shortest: int = 8, sizes: int = 20) -> float:
    """Slope of log F(n) over log n of the summed series, boxes of `shortest` samples to a quarter of the series.

    Peng et al. 1994 (Phys Rev E 49:1685), first order; boxes are laid from both ends, so that no sample is left out
    and the figure does not depend on the direction of time. White noise gives 0.5, Brownian motion 1.5.
    """
    n = len(x)
    profile = np.concatenate(([0.0], np.cumsum(x - np.mean(x))))
    lengths = np.unique(np.geomspace(shortest, n // 4, sizes).astype(int))
    fluctuations = []
    for length in lengths:
        used = (len(profile) // length) * length
        boxes = np.concatenate((profile[:used], profile[len(profile) - used :])).reshape(-1, length)
        ramp = np.arange(length) - (length - 1) / 2.0
        centred = boxes - np.mean(boxes, axis=1, keepdims=True)
        power = float(np.sum(ramp * ramp))
        slopes = np.sum(centred * ramp, axis=1) / power
        fluctuations.append(float(np.mean(np.sum(centred * centred, axis=1) - slopes * slopes * power)) / length)
    if min(fluctuations) <= 0:
        return NAN
    return float(np.polyfit(np.log(lengths), 0.5 * np.log(fluctuations), 1)[0])


def higuchi_dimension(x: Array, longest: int = 16) -> float:
    """Slope of log L(k) over log 1/k, L(k) the length of the curve seen in steps of k samples, k = 1..`longest`.

    Higuchi 1988 (Physica D 31:277). A smooth line gives 1, Brownian motion 1.5, white noise 2.
    """
    n = len(x)
    steps = np.arange(1, longest + 1)
    lengths = []
    for k in steps:
        of_starts = []
        for start in range(int(k)):
            count = (n - 1 - start) // k
            part = x[start::k][: count + 1]
            of_starts.append(float(np.sum(np.abs(np.diff(part)))) * (n - 1) / (count * k * k))
        lengths.append(float(np.mean(of_starts)))
    if min(lengths) <= 0:
        return NAN
    return float(-np.polyfit(np.log(steps), np.log(lengths), 1)[0])
