"""What passes between a running drill and the station: observation in, demand and events out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum
from typing import NamedTuple


class Leg(Enum):
    """Which foot stands on the plate."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


LEG_NUMBERS = {Leg.LEFT: 1, Leg.RIGHT: 2, Leg.BOTH: 3}
"""Under which a leg is stored in recordings: never renumber. 0 is none."""
EACH = "each"
"""What a drill that changes legs between its trials is said to be on."""
IN_FRONT = ("semi-tandem", "tandem")
"""Of the places of two feet (`stance.feet`), those with one in front."""


def said_leg(leg: str, *, front: bool) -> str:
    """How a drill's leg is said: itself, or "left-front" and "right-front" where both feet stand and it is ahead."""
    return f"{leg}-front" if front and leg in ("left", "right") else leg


def names_front(document: Mapping[str, object]) -> bool:
    """Whether the leg of a drill by this document, as JSON has it, is the foot in front; a broken one's is not."""
    trials, stance = document.get("trials"), document.get("stance")
    named = isinstance(trials, Mapping) and trials.get("legs") == "named"
    return named and isinstance(stance, Mapping) and stance.get("feet") in IN_FRONT


class Phase(IntEnum):
    """Where a drill is. The numbers are stored in recordings: never renumber, only add."""

    IDLE = 0
    GET_ON = 1
    SETTLE = 2
    BASELINE = 3
    RAMP_UP = 4
    HOLD = 5
    RAMP_DOWN = 6
    REST = 7
    GET_OFF = 8
    DONE = 9
    WEIGH = 10
    """Standing still on both feet before the first trial."""
    CHANGE = 11
    """Both feet down, between a trial on one leg and the next on the other."""
    PAUSE = 12
    """Between two trials, until the therapist goes on."""


class TrialOutcome(Enum):
    """How a trial ended."""

    HELD = "held"
    """The prescribed hold was reached."""
    FOOT_DOWN = "foot-down"
    STEP_OFF = "step-off"
    OVER_LOAD = "over-load"
    """The leg carried more than the limit of its order."""
    NOT_STARTED = "not-started"
    """Nobody stood as asked before the time to get on ran out."""
    STOPPED = "stopped"
    """The therapist, the patient or the station's safety ended it."""


class DrillOutcome(Enum):
    """How a drill ended."""

    COMPLETED = "completed"
    """Every trial was run, held or not."""
    STOPPED = "stopped"
    """Somebody pressed stop."""
    TRIPPED = "tripped"
    """Safety stopped it."""
    ABANDONED = "abandoned"
    """The patient did not get on (again) in time."""


class Instruction(Enum):
    """What the patient is to do now; the pages put it in plain words."""

    GET_ON = "get_on"
    STAND_ON_LEFT = "stand_on_left"
    STAND_ON_RIGHT = "stand_on_right"
    STAND_ON_BOTH = "stand_on_both"
    HOLD_STILL = "hold_still"
    VIBRATION_STARTS = "vibration_starts"
    """Stay as you are: the plate begins to move."""
    VIBRATION_STOPS = "vibration_stops"
    """The hold is over: stay until the plate is still."""
    REST = "rest"
    """Both feet down, on the plate or beside it."""
    CHANGE_LEGS = "change_legs"
    """Both feet down on the plate; the other leg comes next."""
    GET_OFF = "get_off"
    FOOT_OFF = "foot_off"
    """Stand beside the plate, the foot that is under an order off it."""
    LOAD_FOOT = "load_foot"
    """Load that foot as ordered."""


class Demand(NamedTuple):
    """The vibration that a drill asks for. Safety may lower it, nothing may raise it."""

    frequency_hz: float
    displacement_pp_mm: float


NO_DEMAND = Demand(0.0, 0.0)


class Mark(IntEnum):
    """What the therapist marked on the phone. The numbers are stored in recordings: never renumber, only add."""

    NONE = 0
    NOT_GOOD = 1
    """This repetition was not as it should be."""
    FIRST = 2
    """The patient says that it was the first."""
    SECOND = 3
    ARMS = 4
    """They left their place."""
    HEEL = 5
    """It came up."""
    RAIL = 6
    """A hand was on it."""
    EYES = 7
    """They opened, or left what is to be looked at."""
    STEP = 8
    """A step, a hop or a foot that touched."""
    HIP = 9
    """Bent or spread too far."""
    RIGHT = 10
    """An answer was right."""
    WRONG = 11


def mark_name(mark: Mark) -> str:
    """As people and other programs name it: "not-good"."""
    return mark.name.lower().replace("_", "-")


MARK_NAMES = {mark_name(mark): mark for mark in Mark if mark}
"""All that can be marked, by name."""
FLAWS = (Mark.NOT_GOOD, Mark.ARMS, Mark.HEEL, Mark.RAIL, Mark.EYES, Mark.STEP, Mark.HIP)
"""What was not as it should be, in the order of a therapist's buttons."""


class Observation(NamedTuple):
    """What a drill may know of one tick."""

    force_n: float
    """Vertical force, averaged over the last vibration period: what step-off and foot-down are judged by."""
    cop_ml_mm: float
    """Live centre of pressure (10 Hz low-pass); NaN when nobody is on the plate."""
    cop_ap_mm: float
    measured_hz: float
    """The platform's frequency by its tach."""
    vibration_permitted: bool
    """False when safety held back the vibration at the last tick."""
    mark: int = Mark.NONE
    """`Mark`: what the therapist has marked since the last tick."""


CREDIBLE_N = 20_000.0
"""No patient weighs more; a force beyond this, like NaN, counts as nobody on the plate."""
CREDIBLE_MM = 5_000.0
"""No centre of pressure is farther away."""


class Event(NamedTuple):
    """Something that happened in a drill, worth reporting and storing."""

    kind: str
    """"phase", "trial-started", "trial-ended", "instruction", "drill-ended"."""
    t_ns: int
    data: dict[str, object]
    """JSON values only; quantities carry their unit in the key."""
