"""What somebody makes of the scene on the patient's screen: one wish, of what to do with their body now.

Only what is shown counts: no drill, no goal and no figure is known here but by the screen's own slots
(`hw.screen`). The dot is the person's own centre of pressure, which they see where the scene lets it be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import cos, hypot, radians, sin
from typing import NamedTuple

from hw.screen import (
    ALONE,
    BEST_PRESSES,
    INSTRUCTED,
    LANE_FOOT_Y,
    LANE_NOW_X,
    LANE_TOP_Y,
    MOVEMENTS,
    ArrowLook,
    Axis,
    Dot,
    Eyes,
    FallingLook,
    PlaceLook,
    Shown,
    ShownSlot,
    SlotKind,
    SlotState,
    View,
    Word,
)

Point = tuple[float, float]
LINE_AHEAD_MM = 12.0
"""How far ahead on a path somebody looks who leads the dot along it."""
LANE_SPAN = 0.8
"""What somebody takes the top of a lane for, of their own best press, until they see what they press."""
TILT_GAIN = 0.6
"""Of the way between ball and hole, how far the tray is tilted (as CoP)."""
BEYOND = 3.0
"""How much farther than an arrow reaches somebody aims who leans as far as they can."""
BEAT_LEAD = 0.15
"""Part of a beat by which who hears a rhythm sets off before it."""


Things = Mapping[int, Sequence[ShownSlot]]
Shapes = Mapping[int, Sequence[Point]]


class Wish(NamedTuple):
    """What is to be done now. `what` says which of the others count."""

    what: str = "nothing"
    """"nothing", "place", "share", "alone", "load", "force", "heel" or "body" (only to move up or down)."""
    number: int = 0
    """Of the thing that it is about: another number is another aim."""
    ml_mm: float | None = None
    """Where the dot is to be, from the plate's centre; None where this way does not matter."""
    ap_mm: float | None = None
    near_mm: float = 0.0
    """How near is near enough."""
    goal: float = 0.0
    """The middle of the band: share on the right (0..1), N, part of the own best, heel load (0..1); for "alone" the
    foot, -1 left and 1 right."""
    shown: float | None = None
    """What the bar says of it now, in the same unit; None where it is not shown."""
    leave: bool = False
    """It is something not to go to."""
    choice: bool = False
    """Something else might have come: it must be looked at before one goes."""
    movement: str = ""
    """What the body is to do besides: "chair", "toes", "squat", "step", "press"; "" for standing."""
    up: bool | None = None
    """Whether it is to be at the top of that movement; None where that is not asked."""
    rhythm: bool = False
    """A beat says when: one sets off with it, and not after it."""


NOTHING = Wish()
_IN_UNITS: dict[int, tuple[str, float]] = {
    Axis.SHARE_RIGHT: ("share", 1.0e-3),
    Axis.LOAD: ("load", 1.0),
    Axis.FORCE_OF_BEST: ("force", 1.0e-3),
    Axis.HEEL_LOAD: ("heel", 1.0e-3),
}


def instruction_of(shown: Shown) -> str:
    """What the screen's word asks for ("get_on", "stand_on_left", ...); "" where it asks for none of these."""
    return INSTRUCTED.get(shown.word, "")


def sees_own(shown: Shown) -> bool:
    """Whether the dot is there to be steered by."""
    return shown.eyes == Eyes.OPEN and shown.dot not in (Dot.HIDDEN, Dot.TRAIL_AFTER)


def wish_of(shown: Shown, shapes: Mapping[int, Sequence[Point]], own_mm: Point) -> Wish:
    """What is asked for by what is drawn; `NOTHING` where that is to stay as one is. `own_mm` is where the dot is."""
    if shown.view == View.NONE:
        return NOTHING
    by_kind: dict[int, list[ShownSlot]] = {}
    for slot in shown.slots:
        if slot.kind and slot.state:
            by_kind.setdefault(slot.kind, []).append(slot)
    wish = NOTHING if shown.view == View.PLATE else _wish(shown, by_kind, shapes, own_mm)
    movement, up = MOVEMENTS.get(shown.word, (wish.movement, wish.up))
    if wish.what == "force" and movement != "press" and shown.word not in BEST_PRESSES:
        wish = NOTHING  # a line that comes by is land, where nothing says to press
    if not movement:
        return wish
    beat = next(iter(by_kind.get(SlotKind.BEAT, ())), None)
    if up is None and beat is not None and movement != "press":
        up = not 0 < beat.value <= 500
    if wish.what == "nothing":
        wish = wish._replace(what="force" if movement == "press" else "body")
    return wish._replace(movement=movement, up=up, rhythm=beat is not None)


