"""Rambling and trembling: the moving set point of the sway, and the sway about it.

Zatsiorsky and Duarte 1999 (Motor Control 3:28): where the horizontal force is zero the body is in an instant
equilibrium; a cubic spline through the CoP at those moments is the rambling, the rest is the trembling. The station's
four cells see no horizontal force, so for its own trials these figures are missing with that reason; the function
serves recordings of a plate that measures it.
"""

from __future__ import annotations

import numpy as np

from drills.problems import Problem
from station.faults import because
from station.measures.signal import Array
from station.measures.sway import extent
from station.measures.values import Figures, missing

NO_FORCE = because("no-horizontal-force")


def rambling_trembling(cop_mm: Array, horizontal_n: Array, rate_hz: float) -> tuple[Array, Array] | Problem:
    """(rambling, trembling) of one axis in mm, each as long as the stretch between the first and last equilibrium.

    `horizontal_n` (N,) is the force along the same axis, N. A reason where there are fewer than four equilibria.
    """
    force = horizontal_n - np.mean(horizontal_n)
    before = np.flatnonzero((force[:-1] > 0) != (force[1:] > 0))
    if len(before) < 4:
        return because("few-equilibria")
    from scipy.interpolate import CubicSpline

    share = force[before] / (force[before] - force[before + 1])
    at = before + share
    cop = cop_mm[before] + share * (cop_mm[before + 1] - cop_mm[before])
    first, last = int(np.ceil(at[0])), int(np.floor(at[-1]))
    distinct = np.concatenate(([True], np.diff(at) > 1e-9))
    rambling = np.asarray(CubicSpline(at[distinct] / rate_hz, cop[distinct])(np.arange(first, last + 1) / rate_hz))
    return rambling, cop_mm[first : last + 1] - rambling


def figures(cop_mm: Array, horizontal_n: Array | None, rate_hz: float, axis: str) -> Figures:
    """RMS of both parts in mm under `rambling_rms_<axis>_mm` and `trembling_rms_<axis>_mm`."""
    names = [f"rambling_rms_{axis}_mm", f"trembling_rms_{axis}_mm"]
    parts = NO_FORCE if horizontal_n is None else rambling_trembling(cop_mm, horizontal_n, rate_hz)
    if isinstance(parts, Problem):
        return missing(names, parts)
    return {name: extent.rms(part) for name, part in zip(names, parts, strict=True)}, {}
