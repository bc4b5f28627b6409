"""Keeping with a leader: a ring that goes its way at a constant pace, and the dot that is to stay in it.

What counts are the whole seconds in the ring. Beside them the trial says how it was followed: how far off (root mean
square), how late, and how large the own movement was beside the leader's.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from drills.exercises.paths import Reach, place_at, whole_way
from drills.exercises.seconds import FRAME_NS, LEAD_NS, Seconds, passed_ns
from drills.exercises.values import (
    MOST_DS,
    NS_PER_DS,
    Given,
    Moment,
    Score,
    Stepped,
    centred,
    head_of,
    on_plate,
    tenths_left,
    view_of,
)
from drills.scene import (
    NO_SCENE,
    ClockKind,
    PlaceLook,
    Scene,
    SceneOutcome,
    Shape,
    Slot,
    SlotKind,
    SlotState,
    renewed,
    shape_event,
    tenths,
)
from drills.units import NS_PER_S
from drills.values import CREDIBLE_MM, Event, Observation, Phase
from drills.words import Cue, Word

LEADER, WAY = 1, 2
"""Ids of the things on the screen."""
AHEAD_TURNS = 1e-3
"""Which way the leader goes is seen from two places so near to each other."""


class Followed(NamedTuple):
    """Running sums over the ticks in which the leader moved and the dot was somewhere."""

    ticks: int = 0
    off_mm2: float = 0.0
    in_step_mm: float = 0.0
    across_mm: float = 0.0
    """Of the own movement on the leader's main axis: the part in step with it, and the part a quarter turn behind."""


class Following(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    home_mm: tuple[float, float]
    side: int
    """1, or -1 for the mirror image: every other trial."""
    seconds: Seconds
    last_ns: int | None = None
    at: int = -1
    """The frame of the hold; -1 before the first."""
    leader_mm: tuple[float, float] = (0.0, 0.0)
    sums: Followed = Followed()
    turns: Followed = Followed()
    """The same of whole turns only: of a part of one, lag and size would be wrong."""
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def score(self) -> Score:
        """Whole seconds in the ring."""
        return Score(self.seconds.done, self.seconds.of)


def begin(given: Given) -> Following:
    """The way lies round the place where the patient stands, moved inward at the plate's edge."""
    keys = given.keys
    half_mm = keys.reach_ml_mm + keys.width_mm, keys.reach_ap_mm + keys.width_mm
    home_mm = centred(given, *half_mm)
    head = head_of(given._replace(foot_ml_mm=home_mm[0], foot_ap_mm=home_mm[1]), view_of(*half_mm))
    side = 1 if given.trial % 2 else -1
    seconds = Seconds(max(1, (given.hold_ns - LEAD_NS) // NS_PER_S - 1))
    state = Following(given, head, home_mm, side, seconds)
    return state._replace(leader_mm=_leader(state, 0.0))


def step(state: Following, observation: Observation, moment: Moment) -> Stepped:
    """The leader moves on, and the dot is judged by where it is seen."""
    now_ns, phase, start_ns = moment
    events: tuple[Event, ...] = ()
    if not state.key:
        events = _shape(state, now_ns)
    holds = phase is Phase.HOLD
    gone_ns = max(0, min(now_ns - start_ns, state.given.hold_ns)) if holds else 0
    at = gone_ns // FRAME_NS
    if at != state.at:
        turns, before = _turns(state, at), _turns(state, state.at)
        whole = state.sums if int(turns) > int(before) else state.turns
        state = state._replace(at=at, leader_mm=_leader(state, turns), turns=whole)
    off_ml_mm = observation.cop_ml_mm - state.leader_mm[0]
    off_ap_mm = observation.cop_ap_mm - state.leader_mm[1]
    inside = math.hypot(off_ml_mm, off_ap_mm) <= state.given.keys.width_mm  # NaN is outside
    ended = False
    if holds:
        tick_ns = passed_ns(state.last_ns, now_ns) if gone_ns > LEAD_NS else 0
        over_before, sums = state.seconds.over, state.sums
        if tick_ns and abs(off_ml_mm) <= CREDIBLE_MM and abs(off_ap_mm) <= CREDIBLE_MM:
            sums = _summed(state, observation, off_ml_mm, off_ap_mm)
        seconds = state.seconds.after(tick_ns, inside)
        # Named one by one: `_replace` takes twice as long, 250 times a second.
        state = Following(
            state.given,
            state.head,
            state.home_mm,
            state.side,
            seconds,
            now_ns,
            state.at,
            state.leader_mm,
            sums,
            state.turns,
            state.key,
            state.scene,
        )
        ended = state.seconds.over
        if ended and not over_before:
            events += (_followed(state, now_ns),)
    key = (phase, at, inside, state.seconds.done)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, moment, inside))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, ended)


