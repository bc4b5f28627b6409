"""A hand that helps: the rail is fixed to the floor, so a plate that feels less than the weight feels that.

Seen while somebody stands alone and is to stay so: the weight must be known, and be that of who stands on nothing else.
A foot that touches the ground beside the plate is seen in the same way. What is not known is never called support.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.exercises.support import LEAST_SUPPORT

HELPS_NS = 500_000_000
"""For so long at least (proposed, protocols.md 1.0)."""
LETS_GO_SUPPORT = 0.02
"""Of the weight: below this the hand has let go. Between the two it stays what it was, so that nothing flutters."""


class Hands(NamedTuple):
    """Of one try."""

    since_ns: int | None = None
    """When the plate began to feel less, where it still does."""
    first_ns: int | None = None
    """When a hand that helped was first put there."""
    helps: bool = False
    """Now."""


NO_HANDS = Hands()


def feel(hands: Hands, force_n: float, weight_n: float, now_ns: int) -> Hands:
    """One tick later; the very same where nothing has changed. NaN is no hand: what it is, others judge."""
    least = LETS_GO_SUPPORT if hands.since_ns is not None else LEAST_SUPPORT
    if not force_n < (1.0 - least) * weight_n:
        return hands if hands.since_ns is None else Hands(None, hands.first_ns, helps=False)
    if hands.since_ns is None:
        return Hands(now_ns, hands.first_ns, helps=False)
    if hands.helps or now_ns - hands.since_ns < HELPS_NS:
        return hands
    first_ns = hands.since_ns if hands.first_ns is None else hands.first_ns
    return Hands(hands.since_ns, first_ns, helps=True)
