"""What a patient's way up a ladder has come to, between two things that happen."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from drills.problems import Problem
from station.clinic.progression.number import Inner
from station.clinic.progression.rules import ProgressionRules
from station.clinic.progression.values import Decision, Ladder
from station.faults import because


class LevelWay(NamedTuple):
    """Which ladder is climbed, and by which rules."""

    ladder: Ladder
    rules: ProgressionRules

    @property
    def target(self) -> float:
        """The share of hits that is wanted."""
        rules = self.rules
        return rules.target_success_fear.value if self.ladder.fear else rules.target_success.value

    @property
    def up_hits(self) -> float:
        """So many hits in the window, or more, for a step up."""
        return (self.rules.up_hits_fear if self.ladder.fear else self.rules.up_hits).value

    @property
    def down_hits(self) -> float:
        """So many hits in the window, or fewer, for a step down."""
        return (self.rules.down_hits_fear if self.ladder.fear else self.rules.down_hits).value

    @property
    def pain_ceiling(self) -> float:
        """Pain beyond this stops the drill."""
        rules = self.rules
        return (rules.pain_ceiling_after_surgery if self.ladder.after_surgery else rules.pain_ceiling).value


class Today(NamedTuple):
    """What counts within one session only."""

    day: date
    rung: int
    """That it began on."""
    pain_start: float | None = None
    pain: float | None = None
    """As said last."""
    stepped_up: bool = False
    stepped_down: bool = False
    row: int = 0
    """Unsafe trials one after the other, up to the last."""
    unsafe: int = 0
    near_falls: int = 0
    over: bool = False
    """No further trial of this drill in this session."""


class LevelState(NamedTuple):
    """Where the patient stands, with all that the next decision depends on."""

    today: Today
    rung: int
    inner: Inner
    recent: tuple[str, ...] = ()
    """How the last trials on this rung ended: hit, miss, unsafe or degraded."""
    feedback: int = 0
    sets: tuple[float, ...] = ()
    """Share of hits of the last sets at this level of feedback."""
    locked: bool = False
    last_day: date | None = None
    """Of the last session."""
    last_score: float | None = None
    """Mean of the last set that was scored."""
    probe: float | None = None
    """Score of the last session's probe over that mean."""
    automatic_row: int = 0
    """Sessions in a row in which the drill looked automatic."""
    unsettled: bool = False
    """Pain had not settled the morning after the last session."""
    not_before: date | None = None
    screen_again: bool = False
    decisions: tuple[Decision, ...] = ()

    def because(self, reason: str, /, **values: object) -> LevelState:
        """The same, with one more decision and its reason."""
        return self.noted(because(reason, **values))

    def noted(self, reason: Problem) -> LevelState:
        """As `because`, with a reason that was made already."""
        return self._replace(decisions=(*self.decisions, Decision(self.today.day, reason)))


def on_rung(standing: LevelState, rung: int, share: float) -> LevelState:
    """On another rung: its number begins at this share, and no trial has been done on it yet."""
    return standing._replace(rung=rung, inner=Inner(share), recent=())
