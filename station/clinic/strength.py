"""How strong a vibration is, in a word for who prescribes it: by its peak acceleration, and by numbers of a file that a
clinician can sign or change. A word compares doses; it promises nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from station.clinic.signed import Number, Signable, read_signable

SHIPPED = Path(__file__).with_name("strength.toml")
SHOWN_DIGITS = 2
"""Decimals with which the pages show an acceleration in g: a word is of the figure that stands beside it."""

Strength = Literal["", "mild", "medium", "strong"]


class StrengthBounds(Signable):
    """Every number of `strength.toml`: the most, in g, that is called so."""

    mild_most_g: Number
    medium_most_g: Number


@cache
def shipped() -> StrengthBounds:
    """The bounds that come with the station."""
    return read_signable(SHIPPED, StrengthBounds)


def strength_of(peak_g: float, bounds: StrengthBounds | None = None) -> Strength:
    """The word for this peak acceleration, in g as it is shown (two decimals); "" where nothing vibrates, or nobody
    knows how much. Total.
    """
    bounds = bounds or shipped()
    if not peak_g > 0.0:
        return ""
    shown = round(peak_g, SHOWN_DIGITS)
    if shown <= bounds.mild_most_g.value:
        return "mild"
    return "medium" if shown <= bounds.medium_most_g.value else "strong"
