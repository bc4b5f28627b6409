"""`station audit`: who did what, and whether the log is whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say


@click.command(cls=Verb)
@settings_options
@click.option("--last", type=click.IntRange(1, 100_000), default=50, show_default=True, help="cli.option.last")
@as_json
def audit(settings_file: Path | None, data: Path | None, last: int, as_json: bool) -> None:
    """Print the audit log: starts, stops, trips and acknowledgements, and by whom. Exit code 4: it was changed."""
    from datetime import datetime

    from station.recording.layout import records_path
    from station.records.audit import AuditLog
    from station.records.file import open_records
    from station.settings import data_folder

    path = records_path(data_folder(settings_with(settings_file, data=data)))
    log = AuditLog(open_records(path, read_only=True))
    lines = log.newest(last)
    broken = log.first_broken() if lines else None
    if as_json:
        click.echo(json.dumps({"whole": broken is None, "broken_at": broken, "lines": lines}, indent=2))
    else:
        for line in lines:
            at = datetime.fromtimestamp(line["at_ns"] / 1e9).astimezone().isoformat(" ", "seconds")
            detail = {name: value for name, value in line["detail"].items() if name not in ("ring_epoch", "event")}
            words = ", ".join(
                f"{name} {value}" for name, value in detail.items() if value and not isinstance(value, dict)
            )
            click.echo(f"{line['number']:>6}  {at}  {line['who']:<8}  {line['what']:<16}  {words}")
        if not lines:
            click.echo(say("cli.audit.nothing"))
        elif broken is None:
            click.echo(say("cli.audit.whole"))
        else:
            click.echo(say("cli.audit.changed", line=broken), err=True)
    sys.exit(4 if broken is not None else 0)
