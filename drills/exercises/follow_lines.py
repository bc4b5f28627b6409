"""Swinging between two lines on the beat: each beat asks for one of them, the next for the other.

A touch counts when the dot is beyond the line in the beat's window and came there once, from the other side, since the
beat before: so one who stays at a line, or who rushes to and fro, earns nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.exercises.seconds import FRAME_NS, LEAD_NS
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
    Axis,
    BeatLook,
    ClockKind,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    renewed,
    whole,
)
from drills.units import NS_PER_S
from drills.values import Event, Observation, Phase
from drills.words import Cue, Word

LINES, BEAT = (1, 2), 3
"""Ids of the things on the screen: the line on the left or at the back, the other one, and the beat."""
WINDOW_SHARE = 0.15
"""How far from the beat a touch may be, of the time between two beats (D10: +-15 %)."""


class Swinging(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    home_mm: float
    """Of the axis on which it goes, like the two below."""
    beats: int
    half_ns: int
    """From one beat to the next."""
    gone: int = 0
    """Beats that are over."""
    done: int = 0
    side: int = 0
    """The line that was touched last: -1 left or back, 1 right or front."""
    came: int = 0
    """How often a line was reached since the last beat was over."""
    touched: bool = False
    """Whether the line that is asked for was touched in the window."""
    last: SceneOutcome = SceneOutcome.NONE
    heard: int = 0
    """Beats that have been, by the sound."""
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def score(self) -> Score:
        """Touches in time."""
        return Score(self.done, self.beats)

    @property
    def asked(self) -> int:
        """The line of the next beat: the first is the left, or the back, and every other trial the other one."""
        return (-1 if self.gone % 2 == 0 else 1) * (1 if self.given.trial % 2 else -1)


def begin(given: Given) -> Swinging:
    """The lines lie to both sides of the place where the patient stands."""
    keys = given.keys
    forward = keys.path == "lines-forward"
    reach_mm = (keys.reach_ap_mm if forward else keys.reach_ml_mm) + keys.width_mm
    half_mm = (0.0, reach_mm) if forward else (reach_mm, 0.0)
    home_mm = centred(given, *half_mm)
    half_ns = max(FRAME_NS, round(keys.period_s * NS_PER_S / 2.0))
    beats = max(1, (2 * (given.hold_ns - LEAD_NS - NS_PER_S // 10) // half_ns - 1) // 2)
    head = head_of(given._replace(foot_ml_mm=home_mm[0], foot_ap_mm=home_mm[1]), view_of(*half_mm))
    return Swinging(given, head, home_mm[1 if forward else 0], beats, half_ns)


def step(state: Swinging, observation: Observation, moment: Moment) -> Stepped:
    """Whether the line is touched on the beat. Between two beats the one before is over, and the next is asked for."""
    now_ns, phase, start_ns = moment
    given = state.given
    events: tuple[Event, ...] = ()
    holds = phase is Phase.HOLD
    gone_ns = max(0, min(now_ns - start_ns, given.hold_ns)) if holds else 0
    hit_cue = False
    if holds and state.gone < state.beats:
        before = state
        state = _judge(state, _along(state, observation), gone_ns)
        off_ns = gone_ns - _beat_ns(state)
        if off_ns >= state.half_ns // 2:
            state, events = _end(state, now_ns)
            hit_cue = state.done > before.done
    key = (phase, gone_ns // FRAME_NS, state.gone, state.touched, state.done)
    if key != state.key:
        swing, heard = _swing(state, gone_ns)
        clock_ds = tenths_left(given.hold_ns, start_ns, now_ns) if holds else 0
        cue = Cue.HIT if hit_cue else Cue.BEAT if heard > state.heard else 0
        state = state._replace(key=key, heard=heard)
        state = state._replace(scene=renewed(state.scene, _scene(state, holds, (swing, clock_ds), cue)))
    return Stepped(state, state.scene, events, holds and state.gone >= state.beats)


def _along(state: Swinging, observation: Observation) -> float:
    """Where the dot is on the axis, from home; NaN where it is nowhere."""
    forward = state.given.keys.path == "lines-forward"
    return (observation.cop_ap_mm if forward else observation.cop_ml_mm) - state.home_mm


def _beat_ns(state: Swinging) -> int:
    """When the beat that is asked for is, from the start of the hold."""
    return LEAD_NS + (state.gone + 1) * state.half_ns


def _judge(state: Swinging, along_mm: float, gone_ns: int) -> Swinging:
    """Whether a line has been reached, and whether the right one is touched now."""
    keys = state.given.keys
    near_mm = (keys.reach_ap_mm if keys.path == "lines-forward" else keys.reach_ml_mm) - keys.width_mm
    side = 1 if along_mm >= near_mm else -1 if along_mm <= -near_mm else 0
    if side == 0:
        return state
    if side != state.side:
        state = state._replace(side=side, came=state.came + 1)
    window_ns = round(WINDOW_SHARE * state.half_ns)
    if side == state.asked and not state.touched and abs(gone_ns - _beat_ns(state)) <= window_ns:
        return state._replace(touched=True)
    return state


def _end(state: Swinging, now_ns: int) -> tuple[Swinging, tuple[Event, ...]]:
    """A beat is over."""
    hit = state.touched and state.came == 1
    number = state.gone + 1
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": number,
        "of": state.beats,
        "side": state.asked,
        "outcome": "hit" if hit else "missed",
    }
    state = state._replace(
        gone=number,
        done=state.done + hit,
        came=0,
        touched=False,
        last=SceneOutcome.HIT if hit else SceneOutcome.MISS,
    )
    return state, (Event("touch", now_ns, data),)


def _swing(state: Swinging, gone_ns: int) -> tuple[int, int]:
    """Where the beat's marker is, 0 at the left or back and 500 at the other side, and how many beats have been."""
    since_ns = max(0, gone_ns - LEAD_NS) // FRAME_NS * FRAME_NS
    first = 500 if state.given.trial % 2 else 0  # at rest it is where the second beat is
    turned = first + 500 * since_ns // state.half_ns
    return turned % 1000, whole(since_ns // state.half_ns)


def _scene(state: Swinging, holds: bool, clocks: tuple[int, int], cue: int) -> Scene:
    given, head, before, keys = state.given, state.head, state.scene, state.given.keys
    forward = keys.path == "lines-forward"
    swing, clock_ds = clocks
    reach_mm, turn = keys.reach_ap_mm if forward else keys.reach_ml_mm, state.given.turn
    slots = []
    for number, side in zip(LINES, (-1, 1), strict=True):
        edges = []
        for off_mm in (reach_mm - keys.width_mm, reach_mm + keys.width_mm):
            at_mm = state.home_mm + side * off_mm
            edges.append(on_plate(0.0, at_mm, turn)[1] if forward else on_plate(at_mm, 0.0, turn)[0])
        asked = holds and side == state.asked
        how = SlotState.DONE if asked and state.touched else SlotState.NOW if asked else SlotState.WAITING
        slots.append(Slot(SlotKind.BAND, number, Axis.AP if forward else Axis.ML, how, min(edges), max(edges)))
    period_ms, window_ms = whole(keys.period_s * 1000), whole(WINDOW_SHARE * state.half_ns / 1e6)
    look = BeatLook.UP_DOWN if forward else BeatLook.LEFT_RIGHT
    slots.append(Slot(SlotKind.BEAT, BEAT, look, SlotState.NOW, period_ms, state.heard, window_ms, swing))
    return head._replace(
        outcome=SceneOutcome.IN_GOAL if state.touched else state.last,
        cue=cue or before.cue,
        cue_count=(before.cue_count + bool(cue)) % 256,
        word=Word.TOUCH_THE_LINES if holds else Word.GET_READY,
        clock_kind=ClockKind.LEFT if holds else ClockKind.NONE,
        clock_ds=clock_ds,
        clock_of_ds=min(MOST_DS, given.hold_ns // NS_PER_DS) if holds else 0,
        score=state.done,
        goal=state.beats,
        slots=tuple(slots),
    )
