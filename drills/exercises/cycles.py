"""Repeating a movement that the force counts: standing up from a chair, rising on the toes, a squat, a step up.

A repetition goes from one end of the movement to the other and counts where it is whole. What is whole is said by the
ends (`drills.exercises.ends`): force and place together, so that leaning, bouncing or a hand on the rail earn nothing.
A test from a chair begins on the seat, at a signal, and as fast as the patient can: see `from_seat`.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.exercises.cycle_keys import CycleKeys, problems
from drills.exercises.ends import FRESH, LOW, WHOLE, Body, MovementEnds, SeenMoving, follow, turned, weighed
from drills.exercises.values import (
    FOOT_OFF_MARK_MM,
    Exercise,
    Given,
    Moment,
    Score,
    Stepped,
    head_of,
    sees_dot,
    too_soon,
)
from drills.scene import (
    NO_SCENE,
    NOT_SHOWN,
    ArrowLook,
    Axis,
    BeatLook,
    Dot,
    Feedback,
    PlaceLook,
    RingLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
    WordLook,
    renewed,
    whole,
)
from drills.units import NS_PER_S
from drills.values import FLAWS, Event, Leg, Observation, Phase
from drills.words import Cue, Word

BAND, BAR, ARROW, RING, BEAT, EVEN_BAND, SHARE_BAR, SHARE_WORD, STAR = range(1, 10)
"""Ids of the things on the screen."""
UPPER_END = 870
"""Where the band at an end of the movement begins: of 1000, which is all of the way."""
LEVEL_STEP = 20
"""The bar moves in steps of this, so that the picture changes no more often than it must."""
BEAT_STEPS = 40
"""And the beat in so many to a turn."""
ARROW_AT = ((1150, -700, 1400, 900), (1150, 700, 1400, 2700))
"""Beside the bar, upward and downward: from where, how long, which way. In 0.1 mm of the glass."""
ALONE_AT = ((0, -1200, 2400, 900), (0, 1200, 2400, 2700))
"""The same in the middle, where there is no bar to look at."""
RING_RADIUS, ALONE_RADIUS = 400, 900
WORD_AT = (1490, 900)
AHEAD = Slot(SlotKind.PLACE, STAR, PlaceLook.STAR, SlotState.NOW, 0, 0, 300)
"""What is looked at before the first repetition."""
CONFIRM_S = {
    "sit-to-stand": (0.5, 0.3),
    "step-up": (0.5, 0.3),
    "calf-raise": (0.1, 0.3),
    "squat": (0.1, 0.0),
}
"""So long the patient must be at the upper, and at the lower end (proposed): more than a bounce."""
STANDS = 0.975
"""Of the weight, in the mean of the time at the upper end, with no hand on a rail (proposed). Who stands has all of it,
to within breath; who crouches over the chair leaves some percent on the seat or in the hands. `ends.WHOLE` is less, as
single moments of a whole stand-up are.
"""
RISES_NS, SITS_NS = 4 * NS_PER_S // 10, 2 * NS_PER_S // 10
"""Of a test that is done as fast as one can: from when the feet carry all to the seat again, in less nobody rises and
sits; and so long the seat carries, which is more than the dip at the top of a fast rise (proposed).
"""
SAT_NS = 2 * NS_PER_S
"""So long the patient sits before the signal."""
MOST_NS = 3600 * NS_PER_S
"""No repetition takes longer; a clock that jumps may say so."""
CALM_NS = 3 * NS_PER_S
"""So long the patient stands still first, so that nothing is counted of getting ready."""

WAYS = {
    "sit-to-stand": (Word.SIT_DOWN_SOFTLY, Word.STAND_UP_EVENLY),
    "step-up": (Word.STEP_DOWN_SOFTLY, Word.STEP_UP),
    "calf-raise": (Word.LOWER_THE_HEELS, Word.RISE_ON_THE_TOES),
    "squat": (Word.SIT_BACK_A_LITTLE, Word.COME_UP_AGAIN),
}
"""What is said on the way down, and up."""
STEPS_DOWN = {Leg.LEFT: Word.RIGHT_FOOT_DOWN_SOFTLY, Leg.RIGHT: Word.LEFT_FOOT_DOWN_SOFTLY}
"""What is said on the way down instead, by the foot that stays and lifts, where a drill names it."""
ON_BEAT = (Word.DOWN_ON_THE_BEAT, Word.UP_ON_THE_BEAT)
"""The same of calf raises that go with a beat."""
FROM_SEAT = (Word.SIT_DOWN, Word.STAND_UP)
"""The same of a test that begins on the seat."""


class Last(NamedTuple):
    """How the last repetition went."""

    outcome: str
    """"counted", "marked", "supported", "uneven", "slow", "hard" or "off-beat"."""
    share: float | None
    """Of the load on the right foot where it was largest; None where that is not known."""


class CycleNow(NamedTuple):
    """All that a scene depends on."""

    phase: Phase = Phase.IDLE
    calm: bool = True
    """Before the first repetition."""
    up: bool = True
    level: int = 0
    """0 to 1000, in steps of `LEVEL_STEP`."""
    held: int = 0
    """How much of the time at the upper end is over, 0 to 1000."""
    tried: int = 0
    beats: int = 0
    part: int = 0
    """Of the turn of the beat, 0 to 1000."""
    gone: bool = False
    """The signal of a test has been given."""


class Repeating(NamedTuple):
    """A trial of repetitions."""

    given: Given
    head: Scene
    ends: MovementEnds
    body: Body = FRESH
    """What is followed of the force."""
    counted: int = 0
    tried: int = 0
    up: bool = True
    """The last end that was reached; a calf raise begins below."""
    since_ns: int | None = None
    """Since when the patient is at the other end."""
    load_ns: float = 0.0
    """What was on the plate since then: shares of the weight, each times its ns."""
    weighed: bool = False
    """The calm is over, and what was stood in it has been compared with the weight that was learnt."""
    began_ns: int = 0
    """When the repetition began."""
    peak_n: float = 0.0
    peak_ml_mm: float = 0.0
    """Where the force of this repetition was largest."""
    top_ns: int | None = None
    """When the upper end was reached last."""
    last: Last | None = None
    marked: bool = False
    """The therapist has marked this one."""
    go_ns: int | None = None
    """When the signal was given, of a test that begins on the seat."""
    risen_ns: int | None = None
    """Since when the feet carry all; None on the seat."""
    counted_ns: int | None = None
    """When one counted last, or the first was asked for."""
    over: bool = False
    """The time of the test is over, or nothing has counted for long."""
    now: CycleNow = CycleNow()
    scene: Scene = NO_SCENE


def begin(given: Given) -> Repeating:
    """From where the patient stands after the weight has been learnt."""
    keys: CycleKeys = given.keys
    sizes = keys.height_mm or 0.0, keys.ahead_mm or 0.0, keys.hands_share
    ends = MovementEnds(keys.movement, given.weight_n, given.foot_ap_mm, *sizes, brisk=bool(keys.from_seat))
    return Repeating(given, head_of(given, View.GAUGE), ends, up=keys.movement != "calf-raise")


def step(state: Repeating, observation: Observation, moment: Moment) -> Stepped:
    """Follow the movement from one end to the other. Only in the hold."""
    events: tuple[Event, ...] = ()
    if state.now.phase is moment.phase and not observation.mark and too_soon(state.body.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events, _over(state))
    if moment.phase is Phase.HOLD and not _over(state):
        state, events = _moved(state, observation, moment)
    now = _now(state, moment)
    if now != state.now:
        scene = renewed(state.scene, _scene(state, now))
        state = state._replace(now=now, scene=scene)
    return Stepped(state, state.scene, events, _over(state))


def score(state: Repeating) -> Score:
    """Repetitions that counted, of all that were asked for."""
    return Score(state.counted, state.given.keys.repetitions)


def _over(state: Repeating) -> bool:
    """All were tried: who does them unevenly is not kept for ever."""
    keys: CycleKeys = state.given.keys
    return state.over or state.tried >= keys.repetitions


def _calm(moment: Moment) -> bool:
    """Before the first repetition."""
    return 0 <= moment.now_ns - moment.start_ns < CALM_NS


def _moved(state: Repeating, observation: Observation, moment: Moment) -> tuple[Repeating, tuple[Event, ...]]:
    now_ns, force_n, last_ns = moment.now_ns, observation.force_n, state.body.last_ns
    seen = SeenMoving(force_n, observation.cop_ap_mm, now_ns, state.up, _calm(moment))
    body = follow(state.ends, state.body, seen)
    if seen.calm:
        return state._replace(body=body, began_ns=now_ns, counted_ns=now_ns, weighed=False), ()
    if not state.weighed:
        ends, body = weighed(state.ends, body)
        state = state._replace(ends=ends, weighed=True)
    if state.given.keys.from_seat and state.go_ns is None:
        return _sat(state._replace(body=body), now_ns)
    state = _timed(state._replace(marked=state.marked or observation.mark in FLAWS), now_ns)
    if state.peak_n < force_n <= 5.0 * state.ends.weight_n:
        state = state._replace(peak_n=force_n, peak_ml_mm=observation.cop_ml_mm)
    if not state.up and body.at_low:
        state = state._replace(began_ns=now_ns)  # the way up begins when the chair, or the ground, is left
    if state.go_ns is not None:
        return _risen(state._replace(body=body), now_ns)
    since_ns = state.since_ns
    if not (body.at_low if state.up else body.at_high):
        return state._replace(body=body, since_ns=None), ()
    load_ns = state.load_ns
    if since_ns is None or since_ns > now_ns:
        since_ns, load_ns = now_ns, 0.0
    elif last_ns is not None:
        load_ns += force_n / state.ends.weight_n * max(0, min(now_ns - last_ns, MOST_NS))
    state = state._replace(body=body, since_ns=since_ns, load_ns=load_ns)
    if now_ns - since_ns < _confirm_ns(state):
        return state, ()
    if not state.up:
        return _ended(state, now_ns)
    state = state._replace(up=False, since_ns=None, body=turned(body))
    return (state if state.given.keys.movement == "squat" else _begun(state, now_ns)), ()


def _sat(state: Repeating, now_ns: int) -> tuple[Repeating, tuple[Event, ...]]:
    """Before the signal, which comes when the patient has sat for a while."""
    since_ns = state.since_ns if state.body.at_low else None
    if state.body.at_low and (since_ns is None or since_ns > now_ns):
        since_ns = now_ns
    if since_ns is None or now_ns - since_ns < SAT_NS:
        return state._replace(since_ns=since_ns), ()
    state = _begun(state._replace(up=False, since_ns=None, go_ns=now_ns, counted_ns=now_ns), now_ns)
    return state, (Event("go", now_ns, {"trial": state.given.trial, "weight_n": round(state.ends.weight_n, 1)}),)


def _risen(state: Repeating, now_ns: int) -> tuple[Repeating, tuple[Event, ...]]:
    """After the signal: from the seat to the feet, and back to the seat, where a rise is whole; or the time is over."""
    keys: CycleKeys = state.given.keys
    body, risen_ns, since_ns = state.body, state.risen_ns, state.since_ns if state.body.at_low else None
    if body.at_low and (since_ns is None or since_ns > now_ns):
        since_ns = now_ns
    if body.at_high and risen_ns is None:
        risen_ns = now_ns
    held_ns = RISES_NS + round(keys.hold_s * NS_PER_S)
    up = risen_ns is not None and now_ns - risen_ns >= held_ns
    state = state._replace(risen_ns=risen_ns, since_ns=since_ns, up=up)
    if risen_ns is None or not (state.over or (since_ns is not None and now_ns - since_ns >= SITS_NS)):
        return state, ()
    whole_one = state.over or (since_ns is not None and since_ns - risen_ns >= held_ns)
    state = state._replace(risen_ns=None)
    return _ended(state, now_ns) if whole_one else (state._replace(since_ns=None, up=False), ())


def _timed(state: Repeating, now_ns: int) -> Repeating:
    """Whether the time of the test is over, or nothing has counted for too long."""
    keys: CycleKeys = state.given.keys
    rung = keys.for_s is not None and state.go_ns is not None and now_ns - state.go_ns >= round(keys.for_s * NS_PER_S)
    gone_ns = 0 if state.counted_ns is None else now_ns - state.counted_ns
    tired = keys.gives_up_s is not None and gone_ns >= round(keys.gives_up_s * NS_PER_S)
    return state._replace(over=True) if rung or tired else state


def _begun(state: Repeating, now_ns: int) -> Repeating:
    """The next repetition begins."""
    return state._replace(began_ns=now_ns, peak_n=0.0, peak_ml_mm=0.0, marked=False)


def _confirm_ns(state: Repeating) -> int:
    """How long the patient must be at the other end."""
    keys: CycleKeys = state.given.keys
    confirm_s = CONFIRM_S[keys.movement][state.up]
    return round((confirm_s if state.up else confirm_s + keys.hold_s) * NS_PER_S)


def _ended(state: Repeating, now_ns: int) -> tuple[Repeating, tuple[Event, ...]]:
    """At the upper end: a repetition is whole. Whether it counts depends on how it was done."""
    keys: CycleKeys = state.given.keys
    share, peak = _share(state), state.peak_n / state.ends.weight_n
    top_ns = now_ns if state.since_ns is None else state.since_ns
    outcome = "counted"
    if state.marked:
        outcome = "marked"
    elif state.body.support > keys.hands_share + 1.0 - WHOLE or _crouches(state, now_ns):
        outcome = "supported"
    elif keys.uneven_most is not None and (share is None or abs(share - 0.5) > keys.uneven_most):
        outcome = "uneven"
    elif keys.peak_least is not None and peak < keys.peak_least:
        outcome = "slow"
    elif keys.peak_most is not None and peak > keys.peak_most:
        outcome = "hard"
    elif _off_beat(state, top_ns):
        outcome = "off-beat"
    last = Last(outcome, share)
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.tried + 1,
        "outcome": outcome,
        "time_s": max(0, min(now_ns - state.began_ns, MOST_NS)) / NS_PER_S,
        "peak_share_of_weight": round(peak, 3),
        "share_right": None if share is None else round(share, 3),
    }
    if keys.feet_apart_mm is not None:
        data["share_error"] = round(FOOT_OFF_MARK_MM / keys.feet_apart_mm, 3)
    state = state._replace(
        up=state.go_ns is None,
        since_ns=None,
        body=turned(state.body),
        tried=state.tried + 1,
        counted=state.counted + (outcome == "counted"),
        counted_ns=now_ns if outcome == "counted" else state.counted_ns,
        top_ns=top_ns,
        last=last,
    )
    return _begun(state, now_ns), (Event("repetition", now_ns, data),)


def _crouches(state: Repeating, now_ns: int) -> bool:
    """Whether something else has carried a part of the weight at the upper end, where sitting would take load away.
    Who rises as fast as they can is thrown up and caught again: their mean says nothing.
    """
    keys: CycleKeys = state.given.keys
    if state.go_ns is not None:
        return False
    stood_ns = 0 if state.since_ns is None else min(now_ns - state.since_ns, MOST_NS)
    return keys.movement in LOW and state.load_ns < (STANDS - keys.hands_share) * stood_ns


def _off_beat(state: Repeating, top_ns: int) -> bool:
    """Whether the way from the last upper end to this one took too long, or not long enough, for the beat."""
    keys: CycleKeys = state.given.keys
    if keys.off_beat_most is None or state.top_ns is None:
        return False
    asked_ns = round(2.0 * keys.beat_s * NS_PER_S)
    return abs(top_ns - state.top_ns - asked_ns) > keys.off_beat_most * asked_ns


def _share(state: Repeating) -> float | None:
    """Of the load on the right foot where the force was largest, by feet on their marks round the plate's middle."""
    apart_mm, ml_mm = state.given.keys.feet_apart_mm, state.peak_ml_mm
    if apart_mm is None or not abs(ml_mm) <= 5000.0:
        return None
    return float(min(1.0, max(0.0, 0.5 + ml_mm / apart_mm)))


