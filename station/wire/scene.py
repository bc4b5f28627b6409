"""The scene in a sample: 152 bytes, with a field for each of the head and an array for each field of a slot.

A tick packs a scene only when it is another object than the one before (`LastScene`); a reader unpacks it when it is
wanted.
"""

from __future__ import annotations

import struct
from itertools import chain

from drills.scene import NO_SCENE, SLOTS, Scene, Slot, clamped
from station.wire.fields import Field, layout_of

_SINCE = 3
_HEAD = {
    "view": "uint8",
    "turn": "uint8",
    "centre_x": "int16",
    "centre_y": "int16",
    "dot": "uint8",
    "feedback": "uint8",
    "eyes": "uint8",
    "outcome": "uint8",
    "cue": "uint8",
    "cue_count": "uint8",
    "tone_hz": "uint16",
    "word": "uint16",
    "word_a": "int16",
    "word_b": "int16",
    "clock_kind": "uint8",
    "clock_ds": "uint16",
    "clock_of_ds": "uint16",
    "score": "uint16",
    "goal": "uint16",
    "best": "uint16",
    "level": "uint8",
}
_SLOT = {
    "kind": "uint8",
    "id": "uint8",
    "look": "uint8",
    "state": "uint8",
    "x": "int16",
    "y": "int16",
    "size": "int16",
    "value": "int16",
}

SCENE_FIELDS = (
    *(Field(f"scene_{name}", kind, _SINCE, 0) for name, kind in _HEAD.items()),
    *(Field(f"slot_{name}", f"{kind}[{SLOTS}]", _SINCE, 0) for name, kind in _SLOT.items()),
)
"""The scene's fields, in the order of their bytes. All zeros, as an earlier program's recording reads, is no scene."""
_LAYOUT = layout_of([field.type for field in SCENE_FIELDS])
SCENE_BYTES = _LAYOUT.size
_HEADS = len(_HEAD)
_UNUSED = Slot()


def pack_scene(scene: Scene) -> bytes:
    """The `SCENE_BYTES` bytes of a scene. What a field cannot hold is brought into its range; never raises."""
    try:
        return _pack(scene)
    except struct.error:
        return _pack(clamped(scene))


def _pack(scene: Scene) -> bytes:
    slots = scene.slots + (_UNUSED,) * (SLOTS - len(scene.slots))
    return _LAYOUT.pack(*scene[:_HEADS], *chain.from_iterable(zip(*slots, strict=True)))


def unpack_scene(payload: bytes) -> Scene:
    """The scene in these `SCENE_BYTES` bytes; slots after the last one in use are left out."""
    values = _LAYOUT.unpack(payload)
    columns = (values[at : at + SLOTS] for at in range(_HEADS, len(values), SLOTS))
    slots = [Slot(*row) for row in zip(*columns, strict=True)]
    while slots and slots[-1] == _UNUSED:
        slots.pop()
    return Scene._make((*values[:_HEADS], tuple(slots)))


NO_SCENE_BYTES = pack_scene(NO_SCENE)


class LastScene:
    """Packs a scene once, for as long as it is the very same object."""

    __slots__ = ("_packed", "_scene")

    def __init__(self) -> None:
        self._scene = NO_SCENE
        self._packed = NO_SCENE_BYTES

    def pack(self, scene: Scene) -> bytes:
        """Its `SCENE_BYTES` bytes."""
        if scene is not self._scene:
            self._scene, self._packed = scene, pack_scene(scene)
        return self._packed
