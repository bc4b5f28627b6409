"""`station task`: figures of a lean, a rise, a push, coming to rest, one leg, and the share of the weight."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from station.cli.options import as_json
from station.cli.report import report

TASK_NAMES = ("limits-of-stability", "sit-to-stand", "push", "stabilisation", "one-leg", "weight-bearing")
_above_0 = click.FloatRange(min=0, min_open=True)


@click.command()
@click.argument("name", type=click.Choice(TASK_NAMES), metavar="NAME")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--weight-kg", type=_above_0, help="Weight of the patient: for sit-to-stand, push and one-leg.")
@click.option("--height-cm", type=_above_0, help="Height of the patient: for limits-of-stability.")
@click.option("--cue-s", type=click.FloatRange(min=0), help="When the patient was told to lean.")
@click.option("--direction-deg", type=float, help="Where to: 0 forward, 90 to the right, 180 back, 270 to the left.")
@click.option("--stance-width-mm", type=_above_0, help="Distance of the feet's middles: for weight-bearing.")
@click.option("--foot-down-s", type=click.FloatRange(min=0), help="When the other foot touched down, if it was seen.")
@click.option("--from-s", type=click.FloatRange(min=0), default=0.0, show_default=True,
              help="The task begins here. All times count from the file's first sample.")  # fmt: skip
@click.option("--until-s", type=_above_0, help="It ends here; at the end of the file if left out.")
@click.option("--rate", "rate_hz", type=_above_0, metavar="HZ", help="Of a CSV file without a column time_s.")
@click.option("--cells-ml", "spacing_ml_mm", type=click.FloatRange(min=1), metavar="MM",
              help="Distance of the cells left to right, for a CSV file of four cells.")  # fmt: skip
@click.option("--cells-ap", "spacing_ap_mm", type=click.FloatRange(min=1), metavar="MM",
              help="Distance of the cells front to back.")  # fmt: skip
@click.option("--age", "age_years", type=click.FloatRange(0, 120), metavar="YEARS",
              help="Age of the patient: how long people of this age stand on one leg.")  # fmt: skip
@as_json
def task(name: str, file: Path, rate_hz: float | None, spacing_ml_mm: float | None, spacing_ap_mm: float | None,
         age_years: float | None, as_json: bool, **told: Any) -> None:  # noqa: ANN401  # the fields of `Told`  # fmt: skip
    """Figures of one task in a recording or CSV file (docs/measures.md, Tasks).

    NAME is limits-of-stability, sit-to-stand, push, stabilisation (after a landing, or after the foot was lifted),
    one-leg (the time on one leg), or weight-bearing (the share of the left leg).
    """
    from station.analysis.comparing import stance_text
    from station.analysis.results import impossible
    from station.analysis.tasks import Told, task_of
    from station.cli.batch import error_of
    from station.cli.figures import task_lines
    from station.faults import InputError

    if (spacing_ml_mm is None) != (spacing_ap_mm is None):
        raise InputError("input-invalid", "--cells-ml, --cells-ap", "give both, or none.")
    geometry = (spacing_ml_mm, spacing_ap_mm) if spacing_ml_mm and spacing_ap_mm else None
    result = task_of(file, name, Told(**told), rate_hz, geometry)
    if name == "one-leg" and age_years is not None:
        result["norm"] = stance_text(age_years)
    problem = None
    if all(value is None for value in result["measures"].values()):
        problem = impossible(file, {**result, "warnings": []})
        result["error"] = error_of(problem)
    click.echo(json.dumps(result, indent=2) if as_json else "\n".join(task_lines(result)))
    if problem is not None:
        sys.exit(report(problem, as_json=False))
