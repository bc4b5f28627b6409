"""`station doctor`: what is well on this computer, and what to do about the rest."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from station.cli.options import as_json, rig_option, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL", "na": "-   "}


@click.command(cls=Verb)
@settings_options
@rig_option
@as_json
def doctor(settings_file: Path | None, data: Path | None, rig: str | None, as_json: bool) -> None:
    """Look at this computer, for the rig of the settings: board, buses, pins, pigpiod, clock, power, disk, real time.

    Changes nothing and moves nothing. Exit code 0: the rig can run, warnings or not; 3: a check failed.
    """
    from station.cli.texts_check import texts_checks
    from station.commissioning.doctor import examine
    from station.commissioning.doctor.values import Machine

    settings = settings_with(settings_file, rig=rig, data=data)
    checks = [*examine(Machine(), settings), *texts_checks()]
    failed = [check.name for check in checks if check.state == "fail"]
    if as_json:
        found = [asdict(check) for check in checks]
        click.echo(json.dumps({"rig": settings.station.rig, "ok": not failed, "checks": found}, indent=2))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            click.echo(f"{_MARKS[check.state]}  {check.name:<{width}}  {check.seen}")
            if check.state in ("warn", "fail"):
                click.echo(f"      {'':<{width}}  -> {check.remedy}")
        warned = sum(check.state == "warn" for check in checks)
        counts = {"rig": settings.station.rig, "failed": len(failed), "warned": warned}
        click.echo(f"\n{say('cli.doctor.failed' if failed else 'cli.doctor.none-failed', **counts)}")
    sys.exit(3 if failed else 0)
