"""A ball in a tray: the tray tilts the way the patient leans, and the ball is brought into the hole that is bright.

The ball rolls as on a tray with felt: leaning gives it speed, and the felt takes it away again. It falls in where it is
slow enough; a ball that rushes over a hole rolls on. The next one begins in the middle, and lies there while the
patient still leans to the hole of the last one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from drills.exercises.rounds import (
    HANDS_Y,
    Round,
    RoundKeys,
    Sound,
    after,
    best_of,
    beyond,
    dressed,
    game_head,
    hands_word,
    lot,
    moves_dot,
    needs,
    nothing_of,
    sides,
)
from drills.exercises.values import Exercise, Given, Moment, SafeBase, Score, Stepped, centred, on_plate, too_soon
from drills.problems import Problem, out_of_range
from drills.scene import (
    LEAN_HALF_AP_MM,
    LEAN_HALF_ML_MM,
    NO_SCENE,
    ArrowLook,
    Dot,
    PlaceLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
    renewed,
    tenths,
    whole,
)
from drills.units import NS_PER_S
from drills.values import Event, Observation
from drills.words import Cue, Word

BALL, TRAY, TILT = 1, 2, 4
FIRST_HOLE = 10
"""Ids of the things on the screen."""
LEVEL_MM = 3.0
"""Who leans less leaves the tray level."""
BALL_MM = 9.0
"""Its radius."""
RIM_MM = 5.0
"""From a hole, and the ball, to the tray's edge at least."""
ROLLS_IN_MM_S = 45.0
"""Faster it rolls over the hole."""
MOST_LEAN_MM = 120.0
RESTS_NS = 700_000_000
"""So long the next ball lies in the middle at most, while the patient still leans to the hole of the last one."""
BACK_MM = 10.0
"""Who leans less, beyond what leaves the tray level, has come back: the ball rolls from then on."""
Place = tuple[float, float]


class TrayKeys(RoundKeys):
    """How large the tray is, how many holes and balls, and how the ball rolls."""

    reach_ml_mm: Annotated[float, Field(ge=5, le=120)]
    reach_ap_mm: Annotated[float, Field(ge=5, le=100)]
    radius_mm: Annotated[float, Field(ge=4, le=40)]
    holes: Annotated[int, Field(ge=2, le=4)]
    balls: Annotated[int, Field(ge=1, le=40)]
    roll_per_s: Annotated[float, Field(ge=0.2, le=4)]
    rub_s: Annotated[float, Field(ge=0.05, le=2)]


class Tilting(NamedTuple):
    """A round. Places are from the middle of the tray."""

    given: Given
    head: Scene
    home_mm: Place
    holes_mm: tuple[Place, ...]
    order: tuple[int, ...]
    """The hole of each ball."""
    best: int
    round: Round = Round()
    ball_mm: Place = (0.0, 0.0)
    speed_mm_s: Place = (0.0, 0.0)
    tilt_mm: Place = (0.0, 0.0)
    gone: int = 0
    """Balls that are in a hole."""
    done: int = 0
    """Of them without help."""
    began_ns: int = 0
    """When this ball began, in time of the round."""
    rests: bool = False
    """Whether it still lies in the middle, since the last one fell in."""
    in_hole: int | None = None
    """Where the last one fell in."""
    last: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def nothing(self) -> Word:
        """Why nothing counted, where nothing did."""
        return nothing_of(self.round, Word.NONE_LEAN_FURTHER)

    @property
    def over(self) -> bool:
        """Whether all balls are in."""
        return self.gone >= len(self.order)


