"""Finding again without sight what was found with it: a lean, or a share of the load.

A place is shown and held, then comes the way back to the middle and a while there, and then the same place is to be
found with nothing on the screen. Who has found it stops; where they stop is the answer, and how far that is off is the
result.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import IntEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.exercises.values import (
    FOOT_OFF_MARK_MM,
    LEAST_LEARN_S,
    MOST_ADDED_NS,
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    head_of,
    on_plate,
    plate_half_mm,
    too_soon,
)
from drills.problems import Problem
from drills.scene import (
    LEAN_HALF_AP_MM,
    LEAN_HALF_ML_MM,
    NO_SCENE,
    NOT_SHOWN,
    ArrowLook,
    Axis,
    Dot,
    Eyes,
    Feedback,
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
from drills.strict import Strict
from drills.units import NS_PER_S
from drills.values import Event, Observation, Phase
from drills.words import Cue, Word

HOME, PLACE, ANSWER, ARROW, BAND, BAR = range(6)
"""Ids of the things on the screen."""
THIRD = 3
"""The number of the place that may be even."""
STOPPED_MM = 12.0
STOPPED_NS = 1_500_000_000
"""So long within so much, and the place is the answer (proposed)."""
SETTLES_NS = 500_000_000
"""Of it, which the way there may still take."""
LEFT = 0.4
"""Of the way to the place: nearer to the middle nobody has begun to look for it."""
REACH_NS = 8 * NS_PER_S
"""So long the way to what is shown may take."""
TOLD_NS, NEXT_NS = 3 * NS_PER_S, NS_PER_S
"""So long the result stands, where it is due, and a pause, where it is not."""
DWELL_STEP, BAR_STEP = 25, 10
ANSWER_RADIUS_MM = 6.0
LEAST_ARROW_MM = 12.0
"""A shorter one is hidden by the two places."""


class Stage(IntEnum):
    """Of a try."""

    SHOWN = 0
    BACK = 1
    FIND = 2
    TOLD = 3


WORDS = {
    "lean": (Word.REMEMBER_THIS_PLACE, Word.TO_THE_MIDDLE, Word.FIND_IT_AGAIN),
    "share": (Word.REMEMBER_THIS_LOAD, Word.BAR_TO_EVEN, Word.FIND_IT_AGAIN),
}
BLIND = {"lean": Word.MIDDLE_THEN_FIND_IT, "share": Word.EVEN_THEN_FIND_IT}
"""What is said before the eyes are closed: after that nobody reads it."""
CUES = (Cue.NONE, Cue.NONE, Cue.EYES_CLOSE, Cue.EYES_OPEN)
"""By stage, where the eyes are closed in between."""


class RecallKeys(Strict):
    """What is to be found again, and how nearly."""

    what: Literal["lean", "share"]
    places: Annotated[int, Field(ge=1, le=3)]
    tries: Annotated[int, Field(ge=1, le=24)]
    front_mm: Annotated[float, Field(ge=10, le=150)] | None = None
    side_mm: Annotated[float, Field(ge=10, le=200)]
    far_share: Annotated[float, Field(ge=0.1, le=1)]
    radius_mm: Annotated[float, Field(ge=4, le=40)]
    show_s: Annotated[float, Field(ge=1, le=10)]
    delay_s: Annotated[float, Field(ge=1, le=15)]
    within_s: Annotated[float, Field(ge=3, le=30)]
    goal_percent: Annotated[float, Field(ge=1, le=50)]
    results_share: Annotated[float, Field(ge=0, le=1)]
    eyes_closed: bool
    even: bool | None = None
    """Of a share: the third place is half of the load on each foot, found again from one side."""


class Recalling(NamedTuple):
    """A trial of tries."""

    given: Given
    head: Scene
    home_mm: tuple[float, float]
    spots_mm: tuple[tuple[float, float], ...]
    """The places, from home."""
    stage: Stage = Stage.SHOWN
    stage_ns: int | None = None
    """When it began; None before the hold."""
    inside_ns: int = 0
    """How long the dot was where it is to be in this stage."""
    last_ns: int | None = None
    dot_ml_mm: float = 0.0
    """Where it was last seen."""
    anchor_mm: tuple[float, float] | None = None
    """Where somebody who is looking for the place has stopped."""
    anchor_ns: int = 0
    answer_mm: tuple[float, float] | None = None
    tried: int = 0
    near: int = 0
    key: tuple[object, ...] = ()
    """All that the scene depends on and that changes without an event."""
    scene: Scene = NO_SCENE


def begin(given: Given) -> Recalling:
    """Round where the patient stands, moved inward until all places lie on the plate."""
    keys: RecallKeys = given.keys
    round_mm = _places_mm(keys)
    x, y = on_plate(given.foot_ml_mm, given.foot_ap_mm, given.turn)
    plate_ml_mm, plate_ap_mm = plate_half_mm(given.turn)
    most_ml_mm = max(0.0, plate_ml_mm - max(abs(ml_mm) for ml_mm, _ in round_mm) - keys.radius_mm)
    most_ap_mm = max(0.0, plate_ap_mm - max(abs(ap_mm) for _, ap_mm in round_mm) - keys.radius_mm)
    home = min(most_ml_mm, max(-most_ml_mm, x / 10)), min(most_ap_mm, max(-most_ap_mm, y / 10))
    if keys.what == "share":
        home = 0.0, home[1]  # by feet on marks round the plate's middle
    view = View.LEAN if keys.what == "lean" else View.GAUGE
    head = head_of(given._replace(foot_ml_mm=home[0], foot_ap_mm=home[1]), view)
    return Recalling(given, head, home, tuple(round_mm))


def _places_mm(keys: RecallKeys) -> list[tuple[float, float]]:
    """ML and AP from home: to the front and to both sides, or to one side, to the other, and half as far or even."""
    side_mm = keys.far_share * keys.side_mm
    if keys.what == "share":
        third_mm = 0.0 if keys.even else side_mm / 2.0
        return [(side_mm, 0.0), (-side_mm, 0.0), (third_mm, 0.0)][: keys.places]
    front_mm = keys.far_share * (keys.front_mm or 0.0)
    return [(0.0, front_mm), (side_mm, 0.0), (-side_mm, 0.0)][: keys.places]


def problems(keys: RecallKeys, base: SafeBase) -> Iterator[Problem]:
    """A place where the drill or safety would end the trial, or where nobody sees it."""
    by_what: dict[str, object] = {"key": "steps.exercise.parameters.what", "is": keys.what}
    if keys.what == "lean" and keys.front_mm is None:
        yield Problem("front_mm", reason="needed-with", values=by_what)
    if keys.what == "lean" and keys.even is not None:
        yield Problem("even", keys.even, reason="useless-with", values=by_what)
    if keys.even and (keys.places < THIRD or not keys.eyes_closed):  # what is asked for in between says both
        yield Problem("even", keys.even, reason="only-with", values=_even_with(keys))
    if keys.what == "share" and keys.front_mm is not None:
        yield Problem("front_mm", keys.front_mm, reason="useless-with", values=by_what)
    half_mm, seen_mm = (base.half_ml_mm, base.half_ap_mm), (LEAN_HALF_ML_MM, LEAN_HALF_AP_MM)
    for axis in (0, 1):
        reach_mm, place = max((abs(spot[axis]), -number) for number, spot in enumerate(_places_mm(keys), 1))
        reach_mm += keys.radius_mm
        most_mm = min(half_mm[axis], seen_mm[axis]) if keys.what == "lean" else half_mm[axis]
        if reach_mm > most_mm and (keys.what == "lean" or axis == 0):
            key = base.keys[axis]
            values = {"place": -place, "reach_mm": round(reach_mm, 1), **({"most_key": key} if key else {})}
            reason = "place-beyond-base" if half_mm[axis] <= most_mm else "place-off-screen"
            yield Problem("far_share", keys.far_share, most=most_mm, reason=reason, values=values)
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="places-need-learning")


def _even_with(keys: RecallKeys) -> dict[str, object]:
    """What has to be said elsewhere of the document where the third place is even."""
    if keys.places < THIRD:
        return {"key": "steps.exercise.parameters.places", "is": THIRD}
    return {"key": "steps.exercise.parameters.eyes_closed", "is": True}


def step(state: Recalling, observation: Observation, moment: Moment) -> Stepped:
    """One stage after another. Only in the hold."""
    events: tuple[Event, ...] = ()
    if state.key[:1] == (moment.phase,) and too_soon(state.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events, _over(state))
    if moment.phase is Phase.HOLD and not _over(state):
        if state.stage_ns is None:
            state, events = _enter(state, Stage.SHOWN, moment.now_ns)
        state, done = _judged(state, observation, moment.now_ns)
        events += done
    key = _key(state, moment)
    if events or key != state.key:
        scene = renewed(state.scene, _scene(state, moment, state.key))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, _over(state))


def score(state: Recalling) -> Score:
    """Tries that came near enough, of all."""
    return Score(state.near, state.given.keys.tries)


def _over(state: Recalling) -> bool:
    keys: RecallKeys = state.given.keys
    return state.tried >= keys.tries


def _number(state: Recalling) -> int:
    """Which place: each in its turn, from another one in each trial."""
    return (state.tried + state.given.trial - 1) % len(state.spots_mm)


def _spot_mm(state: Recalling) -> tuple[float, float]:
    """Of this try, from the plate's centre."""
    spot = state.spots_mm[_number(state)]
    return state.home_mm[0] + spot[0], state.home_mm[1] + spot[1]


