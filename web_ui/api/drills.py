"""GET /api/v1/drills: what can be prescribed, with the ranges and defaults that a form needs."""

from __future__ import annotations

import functools

from pydantic import BaseModel

from drills.document import DrillDocument
from drills.library import catalogue_names, load_shipped
from drills.platform import Platform
from drills.prescription import too_hard
from web_ui.api import resource
from web_ui.service import service


class Range(BaseModel):
    """What a prescription may ask for."""

    min: float
    max: float
    default: float


class DrillView(BaseModel):
    """One drill. `frequency_hz` and `displacement_pp_mm` are null where it has no vibration; the latter also where the
    platform fixes it.
    """

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


class PlatformView(BaseModel):
    """A platform that has one displacement at each frequency."""

    displacement_pp_mm: list[tuple[float, float]]
    """Pairs of Hz and mm, rising in Hz: straight lines between them, level beyond the ends."""


class DrillsView(BaseModel):
    """All drills, for this platform: `platform` is null where any displacement can be asked of it."""

    drills: list[DrillView]
    platform: PlatformView | None


blueprint = resource("drills", "What can be prescribed.", 503)


@blueprint.get("/drills", responses={"200": DrillsView})
def list_drills() -> dict[str, object]:
    """Every drill with its ranges and defaults, as far as the station's platform can do them."""
    platform = service().platform()
    return DrillsView(
        drills=[drill_view(name, platform) for name in catalogue_names()],
        platform=None if platform is None else PlatformView(displacement_pp_mm=list(platform.displacement_pp_mm)),
    ).model_dump()


@functools.lru_cache(maxsize=32)
def drill_view(name: str, platform: Platform | None) -> DrillView:
    """The drill of this name on this platform, for a form."""
    document = load_shipped(name)
    vibration = document.vibration
    displacement = vibration.displacement_pp_mm
    legs = {"single-leg": ["left", "right"], "two-legs": ["both"], "any": ["left", "right", "both"]}
    hold, trials = document.hold, document.trials
    return DrillView(
        name=name,
        title=document.title,
        summary=document.summary,
        stance=document.stance,
        legs=legs[document.stance],
        hold_mode=hold.mode,
        frequency_hz=_frequency(document, platform),
        displacement_pp_mm=_range(displacement.min, displacement.max, displacement.default)
        if displacement and platform is None
        else None,
        peak_acceleration_max_g=vibration.peak_acceleration_max_g,
        hold_s=_range(hold.min_s, hold.max_s, hold.default_s),
        trials=_range(trials.min, trials.max, trials.default),
    )


def _frequency(document: DrillDocument, platform: Platform | None) -> Range | None:
    """The frequencies of the drill that the platform can do within the drill's limits; None: no vibration."""
    vibration = document.vibration
    frequency, displacement, most_g = (
        vibration.frequency_hz,
        vibration.displacement_pp_mm,
        (vibration.peak_acceleration_max_g),
    )
    if frequency is None or displacement is None or most_g is None:
        return None
    if platform is None:
        return _range(frequency.min, frequency.max, frequency.default)
    highest_hz = platform.highest_hz(frequency.max, too_hard(displacement.max, most_g))
    least_hz = max(frequency.min, platform.min_hz)
    if highest_hz is None or highest_hz < least_hz:
        return None
    return _range(least_hz, highest_hz, min(max(frequency.default, least_hz), highest_hz))


def _range(least: float, most: float, default: float) -> Range:
    return Range(min=least, max=most, default=default)
