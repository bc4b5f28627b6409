"""`station plan`: what to do with a patient, from what was found, each line with its reason."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from station.cli.groups import handed_as
from station.cli.options import as_json, settings_options, settings_with
from station.cli.plan_lines import plan_lines, reason_line, version_lines
from station.cli.speaking import Verb

if TYPE_CHECKING:
    from station.clinic.plan.findings import Findings
    from station.records.plans import Plans

DEMO = "DEMO"
"""The made-up patient, whose findings come with the station."""
_CHANGES = {"leg": str, "trials": int, "rung": int, "side": str}


class _PlanAsked(NamedTuple):
    """Whose plan, of what, and what is to be changed in it."""

    patient: str
    findings: Path | None
    on: str
    renew: bool
    strike: tuple[str, ...]
    restore: tuple[str, ...]
    change: tuple[str, ...]
    accept: bool
    by: str

    @property
    def changes(self) -> bool:
        """Whether a person changes a plan that there is."""
        return bool(self.strike or self.restore or self.change or self.accept)


@click.command("plan", cls=Verb)
@click.option("--patient", default="", metavar="CODE", help="cli.option.plan-patient")
@click.option("--findings", type=click.Path(path_type=Path), metavar="FILE.toml|.json", help="cli.option.findings")
@click.option("--on", default="", metavar="YYYY-MM-DD", help="cli.option.plan-on")
@click.option("--renew", is_flag=True, help="cli.option.plan-renew")
@click.option("--strike", multiple=True, metavar="D03", help="cli.option.strike")
@click.option("--restore", multiple=True, metavar="D03", help="cli.option.plan-restore")
@click.option("--change", multiple=True, metavar="D03:trials=4", help="cli.option.plan-change")
@click.option("--accept", is_flag=True, help="cli.option.plan-accept")
@click.option("--by", default="", metavar="NAME", help="cli.option.plan-by")
@settings_options
@as_json
@handed_as("asked", _PlanAsked)
def plan(asked: _PlanAsked, settings_file: Path | None, data: Path | None, as_json: bool) -> None:
    """Make a plan from what was found: drills, how they begin, dose and review date, each line with its reason."""
    from station.clinic.plan.documents import shipped
    from station.faults import InputError, because

    for drill in (*asked.strike, *asked.restore):
        if shipped().drills.named(drill) is None:
            names = [one.id for one in shipped().drills.drill]
            raise InputError("input-invalid", drill, because("there-are", names=names))
    if asked.patient and asked.patient.upper() != DEMO:
        path = _records(settings_file, data)
        row = _recorded(asked, path)
        row["levels"] = _levels(path, row["patient"], _day(asked.on))
        row["vibrated"] = _vibrated(path, row["patient"])
        click.echo(json.dumps(row, indent=2) if as_json else "\n".join(_row_lines(row)))
        return
    made = _made_of_file(asked)
    click.echo(json.dumps(made, indent=2) if as_json else "\n".join(plan_lines(made)))


def _row_lines(row: dict[str, Any]) -> list[str]:
    vibrated = [reason_line(one) for one in row["vibrated"]]
    return [*version_lines(row), "", *plan_lines(row["plan"], row["changed"], row["levels"]), *vibrated]


def _made_of_file(asked: _PlanAsked) -> dict[str, Any]:
    """A plan of a file alone, or of the made-up patient: nothing of it is stored."""
    from station.clinic.plan.planning import planned
    from station.clinic.plan.written import plan_values

    today = _day(asked.on) or date.today()  # the clinic's own day
    return plan_values(planned(_findings(asked), today, struck=asked.strike))


def _day(on: str) -> date | None:
    from station.faults import InputError, because

    try:
        return date.fromisoformat(on) if on else None
    except ValueError as problem:
        raise InputError("input-invalid", f"--on {on}", because("no-date")) from problem


def _findings(asked: _PlanAsked) -> Findings:
    from station.clinic.plan import planning
    from station.clinic.plan.findings import load_findings
    from station.faults import InputError, because

    if asked.findings is not None:
        return load_findings(asked.findings)
    if asked.patient.upper() == DEMO:
        return load_findings(Path(planning.__file__).with_name("demo.toml"))
    raise InputError("input-invalid", "--findings", because("plan-of-nothing"))


def _records(settings_file: Path | None, data: Path | None) -> Path:
    from station.recording.layout import records_path
    from station.settings import data_folder

    return records_path(data_folder(settings_with(settings_file, data=data)))


def _levels(path: Path, patient: str, on: date | None) -> list[dict[str, Any]]:
    """Where the patient stands in each drill."""
    from station.clock import local_date, this_moment
    from station.records.file import open_records
    from station.records.levels import Levels

    return Levels(open_records(path, read_only=True)).now(patient, on or local_date(this_moment().wall_ns))


def _vibrated(path: Path, patient: str) -> list[dict[str, Any]]:
    """Of each leg that was vibrated: that a comparison is due, or that vibration ends."""
    from station.faults import as_json
    from station.records.file import open_records
    from station.records.vibrated import vibration_courses

    courses = vibration_courses(open_records(path, read_only=True), patient)
    return [as_json(one.reason) for one in courses if one.reason is not None]


def _recorded(asked: _PlanAsked, path: Path) -> dict[str, Any]:
    """The patient's plan in the records: the current one, or a new version where one is made or changed."""
    from station.faults import InputError, because
    from station.records.file import open_records
    from station.records.plans import Plans
    from station.wire.messages import PATIENT_CODE

    if not re.fullmatch(PATIENT_CODE, asked.patient):
        raise InputError("input-invalid", asked.patient, because("patient-code"))
    patient = asked.patient.upper()
    current = Plans(open_records(path, read_only=True)).current(patient)
    makes = current is None or asked.renew or asked.findings is not None
    if current is not None and not makes and not asked.changes:
        return current
    if asked.changes and not asked.by.strip():
        raise InputError("input-invalid", "--by", because("plan-by-nobody"))
    changes = {name: _change(words) for name, _, words in (one.partition(":") for one in asked.change)}
    path.parent.mkdir(parents=True, exist_ok=True)
    plans = Plans(open_records(path))
    row: dict[str, Any] = _make(plans, patient, asked) if makes else current or {}
    for drill in asked.strike:
        row = plans.strike(patient, drill, asked.by, "")
    for drill in asked.restore:
        row = plans.restore(patient, drill, asked.by)
    for drill, change in changes.items():
        row = plans.change(patient, drill, asked.by, change)
    return plans.accept(patient, asked.by) if asked.accept else row


