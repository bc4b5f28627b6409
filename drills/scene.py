"""What the patient's screen shows: a scene of plain numbers, which an exercise gives at each step.

A scene is one head and at most ten slots of a few kinds. The page draws it and decides nothing: no rule, no random
number and no sentence is made there, so that a recording replays what the patient saw. The dot is no slot: it is the
sample's own centre of pressure, drawn where the head allows it.

Places are ML (x, positive to the patient's right) and AP (y, positive forward) in 0.1 mm from the plate's centre. An
exercise gives the very same object for as long as nothing changes, so that a tick packs a scene only when there is a
new one; slots may change every fifth tick at most, so that recordings stay small.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from drills.values import Event

SLOTS = 10
"""The most things that a scene has besides the dot."""


class View(IntEnum):
    """What part of the plate the screen shows, and how large. It does not change inside a step."""

    NONE = 0
    """There is no scene: what a recording without one reads as."""
    FOOT = 1
    """230 mm high round the learnt foot, gain 1.9 (mm on the glass a mm on the plate)."""
    QUIET = 2
    """110 mm round the learnt centre, gain 4."""
    LEAN = 3
    """270 x 210 mm round the learnt centre, gain 2."""
    WIDE = 4
    """Only ML, 100 mm to each side, gain 2.8; height is time."""
    GAUGE = 5
    """No plate: bars and bands on axes of their own."""
    PLATE = 6
    """The whole plate, 600 x 450 mm, gain 0.95; never live."""
    NEAR = 7
    """192 x 150 mm round the learnt centre, gain 2.8: for what does not go as far as `LEAN` shows."""


LEAN_HALF_ML_MM = 135.0
LEAN_HALF_AP_MM = 105.0
"""Half of what `View.LEAN` shows."""
NEAR_HALF_ML_MM, NEAR_HALF_AP_MM = 96.0, 75.0
"""Half of what `View.NEAR` shows."""


class Dot(IntEnum):
    """When the page draws the centre of pressure."""

    HIDDEN = 0
    LIVE = 1
    LIVE_OUTSIDE = 2
    """Only while it is outside the goal."""
    TRAIL_AFTER = 3
    """Only its trail, after the try."""
    ML_ONLY = 4
    """It moves in ML only."""
    DRIVES_SLOT_0 = 5
    """It drives the thing in slot 0, and is not drawn itself."""


class Feedback(IntEnum):
    """How much the patient gets to see: F0 all the time, F1 only outside the goal, F2 in half of the tries, F3 the
    result of each third try, F4 one summary.
    """

    F0 = 0
    F1 = 1
    F2 = 2
    F3 = 3
    F4 = 4


class Eyes(IntEnum):
    """What the exercise does with the patient's eyes."""

    OPEN = 0
    CLOSED = 1
    """The screen is dark, with one dim line."""
    DARK = 2
    """Eyes open, and nothing on the screen."""


class SceneOutcome(IntEnum):
    """How it goes at this moment."""

    NONE = 0
    IN_GOAL = 1
    OUTSIDE = 2
    HIT = 3
    MISS = 4
    HELD = 5
    UNSAFE = 6
    REST = 7


class ClockKind(IntEnum):
    """What the clock of a scene counts."""

    NONE = 0
    GET_READY = 1
    LEFT = 2
    REST = 3
    HELD = 4
    """So far."""


class SlotKind(IntEnum):
    """What a slot is; what its numbers mean depends on it (`Slot`). Numbers are stored: only add."""

    NONE = 0
    PLACE = 1
    PATH = 2
    BAND = 3
    BAR = 4
    GATE = 5
    FALLING = 6
    BEAT = 7
    RING = 8
    ARROW = 9
    WORD = 10


class SlotState(IntEnum):
    """How a thing stands."""

    HIDDEN = 0
    WAITING = 1
    NOW = 2
    DONE = 3
    PASSED_BY = 4
    """It dims."""
    OVER_LINE = 5


class PlaceLook(IntEnum):
    """How a place looks."""

    RING = 0
    SQUARE = 1
    """To be left alone."""
    HOME = 2
    BOX = 3
    """Half its width is `size`, half its height `value`."""
    BALL = 4
    HOLE = 5
    BASKET = 6
    STAR = 7
    LAMP = 8
    SOLE_LEFT = 9
    SOLE_RIGHT = 10
    LEADER = 11
    """A ring that goes its way: `value` is which way, 0.1 degrees from ML to AP, 0 to 3599."""
    BALLOON = 12