def _now(state: Repeating, moment: Moment) -> CycleNow:
    keys: CycleKeys = state.given.keys
    now_ns, phase, start_ns = moment
    if phase is not Phase.HOLD:
        return CycleNow(phase)
    calm, level, held, beats, part = _calm(moment), int(state.body.level * 1000.0) // LEVEL_STEP * LEVEL_STEP, 0, 0, 0
    since_ns = state.since_ns if state.go_ns is None else state.risen_ns
    if keys.hold_s and not state.up and since_ns is not None:
        held = min(1000, max(0, 1000 * (now_ns - since_ns) // _confirm_ns(state))) // 50 * 50
    beat_ns = round(keys.beat_s * NS_PER_S)
    since_ns, up = now_ns - start_ns - CALM_NS, state.up
    if beat_ns and since_ns >= 0:
        beats = since_ns // beat_ns % 30_000
        part = since_ns % (2 * beat_ns) * BEAT_STEPS // (2 * beat_ns) * 1000 // BEAT_STEPS
        up = (part < 500) is (keys.movement != "calf-raise")  # what the beat asks for, not where the patient is
    return CycleNow(phase, calm, up, level, held, state.tried, beats, part, state.go_ns is not None)


def _scene(state: Repeating, now: CycleNow) -> Scene:
    given, head, before = state.given, state.head, state.scene
    keys: CycleKeys = given.keys
    if now.phase is not Phase.HOLD:
        return head._replace(word=Word.HOLD_STILL, goal=0 if _as_often(keys) else keys.repetitions, slots=(AHEAD,))
    slots: tuple[Slot, ...] = (AHEAD,)
    if not now.calm:
        slots = _way(now, sees_dot(given) in (Dot.LIVE, Dot.LIVE_OUTSIDE))
    if keys.beat_s and not now.calm:
        period_ms = whole(2000 * keys.beat_s)
        slots += (Slot(SlotKind.BEAT, BEAT, BeatLook.UP_DOWN, SlotState.NOW, period_ms, now.beats, 0, now.part),)
    cue = Cue.NONE
    if now.gone and not state.now.gone:
        cue = Cue.START
    elif state.tried != state.now.tried and state.last is not None and state.last.outcome == "counted":
        cue = Cue.HIT
    elif now.beats != state.now.beats:
        cue = Cue.BEAT
    ways = FROM_SEAT if keys.from_seat else WAYS[keys.movement]
    if keys.movement == "calf-raise" and keys.beat_s:
        ways = ON_BEAT
    if keys.movement == "step-up" and state.given.leg in STEPS_DOWN:
        ways = STEPS_DOWN[state.given.leg], ways[1]
    if now.gone and keys.repetitions > 1:
        ways = (Word.UP_AND_DOWN, Word.UP_AND_DOWN)
    word = Word.HOLD_STILL if now.calm else Word.STAY_UP_THERE if now.held else ways[not now.up]
    return head._replace(
        outcome=SceneOutcome.HIT if state.last and state.last.outcome == "counted" else SceneOutcome.NONE,
        cue=cue or before.cue,
        cue_count=(before.cue_count + bool(cue)) % 256,
        word=word,
        score=0 if _as_often(keys) else state.counted,
        goal=0 if _as_often(keys) else keys.repetitions,
        slots=slots + _told(state),
    )


def _as_often(keys: CycleKeys) -> bool:
    """Whether it is done as often as one can: then "of sixty" would be no goal."""
    return keys.for_s is not None or keys.gives_up_s is not None


def _way(now: CycleNow, live: bool) -> tuple[Slot, ...]:
    """The bar, the end that it is to reach, and an arrow to there; where it is not to be seen, the arrow alone."""
    low, high = (0, 1000 - UPPER_END) if now.up else (UPPER_END, 1000)
    at, look, radius = (ARROW_AT, ArrowLook.LEAN, RING_RADIUS) if live else (ALONE_AT, ArrowLook.PUSH, ALONE_RADIUS)
    arrow = Slot(SlotKind.ARROW, ARROW, look, SlotState.NOW, *at[now.up])
    if now.held:
        arrow = Slot(SlotKind.RING, RING, RingLook.TIME, SlotState.NOW, at[0][0], 0, radius, now.held)
    if not live:
        return (arrow,)
    return (
        Slot(SlotKind.BAND, BAND, Axis.RISE, SlotState.NOW, low, high),
        Slot(SlotKind.BAR, BAR, Axis.RISE, SlotState.NOW, now.level, NOT_SHOWN),
        arrow,
    )


def _told(state: Repeating) -> tuple[Slot, ...]:
    """How the load was shared in the last repetition, where that is asked for and its result is due."""
    keys: CycleKeys = state.given.keys
    last = state.last
    if last is None or last.share is None or keys.uneven_most is None or keys.feet_apart_mm is None:
        return ()
    if state.given.feedback is Feedback.F4 or (state.given.feedback is Feedback.F3 and state.tried % 3):
        return ()
    off, most = last.share - 0.5, keys.uneven_most
    even = abs(off) <= most
    error = whole(1000.0 * FOOT_OFF_MARK_MM / keys.feet_apart_mm)
    word = Word.EVEN if even else Word.MORE_LEFT if off > 0.0 else Word.MORE_RIGHT
    band = whole(1000.0 * (0.5 - most)), whole(1000.0 * (0.5 + most))
    marker = whole(1000.0 * last.share), NOT_SHOWN
    return (
        Slot(SlotKind.BAND, EVEN_BAND, Axis.SHARE_RIGHT, SlotState.DONE if even else SlotState.WAITING, *band),
        Slot(SlotKind.BAR, SHARE_BAR, Axis.SHARE_RIGHT, SlotState.WAITING, *marker, error),
        Slot(SlotKind.WORD, SHARE_WORD, WordLook.TEXT, SlotState.NOW, *WORD_AT, 0, word),
    )


EXERCISE = Exercise(CycleKeys, begin, step, score, problems, Word.REPETITIONS_COUNTED, FLAWS, as_often=_as_often)
