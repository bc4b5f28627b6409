"""All that can be suspected of a centre of pressure, one of each kind."""

from __future__ import annotations

import numpy as np

from drills.problems import Problem
from station.measures.signal import Signal
from station.measures.suspicions.course import course_of
from station.measures.suspicions.even import blocks, evenly
from station.measures.suspicions.load import odd_load
from station.measures.suspicions.scale import wrong_scale
from station.measures.suspicions.steps import jump, noise
from station.measures.suspicions.stuck import clipped, still_axis, twice


def suspicions_of(
    signal: Signal, weight_kg: float | None = None, *, scale_known: bool = False, vibrated: bool = False
) -> tuple[tuple[Problem, ...], dict[str, float]]:
    """What is suspect of a checked signal, nothing or one of each kind; and its slow shifts and drift.

    With `scale_known` nobody can have mistaken its unit, and what was done may be more than standing; on a plate that
    vibrates what trembles is the plate.
    """
    cop, rate_hz = evenly(signal), signal.rate_hz
    tenths = blocks(cop, rate_hz)
    still = still_axis(cop, rate_hz)
    unscaled = vibrated or scale_known or still  # an axis that stands still has no scale
    found = [still, None if unscaled else wrong_scale(tenths), twice(cop, rate_hz)]
    if not vibrated:
        found += [clipped(cop, rate_hz), noise(cop, rate_hz) or jump(cop, rate_hz)]
    if signal.force_n is not None:
        found.append(odd_load(float(np.median(signal.force_n)), weight_kg))
    return tuple(one for one in found if one is not None), course_of(tenths)
