"""The beacon's blink codes: a fault's number in flashes, as a pure function of the number and the time."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

FLASH_NS = 200_000_000
FLASH_GAP_NS = 300_000_000
"""Dark between two flashes of a digit."""
ZERO_NS = 1_000_000_000
"""A digit 0 is one long flash."""
DIGIT_GAP_NS = 1_200_000_000
REPEAT_GAP_NS = 3_000_000_000


@cache
def pattern(number: int) -> tuple[int, ...]:
    """When the beacon changes, in ns from the beginning of a round: on, off, on, ..., and last the round's length.

    The digits one after the other, the tens first: 21 is two flashes, a pause, one flash, a longer pause.
    """
    changes: list[int] = []
    t_ns = 0
    for digit in (int(sign) for sign in str(number)):
        for _ in range(digit or 1):
            end_ns = t_ns + (FLASH_NS if digit else ZERO_NS)
            changes += (t_ns, end_ns)
            t_ns = end_ns + FLASH_GAP_NS
        t_ns += DIGIT_GAP_NS - FLASH_GAP_NS
    return (*changes, t_ns - DIGIT_GAP_NS + REPEAT_GAP_NS)


def beacon_lit(number: int, now_ns: int) -> bool:
    """Whether the beacon is lit at this time while it blinks this fault's number; 0 for no fault is dark."""
    if number <= 0:
        return False
    changes = pattern(number)
    return bisect_right(changes, now_ns % changes[-1]) % 2 == 1
