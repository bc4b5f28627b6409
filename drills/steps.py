"""The steps of a drill and their order: the one table that says which may follow which.

A document lists the steps of one trial and what comes after the last. The numbers under which phases are stored
(`drills.values.Phase`) are names in files and say nothing of an order.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from drills.values import Phase


class Step(Enum):
    """What a step of a document is, as the document names it."""

    GET_ON = "get-on"
    WEIGH = "weigh"
    """Before the first trial: weight and middle are learnt on both feet."""
    SETTLE = "settle"
    LEARN = "learn"
    """Weight and places of the feet are learnt."""
    BASELINE = "baseline"
    EXERCISE = "exercise"
    REST = "rest"
    """Between two trials; after it the next trial begins with its first step."""
    CHANGE = "change"
    """In its place where the legs alternate: both feet down, and on to the other leg."""
    GET_OFF = "get-off"
    """After the last trial."""


class Rule(NamedTuple):
    """What holds for one step."""

    phases: tuple[Phase, ...]
    """Under which it is stored, in the order in which they come."""
    followers: tuple[Step, ...]
    """Which step may come after it."""


_FIRST_STANDING = (Step.SETTLE, Step.LEARN, Step.BASELINE, Step.EXERCISE)
ORDER: dict[Step, Rule] = {
    Step.GET_ON: Rule((Phase.GET_ON,), (Step.WEIGH, *_FIRST_STANDING)),
    Step.WEIGH: Rule((Phase.WEIGH,), _FIRST_STANDING),
    Step.SETTLE: Rule((Phase.SETTLE,), (Step.LEARN,)),
    Step.LEARN: Rule((Phase.SETTLE,), (Step.BASELINE, Step.EXERCISE)),
    Step.BASELINE: Rule((Phase.BASELINE,), (Step.EXERCISE,)),
    Step.EXERCISE: Rule((Phase.RAMP_UP, Phase.HOLD, Phase.RAMP_DOWN), (Step.REST, Step.CHANGE, Step.GET_OFF)),
    Step.REST: Rule((Phase.REST,), (Step.GET_OFF,)),
    Step.CHANGE: Rule((Phase.CHANGE,), (Step.GET_OFF,)),
    Step.GET_OFF: Rule((Phase.DONE,), ()),
}
FIRST, LAST = Step.GET_ON, Step.GET_OFF


def phases_of(steps: Iterable[Step]) -> tuple[Phase, ...]:
    """The phases that these steps go through, each once, in order."""
    return tuple(dict.fromkeys(phase for step in steps for phase in ORDER[step].phases))


def out_of_order(steps: Iterable[Step]) -> tuple[tuple[Step | None, tuple[Step, ...]], ...]:
    """Each step that may not stand where it does, with those that might; None for an end that comes too early."""
    wrong: list[tuple[Step | None, tuple[Step, ...]]] = []
    allowed: tuple[Step, ...] = (FIRST,)
    last = None
    for step in steps:
        if step not in allowed:
            wrong.append((step, allowed))
        allowed, last = ORDER[step].followers, step
    if last is not LAST and not wrong:
        wrong.append((None, allowed))
    return tuple(wrong)