def begin(given: Given) -> Tilting:
    """The tray lies round where the patient stands; which hole is next is drawn by the round's lot."""
    keys: TrayKeys = given.keys
    home_mm = centred(given, keys.reach_ml_mm, keys.reach_ap_mm)
    across_mm, ahead_mm = (max(0.0, one - keys.radius_mm - RIM_MM) for one in (keys.reach_ml_mm, keys.reach_ap_mm))
    corners = ((1, 1), (-1, -1), (1, -1), (-1, 1))[: keys.holes] if keys.holes > 2 else ((1, 0), (-1, 0))
    holes = tuple((side * across_mm, way * ahead_mm) for side, way in corners)
    dice = lot(given.seed, given.trial)
    order: list[int] = []
    for side in sides(dice, keys.balls, keys.right_share):
        these = [number for number, hole in enumerate(corners) if hole[0] == side]
        order.append(these[int(next(dice) * len(these))])
    best = best_of(given)
    head = game_head(given._replace(foot_ml_mm=home_mm[0], foot_ap_mm=home_mm[1]), View.LEAN, keys.rung, best)
    head = head._replace(dot=moves_dot(given, Dot.DRIVES_SLOT_0))
    return Tilting(given, head, home_mm, holes, tuple(order), best)


def step(state: Tilting, observation: Observation, moment: Moment) -> Stepped:
    """Roll the ball. In every fifth tick."""
    events: tuple[Event, ...] = ()
    if state.key and state.key[0] is moment.phase and too_soon(state.round.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events, state.over)
    before, round_ = state, after(state.round, state.given, observation, moment)
    state = state._replace(round=round_, tilt_mm=_tilt(state, observation))
    if not state.over and round_.gone_ns > before.round.gone_ns:  # only in the hold
        state = _let_go(state)
        if not state.rests:
            state = _rolled(state, (round_.gone_ns - before.round.gone_ns) / NS_PER_S)
            state, events = _judge(state, moment.now_ns)
    key = (moment.phase, round_.frame, round_.away, round_.hands, round_.wait_ds, state.gone)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, moment, state.done > before.done))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, state.over)


def score(state: Tilting) -> Score:
    """Balls in their holes, of all there are."""
    return Score(state.done, len(state.order))


def _tilt(state: Tilting, observation: Observation) -> Place:
    """How far the patient leans, beyond what leaves the tray level; a dot that is nowhere leans nowhere."""
    ml_mm, ap_mm = observation.cop_ml_mm - state.home_mm[0], observation.cop_ap_mm - state.home_mm[1]
    lean_mm = math.hypot(ml_mm, ap_mm)
    if not LEVEL_MM < lean_mm < math.inf:
        return 0.0, 0.0
    part = min(MOST_LEAN_MM, lean_mm - LEVEL_MM) / lean_mm
    return part * ml_mm, part * ap_mm


def _let_go(state: Tilting) -> Tilting:
    """The ball rolls once the patient has come back, or has had the time for it."""
    leans = math.hypot(*state.tilt_mm) > BACK_MM and state.round.gone_ns - state.began_ns < RESTS_NS
    return state._replace(rests=state.rests and leans)


def _rolled(state: Tilting, passed_s: float) -> Tilting:
    """The ball so much later: a lean brings it to a speed, and an edge stops it."""
    keys: TrayKeys = state.given.keys
    part = 1.0 - math.exp(-passed_s / keys.rub_s)
    place, speed = [], []
    for axis, reach_mm in enumerate((keys.reach_ml_mm, keys.reach_ap_mm)):
        edge_mm = max(0.0, reach_mm - BALL_MM)
        after_mm_s = state.speed_mm_s[axis]
        after_mm_s += part * (keys.roll_per_s * state.tilt_mm[axis] - after_mm_s)
        at_mm = state.ball_mm[axis] + passed_s * after_mm_s
        place.append(min(edge_mm, max(-edge_mm, at_mm)))
        speed.append(after_mm_s if abs(at_mm) < edge_mm else 0.0)
    return state._replace(ball_mm=(place[0], place[1]), speed_mm_s=(speed[0], speed[1]))