class Axis(IntEnum):
    """What a band or a bar measures, and in what unit."""

    ML = 0
    """0.1 mm."""
    AP = 1
    """0.1 mm."""
    SHARE_RIGHT = 2
    """Share of the load on the right foot, 0.1 %."""
    LOAD = 3
    """N."""
    FORCE_OF_BEST = 4
    """Share of the own best force, 0.1 %."""
    RISE = 5
    """Height of rise, 0 sitting to 1000 standing."""
    TIME_ERROR = 6
    """ms."""
    HEEL_LOAD = 7
    """0.1 %."""


class GateLook(IntEnum):
    """How a gate looks."""

    GATE = 0
    STEP_LEFT = 1
    STEP_RIGHT = 2


class FallingLook(IntEnum):
    """Whether a falling thing is to be caught."""

    GOOD = 0
    """Round."""
    LEAVE = 1
    """Square: to be left alone."""


class BeatLook(IntEnum):
    """Which way a beat swings."""

    LEFT_RIGHT = 0
    UP_DOWN = 1
    IN_OUT = 2


class RingLook(IntEnum):
    """What a ring shows."""

    TIME = 0
    CLOCK = 1
    """`value` is the hour x 10."""
    BREATH = 2


class ArrowLook(IntEnum):
    """What an arrow says."""

    LEAN = 0
    PUSH = 1
    HOW_FAR_OFF = 2
    TILT = 3


class WordLook(IntEnum):
    """What the number of a word slot is."""

    TEXT = 0
    """A `drills.words.Word`."""
    LETTER = 1
    """The code point of a letter to read."""
    PICTOGRAM = 2


NOT_SHOWN = -32768
"""A bar's second value where it has none."""


class Slot(NamedTuple):
    """One thing on the screen, of a kind that says what its last four numbers are.

    | kind | x, y | size | value |
    |---|---|---|---|
    | place | centre, 0.1 mm | radius, 0.1 mm | dwell 0..1000, of a leader its way |
    | path | offset, 0.1 mm | half lane, 0.1 mm | way done 0..1000 |
    | band | low, high (unit of the axis) | stop line, 0 none | share of time inside 0..1000 |
    | bar | now, peak (`NOT_SHOWN`: none) | +- error | 1: the number is shown |
    | gate | middle in ML 0.1 mm, ms to arrival | half width, 0.1 mm | 0 |
    | falling | ML 0.1 mm, ms to arrival | half width, 0.1 mm | kind of picture |
    | beat | period ms, beats done | window +- ms | phase 0..1000 |
    | ring | centre, 0.1 mm | radius, 0.1 mm | part 0..1000 |
    | arrow | from, 0.1 mm | length, 0.1 mm | angle 0.1 deg, from ML to AP |
    | word | place, 0.1 mm | 0 normal, 1 large | number, by `WordLook` |
    """

    kind: int = 0
    """`SlotKind`."""
    id: int = 0
    """Stays with a thing while it lives, 0..255: frames are joined by it."""
    look: int = 0
    """By kind: `PlaceLook`, `Axis`, `GateLook`, ...; of a path the number of its shape."""
    state: int = 0
    """`SlotState`."""
    x: int = 0
    y: int = 0
    size: int = 0
    value: int = 0


class Scene(NamedTuple):
    """All that the patient's screen shows beside the dot. Whole numbers; `clamped` brings any others into range."""

    view: int = 0
    """`View`."""
    turn: int = 0
    """Quarter turns of plate, soles and axes, 0..3: 1 in tandem."""
    centre_x: int = 0
    """Middle of the view, ML in 0.1 mm."""
    centre_y: int = 0
    """AP in 0.1 mm; in `WIDE` and `GAUGE` the time in ms from the top edge to the line of arrival."""
    dot: int = 0
    """`Dot`."""
    feedback: int = 0
    """`Feedback`."""
    eyes: int = 0
    """`Eyes`."""
    outcome: int = 0
    """`SceneOutcome`."""
    cue: int = 0
    """`drills.words.Cue`: the last sound or phrase."""
    cue_count: int = 0
    """Counts up by one at each, 255 -> 0: so a page that misses frames plays each once."""
    tone_hz: int = 0
    """Pitch of the error now; 0 is silent."""
    word: int = 0
    """`drills.words.Word`: the instruction."""
    word_a: int = 0
    """Its first value."""
    word_b: int = 0
    """Its second value."""
    clock_kind: int = 0
    """`ClockKind`."""
    clock_ds: int = 0
    """What the clock shows, in 0.1 s."""
    clock_of_ds: int = 0
    """Its whole length in 0.1 s; 0 where it has none."""
    score: int = 0
    goal: int = 0
    """Of how many; 0 for none."""
    best: int = 0
    """The patient's own best; 0 for none."""
    level: int = 0
    """The rung; 0 is not shown."""
    slots: tuple[Slot, ...] = ()
    """At most `SLOTS`, in drawing order."""


