"""A drill with vibration and without it, in turn: which of its trials vibrate, drawn so that nobody can know it before.

The two kinds are equally many and lie alike in time, so that who tires or learns does so in both. The order comes from
a seed alone, and is the same for the same seed. A turn without vibration has the same steps and the same times as one
with it: only the plate stands still.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.values import NO_DEMAND, Event
from drills.vibration.values import Vibration, dice

ABBA, COIN = "abba", "coin"
BLOCKS = {ABBA: 4, COIN: 2}
"""How many trials lie together, half of each kind: A B B A or B A A B, and A B or B A. A coin says which."""


class Turns(NamedTuple):
    """Which trials of a running drill vibrate. Nobody is told before the drill has ended."""

    order: str
    """`ABBA` or `COIN`."""
    seed: int
    vibrated: tuple[bool, ...]
    """Of each trial, from the first."""
    shaken: Vibration
    still: Vibration
    """The same, for as long, with a plate that stands."""

    def of(self, trial: int) -> Vibration:
        """The vibration of this trial, from 1; of none that was prescribed, the still one."""
        vibrates = 1 <= trial <= len(self.vibrated) and self.vibrated[trial - 1]
        return self.shaken if vibrates else self.still

    def event(self, now_ns: int) -> Event:
        """What is told once the drill has ended."""
        return Event("with-without", now_ns, {"order": self.order, "seed": self.seed, "vibrated": list(self.vibrated)})


def draw_turns(order: str, trials: int, seed: int) -> tuple[bool, ...]:
    """Whether each of so many trials vibrates, by this order and seed. A last block that is not whole is cut off."""
    block = BLOCKS[order]
    coins = dice(seed)
    turns: list[bool] = []
    while len(turns) < trials:
        first = next(coins) < 0.5
        turns += [first, not first, not first, first][:block]
    return tuple(turns[:trials])


def take_turns(order: str | None, trials: int, seed: int, shaken: Vibration) -> Turns | None:
    """The turns of a drill that has an order, whose vibration is this one; None for any other drill."""
    if order is None or shaken.full is NO_DEMAND:
        return None
    return Turns(order, seed, draw_turns(order, trials, seed), shaken, shaken._replace(full=NO_DEMAND))
