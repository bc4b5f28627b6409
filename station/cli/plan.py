"""`station plan`: what to do with a patient, from what was found, each line with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from station.cli.groups import handed_as
from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say, seen

if TYPE_CHECKING:
    from station.clinic.plan.findings import Findings
    from station.clinic.plan.planning import TrainingPlan

DEMO = "DEMO"
"""The made-up patient, whose findings come with the station."""


class _Asked(NamedTuple):
    """Whose plan, of what."""

    patient: str
    findings: Path | None
    on: str
    strike: tuple[str, ...]


@click.command("plan", cls=Verb)
@click.option("--patient", default="", metavar="CODE", help="cli.option.plan-patient")
@click.option("--findings", type=click.Path(path_type=Path), metavar="FILE.toml|.json", help="cli.option.findings")
@click.option("--on", default="", metavar="YYYY-MM-DD", help="cli.option.plan-on")
@click.option("--strike", multiple=True, metavar="D03", help="cli.option.strike")
@settings_options
@as_json
@handed_as("asked", _Asked)
def plan(asked: _Asked, settings_file: Path | None, data: Path | None, as_json: bool) -> None:
    """Make a plan from what was found: drills, how they begin, dose and review date, each line with its reason."""
    from datetime import date

    from station.clinic.plan.documents import shipped
    from station.clinic.plan.planning import planned
    from station.faults import InputError, because

    found = _screened(_findings(asked), asked.patient, settings_file, data)
    try:
        today = date.fromisoformat(asked.on) if asked.on else date.today()  # the clinic's own day
    except ValueError as problem:
        raise InputError("input-invalid", f"--on {asked.on}", because("no-date")) from problem
    documents = shipped()
    for drill in asked.strike:
        if documents.drills.named(drill) is None:
            names = [one.id for one in documents.drills.drill]
            raise InputError("input-invalid", f"--strike {drill}", because("there-are", names=names))
    made = planned(found, today, documents, asked.strike)
    click.echo(json.dumps(_as_json(made), indent=2) if as_json else "\n".join(_lines(made)))


def _findings(asked: _Asked) -> Findings:
    from station.clinic.plan import planning
    from station.clinic.plan.findings import load_findings
    from station.faults import InputError, because

    if asked.findings is not None:
        return load_findings(asked.findings)
    if asked.patient.upper() == DEMO:
        return load_findings(Path(planning.__file__).with_name("demo.toml"))
    raise InputError("input-invalid", "--findings", because("plan-of-nothing"))


def _screened(found: Findings, patient: str, settings_file: Path | None, data: Path | None) -> Findings:
    """What the records hold of the patient's screening stands above what the file says of it."""
    if not patient or patient.upper() == DEMO:
        return found
    from station.clock import this_moment
    from station.recording.layout import records_path
    from station.records.file import open_records
    from station.records.screenings import Screenings
    from station.settings import data_folder

    records = open_records(records_path(data_folder(settings_with(settings_file, data=data))), read_only=True)
    screened = Screenings(records).of(patient, this_moment())
    flagged = screened.verdict is not None and not screened.verdict.session
    return found.model_copy(update={"vibration_allowed": not screened.fault, "red_flag": found.red_flag or flagged})


def _as_json(made: TrainingPlan) -> dict[str, Any]:
    from station.faults import as_json as values

    return {
        "stop": [values(one) for one in made.stop],
        "drills": [
            {
                **one._asdict(),
                "start": None if one.start is None else values(one.start),
                "reasons": [values(reason) for reason in one.reasons],
            }
            for one in made.lines
        ],
        "left_out": [{"drill": one.drill, "reason": values(one.reason)} for one in made.left_out],
        "notes": [values(one) for one in made.notes],
        "dose": None if made.dose is None else made.dose._asdict(),
        "review": None if made.review is None else made.review.isoformat(),
        "proposed": made.proposed,
    }


def _lines(made: TrainingPlan) -> list[str]:
    """What a person reads."""
    lines = [seen(one) for one in made.stop]
    for one in made.lines:
        document = one.document or say("cli.plan.no-document")
        name = say(f"word.drill-name.{one.drill}")
        lines.append(f"{one.drill}  {name}  {one.minutes} min  {one.dose}  ({document})")
        lines += [f"     {seen(words)}" for words in (*one.reasons, *(() if one.start is None else (one.start,)))]
    lines += [f"{one.drill}  {say('cli.plan.left-out')}: {seen(one.reason)}" for one in made.left_out]
    lines += [seen(one) for one in made.notes]
    if made.dose is not None and made.review is not None:
        least, most = made.dose.sessions_week
        first, last = made.dose.weeks
        lines.append(
            say(
                "cli.plan.dose",
                minutes=made.dose.session_minutes,
                least=least,
                most=most,
                first=first,
                last=last,
                plate=made.dose.plate_minutes_week,
                home=made.dose.home_minutes_week,
                floor=made.dose.floor_minutes_week,
            )
        )
        lines.append(say("cli.plan.review", on=made.review.isoformat()))
    if made.proposed:
        lines.append(say("cli.proposed"))
    return lines