def _between_mm(state: Recalling) -> tuple[float, float]:
    """Where the patient waits before they look for it: at home, and for home itself at a side, from where it can be
    found: the one side and the other in turn.
    """
    if not state.given.keys.even or _number(state) != THIRD - 1:
        return state.home_mm
    side = state.tried // len(state.spots_mm) % 2
    return state.home_mm[0] + state.spots_mm[side][0] / 2.0, state.home_mm[1]


def _off_mm(state: Recalling, one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far one is from the other: of a share to the side only. NaN stays NaN."""
    return abs(one[0] - other[0]) if state.given.keys.what == "share" else math.dist(one, other)


def goal_mm(keys: RecallKeys, number: int) -> float:
    """How far off may be: of the own limit to that side, or of the load on both feet."""
    if keys.what == "lean" and number == 0:
        return keys.goal_percent / 100.0 * (keys.front_mm or 0.0)
    return keys.goal_percent / 100.0 * (keys.side_mm if keys.what == "lean" else 2.0 * keys.side_mm)


def _enter(state: Recalling, stage: Stage, now_ns: int) -> tuple[Recalling, tuple[Event, ...]]:
    """The next stage; what is to be reached in it is an event, as a target is."""
    state = state._replace(stage=stage, stage_ns=now_ns, inside_ns=0, anchor_mm=None)
    if stage is Stage.FIND:
        return state._replace(answer_mm=None), (_event(state, "recall-asked", now_ns),)
    if stage is Stage.TOLD:
        return state, ()
    ml_mm, ap_mm = _spot_mm(state) if stage is Stage.SHOWN else _between_mm(state)
    return state, (_event(state, "target", now_ns, ml_mm=ml_mm, ap_mm=ap_mm),)


def _event(state: Recalling, kind: str, now_ns: int, **more: object) -> Event:
    place = 0 if kind == "target" and state.stage is Stage.BACK else _number(state) + 1
    return Event(kind, now_ns, {"trial": state.given.trial, "number": state.tried + 1, "place": place, **more})


def _judged(state: Recalling, observation: Observation, now_ns: int) -> tuple[Recalling, tuple[Event, ...]]:
    keys: RecallKeys = state.given.keys
    dot_mm = observation.cop_ml_mm, observation.cop_ap_mm
    passed_ns = 0 if state.last_ns is None else max(0, min(now_ns - state.last_ns, MOST_ADDED_NS))
    stage_ns = state.stage_ns or 0
    since_ns = max(0, now_ns - stage_ns)
    ml_mm = dot_mm[0] if abs(dot_mm[0]) <= 5000.0 else state.dot_ml_mm
    state = state._replace(last_ns=now_ns, dot_ml_mm=ml_mm)
    if state.stage is Stage.FIND:
        return _found(state, dot_mm, now_ns, since_ns)
    if state.stage is Stage.TOLD:
        if since_ns < (TOLD_NS if _due(state) else NEXT_NS):
            return state, ()
        state = state._replace(tried=state.tried + 1)
        return (state, ()) if _over(state) else _enter(state, Stage.SHOWN, now_ns)
    shown = state.stage is Stage.SHOWN
    aim_mm = _spot_mm(state) if shown else _between_mm(state)
    if _off_mm(state, dot_mm, aim_mm) <= keys.radius_mm:
        state = state._replace(inside_ns=state.inside_ns + passed_ns)
    for_ns = round((keys.show_s if shown else keys.delay_s) * NS_PER_S)
    if state.inside_ns >= for_ns or since_ns >= for_ns + REACH_NS:
        return _enter(state, Stage.BACK if shown else Stage.FIND, now_ns)
    return state, ()


def _found(
    state: Recalling, dot_mm: tuple[float, float], now_ns: int, since_ns: int
) -> tuple[Recalling, tuple[Event, ...]]:
    """Whether the patient has left where they waited, and stopped: that place is the answer."""
    keys: RecallKeys = state.given.keys
    waited_mm = _between_mm(state)
    far_mm = _off_mm(state, _spot_mm(state), waited_mm)
    away = _off_mm(state, dot_mm, waited_mm) >= LEFT * far_mm and all(map(math.isfinite, dot_mm))
    anchor_mm = state.anchor_mm
    if not away:
        state = state._replace(anchor_mm=None)
    elif anchor_mm is None or math.dist(anchor_mm, dot_mm) > STOPPED_MM or state.anchor_ns > now_ns:
        state = state._replace(anchor_mm=dot_mm, anchor_ns=now_ns, answer_mm=dot_mm)
    else:
        still_ns = max(0, now_ns - state.anchor_ns - SETTLES_NS)
        share = 1.0 / (1.0 + still_ns / 20_000_000)  # nearly the mean of what was seen after that
        before = state.answer_mm or dot_mm
        answer_mm = before[0] + (dot_mm[0] - before[0]) * share, before[1] + (dot_mm[1] - before[1]) * share
        state = state._replace(answer_mm=answer_mm)
        if now_ns - state.anchor_ns >= STOPPED_NS:
            return _answered(state, answer_mm, now_ns, since_ns)
    if since_ns >= round(keys.within_s * NS_PER_S):
        return _answered(state, None, now_ns, since_ns)
    return state, ()


def _answered(
    state: Recalling, answer_mm: tuple[float, float] | None, now_ns: int, since_ns: int
) -> tuple[Recalling, tuple[Event, ...]]:
    keys: RecallKeys = state.given.keys
    spot_mm, near, off = _spot_mm(state), False, {}
    if answer_mm is not None:
        near = _off_mm(state, answer_mm, spot_mm) <= goal_mm(keys, _number(state))
        off = {
            "error_mm": round(_off_mm(state, answer_mm, spot_mm), 1),
            "error_ml_mm": round(answer_mm[0] - spot_mm[0], 1),
            "error_ap_mm": round(answer_mm[1] - spot_mm[1], 1),
        }
    outcome = "missed" if answer_mm is None else "near" if near else "off"
    time_s = min(since_ns, round(keys.within_s * NS_PER_S)) / NS_PER_S
    told = _event(state, "recalled", now_ns, outcome=outcome, time_s=time_s, **off)
    state, entered = _enter(state._replace(near=state.near + near, answer_mm=answer_mm), Stage.TOLD, now_ns)
    return state, (told, *entered)


def _due(state: Recalling) -> bool:
    """Whether the result of this try is told: evenly so many of them."""
    share = 0.0 if state.given.feedback is Feedback.F4 else state.given.keys.results_share
    return math.floor((state.tried + 1) * share) > math.floor(state.tried * share)


def _ever_due(state: Recalling) -> bool:
    """Whether any result is told: where none is, the tries are counted."""
    return state.given.feedback is not Feedback.F4 and state.given.keys.results_share > 0.0


def _key(state: Recalling, moment: Moment) -> tuple[object, ...]:
    keys: RecallKeys = state.given.keys
    if moment.phase is not Phase.HOLD:
        return (moment.phase,)
    for_ns = round((keys.show_s if state.stage is Stage.SHOWN else keys.delay_s) * NS_PER_S)
    dwell = min(1000, 1000 * state.inside_ns // for_ns) // DWELL_STEP * DWELL_STEP
    bar = 0
    if keys.what == "share" and state.stage in (Stage.SHOWN, Stage.BACK):
        bar = _bar(state, state.dot_ml_mm) // BAR_STEP * BAR_STEP
    return moment.phase, state.stage, state.tried, dwell, bar


def _bar(state: Recalling, ml_mm: float) -> int:
    """The share of the load on the right foot, in 0.1 %, of feet on their marks."""
    return whole(1000.0 * (0.5 + ml_mm / (2.0 * state.given.keys.side_mm)), 0, 1000)


def _scene(state: Recalling, moment: Moment, before_key: tuple[object, ...]) -> Scene:
    head, before, keys = state.head, state.scene, state.given.keys
    if moment.phase is not Phase.HOLD:
        return head._replace(word=Word.HOLD_STILL, goal=keys.tries)
    stage, dwell = state.stage, int(str(_key(state, moment)[3]))
    told = stage is Stage.TOLD and _due(state)
    draw = _lean if keys.what == "lean" else _share
    blind = keys.eyes_closed and stage is Stage.FIND
    was = before_key[1] if len(before_key) > 1 else None
    cue = Cue.NONE
    if stage is not was:
        cue = CUES[stage] if keys.eyes_closed else Cue.NONE
        if stage is Stage.TOLD and state.answer_mm is not None and not keys.eyes_closed:
            cue = Cue.START
    word, word_a = _word(state, told)
    hidden = stage in (Stage.FIND, Stage.TOLD) or keys.what == "share"
    return head._replace(
        dot=Dot.HIDDEN if hidden else Dot.LIVE,
        eyes=Eyes.CLOSED if blind else Eyes.OPEN,
        outcome=SceneOutcome.NONE,
        cue=cue or before.cue,
        cue_count=(before.cue_count + bool(cue)) % 256,
        word=word,
        word_a=word_a,
        score=state.near if told else before.score if _ever_due(state) else state.tried,
        goal=keys.tries,
        slots=draw(state, dwell, told),
    )


def _word(state: Recalling, told: bool) -> tuple[Word, int]:
    """What is said, and its value."""
    stage, keys = state.stage, state.given.keys
    if stage is Stage.BACK and _between_mm(state) != state.home_mm:
        return Word.TO_THE_SIDE_THEN_FIND_EVEN, 0
    if stage is Stage.BACK and keys.eyes_closed:
        return BLIND[keys.what], 0
    if stage is not Stage.TOLD:
        return WORDS[keys.what][stage], 0
    if state.answer_mm is None:
        return Word.NOT_FOUND if told else Word.AND_AGAIN, 0
    if not told:
        return Word.AND_AGAIN, 0
    off_mm = _off_mm(state, state.answer_mm, _spot_mm(state))
    if keys.what == "share":
        return Word.OFF_BY_PERCENT, whole(100.0 * off_mm / (2.0 * keys.side_mm))
    return Word.OFF_BY_MM, whole(off_mm)


def _lean(state: Recalling, dwell: int, told: bool) -> tuple[Slot, ...]:
    """The place while it is held, the middle while it is waited there; both places and what lies between at the end."""
    radius, stage, turn = tenths(state.given.keys.radius_mm), state.stage, state.given.turn
    home = Slot(SlotKind.PLACE, HOME, PlaceLook.HOME, SlotState.WAITING, *on_plate(*state.home_mm, turn), radius)
    place = Slot(SlotKind.PLACE, PLACE, PlaceLook.RING, SlotState.NOW, *on_plate(*_spot_mm(state), turn), radius)
    if stage is Stage.SHOWN:
        return home, place._replace(value=dwell)
    if stage is Stage.BACK:
        return (home._replace(state=SlotState.NOW, value=dwell),)
    if not told:
        return ()
    answer_mm, spot_mm = state.answer_mm, _spot_mm(state)
    if answer_mm is None:
        return (place._replace(state=SlotState.WAITING),)
    near = _off_mm(state, answer_mm, spot_mm) <= goal_mm(state.given.keys, _number(state))
    at = on_plate(*answer_mm, turn)
    ball = Slot(SlotKind.PLACE, ANSWER, PlaceLook.BALL, SlotState.WAITING, *at, tenths(ANSWER_RADIUS_MM))
    ring = place._replace(state=SlotState.DONE if near else SlotState.WAITING)
    length_mm = math.dist(answer_mm, spot_mm)
    if length_mm < LEAST_ARROW_MM:
        return ring, ball
    angle = math.degrees(math.atan2(answer_mm[1] - spot_mm[1], answer_mm[0] - spot_mm[0]))
    shaft = tenths(length_mm), whole(10.0 * angle)
    arrow = Slot(SlotKind.ARROW, ARROW, ArrowLook.HOW_FAR_OFF, SlotState.WAITING, *on_plate(*spot_mm, turn), *shaft)
    return ring, ball, arrow


def _share(state: Recalling, dwell: int, told: bool) -> tuple[Slot, ...]:
    """The same on one bar."""
    keys: RecallKeys = state.given.keys
    spot_mm = _between_mm(state) if state.stage is Stage.BACK else _spot_mm(state)
    goal = keys.radius_mm if not told else goal_mm(keys, _number(state))
    ends = (_bar(state, spot_mm[0] - goal), _bar(state, spot_mm[0] + goal))
    band = Slot(SlotKind.BAND, BAND, Axis.SHARE_RIGHT, SlotState.NOW, *ends, 0, dwell)
    error = whole(1000.0 * FOOT_OFF_MARK_MM / (2.0 * keys.side_mm))
    if state.stage in (Stage.SHOWN, Stage.BACK):
        now = _bar(state, state.dot_ml_mm) // BAR_STEP * BAR_STEP
        return band, Slot(SlotKind.BAR, BAR, Axis.SHARE_RIGHT, SlotState.NOW, now, NOT_SHOWN)
    if not told:
        return ()
    if state.answer_mm is None:
        return (band._replace(state=SlotState.WAITING, value=0),)
    near = _off_mm(state, state.answer_mm, spot_mm) <= goal
    answer = Slot(SlotKind.BAR, BAR, Axis.SHARE_RIGHT, SlotState.WAITING, _bar(state, state.answer_mm[0]), NOT_SHOWN)
    return band._replace(state=SlotState.DONE if near else SlotState.WAITING, value=0), answer._replace(
        size=error, value=1
    )


EXERCISE = Exercise(RecallKeys, begin, step, score, problems, Word.TRIES_NEAR, unaided=True)
