"""`station dose`: what counts of the day's vibration, and what a person decides of it by name."""

from __future__ import annotations

import json
from pathlib import Path

import click

from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say


@click.command(cls=Verb)
@settings_options
@click.option("--decide", metavar="ID", help="cli.option.decide")
@click.option("--given-s", type=float, metavar="SECONDS", help="cli.option.given-s")
@click.option("--confirm-clock", is_flag=True, help="cli.option.confirm-clock")
@click.option("--by", default="", metavar="NAME", help="cli.option.decided-by")
@click.option("--reason", default="", metavar="TEXT", help="cli.option.decided-why")
@as_json
def dose(settings_file: Path | None, data: Path | None, as_json: bool, **asked: object) -> None:
    """Print what counts of the day's vibration; decide, by name, what is not known; or confirm the clock."""
    from station.clock import this_moment
    from station.faults import InputError, because
    from station.recording.layout import records_path
    from station.records.dose import Doses, Statement
    from station.records.file import open_records
    from station.records.vouching import confirm, vouched
    from station.settings import data_folder

    path = records_path(data_folder(settings_with(settings_file, data=data)))
    writes = bool(asked["decide"] or asked["confirm_clock"])
    records = open_records(path, read_only=not writes or not path.exists())
    doses, by = Doses(records), str(asked["by"])
    if asked["decide"]:
        if not isinstance(asked["given_s"], float):
            raise InputError("input-invalid", "--given-s", because("no-given"))
        word = Statement(by, str(asked["reason"]))
        doses.decide(str(asked["decide"]), asked["given_s"], word, this_moment())
    if asked["confirm_clock"]:
        confirm(records, this_moment(), by)
        doses.pass_time(this_moment())
    counting, clock = doses.counting(), vouched(records, this_moment())
    if as_json:
        click.echo(json.dumps({"clock": clock, "doses": counting}, indent=2))
        return
    click.echo(say(f"cli.dose.clock.{clock['voucher'] or 'nobody'}", at=local(clock["wall_ns"]), by=clock["by"]))
    for one in counting:
        name = one["session"] or one["id"]
        known = say(f"cli.dose.state.{one['state']}")
        click.echo(
            f"{name:<36}  {one['patient'] or '*':<12}  {local(one['at_ns'])}  {one['counts_s']:>7.1f} s  {known}"
        )
    if not counting:
        click.echo(say("cli.dose.nothing"))


def local(wall_ns: object) -> str:
    """A wall time in local words."""
    from datetime import datetime

    assert isinstance(wall_ns, int)  # noqa: S101  # a row's column
    return datetime.fromtimestamp(wall_ns / 1e9).astimezone().isoformat(" ", "seconds")
