"""`station move-visit`: a visit was written down under another patient's code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say

if TYPE_CHECKING:
    from station.records.file import Records

_SHOWN = 20


@click.command("move-visit", cls=Verb)
@click.argument("code")
@click.argument("right", default="")
@click.option("--visit", default="", metavar="ID", help="cli.option.moved-visit")
@click.option("--by", default="", metavar="NAME", help="cli.option.by")
@click.option("--reason", default="", metavar="TEXT", help="cli.option.reason")
@settings_options
@as_json
def move_visit(
    code: str, right: str, settings_file: Path | None, data: Path | None, as_json: bool, **asked: str
) -> None:
    """Move a visit of CODE to the patient of the RIGHT code; without RIGHT, print the visits of CODE."""
    from station.clock import this_moment
    from station.faults import InputError
    from station.recording.layout import records_path
    from station.records import moving
    from station.records.dose import Statement
    from station.records.file import open_records
    from station.records.patients import Patients
    from station.settings import data_folder

    path = records_path(data_folder(settings_with(settings_file, data=data)))
    records = open_records(path, read_only=not right or not path.exists())
    if Patients(records).find(code) is None:
        raise InputError("patient-unknown", code.upper())
    visits = _visits(records, code)
    if not right:
        _print(visits, as_json)
        return
    word = Statement(asked["by"], asked["reason"])
    moved = moving.move_visit(records, _chosen(visits, code, asked["visit"]), right, word, this_moment())
    if as_json:
        click.echo(json.dumps({"from": moved.wrong, "to": moved.right, "sessions": moved.sessions}, indent=2))
        return
    click.echo(say("cli.move-visit.done", code=moved.wrong, right=moved.right, n=moved.sessions))


def _visits(records: Records, code: str) -> list[dict[str, Any]]:
    """The newest visits of this patient first, each with how many `drills` it has."""
    from station.records.visits import Visits

    stored = Visits(records)
    newest = stored.newest(code, _SHOWN)
    return [{**one, "drills": len((stored.whole(one["id"]) or one).get("sessions", ()))} for one in newest]


def _chosen(visits: list[dict[str, Any]], code: str, visit: str) -> str:
    """The visit of this UUID, which must be this patient's; without one the only visit of their last day. Raises
    InputError "visit-unknown", "input-invalid" where there are several on that day.
    """
    from station.clock import local_date
    from station.faults import InputError, because

    if visit:
        if visit not in [one["id"] for one in visits]:
            raise InputError("visit-unknown", visit)
        return visit
    if not visits:
        raise InputError("visit-unknown", code.upper())
    last = local_date(visits[0]["opened_ns"])
    of_day = [str(one["id"]) for one in visits if local_date(one["opened_ns"]) == last]
    if len(of_day) > 1:
        raise InputError("input-invalid", "--visit", because("visits-of-day", visits=of_day))
    return of_day[0]


def _print(visits: list[dict[str, Any]], as_json: bool) -> None:
    from station.cli.dose import local

    if as_json:
        names = ("id", "opened_ns", "closed_ns", "state", "closed_by", "drills")
        click.echo(json.dumps([{name: one[name] for name in names} for one in visits], indent=2))
        return
    for one in visits:
        how = say(f"cli.move-visit.{one['state']}", by=one["closed_by"], n=one["drills"])
        click.echo(f"{one['id']}  {local(one['opened_ns'])}  {how}")
    if not visits:
        click.echo(say("cli.move-visit.none"))
