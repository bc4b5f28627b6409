"""Options that say how a file is to be read and measured, and what a person states of how its trials were stood."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from station.cli.groups import Command, handed_as

if TYPE_CHECKING:
    from station.analysis.judging import StatedCondition
    from station.analysis.reading import ReadOptions
    from station.measures import Request

UNITS = ("mm", "cm", "m", "in")
"""Those of `station.recording.formats.UNITS_MM`, which is not loaded for a help text."""
cells_ml = click.option(
    "--cells-ml",
    "spacing_ml_mm",
    type=click.FloatRange(min=1),
    metavar="MM",
    help="cli.option.cells-ml",
)
cells_ap = click.option(
    "--cells-ap",
    "spacing_ap_mm",
    type=click.FloatRange(min=1),
    metavar="MM",
    help="cli.option.cells-ap",
)
units = click.option("--units", type=click.Choice(UNITS), help="cli.option.units")
x_is = click.option("--x-is", type=click.Choice(["ml", "ap"]), help="cli.option.x-is")
plate = click.option("--plate", type=click.IntRange(min=1), metavar="N", help="cli.option.plate")
_OPTIONS = (
    click.option(
        "--pipeline",
        default="station-1",
        metavar="station-1|raw|quijoux-2021",
        show_default=True,
        help="cli.option.pipeline",
    ),
    click.option(
        "--everything/--basic",
        default=True,
        show_default=True,
        help="cli.option.everything",
    ),
    click.option(
        "--rate",
        "rate_hz",
        type=click.FloatRange(min=0, min_open=True),
        metavar="HZ",
        help="cli.option.rate",
    ),
    units,
    click.option(
        "--weight-kg",
        type=click.FloatRange(min=0, min_open=True),
        metavar="KG",
        help="cli.option.weight-kg.files",
    ),
    x_is,
    plate,
    cells_ml,
    cells_ap,
    click.option(
        "--foot",
        type=(float, float, float, float),
        metavar="LEFT RIGHT BACK FRONT",
        help="cli.option.foot",
    ),
    click.option(
        "--calibration",
        metavar="FILE|NAME|current",
        help="cli.option.calibration",
    ),
    click.option(
        "--trial",
        type=click.IntRange(min=1),
        metavar="N",
        help="cli.option.trial",
    ),
    click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="cli.option.data.signal_options"),
    click.option("--stance", type=click.Choice(["both", "left", "right"]), help="cli.option.stance"),
    click.option("--vision", type=click.Choice(["open", "closed"]), help="cli.option.vision"),
    click.option("--surface", type=click.Choice(["firm", "foam"]), help="cli.option.surface"),
)


def signal_options(command: Command) -> Command:
    """Add the options; the command gets them as `options` (`ReadOptions`), `request` and `stated`."""
    makers = ("options", with_facts), ("options", read_options_of), ("request", request_of), ("stated", stated_of)
    for name, make in makers:
        command = handed_as(name, make)(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_options_of(
    rate_hz: float | None,
    spacing_ml_mm: float | None,
    spacing_ap_mm: float | None,
    calibration: str | None,
    trial: int | None,
    data: Path | None,
) -> ReadOptions:
    """How each file is to be read. Raises InputError "input-invalid" for one distance of the cells without the other.

    A calibration's name is looked for in the folder `data`, or in the settings' own.
    """
    from station.analysis.reading import ReadOptions

    source = None if calibration is None else (data if data is not None else _usual_folder(), calibration)
    return ReadOptions(rate_hz, geometry_of(spacing_ml_mm, spacing_ap_mm), source, trial)


def _usual_folder() -> Path:
    from station.settings import Settings

    return Settings().station.data


def with_facts(
    options: ReadOptions, units: str | None, x_is: str | None, plate: int | None, weight_kg: float | None
) -> ReadOptions:
    """The same with the unit and the axes of the CoP, the plate that is meant, and the patient's weight."""
    return options._replace(units=units, x_is=x_is, plate=plate, weight_kg=weight_kg)


def geometry_of(spacing_ml_mm: float | None, spacing_ap_mm: float | None) -> tuple[float, float] | None:
    """Distance of the cells, (ML, AP) in mm. Raises InputError "input-invalid" for one without the other."""
    from station.faults import InputError, because

    if (spacing_ml_mm is None) != (spacing_ap_mm is None):
        raise InputError("input-invalid", "--cells-ml, --cells-ap", because("both-or-none"))
    return (spacing_ml_mm, spacing_ap_mm) if spacing_ml_mm and spacing_ap_mm else None


def request_of(pipeline: str, everything: bool, foot: tuple[float, float, float, float] | None) -> Request:
    """What is wanted of each file. Raises InputError "input-invalid" for an unknown pipeline, or foot."""
    from station.faults import InputError, because
    from station.measures import PIPELINES, Foot, Request

    if pipeline not in PIPELINES:
        raise InputError("input-invalid", f"--pipeline {pipeline}", because("there-are", names=list(PIPELINES)))
    outline = None if foot is None else Foot(*foot)
    if outline is not None and not (outline.left_mm < outline.right_mm and outline.back_mm < outline.front_mm):
        raise InputError("input-invalid", "--foot", because("foot-outline"))
    return Request(pipeline, everything, outline)


def stated_of(stance: str | None, vision: str | None, surface: str | None) -> StatedCondition:
    """What a person states of how the trials were stood."""
    from station.analysis.judging import StatedCondition

    return StatedCondition(stance, vision, surface)
