"""Whether the samples' times go on alike from the first to the last."""

from __future__ import annotations

import numpy as np

from drills.problems import Problem
from station.faults import because
from station.measures.signal import Signal

COUNTED_OVER_S = 2.0
MOST_RATIO = 1.15
"""Between the slowest and the fastest two seconds: a radio's jitter and times in whole milliseconds stay below."""
GAP_PERIODS = 1.75
"""A longer step is a hole, which is counted elsewhere."""


def stretched(signal: Signal) -> Problem | None:
    """Times that are stretched in a part, or a rate that was changed; None where every two seconds have as many
    samples. Even times have.
    """
    if signal.even:
        return None
    count = round(COUNTED_OVER_S * signal.rate_hz)
    windows = (len(signal.t_s) - 1) // count
    steps_s = np.diff(signal.t_s)[: windows * count].reshape(windows, count)
    steps_s = np.ma.masked_greater(steps_s, GAP_PERIODS / signal.rate_hz)
    means_s = np.ma.mean(steps_s, axis=1).filled(np.nan)
    if np.all(np.isnan(means_s)) or np.nanmax(means_s) <= MOST_RATIO * np.nanmin(means_s):
        return None
    fast, slow = int(np.nanargmin(means_s)), int(np.nanargmax(means_s))
    return because(
        "times-stretched",
        fast_ms=1e3 * float(means_s[fast]),
        fast_s=float(signal.t_s[fast * count]),
        slow_ms=1e3 * float(means_s[slow]),
        slow_s=float(signal.t_s[slow * count]),
    )
