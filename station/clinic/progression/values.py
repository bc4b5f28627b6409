"""What progression is told and what it says: plain values."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from drills.problems import Problem

Outcome = Literal["hit", "miss", "unsafe"]
"""A miss is a goal that was not reached; unsafe is a foot down, a step off, a grab or a near fall."""
HIT: Outcome = "hit"
MISS: Outcome = "miss"
UNSAFE: Outcome = "unsafe"
MOST_FEEDBACK = 4
"""Of the levels F0 (all of it) to F4 (none)."""


class Rung(NamedTuple):
    """One rung of a drill, and the number that moves inside it: a radius, a speed, a time, a band."""

    name: str
    easy: float
    """The number at the rung's easy end, in `unit`; `hard` at its hard end. Either may be the larger."""
    hard: float
    unit: str

    def value_at(self, share: float) -> float:
        """The number at this share (0 easy, 1 hard) of the rung's span."""
        return self.easy + share * (self.hard - self.easy)


class Ladder(NamedTuple):
    """A drill as one patient climbs it: its rungs from the easiest, for one leg."""

    drill: str
    """Id (D03) or name."""
    leg: Literal["left", "right", "both"]
    rungs: tuple[Rung, ...]
    start: int = 0
    """The rung that the plan begins on."""
    fear: bool = False
    """A preset for people who are afraid of falling: a higher share of success."""
    after_surgery: bool = False
    """The lower ceiling of pain holds."""


class PastTrial(NamedTuple):
    """One trial and how it ended."""

    outcome: Outcome
    near_fall: bool = False
    """A person saw a near fall: counts as unsafe, and is counted by itself."""
    degraded: bool = False
    """The plate's data were degraded: changes no number and no rung. Unsafe counts all the same."""
    probe: bool = False
    """The retention probe: without feedback, at the last rung. Moves nothing but what is called automatic."""
    score: float | None = None
    """0 or more, as the drill scores; None where it has none."""


class SetDone(NamedTuple):
    """Trials without a long rest between them, and what the patient said after them; None: was not asked."""

    trials: tuple[PastTrial, ...]
    effort_rpe: float | None = None
    """Borg, 6 to 20."""
    pain: float | None = None
    """0 to 10."""


class PastSession(NamedTuple):
    """What one patient did of this drill on this leg in one visit."""

    day: date
    sets: tuple[SetDone, ...]
    pain_start: float | None = None
    """0 to 10."""
    pain_next_morning: float | None = None
    """Asked at the next visit."""
    swollen: bool = False
    """A joint was swollen for longer than a day after it."""
    dual_task_cost_percent: float | None = None


class Unlock(NamedTuple):
    """A therapist lets the drill go on."""

    day: date
    by: str
    why: str


Entry = PastSession | Unlock


class Decision(NamedTuple):
    """One decision and its reason, which is worded at the edge (`seen.<reason>` of the texts)."""

    day: date
    reason: Problem


class Level(NamedTuple):
    """Where the patient stands today, and how it came to that."""

    rung: int
    """Place in the ladder, from 0."""
    share: float
    """Of the rung's span, 0 easy to 1 hard."""
    value: float
    """The number that the next trial is to have, in the rung's unit."""
    feedback: int
    """F0 to F4."""
    locked: bool
    """No trial before a therapist has unlocked the drill with a reason."""
    not_before: date | None
    """A day of rest ends on this one."""
    screen_again: bool
    """After a long gap."""
    automatic: bool
    decisions: tuple[Decision, ...]
    """In the order in which they were made."""
