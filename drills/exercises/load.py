"""Loading a leg as its order says: pressing to a line and staying there, or stepping on softly, again and again.

Pressing, what counts are whole seconds in the band below the order. Stepping on, a step counts that carried at least
half of the order and stayed within its limit. Some tries are blind: the bar is hidden, and afterwards it is told by how
much the load was over or under. A load beyond the limit ends the try, stepping on the second time in a row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.exercises.load_tries import LoadTry, TryEnded
from drills.exercises.seconds import FRAME_NS, Seconds, passed_ns
from drills.exercises.values import (
    MOST_DS,
    NO_SCORE,
    NS_PER_DS,
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    head_of,
)
from drills.load_gauge import gauge, tone_hz
from drills.ordered import NO_LOAD, Beyond, OrderedLoad, beyond
from drills.problems import Problem
from drills.scene import NO_SCENE, ClockKind, Dot, Feedback, Scene, SceneOutcome, View, renewed
from drills.strict import Strict
from drills.units import NS_PER_S
from drills.values import Event, Leg, Mark, Observation, Phase, TrialOutcome
from drills.words import Cue, Word

LEAD_NS = 4 * NS_PER_S
"""So long there is to bring the bar to the line before the seconds run (proposed)."""
SLACK_NS = NS_PER_S
LAST_NS = 200_000_000
"""Before the end of its time a try is over, so that the exercise says how it went, and not the clock."""
COMES_BACK_NS = 3 * NS_PER_S
"""So long a press beyond the limit is waited for to come back, so that its whole peak is known (proposed)."""
STANDS_NS = NS_PER_S
"""A step is done when the foot has stood so long (proposed)."""
OFF_NS = 300_000_000
"""Off for so long, the foot is off and does not bounce."""
TELLS_NS = 2 * NS_PER_S
ENDS_IN_A_ROW = 2
"""Steps beyond the limit, one after the other, that end a set."""
MARKER_S = 1.0 / (2.0 * math.pi * 3.0)
"""The bar is a low-pass of 3 Hz."""
FAR_MM = 60.0
"""So far on the half away from the block it may be the wrong foot (proposed)."""
_SIDES = {Leg.LEFT.value: 1.0, Leg.RIGHT.value: -1.0}
"""Where the other foot's block stands."""


class LoadKeys(Strict):
    """How the leg is loaded, and how nearly."""

    way: Literal["press", "step-on"]
    tolerance: Annotated[float, Field(ge=0.03, le=0.2)]
    step_ons: Annotated[int, Field(ge=1, le=12)]
    step_within_s: Annotated[float, Field(ge=3, le=15)]
    block: Literal["beside", "none"]


class Loading(NamedTuple):
    """A trial."""

    given: Given
    load: OrderedLoad
    head: Scene
    seconds: Seconds | None
    """Of pressing."""
    now: LoadTry
    ended: tuple[TryEnded, ...] = ()
    since_ns: int | None = None
    """When the seconds began to run; when the step was asked for."""
    off_since_ns: int | None = None
    told_ns: int | None = None
    """When the last step ended, while its result is on the screen."""
    last_ns: int | None = None
    bar_n: float = 0.0
    level: Beyond = Beyond.NOTHING
    over_since_ns: int | None = None
    far: bool = False
    limits: int = 0
    """Steps beyond the limit, one after the other."""
    done: int = 0
    over: bool = False
    lost: TrialOutcome | None = None
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def told(self) -> tuple[int, int, int] | None:
        """The word and values by which a trial is told, where it is to be: a press and a set that was lost by its last
        try, a set of steps by its score.
        """
        if self.seconds is None and self.lost is None:
            return Word.AS_ORDERED, self.done, self.of
        if not self.ended or (self.lost is None and not tells(self.given, self.ended[-1].number)):
            return None
        return self.ended[-1].words(self.load)

    @property
    def shown_peak_n(self) -> float | None:
        """The mark that stays on the bar."""
        return self.ended[-1].peak_n if self.ended and tells(self.given, self.ended[-1].number) else None

    @property
    def of(self) -> int:
        """Of how many seconds or steps."""
        return self.given.keys.step_ons if self.seconds is None else self.seconds.of


