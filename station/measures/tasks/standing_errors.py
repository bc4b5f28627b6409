"""Errors of a stance with closed eyes (BESS): what a therapist taps, and what the plate sees.

The list of errors, the cap of ten and that less than 5 s in place is ten are those of the test; which of them a plate
sees, and by which force, is proposed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from station.measures.signal import Array
from station.measures.tasks.marked import errors_of

CARRIED = 0.85
"""Of the weight: with less something else carries, a foot beside the plate or a hand."""
CARRIED_S = 0.14


def stance_errors(force_n: Array, rate_hz: float, weight_n: float, taps_s: Sequence[float]) -> int:
    """Errors of one try, 0 to 10. `force_n` (N,) is of the try alone; taps in s from its first sample.

    A time with less than 85 % of the weight for 0.14 s is one error, and so is a tap: `errors_of`.
    """
    return errors_of(out_of_place(force_n, rate_hz, weight_n), len(force_n) / rate_hz, taps_s)


def out_of_place(force_n: Array, rate_hz: float, weight_n: float) -> list[tuple[float, float]]:
    """Begin and end, in s, of each time in which something else carried; none where the weight is not known."""
    inside = np.concatenate(([False], force_n < CARRIED * weight_n, [False])) if weight_n > 0.0 else np.zeros(2, bool)
    edges = np.flatnonzero(np.diff(inside.astype(np.int8)))
    return [
        (float(begin / rate_hz), float(end / rate_hz))
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
        if end - begin >= CARRIED_S * rate_hz
    ]
