"""What a simulated person sees of the patient's screen: the shape of a scene, and what its numbers mean.

The numbers are those of `drills.scene` and `drills.words`, as far as a person acts on them; this package imports
nothing of that one, and a test holds the two equal. Places are in 0.1 mm from the plate's centre, ML positive to the
patient's right, AP positive forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Protocol


class ShownSlot(Protocol):
    """One thing on the screen."""

    @property
    def kind(self) -> int:
        """`SlotKind`."""

    @property
    def id(self) -> int:
        """Stays with a thing while it lives."""

    @property
    def look(self) -> int:
        """By kind: `PlaceLook`, `Axis`, ..."""

    @property
    def state(self) -> int:
        """`SlotState`."""

    @property
    def x(self) -> int:
        """As the kind says, like the three that follow."""

    @property
    def y(self) -> int:
        """By kind."""

    @property
    def size(self) -> int:
        """By kind."""

    @property
    def value(self) -> int:
        """By kind."""


class Shown(Protocol):
    """All that the screen shows beside the dot, which is the person's own centre of pressure."""

    @property
    def view(self) -> int:
        """`View`."""

    @property
    def dot(self) -> int:
        """`Dot`."""

    @property
    def eyes(self) -> int:
        """`Eyes`."""

    @property
    def word(self) -> int:
        """`Word`."""

    @property
    def slots(self) -> Sequence[ShownSlot]:
        """The things that are drawn."""


class View(IntEnum):
    """What part of the plate is shown."""

    NONE = 0
    GAUGE = 5
    PLATE = 6


class Dot(IntEnum):
    """When the own dot is drawn; else it is."""

    HIDDEN = 0
    TRAIL_AFTER = 3


class Eyes(IntEnum):
    """What is asked of the eyes."""

    OPEN = 0
    CLOSED = 1


class SlotKind(IntEnum):
    """What a thing is."""

    PLACE = 1
    PATH = 2
    BAND = 3
    BAR = 4
    GATE = 5
    FALLING = 6
    BEAT = 7
    ARROW = 9


class SlotState(IntEnum):
    """How a thing stands."""

    WAITING = 1
    NOW = 2
    DONE = 3


class PlaceLook(IntEnum):
    """Places that are no aim by themselves."""

    SQUARE = 1
    HOME = 2
    BOX = 3
    BALL = 4
    HOLE = 5
    STAR = 7
    LAMP = 8
    SOLE_LEFT = 9
    SOLE_RIGHT = 10


class Axis(IntEnum):
    """What a band or a bar measures."""

    ML = 0
    AP = 1
    SHARE_RIGHT = 2
    LOAD = 3
    FORCE_OF_BEST = 4
    RISE = 5
    HEEL_LOAD = 7


class FallingLook(IntEnum):
    """Whether a falling thing is to be caught."""

    LEAVE = 1


class ArrowLook(IntEnum):
    """What an arrow says."""

    LEAN = 0


class Word(IntEnum):
    """What is said, where somebody does something for it."""

    STEP_ON = 1
    STAND_ON_LEFT = 2
    STAND_ON_RIGHT = 3
    REST = 7
    HOLD_RAIL = 9
    STEP_OFF = 10
    STAND_ON_BOTH = 11
    LEFT_FOOT_ALONE = 104
    RIGHT_FOOT_ALONE = 105
    FEET_APART = 106
    SQUAT_TO_THE_BEAT = 108
    PRESS_YOUR_BEST = 110
    LET_GO = 111
    PRESS_TO_THE_LANE = 112
    HOLD_THE_PRESS = 113
    GET_READY_TO_PRESS = 115
    SIT_ON_THE_CHAIR = 150
    STAND_UP_AND_STAY = 151
    SIT_DOWN_SOFTLY = 152
    STAND_UP_EVENLY = 153
    STEP_DOWN_SOFTLY = 154
    STEP_UP = 155
    RISE_ON_THE_TOES = 156
    LOWER_THE_HEELS = 157
    SIT_BACK_A_LITTLE = 158
    COME_UP_AGAIN = 159
    STAY_UP_THERE = 160
    REMEMBER_THIS_PLACE = 165
    REMEMBER_THIS_LOAD = 166
    FIND_IT_AGAIN = 168
    SIT_DOWN = 176
    STAND_UP = 177
    UP_AND_DOWN = 178
    BEND_AND_STAY = 186
    LEAN_AS_FAR_AS_YOU_CAN = 187
    CHANGE_TO_LEFT = 200
    CHANGE_TO_RIGHT = 201
    PUSH_AND_LET_GO = 226
    FOOT_OFF_THE_PLATE = 320
    REST_FOOT_OFF = 321
    PRESS_TO_THE_LINE = 322
    PRESS_FROM_MEMORY = 323
    STEP_ON_SOFTLY = 324
    STEP_ON_FROM_MEMORY = 325
    A_LITTLE_LESS = 326
    TOO_MUCH_FOOT_OFF = 327
    AND_STEP_BACK = 328
    OVER_THE_LINE_BY = 329
    UNDER_THE_LINE_BY = 330
    ON_THE_LINE = 331
    AS_ORDERED = 332
    UP_ON_THE_BEAT = 340
    DOWN_ON_THE_BEAT = 341
    LEFT_HALF_AHEAD = 344
    RIGHT_HALF_AHEAD = 345
    LEFT_HEEL_TO_TOE = 346
    RIGHT_HEEL_TO_TOE = 347
    LEFT_FOOT_DOWN_SOFTLY = 349
    RIGHT_FOOT_DOWN_SOFTLY = 350
    SIT_LEFT_FOOT_ON = 351
    SIT_RIGHT_FOOT_ON = 352
    PRESS_HARD_AND_FAST = 353
    PAUSE = 357
    PAUSE_SEATED = 358
    PAUSE_FOOT_OFF = 359


