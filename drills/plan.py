"""A prescription made ready to run: every duration in nanoseconds, every threshold a plain number."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from drills.document import DrillDocument
from drills.exercises.support import SUPPORTING
from drills.exercises.values import Exercise, Given
from drills.ordered import NO_LOAD, OrderedLoad
from drills.platform import Platform
from drills.prescription import Prescription
from drills.scene import Eyes, Feedback
from drills.steps import Step, phases_of
from drills.units import NS_PER_S
from drills.values import NO_DEMAND, Demand, Leg, Phase
from drills.vibration.values import Form, Shake, Vibration
from drills.with_without import Turns, take_turns

OTHER = {Leg.LEFT: Leg.RIGHT, Leg.RIGHT: Leg.LEFT}
TURNS = {"forward": 0, "right": 1, "back": 2, "left": 3}
"""Quarter turns of the patient, clockwise from above, by the document's `stance.orientation`."""
RISING = ("cycles", "lift")
"""Exercises that somebody who sits does by standing up."""


class Plan(NamedTuple):
    """What does not change while a drill runs. A duration of 0 leaves its phase out."""

    leg: Leg
    """Of every trial, or of the first where they alternate."""
    alternates: bool
    trials: int
    share_of_trials: float
    share_of_score: float
    after: dict[Phase, Phase]
    """The phase that this drill has after each of a trial, up to the hold; one without a time is left out."""
    get_on_limit_ns: int
    weigh_ns: int
    settle_ns: int
    """Settling and learning."""
    learn_ns: int
    """The last part of settling, in which the stance is learnt."""
    baseline_ns: int
    hold_ns: int
    limit_ns: int
    """Longest hold when it lasts until step-off; 0 when the hold ends at `hold_ns`."""
    between: Phase
    """Two trials: REST, or CHANGE where the legs alternate."""
    rest_ns: int
    """How long that is."""
    get_on_n: float
    get_on_ns: int
    step_off_fraction: float
    step_off_ns: int
    seated: bool
    """The patient begins on a chair, with the feet on the plate."""
    rises: bool
    """Who sits at first stands up to be weighed: of a drill in which they rise."""
    judges_foot_down: bool
    unaided: bool
    """A hand that helps is seen, and the try does not count as one without help."""
    counts_places: bool
    """Its exercise counts what is reached with the centre of pressure, and not the time alone."""
    hands_may_carry: bool
    """Then a load that is less says nothing of a foot, and the weight that is learnt is not all of it."""
    foot_down_fraction: float
    foot_down_ns: int
    base_half_ml_mm: float
    base_half_ap_mm: float
    out_of_base_ns: int
    form: Form
    vibration: Vibration
    exercise: Exercise
    given: Given
    """What each trial of the exercise begins with, but for its number and what is learnt in it."""
    feet: str
    """How two feet stand to each other: apart, together, semi-tandem or tandem."""
    turns: Turns | None = None
    """Which trials vibrate, where only half of them do; `vibration` is then that of the trial that goes on."""
    foot: Leg | None = None
    """Which foot does it, where the stance is on both; None where the stance says it."""
    load: OrderedLoad | None = None
    """How much the leg may carry, of a drill that is done by an order; None of any other."""

    def leg_of(self, trial: int) -> Leg:
        """On which leg this trial is, from 1."""
        return self.leg if not self.alternates or trial % 2 else OTHER.get(self.leg, self.leg)

    @property
    def ramp_up_ns(self) -> int:
        """How long the vibration grows."""
        return self.vibration.timing.up_ns

    @property
    def ramp_down_ns(self) -> int:
        """How long it fades."""
        return self.vibration.timing.down_ns

    @property
    def demand(self) -> Demand:
        """Of the hold at its strongest; `NO_DEMAND` without vibration."""
        return self.vibration.full

    def drawn(self, seed: int, trial: int) -> Plan:
        """The same plan for this trial, from 1: what its vibration draws by lot is drawn anew."""
        vibration = self.form.drawn(self.vibration, seed) if self.turns is None else self.turns.of(trial)
        return self if vibration is self.vibration else self._replace(vibration=vibration)

    @property
    def vibrates(self) -> bool:
        """Whether the plate is to move at all; in this trial, where only half of them vibrate."""
        return self.vibration.full is not NO_DEMAND

    @property
    def says_when_it_moves(self) -> bool:
        """Whether the patient is told that the plate begins to move, and that it stops."""
        return self.vibrates and self.turns is None

    @property
    def shaken_trials(self) -> int:
        """How many of the trials vibrate."""
        if self.turns is None:
            return self.trials if self.vibrates else 0
        return sum(self.turns.vibrated)


