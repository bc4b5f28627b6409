"""What the rounds of all games have in common: their time, the hands, the own best, and how a round begins.

The time of a round stands still while the patient is not on the plate, and goes on a few seconds after both feet are
back: what is on its way waits where it is. A hand on the rail is always welcome and stops nothing; but what is done
with its help earns nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from drills.exercises.seconds import FRAME_NS, LEAD_NS
from drills.exercises.support import LEAST_SUPPORT, support
from drills.exercises.values import (
    LEAST_LEARN_S,
    MOST_ADDED_NS,
    MOST_DS,
    NS_PER_DS,
    Given,
    Moment,
    SafeBase,
    head_of,
    tenths_left,
)
from drills.problems import Problem
from drills.scene import ClockKind, Dot, Scene, SceneOutcome, Slot, SlotKind, SlotState, View, WordLook
from drills.strict import Strict
from drills.units import NS_PER_S
from drills.values import CREDIBLE_N, Observation, Phase
from drills.vibration.values import dice
from drills.words import Word

GOES_ON_NS = 3 * NS_PER_S
"""After somebody has come back: three, two, one."""
SOMEBODY_N = 100.0
"""Where the weight is not known, less than this is nobody on the plate."""
LEFT_SHARE = 0.5
"""Of the weight: who has less on the plate has stepped off."""
HANDS_MEAN_S = 1.0
"""What the hands carry is judged by the mean of about a second."""
HANDS_MS = -700
HANDS_Y: dict[int, int] = {View.LEAN: 980, View.NEAR: 720}
"""Where that word stands: below where things arrive, or near the lower edge."""
MOST_BEST = 65_535
"""The most that a scene can show."""
WIDE_HALF_MM = 100.0
"""Half of what `View.WIDE` shows."""
HANDS_ID = 60
"""Id of the word that says why a hand earns nothing."""


class BestKeys(Strict):
    """What a patient has earned before, which a Start says and no shipped game."""

    best: Annotated[int, Field(ge=0, le=MOST_BEST)] | None = None

    @model_serializer(mode="wrap")
    def _without_none(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A game without it is the same document as before there was such a key."""
        table: dict[str, Any] = dump(self)
        if self.best is None:
            table.pop("best", None)
        return table


class RoundKeys(BestKeys):
    """What all games have: how hard they are is a number on the screen, and one side may be asked more."""

    right_share: Annotated[float, Field(ge=0.2, le=0.8)]
    rung: Annotated[int, Field(ge=0, le=20)]


