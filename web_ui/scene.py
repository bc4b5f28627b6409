"""The scene of a sample as the pages get it: names instead of numbers, and keys of the catalogue for what is said."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel

from drills.scene import (
    ArrowLook,
    Axis,
    BeatLook,
    ClockKind,
    Dot,
    Eyes,
    FallingLook,
    GateLook,
    PlaceLook,
    RingLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
    WordLook,
)
from drills.units import STANDARD_GRAVITY_M_S2
from drills.words import Cue, Word
from station.wire.scene import unpack_scene

UNKNOWN = "unknown"
"""The name of a number of a later release: a page passes it over."""
_LOOKS: dict[int, type[IntEnum]] = {
    SlotKind.PLACE: PlaceLook,
    SlotKind.BAND: Axis,
    SlotKind.BAR: Axis,
    SlotKind.GATE: GateLook,
    SlotKind.FALLING: FallingLook,
    SlotKind.BEAT: BeatLook,
    SlotKind.RING: RingLook,
    SlotKind.ARROW: ArrowLook,
    SlotKind.WORD: WordLook,
}


class SlotView(BaseModel):
    """One thing on the screen. What its numbers mean depends on its kind (`drills.scene.Slot`)."""

    kind: str
    id: int
    look: str
    """By kind; of a path the number of its shape."""
    state: str
    x: int
    y: int
    size: int
    value: int
    says: str = ""
    """Of a word: key of the catalogue, or the letter to read; empty otherwise."""
    points: tuple[int, ...] = ()
    """Of a path: its shape, x after y, in 0.1 mm; empty where that is not known."""


class SceneView(BaseModel):
    """What the patient's screen shows beside the dot: the fields of `drills.scene.Scene` by their names."""

    view: str
    turn: int
    centre_x: int
    centre_y: int
    dot: str
    feedback: int
    eyes: str
    outcome: str
    cue: str
    cue_count: int
    tone_hz: int
    word: str
    """Key of the catalogue for the instruction, with the values `a` and `b`; empty where it says nothing."""
    word_a: int
    word_b: int
    clock_kind: str
    clock_ds: int
    clock_of_ds: int
    score: int
    goal: int
    best: int
    level: int
    slots: tuple[SlotView, ...]
    n_a_kg: float = STANDARD_GRAVITY_M_S2
    """By this a load in N is shown in kg, as scales do."""


Shapes = dict[int, tuple[int, ...]]
"""Points of each shape of the step, x after y, in 0.1 mm, by its number."""


def scene_view(payload: bytes, shapes: Shapes) -> SceneView | None:
    """The scene in these bytes of a sample; None where there is none."""
    view = _view(payload)
    if view is None or not shapes or not any(slot.kind == "path" for slot in view.slots):
        return view
    slots = (
        slot.model_copy(update={"points": shapes.get(int(slot.look), ())}) if slot.kind == "path" else slot
        for slot in view.slots
    )
    return view.model_copy(update={"slots": tuple(slots)})


@lru_cache(maxsize=8)
def _view(payload: bytes) -> SceneView | None:
    # Many frames show the same scene: it is made once.
    scene = unpack_scene(payload)
    return None if scene.view == View.NONE else _of(scene)


def _of(scene: Scene) -> SceneView:
    return SceneView(
        **{
            **scene._asdict(),
            "view": name_of(View, scene.view),
            "dot": name_of(Dot, scene.dot),
            "eyes": name_of(Eyes, scene.eyes),
            "outcome": name_of(SceneOutcome, scene.outcome),
            "cue": name_of(Cue, scene.cue),
            "clock_kind": name_of(ClockKind, scene.clock_kind),
            "word": word_key(scene.word),
            "slots": tuple(_slot(slot) for slot in scene.slots),
        }
    )


def load_warning(scene: SceneView | None) -> Literal["", "warn", "stop"]:
    """What is to sound of a leg that may carry a part, by what the screen shows of it."""
    if scene is None or not any(one.look == "load" and one.state == "over-line" for one in scene.slots):
        return ""
    return "stop" if scene.word == word_key(Word.TOO_MUCH_FOOT_OFF) else "warn"


def _slot(slot: Slot) -> SlotView:
    looks = _LOOKS.get(slot.kind)
    look = str(slot.look) if looks is None else name_of(looks, slot.look)
    says = ""
    if slot.kind == SlotKind.WORD and slot.look == WordLook.TEXT:
        says = word_key(slot.value)
    elif slot.kind == SlotKind.WORD and slot.look == WordLook.LETTER and slot.value > 32:
        says = chr(slot.value)
    return SlotView(
        **{
            **slot._asdict(),
            "kind": name_of(SlotKind, slot.kind),
            "look": look,
            "state": name_of(SlotState, slot.state),
        },
        says=says,
    )


def word_key(number: int) -> str:
    """The catalogue's key of this number of `drills.words.Word`; empty for none and for one of a later release."""
    name = name_of(Word, number)
    return "" if name in (UNKNOWN, "none") else f"scene.{name}"


def name_of(names: type[IntEnum], number: int) -> str:
    """`passed-by` for `PASSED_BY` and so on."""
    try:
        return names(number).name.lower().replace("_", "-")
    except ValueError:
        return UNKNOWN
