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
@settings_options
def correct_code(code: str, right: str, by: str, reason: str, settings_file: Path | None, data: Path | None) -> None:
    """Give the patient who was called CODE by mistake the RIGHT code."""
    from station.recording.layout import records_path
    from station.records.file import open_records
    from station.records.patients import Patients
    from station.settings import data_folder

    path = records_path(data_folder(settings_with(settings_file, data=data)))
    Patients(open_records(path)).correct_code(code, right, by, reason)
    click.echo(say("cli.correct-code.done", code=code.upper(), right=right.upper()))
