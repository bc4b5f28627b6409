"""`station compare`: two sittings of one patient, and whether anything has really changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station.cli.groups import handed_as
from station.cli.options import Printing, as_json, explain, form_of
from station.cli.report import comparison_worded
from station.cli.several import TakesSeveral
from station.cli.signal_options import signal_options, stated_of
from station.cli.words import say, texts

if TYPE_CHECKING:
    from station.analysis.comparing import Comparing
    from station.analysis.judging import StatedCondition
    from station.analysis.reading import ReadOptions
    from station.analysis.sittings import SittingFiles
    from station.measures import Request


class _Compare(TakesSeveral):
    several = ("--before", "--after")


def _after_stated_of(after_stance: str | None, after_vision: str | None, after_surface: str | None) -> StatedCondition:
    """What a person states of the second sitting alone."""
    return stated_of(after_stance, after_vision, after_surface)


def _sittings_of(
    sittings: tuple[Path, ...],
    before: tuple[Path, ...],
    after: tuple[Path, ...],
    stated: StatedCondition,
    after_stated: StatedCondition,
) -> tuple[SittingFiles, SittingFiles]:
    """Both sittings; what is stated holds for both, unless something else is of the second."""
    from station.analysis.sittings import SittingFiles

    if sittings and not (before or after) and len(sittings) == 2:
        before, after = (sittings[0],), (sittings[1],)
    elif sittings or not (before and after):
        raise click.UsageError(say("cli.compare.give-two"))
    other = {name: word for name, word in after_stated._asdict().items() if word is not None}
    return SittingFiles(before, stated), SittingFiles(after, stated._replace(**other))


def _asked_of(
    age_years: float | None,
    same_day: bool | None,
    repeatability: Path | None,
    two_patients: bool,
    two_sides: bool,
    one_patient: bool,
) -> Comparing:
    """What is known of the sittings, and asked for."""
    from station.analysis.comparing import Comparing
    from station.measures.norms.between import read_rules

    rules = None if repeatability is None else read_rules(repeatability)
    return Comparing(age_years, same_day, rules, two_patients, one_patient, two_sides)


@click.command(cls=_Compare)
@click.argument("sittings", nargs=-1, metavar="[A B]", type=click.Path(path_type=Path))
@click.option("--before", multiple=True, type=click.Path(path_type=Path), metavar="FILE...", help="cli.option.before")
@click.option("--after", multiple=True, type=click.Path(path_type=Path), metavar="FILE...", help="cli.option.after")
@signal_options
@click.option(
    "--age",
    "age_years",
    type=click.FloatRange(0, 120),
    metavar="YEARS",
    help="cli.option.age",
)
@click.option("--after-stance", type=click.Choice(["both", "left", "right"]), help="cli.option.after-stance")
@click.option("--after-vision", type=click.Choice(["open", "closed"]), help="cli.option.after-vision")
@click.option("--after-surface", type=click.Choice(["firm", "foam"]), help="cli.option.after-surface")
@click.option("--same-day/--other-day", "same_day", default=None, help="cli.option.same-day")
@click.option("--repeatability", type=click.Path(path_type=Path), metavar="FILE", help="cli.option.repeatability")
@click.option("--one-patient", is_flag=True, help="cli.option.one-patient")
@click.option("--two-patients", is_flag=True, help="cli.option.two-patients")
@click.option("--two-sides", is_flag=True, help="cli.option.two-sides")
@explain
@as_json
@handed_as("form", form_of)
@handed_as("asked", _asked_of)
@handed_as("after_stated", _after_stated_of)
@handed_as("sittings", _sittings_of)
def compare(
    sittings: tuple[SittingFiles, SittingFiles],
    options: ReadOptions,
    request: Request,
    asked: Comparing,
    form: Printing,
) -> None:
    """Say of each figure "real change", "no real change", "no verdict" or "not comparable", and what that rests on.

    A and B are each a recording with its trials, or a folder of recordings or CSV files; single files go behind
    --before and --after. The mean of at least three trials is compared with that of three others.
    """
    from station.analysis.comparing import compare as compared
    from station.cli.figures import change_lines, meaning_lines

    result = compared(*sittings, options, request, asked)
    if form.kind == "json":
        click.echo(json.dumps(comparison_worded(result), indent=2))
    else:
        explained = meaning_lines([*result["quotients"], *result["changes"]]) if form.explain else []
        click.echo("\n".join([*change_lines(comparison_worded(result, texts())), *explained]))
