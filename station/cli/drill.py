"""`station drill`: one whole drill without pages, and its result."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from station.cli.compared_lines import compared_lines
from station.cli.groups import handed_as
from station.cli.options import RigOptions, as_json, rig_options
from station.cli.report import worded
from station.cli.speaking import Verb
from station.cli.words import texts

if TYPE_CHECKING:
    from drills.document import DrillDocument
    from drills.platform import Platform
    from drills.values import Leg
    from station.control.session import DrillRequest
    from station.processes.timed_faults import TimedFault
    from station.records.file import Records
    from station.records.levels import StartLevel
    from station.settings import Settings
    from station.texts import Texts


class _Exercise(NamedTuple):
    """What is asked of the drill; None: its default."""

    patient: str
    leg: str | None
    frequency_hz: float | None
    displacement_pp_mm: float | None
    hold_s: float | None
    trials: int | None


class _Way(NamedTuple):
    """How it is run."""

    clock: str | None
    pipeline: str
    faults: tuple[str, ...]


@click.command(cls=Verb)
@click.argument("name", metavar="[NAME|FILE.toml]", required=False)
@click.option("--list", "list_drills", is_flag=True, help="cli.option.list")
@click.option("--leg", type=click.Choice(["left", "right", "both"]), help="cli.option.leg")
@click.option("--frequency-hz", type=float, help="cli.option.frequency-hz")
@click.option("--displacement-pp-mm", type=float, help="cli.option.displacement-pp-mm")
@click.option("--hold-s", type=float, help="cli.option.hold-s")
@click.option("--trials", type=int, help="cli.option.trials")
@click.option("--patient", default="P01", show_default=True, help="cli.option.patient")
@click.option(
    "--clock",
    type=click.Choice(["virtual", "real"]),
    help="cli.option.clock",
)
@click.option(
    "--pipeline",
    default="station-1",
    metavar="station-1|raw|quijoux-2021",
    show_default=True,
    help="cli.option.pipeline.drill",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="VERB[:ARG]@SECONDS",
    help="cli.option.fault",
)
@rig_options
@as_json
@handed_as("exercise", _Exercise)
@handed_as("way", _Way)
@handed_as("rig", RigOptions)
def drill(name: str | None, list_drills: bool, as_json: bool, exercise: _Exercise, way: _Way, rig: RigOptions) -> None:
    """Run one whole drill without pages and print its result.

    Ends with exit code 6 when safety ended it.
    """
    if list_drills or name is None:
        _list(as_json, _data(rig.settings()))
        return
    result = _run(name, exercise, way, rig)
    if as_json:
        click.echo(json.dumps(worded(result), indent=2))
    else:
        click.echo(_in_words(worded(result, texts()), texts()))
    sys.exit(6 if result["outcome"] == "tripped" else 0)


def _run(name: str, exercise: _Exercise, way: _Way, rig: RigOptions) -> dict[str, Any]:
    from hw.settings import MODELLED
    from station.control.session import platform_of
    from station.faults import InputError, because
    from station.measures import PIPELINES
    from station.processes.headless import Surroundings, run_headless
    from station.processes.rigs import with_somebody

    settings = rig.settings()
    modelled = settings.station.rig in MODELLED
    if way.clock == "virtual" and not modelled:
        raise InputError("input-invalid", "--clock virtual", because("real-time-only", rig=settings.station.rig))
    if way.pipeline not in PIPELINES:
        raise InputError("input-invalid", f"--pipeline {way.pipeline}", because("there-are", names=list(PIPELINES)))
    request = _request(name, exercise, platform_of(settings.rig.mechanics(settings.station.rig)), settings)
    virtual = modelled and way.clock != "real"
    if not virtual:  # a rehearsal is the same whatever was played before
        request = request._replace(document=_as_played(settings, exercise.patient, request.document))
    if settings.station.rig == "simulated" and request.document.exercise_step.exercise != "stand":
        settings = with_somebody(settings, request.document.surface)  # who only stands does nothing that is asked for
    around = Surroundings(
        virtual=virtual,
        input_file=rig.input_file,
        faults=[_fault(text) for text in way.faults],
    )
    return run_headless(settings, request, around, way.pipeline)


def _request(
    name: str, exercise: _Exercise, platform: Platform | None, settings: Settings | None = None
) -> DrillRequest:
    """The drill as it is asked for; what is left out is as the patient's plan has it.

    Raises InputError "drill-unknown", "drill-invalid" or "input-invalid", and StationError "drill-locked".
    """
    from drills.prescription import Asked, fill_in
    from station.cli.documents import drill_document
    from station.control.session import DrillRequest
    from station.faults import InputError, because
    from station.faults.boundary import as_station_errors
    from station.wire.messages import PATIENT_CODE

    patient, leg, hz, mm, hold_s, trials = exercise
    if not re.fullmatch(PATIENT_CODE, patient):
        raise InputError("input-invalid", f"--patient {patient}", because("patient-code"))
    document = drill_document(name, _data(settings))
    leg_asked = _leg(document, leg)
    led_by = name if document.own is None else document.own.copied_from
    level = None if settings is None else _level(settings, patient, led_by, leg_asked)
    if level is not None:
        level.allow()  # what is locked is locked under another name too
    if level is not None and document.own is None:
        document = level.at.document
        hold_s = level.at.hold_s if hold_s is None else hold_s
        trials = level.trials if trials is None else trials
    asked = Asked(leg_asked, hz, mm, hold_s, trials)
    with as_station_errors():
        return DrillRequest(patient.upper(), document, fill_in(document, asked, platform))


def _data(settings: Settings | None) -> Path:
    from station.settings import Settings as Whole

    return (Whole() if settings is None else settings).station.data


def _level(settings: Settings, patient: str, drill: str, leg: Leg) -> StartLevel | None:
    """How the next set of this drill begins by the patient's plan; None where it is in none."""
    from station.clock import local_date, this_moment
    from station.records.levels import Levels

    with _records(settings) as records:
        today = local_date(this_moment().wall_ns)
        return None if records is None else Levels(records).start(patient, drill, leg.value, today)


