"""`station measures` and `station export`: what can be made of a recording afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from station.cli.options import as_json

_file = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@_file
@click.option(
    "--pipeline", default="station-1", metavar="raw|station-1", show_default=True, help="How samples are prepared."
)
@click.option(
    "--rate",
    "rate_hz",
    type=click.FloatRange(min=0, min_open=True),
    metavar="HZ",
    help="Sampling rate of a CSV file without a column time_s.",
)
@click.option(
    "--cells-ml",
    "spacing_ml_mm",
    type=click.FloatRange(min=1),
    metavar="MM",
    help="Distance of the cells left to right, for a CSV file of four cells.",
)
@click.option(
    "--cells-ap",
    "spacing_ap_mm",
    type=click.FloatRange(min=1),
    metavar="MM",
    help="Distance of the cells front to back.",
)
@as_json
def measures(
    file: Path,
    pipeline: str,
    rate_hz: float | None,
    spacing_ml_mm: float | None,
    spacing_ap_mm: float | None,
    as_json: bool,
) -> None:
    """Balance measures of a recording, or of a CSV file of CoP or of four cells (docs/recordings.md)."""
    from station.results import measures_of

    geometry = (spacing_ml_mm, spacing_ap_mm) if spacing_ml_mm and spacing_ap_mm else None
    result = measures_of(file, pipeline=pipeline, rate_hz=rate_hz, geometry=geometry)
    if as_json:
        click.echo(json.dumps(result, indent=2))
        return
    click.echo(f"{file}  pipeline {result['pipeline']}")
    for line in measure_lines(result["measures"], result["reasons"]):
        click.echo(f"  {line}")


def measure_lines(values: dict[str, float | None], reasons: dict[str, str]) -> list[str]:
    """One aligned line a measure, or why there is none."""
    width = max((len(name) for name in values), default=0)
    return [
        f"{name:<{width}}  {value:>12.4g}" if value is not None else f"{name:<{width}}  none: {reasons.get(name, '')}"
        for name, value in values.items()
    ]


@click.command()
@_file
@click.option("--format", "file_format", type=click.Choice(["csv", "mcap"]), required=True, help="What to write.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where; beside the recording if left out.")
@as_json
def export(file: Path, file_format: str, out: Path | None, as_json: bool) -> None:
    """Write a recording as CSV (with a schema of its units) or as a whole, indexed MCAP file."""
    from station.recording.export import export as write

    written: list[Any] = [str(path) for path in write(file, out, file_format)]
    click.echo(json.dumps({"written": written}) if as_json else "\n".join(f"wrote {path}" for path in written))
