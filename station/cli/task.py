"""`station task`: figures of a lean, a rise, a push, coming to rest, one leg, and the share of the weight."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.groups import handed_as
from station.cli.options import Printing, as_json, explain, form_of
from station.cli.report import report_errors, worded
from station.cli.signal_options import cells_ap, cells_ml, geometry_of, plate, units, x_is
from station.cli.speaking import Verb
from station.cli.words import texts

if TYPE_CHECKING:
    from station.analysis.reading import ReadOptions
    from station.analysis.tasks import TaskFacts

TASK_NAMES = (
    "limits-of-stability",
    "sit-to-stand",
    "push",
    "stabilisation",
    "one-leg",
    "weight-bearing",
    "distribution",
)
_above_0 = click.FloatRange(min=0, min_open=True)
_FACTS = (
    "weight_kg",
    "height_cm",
    "cue_s",
    "direction_deg",
    "stance_width_mm",
    "foot_down_s",
    "from_s",
    "until_s",
)
"""Options that are the fields of `TaskFacts`."""


def _facts_of(**stated: Any) -> TaskFacts:  # noqa: ANN401  # Click's own values, of `_FACTS`
    from station.analysis.tasks import TaskFacts

    return TaskFacts(**stated)


def _read_options_of(
    rate_hz: float | None,
    spacing_ml_mm: float | None,
    spacing_ap_mm: float | None,
    **said: Any,  # noqa: ANN401
) -> ReadOptions:
    from station.analysis.reading import ReadOptions

    return ReadOptions(rate_hz, geometry_of(spacing_ml_mm, spacing_ap_mm), **said)


@click.command(cls=Verb)
@click.argument("name", type=click.Choice(TASK_NAMES), metavar="NAME")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--weight-kg", type=_above_0, help="cli.option.weight-kg")
@click.option("--height-cm", type=_above_0, help="cli.option.height-cm")
@click.option("--cue-s", type=click.FloatRange(min=0), help="cli.option.cue-s")
@click.option("--direction-deg", type=float, help="cli.option.direction-deg")
@click.option("--stance-width-mm", type=_above_0, help="cli.option.stance-width-mm")
@click.option("--foot-down-s", type=click.FloatRange(min=0), help="cli.option.foot-down-s")
@click.option(
    "--from-s",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="cli.option.from-s",
)
@click.option("--until-s", type=_above_0, help="cli.option.until-s")
@click.option("--rate", "rate_hz", type=_above_0, metavar="HZ", help="cli.option.rate.task")
@units
@x_is
@plate
@cells_ml
@cells_ap
@click.option(
    "--age",
    "age_years",
    type=click.FloatRange(0, 120),
    metavar="YEARS",
    help="cli.option.age.task",
)
@explain
@as_json
@handed_as("form", form_of)
@handed_as("facts", _facts_of, *_FACTS)
@handed_as("options", _read_options_of, "rate_hz", "spacing_ml_mm", "spacing_ap_mm", "units", "x_is", "plate")
def task(
    name: str, file: Path, facts: TaskFacts, options: ReadOptions, age_years: float | None, form: Printing
) -> None:
    """Figures of one task in a recording or CSV file (docs/measures-tables.md, Tasks).

    NAME is limits-of-stability, sit-to-stand, push, stabilisation (after a landing, or after the foot was lifted),
    one-leg (the time on one leg), or weight-bearing (the share of the left leg).
    """
    from station.analysis.tasks import task_of
    from station.cli.figures import meaning_lines, shown, task_lines

    result = task_of(file, name, facts, options, age_years)
    if form.kind == "json":
        click.echo(json.dumps(worded(result), indent=2))
    else:
        explained = meaning_lines(shown(result["measures"])) if form.explain else []
        click.echo("\n".join([*task_lines(worded(result, texts())), *explained]))
    if "error" in result:
        sys.exit(report_errors([result]))
