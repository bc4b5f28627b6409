"""The keys of repeating a movement (`drills.exercises.cycles`), and what of them contradicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from drills.exercises.ends import LOW
from drills.exercises.values import LEAST_LEARN_S, SafeBase
from drills.problems import Problem
from drills.strict import Strict

MOST_STEP_OFF = 0.1
"""Of the weight: who sits has next to nothing left on the feet, and has not stepped off."""


class CycleKeys(Strict):
    """Which movement, how often, and what makes a repetition whole."""

    movement: Literal["sit-to-stand", "calf-raise", "squat", "step-up"]
    repetitions: Annotated[int, Field(ge=1, le=60)]
    hold_s: Annotated[float, Field(ge=0, le=10)]
    beat_s: Annotated[float, Field(ge=0, le=6)]
    hands_share: Annotated[float, Field(ge=0, le=0.5)]
    height_mm: Annotated[float, Field(ge=20, le=400)] | None = None
    ahead_mm: Annotated[float, Field(ge=10, le=100)] | None = None
    feet_apart_mm: Annotated[float, Field(ge=150, le=400)] | None = None
    uneven_most: Annotated[float, Field(ge=0.02, le=0.5)] | None = None
    peak_least: Annotated[float, Field(ge=1, le=1.5)] | None = None
    peak_most: Annotated[float, Field(ge=1.05, le=2)] | None = None
    off_beat_most: Annotated[float, Field(ge=0.05, le=0.5)] | None = None
    from_seat: bool | None = None
    """A test: it begins on the seat at a signal, and ends on the seat."""
    for_s: Annotated[float, Field(ge=5, le=120)] | None = None
    """So long after the signal; who is on their feet at its end has risen once more."""
    gives_up_s: Annotated[float, Field(ge=2, le=30)] | None = None
    """It is over when none has counted for so long."""


def problems(keys: CycleKeys, base: SafeBase) -> Iterator[Problem]:
    """What a movement needs to be counted, and what it has no use for."""
    moves = keys.movement
    by_movement: dict[str, object] = {"key": "steps.exercise.parameters.movement", "is": moves}
    by_feet: dict[str, object] = {"key": "steps.exercise.parameters.feet_apart_mm", "is": "given"}
    for field, needed, value, values in (
        ("height_mm", moves not in LOW, keys.height_mm, by_movement),
        ("ahead_mm", moves == "calf-raise", keys.ahead_mm, by_movement),
        ("uneven_most", keys.feet_apart_mm is not None, keys.uneven_most, by_feet),
    ):
        if needed and value is None:
            yield Problem(field, reason="needed-with", values=values)
        if not needed and value is not None:
            yield Problem(field, value, reason="useless-with", values=values)
    by_beat: dict[str, object] = {"key": "steps.exercise.parameters.beat_s", "is": keys.beat_s}
    for field, useful, value, values in (
        ("peak_least", moves in LOW, keys.peak_least, by_movement),
        ("peak_most", moves in LOW, keys.peak_most, by_movement),
        ("off_beat_most", keys.beat_s > 0.0, keys.off_beat_most, by_beat),
        ("from_seat", moves == "sit-to-stand", keys.from_seat, by_movement),
        ("for_s", bool(keys.from_seat), keys.for_s, {"key": "steps.exercise.parameters.from_seat", "is": False}),
    ):
        if value is not None and not useful:
            yield Problem(field, value, reason="useless-with", values=values)
    if moves == "squat" and keys.hold_s:
        yield Problem("hold_s", keys.hold_s, reason="useless-with", values=by_movement)
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="weight-needs-learning")
    if moves in LOW and base.step_off_share > MOST_STEP_OFF:
        reason = "feet-stay-on"
        yield Problem("thresholds.step_off.force_fraction", base.step_off_share, most=MOST_STEP_OFF, reason=reason)
    if base.vibrates:
        yield Problem("steps.exercise.vibration.form", reason="movement-still")
    if (moves == "sit-to-stand") is not (base.stance == "seated"):
        yield Problem("stance.kind", base.stance, reason="chair-and-rise")
