"""`station repeatability`: a clinic's own repeatability between days, as a file that `station compare` reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station.cli.groups import handed_as
from station.cli.options import as_json
from station.cli.report import said
from station.cli.signal_options import signal_options
from station.cli.speaking import Verb
from station.cli.words import english, say, texts

if TYPE_CHECKING:
    from station.analysis.judging import StatedCondition
    from station.analysis.reading import ReadOptions
    from station.analysis.repeating import TwoVisits
    from station.measures import Request


def _people_of(
    folder: Path | None,
    sessions: Path | None,
    patients: tuple[str, ...],
    drill_name: str | None,
    stated: StatedCondition,
) -> list[TwoVisits]:
    """Whose two visits: those in the folder, or of these patients' stored sessions."""
    from station.analysis.repeating import TwoVisits, visits_in, visits_of_patients
    from station.analysis.sittings import SittingFiles

    if folder is not None and sessions is None and not patients:
        return [
            TwoVisits(name, SittingFiles([first], stated), SittingFiles([second], stated))
            for name, first, second in visits_in(folder)
        ]
    if folder is not None or sessions is None or not patients:
        raise click.UsageError(say("cli.repeatability.folder-or-sessions"))
    return visits_of_patients(sessions, patients, drill_name)


def _written_to(output: Path | None, by: str) -> tuple[Path | None, str]:
    """Where the rules go, and who measured."""
    return output, by


@click.command(cls=Verb)
@click.argument("folder", required=False, metavar="[FOLDER]", type=click.Path(path_type=Path))
@click.option("--sessions", type=click.Path(path_type=Path), metavar="DIR", help="cli.option.sessions")
@click.option("--patient", "patients", multiple=True, metavar="CODE", help="cli.option.patient.repeatability")
@click.option("--drill", "drill_name", metavar="NAME", help="cli.option.drill.repeatability")
@click.option("--by", default="", metavar="WHO", help="cli.option.by.repeatability")
@click.option("--out", "output", type=click.Path(path_type=Path), metavar="FILE", help="cli.option.out.repeatability")
@signal_options
@as_json
@handed_as("people", _people_of)
@handed_as("written", _written_to)
def repeatability(
    people: list[TwoVisits],
    written: tuple[Path | None, str],
    options: ReadOptions,
    request: Request,
    as_json: bool,
) -> None:
    """A clinic's own repeatability from day to day, of people who stood the same trials on two days, untreated.

    FOLDER has a folder for each person, and in it one for each of the two visits, with recordings or CSV files. The
    file that --out writes is for `station compare --repeatability`.
    """
    from datetime import UTC, datetime

    from station.analysis.repeating import as_rules, repeatability_of
    from station.cli.figures import columns, note, number

    found = repeatability_of(people, options, request)
    output, by = written
    if output is not None:
        write_rules(output, as_rules(found, by, datetime.now(UTC).astimezone().date()))
    if as_json:
        worded = {**found, "taken": [said(one, english()) for one in found["taken"]]}
        click.echo(json.dumps({**worded, "written": None if output is None else str(output)}, indent=2))
        return
    width = columns(None)
    lines = note(say("cli.repeatability.people", people=found["people"], trials=found["trials"]), width, 0)
    lines += [line for one in found["taken"] for line in note(said(one, texts()), width, 0)]
    for name, rule in found["rules"].items():
        error, shift = number(rule["sem_percent"], 3), number(rule["shift_percent"], 3, "+")
        up, down = number(100.0 * (rule["factor"] - 1.0), 3), number(100.0 * (1.0 - 1.0 / rule["factor"]), 3)
        lines += note(
            say("cli.repeatability.rule", name=name, up=up, down=down, sem_percent=error, shift_percent=shift), width
        )
    if found["few"]:
        lines += note(say("cli.repeatability.few", people=found["people"]), width, 0)
    if output is not None:
        lines += note(say("cli.repeatability.written", path=str(output)), width, 0)
    click.echo("\n".join(lines))


def write_rules(path: Path, text: str) -> None:
    """Write the file of rules. Raises InputError "input-invalid" where it is there already, or cannot be written."""
    from station.faults import InputError, because

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as problem:
        raise InputError("input-invalid", str(path), because("not-writable", said=problem.strerror or "")) from problem
