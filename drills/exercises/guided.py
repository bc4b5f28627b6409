"""What a therapist leads: pushes that are withstood, reaches, a belt that is kept level. The plate keeps the beat.

Repetitions come one after another, each as long. What spoils one is what the plate sees (the dot leaves the ring of the
patient's own sway, or does not come back in time; a hand carries) or what the therapist marks on the phone; what is
left counts. `leads` says how each is judged and drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.exercises.leads import (
    GONE,
    LEADS,
    LEAST_HEEL,
    PLACE,
    REACHES,
    Lead,
    Repetition,
    gone_mm,
    heel_share,
    reach_mm,
    slots_of,
    word_of,
)
from drills.exercises.values import (
    LEAST_LEARN_S,
    MOST_ADDED_NS,
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    head_of,
    sees_dot,
    stand_still,
    too_soon,
)
from drills.problems import Problem, out_of_range
from drills.scene import (
    NO_SCENE,
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
)
from drills.strict import Strict
from drills.units import NS_PER_S
from drills.values import FLAWS, Event, Observation, Phase
from drills.words import Cue, Word

CALM_NS = 5 * NS_PER_S
"""Quiet stance at first, by which the patient's own sway is learnt."""
OF_NINETY = 1.517
"""The radius in which nine tenths of a sway lie that is alike in both ways, by the root of its mean square."""
MOST_RING_MM = 60.0
LEAST_INSIDE = 0.9
"""Of the time of a repetition (proposed)."""
ALL_OF_IT = 0.95
"""Of the weight, in the mean of a repetition: with less a hand carries (proposed)."""
PART_STEPS = 50


SWING_STEPS = 40
"""The swing of a beat moves in so many to a turn."""


class GuidedKeys(Strict):
    """What is led, how often and for how long."""

    lead: Literal["push", "level", "breathe", "reach", "reach-forward", "clock", "catch", "turn", "stretch"]
    repetitions: Annotated[int, Field(ge=1, le=30)]
    each_s: Annotated[float, Field(ge=2, le=60)]
    ring_mm: Annotated[float, Field(ge=5, le=40)]
    beat_s: Annotated[float, Field(ge=0.25, le=4)] | None = None


class Sway(NamedTuple):
    """What adds up of a stretch of time."""

    ns: int = 0
    judged_ns: int = 0
    inside_ns: int = 0
    """Of `judged_ns`."""
    force_n: float = 0.0
    """Its mean."""
    square_mm2: float = 0.0
    """Mean of the square of how far the dot was from where the patient stands."""
    out_ns: int = 0
    """Since when the dot has been outside without a break, as a time; 0 while it is inside."""
    longest_ns: int = 0
    gone_mm: float = 0.0
    """The farthest on the way of a reach."""


class Led(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    ring_mm: float
    gone: int = -1
    """How many repetitions are over; -1 before the first."""
    counted: int = 0
    marked: bool = False
    """The therapist has marked this one."""
    sway: Sway = Sway()
    last_ns: int | None = None
    inside: bool = True
    heel: float = 0.5
    beats: int = 0
    """Those that were heard."""
    outcome: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def lead(self) -> Lead:
        """How its repetitions are judged."""
        return LEADS[self.given.keys.lead]


def begin(given: Given) -> Led:
    """Round where the patient stands."""
    view = View.FOOT if given.half_ml_mm > 0.0 else View.QUIET
    view = {"reach": View.LEAN, "reach-forward": View.LEAN, "stretch": View.GAUGE}.get(given.keys.lead, view)
    head = head_of(given, view)
    if view is View.GAUGE:
        head = head._replace(centre_x=0, centre_y=0, dot=Dot.HIDDEN)
    return Led(given, head, given.keys.ring_mm)


def problems(keys: GuidedKeys, base: SafeBase) -> Iterator[Problem]:
    """Sway and weight are judged by what is learnt before. Nobody's hands are on a patient while the plate moves."""
    lead = LEADS[keys.lead]
    by_lead: dict[str, object] = {"key": "steps.exercise.parameters.lead", "is": keys.lead}
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="weight-needs-learning")
    if base.vibrates and not lead.on_moving_plate:
        yield Problem("steps.exercise.vibration.form", reason="movement-still")
    least_s = 2.0 * (lead.back_ns / NS_PER_S + 0.5) if lead.back_ns else 2.0 * lead.longest_ns / NS_PER_S
    yield from out_of_range("each_s", keys.each_s, least_s, None)
    if keys.lead == "turn" and keys.beat_s is None:
        yield Problem("beat_s", reason="needed-with", values=by_lead)
    if keys.lead != "turn" and keys.beat_s is not None:
        yield Problem("beat_s", keys.beat_s, reason="useless-with", values=by_lead)


