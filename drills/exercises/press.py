"""Pressing and holding: a force is brought along a lane that rises, stays and falls, as a share of the own best.

First the rest is learnt, then the own best press. Then one lane after another comes from the right; a press counts when
the force was let go before it and was in the lane for nearly all of the time in which it is to be held. Pressed is with
the whole foot (the force of the plate), or with an edge of the foot (how far the centre of pressure goes to that edge).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.exercises.seconds import FRAME_NS, passed_ns
from drills.exercises.values import (
    LEAST_LEARN_S,
    MOST_DS,
    NS_PER_DS,
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    head_of,
    tenths_left,
)
from drills.problems import Problem
from drills.scene import (
    NO_SCENE,
    Axis,
    ClockKind,
    Dot,
    PlaceLook,
    RingLook,
    Scene,
    SceneOutcome,
    Shape,
    Slot,
    SlotKind,
    SlotState,
    View,
    renewed,
    shape_event,
    whole,
)
from drills.strict import Strict
from drills.units import NS_PER_S
from drills.values import CREDIBLE_N, Event, Observation, Phase
from drills.words import Cue, Word

FORCE, LANE, ASKED, TIME = 1, 2, 3, 4
"""Ids of the things on the screen: the own force, the lane, what it asks for now, and the time of rest and best."""
REST_NS, BEST_NS, EASE_NS = 3 * NS_PER_S, 4 * NS_PER_S, 2 * NS_PER_S
"""At the beginning: the rest is learnt, the best is pressed, and let go again."""
LEAST_BEST = {"force": 30.0, "toes": 15.0, "heel": 15.0, "left-edge": 15.0, "right-edge": 15.0}
"""N, or mm of the centre of pressure: a best below it is no press but sway (proposed)."""
EDGES = {"toes": (0.0, 1.0), "heel": (0.0, -1.0), "left-edge": (-1.0, 0.0), "right-edge": (1.0, 0.0)}
IN_LANE, LET_GO = 0.8, 0.15
"""The part of the hold that must be in the lane; the share of the best below which it is let go (proposed)."""
FILTER_S = 1.0 / (2.0 * math.pi * 3.0)
LANE_MM_PER_S = 120.0
NOW_X, FOOT_Y, TOP_Y = 115, -1700, 1700
"""On the glass, in 0.1 mm from its middle: the line of now at 52 % of the width, no force, and a good deal more than is
asked for."""
CUES = {
    Word.PRESS_YOUR_BEST: Cue.START,
    Word.PRESS_HARD_AND_FAST: Cue.START,
    Word.PRESS_TO_THE_LANE: Cue.BEAT,
    Word.PUSH_AND_LET_GO: Cue.BEAT,
}
ABOVE = 0.3
"""So much more of the best, at `TOP_Y`."""
MOST_GLASS_MM = 3200.0
AHEAD_S = 2.6
"""So much of the lane is seen before and after a press; it is flat there."""


class PressKeys(Strict):
    """What is pressed with, how hard, how long, and how often."""

    press: Literal["force", "toes", "heel", "left-edge", "right-edge"]
    presses: Annotated[int, Field(ge=1, le=20)]
    level: Annotated[float, Field(ge=0.1, le=0.8)]
    tolerance_of_best: Annotated[float, Field(ge=0.03, le=0.25)]
    pause_s: Annotated[float, Field(ge=1, le=10)]
    ramp_s: Annotated[float, Field(ge=0.2, le=5)]
    plateau_s: Annotated[float, Field(ge=1, le=12)]
    onset_s: Annotated[float, Field(ge=0.1, le=1)] | None = None


class Pressing(NamedTuple):
    """A trial. Forces are in N, or in mm where an edge is pressed."""

    given: Given
    head: Scene
    last_ns: int | None = None
    force: float | None = None
    rest_sum: float = 0.0
    rest_ns: int = 0
    best: float = 0.0
    gone: int = 0
    """Presses that are over."""
    done: int = 0
    free: bool = False
    """Whether it was let go before this press."""
    onset_s: float | None = None
    """When it was no longer let go, since the lane began to rise."""
    in_lane_ns: int = 0
    last: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def rest(self) -> float:
        """What is there without a press."""
        return self.rest_sum / self.rest_ns if self.rest_ns else 0.0

    @property
    def knows_best(self) -> bool:
        """Whether the best is one: by sway alone nobody presses."""
        return self.best >= LEAST_BEST[self.given.keys.press]

    @property
    def share(self) -> float:
        """The force as a share of the best; 0 where there is none."""
        return 0.0 if self.force is None or not self.knows_best else (self.force - self.rest) / self.best


def begin(given: Given) -> Pressing:
    """Nothing is known yet."""
    head = head_of(given, View.GAUGE)._replace(centre_x=0, centre_y=0)
    return Pressing(given, head._replace(dot=Dot.HIDDEN if head.dot == Dot.HIDDEN else Dot.DRIVES_SLOT_0))


def step(state: Pressing, observation: Observation, moment: Moment) -> Stepped:
    """Learn rest and best; then judge press after press."""
    now_ns, phase, start_ns = moment
    before, holds, keys = state, phase is Phase.HOLD, state.given.keys
    events: tuple[Event, ...] = ()
    if not state.key:
        events = (shape_event(Shape(0, _lane(keys)), now_ns),)
    gone_ns = max(0, min(now_ns - start_ns, state.given.hold_ns)) if holds else 0
    if holds:
        tick_ns = passed_ns(state.last_ns, now_ns)
        state = _pressed(state, observation, now_ns, tick_ns)
        if gone_ns < REST_NS + BEST_NS:
            state = _learnt(state, gone_ns, tick_ns)
        elif not _over(state):
            state, ended = _judged(state, _into(state, gone_ns), tick_ns, now_ns)
            events += ended
    key = _key(state, moment, gone_ns)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, moment, gone_ns, state.done > before.done))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, holds and _over(state))


def score(state: Pressing) -> Score:
    """Presses in the lane."""
    return Score(state.done, state.given.keys.presses)


def _over(state: Pressing) -> bool:
    return state.gone >= int(state.given.keys.presses)


def _cycle_s(keys: PressKeys) -> float:
    """Rest, ramp, hold, ramp."""
    return keys.pause_s + 2.0 * keys.ramp_s + keys.plateau_s


def _into(state: Pressing, gone_ns: int) -> float:
    """How far the press that is asked for has gone, in s from its rest; after the last one, that one."""
    first_ns = REST_NS + BEST_NS + EASE_NS
    keys: PressKeys = state.given.keys
    return (gone_ns - first_ns) / NS_PER_S - min(state.gone, keys.presses - 1) * _cycle_s(keys)


def _asked(keys: PressKeys, into_s: float) -> float:
    """What the lane asks for there, as a share of the best."""
    up_s = into_s - keys.pause_s
    down_s = up_s - keys.ramp_s - keys.plateau_s
    return keys.level * max(0.0, min(up_s / keys.ramp_s, 1.0, 1.0 - down_s / keys.ramp_s))


def _pressed(state: Pressing, observation: Observation, now_ns: int, tick_ns: int) -> Pressing:
    """With the force of now, low-passed at 3 Hz; None where there is none."""
    press = state.given.keys.press
    value = observation.force_n
    if press != "force":
        ml, ap = EDGES[press]
        place = observation.cop_ml_mm if ml else observation.cop_ap_mm
        value = (ml + ap) * place
    if not abs(value) <= CREDIBLE_N:
        return state._replace(last_ns=now_ns, force=None)
    tick_s = tick_ns / NS_PER_S
    before = value if state.force is None else state.force
    return state._replace(last_ns=now_ns, force=before + (value - before) * tick_s / (tick_s + FILTER_S))


def _learnt(state: Pressing, gone_ns: int, tick_ns: int) -> Pressing:
    """The mean of the rest after its first second, and the strongest press."""
    if state.force is None:
        return state
    if gone_ns >= REST_NS:
        return state._replace(best=max(state.best, state.force - state.rest))
    if gone_ns < NS_PER_S:
        return state
    return state._replace(rest_sum=state.rest_sum + state.force * tick_ns, rest_ns=state.rest_ns + tick_ns)


def _judged(state: Pressing, into_s: float, tick_ns: int, now_ns: int) -> tuple[Pressing, tuple[Event, ...]]:
    keys = state.given.keys
    held_s = into_s - keys.pause_s - keys.ramp_s
    if state.force is None or not state.knows_best:
        pass
    elif 0.0 <= into_s < keys.pause_s:
        free = abs(state.share) <= LET_GO or (state.free and keys.onset_s is None)  # on a beat nobody begins before it
        if free is not state.free:
            state = state._replace(free=free)
    elif state.onset_s is None and into_s >= keys.pause_s and state.share > LET_GO:
        state = state._replace(onset_s=into_s - keys.pause_s)
    elif 0.0 <= held_s < keys.plateau_s and abs(state.share - keys.level) <= keys.tolerance_of_best:
        state = state._replace(in_lane_ns=state.in_lane_ns + tick_ns)
    if held_s < keys.plateau_s + keys.ramp_s:
        return state, ()
    part = min(1.0, state.in_lane_ns / NS_PER_S / keys.plateau_s)
    quick = keys.onset_s is None or (state.onset_s is not None and state.onset_s <= keys.onset_s)
    hit = state.free and quick and part >= IN_LANE
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.gone + 1,
        "of": keys.presses,
        "outcome": "hit" if hit else "missed",
        "in_lane": round(part, 3),
        "let_go": state.free,
        "best": round(state.best, 1),
        "unit": "N" if keys.press == "force" else "mm",
    }
    if keys.onset_s is not None:
        data["onset_s"] = None if state.onset_s is None else round(state.onset_s, 2)
    state = state._replace(
        gone=state.gone + 1,
        done=state.done + hit,
        free=False,
        onset_s=None,
        in_lane_ns=0,
        last=SceneOutcome.HIT if hit else SceneOutcome.MISS,
    )
    return state, (Event("press", now_ns, data),)


def _lane(keys: PressKeys) -> tuple[tuple[int, int], ...]:
    """The middle of one press's lane on the glass, flat before and after it; x from the beginning of its rest."""
    times_s = (
        -AHEAD_S,
        keys.pause_s,
        keys.pause_s + keys.ramp_s,
        keys.pause_s + keys.ramp_s + keys.plateau_s,
        _cycle_s(keys),
        _cycle_s(keys) + AHEAD_S,
    )
    return tuple((whole(10.0 * LANE_MM_PER_S * time_s), _height(keys, _asked(keys, time_s))) for time_s in times_s)


