"""What an exercise is: three pure functions, what they are given, and what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from drills.ordered import OrderedLoad
from drills.problems import Problem
from drills.scene import NEAR_HALF_AP_MM, NEAR_HALF_ML_MM, NO_SCENE, Dot, Feedback, PlaceLook, Scene, View
from drills.strict import Strict
from drills.values import Event, Leg, Mark, Observation, Phase, TrialOutcome
from drills.words import Word

NS_PER_DS = 100_000_000
"""A clock on the screen shows tenths of a second, so that a scene changes no more often than it must."""
MOST_DS = 65_535
"""The longest time that a clock can show, in 0.1 s."""
LEAST_LEARN_S = 1.0
"""Where anything is judged by the place where the patient stands."""
MOST_ADDED_NS = 100_000_000
"""What adds up from tick to tick adds no more than this."""
JUDGED_EVERY_NS = 18_000_000
"""What is slow beside a tick is looked at in every fifth: so ticks stay short, and a picture changes no more often."""
FOOT_OFF_MARK_MM = 10.0
"""How far a foot may be from its mark (proposed): what makes the error of a share that is inferred."""
PLATE_HALF_ML_MM = 300.0
PLATE_HALF_AP_MM = 225.0
"""The plate that a scene is drawn on, from its centre: nothing is placed beyond it."""


class Given(NamedTuple):
    """What a trial of an exercise begins with."""

    keys: Any
    """The exercise's own keys of the document."""
    trial: int
    """From 1; an order that is shuffled is another in each."""
    leg: Leg
    learnt: bool
    """Whether the stance has been learnt before: else the place below is where the patient was first seen."""
    foot_ml_mm: float
    foot_ap_mm: float
    half_ml_mm: float
    half_ap_mm: float
    """How far the centre of pressure may go from there before the trial is lost; 0 where that is not judged."""
    vibrates: bool
    hold_ns: int
    """How long the trial is held."""
    turn: int
    """Quarter turns of the way the patient faces, 0..3."""
    feedback: Feedback
    sight: bool
    sound: bool
    """Through what the feedback comes."""
    eyes: int
    """`drills.scene.Eyes`."""
    weight_n: float = 0.0
    """The patient's weight where it was learnt without help of the hands; 0 where it is not known."""
    pulses: tuple[tuple[int, int], ...] = ()
    """When each pulse of the vibration begins and ends, in ns since the hold began; none where it has none."""
    strongest: tuple[float, float] = (0.0, 0.0)
    """The vibration at its strongest: Hz, and mm peak to peak."""
    before: Any = None
    """The state in which the exercise's trial before this one ended; None in the first."""
    seed: int = 0
    """Any whole number, another in each trial: what is drawn by lot comes from it alone."""
    load: OrderedLoad | None = None
    """How much the leg may carry, of a drill that is done by an order."""


class Score(NamedTuple):
    """What has been done of what was to be done; `of` is 0 where an exercise counts nothing but its time."""

    done: int
    of: int

    def as_json(self) -> dict[str, object]:
        """JSON values, as in the event "trial-ended"."""
        return self._asdict()


NO_SCORE = Score(0, 0)


class Moment(NamedTuple):
    """When a step of an exercise is."""

    now_ns: int
    phase: Phase
    """BASELINE, RAMP_UP, HOLD or RAMP_DOWN."""
    start_ns: int
    """When this phase began; of the hold, when it is counted from."""


class Stepped(NamedTuple):
    """What a step of an exercise gives."""

    state: Any
    """The very state that was given, where nothing has changed."""
    scene: Scene
    """The very scene of the step before, where nothing has changed."""
    events: tuple[Event, ...] = ()
    done: bool = False
    """Nothing is left to do: the hold ends."""
    share: float = 1.0
    """How much of the form's displacement the next pulse is to have, 0 to 1: of a form that is pulsed."""
    lost: TrialOutcome | None = None
    """How the trial has just been lost, by what the exercise alone can see; None while it has not been."""


class SafeBase(NamedTuple):
    """What a document allows an exercise to ask for."""

    half_ml_mm: float
    half_ap_mm: float
    """How far from where the patient stands the centre of pressure may go before the drill, or safety, ends it."""
    keys: tuple[str, str]
    """The keys of the document that set the two; empty where safety does."""
    learn_s: float
    """How long the place where the patient stands is learnt before."""
    eyes: str = "open"
    stance: str = "two-legs"
    hands: str = "free"
    """As the document says them."""
    step_off_share: float = 0.5
    """Below which share of the learnt weight the patient has left."""
    vibrates: bool = False
    in_pairs: bool = False
    """Whether its vibration comes in pairs of pulses."""
    before: tuple[str, ...] = ()
    """Its steps before the exercise, waiting for the patient left out."""
    judges_foot_down: bool = False
    """Whether it ends a trial when the other foot comes down."""
    alternates: bool = False
    """Whether its trials change legs."""
    shortest_s: float = 0.0
    """The least time that can be prescribed, and whether a trial ends with its time."""
    fixed: bool = True


def no_problems(_keys: Any, _base: SafeBase) -> Iterator[Problem]:  # noqa: ANN401  # an exercise's own keys
    """Of an exercise whose keys cannot contradict each other."""
    return iter(())


def has_a_goal(_keys: object) -> bool:
    """What is done until it is done."""
    return False


