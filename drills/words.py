"""Numbered keys of what is said to the patient. The sentences are in the catalogue of texts, in every language.

The numbers are stored in recordings: a key may be added with a number that was never given out, and none is
ever used again.
"""

from __future__ import annotations

from enum import IntEnum


class Word(IntEnum):
    """What a scene says: its instruction, or a word slot. `a` and `b` are its two values."""

    NONE = 0
    STEP_ON = 1
    """Step on, hold the rail."""
    STAND_ON_LEFT = 2
    STAND_ON_RIGHT = 3
    GET_READY = 4
    CLOSE_EYES = 5
    OPEN_EYES = 6
    REST = 7
    """Rest, both feet down."""
    WELL_DONE = 8
    HOLD_RAIL = 9
    """Hold the rail, both feet down: something was unsafe, or was stopped."""
    STEP_OFF = 10
    """Step off slowly."""
    STAND_ON_BOTH = 11
    HOLD_STILL = 12
    VIBRATION_STARTS = 13
    """Stay as you are: the plate begins to move."""
    VIBRATION_STOPS = 14
    """Stay until the plate is still."""
    HELD = 15
    """It was held to the end."""
    NOT_YET = 16
    """A miss, without blame."""
    FOOT_CAME_DOWN = 17
    STEPPED_OFF = 18
    TO_THE_PLACE = 19
    """Bring the dot into the thick ring."""
    STAY_THERE = 20
    """Keep the dot in the ring until it closes."""
    TO_THE_MIDDLE = 21
    """Bring the dot back to the middle."""
    LEAVE_THE_SQUARE = 22
    """Do not go to the square."""
    PLACES_REACHED = 23
    """`a` of `b` places were reached."""
    KEEP_THE_DOT_INSIDE = 24
    """Keep the dot inside the box, or the ring."""
    LOOK_AT_THE_STAR = 25
    """The dot is hidden: look at the star."""


class Cue(IntEnum):
    """A sound, or a spoken phrase. 1 to 10 are the phrases of the `Word` of the same number."""

    NONE = 0
    SAY_STEP_ON = 1
    SAY_STAND_ON_LEFT = 2
    SAY_STAND_ON_RIGHT = 3
    SAY_GET_READY = 4
    SAY_CLOSE_EYES = 5
    SAY_OPEN_EYES = 6
    SAY_REST = 7
    SAY_WELL_DONE = 8
    SAY_HOLD_RAIL = 9
    SAY_STEP_OFF = 10
    READY = 101
    """Three short notes: 3, 2, 1."""
    START = 102
    GOAL_REACHED = 103
    """Two rising notes."""
    LAST_SECOND = 104
    """A soft tick for each of the last three seconds."""
    HIT = 105
    BEAT = 106
    WARN = 107
    OVER_LINE = 108
    EYES_CLOSE = 109
    EYES_OPEN = 110
    STOP = 111
    """Two falling notes."""