def _wish(shown: Shown, things: Things, shapes: Shapes, own_mm: Point) -> Wish:
    """What the things that are drawn ask for, movements of the whole body aside."""
    side = ALONE.get(shown.word)
    if side is not None:
        return Wish("alone", round(side), goal=side)
    if shown.word in BEST_PRESSES:
        return Wish("force", 1, goal=1.0)
    readers = _ON_GAUGE if shown.view == View.GAUGE else _READERS
    for kind, read in readers:
        if kind in things and (wish := read(things, shapes, own_mm)) is not None:
            if shown.word == Word.LEAN_AS_FAR_AS_YOU_CAN and kind == SlotKind.ARROW:
                wish = _beyond(wish, things[kind][0])
            return wish._replace(rhythm=SlotKind.BEAT in things)
    return NOTHING


def _gate(things: Things, _shapes: Shapes, _own_mm: Point) -> Wish | None:
    """The gate that is being passed, or comes next."""
    coming = [
        gate
        for gate in things[SlotKind.GATE]
        if gate.state == SlotState.NOW or (gate.state == SlotState.WAITING and gate.y >= 0)
    ]
    if not coming:
        return None
    gate = min(coming, key=lambda one: one.y)
    return Wish("place", gate.id, gate.x / 10, None, 0.5 * gate.size / 10)


def _falling(things: Things, _shapes: Shapes, own_mm: Point) -> Wish | None:
    """The next good thing that falls; or out of the way of one to be left, where that comes first."""
    coming = [one for one in things[SlotKind.FALLING] if one.state in (SlotState.WAITING, SlotState.NOW)]
    coming.sort(key=lambda one: one.y)
    for one in coming:
        if one.look != FallingLook.LEAVE:
            return Wish("place", one.id, one.x / 10, None, 0.5 * one.size / 10, choice=True)
        if abs(own_mm[0] - one.x / 10) < one.size / 10:
            away_mm = own_mm[0] + (2.0 if own_mm[0] >= one.x / 10 else -2.0) * one.size / 10
            return Wish("place", one.id, away_mm, None, 5.0, choice=True)
    return None


def _place(things: Things, _shapes: Shapes, _own_mm: Point) -> Wish | None:
    """The place that is lit now. A box or a star is looked at, and stood in; a lamp and soles ask for nothing here."""
    places = things[SlotKind.PLACE]
    lit = [place for place in places if place.state == SlotState.NOW and place.look not in _LOOKED_AT]
    for place in lit:
        if place.look == PlaceLook.BALL:
            holes = [hole for hole in places if hole.look == PlaceLook.HOLE and hole.state != SlotState.DONE]
            if holes:
                bright = [hole for hole in holes if hole.state == SlotState.NOW] or holes
                hole = min(bright, key=lambda one: hypot(one.x - place.x, one.y - place.y))
                middle = next((one for one in places if one.look in (PlaceLook.HOME, PlaceLook.BOX)), None)
                x, y = (middle.x, middle.y) if middle is not None else (0, 0)
                tilt_ml, tilt_ap = TILT_GAIN * (hole.x - place.x), TILT_GAIN * (hole.y - place.y)
                return Wish("place", hole.id, (x + tilt_ml) / 10, (y + tilt_ap) / 10, 3.0)
    others = any(place.look == PlaceLook.SQUARE for place in places)
    for place in lit:
        if place.look != PlaceLook.BALL:
            leave = place.look == PlaceLook.SQUARE
            near_mm = 0.4 * place.size / 10
            return Wish("place", place.id, place.x / 10, place.y / 10, near_mm, leave=leave, choice=others)
    return None


_LOOKED_AT = (PlaceLook.BOX, PlaceLook.STAR, PlaceLook.LAMP, PlaceLook.SOLE_LEFT, PlaceLook.SOLE_RIGHT)


def _path(things: Things, shapes: Shapes, _own_mm: Point) -> Wish | None:
    """Along a lane, a little ahead of how far one has come; where nobody leads."""
    path = things[SlotKind.PATH][0]
    points = shapes.get(path.look, ())
    if len(points) < 2:
        return None
    ml_mm, ap_mm = along(points, path.value / 1000.0, LINE_AHEAD_MM)
    return Wish("place", 1000 + path.look, ml_mm + path.x / 10, ap_mm + path.y / 10, 0.3 * path.size / 10)


def along(points: Sequence[Point], part: float, ahead_mm: float) -> Point:
    """The point of this line at this part of its length (0..1) and some millimetres more, at most its end."""
    legs = [hypot(there[0] - here[0], there[1] - here[1]) for here, there in pairwise(points)]
    left_mm = max(0.0, min(1.0, part)) * sum(legs) + ahead_mm
    for leg_mm, (here, there) in zip(legs, pairwise(points), strict=True):
        if left_mm <= leg_mm and leg_mm > 0.0:
            share = left_mm / leg_mm
            return here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])
        left_mm -= leg_mm
    return points[-1]