MEANINGS = (View, Dot, Eyes, SlotKind, SlotState, PlaceLook, Axis, FallingLook, ArrowLook, Word)
"""What is held equal to the drills' numbers, name by name."""
LANE_NOW_X, LANE_FOOT_Y, LANE_TOP_Y = 115, -1700, 1700
"""On a gauge with a lane: where now is, the height of no force and of the most that is drawn."""
INSTRUCTED: dict[int, str] = {
    Word.STEP_ON: "get_on",
    Word.STAND_ON_LEFT: "stand_on_left",
    Word.STAND_ON_RIGHT: "stand_on_right",
    Word.STAND_ON_BOTH: "stand_on_both",
    Word.LEFT_HALF_AHEAD: "stand_on_both",
    Word.RIGHT_HALF_AHEAD: "stand_on_both",
    Word.LEFT_HEEL_TO_TOE: "stand_on_both",
    Word.RIGHT_HEEL_TO_TOE: "stand_on_both",
    Word.REST: "rest",
    Word.HOLD_RAIL: "rest",
    Word.PAUSE: "rest",
    Word.PAUSE_SEATED: "rest",
    Word.CHANGE_TO_LEFT: "change_legs",
    Word.CHANGE_TO_RIGHT: "change_legs",
    Word.STEP_OFF: "get_off",
    Word.SIT_ON_THE_CHAIR: "get_on",
    Word.SIT_LEFT_FOOT_ON: "get_on",
    Word.SIT_RIGHT_FOOT_ON: "get_on",
}
"""The instruction that a word is."""
ALONE: dict[int, float] = {Word.LEFT_FOOT_ALONE: -1.0, Word.RIGHT_FOOT_ALONE: 1.0}
"""Words that ask for all of the weight on one foot: -1.0 left, 1.0 right."""
BEST_PRESSES: frozenset[int] = frozenset({Word.PRESS_YOUR_BEST, Word.PRESS_HARD_AND_FAST})
"""Words that ask to press as hard as one can."""
REMEMBERED: frozenset[int] = frozenset({Word.REMEMBER_THIS_PLACE, Word.REMEMBER_THIS_LOAD})
"""Words that ask to remember what is shown."""
FIND_AGAIN: frozenset[int] = frozenset({Word.FIND_IT_AGAIN})
"""Words that ask to do again what was shown before."""
LOADS: frozenset[int] = frozenset(
    {Word.PRESS_TO_THE_LINE, Word.PRESS_FROM_MEMORY, Word.STEP_ON_SOFTLY, Word.STEP_ON_FROM_MEMORY}
)
"""Words that ask to put a part of the weight on a foot."""
UNLOADS: frozenset[int] = frozenset(
    {
        Word.FOOT_OFF_THE_PLATE,
        Word.REST_FOOT_OFF,
        Word.PAUSE_FOOT_OFF,
        Word.TOO_MUCH_FOOT_OFF,
        Word.AND_STEP_BACK,
        Word.OVER_THE_LINE_BY,
        Word.UNDER_THE_LINE_BY,
        Word.ON_THE_LINE,
        Word.AS_ORDERED,
    }
)
"""Words with which that foot is off the plate, or leaves it."""
MOVEMENTS: dict[int, tuple[str, bool | None]] = {
    Word.SQUAT_TO_THE_BEAT: ("squat", None),
    Word.PRESS_YOUR_BEST: ("press", None),
    Word.PRESS_HARD_AND_FAST: ("press", None),
    Word.LET_GO: ("press", None),
    Word.PRESS_TO_THE_LANE: ("press", None),
    Word.HOLD_THE_PRESS: ("press", None),
    Word.PUSH_AND_LET_GO: ("press", None),
    Word.GET_READY_TO_PRESS: ("press", None),
    Word.SIT_ON_THE_CHAIR: ("chair", False),
    Word.SIT_LEFT_FOOT_ON: ("chair", False),
    Word.SIT_RIGHT_FOOT_ON: ("chair", False),
    Word.STAND_UP_AND_STAY: ("chair", True),
    Word.SIT_DOWN_SOFTLY: ("chair", False),
    Word.STAND_UP_EVENLY: ("chair", True),
    Word.SIT_DOWN: ("chair", False),
    Word.STAND_UP: ("chair", True),
    Word.UP_AND_DOWN: ("chair", None),
    Word.BEND_AND_STAY: ("squat", False),
    Word.STEP_DOWN_SOFTLY: ("step", False),
    Word.LEFT_FOOT_DOWN_SOFTLY: ("step", False),
    Word.RIGHT_FOOT_DOWN_SOFTLY: ("step", False),
    Word.STEP_UP: ("step", True),
    Word.RISE_ON_THE_TOES: ("toes", True),
    Word.LOWER_THE_HEELS: ("toes", False),
    Word.UP_ON_THE_BEAT: ("toes", True),
    Word.DOWN_ON_THE_BEAT: ("toes", False),
    Word.SIT_BACK_A_LITTLE: ("squat", False),
    Word.COME_UP_AGAIN: ("squat", True),
}
"""What the body is to do for a word ("chair", "step", "toes", "squat" or "press"), and whether it is the way up; None
where the beat says so, or nothing does."""