def _turns(state: Following, at: int) -> float:
    """How far the leader has gone in this frame of the hold; 0.0 while it rests."""
    return float(max(0, at * FRAME_NS - LEAD_NS) / NS_PER_S / state.given.keys.period_s)


def _leader(state: Following, turns: float) -> tuple[float, float]:
    keys = state.given.keys
    ml_mm, ap_mm = place_at(keys.path, Reach(keys.reach_ml_mm, keys.reach_ap_mm), turns, state.side)
    x, y = on_plate(state.home_mm[0] + ml_mm, state.home_mm[1] + ap_mm, state.given.turn)
    return x / 10, y / 10


def _shape(state: Following, now_ns: int) -> tuple[Event, ...]:
    keys = state.given.keys
    way = whole_way(keys.path, Reach(keys.reach_ml_mm, keys.reach_ap_mm), state.side)
    if not way:
        return ()
    x, y = state.home_mm
    points = tuple(on_plate(x + ml_mm, y + ap_mm, state.given.turn) for ml_mm, ap_mm in way)
    return (shape_event(Shape(0, points), now_ns),)


def _summed(state: Following, observation: Observation, off_ml_mm: float, off_ap_mm: float) -> Followed:
    keys, sums = state.given.keys, state.sums
    angle = 2.0 * math.pi * _turns(state, state.at)
    own_mm = observation.cop_ml_mm - state.home_mm[0]
    if keys.path == "forward":
        own_mm = observation.cop_ap_mm - state.home_mm[1]
    else:
        own_mm *= state.side
    return Followed(
        sums.ticks + 1,
        sums.off_mm2 + off_ml_mm * off_ml_mm + off_ap_mm * off_ap_mm,
        sums.in_step_mm + own_mm * math.sin(angle),
        sums.across_mm - own_mm * math.cos(angle),
    )


def _followed(state: Following, now_ns: int) -> Event:
    """How the leader was followed. Of the sum of sines there is no one lag, and none of who did not move along."""
    keys, sums, whole = state.given.keys, state.sums, state.turns
    reach_mm = keys.reach_ap_mm if keys.path == "forward" else keys.reach_ml_mm
    own = 2.0 / max(1, whole.ticks) * math.hypot(whole.in_step_mm, whole.across_mm) / reach_mm
    known = keys.path != "waves" and whole.ticks > 0
    lag_s = math.atan2(whole.across_mm, whole.in_step_mm) / (2.0 * math.pi) * keys.period_s
    data: dict[str, object] = {
        "trial": state.given.trial,
        "in_ring_s": state.seconds.done,
        "of_s": state.seconds.of,
        "rms_off_mm": round(math.sqrt(sums.off_mm2 / sums.ticks), 2) if sums.ticks else None,
        "size": round(own, 3) if known else None,
        "late_s": round(lag_s, 3) if known and own >= 0.1 else None,
    }
    return Event("followed", now_ns, data)


def _scene(state: Following, moment: Moment, inside: bool) -> Scene:
    given, head, before = state.given, state.head, state.scene
    holds = moment.phase is Phase.HOLD
    way_ahead = _leader_way(state, _turns(state, state.at))
    x, y = on_plate(*state.leader_mm, given.turn)
    leader = Slot(SlotKind.PLACE, LEADER, PlaceLook.LEADER, SlotState.NOW, x, y, tenths(given.keys.width_mm), way_ahead)
    way = Slot(SlotKind.PATH, WAY, 0, SlotState.WAITING, 0, 0, 0, 0)
    started = holds and not before.clock_kind
    return head._replace(
        outcome=SceneOutcome.IN_GOAL if inside else SceneOutcome.OUTSIDE,
        cue=Cue.START if started else before.cue,
        cue_count=(before.cue_count + started) % 256,
        word=Word.KEEP_IN_THE_MOVING_RING if holds else Word.GET_READY,
        clock_kind=ClockKind.LEFT if holds else ClockKind.NONE,
        clock_ds=tenths_left(given.hold_ns, moment.start_ns, moment.now_ns) if holds else 0,
        clock_of_ds=min(MOST_DS, given.hold_ns // NS_PER_DS) if holds else 0,
        score=state.seconds.done,
        goal=state.seconds.of,
        slots=(leader,) if given.keys.path == "waves" else (way, leader),
    )


def _leader_way(state: Following, turns: float) -> int:
    """The way that the leader goes, in 0.1 degrees from ML to AP, 0 to 3599."""
    keys = state.given.keys
    reach = Reach(keys.reach_ml_mm, keys.reach_ap_mm)
    ml_mm, ap_mm = place_at(keys.path, reach, turns, state.side)
    next_ml_mm, next_ap_mm = place_at(keys.path, reach, turns + AHEAD_TURNS, state.side)
    angle = math.degrees(math.atan2(next_ap_mm - ap_mm, next_ml_mm - ml_mm))
    return round(angle * 10) % 3600
