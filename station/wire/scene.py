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
    "view": ("uint8", "what the patient's screen shows: 0 no scene 1 foot 2 quiet 3 lean 4 wide 5 gauge 6 plate"),
    "turn": ("uint8", "quarter turns of the plate"),
    "centre_x": ("int16", "middle of the view in ML, 0.1 mm"),
    "centre_y": ("int16", "middle of the view in AP, 0.1 mm; in wide and gauge ms from the top edge to the arrival"),
    "dot": ("uint8", "0 hidden 1 live 2 live outside the goal 3 trail after the try 4 in ML only 5 drives slot 0"),
    "feedback": ("uint8", "level of feedback, 0 to 4"),
    "eyes": ("uint8", "0 open 1 closed 2 screen dark"),
    "outcome": ("uint8", "0 none 1 in the goal 2 outside 3 hit 4 miss 5 held 6 unsafe 7 rest"),
    "cue": ("uint8", "number of the last sound or phrase (drills/words.py)"),
    "cue_count": ("uint8", "counts up by one at each sound or phrase"),
    "tone_hz": ("uint16", "pitch of the error; 0 silent"),
    "word": ("uint16", "number of the instruction (drills/words.py)"),
    "word_a": ("int16", "first value of the instruction"),
    "word_b": ("int16", "second value of the instruction"),
    "clock_kind": ("uint8", "0 no clock 1 get ready 2 left 3 rest 4 held so far"),
    "clock_ds": ("uint16", "what the clock shows"),
    "clock_of_ds": ("uint16", "whole length of the clock"),
    "score": ("uint16", "what has been reached"),
    "goal": ("uint16", "of how many; 0 for none"),
    "best": ("uint16", "the patient's own best; 0 for none"),
    "level": ("uint8", "rung; 0 is not shown"),
}
_SLOT = {
    "kind": (
        "uint8",
        "ten things: 0 none 1 place 2 path 3 band 4 bar 5 gate 6 falling 7 beat 8 ring 9 arrow 10 word",
    ),
    "id": ("uint8", "stays with a thing while it lives"),
    "look": ("uint8", "how it looks, by kind (drills/scene.py)"),
    "state": ("uint8", "0 hidden 1 waiting 2 now 3 done 4 passed by 5 over the line"),
    "x": ("int16", "place in ML, 0.1 mm, or first value of the kind"),
    "y": ("int16", "place in AP, 0.1 mm, or second value of the kind"),
    "size": ("int16", "size by kind, 0.1 mm of a place"),
    "value": ("int16", "value by kind"),
}

SCENE_FIELDS = (
    *(Field(f"scene_{name}", kind, meaning, _SINCE, 0) for name, (kind, meaning) in _HEAD.items()),
    *(Field(f"slot_{name}", f"{kind}[{SLOTS}]", meaning, _SINCE, 0) for name, (kind, meaning) in _SLOT.items()),
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