def _as_played(settings: Settings, patient: str, document: DrillDocument) -> DrillDocument:
    """A game with the patient's own best, as from the pages; every other drill as it is."""
    from station.clinic.playing import is_game

    if not is_game(document):
        return document
    from station.records.games import played_by

    with _records(settings) as records:
        return document if records is None else played_by(records, patient, document)


@contextmanager
def _records(settings: Settings) -> Iterator[Records | None]:
    """To read; None where there are none, or of a release that decided nothing of this: the session to come leads the
    file to this one.
    """
    from station.faults import StorageError
    from station.recording.layout import records_path
    from station.records.file import OLDER, open_records
    from station.settings import data_folder

    path = records_path(data_folder(settings))
    if not path.exists():
        yield None
        return
    try:
        opened = open_records(path, read_only=True)
    except StorageError as problem:
        if problem.code != OLDER:
            raise
        yield None
        return
    with closing(opened) as records:
        yield records


def _leg(document: DrillDocument, leg: str | None) -> Leg:
    from drills.prescription import default_leg
    from drills.values import Leg
    from station.faults import InputError, because

    if leg is not None:
        return Leg(leg)
    default = default_leg(document)
    if default is None:
        raise InputError("input-invalid", document.name, because("no-leg"))
    return default


def _fault(text: str) -> TimedFault:
    from station.faults import InputError, because
    from station.processes.timed_faults import TimedFault

    verb, _, at = text.partition("@")
    verb, _, arguments = verb.partition(":")
    try:
        if not 0.0 <= float(at) < math.inf:
            raise ValueError(at)
        return TimedFault(float(at), verb, tuple(int(one) for one in arguments.split(",") if one))
    except ValueError as problem:
        raise InputError("input-invalid", f"--fault {text}", because("timed-fault")) from problem


def _list(as_json: bool, data: Path) -> None:
    from drills.library import catalogue_names, load_shipped
    from station.cli.drills import say_wrong
    from station.faults.boundary import as_station_errors
    from station.own_drills.folder import OwnDrills

    with as_station_errors():
        drills = [load_shipped(name) for name in catalogue_names()]
    own = OwnDrills(data).listing()
    drills += own.drills
    say_wrong(own.wrong)
    if as_json:
        click.echo(json.dumps([{"name": one.name, "title": one.title, "summary": one.summary} for one in drills]))
        return
    for one in drills:
        click.echo(f"{one.name}: {one.title}\n  {' '.join(one.summary.split())}")


