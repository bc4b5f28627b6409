"""What the score of an exercise counts: things, or whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Counted = Literal["things", "seconds"]
_LED = ("side", "forward", "circle", "eight", "waves", "ring")
"""Paths on which each second with what leads counts."""


def counted_in(exercise: object, parameters: Mapping[str, object]) -> Counted:
    """What it counts with these parameters, as a document has them; of one that is not known, things."""
    seconds = (
        (exercise == "follow" and parameters.get("path") in _LED)
        or (exercise == "share" and not parameters.get("squat_period_s"))
        or (exercise == "load" and parameters.get("way") == "press")
    )
    return "seconds" if seconds else "things"
