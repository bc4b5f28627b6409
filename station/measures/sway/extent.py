"""The eight figures of every trial: path, mean velocity, ellipse, RMS, range, mean force.

The formulas are those of the ISPGR's recommendations and of BMC's stabilography notes (Duarte and Freitas 2010,
Rev Bras Fisioter 14:183); the two forms of the ellipse have names of their own.
"""

from __future__ import annotations

import math

import numpy as np

from station.measures.signal import Array

CHI2_95_2 = 5.991
"""95 % point of chi-square with two degrees of freedom, to the digits that vendors print."""


def dot(x: Array, y: Array) -> float:
    """Sum of the products. Not `x @ y`: on long arrays that starts threads, whose number shows in the last digits."""
    return float(np.sum(x * y))


def path_length(ml: Array, ap: Array) -> float:
    """Length of the CoP's way, in the unit of its input: sum of the distances between neighbours."""
    return float(np.sum(np.hypot(np.diff(ml), np.diff(ap))))


def rms(x: Array) -> float:
    """Root mean square about the mean (population form)."""
    return float(np.std(x))


def spread(x: Array) -> float:
    """Largest less smallest value."""
    return float(np.max(x) - np.min(x))


def _root_det(ml: Array, ap: Array) -> float:
    """Square root of the determinant of the sample covariance (N - 1)."""
    x, y = ml - np.mean(ml), ap - np.mean(ap)
    xx, yy, xy = dot(x, x), dot(y, y), dot(x, y)
    return math.sqrt(max(xx * yy - xy * xy, 0.0)) / (len(x) - 1)


def ellipse_chi2(ml: Array, ap: Array) -> float:
    """95 % ellipse as most vendors print it: pi * 5.991 * sqrt(det S), S the sample covariance."""
    return math.pi * CHI2_95_2 * _root_det(ml, ap)


def ellipse_prediction(ml: Array, ap: Array) -> float:
    """95 % prediction ellipse: pi * sqrt(det S) * 2 (n-1)(n+1) / (n (n-2)) * F.95(2, n-2).

    Schubert and Kirchner 2014 (Gait Posture 39:518), Duarte 2015 (Gait Posture 41:44). For two degrees of freedom the
    quantile of F is closed: F.p(2, m) = m/2 ((1-p)^(-2/m) - 1), so no table is needed. At least three samples.
    """
    n = len(ml)
    return math.pi * _root_det(ml, ap) * 2.0 * (n - 1) * (n + 1) / (n * (n - 2)) * f95(n - 2)


def f95(freedom: int) -> float:
    """95 % point of F with (2, `freedom`) degrees of freedom."""
    return freedom / 2.0 * math.expm1(-2.0 / freedom * math.log(0.05))


def principal_direction_deg(ml: Array, ap: Array) -> float:
    """Angle in degrees, 0..90, between the AP axis and the axis of the largest sway."""
    x, y = ml - np.mean(ml), ap - np.mean(ap)
    return abs(math.degrees(0.5 * math.atan2(2.0 * dot(x, y), dot(y, y) - dot(x, x))))
