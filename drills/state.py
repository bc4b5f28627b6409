"""Where a running drill is: immutable, cheap to keep, and all that the next step needs to know."""

from __future__ import annotations

from typing import Any, NamedTuple

from drills.exercises.values import NO_SCORE, Score
from drills.hands import NO_HANDS, Hands
from drills.ordered import Beyond
from drills.plan import Plan
from drills.scene import NO_SCENE, Scene
from drills.units import NS_PER_S
from drills.values import DrillOutcome, Instruction, Leg, Phase, TrialOutcome

VIBRATING = frozenset({Phase.RAMP_UP, Phase.HOLD, Phase.RAMP_DOWN})
"""The only phases whose demand may be anything but off."""
SCENE_EVERY_NS = 18_000_000
"""A scene changes every fifth tick at most, also where ticks of 4 ms come a little early: so recordings stay small."""


class TrialResult(NamedTuple):
    """How one trial went, and the times between which a recording of it is to be measured (None: not reached)."""

    trial: int
    """From 1."""
    outcome: TrialOutcome
    hold_s: float
    start_ns: int
    """When the patient was asked to get on."""
    baseline_start_ns: int | None
    baseline_end_ns: int | None
    hold_start_ns: int | None
    hold_end_ns: int | None
    score: Score = NO_SCORE
    """What the exercise counted, where it counts anything."""
    leg: Leg | None = None
    """On which it was, where the trials are not all on one."""
    alone_s: float | None = None
    """How long it was held before a hand first helped; None where none did, or where that is not judged."""

    def as_json(self) -> dict[str, object]:
        """JSON values, as in the event "trial-ended"."""
        document = {**self._asdict(), "outcome": self.outcome.value}
        del document["score"], document["leg"], document["alone_s"]
        said: dict[str, object] = {} if self.leg is None else {"leg": self.leg.value}
        if self.alone_s is not None:
            said["alone_s"] = self.alone_s
        return {**document, **said, **({"score": self.score.as_json()} if self.score.of else {})}


class LearntStance(NamedTuple):
    """What has been learnt of how the patient stands: running means, and of how many samples."""

    samples: int
    force_n: float
    cop_samples: int
    cop_ml_mm: float
    cop_ap_mm: float


UNKNOWN_STANCE = LearntStance(0, 0.0, 0, 0.0, 0.0)


class KnownFeet(NamedTuple):
    """What has been learnt of each foot alone in the trials until now, and of both together."""

    left: LearntStance = UNKNOWN_STANCE
    right: LearntStance = UNKNOWN_STANCE
    both: LearntStance = UNKNOWN_STANCE
    """Only what was learnt in weighing, since the patient came on to the plate."""

    def of(self, leg: Leg) -> LearntStance:
        """How the patient stands on this leg."""
        return {Leg.LEFT: self.left, Leg.RIGHT: self.right, Leg.BOTH: self.both}[leg]

    def with_leg(self, leg: Leg, stance: LearntStance) -> KnownFeet:
        """With this learnt of one."""
        return self._replace(**{leg.value: stance})


UNKNOWN_FEET = KnownFeet()


class Runs(NamedTuple):
    """Since when the plate looks left (`low`) or the other foot down (`light`, `out` of the base); None: not."""

    low_since_ns: int | None
    light_since_ns: int | None
    out_since_ns: int | None


NO_RUNS = Runs(None, None, None)


class LoadWatch(NamedTuple):
    """How the load of a leg under an order is, in every phase."""

    added_n: float = 0.0
    """What the empty plate reads too little: it is added to a load."""
    level: Beyond = Beyond.NOTHING
    since_ns: int | None = None
    """When the order was passed."""
    peak_n: float = 0.0
    """The most since then."""
    passed_limit: bool = False
    empty_sum_n: float = 0.0
    empty_samples: int = 0
    """Of the empty plate before the try."""


NO_WATCH = LoadWatch()


