"""Reaching: places round the patient are touched with the centre of pressure, one after another, and held for a while.

From home to a place and back home. A place that is not reached within its time is missed, and waits no longer. Places
lie at a share of the limits that the document gives, to all sides, the first in front and the others clockwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.exercises.values import (
    MOST_DS,
    NS_PER_DS,
    Exercise,
    Given,
    Moment,
    Score,
    Stepped,
    head_of,
    on_plate,
    tenths_left,
)
from drills.scene import (
    NO_SCENE,
    ClockKind,
    PlaceLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
    renewed,
    tenths,
)
from drills.strict import Strict
from drills.units import NS_PER_S
from drills.values import Event, Observation, Phase
from drills.words import Cue, Word

HOME = 0
"""Id of home on the screen; the places are 1 to 8."""
DWELL_STEP_NS = 20_000_000
"""The dwell grows on the screen in steps of 50 a second."""


class Keys(Strict):
    """Where the places are, how large, in what order, and how they count."""

    places: Annotated[int, Field(ge=1, le=8)]
    targets: Annotated[int, Field(ge=1, le=64)]
    order: Literal["clockwise", "shuffled"]
    distance_share: Annotated[float, Field(gt=0, le=1)]
    limit_front_mm: Annotated[float, Field(ge=10, le=150)]
    limit_back_mm: Annotated[float, Field(ge=10, le=150)]
    limit_side_mm: Annotated[float, Field(ge=10, le=200)]
    radius_mm: Annotated[float, Field(ge=4, le=40)]
    dwell_s: Annotated[float, Field(ge=0.1, le=10)]
    within_s: Annotated[float, Field(ge=1, le=60)]


class State(NamedTuple):
    """A trial of reaching."""

    given: Given
    head: Scene
    spots_mm: tuple[tuple[float, float], ...]
    """Home, then the places."""
    order: tuple[int, ...]
    """The places to be reached, one after another: numbers of `spots_mm`."""
    shown: int = 0
    """How many of them have been hit or missed."""
    hits: int = 0
    homeward: bool = True
    """Whether the dot is on its way home, from where the next place is shown."""
    aim_since_ns: int | None = None
    """Since when the one aimed at is shown; None before the hold."""
    inside_since_ns: int | None = None
    done: frozenset[int] = frozenset()
    """Places that were hit, and were not aimed at again since."""
    last: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    """All that the scene depends on and that changes without an event."""
    scene: Scene = NO_SCENE


def begin(given: Given) -> State:
    """Home is where the patient stands; the order is another in each trial where it is shuffled."""
    keys: Keys = given.keys
    spots = [(given.foot_ml_mm, given.foot_ap_mm)]
    for place in range(keys.places):
        angle = 2.0 * math.pi * place / keys.places
        ahead = math.cos(angle)
        limit_ap_mm = keys.limit_front_mm if ahead > 0.0 else keys.limit_back_mm
        ml_mm = given.foot_ml_mm + keys.distance_share * keys.limit_side_mm * math.sin(angle)
        ap_mm = given.foot_ap_mm + keys.distance_share * limit_ap_mm * ahead
        x, y = on_plate(ml_mm, ap_mm)  # also where it is judged: what is seen is what counts
        spots.append((x / 10, y / 10))
    order = tuple(_order(keys, given.trial))[: keys.targets]
    return State(given, head_of(given, View.LEAN), tuple(spots), order)


def _order(keys: Keys, trial: int) -> Iterator[int]:
    """Round by round each place once."""
    number = 0x5EED + trial
    for _ in range(-(-keys.targets // keys.places)):
        places = list(range(1, keys.places + 1))
        if keys.order == "shuffled":  # Fisher-Yates with Lehmer's generator: the same in every Python
            for last in range(len(places) - 1, 0, -1):
                number = number * 48271 % 0x7FFFFFFF
                other = number % (last + 1)
                places[last], places[other] = places[other], places[last]
        yield from places


def step(state: State, observation: Observation, moment: Moment) -> Stepped:
    """Judge the dot by the one that is aimed at. Only in the hold; before and after it, all places wait."""
    now_ns, phase, _ = moment
    events: tuple[Event, ...] = ()
    if phase is Phase.HOLD and not _over(state):
        if state.aim_since_ns is None:
            state, events = _aim(state, now_ns)
        state, judged = _judge(state, observation, now_ns)
        events += judged
    key = _key(state, moment)
    if events or key != state.key:
        reached = any(event.data.get("outcome") == "hit" for event in events)
        scene = renewed(state.scene, _scene(state, moment, reached))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, _over(state))


def score(state: State) -> Score:
    """Places hit, of all that were to be."""
    return Score(state.hits, len(state.order))


def _over(state: State) -> bool:
    """Whether nothing is left to reach."""
    return state.shown >= len(state.order)


def _target(state: State) -> int:
    """Number of the spot that is aimed at."""
    return HOME if state.homeward or _over(state) else state.order[state.shown]


def _aim(state: State, now_ns: int) -> tuple[State, tuple[Event, ...]]:
    """Show the next one to aim at."""
    state = state._replace(aim_since_ns=now_ns, inside_since_ns=None, done=state.done - {_target(state)})
    ml_mm, ap_mm = state.spots_mm[_target(state)]
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.shown + 1,
        "of": len(state.order),
        "place": _target(state),
        "ml_mm": ml_mm,
        "ap_mm": ap_mm,
    }
    return state, (Event("target", now_ns, data),)


def _judge(state: State, observation: Observation, now_ns: int) -> tuple[State, tuple[Event, ...]]:
    """Whether the one aimed at has been held for long enough, or its time is over."""
    keys: Keys = state.given.keys
    ml_mm, ap_mm = state.spots_mm[_target(state)]
    inside = math.hypot(observation.cop_ml_mm - ml_mm, observation.cop_ap_mm - ap_mm) <= keys.radius_mm
    if not inside:  # NaN as well
        if state.inside_since_ns is not None:
            state = state._replace(inside_since_ns=None)
    elif state.inside_since_ns is None or state.inside_since_ns > now_ns:
        state = state._replace(inside_since_ns=now_ns)
    elif now_ns - state.inside_since_ns >= round(keys.dwell_s * NS_PER_S):
        return _end(state, True, now_ns)
    if state.aim_since_ns is not None and now_ns - state.aim_since_ns >= round(keys.within_s * NS_PER_S):
        return _end(state, False, now_ns)
    return state, ()


def _end(state: State, hit: bool, now_ns: int) -> tuple[State, tuple[Event, ...]]:
    """Home or a place has been reached, or was not: aim at what comes next."""
    if state.homeward:  # a home that is not found counts nothing, and holds nobody up
        return _aim(state._replace(homeward=False), now_ns)
    place, aimed_ns = state.order[state.shown], state.aim_since_ns or 0
    took_ns = max(0, min(now_ns - aimed_ns, round(state.given.keys.within_s * NS_PER_S)))
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.shown + 1,
        "place": place,
        "outcome": "hit" if hit else "missed",
        "time_s": took_ns / NS_PER_S,
    }
    ended = Event("target-ended", now_ns, data)
    state = state._replace(
        shown=state.shown + 1,
        hits=state.hits + hit,
        last=SceneOutcome.HIT if hit else SceneOutcome.MISS,
        done=state.done | {place} if hit else state.done,
        inside_since_ns=None,
    )
    if _over(state):
        return state, (ended,)
    state, aimed = _aim(state._replace(homeward=True), now_ns)
    return state, (ended, *aimed)


def _key(state: State, moment: Moment) -> tuple[object, ...]:
    now_ns, phase, start_ns = moment
    left_ds = tenths_left(state.given.hold_ns, start_ns, now_ns) if phase is Phase.HOLD else 0
    return phase, left_ds // 10, _dwell(state, now_ns)


def _dwell(state: State, now_ns: int) -> int:
    """How far the ring round the one aimed at has closed, 0..1000, in steps of 20 ms."""
    if state.inside_since_ns is None:
        return 0
    keys: Keys = state.given.keys
    inside_ns = max(0, now_ns - state.inside_since_ns) // DWELL_STEP_NS * DWELL_STEP_NS
    return min(1000, 1000 * inside_ns // round(keys.dwell_s * NS_PER_S))


def _scene(state: State, moment: Moment, reached: bool) -> Scene:
    given, head, before = state.given, state.head, state.scene
    keys: Keys = given.keys
    holds = moment.phase is Phase.HOLD
    aim, dwell = _target(state) if holds else -1, _dwell(state, moment.now_ns)
    slots = []
    for spot, place_mm in enumerate(state.spots_mm):
        x, y = on_plate(*place_mm)
        now = SlotState.NOW if spot == aim else SlotState.DONE if spot in state.done else SlotState.WAITING
        look = PlaceLook.RING if spot else PlaceLook.HOME
        value = dwell if spot == aim else 0
        slots.append(Slot(SlotKind.PLACE, spot, look, now, x, y, tenths(keys.radius_mm), value))
    word = Word.GET_READY
    if holds:
        word = Word.STAY_THERE if state.inside_since_ns is not None else Word.TO_THE_PLACE
        if aim == HOME:
            word = Word.TO_THE_MIDDLE
    left_ds = tenths_left(given.hold_ns, moment.start_ns, moment.now_ns) // 10 * 10 if holds else 0
    return head._replace(
        outcome=SceneOutcome.IN_GOAL if state.inside_since_ns is not None else state.last,
        cue=Cue.HIT if reached else before.cue,
        cue_count=(before.cue_count + reached) % 256,
        word=word,
        clock_kind=ClockKind.LEFT if holds else ClockKind.NONE,
        clock_ds=min(MOST_DS, left_ds),
        clock_of_ds=min(MOST_DS, given.hold_ns // NS_PER_DS) if holds else 0,
        score=state.hits,
        goal=len(state.order),
        slots=tuple(slots),
    )


EXERCISE = Exercise(Keys, begin, step, score)