def _band(things: Things, _shapes: Shapes, _own_mm: Point) -> Wish | None:
    """The value that a band asks for, beside the bar that shows it."""
    bands = things[SlotKind.BAND]
    band = next((one for one in bands if one.state == SlotState.NOW), bands[0])
    if SlotKind.BEAT in things and len(bands) > 1 and sum(one.state == SlotState.NOW for one in bands) != 1:
        band = _on_beat(bands, things[SlotKind.BEAT][0])
    axis, middle = band.look, 0.5 * (band.x + band.y)
    half = 0.5 * abs(band.y - band.x)
    if axis in (Axis.ML, Axis.AP):
        ml_mm, ap_mm = (middle / 10, None) if axis == Axis.ML else (None, middle / 10)
        return Wish("place", 2000 + band.id, ml_mm, ap_mm, 0.3 * half / 10)
    bar = next((one for one in things.get(SlotKind.BAR, ()) if one.look == axis), None)
    if axis == Axis.RISE:
        arrow = next(iter(things.get(SlotKind.ARROW, ())), None)
        up = sin(radians(arrow.value / 10)) > 0.0 if arrow is not None else None
        return Wish("body", 2000 + band.id, movement="chair", up=up)
    if axis not in _IN_UNITS:
        return None
    what, unit = _IN_UNITS[axis]
    shown = None if bar is None else bar.x * unit
    return Wish(what, 2000 + band.id, goal=middle * unit, shown=shown, near_mm=half * unit)


def _on_beat(bands: Sequence[ShownSlot], beat: ShownSlot) -> ShownSlot:
    """Which of two lines the beat asks for: the lower at even beats; one sets off a little before."""
    count = beat.y + int(beat.value / 1000.0 + BEAT_LEAD)
    low, high = sorted(bands, key=lambda one: one.x)[:2]
    return high if count % 2 else low


def _lane(things: Things, shapes: Shapes, _own_mm: Point) -> Wish | None:
    """The height of a lane that comes by, where the own force rides on it, and that force."""
    path = things[SlotKind.PATH][0]
    points = shapes.get(path.look, ())
    ball = next((one for one in things.get(SlotKind.PLACE, ()) if one.look == PlaceLook.BALL), None)
    if len(points) < 2:
        return None
    asked = _height_at(points, (LANE_NOW_X - path.x) / 10)
    shown = None if ball is None else _of_best(ball.y / 10)
    return Wish("force", 2, goal=_of_best(asked), shown=shown)


def _height_at(points: Sequence[Point], x_mm: float) -> float:
    """The height of a line that goes from left to right, there; of its ends beyond them."""
    for (left, low), (right, high) in pairwise(points):
        if left <= x_mm <= right and right > left:
            return low + (high - low) * (x_mm - left) / (right - left)
    return points[0][1] if x_mm < points[0][0] else points[-1][1]


def _of_best(height_mm: float) -> float:
    """A height on the glass as a part of the own best press: as a guess, for the best itself is not drawn."""
    foot_mm, top_mm = LANE_FOOT_Y / 10, LANE_TOP_Y / 10
    return LANE_SPAN * (height_mm - foot_mm) / (top_mm - foot_mm)


def _arrow(things: Things, _shapes: Shapes, _own_mm: Point) -> Wish | None:
    """Lean the way that an arrow points; a push is the therapist's."""
    arrow = things[SlotKind.ARROW][0]
    if arrow.look != ArrowLook.LEAN or arrow.size <= 0:
        return None
    angle = radians(arrow.value / 10)
    ml_mm, ap_mm = (arrow.x + arrow.size * cos(angle)) / 10, (arrow.y + arrow.size * sin(angle)) / 10
    return Wish("place", 3000 + arrow.id, ml_mm, ap_mm, 5.0)


def _beyond(wish: Wish, arrow: ShownSlot) -> Wish:
    """Past the arrow's tip, farther than anybody can."""
    if wish.ml_mm is None or wish.ap_mm is None:
        return wish
    from_ml_mm, from_ap_mm = arrow.x / 10, arrow.y / 10
    return wish._replace(
        ml_mm=from_ml_mm + BEYOND * (wish.ml_mm - from_ml_mm), ap_mm=from_ap_mm + BEYOND * (wish.ap_mm - from_ap_mm)
    )


_READERS = (
    (SlotKind.GATE, _gate),
    (SlotKind.FALLING, _falling),
    (SlotKind.BAND, _band),
    (SlotKind.PLACE, _place),
    (SlotKind.PATH, _path),
    (SlotKind.ARROW, _arrow),
)
_ON_GAUGE = ((SlotKind.BAND, _band), (SlotKind.PATH, _lane))
"""What counts first where several things are shown; a gauge shows no places on the plate."""