def step(state: Led, observation: Observation, moment: Moment) -> Stepped:
    """Add up, and judge a repetition when its time is over. Only in the hold."""
    events: tuple[Event, ...] = ()
    same = state.key[:1] == (moment.phase,) and not observation.mark
    if same and too_soon(state.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events, _over(state))
    if moment.phase is Phase.HOLD and not _over(state):
        state, events = _led(state, observation, moment)
    key = _key(state, moment)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, moment, bool(events)))
        state = state._replace(key=key, scene=scene, beats=_beats(state, moment)[0])
    return Stepped(state, state.scene, events, _over(state))


def score(state: Led) -> Score:
    """Repetitions that nothing spoilt."""
    return Score(state.counted, state.given.keys.repetitions)


def _over(state: Led) -> bool:
    keys: GuidedKeys = state.given.keys
    return state.gone >= keys.repetitions


def _each_ns(state: Led) -> int:
    keys: GuidedKeys = state.given.keys
    return round(keys.each_s * NS_PER_S)


def _since_ns(moment: Moment) -> int:
    """Since the first repetition began; below 0 before it."""
    return moment.now_ns - moment.start_ns - CALM_NS


def _led(state: Led, observation: Observation, moment: Moment) -> tuple[Led, tuple[Event, ...]]:
    now_ns, since_ns, given = moment.now_ns, _since_ns(moment), state.given
    sway, inside, heel = _added(state, observation, moment)
    marked = state.marked or observation.mark in FLAWS
    state = state._replace(sway=sway, last_ns=now_ns, inside=inside, heel=heel, marked=marked)
    gone = max(-1, min(since_ns // _each_ns(state), given.keys.repetitions)) if since_ns >= 0 else -1
    if gone <= state.gone:
        return state, ()
    if state.gone < 0:  # the calm is over
        ring_mm = min(MOST_RING_MM, max(given.keys.ring_mm, OF_NINETY * math.sqrt(sway.square_mm2)))
        state = state._replace(gone=0, ring_mm=ring_mm, sway=Sway(), marked=False)
        return state, (Event("ring", now_ns, {"trial": given.trial, "ring_mm": round(ring_mm, 1)}),)
    return _judged(state, now_ns)


def _added(state: Led, observation: Observation, moment: Moment) -> tuple[Sway, bool, float]:
    """With one more tick, whether the dot is where it is to be, and the load on the heels; a force or a place that
    nobody has is the same as none.
    """
    given, lead, sway, now_ns = state.given, state.lead, state.sway, moment.now_ns
    off_ml_mm, off_ap_mm = observation.cop_ml_mm - given.foot_ml_mm, observation.cop_ap_mm - given.foot_ap_mm
    off_mm = math.hypot(off_ml_mm, off_ap_mm)
    heel = heel_share(off_ap_mm)
    inside = heel >= LEAST_HEEL if given.keys.lead == "stretch" else off_mm <= (lead.rings or 1.0) * state.ring_mm
    passed_ns = 0 if state.last_ns is None else max(0, min(now_ns - state.last_ns, MOST_ADDED_NS))
    if not passed_ns:
        return sway, inside, heel
    into_ns = _since_ns(moment) - max(0, state.gone) * _each_ns(state)
    from_ns = _each_ns(state) // 2 + lead.back_ns if lead.back_ns else lead.from_ns
    judged_ns = passed_ns if into_ns >= from_ns else 0
    out_ns = 0 if inside else sway.out_ns or now_ns
    force_n = observation.force_n if 0.0 <= observation.force_n <= 20_000.0 else 0.0
    off_mm = off_mm if off_mm <= 5_000.0 else 5_000.0
    ns = sway.ns + passed_ns
    share = passed_ns / ns
    gone = gone_mm(given.keys.lead, max(0, state.gone), off_ml_mm, off_ap_mm)
    added = Sway(
        ns,
        sway.judged_ns + judged_ns,
        sway.inside_ns + (judged_ns if inside else 0),
        sway.force_n + (force_n - sway.force_n) * share,
        sway.square_mm2 + (off_mm * off_mm - sway.square_mm2) * share,
        out_ns,
        max(sway.longest_ns, min(now_ns - out_ns, 3600 * NS_PER_S) if out_ns else 0),
        max(sway.gone_mm, gone if gone <= 5_000.0 else 0.0),
    )
    return added, inside, heel


def _outcome(state: Led) -> str:
    """What became of the repetition that is over now."""
    given, sway, lead = state.given, state.sway, state.lead
    if state.marked:
        return "marked"
    if lead.hands_free and (not given.weight_n or not sway.force_n >= ALL_OF_IT * given.weight_n):
        return "supported"
    if given.keys.lead in REACHES and sway.gone_mm < GONE * reach_mm(state.ring_mm):
        return "not-out"
    if lead.longest_ns:
        return "late" if sway.longest_ns > lead.longest_ns else "good"
    if lead.rings and not sway.inside_ns >= LEAST_INSIDE * sway.judged_ns:
        return "late" if lead.back_ns else "outside"
    return "good"


def _judged(state: Led, now_ns: int) -> tuple[Led, tuple[Event, ...]]:
    """The repetition that is over now."""
    given, sway, outcome = state.given, state.sway, _outcome(state)
    good = outcome == "good"
    data: dict[str, object] = {"trial": given.trial, "number": state.gone + 1, "outcome": outcome}
    if state.lead.longest_ns:
        data["longest_out_s"] = round(sway.longest_ns / NS_PER_S, 2)
    if given.keys.lead in REACHES:
        data["reached_mm"] = round(sway.gone_mm, 1)
    state = state._replace(
        gone=state.gone + 1,
        counted=state.counted + good,
        marked=False,
        sway=Sway(out_ns=sway.out_ns),
        outcome=SceneOutcome.HIT if good else SceneOutcome.MISS,
    )
    return state, (Event("repetition", now_ns, data),)


def _outside(state: Led) -> bool:
    """Whether the dot is to be in the ring at this moment and is not."""
    lead = state.lead
    return bool(lead.rings) and not lead.back_ns and not lead.longest_ns and not state.inside


def _key(state: Led, moment: Moment) -> tuple[object, ...]:
    if moment.phase is not Phase.HOLD:
        return (moment.phase,)
    beats = _beats(state, moment)
    heel = int(state.heel * PART_STEPS) if state.given.keys.lead == "stretch" else 0
    return moment.phase, state.gone, _part(state, moment), _outside(state), state.marked, beats, heel


def _part(state: Led, moment: Moment) -> int:
    """Of the repetition, 0 to 1000; of the calm before the first one."""
    since_ns, each_ns = _since_ns(moment), _each_ns(state)
    if state.gone < 0:
        return max(0, min(PART_STEPS, PART_STEPS * (since_ns + CALM_NS) // CALM_NS)) * 1000 // PART_STEPS
    passed_ns = max(0, min(each_ns, since_ns - state.gone * each_ns))
    return PART_STEPS * passed_ns // each_ns * 1000 // PART_STEPS


def _beats(state: Led, moment: Moment) -> tuple[int, int]:
    """Beats since the first repetition began, and how far the swing is in its turn, 0 to 1000."""
    keys: GuidedKeys = state.given.keys
    since_ns = max(0, min(_since_ns(moment), 3600 * NS_PER_S))
    if keys.beat_s is None or state.gone < 0:
        return 0, 0
    turn_ns = round(2.0 * keys.beat_s * NS_PER_S)
    return 2 * since_ns // turn_ns, SWING_STEPS * (since_ns % turn_ns) // turn_ns * 1000 // SWING_STEPS


def _scene(state: Led, moment: Moment, ended: bool) -> Scene:
    given, head, before = state.given, state.head, state.scene
    keys: GuidedKeys = given.keys
    if moment.phase is not Phase.HOLD:
        return head._replace(word=stand_still(head), goal=keys.repetitions)
    calm, part, (beats, swing) = state.gone < 0, _part(state, moment), _beats(state, moment)
    now = Repetition(
        keys.lead,
        max(0, min(state.gone, keys.repetitions - 1)),
        keys.repetitions,
        given.trial,
        part,
        state.ring_mm,
        state.marked,
        keys.beat_s or 0.0,
        beats,
        swing,
        state.heel,
    )
    outside = _outside(state)
    beat = ended or beats != state.beats
    return head._replace(
        dot=Dot.HIDDEN if keys.lead == "breathe" and not calm else head.dot and sees_dot(given),
        outcome=SceneOutcome.OUTSIDE if outside else state.outcome if calm or ended else SceneOutcome.IN_GOAL,
        cue=Cue.BEAT if beat else before.cue,
        cue_count=(before.cue_count + beat) % 256,
        word=stand_still(head) if calm else word_of(now),
        score=state.counted,
        goal=keys.repetitions,
        slots=_quiet(state, part) if calm else slots_of(now, (head.centre_x, head.centre_y)),
    )


def _quiet(state: Led, part: int) -> tuple[Slot, ...]:
    """Before the first repetition: the ring, and how much of the quiet stance is over."""
    at = state.head.centre_x, state.head.centre_y
    return (Slot(SlotKind.PLACE, PLACE, PlaceLook.RING, SlotState.NOW, *at, tenths(state.ring_mm), part),)


EXERCISE = Exercise(GuidedKeys, begin, step, score, problems, Word.REPETITIONS_COUNTED, FLAWS)
