"""How much of the body one leg may carry, as somebody ordered it, and how far a load is beyond that.

A load is warned of at the order and stopped at its limit. What cannot be a load, like NaN, counts as beyond the limit:
nobody is told that all is well by a sensor that says nothing. No drill has an order of its own: where none is given to
it, nothing may be carried.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class OrderedLoad(NamedTuple):
    """How much one leg may carry, in N: what a drill by order is done with."""

    leg: str
    """ "left" or "right"; "" where there is no order."""
    order_n: float
    limit_n: float
    """Where a load beyond the order is stopped."""
    body_n: float
    """Weight of the body of which the order is a share."""

    @property
    def touch_n(self) -> float:
        """From here on a foot is on the plate: 20 N, and a quarter of an order that is less than four times that
        (proposed). So little may the empty plate read, to either side.
        """
        return min(TOUCH_N, TOUCH_SHARE * self.order_n)


NO_LOAD = OrderedLoad("", 0.0, 0.0, 0.0)
"""Nothing may be carried."""
TOUCH_N, TOUCH_SHARE = 20.0, 0.25


class Beyond(IntEnum):
    """How far a load is beyond what was ordered."""

    NOTHING = 0
    ORDER = 1
    """A warning is given."""
    LIMIT = 2
    """The try ends."""


BACK_SHARE, BACK_N = 0.02, 2.0
"""Only so far below a line a load that was beyond it counts as back, so that it does not flutter there (proposed)."""


def beyond(load: OrderedLoad, force_n: float, before: Beyond = Beyond.NOTHING) -> Beyond:
    """How far this load (N) is beyond the order, given how far it was a tick before."""
    for level, line_n in ((Beyond.LIMIT, load.limit_n), (Beyond.ORDER, load.order_n)):
        back_n = max(BACK_N, BACK_SHARE * line_n) if before >= level else 0.0
        if not force_n <= line_n - back_n:
            return level
    return Beyond.NOTHING
