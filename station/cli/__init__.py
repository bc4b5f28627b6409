"""The command `station`: its group, and how a fault becomes a message and an exit code.

Verbs live in the modules beside this one and import what they need when they run, so that `--help` is quick and a
process holds no library that it does not use.
"""

from __future__ import annotations

import sys

import click

from station.cli.audit import audit
from station.cli.calibrate import calibrate
from station.cli.compare import compare
from station.cli.config import config
from station.cli.doctor import doctor
from station.cli.drill import drill
from station.cli.files import export, measures
from station.cli.options import WANTS_JSON
from station.cli.processes import control, recorder, run, web
from station.cli.report import report
from station.cli.selftest import selftest
from station.cli.task import task


class _FaultReporting(click.Group):
    """Turns a fault into one readable line and its exit code."""

    def invoke(self, ctx: click.Context) -> object:
        from station.faults import StationError

        try:
            return super().invoke(ctx)
        except StationError as problem:
            sys.exit(report(problem, as_json=bool(ctx.meta.get(WANTS_JSON))))


@click.group(cls=_FaultReporting, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="balance-station")
def main() -> None:
    """Balance training on a vibration plate: run the station, run one drill, look at recordings.

    Exit codes: 0 done, 1 a fault without a better code, 2 wrong input, 3 hardware, 4 storage, 5 another station is in
    the way, 6 a safety trip ended the drill.
    """


for _verb in (
    run,
    drill,
    measures,
    compare,
    task,
    export,
    calibrate,
    config,
    audit,
    doctor,
    selftest,
    control,
    recorder,
    web,
):
    main.add_command(_verb)
