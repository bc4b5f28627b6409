"""Staying in a ring that shrinks, at a lean: in front in the first trial, then to the right, then to the left.

What counts are the whole seconds in the ring, whose size is that of each moment. It begins so far away that standing
still in the middle is never in it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from drills.exercises.seconds import FRAME_NS, LEAD_NS, Seconds, passed_ns
from drills.exercises.values import (
    MOST_DS,
    NS_PER_DS,
    Given,
    Moment,
    Score,
    Stepped,
    centred,
    error_tone_hz,
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
    Slot,
    SlotKind,
    SlotState,
    renewed,
    tenths,
)
from drills.units import NS_PER_S
from drills.values import Observation, Phase
from drills.words import Cue, Word

RING = 1
"""Id of the thing on the screen."""
START_MM = 20.0
"""Radius at first (docs/sources/protocols.md#drills)."""
AWAY = 1.25
"""So many of these the ring is away at least."""


class InTheRing(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    ring_mm: tuple[float, float]
    """Where it is, ML and AP."""
    seconds: Seconds
    last_ns: int | None = None
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def score(self) -> Score:
        """Whole seconds in the ring."""
        return Score(self.seconds.done, self.seconds.of)


def begin(given: Given) -> InTheRing:
    """The ring lies at a lean from the place where the patient stands, moved inward at the plate's edge."""
    keys = given.keys
    half_mm = keys.reach_ml_mm + START_MM, keys.reach_ap_mm + START_MM
    home_ml_mm, home_ap_mm = centred(given, *half_mm)
    head = head_of(given._replace(foot_ml_mm=home_ml_mm, foot_ap_mm=home_ap_mm), view_of(*half_mm))
    ml_mm, ap_mm = ((0.0, keys.reach_ap_mm), (keys.reach_ml_mm, 0.0), (-keys.reach_ml_mm, 0.0))[(given.trial - 1) % 3]
    x, y = on_plate(home_ml_mm + ml_mm, home_ap_mm + ap_mm, given.turn)
    seconds = Seconds(max(1, (given.hold_ns - LEAD_NS) // NS_PER_S - 1))
    return InTheRing(given, head, (x / 10, y / 10), seconds)


def step(state: InTheRing, observation: Observation, moment: Moment) -> Stepped:
    """The ring shrinks, and the dot is judged by it as it is seen."""
    now_ns, phase, start_ns = moment
    holds = phase is Phase.HOLD
    gone_ns = max(0, min(now_ns - start_ns, state.given.hold_ns)) if holds else 0
    radius_mm = _radius_mm(state, gone_ns)
    off_mm = math.hypot(observation.cop_ml_mm - state.ring_mm[0], observation.cop_ap_mm - state.ring_mm[1])
    inside = off_mm <= radius_mm  # NaN is outside
    if holds:
        tick_ns = passed_ns(state.last_ns, now_ns) if gone_ns > LEAD_NS else 0
        state = state._replace(last_ns=now_ns, seconds=state.seconds.after(tick_ns, inside))
    tone_hz = error_tone_hz(state.given, off_mm - radius_mm) if holds else 0
    key = (phase, gone_ns // FRAME_NS, inside, state.seconds.done, tone_hz)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, moment, (radius_mm, inside, tone_hz)))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, (), holds and state.seconds.over)


def _radius_mm(state: InTheRing, gone_ns: int) -> float:
    """From `START_MM` to `width_mm` in `period_s`, in frames; to 0.1 mm, as a scene says it."""
    keys = state.given.keys
    shrunk = min(1.0, max(0, gone_ns // FRAME_NS * FRAME_NS - LEAD_NS) / NS_PER_S / keys.period_s)
    return tenths(START_MM + (keys.width_mm - START_MM) * shrunk) / 10


def _scene(state: InTheRing, moment: Moment, now: tuple[float, bool, int]) -> Scene:
    given, before, (radius_mm, inside, tone_hz) = state.given, state.scene, now
    holds = moment.phase is Phase.HOLD
    started = holds and not before.clock_kind
    x, y = on_plate(*state.ring_mm, state.given.turn)
    return state.head._replace(
        outcome=SceneOutcome.IN_GOAL if inside else SceneOutcome.OUTSIDE,
        cue=Cue.START if started else before.cue,
        cue_count=(before.cue_count + started) % 256,
        tone_hz=tone_hz,
        word=Word.IN_THE_SMALLER_RING if holds else Word.GET_READY,
        clock_kind=ClockKind.LEFT if holds else ClockKind.NONE,
        clock_ds=tenths_left(given.hold_ns, moment.start_ns, moment.now_ns) if holds else 0,
        clock_of_ds=min(MOST_DS, given.hold_ns // NS_PER_DS) if holds else 0,
        score=state.seconds.done,
        goal=state.seconds.of,
        slots=(Slot(SlotKind.PLACE, RING, PlaceLook.RING, SlotState.NOW, x, y, tenths(radius_mm)),),
    )
