"""`station demo`: one made-up patient through screening, test, plan, some visits, and the test again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.options import as_json
from station.cli.plan_lines import level_line
from station.cli.speaking import Verb
from station.cli.words import say, seen

if TYPE_CHECKING:
    from collections.abc import Mapping

_REPORT = "report.simulated.txt"


@click.command("demo", cls=Verb)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--seed", type=click.IntRange(min=0), default=7, show_default=True, help="cli.option.seed")
@click.option("--visits", type=click.IntRange(1, 12), default=6, show_default=True, help="cli.option.demo-visits")
@click.option("--minutes", type=click.FloatRange(1, 30), default=10, show_default=True, help="cli.option.demo-minutes")
@as_json
def demo(out: Path, seed: int, visits: int, minutes: float, as_json: bool) -> None:
    """Show a made-up patient's whole way, in virtual time; every file of it says that it is simulated."""
    from station.faults import InputError, because
    from station.processes.demo import DemoSize, run_demo

    if out.is_dir() and any(out.iterdir()):
        raise InputError("input-invalid", str(out), because("demo-folder-used"))

    def told(step: str, values: Mapping[str, Any]) -> None:
        click.echo(say(f"cli.demo.{step}", **values), err=as_json)

    report = run_demo(out, seed, DemoSize(visits, minutes), told)
    lines = report_lines(report)
    (out / _REPORT).write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(json.dumps({"simulated": True, "folder": str(out), **report}, indent=2) if as_json else "\n".join(lines))


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """The report in words, the stamp first."""
    from station.faults import from_json

    lines = [say("cli.demo.stamp"), say("cli.demo.title", patient=report["patient"])]
    for word in ("before", "after"):
        for leg, trials in report[word].items():
            best = max((one["hold_s"] for one in trials), default=0.0)
            speeds = [one["mean_velocity_mm_s"] for one in trials if one["mean_velocity_mm_s"] is not None]
            mean = sum(speeds) / len(speeds) if speeds else 0.0
            lines.append(say(f"cli.demo.{word}", leg=say(f"word.leg.{leg}"), best_s=best, mm_s=mean))
    lines.append(say("cli.demo.no-change"))
    for visit in report["visits"]:
        lines.append(say("cli.demo.visit-day", visit=visit["visit"], day=visit["day"]))
        for one in visit["sets"]:
            trials, leg = len(one["trials"]), say(f"word.leg.{one['leg']}")
            lines.append(f"  {say('cli.demo.set', drill=one['drill'], leg=leg, passed=one['passed'], trials=trials)}")
            if one["decisions"]:
                lines.append(f"    {seen(from_json(one['decisions'][-1]))}")
    lines += [f"{one['ladder']}  {level_line(one)}" for one in report["levels"] if one["last_day"]]
    return [*lines, say("cli.demo.stamp")]