def _in_words(result: dict[str, Any], of: Texts) -> str:
    from drills.values import said_leg

    front = _in_front(result)
    leg = of.say(f"word.leg.{said_leg(result['leg'], front=front)}")
    lines = [of.say("cli.drill.heading", drill=result["drill"], leg=leg, outcome=_outcome(result, of))]
    if result["trip"]:
        lines.append(f"  {result['trip']['what']}  [{result['trip']['code']}]")
    if result["stopped_by"]:
        by = result["stopped_by"]
        by = of.say("word.by.foot-switch") if by == "foot switch" else by
        lines.append(f"  {of.say('cli.drill.stopped-by', by=by)}")
    for trial in result["trials"]:
        measures, vibration = trial["measures"], trial["vibration"]
        parts = [_trial(trial, of), *([of.say(f"word.leg.{trial['leg']}")] if trial.get("leg") and not front else [])]
        if measures.get("mean_velocity_mm_s") is not None:
            mm_s, mm2 = measures["mean_velocity_mm_s"], measures["ellipse_area_mm2"]
            parts.append(of.say("cli.drill.sway", mm_s=mm_s, mm2=mm2))
        if vibration["asked_hz"]:
            hz = vibration["measured_hz"] or 0.0
            parts.append(of.say("cli.drill.vibration", hz=hz, asked_hz=vibration["asked_hz"]))
        lines.append(f"  {', '.join(parts)}")
        lines += [f"    {line}" for line in _load(trial.get("load"), of, first=trial is result["trials"][0])]
    lines += [f"  {line}" for line in compared_lines(result.get("with_without"), of)]
    counts = of.say(
        "cli.drill.samples", samples=result["samples"], late=result["late_ticks"], pipeline=result["pipeline"]
    )
    warnings = [f"  {of.say('cli.figures.warning', warning=warning)}" for warning in result.get("warnings", ())]
    return "\n".join([*lines, *warnings, f"  {counts}", f"  {result['recording']}"])


def _in_front(result: dict[str, Any]) -> bool:
    """Whether its leg is the foot that was in front."""
    from drills.values import IN_FRONT

    bases = {(trial.get("exercise") or {}).get("base") for trial in result["trials"]}
    return bool(bases & {*IN_FRONT}) and result["leg"] in ("left", "right")


def _trial(trial: dict[str, Any], of: Texts) -> str:
    """How a trial went: what was reached, where the exercise counts that, else how long it was held."""
    named = {"trial": trial["trial"], "outcome": _outcome(trial, of), "hold_s": trial["hold_s"]}
    score = trial.get("score")
    if not score:
        return of.say("cli.drill.trial", **named)
    key = "cli.drill.trial-reached" if trial["outcome"] == "held" else "cli.drill.trial-reached-until"
    return of.say(key, **named, score=score["done"], goal=score["of"])


def _load(load: dict[str, Any] | None, of: Texts, *, first: bool) -> list[str]:
    """How a leg was loaded that was under an order: each try in a line, and before the first the order."""
    if load is None:
        return []
    from drills.units import STANDARD_GRAVITY_M_S2

    def kg(value_n: float | None) -> float:
        return (value_n or 0.0) / STANDARD_GRAVITY_M_S2

    order = of.say("cli.drill.load-order", order_kg=kg(load["order_n"]), limit_kg=kg(load["limit_n"]))
    lines = [order] if first else []
    for one in load["tries"]:
        key = "cli.drill.load-blind" if one["blind"] else "cli.drill.load-try"
        said = {"number": one["number"], "kg": kg(one["mean_n"]), "peak_kg": kg(one["peak_n"])}
        lines.append(of.say(key, percent=one["error_percent"] or 0.0, seconds=one["over_order_s"], **said))
    return lines


def _outcome(of_what: dict[str, Any], of: Texts) -> str:
    """The outcome of a drill or a trial in words; itself where a later program wrote another."""
    key = f"word.outcome.{of_what['outcome']}"
    return of.say(key) if of.has(key) else str(of_what["outcome"])
