"""`station export`: a recording, or what is kept of a person, for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.groups import handed_as
from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say, seen, texts

if TYPE_CHECKING:
    from station.reports.facts import Wanted

_OF_A_FILE = ("csv", "mcap", "viewer")
_ENDINGS = {"csv": "zip", "fhir": "json"}
"""Of what is made from the records, by its form."""
_KINDS = {"csv": "figures"}
"""What the maker calls it, where that is another word."""


def _wanted(
    patient: str, session: str, visit: str, settings_file: Path | None, data: Path | None
) -> tuple[Wanted, bool]:
    """Of what, and whether anything of the records was asked for."""
    from station.reports.facts import Wanted
    from station.settings import data_folder

    asked = bool(patient or session)
    folder = data_folder(settings_with(settings_file, data=data)) if asked else Path()
    return Wanted(folder, patient, session, visit), asked


@click.command(cls=Verb)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["csv", "mcap", "viewer", "fhir"]), required=True, help="cli.option.format"
)
@click.option("--patient", default="", metavar="CODE", help="cli.option.export-patient")
@click.option("--session", default="", metavar="NAME", help="cli.option.export-session")
@click.option("--visit", default="", metavar="UUID", help="cli.option.export-visit")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="cli.option.out")
@settings_options
@as_json
@handed_as("wanted", _wanted)
def export(file: Path | None, form: str, wanted: tuple[Wanted, bool], out: Path | None, as_json: bool) -> None:
    """Write a recording as CSV (with a schema of its units), as a whole, indexed MCAP file, or as a page (HTML) that
    replays what the patient saw without a network; or what the records hold of a person, a visit or a session as tables
    (CSV in a zip, with a schema) or as a FHIR bundle.
    """
    of, asked = wanted
    if (file is None) != asked or (asked and form not in _ENDINGS) or (not asked and form not in _OF_A_FILE):
        raise click.UsageError(say("cli.export.of-what"))
    if file is None:
        written = _made(form, of, out)
    else:
        written = _viewer(file, out) if form == "viewer" else _of_recording(file, form, out)
    click.echo(
        json.dumps({"written": written})
        if as_json
        else "\n".join(say("cli.export.wrote", path=path) for path in written)
    )


def _made(form: str, of: Wanted, out: Path | None) -> list[str]:
    from station.exchange.making import MakingTask, make

    out = out or Path(f"{(of.session or of.patient).lower()}-{form}.{_ENDINGS[form]}")
    make(MakingTask(_KINDS.get(form, form), of, texts(), out))
    return [str(out)]


def _viewer(file: Path, out: Path | None) -> list[str]:
    """By a process: the drawing is that of the pages, which the station does not import."""
    import subprocess
    from importlib.metadata import entry_points

    from station.claim import bound
    from station.faults import StationError, from_json

    out = out or file.with_suffix(".html")
    (pages,) = entry_points(group="balance_station.processes", name="web")
    maker = f"{pages.module.partition('.')[0]}.viewer"
    command = bound(maker, str(file), str(out), "--language", texts().language)
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if ended.returncode != 0:
        try:
            told = json.loads(ended.stderr.strip().splitlines()[-1])
            raise StationError(told["code"], told["where"], *map(from_json, told["problems"]))
        except (ValueError, IndexError, KeyError):
            raise click.ClickException(say("cli.export.viewer-ended", code=ended.returncode)) from None
    return [str(out)]


def _of_recording(file: Path, form: str, out: Path | None) -> list[str]:
    from station.analysis.reading import damage_said
    from station.recording.export import export as write
    from station.recording.reader import read_recording
    from station.wire.sample import FIELDS

    recording = read_recording(file)
    code = "recording-truncated" if recording.damage.only_cut else "recording-damaged"
    for one in damage_said(recording):
        click.echo(f"station: {file}: {seen(one)}  [{code}]", err=True)
    own = texts()
    meanings = {field.name: own.say(f"sample.{field.name}") for field in FIELDS}
    written: list[Any] = [str(path) for path in write(file, out, form, meanings)]
    return written