class Exercise(NamedTuple):
    """One exercise. Its functions are total, and give the same for the same."""

    keys: type[Strict]
    """Its own keys of the document: the table `parameters` of the exercise step."""
    begin: Callable[[Given], Any]
    """The state of a trial before its first step."""
    step: Callable[[Any, Observation, Moment], Stepped]
    """One tick. Times may be any, and go back."""
    score: Callable[[Any], Score]
    """What has been done until now; it never falls while a trial goes on."""
    problems: Callable[[Any, SafeBase], Iterator[Problem]] = no_problems
    """What no single one of its keys shows; the fields are its own keys, or paths that begin with "steps."."""
    reached: Word = Word.NONE
    """What says its score, with what was done and of how many as values; NONE where a trial is said by its outcome."""
    marks: tuple[Mark, ...] = ()
    """What a therapist may mark while it runs, in the order of the buttons: recorded, whether or not it is judged."""
    unaided: bool = False
    """Whether all of the weight is on the feet all the time, so that a hand on the rail is seen and earns nothing; one
    that judges hands itself says no.
    """
    by_order: bool = False
    """Whether it loads a leg as an order of partial load says, and is nothing without one."""
    as_often: Callable[[Any], bool] = has_a_goal
    """Whether, with these keys, it is done as often as one can: where its score ends is then no goal."""


SOLES = {Leg.LEFT: PlaceLook.SOLE_LEFT, Leg.RIGHT: PlaceLook.SOLE_RIGHT}
"""The one foot that stands, on the screen."""


def plate_half_mm(turn: int) -> tuple[float, float]:
    """Half of the plate to the patient's side and ahead, who has turned by so many quarters."""
    return (PLATE_HALF_AP_MM, PLATE_HALF_ML_MM) if turn % 2 else (PLATE_HALF_ML_MM, PLATE_HALF_AP_MM)


def on_plate(ml_mm: float, ap_mm: float, turn: int = 0) -> tuple[int, int]:
    """A place of the patient's axes in the unit of a scene, 0.1 mm, moved on to the plate where it is beyond its edge.
    NaN is the middle.
    """
    half_ml_mm, half_ap_mm = plate_half_mm(turn)
    ml_mm = min(half_ml_mm, max(-half_ml_mm, ml_mm)) if ml_mm == ml_mm else 0.0
    ap_mm = min(half_ap_mm, max(-half_ap_mm, ap_mm)) if ap_mm == ap_mm else 0.0
    return round(ml_mm * 10), round(ap_mm * 10)


def centred(given: Given, half_ml_mm: float, half_ap_mm: float) -> tuple[float, float]:
    """Where the patient stands, ML and AP, moved inward until so much to every side of it is plate."""
    x, y = on_plate(given.foot_ml_mm, given.foot_ap_mm, given.turn)
    plate_ml_mm, plate_ap_mm = plate_half_mm(given.turn)
    most_ml_mm = max(0.0, plate_ml_mm - half_ml_mm)
    most_ap_mm = max(0.0, plate_ap_mm - half_ap_mm)
    return min(most_ml_mm, max(-most_ml_mm, x / 10)), min(most_ap_mm, max(-most_ap_mm, y / 10))


def too_soon(last_ns: int | None, now_ns: int) -> bool:
    """Whether it was looked at a moment ago."""
    return last_ns is not None and 0 <= now_ns - last_ns < JUDGED_EVERY_NS


def sees_dot(given: Given) -> Dot:
    """How the dot is drawn during the try, by the level of feedback."""
    if not given.sight or given.eyes or given.feedback in (Feedback.F3, Feedback.F4):
        return Dot.HIDDEN
    if given.feedback is Feedback.F2:  # half of the tries: the odd ones
        return Dot.LIVE if given.trial % 2 else Dot.HIDDEN
    return Dot.LIVE_OUTSIDE if given.feedback is Feedback.F1 else Dot.LIVE


def error_tone_hz(given: Given, beyond_mm: float) -> int:
    """The pitch of being this far outside the goal: silent inside, and where there is no sound. 200 Hz, and 40 more for
    each 4 mm, up to 800 (docs/sources/protocols.md#access).
    """
    if not given.sound or not beyond_mm > 0.0 or given.feedback in (Feedback.F3, Feedback.F4):
        return 0
    return 200 + 40 * int(min(beyond_mm, 60.0) / 4.0)


def head_of(given: Given, view: int) -> Scene:
    """A scene with what stays the same for the whole trial."""
    centre_x, centre_y = on_plate(given.foot_ml_mm, given.foot_ap_mm, given.turn)
    return NO_SCENE._replace(
        view=view,
        turn=given.turn,
        centre_x=centre_x,
        centre_y=centre_y,
        feedback=given.feedback,
        eyes=given.eyes,
        dot=sees_dot(given),
    )


def view_of(half_ml_mm: float, half_ap_mm: float) -> View:
    """The view of a way that goes so far to every side of its middle: the nearer one where that shows all of it."""
    return View.NEAR if half_ml_mm <= NEAR_HALF_ML_MM and half_ap_mm <= NEAR_HALF_AP_MM else View.LEAN


def stand_still(head: Scene) -> Word:
    """What says to stand still: to look ahead, unless the dot is there to be looked at."""
    return Word.KEEP_THE_DOT_STILL if head.dot in (Dot.LIVE, Dot.LIVE_OUTSIDE) else Word.HOLD_STILL


def tenths_left(long_ns: int, since_ns: int, now_ns: int) -> int:
    """How much of a time is left, in 0.1 s, rounded up; 0 to all of it whatever the clock says."""
    left_ns = max(0, min(long_ns, since_ns + long_ns - now_ns))
    return -(-left_ns // NS_PER_DS)
