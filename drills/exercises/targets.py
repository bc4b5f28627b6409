"""Reaching: places round the patient are touched with the centre of pressure, one after another, and held for a while.

From home to a place and back home. A place that is not reached within its time is missed, and waits no longer. Places
lie at a share of the limits that the document gives, to all sides, the first in front and the others clockwise. Where
the document asks for a choice, one of a few is a square, to be left alone: who goes there loses the others of its few,
so that going to everything earns nothing, like going nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.exercises.rounds import lot
from drills.exercises.values import (
    LEAST_LEARN_S,
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    head_of,
    on_plate,
    plate_half_mm,
)
from drills.problems import Problem
from drills.scene import (
    LEAN_HALF_AP_MM,
    LEAN_HALF_ML_MM,
    NO_SCENE,
    ArrowLook,
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

HOME, ARROW = 0, 9
"""Ids of home and of an arrow on the screen; the places are 1 to 8."""
FORE_NS = (NS_PER_S, 3 * NS_PER_S)
"""So long the dot is at home before the cue, where the time of the answer is measured."""
DWELL_STEP_NS = 20_000_000
"""The dwell grows on the screen in steps of 50 a second."""
APART_MM = 9.0
"""Between the edges of two places at least: the dwell ring of one and the line of the other, in `View.LEAN`."""


class TargetKeys(Strict):
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
    go_share: Annotated[float, Field(ge=0.5, le=0.95)] | None = None
    farthest: bool | None = None
    """A test: not to the place but past it, as far as one can, and there until the time is over; the cue comes late."""


class Reaching(NamedTuple):
    """A trial of reaching."""

    given: Given
    head: Scene
    spots_mm: tuple[tuple[float, float], ...]
    """Home, then the places."""
    order: tuple[int, ...]
    """The places to be reached, one after another: numbers of `spots_mm`."""
    squares: frozenset[int] = frozenset()
    """Which of them, counted from 0, are to be left alone."""
    shown: int = 0
    """How many of them have been hit or missed."""
    hits: int = 0
    """That count: of runs that are over."""
    hits_of_run: int = 0
    """Of the run that goes on."""
    gone_to: bool = False
    """A square of this run was gone to."""
    homeward: bool = True
    """Whether the dot is on its way home, from where the next place is shown."""
    aim_since_ns: int | None = None
    """Since when the one aimed at is shown; None before the hold."""
    inside_since_ns: int | None = None
    reached: bool = False
    """The place was passed, where one is to go past it."""
    done: frozenset[int] = frozenset()
    """Places that were hit, and were not aimed at again since."""
    last: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    """All that the scene depends on and that changes without an event."""
    scene: Scene = NO_SCENE


def begin(given: Given) -> Reaching:
    """Home is where the patient stands; the order is another in each trial where it is shuffled.

    Of somebody who stands at the plate's edge home is moved inward, until all places lie on the plate: moved one by one
    they could come to lie on each other.
    """
    keys: TargetKeys = given.keys
    round_mm = _places_mm(keys)
    plate_ml_mm, plate_ap_mm = plate_half_mm(given.turn)
    most_ml_mm = max(0.0, plate_ml_mm - max(abs(ml_mm) for ml_mm, _ in round_mm) - keys.radius_mm)
    most_ap_mm = max(0.0, plate_ap_mm - max(abs(ap_mm) for _, ap_mm in round_mm) - keys.radius_mm)
    home_ml_mm = min(most_ml_mm, max(-most_ml_mm, given.foot_ml_mm))
    home_ap_mm = min(most_ap_mm, max(-most_ap_mm, given.foot_ap_mm))
    spots = []
    for ml_mm, ap_mm in ((0.0, 0.0), *round_mm):
        # Also where it is judged: what is seen is what counts.
        x, y = on_plate(home_ml_mm + ml_mm, home_ap_mm + ap_mm, given.turn)
        spots.append((x / 10, y / 10))
    order = tuple(_order(keys, given.trial))[: keys.targets]
    head = head_of(given._replace(foot_ml_mm=home_ml_mm, foot_ap_mm=home_ap_mm), View.LEAN)
    return Reaching(given, head, tuple(spots), order, _squares(given, len(order)))


def _places_mm(keys: TargetKeys) -> list[tuple[float, float]]:
    """The middles of the places, ML and AP from home, from the front clockwise."""
    places = []
    for place in range(keys.places):
        angle = 2.0 * math.pi * place / keys.places
        ahead = math.cos(angle)
        limit_ap_mm = keys.limit_front_mm if ahead > 0.0 else keys.limit_back_mm
        side_mm = keys.distance_share * keys.limit_side_mm * math.sin(angle)
        places.append((side_mm, keys.distance_share * limit_ap_mm * ahead))
    return places


def problems(keys: TargetKeys, base: SafeBase) -> Iterator[Problem]:
    """Places that lie on each other, or where the drill or safety would end the trial, or where nobody sees them."""
    places, radius_mm = _places_mm(keys), keys.radius_mm
    least_mm = 2.0 * radius_mm + APART_MM
    spots = [(0.0, 0.0), *places]
    near_mm, one, other = min(
        (math.dist(spots[one], spots[other]), one, other) for other in range(len(spots)) for one in range(other)
    )
    if near_mm < least_mm:
        reason = "places-overlap" if one else "place-over-home"
        values: dict[str, object] = {"place": other, "other": one, "apart_mm": round(near_mm, 1)}
        yield Problem("radius_mm", radius_mm, least=least_mm, reason=reason, values=values)
    half_mm, seen_mm = (base.half_ml_mm, base.half_ap_mm), (LEAN_HALF_ML_MM, LEAN_HALF_AP_MM)
    for axis in (0, 1):
        reach_mm, place = max((abs(spot[axis]) + radius_mm, -number) for number, spot in enumerate(spots))
        most_mm = min(half_mm[axis], seen_mm[axis])
        if reach_mm > most_mm:
            key = base.keys[axis]
            values = {"place": -place, "reach_mm": round(reach_mm, 1), **({"most_key": key} if key else {})}
            reason = "place-beyond-base" if half_mm[axis] <= seen_mm[axis] else "place-off-screen"
            yield Problem("distance_share", keys.distance_share, most=most_mm, reason=reason, values=values)
    if keys.farthest and keys.go_share is not None:
        values = {"key": "steps.exercise.parameters.farthest", "is": True}
        yield Problem("go_share", keys.go_share, reason="useless-with", values=values)
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="places-need-learning")


def _order(keys: TargetKeys, trial: int) -> Iterator[int]:
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


def _run(keys: TargetKeys) -> int:
    """How many follow each other of which one is a square; 1 where there is none."""
    return 1 if keys.go_share is None else round(1.0 / (1.0 - keys.go_share))


def _squares(given: Given, many: int) -> frozenset[int]:
    """One of each run, by the lot of this trial."""
    keys: TargetKeys = given.keys
    if keys.go_share is None:
        return frozenset()
    drawn, run = lot(given.seed, given.trial), _run(keys)
    return frozenset(first + int(min(run, many - first) * next(drawn)) for first in range(0, many, run))


def step(state: Reaching, observation: Observation, moment: Moment) -> Stepped:
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


def score(state: Reaching) -> Score:
    """Places hit, of all that were to be."""
    return Score(state.hits, len(state.order) - len(state.squares))


def _over(state: Reaching) -> bool:
    """Whether nothing is left to reach."""
    return state.shown >= len(state.order)


def _target(state: Reaching) -> int:
    """Number of the spot that is aimed at."""
    return HOME if state.homeward or _over(state) else state.order[state.shown]


def _aim(state: Reaching, now_ns: int) -> tuple[Reaching, tuple[Event, ...]]:
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


def _judge(state: Reaching, observation: Observation, now_ns: int) -> tuple[Reaching, tuple[Event, ...]]:
    """Whether the one aimed at has been held for long enough, or its time is over."""
    keys: TargetKeys = state.given.keys
    ml_mm, ap_mm = state.spots_mm[_target(state)]
    inside = math.hypot(observation.cop_ml_mm - ml_mm, observation.cop_ap_mm - ap_mm) <= keys.radius_mm
    if keys.farthest and not state.homeward:
        if _passed(state, observation) and not state.reached:
            state = state._replace(reached=True)
    elif not inside:  # NaN as well
        if state.inside_since_ns is not None:
            state = state._replace(inside_since_ns=None)
    elif state.inside_since_ns is None or state.inside_since_ns > now_ns:
        state = state._replace(inside_since_ns=now_ns)
    elif now_ns - state.inside_since_ns >= _dwell_ns(state):
        return _end(state, True, now_ns)
    if state.aim_since_ns is not None and now_ns - state.aim_since_ns >= round(keys.within_s * NS_PER_S):
        return _end(state, state.reached, now_ns)
    return state, ()


def _passed(state: Reaching, observation: Observation) -> bool:
    """Whether the dot is as far as the place, or farther, on the way there."""
    (home_ml_mm, home_ap_mm), (ml_mm, ap_mm) = state.spots_mm[HOME], state.spots_mm[_target(state)]
    way_ml_mm, way_ap_mm = ml_mm - home_ml_mm, ap_mm - home_ap_mm
    far_mm = math.hypot(way_ml_mm, way_ap_mm)
    gone = (observation.cop_ml_mm - home_ml_mm) * way_ml_mm + (observation.cop_ap_mm - home_ap_mm) * way_ap_mm
    return far_mm > 0.0 and gone / far_mm >= far_mm - state.given.keys.radius_mm


def _dwell_ns(state: Reaching) -> int:
    """How long the dot must stay; before a cue that nobody is to foresee for a time that is drawn by lot."""
    keys: TargetKeys = state.given.keys
    if not (keys.farthest and state.homeward):
        return round(keys.dwell_s * NS_PER_S)
    drawn = lot(state.given.seed, state.given.trial)
    for _ in range(state.shown):
        next(drawn)
    return FORE_NS[0] + int((FORE_NS[1] - FORE_NS[0]) * next(drawn))


def _end(state: Reaching, hit: bool, now_ns: int) -> tuple[Reaching, tuple[Event, ...]]:
    """Home or a place has been reached, or was not: aim at what comes next."""
    if state.homeward:  # a home that is not found counts nothing, and holds nobody up
        return _aim(state._replace(homeward=False), now_ns)
    place, aimed_ns = state.order[state.shown], state.aim_since_ns or 0
    took_ns = max(0, min(now_ns - aimed_ns, round(state.given.keys.within_s * NS_PER_S)))
    square = state.shown in state.squares
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.shown + 1,
        "place": place,
        "outcome": ("gone-to" if hit else "left") if square else ("hit" if hit else "missed"),
        "time_s": took_ns / NS_PER_S,
    }
    ended = Event("target-ended", now_ns, data)
    reached = hit and not square
    state = state._replace(
        shown=state.shown + 1,
        hits_of_run=state.hits_of_run + reached,
        gone_to=state.gone_to or (hit and square),
        last=SceneOutcome.NONE if square else SceneOutcome.HIT if hit else SceneOutcome.MISS,
        done=state.done | {place} if reached else state.done,
        inside_since_ns=None,
        reached=False,
    )
    if state.shown % _run(state.given.keys) == 0 or _over(state):
        counts = 0 if state.gone_to else state.hits_of_run
        state = state._replace(hits=state.hits + counts, hits_of_run=0, gone_to=False)
    if _over(state):
        return state, (ended,)
    state, aimed = _aim(state._replace(homeward=True), now_ns)
    return state, (ended, *aimed)


def _key(state: Reaching, moment: Moment) -> tuple[object, ...]:
    return moment.phase, _dwell(state, moment.now_ns)


def _dwell(state: Reaching, now_ns: int) -> int:
    """How far the ring round the one aimed at has closed, 0..1000, in steps of 20 ms."""
    if state.inside_since_ns is None:
        return 0
    keys: TargetKeys = state.given.keys
    inside_ns = max(0, now_ns - state.inside_since_ns) // DWELL_STEP_NS * DWELL_STEP_NS
    return min(1000, 1000 * inside_ns // round(keys.dwell_s * NS_PER_S)) if not keys.farthest else 0


def _scene(state: Reaching, moment: Moment, reached: bool) -> Scene:
    head, before = state.head, state.scene
    keys: TargetKeys = state.given.keys
    holds = moment.phase is Phase.HOLD
    aim, dwell = _target(state) if holds else -1, _dwell(state, moment.now_ns)
    leave = state.shown in state.squares
    slots = []
    for spot, place_mm in enumerate(state.spots_mm):
        if keys.farthest and spot != HOME:
            continue  # where one is to stop is not shown
        if state.squares and spot not in (HOME, aim):
            continue  # what is a circle is to be gone to: none waits
        x, y = on_plate(*place_mm, state.given.turn)
        now = SlotState.NOW if spot == aim else SlotState.DONE if spot in state.done else SlotState.WAITING
        look = PlaceLook.RING if spot else PlaceLook.HOME
        if spot and spot == aim and leave:
            look = PlaceLook.SQUARE
        value = dwell if spot == aim else 0
        slots.append(Slot(SlotKind.PLACE, spot, look, now, x, y, tenths(keys.radius_mm), value))
    if keys.farthest and aim > HOME:
        slots.append(_arrow(state))
    word = Word.GET_READY
    if holds:
        word = Word.STAY_THERE if state.inside_since_ns is not None and not leave else Word.TO_THE_PLACE
        if aim == HOME:
            word = Word.TO_THE_MIDDLE
        elif state.squares and word is Word.TO_THE_PLACE:
            word = Word.CIRCLES_NOT_SQUARES
        if aim > HOME and keys.farthest:
            word = Word.LEAN_AS_FAR_AS_YOU_CAN
    return head._replace(
        outcome=SceneOutcome.IN_GOAL if state.inside_since_ns is not None else state.last,
        cue=Cue.HIT if reached else before.cue,
        cue_count=(before.cue_count + reached) % 256,
        word=word,
        score=state.hits,
        goal=score(state).of,
        slots=tuple(slots),
    )


def _arrow(state: Reaching) -> Slot:
    """From home to the place."""
    (home_ml_mm, home_ap_mm), (ml_mm, ap_mm) = state.spots_mm[HOME], state.spots_mm[_target(state)]
    size_mm = math.hypot(ml_mm - home_ml_mm, ap_mm - home_ap_mm)
    turn = round(math.degrees(math.atan2(ap_mm - home_ap_mm, ml_mm - home_ml_mm)) * 10) % 3600
    at = on_plate(home_ml_mm, home_ap_mm, state.given.turn)
    return Slot(SlotKind.ARROW, ARROW, ArrowLook.LEAN, SlotState.NOW, *at, tenths(size_mm), turn)


EXERCISE = Exercise(TargetKeys, begin, step, score, problems, Word.PLACES_REACHED, unaided=True)
