"""How soon the CoP would leave the foot: time to boundary and virtual time to contact."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drills.problems import Problem
from station.faults import because
from station.measures.signal import Array
from station.measures.sway.density import peaks
from station.measures.values import NAN, Figures, Reasons, missing


class Foot(NamedTuple):
    """The rectangle around the standing foot, in mm from the plate's centre; right > left, front > back."""

    left_mm: float
    right_mm: float
    back_mm: float
    front_mm: float


def time_to_boundary(ml_mm: Array, ap_mm: Array, rate_hz: float, foot: Foot) -> Figures:
    """Least time, mean and SD of the least times to the edge ahead, for each axis, in s.

    Hertel et al. 2006 (J Appl Biomech 22:67), Hertel and Olmsted-Kramer 2007 (Gait Posture 25:33): at each sample
    the distance to the edge that the CoP moves toward over its velocity; the figures are of the valleys of that
    series. Velocity by central differences, so a CoP as the pipeline gives it, at 50 samples a second as in that
    field's studies: the valleys where the CoP hardly moves grow with the number of samples, and with them mean and SD.
    A CoP outside the rectangle gives no figure.
    """
    names = [f"ttb_{axis}_{what}_s" for axis in ("ml", "ap") for what in ("min", "mean_min", "sd_min")]
    why = _outside(ml_mm, ap_mm, foot)
    if why:
        return missing(names, why)
    values: dict[str, float] = {}
    reasons: Reasons = {}
    for axis, x, low, high in (("ml", ml_mm, foot.left_mm, foot.right_mm), ("ap", ap_mm, foot.back_mm, foot.front_mm)):
        valleys = _valleys(_ahead(x, np.gradient(x, 1.0 / rate_hz), low, high))
        own = [f"ttb_{axis}_{what}_s" for what in ("min", "mean_min", "sd_min")]
        if len(valleys) < 3:
            values |= dict.fromkeys(own, NAN)
            reasons |= dict.fromkeys(own, because("few-valleys"))
        else:
            figures = (np.min(valleys), np.mean(valleys), np.std(valleys, ddof=1))
            values |= {name: float(figure) for name, figure in zip(own, figures, strict=True)}
    return values, reasons


def _ahead(x: Array, v: Array, low: float, high: float) -> Array:
    distance = np.where(v > 0, high - x, x - low)
    return np.asarray(distance / np.maximum(np.abs(v), 1e-9))


def _valleys(times: Array) -> Array:
    return times[peaks(-times)]


def _outside(ml: Array, ap: Array, foot: Foot) -> Problem | None:
    if not (foot.right_mm > foot.left_mm and foot.front_mm > foot.back_mm):
        return because("foot-no-area")
    out = (ml < foot.left_mm) | (ml > foot.right_mm) | (ap < foot.back_mm) | (ap > foot.front_mm)
    if not out.any():
        return None
    return because("outside-foot", percent=100.0 * float(np.mean(out)))


def virtual_time_to_contact(ml_mm: Array, ap_mm: Array, rate_hz: float, foot: Foot) -> Figures:
    """Mean and least time in s until the CoP would touch the rectangle, going on with its velocity and acceleration.

    Slobounov et al. 1997 (J Mot Behav 29:263): the least positive root of r + v t + a t^2 / 2 = edge over the four
    edges, at each sample. A sample that would never touch an edge is left out.
    """
    names = ["vtc_mean_s", "vtc_min_s"]
    why = _outside(ml_mm, ap_mm, foot)
    if why:
        return missing(names, why)
    times = np.full(len(ml_mm), np.inf)
    for x, edges in ((ml_mm, foot[:2]), (ap_mm, foot[2:])):
        v = np.gradient(x, 1.0 / rate_hz)
        a = np.gradient(v, 1.0 / rate_hz)
        for edge in edges:
            times = np.minimum(times, _first_contact(x - edge, v, a))
    times = times[np.isfinite(times)]
    if not len(times):
        return missing(names, because("no-edge"))
    return {"vtc_mean_s": float(np.mean(times)), "vtc_min_s": float(np.min(times))}, {}


def _first_contact(gap: Array, v: Array, a: Array) -> Array:
    """Least t > 0 with gap + v t + a t^2 / 2 = 0, or infinity; in the form that does not cancel."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(v * v - 2.0 * a * gap)
        q = -(v + np.where(v >= 0, root, -root))
        both = np.stack((q / a, 2.0 * gap / q))
    return np.asarray(np.min(np.where(np.isfinite(both) & (both > 1e-12), both, np.inf), axis=0))