def _height(keys: PressKeys, share: float) -> int:
    """Where this share of the best is on the glass."""
    return whole(FOOT_Y + (TOP_Y - FOOT_Y) * share / (keys.level + ABOVE), -2050, 2050)


def _key(state: Pressing, moment: Moment, gone_ns: int) -> tuple[object, ...]:
    return moment.phase, gone_ns // FRAME_NS, state.gone, state.done


def _cue(before: Scene, word: Word, hit: bool) -> int:
    """A note for a press in the lane, and one when the best, or a press, is to begin."""
    if hit:
        return Cue.HIT
    if word == before.word:
        return 0
    return CUES.get(word, 0)


def _scene(state: Pressing, moment: Moment, gone_ns: int, hit: bool) -> Scene:
    given, keys, before = state.given, state.given.keys, state.scene
    holds = moment.phase is Phase.HOLD
    into_s = _into(state, gone_ns)
    word, outcome = Word.GET_READY, SceneOutcome.NONE
    slots: tuple[Slot, ...] = ()
    if holds and gone_ns < REST_NS:
        word, slots = Word.GET_READY_TO_PRESS, (_time(gone_ns, REST_NS),)
    elif holds and gone_ns < REST_NS + BEST_NS:
        word = Word.PRESS_HARD_AND_FAST if keys.press == "force" else Word.PRESS_YOUR_BEST
        slots = (_time(gone_ns - REST_NS, BEST_NS),)
    elif holds:
        word, outcome = _word(keys, into_s), _outcome(state, into_s)
        slots = _slots(state, into_s)
    cue = _cue(before, word, hit)
    return state.head._replace(
        outcome=outcome,
        cue=cue or before.cue,
        cue_count=(before.cue_count + bool(cue)) % 256,
        word=word,
        clock_kind=ClockKind.LEFT if holds else ClockKind.NONE,
        clock_ds=tenths_left(given.hold_ns, moment.start_ns, moment.now_ns) if holds else 0,
        clock_of_ds=min(MOST_DS, given.hold_ns // NS_PER_DS) if holds else 0,
        score=state.done,
        goal=keys.presses,
        slots=slots,
    )


def _word(keys: PressKeys, into_s: float) -> Word:
    up_s = into_s - keys.pause_s
    if into_s < 0.0 or up_s >= keys.ramp_s + keys.plateau_s:
        return Word.LET_GO
    if up_s < 0.0:
        return Word.GET_READY_TO_PRESS
    if keys.onset_s is not None:
        return Word.PUSH_AND_LET_GO
    return Word.PRESS_TO_THE_LANE if up_s < keys.ramp_s else Word.HOLD_THE_PRESS


def _outcome(state: Pressing, into_s: float) -> SceneOutcome:
    keys = state.given.keys
    if into_s < keys.pause_s:
        return state.last
    off = abs(state.share - _asked(keys, into_s))
    return SceneOutcome.IN_GOAL if off <= keys.tolerance_of_best else SceneOutcome.OUTSIDE


def _time(gone_ns: int, of_ns: int) -> Slot:
    """A ring that empties."""
    part = 1000 - 1000 * (gone_ns // FRAME_NS * FRAME_NS) // of_ns
    return Slot(SlotKind.RING, TIME, RingLook.TIME, SlotState.NOW, 0, 0, 900, part)


def _slots(state: Pressing, into_s: float) -> tuple[Slot, ...]:
    """The own force first: it is drawn on top of the lane, by the dot that drives it."""
    keys = state.given.keys
    asked, half = _asked(keys, into_s), keys.tolerance_of_best
    force = Slot(SlotKind.PLACE, FORCE, PlaceLook.BALL, SlotState.NOW, NOW_X, _height(keys, state.share), 125)
    if state.head.dot == Dot.HIDDEN:
        force = force._replace(state=SlotState.HIDDEN)
    x = whole(NOW_X - 10.0 * LANE_MM_PER_S * into_s)
    lane_half = _height(keys, half) - FOOT_Y
    held_s = max(0.0, into_s - keys.pause_s - keys.ramp_s)
    part = whole(1000.0 * min(1.0, state.in_lane_ns / NS_PER_S / max(held_s, 0.1)), 0, 1000)
    return (
        force,
        Slot(SlotKind.PATH, LANE, 0, SlotState.NOW, x, 0, lane_half, 0),
        Slot(
            SlotKind.BAND,
            ASKED,
            Axis.FORCE_OF_BEST,
            SlotState.HIDDEN,
            whole(1000.0 * (asked - half)),
            whole(1000.0 * (asked + half)),
            0,
            part,
        ),
    )


def problems(keys: PressKeys, base: SafeBase) -> Iterator[Problem]:
    """A lane that is longer than the glass can hold, one beyond the best, and a rest that is not learnt."""
    longest_s = MOST_GLASS_MM / LANE_MM_PER_S - AHEAD_S
    if _cycle_s(keys) > longest_s:
        values: dict[str, object] = {"cycle_s": _cycle_s(keys)}
        yield Problem("plateau_s", keys.plateau_s, most=round(longest_s, 1), reason="lane-too-long", values=values)
    if keys.level + keys.tolerance_of_best > 1.0:
        yield Problem("level", keys.level, most=round(1.0 - keys.tolerance_of_best, 2))
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="places-need-learning")


EXERCISE = Exercise(PressKeys, begin, step, score, problems, Word.IN_THE_LANE)
