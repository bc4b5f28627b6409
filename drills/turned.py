"""Who stands turned on the plate: a drill goes by the patient's own axes, what comes in and goes out by the plate's.

A quarter turn is clockwise from above: who faces right has the plate's right ahead, and its front at their left. Places
of a scene lie on the plate, as the dot does; the page turns the picture, so that ahead is up. Bands and bars, and all
of a view whose height is time, stay on the patient's axes.
"""

from __future__ import annotations

from typing import Any

from drills.scene import PlaceLook, Scene, Slot, SlotKind, View
from drills.values import Event, Observation

ON_THE_PLATE = frozenset({View.FOOT, View.QUIET, View.LEAN, View.NEAR, View.PLATE})
"""Views in which a place is one on the plate."""
_PLACES = frozenset({SlotKind.PLACE, SlotKind.PATH, SlotKind.RING, SlotKind.ARROW, SlotKind.WORD})
_PAIRS = (("ml_mm", "ap_mm"), ("foot_ml_mm", "foot_ap_mm"))
"""Places in events, by their keys."""
QUARTER = 900
"""Of an angle, in 0.1 degree."""


def own(x: Any, y: Any, turn: int) -> tuple[Any, Any]:  # noqa: ANN401  # numbers, or arrays of them
    """A place of the plate in the patient's axes: to their right, and ahead."""
    return ((x, y), (-y, x), (-x, -y), (y, -x))[turn]


def on_the_plate(right: float, ahead: float, turn: int) -> tuple[float, float]:
    """A place of the patient's axes on the plate: ML and AP."""
    return own(right, ahead, -turn % 4)


def seen_by(observation: Observation, turn: int) -> Observation:
    """What is seen of the patient, in their axes."""
    ml_mm, ap_mm = own(observation.cop_ml_mm, observation.cop_ap_mm, turn)
    return observation._replace(cop_ml_mm=ml_mm, cop_ap_mm=ap_mm)


def laid(scene: Scene, turn: int) -> Scene:
    """A scene of the patient's axes as it lies on the plate."""
    if scene.view not in ON_THE_PLATE:
        return scene
    x, y = _whole(scene.centre_x, scene.centre_y, turn)
    slots = tuple(_laid(slot, turn) if slot.kind in _PLACES else slot for slot in scene.slots)
    return scene._replace(centre_x=x, centre_y=y, slots=slots)


def said(event: Event, turn: int, view: int) -> Event:
    """An event with its places on the plate; `view` is that of the scene at that time."""
    data = dict(event.data)
    for one, other in _PAIRS:
        ml_mm, ap_mm = data.get(one), data.get(other)
        if isinstance(ml_mm, float) and isinstance(ap_mm, float):
            data[one], data[other] = on_the_plate(ml_mm, ap_mm, turn)
    points = data.get("points")
    if event.kind == "shape" and view in ON_THE_PLATE and isinstance(points, list):
        turned = (_whole(x, y, turn) for x, y in zip(points[::2], points[1::2], strict=False))
        data["points"] = [value for point in turned for value in point]
    return event if data == event.data else event._replace(data=data)


def _laid(slot: Slot, turn: int) -> Slot:
    x, y = _whole(slot.x, slot.y, turn)
    if slot.kind == SlotKind.PLACE and slot.look == PlaceLook.BOX and turn % 2:  # its half to the side, and ahead
        return slot._replace(x=x, y=y, size=slot.value, value=slot.size)
    points = slot.kind == SlotKind.ARROW or (slot.kind == SlotKind.PLACE and slot.look == PlaceLook.LEADER)
    value = (slot.value - turn * QUARTER) % 3600 if points else slot.value
    return slot._replace(x=x, y=y, value=value)


def _whole(x: int, y: int, turn: int) -> tuple[int, int]:
    right, ahead = on_the_plate(x, y, turn)
    return int(right), int(ahead)
