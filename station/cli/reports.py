"""`station report`: a report of a patient or a session, as PDF."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli.options import settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say, texts

_KINDS = ("assessment", "progress", "visit", "handout")


@click.command("report", cls=Verb)
@click.argument("kind", metavar="|".join(_KINDS), type=click.Choice(_KINDS))
@click.option("--patient", default="", metavar="CODE", help="cli.option.report-patient")
@click.option("--session", default="", metavar="NAME", help="cli.option.report-session")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.pdf", help="cli.option.report-out")
@settings_options
def reports(
    kind: str, patient: str, session: str, out: Path | None, settings_file: Path | None, data: Path | None
) -> None:
    """Write a report as PDF: assessment, progress, visit, or what the patient takes home (handout)."""
    from station.recording.disk import storage_error
    from station.reports.facts import Wanted
    from station.reports.making import report_pdf
    from station.settings import data_folder

    if not (patient or session):
        raise click.UsageError(say("cli.report.of-whom"))
    folder = data_folder(settings_with(settings_file, data=data))
    made = report_pdf(kind, Wanted(folder, patient, session), texts())
    out = out or Path(f"{(patient or session).lower()}-{kind}.pdf")
    try:
        out.write_bytes(made)
    except OSError as problem:
        raise storage_error(problem, out) from problem
    click.echo(say("cli.export.wrote", path=out))