def _judge(state: Tilting, now_ns: int) -> tuple[Tilting, tuple[Event, ...]]:
    """Whether the ball falls into the bright hole."""
    keys: TrayKeys = state.given.keys
    number = state.order[state.gone]
    near = math.dist(state.ball_mm, state.holes_mm[number]) <= keys.radius_mm
    if not near or math.hypot(*state.speed_mm_s) > ROLLS_IN_MM_S:
        return state, ()
    counts = not state.round.hands
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.gone + 1,
        "of": len(state.order),
        "hole": number + 1,
        "outcome": "in" if counts else "supported",
        "time_s": round((state.round.gone_ns - state.began_ns) / NS_PER_S, 3),
    }
    state = state._replace(
        ball_mm=(0.0, 0.0),
        speed_mm_s=(0.0, 0.0),
        gone=state.gone + 1,
        done=state.done + counts,
        began_ns=state.round.gone_ns,
        rests=True,
        in_hole=number if counts else None,
        last=SceneOutcome.HIT if counts else SceneOutcome.MISS,
    )
    return state, (Event("ball", now_ns, data),)


def _scene(state: Tilting, moment: Moment, hit: bool) -> Scene:
    sound = Sound(Word.TILT_THE_TRAY, Cue.HIT if hit else 0, state.last, state.done, len(state.order))
    scene = dressed(state.head, state.scene, state.given, state.round, moment, sound)
    return scene._replace(slots=tuple(_slots(state)))


def _slots(state: Tilting) -> Iterator[Slot]:
    """The ball first: the dot drives it. Then tray, middle, holes and the tilt."""
    keys: TrayKeys = state.given.keys
    home_mm, turn = state.home_mm, state.given.turn
    hidden = state.head.dot == Dot.HIDDEN
    ball = on_plate(home_mm[0] + state.ball_mm[0], home_mm[1] + state.ball_mm[1], turn)
    how = SlotState.HIDDEN if hidden else SlotState.NOW
    yield Slot(SlotKind.PLACE, BALL, PlaceLook.BALL, how, *ball, tenths(BALL_MM))
    middle = on_plate(*home_mm, turn)
    size, high = tenths(keys.reach_ml_mm), tenths(keys.reach_ap_mm)
    yield Slot(SlotKind.PLACE, TRAY, PlaceLook.BOX, SlotState.WAITING, *middle, size, high)
    aim = None if state.over else state.order[state.gone]
    for number, (x, y) in enumerate(state.holes_mm):
        look = SlotState.NOW if number == aim else SlotState.WAITING
        if number == state.in_hole and number != aim and state.round.gone_ns - state.began_ns < NS_PER_S:
            look = SlotState.DONE
        place = on_plate(home_mm[0] + x, home_mm[1] + y, turn)
        yield Slot(SlotKind.PLACE, FIRST_HOLE + number, PlaceLook.HOLE, look, *place, tenths(keys.radius_mm))
    lean_mm = math.hypot(*state.tilt_mm)
    if lean_mm > 0.0 and not hidden:
        angle = whole(10.0 * math.degrees(math.atan2(state.tilt_mm[1], state.tilt_mm[0])) % 3600.0, 0, 3599)
        yield Slot(SlotKind.ARROW, TILT, ArrowLook.TILT, SlotState.WAITING, *middle, tenths(min(60.0, lean_mm)), angle)
    yield from hands_word(state.round, state.head.centre_x, state.head.centre_y - HANDS_Y[View.LEAN])


def problems(keys: TrayKeys, base: SafeBase) -> Iterator[Problem]:
    """A tray beyond what is seen, and holes that a ball finds by itself."""
    seen = base._replace(half_ml_mm=math.inf, half_ap_mm=math.inf)  # one leans less far than the ball rolls
    yield from beyond("reach_ml_mm", keys.reach_ml_mm, seen, LEAN_HALF_ML_MM)
    yield from beyond("reach_ap_mm", keys.reach_ap_mm, seen, LEAN_HALF_AP_MM, axis=1)
    yield from out_of_range(
        "radius_mm", keys.radius_mm, None, round((min(keys.reach_ml_mm, keys.reach_ap_mm) - RIM_MM) / 3.0, 2)
    )
    yield from needs(base)


EXERCISE = Exercise(TrayKeys, begin, step, score, problems, Word.BALLS_IN)
