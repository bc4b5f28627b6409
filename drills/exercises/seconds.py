"""The time of an exercise: its frames, and its whole seconds, of which one counts when nearly all of it was right.

So who only passes through a goal, however often, earns nothing for it.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.units import NS_PER_S

LEAD_NS = 2 * NS_PER_S
"""What moves on the screen rests so long at first, so that it is seen before it is to be followed."""
FRAME_NS = 20_000_000
"""What moves on the screen moves 50 times a second: what is seen is what counts."""
GOOD_TENTHS = 8
"""So many tenths of a second must be good for it to count (proposed)."""


class Seconds(NamedTuple):
    """How many of `of` whole seconds were good, and the one that runs."""

    of: int
    done: int = 0
    gone: int = 0
    """Seconds that are over."""
    part_ns: int = 0
    good_ns: int = 0
    """Of the second that runs: how much of it has passed, and how much of that was good."""

    @property
    def over(self) -> bool:
        """Whether all are over."""
        return self.gone >= self.of

    def after(self, passed_ns: int, good: bool) -> Seconds:
        """With one more tick of 0 to 1 s. When all seconds are over nothing counts any more."""
        if self.over:
            return self
        part_ns = self.part_ns + passed_ns
        good_ns = self.good_ns + (passed_ns if good else 0)
        if part_ns < NS_PER_S:
            return Seconds(self.of, self.done, self.gone, part_ns, good_ns)
        rest_ns = part_ns - NS_PER_S
        within_ns = good_ns - (rest_ns if good else 0)
        counts = within_ns * 10 >= GOOD_TENTHS * NS_PER_S
        return Seconds(self.of, self.done + counts, self.gone + 1, rest_ns, rest_ns if good else 0)


def passed_ns(last_ns: int | None, now_ns: int) -> int:
    """The time of a tick, in ns: 0 for the first, and for a clock that goes back; at most a second."""
    return 0 if last_ns is None else max(0, min(now_ns - last_ns, NS_PER_S))