NO_SCENE = Scene()

_BYTE, _WORD, _SIGNED = (0, 255), (0, 65535), (-32768, 32767)
HEAD_RANGES: dict[str, tuple[int, int]] = {
    "view": (0, max(View)),
    "turn": (0, 3),
    "centre_x": _SIGNED,
    "centre_y": _SIGNED,
    "dot": (0, max(Dot)),
    "feedback": (0, max(Feedback)),
    "eyes": (0, max(Eyes)),
    "outcome": (0, max(SceneOutcome)),
    "cue": _BYTE,
    "cue_count": _BYTE,
    "tone_hz": _WORD,
    "word": _WORD,
    "word_a": _SIGNED,
    "word_b": _SIGNED,
    "clock_kind": (0, max(ClockKind)),
    "clock_ds": _WORD,
    "clock_of_ds": _WORD,
    "score": _WORD,
    "goal": _WORD,
    "best": _WORD,
    "level": _BYTE,
}
"""Least and most of each field of the head."""
SLOT_RANGES: dict[str, tuple[int, int]] = {
    "kind": (0, max(SlotKind)),
    "id": _BYTE,
    "look": _BYTE,
    "state": (0, max(SlotState)),
    "x": _SIGNED,
    "y": _SIGNED,
    "size": _SIGNED,
    "value": _SIGNED,
}
"""Least and most of each field of a slot."""


def whole(value: float, least: int = -32768, most: int = 32767) -> int:
    """The nearest whole number within the range; 0 or, where that is out of it, `least` for NaN. Never raises."""
    if value != value:  # not by math.isnan, which raises for whole numbers that no float can hold
        return max(least, min(0, most))
    return round(max(least, min(value, most)))


def tenths(value_mm: float) -> int:
    """Millimetres in the unit of a scene, 0.1 mm, as far as a slot can hold it: +- 3276.7 mm. Never raises."""
    return whole(value_mm * 10)


def clamped(scene: Scene) -> Scene:
    """The scene with every number whole and in its range, and no more slots than there are. Never raises."""
    slots = (Slot(*map(_clamp, slot, SLOT_RANGES.values())) for slot in scene.slots[:SLOTS])
    return Scene._make((*map(_clamp, scene[:-1], HEAD_RANGES.values()), tuple(slots)))


def _clamp(value: float, least_most: tuple[int, int]) -> int:
    return whole(value, *least_most)


def renewed(before: Scene, after: Scene) -> Scene:
    """What to give now: `before` itself where `after` is equal to it, so that nothing is packed again."""
    return before if after == before else after


SHAPES = 16
"""The most shapes of a step."""
POINTS = 128
"""The most points of a shape."""


class Shape(NamedTuple):
    """A maze's lane, a figure of eight, a river, a ramp: made when a step begins, and said in an event of its own.

    A slot of the kind path says by its `look` which one it is. Shapes do not travel in samples.
    """

    number: int
    """0 .. `SHAPES` - 1."""
    points: tuple[tuple[int, int], ...]
    """(x, y) in 0.1 mm, at most `POINTS`."""


def shape_event(shape: Shape, t_ns: int) -> Event:
    """The event that says a shape, so that it is recorded and the pages can draw it. It is short enough for the ring of
    events however many points there are; what goes beyond the bounds is left out.
    """
    points = [whole(value) for point in shape.points[:POINTS] for value in point]
    return Event("shape", t_ns, {"number": whole(shape.number, 0, SHAPES - 1), "points": points})


def shape_of(event: Event) -> tuple[int, tuple[tuple[float, float], ...]]:
    """The number of the shape that an event of `shape_event` says, and its points in mm."""
    number, numbers = event.data["number"], event.data["points"]
    tenths_mm = [value for value in numbers if isinstance(value, int)] if isinstance(numbers, list) else []
    points = zip(tenths_mm[::2], tenths_mm[1::2], strict=False)
    return number if isinstance(number, int) else 0, tuple((x / 10, y / 10) for x, y in points)
