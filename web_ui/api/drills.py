"""GET /api/v1/drills: what can be prescribed, with the ranges and defaults that a form needs."""

from __future__ import annotations

import functools

from pydantic import BaseModel

from drills.library import catalogue_names, load_shipped
from web_ui.api import resource


class Range(BaseModel):
    """What a prescription may ask for."""

    min: float
    max: float
    default: float


class DrillView(BaseModel):
    """One drill. `frequency_hz` and `displacement_pp_mm` are null where it has no vibration."""

    name: str
    title: str
    summary: str
    stance: str
    legs: list[str]
    hold_mode: str
    """`fixed` for a prescribed hold, `until-step-off` for one that lasts until the patient leaves the plate."""
    frequency_hz: Range | None
    displacement_pp_mm: Range | None
    peak_acceleration_max_g: float | None
    hold_s: Range
    trials: Range


class DrillsView(BaseModel):
    """All drills."""

    drills: list[DrillView]


blueprint = resource("drills", "What can be prescribed.")


@blueprint.get("/drills", responses={"200": DrillsView})
def list_drills() -> dict[str, object]:
    """Every drill with its ranges and defaults."""
    return DrillsView(drills=[drill_view(name) for name in catalogue_names()]).model_dump()


@functools.cache
def drill_view(name: str) -> DrillView:
    """The drill of this name, for a form."""
    document = load_shipped(name)
    vibration = document.vibration
    frequency, displacement = vibration.frequency_hz, vibration.displacement_pp_mm
    legs = {"single-leg": ["left", "right"], "two-legs": ["both"], "any": ["left", "right", "both"]}
    hold, trials = document.hold, document.trials
    return DrillView(
        name=name,
        title=document.title,
        summary=document.summary,
        stance=document.stance,
        legs=legs[document.stance],
        hold_mode=hold.mode,
        frequency_hz=_range(frequency.min, frequency.max, frequency.default) if frequency else None,
        displacement_pp_mm=_range(displacement.min, displacement.max, displacement.default) if displacement else None,
        peak_acceleration_max_g=vibration.peak_acceleration_max_g,
        hold_s=_range(hold.min_s, hold.max_s, hold.default_s),
        trials=_range(trials.min, trials.max, trials.default),
    )


def _range(least: float, most: float, default: float) -> Range:
    return Range(min=least, max=most, default=default)
