"""`station formats`: which tables of other programs are read, and what each follows."""

from __future__ import annotations

import json

import click

from station.cli.options import as_json
from station.cli.speaking import Verb


@click.command(cls=Verb)
@as_json
def formats(as_json: bool) -> None:
    """Which files of other plates are read as they come, and the public sample that each follows.

    What a file leaves unsaid stands in docs/recordings.md; `station measures --explain FILE` says how it was
    understood.
    """
    from station.recording.formats import FORMATS

    listed = [
        {"format": one.key, "columns": [*one.values, *sorted(one.marks)], "unit": one.unit, "follows": one.source}
        for one in FORMATS
    ]
    if as_json:
        click.echo(json.dumps(listed, indent=2))
        return
    for one in listed:
        click.echo(f"{one['format']}\n  {', '.join(one['columns'] or ())}\n  {one['follows']}")