class Round(NamedTuple):
    """The time of a round and what is known of the hands."""

    gone_ns: int = 0
    """Of the round: it stands still while nobody is on the plate."""
    wait_ns: int = LEAD_NS
    """Before it begins, or goes on."""
    last_ns: int | None = None
    away: bool = False
    mean_n: float | None = None
    """Of the force, over about a second."""
    hands: bool = False
    """They help."""

    @property
    def frame(self) -> int:
        """What moves on the screen moves 50 times a second."""
        return self.gone_ns // FRAME_NS

    @property
    def wait_ds(self) -> int:
        """The wait as a clock shows it, in 0.1 s."""
        return -(-self.wait_ns // NS_PER_DS)


def after(round_: Round, given: Given, observation: Observation, moment: Moment) -> Round:
    """One tick later. Only the hold is time of the game. Never raises, whatever the clock or the force says."""
    now_ns, phase, _ = moment
    last_ns = now_ns if round_.last_ns is None else round_.last_ns
    passed_ns = max(0, min(now_ns - last_ns, MOST_ADDED_NS))
    if phase is not Phase.HOLD:
        return round_._replace(last_ns=now_ns)
    force_n, weight_n = observation.force_n, given.weight_n
    least_n = LEFT_SHARE * weight_n if weight_n > 0.0 else SOMEBODY_N
    if not least_n <= force_n <= CREDIBLE_N:
        return round_._replace(last_ns=now_ns, away=True, wait_ns=GOES_ON_NS, mean_n=None)
    mean_n = force_n if round_.mean_n is None else round_.mean_n
    mean_n += (force_n - mean_n) * (passed_ns / NS_PER_S / HANDS_MEAN_S)
    hands = (support(mean_n, weight_n) or 0.0) >= LEAST_SUPPORT
    wait_ns = max(0, round_.wait_ns - passed_ns)
    gone_ns = round_.gone_ns + (passed_ns if not round_.wait_ns else 0)
    return Round(gone_ns, wait_ns, now_ns, False, mean_n, hands)


def best_of(given: Given) -> int:
    """The most that a round before has earned, in this session or as the Start said of earlier ones; 0 for none."""
    earlier, before = given.keys.best or 0, given.before
    earned = getattr(before, "done", 0)
    best = getattr(before, "best", 0)
    return max(earned, best, earlier) if isinstance(earned, int) and isinstance(best, int) else earlier


def nothing_of(round_: Round, word: Word) -> Word:
    """Why nothing of a round counted: by the hand that helped to its end, or this."""
    return Word.WITHOUT_THE_RAIL if round_.hands else word


def moves_dot(given: Given, dot: Dot) -> Dot:
    """How the dot is drawn in a game in which it is, or moves, this. It does not fade there: nobody can play blind."""
    return dot if given.sight and not given.eyes else Dot.HIDDEN


def game_head(given: Given, view: int, rung: int, best: int) -> Scene:
    """A scene with what stays the same for the whole round."""
    return head_of(given, view)._replace(level=rung, best=best)


def hands_word(round_: Round, x: int, y: int) -> tuple[Slot, ...]:
    """Why what is done with a hand on the rail earns nothing, at this place of the view."""
    if not round_.hands:
        return ()
    return (Slot(SlotKind.WORD, HANDS_ID, WordLook.TEXT, SlotState.NOW, x, y, 0, Word.WITHOUT_THE_RAIL),)


class Sound(NamedTuple):
    """What a scene says and counts besides its things."""

    word: Word
    cue: int
    outcome: SceneOutcome
    done: int
    of: int


def dressed(head: Scene, before: Scene, given: Given, round_: Round, moment: Moment, sound: Sound) -> Scene:
    """The head with word, clock, score and sound."""
    holds = moment.phase is Phase.HOLD
    word = sound.word if holds else Word.GET_READY
    kind, of_ns = ClockKind.LEFT, given.hold_ns
    left_ds = tenths_left(given.hold_ns, moment.start_ns, moment.now_ns)
    if holds and (round_.away or (round_.wait_ns and round_.gone_ns)):
        word = Word.BOTH_FEET_IT_GOES_ON
        kind, of_ns, left_ds = ClockKind.GET_READY, GOES_ON_NS, round_.wait_ds
    return head._replace(
        outcome=SceneOutcome.UNSAFE if holds and round_.away else sound.outcome,
        cue=sound.cue or before.cue,
        cue_count=(before.cue_count + bool(sound.cue)) % 256,
        word=word,
        clock_kind=kind if holds else ClockKind.NONE,
        clock_ds=left_ds if holds else 0,
        clock_of_ds=min(MOST_DS, of_ns // NS_PER_DS) if holds else 0,
        score=sound.done,
        goal=sound.of,
    )


def lot(seed: int, trial: int) -> Iterator[float]:
    """Numbers above 0 and below 1 without end: Lehmer's generator, the same in every Python."""
    return dice(seed + 7919 * trial)


def sides(dice_: Iterator[float], number: int, right_share: float) -> tuple[int, ...]:
    """-1 and 1, so many, of which this share are 1, in an order by lot."""
    right = round(right_share * number)
    drawn = [1] * right + [-1] * (number - right)
    for last in range(number - 1, 0, -1):
        other = int(next(dice_) * (last + 1))
        drawn[last], drawn[other] = drawn[other], drawn[last]
    return tuple(drawn)


def beyond(field: str, reach_mm: float, base: SafeBase, seen_mm: float, axis: int = 0) -> Iterator[Problem]:
    """Things that would lie where the drill or safety ends the trial, or where nobody sees them."""
    safe_mm = (base.half_ml_mm, base.half_ap_mm)[axis]
    most_mm = min(safe_mm, seen_mm)
    if reach_mm > most_mm:
        values: dict[str, object] = {"reach_mm": round(reach_mm, 1)}
        if base.keys[axis]:
            values["most_key"] = base.keys[axis]
        reason = "path-beyond-base" if safe_mm <= seen_mm else "path-off-screen"
        yield Problem(field, reach_mm, most=most_mm, reason=reason, values=values)


def needs(base: SafeBase) -> Iterator[Problem]:
    """What every game needs: a place that is learnt, and eyes that see the screen."""
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="places-need-learning")
    if base.eyes != "open":
        yield Problem("eyes", base.eyes, reason="eyes-needed")
    if base.vibrates:
        yield Problem("steps.exercise.vibration.form", reason="movement-still")


CAME_MM = 4.0
"""Who is to have come to a place must have been so far outside it before."""


class Been(NamedTuple):
    """How far the dot has been to the left and to the right since the last thing that counted."""

    least_mm: float = math.inf
    most_mm: float = -math.inf

    def at(self, ml_mm: float) -> Been:
        """With the dot there; nowhere is no place."""
        if self.least_mm <= ml_mm <= self.most_mm or not math.isfinite(ml_mm):
            return self
        return Been(min(self.least_mm, ml_mm), max(self.most_mm, ml_mm))

    def came_to(self, ml_mm: float, half_mm: float) -> bool:
        """Whether it has been anywhere but there."""
        far_mm = half_mm + CAME_MM
        return self.least_mm < ml_mm - far_mm or self.most_mm > ml_mm + far_mm
