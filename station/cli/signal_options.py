"""Options that say how a file is to be measured, and what a person tells of how the trial was stood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from station.settings import Settings

if TYPE_CHECKING:
    from station.analysis.comparing import Told
    from station.analysis.results import Wish

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--pipeline", default="station-1", metavar="station-1|raw|quijoux-2021", show_default=True,
                 help="How samples are prepared (docs/measures.md)."),
    click.option("--everything/--basic", default=True, show_default=True,
                 help="With the slower figures of station-1, or without."),
    click.option("--rate", "rate_hz", type=click.FloatRange(min=0, min_open=True), metavar="HZ",
                 help="Sampling rate of a CSV file without a column time_s."),
    click.option("--cells-ml", "spacing_ml_mm", type=click.FloatRange(min=1), metavar="MM",
                 help="Distance of the cells left to right, for a CSV file of four cells."),
    click.option("--cells-ap", "spacing_ap_mm", type=click.FloatRange(min=1), metavar="MM",
                 help="Distance of the cells front to back."),
    click.option("--foot", type=(float, float, float, float), metavar="LEFT RIGHT BACK FRONT",
                 help="Outline of the standing foot in mm from the plate's middle, for the time to its boundary."),
    click.option("--calibration", metavar="FILE|NAME|current",
                 help="Compute a recording's newtons anew from its volts, by this calibration."),
    click.option("--trial", type=click.IntRange(min=1), metavar="N",
                 help="Which trial of a recording; its first one where left out."),
    click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="Folder whose calibrations are meant."),
    click.option("--stance", type=click.Choice(["both", "left", "right"]),
                 help="On which leg, where a file does not tell."),
    click.option("--vision", type=click.Choice(["open", "closed"]), help="Eyes, where a file does not tell."),
    click.option("--surface", type=click.Choice(["firm", "foam"]), help="Ground, where a file does not tell."),
)  # fmt: skip


def signal_options(command: _Command) -> _Command:
    """Add the options that `wish_of` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def wish_of(*, pipeline: str, everything: bool, rate_hz: float | None, spacing_ml_mm: float | None,
            spacing_ap_mm: float | None, foot: tuple[float, float, float, float] | None, calibration: str | None,
            trial: int | None, data: Path | None, stance: str | None, vision: str | None,
            surface: str | None) -> tuple[Wish, Told]:  # fmt: skip
    """What is wanted of each file, and what was told of it. Raises InputError for an unknown pipeline."""
    from station.analysis.comparing import Told
    from station.analysis.results import Wish
    from station.faults import InputError
    from station.measures import PIPELINES, Foot

    if pipeline not in PIPELINES:
        raise InputError("input-invalid", f"--pipeline {pipeline}", f"there are: {', '.join(PIPELINES)}.")
    if (spacing_ml_mm is None) != (spacing_ap_mm is None):
        raise InputError("input-invalid", "--cells-ml, --cells-ap", "give both, or none.")
    outline = None if foot is None else Foot(*foot)
    if outline is not None and not (outline.left_mm < outline.right_mm and outline.back_mm < outline.front_mm):
        raise InputError("input-invalid", "--foot", "right must be greater than left, and front greater than back.")
    geometry = (spacing_ml_mm, spacing_ap_mm) if spacing_ml_mm and spacing_ap_mm else None
    folder = data if data is not None else Settings().station.data
    source = None if calibration is None else (folder, calibration)
    return Wish(pipeline, rate_hz, geometry, everything, outline, source, trial), Told(stance, vision, surface)
