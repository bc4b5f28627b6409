"""Rises from a chair, by the load on the feet: how many, and how long five of them took.

The feet are on the plate and the chair is not. Who sits has a fifth of the weight on the feet; who has risen has all of
it. How straight somebody stood the force does not show: the therapist sees that.
"""

from __future__ import annotations

import numpy as np

from station.faults import because
from station.measures.signal import Array
from station.measures.values import NAN, Figures, missing

CHAIR_NAMES = ("chair_stands", "five_stands_s")
ON_SEAT, ON_FEET = 0.4, 0.95
"""Of the weight on the feet: at most, of who sits; at least, of who has risen (proposed)."""
STAYS_S = 0.18
"""So long on the seat, for it to be one (proposed): the drill asks for 0.2 s, and may stop a sample before that."""
RISES_S = 0.4
"""From when the feet carry all to the next seat contact: in less nobody rises and sits (proposed)."""
FIVE = 5


def chair_stands(force_n: Array, rate_hz: float, weight_n: float) -> Figures:
    """Rises, and seconds from the first sample, at which the signal is given, to the last seat contact of five rises.

    `force_n` (N,) begins with somebody who sits, and ends when the test does: who is on their feet then has risen once
    more. `weight_n` is of the same person standing. No time where there were not exactly five rises and a seat contact
    after the last: the fifth time standing is another figure, and is earlier.
    """
    length = max(round(STAYS_S * rate_hz), 1)
    if len(force_n) < 2 * length or not weight_n > 0.0:
        return missing(CHAIR_NAMES, because("rise-too-short"))
    if not float(np.median(force_n[:length])) <= ON_SEAT * weight_n:
        return missing(CHAIR_NAMES, because("stands-already"))
    seats = [at for at in _runs(force_n <= ON_SEAT * weight_n, length) if at]
    feet = np.flatnonzero(force_n >= ON_FEET * weight_n)
    rises, sits, last = 0, [], int(np.argmax(force_n <= ON_SEAT * weight_n))  # nobody rises before they sit
    for seat in [*seats, None]:
        up = feet[(feet >= last) & (feet < (len(force_n) if seat is None else seat))]
        if len(up) and (seat is None or seat - up[0] >= RISES_S * rate_hz):
            rises += 1
            sits += [] if seat is None else [seat]
        last = seat or last
    if rises != FIVE or len(sits) != FIVE:
        return {CHAIR_NAMES[0]: float(rises), CHAIR_NAMES[1]: NAN}, {CHAIR_NAMES[1]: because("not-five-rises", n=rises)}
    return {CHAIR_NAMES[0]: float(rises), CHAIR_NAMES[1]: sits[-1] / rate_hz}, {}


def _runs(inside: np.ndarray[tuple[int], np.dtype[np.bool_]], length: int) -> list[int]:
    """The first samples of all stretches of at least this length."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    return [int(begin) for begin, end in zip(edges[::2], edges[1::2], strict=True) if end - begin >= length]
