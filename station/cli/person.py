"""`station hand-out` and `station erase`: all that is kept of one person, for them, or gone."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli.options import settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say


@click.command("hand-out", cls=Verb)
@click.argument("code")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", required=True, metavar="NAME", help="cli.option.handed-by")
@settings_options
def hand_out(code: str, file: Path, by: str, settings_file: Path | None, data: Path | None) -> None:
    """Write all that is kept of the patient CODE in the zip file FILE."""
    from station.faults import InputError
    from station.keeping.handing_out import hand_out as write_zip
    from station.recording.layout import records_path
    from station.records.file import open_records
    from station.settings import data_folder

    folder = data_folder(settings_with(settings_file, data=data))
    if not records_path(folder).exists():
        raise InputError("patient-unknown", code.upper())
    count = write_zip(folder, open_records(records_path(folder)), code, file, by, say)
    click.echo(say("cli.hand-out.done", code=code.upper(), path=str(file), count=count))


@click.command(cls=Verb)
@click.argument("code")
@click.option("--again", required=True, metavar="CODE", help="cli.option.again")
@click.option("--by", required=True, metavar="NAME", help="cli.option.erased-by")
@click.option("--reason", required=True, metavar="TEXT", help="cli.option.erased-why")
@settings_options
def erase(code: str, again: str, by: str, reason: str, settings_file: Path | None, data: Path | None) -> None:
    """Erase all that is kept of the patient CODE."""
    from station.faults import InputError, because
    from station.keeping.erasing import erase_person
    from station.recording.layout import records_path
    from station.records.dose import Statement
    from station.records.file import open_records
    from station.settings import data_folder

    settings = settings_with(settings_file, data=data)
    folder = data_folder(settings)
    if again.upper() != code.upper():
        raise InputError("input-invalid", "--again", because("not-the-code", code=code.upper()))
    if not records_path(folder).exists():
        raise InputError("patient-unknown", code.upper())
    done = erase_person(folder, open_records(records_path(folder)), code, Statement(by, reason))
    click.echo(say("cli.erase.done", code=code.upper(), count=done.sessions))
    if done.left:
        click.echo(say("cli.erase.left", count=done.left))
    for name in done.remains:
        click.echo(say("cli.erase.remains", name=name))
    for name in done.not_told:
        click.echo(say("cli.erase.not-told", name=name))
