"""`station selftest`: moves the hardware, having asked first."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import click

from station.cli.groups import handed_as
from station.cli.options import as_json, rig_option, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import agrees, columns_of, english, marks, padded, say, seen, texts


class _What(NamedTuple):
    """What is to be done."""

    yes: bool
    """Without asking first."""
    learn: bool
    retry: bool
    """Only what did not pass in the last one, and what must come before it."""


_MARKS = {True: "ok", False: "fail", None: "na"}


@click.command(cls=Verb)
@settings_options
@rig_option
@click.option("--yes", is_flag=True, help="cli.option.yes")
@click.option("--learn", is_flag=True, help="cli.option.learn")
@click.option("--retry", is_flag=True, help="cli.option.retry")
@as_json
@handed_as("what", _What)
def selftest(settings_file: Path | None, data: Path | None, rig: str | None, what: _What, as_json: bool) -> None:
    """Test relays, emergency stop, sensors, corners and motor on the empty platform. The platform will shake gently;
    with --learn it will run through all its speeds.

    Stop the station first. Exit code 0: all passed; else that of the fault that was found.
    """
    from hw.mechanics import interpolate
    from station.claim import claim
    from station.clock import MonotonicClock, StationClock, VirtualClock
    from station.commissioning.selftest import Attendant, run_selftest
    from station.faults import CATALOGUE, InputError, because
    from station.plate.speed_maps import keep, named_map
    from station.processes.rigs import opened_rig
    from station.settings import data_folder, runtime_folder
    from station.texts.faults import fault_words
    from station.wire.testing import KEPT_FILE, SelfTestState, joined, part_of, read_state, write_state

    settings = settings_with(settings_file, rig=rig, data=data)
    name = settings.station.rig
    if name == "replay":
        raise InputError("rig-unknown", "--rig replay", because("recording-not-tested"))
    if not what.yes:
        question = say("cli.selftest.question-learn" if what.learn else "cli.selftest.question", rig=name)
        if not agrees(question):
            raise click.Abort
    cells = settings.rig.load_cells
    before = read_state(settings.station.data / KEPT_FILE) if what.retry else None
    passed = before.passed if before is not None else frozenset()

    def kept(learned: dict[str, object]) -> tuple[str, dict[str, str]]:
        path = keep(settings.station.data, name, learned, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        return "speeds-kept-unused" if named_map(settings) else "speeds-kept", {"file": path.name}

    clock: StationClock = VirtualClock() if name == "simulated" else MonotonicClock()
    with claim(runtime_folder(settings)), opened_rig(settings, clock) as opened:
        results = run_selftest(
            opened,
            clock,
            lambda hz: interpolate(settings.rig.drive.displacement_pp_mm, hz),
            Attendant(say=lambda to_do: click.echo(seen(to_do), err=True), press=not what.yes, passed=passed),
            addresses=cells.addresses if cells.layout == "four_chips" else (),
            keep=kept if what.learn else None,
        )
    fault = next((result.fault for result in results if result.passed is False), "")
    if as_json:
        parts = [{**result._asdict(), "seen": seen(result.seen, english())} for result in results]
        click.echo(json.dumps({"rig": name, "ok": not fault, "parts": parts}, indent=2))
    else:
        parts_said = [say(f"cli.selftest.part.{result.name.replace(' ', '-')}") for result in results]
        first, widest = marks(), max(14, *map(columns_of, parts_said))
        for result, part in zip(results, parts_said, strict=True):
            click.echo(f"{first[_MARKS[result.passed]]}  {padded(part, widest)}  {seen(result.seen)}")
            if result.passed is False:
                happened, _, remedy = fault_words(texts(), result.fault)
                click.echo(f"{padded('', columns_of(first['fail']))}  {happened} {remedy}  [{result.fault}]")
    tried = joined(before, [part_of(*result) for result in results])
    write_state(data_folder(settings) / KEPT_FILE, SelfTestState(time.time_ns(), "", True, None, tried))
    sys.exit(CATALOGUE[fault].exit_code if fault else 0)
