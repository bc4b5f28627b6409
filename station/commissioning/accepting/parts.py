"""The parts of an acceptance, in their order: what each asks, what it finds, and the bounds of that.

A bound has a mark as docs/sources/README.md has them: "published" or "computed", or "proposed" where a certified
engineer or a clinician has to confirm it. The words of a part are `accept.part.<name>` and `accept.to-do.<name>` of the
texts, of a figure `accept.figure.<name>`, of a question `accept.ask.<name>`.
"""

from __future__ import annotations

from typing import NamedTuple

PUBLISHED, COMPUTED, PROPOSED = "published", "computed", "proposed"
MARKS = (PUBLISHED, COMPUTED, PROPOSED)
CELLS, STOPS, ROOM = "cells", "stops", "room"
GROUPS = (CELLS, STOPS, ROOM)
YES, NO = "yes", "no"


class SheetBound(NamedTuple):
    """What a figure must be."""

    figure: str
    """With its unit: `force_error_percent`."""
    least: float | None
    most: float | None
    mark: str
    basis: str
    """Where the bound is from: `accept.basis.<basis>` of the texts."""

    def holds(self, value: float) -> bool:
        """Whether this value is within it; never for what is no number."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class SheetQuestion(NamedTuple):
    """Something that a person is asked for before a part is measured, or instead."""

    name: str
    """With its unit: `weight_kg`. A name without a unit asks for words, or for yes or no where `choice`."""
    least: float | None = None
    most: float | None = None
    choice: bool = False

    @property
    def number(self) -> bool:
        """Whether the answer is a number."""
        return self.least is not None


class SheetPart(NamedTuple):
    """One part of the acceptance."""

    name: str
    group: str
    questions: tuple[SheetQuestion, ...] = ()
    bounds: tuple[SheetBound, ...] = ()
    measured: bool = True
    """Whether the rig is read for it; else the answers are all there is."""


WEIGHT = SheetQuestion("weight_kg", 5.0, 60.0)
"""Heavy enough for the plate to feel it as a person (40 N), light enough for two hands."""
RUNNING_WEIGHT = SheetQuestion("weight_kg", 5.0, 40.0)
"""All of a dead weight rides with the plate: more of it brings the plate's own mode near the drive (docs/build.md)."""
SWING = (
    SheetQuestion("weight_kg", 2.0, 30.0),
    SheetQuestion("trestle_kg", 1.0, 40.0),
    SheetQuestion("rope_mm", 300.0, 1200.0),
    SheetQuestion("hook_mm", 400.0, 1600.0),
    SheetQuestion("out_mm", 20.0, 250.0),
)
_MIDDLE_MM = SheetBound("place_error_mm", None, 1.0, PROPOSED, "place-middle")
_EDGE_MM = SheetBound("distance_error_mm", None, 1.5, PROPOSED, "place-edge")
_SWING = (
    SheetBound("amplitude_percent", -5.0, 5.0, PROPOSED, "swing-amplitude"),
    SheetBound("period_percent", -1.0, 1.0, PROPOSED, "swing-period"),
    SheetBound("across_percent", None, 5.0, PROPOSED, "swing-across"),
)
_ONE_SHOT = SheetBound("holds_ms", 100.0, 200.0, PROPOSED, "one-shot")
_RELAY = SheetBound("relay_ms", 0.0, 50.0, PROPOSED, "relay")
_STILL = (
    SheetBound("still_s", None, 0.5, PROPOSED, "fast-stop"),
    SheetBound("again_hz", None, 2.0, PROPOSED, "no-restart"),
)


def _yes(name: str) -> SheetPart:
    return SheetPart(name, ROOM, (SheetQuestion(name, choice=True),), measured=False)


PARTS: tuple[SheetPart, ...] = (
    SheetPart(
        "empty",
        CELLS,
        bounds=(
            SheetBound("noise_mm", None, 0.1, PROPOSED, "noise"),
            SheetBound("zero_percent", None, 2.0, PROPOSED, "zero"),
        ),
    ),
    SheetPart(
        "weight-middle",
        CELLS,
        (WEIGHT,),
        (SheetBound("force_error_percent", -1.5, 1.5, PROPOSED, "force"), _MIDDLE_MM),
    ),
    SheetPart(
        "weight-again",
        CELLS,
        bounds=(
            SheetBound("repeat_n", None, 4.5, PUBLISHED, "repeat"),
            SheetBound("repeat_mm", None, 1.5, PUBLISHED, "repeat"),
        ),
    ),
    *(SheetPart(f"ruler-{side}", CELLS, bounds=(_EDGE_MM,)) for side in ("right", "left", "front", "back")),
    SheetPart("swing-sideways", CELLS, SWING, _SWING),
    SheetPart("swing-forward", CELLS, SWING, _SWING),
    SheetPart("self-test", STOPS),
    SheetPart("one-shot-a", STOPS, bounds=(_ONE_SHOT,)),
    SheetPart("one-shot-b", STOPS, (SheetQuestion("holds_ms", 1.0, 5000.0),), (_ONE_SHOT,), measured=False),
    SheetPart("stop-a", STOPS, bounds=(_RELAY,)),
    SheetPart("stop-b", STOPS, bounds=(SheetBound("permit_ms", 0.0, 8.0, COMPUTED, "permit"), _RELAY)),
    SheetPart("stop-button", STOPS, bounds=(SheetBound("apart_ms", None, 50.0, PUBLISHED, "apart"), _RELAY)),
    SheetPart("stop-running", STOPS, bounds=_STILL),
    SheetPart("stop-plug", STOPS, bounds=_STILL),
    SheetPart(
        "weight-running", CELLS, (RUNNING_WEIGHT,), (SheetBound("residual_mm", None, 0.3, PROPOSED, "residual"),)
    ),
    SheetPart(
        "sound",
        ROOM,
        (SheetQuestion("sound_dba", 20.0, 120.0),),
        (SheetBound("sound_dba", None, 70.0, PROPOSED, "sound"),),
        measured=False,
    ),
    SheetPart(
        "block",
        ROOM,
        (SheetQuestion("block_mm", -100.0, 100.0),),
        (SheetBound("block_mm", -3.0, 3.0, PROPOSED, "block"),),
        measured=False,
    ),
    *(_yes(name) for name in ("rail", "harness", "chair", "ramp", "wipe")),
    SheetPart("engineer", ROOM, (SheetQuestion("signed_by"), SheetQuestion("paper")), measured=False),
    SheetPart("clinician", ROOM, (SheetQuestion("signed_by"), SheetQuestion("paper")), measured=False),
)
"""All of them, in the order in which they are done: nothing moves before the stops are shown to work."""
BY_NAME = {part.name: part for part in PARTS}
EMPTY_PLATE = "empty"
REACH_OF = {"ruler-right": (1, 0), "ruler-left": (-1, 0), "ruler-front": (0, 1), "ruler-back": (0, -1)}
"""Which way each ruler part goes from the middle (ML, AP)."""
