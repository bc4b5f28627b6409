"""Errors of a stance with closed eyes (BESS): what a therapist taps, and what the plate sees.

The list of errors, the cap of ten and that less than 5 s in place is ten are those of the test; which of them a plate
sees, and by which force, is proposed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from station.measures.signal import Array

CARRIED = 0.85
"""Of the weight: with less something else carries, a foot beside the plate or a hand."""
CARRIED_S = 0.14
SAME_S = 1.0
"""Within so long a tap and what the plate saw are one error: several at once count one."""
OUT_S = 5.0
MOST_ERRORS = 10


def stance_errors(force_n: Array, rate_hz: float, weight_n: float, taps_s: Sequence[float]) -> int:
    """Errors of one try, 0 to 10. `force_n` (N,) is of the try alone; taps in s from its first sample.

    A time with less than 85 % of the weight for 0.14 s is one error, however often it was tapped within a second; one
    that lasts for more than 5 s is ten, as is a try with less than 5 s in place.
    """
    inside = np.concatenate(([False], force_n < CARRIED * weight_n, [False])) if weight_n > 0.0 else np.zeros(2, bool)
    edges = np.flatnonzero(np.diff(inside.astype(np.int8)))
    out = [
        (begin / rate_hz, end / rate_hz)
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
        if end - begin >= CARRIED_S * rate_hz
    ]
    in_place_s = len(force_n) / rate_hz - sum(end - begin for begin, end in out)
    if any(end - begin > OUT_S for begin, end in out) or in_place_s < OUT_S:
        return MOST_ERRORS
    counted: list[float] = []
    for at_s in sorted(taps_s):
        seen = any(begin - SAME_S <= at_s <= end + SAME_S for begin, end in out)
        if not seen and (not counted or at_s - counted[-1] >= SAME_S):
            counted.append(at_s)
    return min(MOST_ERRORS, len(out) + len(counted))
