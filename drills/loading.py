"""Watching how much the leg carries that is under an order, in every phase of a drill and not only while it is asked.

The plate must be empty before a try: what it then reads is its zero. Where that is too low, it is added to what is read
in the try, because a load that reads too low is one that hurts; where it is too high nothing is taken away, because it
may be a foot that rests there.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.load_gauge import gauge, tone_hz
from drills.ordered import Beyond, OrderedLoad, beyond
from drills.scene import NO_SCENE, ClockKind, Dot, Scene, SceneOutcome, View
from drills.state import DrillState, LoadWatch
from drills.units import NS_PER_S
from drills.values import Event, Observation, Phase, TrialOutcome
from drills.words import Cue, Word

LOAD_TOLD_NS = 6_000_000_000
"""How long a rest begins with how the try went: a number takes longer to read than a word."""
LONGEST_NS = 10**15
"""No overshoot is told to be longer, whatever the clock says."""
_BEFORE_TRY = (Phase.IDLE, Phase.GET_ON)


class Looked(NamedTuple):
    """What a tick of watching gives."""

    state: DrillState
    observation: Observation
    """With the load freed of a zero that is too low."""
    events: tuple[Event, ...]


def look(state: DrillState, load: OrderedLoad, observation: Observation, now_ns: int) -> Looked:
    """One tick of watching. An overshoot is told when it is over, one beyond the limit at once as well."""
    before = state.watched
    force_n = observation.force_n + before.added_n
    level = beyond(load, force_n, before.level)
    seen = observation if state.phase in _BEFORE_TRY or not before.added_n else observation._replace(force_n=force_n)
    if level is Beyond.NOTHING is before.level:
        return Looked(state, seen, ())
    since_ns = now_ns if before.since_ns is None else before.since_ns
    peak_n = max(before.peak_n, force_n) if force_n == force_n else before.peak_n
    passed = before.passed_limit or level is Beyond.LIMIT
    events: tuple[Event, ...] = ()
    if level is Beyond.LIMIT and before.level is not Beyond.LIMIT:
        load_n = round(force_n, 1) if force_n == force_n else None
        passing: dict[str, object] = {"trial": state.trial, "load_n": load_n, "limit_n": round(load.limit_n, 1)}
        events = (Event("over-limit", now_ns, passing),)
    watched = before._replace(level=level, since_ns=since_ns, peak_n=peak_n, passed_limit=passed)
    if level is Beyond.NOTHING:
        said: dict[str, object] = {
            "trial": state.trial,
            "peak_n": round(peak_n, 1),
            "of_order_percent": round(100.0 * peak_n / load.order_n, 1) if load.order_n > 0.0 else None,
            "over_s": round(max(0, min(now_ns - since_ns, LONGEST_NS)) / NS_PER_S, 3),
            "over_limit": passed,
        }
        events = (Event("overshoot", now_ns, said),)
        watched = LoadWatch(added_n=before.added_n)
    return Looked(state._replace(watched=watched), seen, events)


def empties(state: DrillState, load: OrderedLoad, force_n: float, now_ns: int) -> tuple[DrillState, bool]:
    """One tick of waiting for an empty plate, and whether it has been empty for long enough: then its zero is known."""
    watched, since_ns = state.watched, state.loaded_since_ns
    if not abs(force_n) <= min(state.plan.get_on_n, load.touch_n):
        if since_ns is not None:
            state = state._replace(loaded_since_ns=None)
        return state, False
    if since_ns is None:
        watched = watched._replace(empty_sum_n=force_n, empty_samples=1)
        return state._replace(loaded_since_ns=now_ns, watched=watched), False
    watched = watched._replace(empty_sum_n=watched.empty_sum_n + force_n, empty_samples=watched.empty_samples + 1)
    if now_ns - since_ns < state.plan.get_on_ns:
        return state._replace(watched=watched), False
    watched = watched._replace(added_n=max(0.0, -watched.empty_sum_n / watched.empty_samples))
    return state._replace(watched=watched, loaded_since_ns=None), True


def plate_empty(state: DrillState, now_ns: int) -> Event:
    """What the empty plate read before this try: it is recorded, so that a zero that drifts is seen."""
    watched = state.watched
    reads_n = watched.empty_sum_n / watched.empty_samples if watched.empty_samples else 0.0
    return Event("plate-empty", now_ns, {"trial": state.trial, "reads_n": round(reads_n, 2)})


def load_frame(state: DrillState, load: OrderedLoad, force_n: float, now_ns: int) -> Scene:
    """The scene of a phase that no exercise draws: the bar goes on, and so do its warnings."""
    before, watched, phase = state.scene, state.watched, state.phase
    level = watched.level
    if watched.passed_limit and level is not Beyond.NOTHING:
        level = Beyond.LIMIT  # until it is back under the order
    word, clock, clock_ds, of_ns = Word.FOOT_OFF_THE_PLATE, ClockKind.NONE, 0, 0
    if phase is Phase.REST:
        word = Word.REST_FOOT_OFF
        clock, of_ns = (ClockKind.NONE, 0) if _last(state) else (ClockKind.REST, state.plan.rest_ns)
    if phase is Phase.PAUSE:
        word = Word.PAUSE_FOOT_OFF
    told = state.exercise is not None and phase in (Phase.REST, Phase.PAUSE, Phase.DONE) and state.results
    word_a = word_b = 0
    outcome, peak_n = SceneOutcome.NONE, None
    since_ns = state.phase_start_ns if state.rest_since_ns is None else state.rest_since_ns
    if told and (phase is Phase.DONE or now_ns - since_ns < LOAD_TOLD_NS):
        peak_n = getattr(state.exercise, "shown_peak_n", None)
        word, word_a, word_b = _told(state, word)
    if level is not Beyond.NOTHING:
        outcome, word, word_a, word_b = SceneOutcome.OUTSIDE, Word.FOOT_OFF_THE_PLATE, 0, 0
        word = Word.TOO_MUCH_FOOT_OFF if level is Beyond.LIMIT else word
    if of_ns:
        clock_ds = -(-max(0, min(of_ns, state.phase_start_ns + of_ns - now_ns)) // 100_000_000)
    cue, count = before.cue, before.cue_count
    if level > _shown_level(before):
        cue, count = (Cue.WARN if level is Beyond.ORDER else Cue.OVER_LINE), (count + 1) % 256
    tolerance = state.plan.given.keys.tolerance  # only what loads a leg is done by an order
    scene = NO_SCENE._replace(
        view=View.GAUGE,
        dot=Dot.HIDDEN,
        feedback=state.plan.given.feedback,
        outcome=outcome,
        cue=cue,
        cue_count=count,
        tone_hz=tone_hz(level, watched.since_ns, now_ns),
        word=word,
        word_a=word_a,
        word_b=word_b,
        clock_kind=clock,
        clock_ds=clock_ds,
        clock_of_ds=of_ns // 100_000_000,
        slots=gauge(load, tolerance, level, bar_n=force_n, peak_n=peak_n),
    )
    return before if scene == before else scene


def _told(state: DrillState, word: Word) -> tuple[Word, int, int]:
    """How the try went, where it is to be told."""
    said = getattr(state.exercise, "told", None)
    if said is not None:
        return Word(said[0]), int(said[1]), int(said[2])
    result = state.results[-1]
    if result.outcome is TrialOutcome.HELD and state.plan.exercise.reached and _last(state):
        return state.plan.exercise.reached, result.score.done, result.score.of
    return word, 0, 0


def _last(state: DrillState) -> bool:
    """Whether the set is over: then its score is told at every level of feedback."""
    return state.trial >= state.plan.trials


def _shown_level(scene: Scene) -> Beyond:
    """The level that the screen shows."""
    if scene.outcome != SceneOutcome.OUTSIDE:
        return Beyond.NOTHING
    return Beyond.LIMIT if scene.word == Word.TOO_MUCH_FOOT_OFF else Beyond.ORDER
