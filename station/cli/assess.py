"""`station assess`: a battery of tests with one patient, from where it was left to its end."""

from __future__ import annotations

import json
import re
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from station.cli.groups import handed_as
from station.cli.options import RigOptions, as_json, rig_options
from station.cli.speaking import Verb
from station.cli.words import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.clinic.batteries.documents import BatteryDocument
    from station.clinic.batteries.figures import FigureFound
    from station.clinic.batteries.standing import BatteryStanding, HowFar
    from station.settings import Settings
    from station.texts import Texts

TRIPPED = "tripped"


class _Asked(NamedTuple):
    """Which battery, with whom, and whether it is only shown."""

    name: str | None
    patient: str
    show: bool
    clock: str | None


class _Patient(NamedTuple):
    """A battery of one patient, and how it is run."""

    document: BatteryDocument
    settings: Settings
    code: str
    virtual: bool


@click.command("assess", cls=Verb)
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--patient", default="P01", show_default=True, metavar="CODE", help="cli.option.patient")
@click.option("--show", is_flag=True, help="cli.option.assess-show")
@click.option("--clock", type=click.Choice(["virtual", "real"]), help="cli.option.clock")
@rig_options
@as_json
@handed_as("asked", _Asked)
@handed_as("rig", RigOptions)
def assess(asked: _Asked, rig: RigOptions, as_json: bool) -> None:
    """Run the tests of a battery that are not done yet, and say how far it is.

    Without NAME, the batteries and their minutes. It goes on where it was left today, also after a power cut. Ends with
    exit code 6 when safety ended a test.
    """
    from station.clinic.batteries.documents import names, shipped
    from station.clinic.batteries.standing import of_the_whole

    if asked.name is None:
        _list([shipped(name) for name in names()], as_json)
        return
    document, settings = shipped(asked.name), rig.settings()
    patient = _patient(asked.patient)
    _mend(settings)
    one = _Patient(document, settings, patient, _virtual(settings, asked.clock))
    if not as_json:
        click.echo(texts().say("cli.assess.heading", battery=document.name, patient=patient, minutes=document.minutes))
    outcome = "" if asked.show else _run(one, aloud=not as_json)
    after, found = _standing(one)
    whole = of_the_whole(document, found, after.whole)
    shown = {**_view(document, after, found), "together": dict(whole)}
    click.echo(json.dumps(shown, indent=2) if as_json else "\n".join(_lines(document, after, found, whole)))
    sys.exit(6 if outcome == TRIPPED else 0)


def _patient(code: str) -> str:
    from station.faults import InputError, because
    from station.wire.messages import PATIENT_CODE

    if not re.fullmatch(PATIENT_CODE, code):
        raise InputError("input-invalid", f"--patient {code}", because("patient-code"))
    return code.upper()


def _mend(settings: Settings) -> None:
    """Damaged records are put aside and made again from the recordings, and that is said: then it goes on."""
    from station.analysis.results import stored_result_of
    from station.clock import this_moment
    from station.recording.aside import damage
    from station.recording.books import Books, open_or_begin_again
    from station.recording.layout import RECORDINGS_FOLDER, records_path
    from station.settings import data_folder

    data = data_folder(settings)
    path = records_path(data)
    if not path.exists() or not damage(path):
        return
    with closing(open_or_begin_again(data)) as records:
        books = Books(data, records)
        books.settle(sorted((data / RECORDINGS_FOLDER).glob("*.mcap")), "", this_moment().wall_ns)
        for name, file in books.without_results().items():
            books.sessions.store_results(name, stored_result_of(file))
    click.echo(f"{texts().say('fault.records-rebuilt.what')} {texts().say('cli.assess.rebuilt')}", err=True)


def _virtual(settings: Settings, clock: str | None) -> bool:
    from hw.settings import MODELLED

    return settings.station.rig in MODELLED and clock != "real"