def begin(given: Given) -> Loading:
    """The foot is off the plate."""
    load = NO_LOAD if given.load is None else given.load
    seconds = None
    if given.keys.way == "press":
        seconds = Seconds(max(1, (given.hold_ns - LEAD_NS - SLACK_NS) // NS_PER_S))
    head = head_of(given, View.GAUGE)._replace(centre_x=0, centre_y=0, dot=Dot.HIDDEN)
    number = given.trial if seconds is not None else 1
    return Loading(given, load, head, seconds, LoadTry(number, is_blind(given, number)))


def is_blind(given: Given, number: int) -> bool:
    """Whether the bar is hidden in this try: by the level of feedback in none, each second, or all."""
    if not given.sight or given.eyes or given.feedback in (Feedback.F3, Feedback.F4):
        return True
    return given.feedback is Feedback.F2 and number % 2 == 0


def tells(given: Given, number: int) -> bool:
    """Whether the result of this try is told: by the level of feedback each, each third, or only that of the set."""
    if given.feedback is Feedback.F4:
        return False
    return given.feedback is not Feedback.F3 or number % 3 == 0


def step(state: Loading, observation: Observation, moment: Moment) -> Stepped:
    """Judge the load of one tick."""
    now_ns, phase, start_ns = moment
    before, holds = state, phase is Phase.HOLD
    events: tuple[Event, ...] = ()
    if holds and not state.over:
        state = _seen(state, observation, now_ns)
        tick_ns = passed_ns(before.last_ns, now_ns)
        judged = _pressed if state.seconds is not None else _stepped
        state = judged(state, observation.force_n, tick_ns, Moment(now_ns, phase, start_ns))
        if len(state.ended) > len(before.ended):
            events += (state.ended[-1].event(state.given.trial, state.load, now_ns),)
        if state.over:
            events += (_summary(state, now_ns),)
    what = (state.level, state.over, len(state.ended), state.done, state.since_ns is None, state.told_ns is None)
    key = (phase, now_ns // FRAME_NS if holds else 0, *what)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, moment, _cue(before, state)))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, holds and state.over, lost=state.lost if holds else None)


def score(state: Loading) -> Score:
    """Whole seconds in the band, or steps that count."""
    return NO_SCORE if state.of <= 0 else Score(state.done, state.of)


def _seen(state: Loading, observation: Observation, now_ns: int) -> Loading:
    """With what is measured at this tick: the try goes on, and a mark of the therapist's spoils it."""
    force_n = observation.force_n
    tick_ns = passed_ns(state.last_ns, now_ns)
    level = beyond(state.load, force_n, state.level)
    over_since_ns = None if level is Beyond.NOTHING else now_ns if state.over_since_ns is None else state.over_since_ns
    share = tick_ns / (tick_ns + MARKER_S * NS_PER_S)
    bar_n = state.bar_n + share * (force_n - state.bar_n) if force_n == force_n else state.bar_n
    far = state.given.keys.block == "beside" and (
        _SIDES.get(state.given.leg.value, 0.0) * observation.cop_ml_mm < -FAR_MM
    )
    trial = state.now.after(state.load, force_n, level, now_ns, tick_ns)
    if observation.mark == Mark.NOT_GOOD:
        trial = trial._replace(spoilt=True)
    return state._replace(last_ns=now_ns, level=level, over_since_ns=over_since_ns, bar_n=bar_n, far=far, now=trial)


def _pressed(state: Loading, _force_n: float, tick_ns: int, moment: Moment) -> Loading:
    """One tick of pressing: once the line was reached, or the lead is over, the seconds run."""
    if state.now.over_limit:  # the try is lost, and ends when its peak is known
        late_ns = moment.now_ns - (moment.start_ns + state.given.hold_ns - LAST_NS)
        long_ns = 0 if state.over_since_ns is None else moment.now_ns - state.over_since_ns
        if state.level is Beyond.NOTHING or long_ns >= COMES_BACK_NS or late_ns >= 0:
            return _with_try(state)._replace(over=True, lost=TrialOutcome.OVER_LOAD)
        return state
    load, counted, seconds = state.load, state.now, state.seconds
    if seconds is None:
        return state
    inside = load.order_n * (1.0 - state.given.keys.tolerance) <= state.bar_n <= load.order_n
    since_ns = state.since_ns
    if since_ns is None:
        if not inside and moment.now_ns - moment.start_ns < LEAD_NS:
            return state
        return state._replace(since_ns=moment.now_ns)
    seconds = seconds.after(tick_ns, inside and not (counted.spoilt or state.far))
    counted = counted.counting(state.bar_n, inside, tick_ns)
    state = state._replace(seconds=seconds, now=counted, done=seconds.done)
    return _with_try(state)._replace(over=True) if seconds.over else state


def _stepped(state: Loading, force_n: float, _tick_ns: int, moment: Moment) -> Loading:
    """One tick of stepping on: asked, on, off again, told."""
    now_ns, keys, load = moment.now_ns, state.given.keys, state.load
    since_ns = now_ns if state.since_ns is None else state.since_ns
    on = force_n >= load.touch_n
    off_since_ns = None if on else now_ns if state.off_since_ns is None else state.off_since_ns
    told_ns = state.told_ns
    if told_ns is not None and (on or now_ns - told_ns >= TELLS_NS):
        told_ns, since_ns = None, now_ns
    state = state._replace(off_since_ns=off_since_ns, since_ns=since_ns, told_ns=told_ns)
    off = off_since_ns is not None and now_ns - off_since_ns >= OFF_NS
    late = told_ns is None and now_ns - since_ns >= round(keys.step_within_s * NS_PER_S)
    if off and told_ns is None and (state.now.on_ns is not None or late):
        state = _after_step(state, now_ns)
    if not state.over and now_ns - moment.start_ns >= state.given.hold_ns - SLACK_NS:
        state = (_with_try(state) if state.now.on_ns is not None else state)._replace(over=True)
    return state


def _after_step(state: Loading, now_ns: int) -> Loading:
    """The foot is off again: the step is counted, and the next one comes, or the set is over."""
    beyond_limit = state.now.over_limit
    limits = state.limits + 1 if beyond_limit else 0
    counts = state.now.is_step(state.load)
    state = _with_try(state)._replace(limits=limits, done=state.done + counts, told_ns=now_ns)
    number = len(state.ended) + 1
    if limits >= ENDS_IN_A_ROW:
        return state._replace(over=True, lost=TrialOutcome.OVER_LOAD)
    if number > state.given.keys.step_ons:
        return state._replace(over=True)
    return state._replace(now=LoadTry(number, is_blind(state.given, number)))


def _with_try(state: Loading) -> Loading:
    ended = state.now.end(state.load, state.given.keys.way, state.given.keys.tolerance, state.done)
    return state._replace(ended=(*state.ended, ended))


def _summary(state: Loading, now_ns: int) -> Event:
    """What came of the whole trial. Loads in N; None where nothing was carried."""
    tries = [one for one in state.ended if one.mean_n is not None]
    blind = [one.error_n for one in tries if one.blind and one.error_n is not None]
    load = state.load
    peaks = [one.peak_n for one in tries]
    means = [one.mean_n for one in tries if one.mean_n is not None]
    data: dict[str, object] = {
        "trial": state.given.trial,
        "way": state.given.keys.way,
        "tries": len(state.ended),
        "blind": sum(one.blind for one in state.ended),
        "in_band": state.done,
        "of": state.of,
        "mean_n": round(sum(means) / len(means), 1) if means else None,
        "peak_n": round(max(peaks), 1) if peaks else None,
        "step_on_peak_n": round(max(one.landing_n for one in tries), 1) if tries else None,
        "over_order_s": round(sum(one.over_s for one in state.ended), 2),
        "over_limit": sum(one.over_limit for one in state.ended),
        "blind_error_n": round(sum(blind) / len(blind), 1) if blind else None,
        "order_n": round(load.order_n, 1),
        "limit_n": round(load.limit_n, 1),
        "body_n": round(load.body_n, 1),
    }
    return Event("loaded", now_ns, data)


def _cue(before: Loading, after: Loading) -> int:
    if after.level > before.level and (after.level is Beyond.LIMIT or not after.now.blind):
        return Cue.OVER_LINE if after.level is Beyond.LIMIT else Cue.WARN
    if after.done > before.done and after.seconds is None:
        return Cue.HIT
    started = after.since_ns is not None and before.since_ns is None
    return Cue.START if started and after.seconds is not None else 0


def _word(state: Loading) -> tuple[Word | int, int, int]:
    """What is said now, with its two values."""
    blind, way = state.now.blind, state.given.keys.way
    over = state.now.over_limit and state.told_ns is None
    on_ns, last_ns = state.now.on_ns, state.last_ns
    stood = on_ns is not None and last_ns is not None and last_ns - on_ns >= STANDS_NS
    if over or state.level is Beyond.LIMIT:
        return Word.TOO_MUCH_FOOT_OFF, 0, 0
    if state.level is Beyond.ORDER and not blind and not (stood and way == "step-on"):
        return Word.A_LITTLE_LESS, 0, 0
    if state.far:
        return Word.FOOT_BESIDE_THE_BLOCK, 0, 0
    if way == "press":
        return (Word.PRESS_FROM_MEMORY if blind else Word.PRESS_TO_THE_LINE), 0, 0
    if state.told_ns is not None and state.ended and tells(state.given, state.ended[-1].number):
        return state.ended[-1].words(state.load)
    if state.told_ns is not None:
        return Word.REST_FOOT_OFF, 0, 0
    if stood:
        return Word.AND_STEP_BACK, 0, 0
    return (Word.STEP_ON_FROM_MEMORY if blind else Word.STEP_ON_SOFTLY), 0, 0


def _scene(state: Loading, moment: Moment, cue: int) -> Scene:
    given, head, before, load = state.given, state.head, state.scene, state.load
    now_ns, phase, _ = moment
    holds = phase is Phase.HOLD
    warned = state.level if state.level is Beyond.LIMIT or not state.now.blind else Beyond.NOTHING
    if state.now.over_limit and state.level is not Beyond.NOTHING:
        warned = Beyond.LIMIT  # until it is back under the order
    word, word_a, word_b = _word(state) if holds else (Word.GET_READY, 0, 0)
    inside = load.order_n * (1.0 - given.keys.tolerance) <= state.bar_n <= load.order_n
    outcome = SceneOutcome.OUTSIDE if warned is not Beyond.NOTHING else SceneOutcome.NONE
    if outcome is SceneOutcome.NONE and inside and not state.now.blind:
        outcome = SceneOutcome.IN_GOAL
    shown = not state.now.blind and (given.feedback is not Feedback.F1 or not inside)
    peak_n = state.shown_peak_n if state.told_ns is not None else None
    left, hidden = _left_ds(state) if holds else None, state.now.blind and state.seconds is not None
    part = state.done / state.of if state.of > 0 and not state.now.blind else 0.0
    return head._replace(
        outcome=outcome,
        cue=cue or before.cue,
        cue_count=(before.cue_count + bool(cue)) % 256,
        tone_hz=tone_hz(warned, state.over_since_ns, now_ns) if holds else 0,
        word=word,
        word_a=word_a,
        word_b=word_b,
        clock_kind=ClockKind.NONE if left is None else ClockKind.LEFT,
        clock_ds=0 if left is None else left,
        clock_of_ds=0 if left is None or state.seconds is None else min(MOST_DS, 10 * state.seconds.of),
        score=0 if hidden else state.done,
        goal=0 if hidden else state.of,
        slots=gauge(
            load, given.keys.tolerance, warned, bar_n=state.bar_n if shown else None, peak_n=peak_n, inside=part
        ),
    )


def _left_ds(state: Loading) -> int | None:
    """Of the seconds of a press, how many tenths are left, rounded up; None where it has none."""
    seconds = state.seconds
    if seconds is None:
        return None
    return min(MOST_DS, max(0, -(-((seconds.of - seconds.gone) * NS_PER_S - seconds.part_ns) // NS_PER_DS)))


def problems(keys: LoadKeys, base: SafeBase) -> Iterator[Problem]:
    """One foot, which comes and goes: nothing is learnt of how it stands, and nothing vibrates."""
    own = {"key": "steps.exercise.exercise", "is": "load"}
    if base.stance != "single-leg":
        yield Problem("stance.kind", base.stance, reason="only-with", values={"key": "stance.kind", "is": "single-leg"})
    for step_name in base.before:
        yield Problem(f"steps.{step_name}", step_name, reason="useless-with", values=own)
    if base.judges_foot_down:
        yield Problem("thresholds.foot_down", reason="useless-with", values=own)
    if base.alternates:
        yield Problem("trials.legs", "alternating", reason="useless-with", values=own)
    if base.vibrates:
        yield Problem("steps.exercise.vibration", reason="useless-with", values=own)
    least_s = (LEAD_NS + SLACK_NS) / NS_PER_S + 1.0 if keys.way == "press" else keys.step_within_s
    if base.shortest_s < least_s:
        yield Problem("steps.exercise.time.min_s", base.shortest_s, least=least_s)
    if not base.fixed:
        values = {"key": "steps.exercise.time.mode", "is": "fixed"}
        yield Problem("steps.exercise.time.mode", "until-step-off", reason="only-with", values=values)


EXERCISE = Exercise(LoadKeys, begin, step, score, problems, Word.AS_ORDERED, marks=(Mark.NOT_GOOD,), by_order=True)
