"""Between two patients: the plate is wiped, its zero is looked at, and then the screen is free for a piece of advice.

A pure step of what is seen, ten to thirty times a second; the plate itself says that it was wiped, so that nobody has
to say so on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from station.measures.constants import MOST_EMPTY_N

AWAY_S = 600.0
"""A patient who is not known to have left, and whom nobody has seen for so long, is not here any more."""
FREE_S = 60.0
"""So long nothing has happened, at a station whose plate is clean, before it shows advice."""
TOUCH_N = 3.0
"""A cloth on the plate changes the force by more than this from one look to the next; an empty one is still to 1 N."""
TOUCHES = 6
"""Looks at which it has moved: a door that falls shut is one or two."""
STILL_S = 3.0
"""So long after the last touch the plate is wiped."""
ZERO_S = 2.0
"""So long the empty plate is averaged."""
PERSON_N = 150.0
"""More than this is somebody who stands there, and no cloth."""
MESSAGE_S = 20.0
MESSAGES = 12


class BetweenStage(Enum):
    """What the patient's screen is to show."""

    NONE = "none"
    """What else there is: a drill, its result, or that the therapist comes."""
    WIPE = "wipe"
    ZERO = "zero"
    """The empty plate is being looked at."""
    ZERO_OFF = "zero-off"
    """Something lies on it, or a cell's zero has moved."""
    FREE = "free"


class PlateLook(NamedTuple):
    """What counts of one look."""

    now_s: float
    """Monotonic."""
    runs: bool
    """A drill runs, or something was stopped and waits."""
    shows: bool
    """A result is on show, or the patient is expected on the plate again."""
    cells_n: Sequence[float] | None
    """What each cell measures; None where nothing does."""


class Between(NamedTuple):
    """Where it is."""

    stage: BetweenStage = BetweenStage.NONE
    used: bool = False
    """Somebody has been on the plate since it was wiped."""
    since_s: float | None = None
    """When the present waiting began."""
    force_n: float = 0.0
    """At the last look."""
    touches: int = 0
    touched_s: float = 0.0
    looks: int = 0
    sums_n: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    off: tuple[int, float] | None = None
    """The cell that is farthest from zero, 0 to 3, and what it shows in N; None where all are near."""

    def message(self, now_s: float) -> int:
        """Which piece of advice, from 1; 0 for none."""
        return 1 + int(now_s / MESSAGE_S) % MESSAGES if self.stage is BetweenStage.FREE else 0


def look(state: Between, seen: PlateLook) -> Between:
    """After one more look."""
    if seen.runs or seen.shows:
        return Between(used=state.used or seen.runs)
    since_s = seen.now_s if state.since_s is None else state.since_s
    state = state._replace(since_s=since_s)
    if seen.cells_n is None:
        return state._replace(stage=BetweenStage.NONE)
    force_n = sum(seen.cells_n)
    if force_n >= PERSON_N:
        return Between(used=True)
    if not state.used:
        free = seen.now_s - since_s >= FREE_S or state.stage is BetweenStage.FREE
        return state._replace(stage=BetweenStage.FREE if free else BetweenStage.NONE)
    if state.stage in (BetweenStage.ZERO, BetweenStage.ZERO_OFF):
        return _weighed(state, seen)
    moved = state.stage is BetweenStage.WIPE and abs(force_n - state.force_n) > TOUCH_N
    state = state._replace(
        stage=BetweenStage.WIPE,
        force_n=force_n,
        touches=state.touches + moved,
        touched_s=seen.now_s if moved else state.touched_s,
    )
    if state.touches >= TOUCHES and seen.now_s - state.touched_s >= STILL_S:
        return state._replace(stage=BetweenStage.ZERO, since_s=seen.now_s, looks=0, sums_n=(0.0, 0.0, 0.0, 0.0))
    return state


def _weighed(state: Between, seen: PlateLook) -> Between:
    """The mean of each cell of the empty plate, until all of them are near zero."""
    front_left, front_right, back_right, back_left = seen.cells_n or (0.0, 0.0, 0.0, 0.0)
    one, two, three, four = state.sums_n
    sums_n = (one + front_left, two + front_right, three + back_right, four + back_left)
    looks = state.looks + 1
    if seen.now_s - (state.since_s or 0.0) < ZERO_S:
        return state._replace(looks=looks, sums_n=sums_n)
    means = [total / looks for total in sums_n]
    worst = max(range(4), key=lambda cell: abs(means[cell]))
    if abs(means[worst]) <= MOST_EMPTY_N:
        return Between(BetweenStage.FREE, since_s=seen.now_s)
    return state._replace(
        stage=BetweenStage.ZERO_OFF, off=(worst, means[worst]), since_s=seen.now_s, looks=0, sums_n=(0.0, 0.0, 0.0, 0.0)
    )
