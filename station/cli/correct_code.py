"""`station correct-code`: a patient's code was mistyped."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli.options import settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say


@click.command("correct-code", cls=Verb)
@click.argument("code")
@click.argument("right")
@click.option("--by", required=True, metavar="NAME", help="cli.option.by")
@click.option("--reason", required=True, metavar="TEXT", help="cli.option.reason")
@click.option("--keep", multiple=True, metavar="FIELD=CODE", help="cli.option.keep")
@settings_options
def correct_code(
    code: str, right: str, settings_file: Path | None, data: Path | None, keep: tuple[str, ...], **word: str
) -> None:
    """Give the patient who was called CODE by mistake the RIGHT code."""
    from station.recording.layout import records_path
    from station.recording.ordered import OrderBook
    from station.records.file import open_records
    from station.records.patients import Patients
    from station.settings import data_folder

    folder = data_folder(settings_with(settings_file, data=data))
    records = open_records(records_path(folder))
    kept = {field: right_about for field, _, right_about in (one.partition("=") for one in keep)}
    Patients(records).correct_code(code, right, word["by"], word["reason"], kept)
    OrderBook(folder, records).bring_together()  # the list beside the records knows both codes
    click.echo(say("cli.correct-code.done", code=code.upper(), right=right.upper()))
