"""`station selftest`: moves the hardware, having asked first."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from station.cli.options import as_json, rig_option, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import english, say, seen, texts

_MARKS = {True: "ok", False: "fail", None: "na"}


@click.command(cls=Verb)
@settings_options
@rig_option
@click.option("--yes", is_flag=True, help="cli.option.yes")
@click.option("--learn", is_flag=True, help="cli.option.learn")
@as_json
def selftest(
    settings_file: Path | None, data: Path | None, rig: str | None, yes: bool, learn: bool, as_json: bool
) -> None:
    """Test relays, emergency stop, sensors, corners and motor on the empty platform. The platform will shake gently;
    with --learn it will run through all its speeds.

    Stop the station first. Exit code 0: all passed; else that of the fault that was found.
    """
    from hw.mechanics import interpolate
    from station.claim import claim
    from station.clock import MonotonicClock, StationClock, VirtualClock
    from station.commissioning.selftest import Attendant, run_selftest
    from station.faults import CATALOGUE, InputError, because
    from station.plate.speed_maps import keep
    from station.processes.rigs import opened_rig
    from station.settings import runtime_folder
    from station.texts.faults import fault_words

    settings = settings_with(settings_file, rig=rig, data=data)
    name = settings.station.rig
    if name == "replay":
        raise InputError("rig-unknown", "--rig replay", because("recording-not-tested"))
    if not yes:
        question = say("cli.selftest.question-learn" if learn else "cli.selftest.question", rig=name)
        if not click.confirm(question, err=True):
            raise click.Abort
    cells = settings.rig.load_cells

    def kept(learned: dict[str, object]) -> tuple[str, bool]:
        path = keep(settings.station.data, name, learned, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        named = "speed_map" in settings.rig.drive.model_fields_set
        return path.name, not named

    clock: StationClock = VirtualClock() if name == "simulated" else MonotonicClock()
    with claim(runtime_folder(settings)), opened_rig(settings, clock) as opened:
        results = run_selftest(
            opened,
            clock,
            lambda hz: interpolate(settings.rig.drive.displacement_pp_mm, hz),
            Attendant(say=lambda to_do: click.echo(seen(to_do), err=True), press=not yes),
            addresses=cells.addresses if cells.layout == "four_chips" else (),
            keep=kept if learn else None,
        )
    fault = next((result.fault for result in results if result.passed is False), "")
    if as_json:
        parts = [{**result._asdict(), "seen": seen(result.seen, english())} for result in results]
        click.echo(json.dumps({"rig": name, "ok": not fault, "parts": parts}, indent=2))
    else:
        for result in results:
            part = say(f"cli.selftest.part.{result.name.replace(' ', '-')}")
            click.echo(f"{say(f'cli.mark.{_MARKS[result.passed]}')}  {part:<14}  {seen(result.seen)}")
            if result.passed is False:
                what, _, remedy = fault_words(texts(), result.fault)
                click.echo(f"      {what} {remedy}  [{result.fault}]")
    sys.exit(CATALOGUE[fault].exit_code if fault else 0)