def _make(plans: Plans, patient: str, asked: _PlanAsked) -> dict[str, Any]:
    from station.clinic.plan.evidence import typed_by
    from station.clinic.plan.findings import load_findings
    from station.clock import NS_PER_S, local_date, this_moment
    from station.records.plans import PlanWish

    now, day = this_moment(), _day(asked.on)
    if day is not None:
        noon = datetime(day.year, day.month, day.day, 12).astimezone()
        now = now._replace(wall_ns=int(noon.timestamp()) * NS_PER_S)
    if asked.findings is None:
        return plans.make(patient, PlanWish(asked.by, now))
    found = load_findings(asked.findings).model_dump(mode="json", exclude_unset=True)
    return plans.make(patient, PlanWish(asked.by, now, typed_by(found, asked.by, local_date(now.wall_ns))))


def _change(words: str) -> dict[str, Any]:
    """`trials=4,leg=left` as values. Raises InputError "input-invalid"."""
    from station.clinic.playing import SIDES
    from station.faults import InputError, because

    change: dict[str, Any] = {}
    for part in words.split(","):
        name, _, value = part.partition("=")
        try:
            change[name] = _CHANGES[name](value)
        except (KeyError, ValueError) as problem:
            raise InputError("input-invalid", f"--change {words}", because("plan-change-form")) from problem
    if (
        change.get("leg", "left") not in ("left", "right", "both")
        or change.get("side", "even") not in SIDES
        or min(change.get("trials", 1), change.get("rung", 1)) < 1
    ):
        raise InputError("input-invalid", f"--change {words}", because("plan-change-form"))
    return change