class Pulse(NamedTuple):
    """Whether the pulses of a form that is pulsed are given."""

    unsteady_until_ns: int | None = None
    """Until when none begins, because a foot came back; None: at any time."""
    share: float = 1.0
    """Of its displacement, of the pulse that goes on now, or of the next one; 0 where it is withheld."""
    on: bool = False
    """One goes on."""


NO_PULSE = Pulse()


class DrillState(NamedTuple):
    """A running drill. Times are on the clock that `now_ns` comes from."""

    plan: Plan
    phase: Phase
    phase_start_ns: int
    phase_ends_ns: int | None
    """When the phase ends by itself or, in a hold until step-off, reaches its target; None when the patient ends it."""
    trial: int
    """From 1; 0 before the first step."""
    instruction: Instruction | None
    """The patient's last instruction."""
    results: tuple[TrialResult, ...]
    outcome: DrillOutcome | None
    trial_start_ns: int
    loaded_since_ns: int | None
    learn_until_ns: int
    """Until when the stance is learnt during the trial itself; only without a phase to settle."""
    stance: LearntStance
    runs: Runs
    baseline_start_ns: int | None
    baseline_end_ns: int | None
    hold_start_ns: int | None
    fading: bool = False
    """The drill ends with the ramp down that it is in."""
    pausing: bool = False
    """A pause is wanted after the trial that goes on."""
    pauses: int = 0
    """How many have begun: the number of the newest."""
    rest_since_ns: int | None = None
    """When the rest began that a pause holds up; None where none was asked for since the last trial."""
    exercise: Any = None
    """The exercise's own state of this trial; None before its stance is known."""
    scene: Scene = NO_SCENE
    """What the patient's screen shows, in the axes of the patient."""
    laid: tuple[Scene, Scene] = (NO_SCENE, NO_SCENE)
    """Of who stands turned, the last scene in their axes, and as it lies on the plate."""
    scene_due_ns: int | None = None
    """Before this it does not change."""
    before: Any = None
    """The exercise's state in which the trial before ended; None in the first."""
    pulse: Pulse = NO_PULSE
    feet: KnownFeet = UNKNOWN_FEET
    watched: LoadWatch = NO_WATCH
    """Of a drill that is done by an order."""
    hands: Hands = NO_HANDS
    """Of a drill that is done without the help of one."""

    @property
    def trials(self) -> int:
        """How many trials were prescribed."""
        return self.plan.trials

    @property
    def leg(self) -> Leg:
        """On which the patient is asked to stand, or will be next where this is between two trials."""
        return self.plan.leg_of(self.trial + (self.phase in (self.plan.between, Phase.PAUSE)))

    @property
    def finished(self) -> bool:
        """Whether the drill is over."""
        return self.outcome is not None

    @property
    def success(self) -> bool:
        """Whether enough trials have been held, with the score asked for, for the drill to count as passed."""
        enough = sum(passed(result, self.plan.share_of_score) for result in self.results)
        return enough >= self.plan.share_of_trials * self.plan.trials

    @property
    def trial_open(self) -> bool:
        """Whether the current trial has no result yet."""
        return self.trial > len(self.results)


def passed(result: TrialResult, share: float) -> bool:
    """Whether a trial was held, with this share of its score at least; what counts nothing but its time, without a hand
    that helped.
    """
    score = result.score
    earned = score.done >= share * score.of if score.of else result.alone_s is None
    return result.outcome is TrialOutcome.HELD and earned


def held_trials(state: DrillState) -> int:
    """How many trials have been held to the end."""
    return sum(result.outcome is TrialOutcome.HELD for result in state.results)


def hold_s(state: DrillState, now_ns: int) -> float:
    """How long the current trial has been held, or was held once it has ended; 0.0 before its hold."""
    if state.hold_start_ns is None:
        return 0.0
    if not state.trial_open:
        return state.results[-1].hold_s
    longest_ns = state.plan.limit_ns or state.plan.hold_ns
    return max(0, min(now_ns - state.hold_start_ns, longest_ns)) / NS_PER_S
