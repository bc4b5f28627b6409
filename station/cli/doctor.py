"""`station doctor`: what is well on this computer, and what to do about the rest."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station.cli.options import as_json, rig_option, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import columns_of, english, marks, padded, say, texts

if TYPE_CHECKING:
    from station.commissioning.doctor.values import Check
    from station.texts import Texts
    from station.texts.checks import CheckWords


def check_words(check: Check, of: Texts) -> CheckWords:
    """The words of a check in the language of these texts."""
    from station.texts.checks import words_of_check

    return words_of_check(of, check.area, check.part, (check.seen, check.remedy), check.values)


@click.command(cls=Verb)
@settings_options
@rig_option
@as_json
def doctor(settings_file: Path | None, data: Path | None, rig: str | None, as_json: bool) -> None:
    """Look at this computer, for the rig of the settings: board, buses, pins, pigpiod, clock, power, disk, real time.
    Without --settings those of the installed station are taken, where there is one.

    Changes nothing and moves nothing. Exit code 0: the rig can run, warnings or not; 3: a check failed.
    """
    from station.cli.texts_check import font_checks, texts_checks
    from station.commissioning.doctor import examine
    from station.commissioning.doctor.values import Machine
    from station.settings import installed_settings
    from station.texts import choose

    used = installed_settings() if settings_file is None else settings_file
    settings = settings_with(used, rig=rig, data=data)
    read = {settings.station.language, settings.web.patient_language or settings.station.language}
    machine, used_here = Machine(), {choose(one) for one in read}
    checks = [*examine(machine, settings), *texts_checks(used=used_here), *font_checks(used_here)]
    failed = [check.name for check in checks if check.state == "fail"]
    if as_json:
        found = [_as_json(check) for check in checks]
        said = {"rig": settings.station.rig, "settings": str(used or ""), "ok": not failed, "checks": found}
        click.echo(json.dumps(said, indent=2))
    else:
        of = texts()
        first = marks()
        lines = [(first[check.state], *check_words(check, of)) for check in checks]
        widths = [max(columns_of(line[column]) for line in lines) for column in (0, 1)]
        for mark, name, seen, remedy in lines:
            click.echo(f"{padded(mark, widths[0])}  {padded(name, widths[1])}  {seen}")
            if remedy:
                click.echo(f"{padded('', widths[0])}  {padded('', widths[1])}  -> {remedy}")
        warned = sum(check.state == "warn" for check in checks)
        counts = {"rig": settings.station.rig, "failed": len(failed), "warned": warned}
        click.echo(f"\n{say('cli.doctor.failed' if failed else 'cli.doctor.none-failed', **counts)}")
        if used is not None:
            click.echo(say("cli.doctor.settings", path=used))
    sys.exit(3 if failed else 0)


def _as_json(check: Check) -> dict[str, object]:
    """For a program: names and codes that stay, the English words, and what any language words it by."""
    _, seen, remedy = check_words(check, english())
    words = {"area": check.area, "part": check.part, "keys": [check.seen, check.remedy], "values": dict(check.values)}
    said = {"name": check.name, "state": check.state, "code": check.finding, "seen": seen, "remedy": remedy}
    return {**said, "words": words}
