"""`station selftest`: moves the hardware, having asked first."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from station.cli.options import as_json, rig_option, settings_options, settings_with
from station.settings import runtime_folder

_MARKS = {True: "ok  ", False: "FAIL", None: "-   "}


@click.command()
@settings_options
@rig_option
@click.option("--yes", is_flag=True, help="Do not ask; nobody is there to press the emergency stop either.")
@as_json
def selftest(settings_file: Path | None, data: Path | None, rig: str | None, yes: bool, as_json: bool) -> None:
    """Test relays, emergency stop, sensors and motor on the empty platform. The platform will shake gently.

    Stop the station first. Exit code 0: all passed; else that of the fault that was found.
    """
    from hw.mechanics import interpolate
    from station.clock import Clock, MonotonicClock, VirtualClock
    from station.control import open_named_rig
    from station.faults import CATALOGUE, InputError
    from station.selftest import run_selftest
    from station.supervisor import claim

    settings = settings_with(settings_file, rig=rig, data=data)
    name = settings.station.rig
    if name == "replay":
        raise InputError("rig-unknown", "--rig replay", "a recording cannot be tested.")
    if not yes:
        question = f"The platform of the rig `{name}` will shake. Is it empty, and may it move?"
        if not click.confirm(question, err=True):
            raise click.Abort
    clock: Clock = VirtualClock() if name == "simulated" else MonotonicClock()
    with claim(runtime_folder(settings)):
        opened = open_named_rig(settings, clock, None)
        try:
            results = run_selftest(
                opened,
                clock,
                lambda hz: interpolate(settings.rig.drive.displacement_pp_mm, hz),
                press=not yes,
                say=lambda words: click.echo(words, err=True),
            )
        finally:
            opened.close()
    fault = next((result.fault for result in results if result.passed is False), "")
    if as_json:
        parts = [result._asdict() for result in results]
        click.echo(json.dumps({"rig": name, "ok": not fault, "parts": parts}, indent=2))
    else:
        for result in results:
            click.echo(f"{_MARKS[result.passed]}  {result.name:<14}  {result.seen}")
            if result.passed is False:
                entry = CATALOGUE[result.fault]
                click.echo(f"      {entry.what} {entry.remedy}  [{entry.code}]")
    sys.exit(CATALOGUE[fault].exit_code if fault else 0)
