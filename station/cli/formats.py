"""`station formats`: which files of other programs are read, and what each follows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from station.cli.options import as_json
from station.cli.speaking import Verb
from station.cli.words import say

if TYPE_CHECKING:
    from station.recording.formats import Format


@click.command(cls=Verb)
@as_json
def formats(as_json: bool) -> None:
    """Which files of other plates are read as they come, and the public sample that each follows.

    What a file leaves unsaid stands in docs/recordings.md; `station measures --explain FILE` says how it was
    understood.
    """
    from station.recording.formats import C3D, C3D_SOURCE, FORMATS, OWN

    tables = [
        {"format": one.key, "columns": list(one.written), "unit": one.unit, "follows": one.source} for one in FORMATS
    ]
    others: list[dict[str, Any]] = [
        {"format": key, "columns": [], "unit": None, "follows": source}
        for key, source in (("mcap", OWN), (C3D, C3D_SOURCE))
    ]
    if as_json:
        click.echo(json.dumps([*tables, *others], indent=2))
        return
    for table in FORMATS:
        _show(table.key, table.source, ", ".join(table.written), _unsaid(table))
    for other in others:
        _show(other["format"], other["follows"], say(f"cli.formats.{other['format']}"))


def _show(key: str, source: str, *lines: str) -> None:
    click.echo("\n  ".join([f"{say(f'word.format.{key}')} ({key})", *lines, say("cli.formats.follows", source=source)]))


def _unsaid(table: Format) -> str:
    """What stands in the columns, and what the file does not say of it."""
    from station.recording.formats import written

    kind = "cells" if len(table.values) > 2 else "cop"
    unit = say("cli.formats.unit", unit=written(table.unit)) if table.unit else say("cli.formats.no-unit")
    said = [say(f"cli.formats.{kind}", unit=unit)]
    if table.geometry is not None:
        ml_mm, ap_mm = table.geometry
        said.append(say("cli.formats.plate", ml_mm=ml_mm, ap_mm=ap_mm))
    if not table.axes_said:
        said.append(say("cli.formats.axes"))
    return "; ".join(said)
