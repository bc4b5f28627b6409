"""`station drills copy|change|check|preview|export|import|remove`: a therapist's own drills."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.drills import DrillsVerb, drills
from station.cli.options import as_json, settings_options, settings_with
from station.cli.words import say, texts

if TYPE_CHECKING:
    from drills.document import DrillDocument
    from station.own_drills.folder import OwnDrills
    from station.settings import Settings
    from station.texts import Texts

_set = click.option("--set", "values", multiple=True, metavar="KEY=VALUE", help="cli.option.drills.set")
__all__ = ["drills"]
_Folders = tuple[Path | None, Path | None]


@drills.command("copy", cls=DrillsVerb)
@click.argument("origin", metavar="DRILL")
@click.argument("name", metavar="NAME")
@_set
@settings_options
@as_json
def copy(
    origin: str, name: str, values: tuple[str, ...], settings_file: Path | None, data: Path | None, as_json: bool
) -> None:
    """Copy a shipped drill under a new name, as the first version of an own drill."""
    from drills.changing import changed, copy_of
    from station.faults import InputError, because
    from station.faults.boundary import as_station_errors

    own = _own(_settings((settings_file, data)))
    with as_station_errors():
        document = changed(copy_of(origin, name), _values(values))
    if name in own.names():
        raise InputError("drill-name-taken", name, because("own-of-this-name"))
    _kept(own.keep(document), as_json)


@drills.command("change", cls=DrillsVerb)
@click.argument("name", metavar="NAME")
@_set
@settings_options
@as_json
def change(name: str, values: tuple[str, ...], settings_file: Path | None, data: Path | None, as_json: bool) -> None:
    """Change values of an own drill: its next version."""
    from drills.changing import changed
    from station.faults.boundary import as_station_errors

    own = _own(_settings((settings_file, data)))
    with as_station_errors():
        document = changed(own.load(name), _values(values))
    _kept(own.keep(document), as_json)


@drills.command("check", cls=DrillsVerb)
@click.argument("name", metavar="NAME|FILE.toml")
@settings_options
@as_json
def check(name: str, settings_file: Path | None, data: Path | None, as_json: bool) -> None:
    """Say whether a drill can be used here, or each field that is wrong with its bound."""
    from drills.changing import refused
    from drills.library import catalogue_names
    from station.cli.documents import drill_document
    from station.faults import InputError
    from station.own_drills.tried import was_tried

    settings = _settings((settings_file, data))
    document = drill_document(name, settings.station.data)
    shipped = document.own is None and name in catalogue_names()
    if not shipped and (wrong := refused(document)):
        raise InputError("drill-invalid", name, *wrong)
    _examined(document, settings)
    tried = shipped or was_tried(settings.station.data, document)
    if as_json:
        click.echo(json.dumps({"drill": document.name, "version": _version(document), "tried": tried}))
    else:
        click.echo(say("cli.drills.fits", drill=document.name))
        if not tried:
            click.echo(say("cli.drills.untried", drill=document.name))


@drills.command("preview", cls=DrillsVerb)
@click.argument("name", metavar="NAME")
@settings_options
@as_json
def preview_drill(name: str, settings_file: Path | None, data: Path | None, as_json: bool) -> None:
    """Try a drill on a simulated patient, in virtual time: before that it is started with nobody."""
    from station.cli.documents import drill_document
    from station.processes.preview import preview
    from station.settings import data_folder

    settings = _settings((settings_file, data))
    document = drill_document(name, settings.station.data)
    result = preview(data_folder(settings), settings, document)
    click.echo(json.dumps(result) if as_json else "\n".join(_preview_lines(result, texts())))


@drills.command("export", cls=DrillsVerb)
@click.argument("name", metavar="NAME")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.toml", help="cli.option.drills.out")
@settings_options
def export(name: str, out: Path | None, settings_file: Path | None, data: Path | None) -> None:
    """Write a drill as TOML."""
    from station.own_drills.folder import find_drill, text_of
    from station.recording.disk import write_durably

    text = text_of(find_drill(_settings((settings_file, data)).station.data, name))
    if out is None:
        click.echo(text, nl=False)
    else:
        write_durably(out, text.encode())


@drills.command("import", cls=DrillsVerb)
@click.argument("file", metavar="FILE.toml", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="cli.option.drills.name")
@click.option("--copied-from", metavar="DRILL", help="cli.option.drills.copied-from")
@settings_options
@as_json
def import_drill(
    file: Path, name: str | None, copied_from: str | None, settings_file: Path | None, data: Path | None, as_json: bool
) -> None:
    """Take a drill from a TOML file: the next version of the own drill of its name."""
    from station.own_drills.folder import read_text, taken_in

    own = _own(_settings((settings_file, data)))
    _kept(own.keep(taken_in(read_text(file), str(file), name, copied_from)), as_json)


@drills.command("remove", cls=DrillsVerb)
@click.argument("name", metavar="NAME")
@settings_options
def remove(name: str, settings_file: Path | None, data: Path | None) -> None:
    """Take an own drill out of the lists. Results keep the document that they were made with."""
    _own(_settings((settings_file, data))).remove(name)
    click.echo(say("cli.drills.removed", drill=name))


def _settings(given: _Folders) -> Settings:
    settings_file, data = given
    return settings_with(settings_file, data=data)


def _own(settings: Settings) -> OwnDrills:
    from station.own_drills.folder import OwnDrills

    return OwnDrills(settings.station.data)


def _values(given: tuple[str, ...]) -> dict[str, Any]:
    """What `--set KEY=VALUE` says: a value of TOML, else the text as it stands. Nothing behind the sign: no value."""
    found: dict[str, Any] = {}
    for one in given:
        key, sign, text = one.partition("=")
        if not sign or not key:
            raise click.UsageError(say("cli.drills.no-value", given=one))
        found[key] = None if text == "" else _value(text)
    return found


def _value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except (tomllib.TOMLDecodeError, RecursionError):
        return text


def _examined(document: DrillDocument, settings: Settings) -> None:
    """Raise InputError where the platform or a limit here does not allow the drill as it stands."""
    from drills.prescription import Asked, fill_in, legs_of
    from station.control.admission import examine, limits_of
    from station.control.session import DrillRequest, platform_of
    from station.faults.boundary import as_station_errors

    platform = platform_of(settings.rig.mechanics(settings.station.rig))
    with as_station_errors():
        prescription = fill_in(document, Asked(legs_of(document)[0]), platform)
    examine(DrillRequest("SIM01", document, prescription), limits_of(settings.limits), platform)


def _version(document: DrillDocument) -> int:
    return 0 if document.own is None else document.own.version


def _kept(document: DrillDocument, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"drill": document.name, "version": _version(document)}))
        return
    click.echo(say("cli.drills.kept", drill=document.name, version=_version(document)))
    click.echo(say("cli.drills.untried", drill=document.name))


def _preview_lines(result: dict[str, Any], of: Texts) -> list[str]:
    head = "cli.drills.preview.good" if result["ok"] else "cli.drills.preview.bad"
    lines = [of.say(head, drill=result["drill"], version=result["version"], minutes=result["lasts_s"] / 60.0)]
    if result["trip"]:
        trip = result["trip"]
        lines.append(f"  {of.say(f'fault.{trip}.what')}")
    for place, one in enumerate(result["trials"], 1):
        outcome = of.say(f"word.outcome.{one['outcome']}")
        lines.append(f"  {of.say('cli.drill.trial', trial=place, outcome=outcome, hold_s=one['hold_s'])}")
    if result["peak_acceleration_g"] > 0.0:
        values = {"hz": result["frequency_hz"], "mm": result["displacement_pp_mm"], "g": result["peak_acceleration_g"]}
        lines.append(f"  {of.say('cli.drills.preview.shakes', **values)}")
    return lines
