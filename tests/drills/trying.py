"""What the tests of exercises have in common: the beginning of a shipped drill's trial, and a hold tick by tick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from drills.exercises.values import Exercise, Given, Moment
from drills.library import load_shipped
from drills.scene import Feedback, Scene
from drills.values import Event, Leg, Observation, Phase

TICK_NS = 4_000_000
SLOW_NS = 20_000_000
"""For what does not ask for every tick."""


class Held(NamedTuple):
    """A hold that was done."""

    state: Any
    scenes: list[Scene]
    events: list[Event]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What the events of this kind say."""
        return [event.data for event in self.events if event.kind == kind]


def given_of(name: str, **changes: Any) -> Given:
    """What the shipped drill of this name begins its first trial with."""
    document = load_shipped(name)
    down = document.thresholds.foot_down
    fresh = Given(
        keys=document.exercise_step.parameters,
        trial=1,
        leg=Leg.LEFT if document.stance.kind == "single-leg" else Leg.BOTH,
        learnt=True,
        foot_ml_mm=0.0,
        foot_ap_mm=0.0,
        half_ml_mm=down.base_half_ml_mm if down else 0.0,
        half_ap_mm=down.base_half_ap_mm if down else 0.0,
        vibrates=False,
        hold_ns=30 * 10**9,
        turn=0,
        feedback=Feedback.F0,
        sight=True,
        sound=False,
        eyes=0,
    )
    return fresh._replace(**changes)


def keyed(name: str, hold_s: float | None = None, **keys: Any) -> Given:
    """The same with other keys of the exercise, for its own time or this one; somebody of 700 N stands there."""
    step = load_shipped(name).exercise_step
    seconds = step.time.default_s if hold_s is None else hold_s
    changed = step.parameters.model_copy(update=keys)
    return given_of(name, keys=changed, hold_ns=round(seconds * 1e9), weight_n=700.0)


def at(ml_mm: float, ap_mm: float, force_n: float = 700.0) -> Observation:
    """The dot is here."""
    return Observation(force_n, ml_mm, ap_mm, 0.0, True)


def held(
    exercise: Exercise,
    given_: Given,
    people: Callable[[float, list[Event]], Observation],
    seconds: float | None = None,
    tick_ns: int = TICK_NS,
) -> Held:
    """The states, scenes and events of a hold, tick by tick, until it is done or its time is over."""
    state, scenes, events = exercise.begin(given_), [], []
    for now_ns in range(0, given_.hold_ns if seconds is None else round(seconds * 1e9), tick_ns):
        moment = Moment(now_ns, Phase.HOLD, 0)
        state, scene, told, done = exercise.step(state, people(now_ns / 1e9, events), moment)[:4]
        scenes.append(scene)
        events += told
        if done:
            break
    return Held(state, scenes, events)


def slowly(exercise: Exercise, given_: Given, people: Callable[[float, list[Event]], Observation]) -> Held:
    """The same in fifty ticks a second."""
    return held(exercise, given_, people, tick_ns=SLOW_NS)


def watched(exercise: Exercise, given_: Given, people: Callable[[float, Scene | None], Observation]) -> Held:
    """The same for people who see the patient's screen, as it was a fifth of a second ago."""
    seen: list[Scene] = []
    state, events = exercise.begin(given_), []
    for now_ns in range(0, given_.hold_ns, SLOW_NS):
        person = people(now_ns / 1e9, seen[-10] if len(seen) >= 10 else None)
        state, scene, told, done = exercise.step(state, person, Moment(now_ns, Phase.HOLD, 0))[:4]
        seen.append(scene)
        events += told
        if done:
            break
    return Held(state, seen, events)