def make_plan(
    document: DrillDocument,
    prescription: Prescription,
    platform: Platform | None = None,
    seed: int = 0,
    load: OrderedLoad | None = None,
) -> Plan:
    """The plan of a prescription that has been checked against its document and the platform, where that fixes
    displacement. `seed` is the order's, where only half of the trials vibrate; `load` is that of the patient's order,
    and no drill that is done by one has any of its own: without it nothing may be carried.
    """
    ordered = (NO_LOAD if load is None else load) if document.by_order else None
    thresholds = document.thresholds
    down = thresholds.foot_down
    vibration = prepared(document, prescription, platform)
    settle_ns = _ns(document.settle_s) + _ns(document.learn_s)
    baseline_ns = _ns(document.baseline_s)
    return Plan(
        leg=Leg.BOTH if document.names_foot else prescription.leg,
        alternates=document.alternates,
        trials=prescription.trials,
        share_of_trials=document.success.share_of_trials,
        share_of_score=document.success.share_of_score or 0.0,
        after=_after(document, vibration),
        get_on_limit_ns=_ns(document.get_on_limit_s),
        weigh_ns=_ns(document.weigh_s),
        settle_ns=settle_ns,
        learn_ns=_ns(document.learn_s),
        baseline_ns=baseline_ns,
        hold_ns=_ns(prescription.hold_s),
        limit_ns=_ns(document.exercise_step.time.limit_s or 0.0),
        between=Phase.CHANGE if document.alternates else Phase.REST,
        rest_ns=_ns(prescription.rest_s),
        get_on_n=thresholds.get_on.force_n,
        get_on_ns=_ns(thresholds.get_on.for_s),
        step_off_fraction=thresholds.step_off.force_fraction,
        step_off_ns=_ns(thresholds.step_off.for_s),
        seated=document.stance.kind == "seated",
        rises=document.exercise_step.exercise in RISING,
        judges_foot_down=down is not None,
        unaided=_unaided(document),
        counts_places=document.exercise_step.exercise != "stand",
        hands_may_carry=document.hands in SUPPORTING,
        foot_down_fraction=down.force_fraction if down else 0.0,
        foot_down_ns=_ns(down.force_for_s if down else 0.0),
        base_half_ml_mm=down.base_half_ml_mm if down else 0.0,
        base_half_ap_mm=down.base_half_ap_mm if down else 0.0,
        out_of_base_ns=_ns(down.base_for_s if down else 0.0),
        form=document.form,
        vibration=vibration,
        exercise=document.exercise,
        given=_given(document, prescription)._replace(load=ordered),
        feet=document.stance.feet or "apart",
        turns=take_turns(document.with_without, prescription.trials, seed, vibration),
        foot=prescription.leg if document.names_foot else None,
        load=ordered,
    )


def prepared(document: DrillDocument, prescription: Prescription, platform: Platform | None) -> Vibration:
    """The vibration of this prescription, ready to run."""
    shake = Shake(prescription.frequency_hz, prescription.displacement_pp_mm, prescription.hold_s, platform)
    return document.form.prepare(document.exercise_step.vibration, shake)


def _after(document: DrillDocument, vibration: Vibration) -> dict[Phase, Phase]:
    lasts = {Phase.RAMP_UP: vibration.timing.up_ns > 0, Phase.SETTLE: document.settle_s + document.learn_s > 0}
    phases = [phase for phase in phases_of(Step(step.step) for step in document.steps) if lasts.get(phase, True)]
    return dict(itertools.pairwise(phases[: phases.index(Phase.HOLD) + 1]))


def _given(document: DrillDocument, prescription: Prescription) -> Given:
    down, feedback = document.thresholds.foot_down, document.feedback
    return Given(
        keys=document.exercise_step.parameters,
        trial=0,
        leg=prescription.leg,
        learnt=document.learn_s > 0.0,
        foot_ml_mm=0.0,
        foot_ap_mm=0.0,
        half_ml_mm=down.base_half_ml_mm if down else 0.0,
        half_ap_mm=down.base_half_ap_mm if down else 0.0,
        vibrates=prescription.vibrates and document.with_without is None,
        hold_ns=_ns(prescription.hold_s),
        turn=TURNS[document.stance.orientation],
        feedback=Feedback[feedback.level],
        sight=feedback.kind != "sound",
        sound=feedback.kind != "sight",
        eyes=Eyes.OPEN if document.eyes == "open" else Eyes.CLOSED,
    )


def _unaided(document: DrillDocument) -> bool:
    """Where one leg stands and nobody judges the other foot, what carries besides is that one, and no hand."""
    stands = document.stance.kind != "seated"
    foot = document.stance.kind == "single-leg" and document.thresholds.foot_down is None
    return document.exercise.unaided and document.hands not in SUPPORTING and stands and not foot


def _ns(seconds: float) -> int:
    return round(seconds * NS_PER_S)
