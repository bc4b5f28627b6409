"""Squats on a beat, counted by the force: down in the first second of each, up in the first second of its second half.

Going down unloads the plate and then loads it, coming up the other way round: 8 cm in a second swing the force by some
9 % of the weight. Breath and heart stay below 2 %, and who only bounces swings it far more often. A squat in which the
hands carry is none.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.exercises.seconds import FRAME_NS
from drills.exercises.support import LEAST_SUPPORT
from drills.units import NS_PER_S

LEAST_SWING = 0.05
"""Of the weight, from the least to the most force of a squat (proposed)."""
EDGE = 0.02
MOST_TURNS = 8
"""How often the force goes above and below the weight in a squat, at most (proposed)."""
IN_BAND = 0.8
"""The part of a squat that must be in the band."""


class Squats(NamedTuple):
    """How many of `of` squats counted, and the one that goes on."""

    of: int
    period_s: float
    done: int = 0
    gone: int = 0
    part_ns: int = 0
    good_ns: int = 0
    least: float = 1.0
    most: float = 1.0
    above: int = 0
    """On which side of the weight the force was last: -1, 1, or 0 for neither yet."""
    turns: int = 0
    load: float = 0.0
    """The force so far: shares of the weight, each times its ns."""

    @property
    def over(self) -> bool:
        """Whether all are over."""
        return self.gone >= self.of

    @property
    def period_ns(self) -> int:
        """Of one squat."""
        return max(NS_PER_S, round(self.period_s * NS_PER_S))

    @property
    def down(self) -> bool:
        """Whether it is time to be down."""
        return self.part_ns * 2 < self.period_ns

    @property
    def phase(self) -> int:
        """Of the beat, 0 above, 500 below: a second down, a stay, a second up, a stay. In steps of 20 ms."""
        half_ns = self.period_ns // 2
        since_ns = self.part_ns if self.down else self.part_ns - half_ns
        moved = 500 * min(since_ns // FRAME_NS * FRAME_NS, NS_PER_S) // NS_PER_S
        return moved if self.down else (500 + moved) % 1000

    def after(self, passed_ns: int, inside: bool, of_weight: float) -> Squats:
        """With one more tick of 0 to 1 s; `of_weight` is the force as a share of the weight."""
        of, period_s, done, gone, part_ns, good_ns, least, most, above, turns, load = self
        if gone >= of:
            return self
        force = min(3.0, max(0.0, of_weight)) if of_weight == of_weight else 0.0
        side = 1 if force > 1.0 + EDGE else -1 if force < 1.0 - EDGE else above
        if side != above:
            turns += 1
        part_ns += passed_ns
        if inside:
            good_ns += passed_ns
        least, most, load = min(least, force), max(most, force), load + force * passed_ns
        period_ns = self.period_ns
        if part_ns < period_ns:
            return Squats(of, period_s, done, gone, part_ns, good_ns, least, most, side, turns, load)
        alone = load >= (1.0 - LEAST_SUPPORT) * part_ns
        real = alone and most - least >= LEAST_SWING and turns <= MOST_TURNS
        counts = real and good_ns >= IN_BAND * period_ns
        return Squats(of, period_s, done + counts, gone + 1, part_ns - period_ns)