def _standing(one: _Patient) -> tuple[BatteryStanding, dict[str, list[FigureFound]]]:
    """How far it is, and what each test has found: in today's visit, or in the rehearsed one, which has no day."""
    from station.clinic.batteries.figures import PersonKnown
    from station.clinic.batteries.standing import figures, standing
    from station.clock import this_moment
    from station.recording.layout import records_path
    from station.records.batteries import attempted, attempted_today, person_known, refused
    from station.records.file import open_records
    from station.settings import data_folder

    path, document, patient = records_path(data_folder(one.settings)), one.document, one.code
    if not path.exists():
        return standing(document, []), figures(document, [], PersonKnown())
    now_ns = this_moment().wall_ns
    with closing(open_records(path, read_only=True)) as records:
        said = refused(records, patient, document.name, now_ns)
        sessions = attempted(records, patient)[1] if one.virtual else attempted_today(records, patient, now_ns)
        person = person_known(records, patient, now_ns)
    return standing(document, sessions, said), figures(document, sessions, person)


def _run(one: _Patient, *, aloud: bool) -> str:
    """Each test that is left, each side of it once; the outcome of the last one that was run."""
    found = _standing(one)[0]
    run: set[tuple[str, str]] = set()
    outcome = ""
    while found.next is not None and (found.next.id, found.next.leg) not in run and outcome != TRIPPED:
        at = found.next
        run.add((at.id, at.leg))
        if aloud:
            of = texts()
            test = next(test for test in one.document.test if test.id == at.id)
            leg = of.say(f"word.leg.{test.document.said_leg(at.leg)}")
            click.echo(f"  {of.say('cli.assess.now', test=at.id, leg=leg, trials=at.trials)}")
        outcome = _test(one, at)
        found = _standing(one)[0]
    return outcome


def _test(one: _Patient, at: HowFar) -> str:
    from station.control.session import DrillRequest
    from station.faults.boundary import as_station_errors
    from station.processes.headless import Surroundings, run_headless
    from station.processes.rigs import with_somebody

    test = next(test for test in one.document.test if test.id == at.id)
    with as_station_errors():
        request = DrillRequest(one.code, test.document, test.prescription(at.leg, at.trials))
    settings = with_somebody(one.settings, test.document.surface) if one.virtual else one.settings
    return str(run_headless(settings, request, Surroundings(virtual=one.virtual))["outcome"])


def _view(
    document: BatteryDocument, how_far: BatteryStanding, found: Mapping[str, list[FigureFound]]
) -> dict[str, Any]:
    return {
        "battery": document.name,
        "minutes": round(document.minutes, 1),
        "state": how_far.state,
        "next": None if how_far.next is None else how_far.next.id,
        "tests": [
            {
                **one._asdict(),
                "figures": [
                    {name: value for name, value in figure._asdict().items() if name != "usual"}
                    for figure in found[one.id]
                ],
            }
            for one in how_far.tests
        ],
    }


def _lines(
    document: BatteryDocument,
    how_far: BatteryStanding,
    found: Mapping[str, list[FigureFound]],
    whole: list[tuple[str, float]],
) -> list[str]:
    """How far each test is, and below it what it has found; then what all say together."""
    from station.reports.found import figure_lines, whole_line

    of = texts()
    lines = []
    for one in how_far.tests:
        test = next(test for test in document.test if test.id == one.id)
        told = figure_lines(found[one.id], of, front=test.document.names_front)
        lines += [_line(one, of), *(f"    {line}" for line in told)]
    if line := whole_line(whole, of):
        lines.append(f"  {line}")
    return [*lines, of.say("cli.assess.whole" if how_far.whole else "cli.assess.not-whole")]


def _line(one: HowFar, of: Texts) -> str:
    said = [of.say(f"cli.assess.{one.state}", done=one.done, of=one.of, why=_why(one.why, of))]
    if one.lost:
        said.append(of.say("cli.assess.lost", n=one.lost))
    return f"  {one.id}: {', '.join(said)}"


def _why(why: str, of: Texts) -> str:
    key = f"cli.assess.why.{why}"
    return of.say(key) if of.has(key) else why


def _list(documents: list[BatteryDocument], as_json: bool) -> None:
    if as_json:
        shown = [{"battery": one.name, "minutes": round(one.minutes, 1), "source": one.source} for one in documents]
        click.echo(json.dumps(shown, indent=2))
        return
    for one in documents:
        tests = ", ".join(test.id for test in one.test)
        click.echo(texts().say("cli.assess.battery", battery=one.name, minutes=one.minutes, tests=tests))
