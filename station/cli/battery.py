"""`station battery`: the four sensory conditions of one patient, as composite and ratios."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.groups import Command, handed_as
from station.cli.options import as_json
from station.cli.several import TakesSeveral
from station.cli.signal_options import signal_options
from station.cli.words import texts

if TYPE_CHECKING:
    from station.analysis.judging import StatedCondition
    from station.analysis.reading import ReadOptions
    from station.analysis.sittings import SittingFiles
    from station.measures import Request

_CONDITIONS = ("--open-firm", "--closed-firm", "--open-foam", "--closed-foam")


class _Battery(TakesSeveral):
    several = _CONDITIONS

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401  # click's own
    ) -> click.Context:
        """Of one patient a battery is run, as `station assess` does it; files are measured."""
        if _of_a_patient(args):
            from station.cli.assess import assess

            return assess.make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _of_a_patient(args: Sequence[str]) -> bool:
    """Whether a patient is named, or first of all a battery, and no file has that name."""
    from station.clinic.batteries.documents import names

    if any(word == "--patient" or word.startswith("--patient=") for word in args):
        return True
    return bool(args) and args[0] in names() and not Path(args[0]).exists()


def _files_of(
    files: tuple[Path, ...],
    open_firm: tuple[Path, ...],
    closed_firm: tuple[Path, ...],
    open_foam: tuple[Path, ...],
    closed_foam: tuple[Path, ...],
    stated: StatedCondition,
) -> list[SittingFiles]:
    """The files by what is stated of them: those of a named condition, and those that say it themselves."""
    from station.analysis.judging import StatedCondition
    from station.analysis.sittings import SittingFiles

    by_condition = ((open_firm, "open", "firm"), (closed_firm, "closed", "firm"), (open_foam, "open", "foam"))
    named = [*by_condition, (closed_foam, "closed", "foam")]
    chosen = [
        SittingFiles(paths, StatedCondition("both", vision, surface)) for paths, vision, surface in named if paths
    ]
    if files:
        chosen.append(SittingFiles(files, stated))
    if not chosen:
        raise click.MissingParameter(param_hint="FILES", param_type="argument")
    return chosen


def _condition_option(name: str) -> Callable[[Command], Command]:
    return click.option(
        name, multiple=True, type=click.Path(path_type=Path), metavar="FILE...", help="cli.option.condition"
    )


@click.command(cls=_Battery)
@click.argument("files", nargs=-1, metavar="[FILES]...", type=click.Path(path_type=Path))
@_condition_option("--open-firm")
@_condition_option("--closed-firm")
@_condition_option("--open-foam")
@_condition_option("--closed-foam")
@signal_options
@click.option("--age", "age_years", type=click.FloatRange(0, 120), metavar="YEARS", help="cli.option.age")
@click.option("--one-patient", is_flag=True, help="cli.option.one-patient")
@as_json
@handed_as("sittings", _files_of)
def battery(
    sittings: list[SittingFiles],
    options: ReadOptions,
    request: Request,
    age_years: float | None,
    one_patient: bool,
    as_json: bool,
) -> None:
    """The four sensory conditions of one patient: composite, and the parts of sight, feet and inner ear (mCTSIB).

    FILES are recordings or folders of them, which say their eyes and ground; CSV files go behind the option of their
    condition. Three trials of each are best.

    `station battery NAME --patient CODE` runs the battery of that name with a patient instead, as `station assess`.
    """
    from station.analysis.batteries import battery_of
    from station.cli.battery_lines import battery_lines, battery_worded

    result = battery_of(sittings, options, request, age_years, one_patient=one_patient)
    if as_json:
        click.echo(json.dumps(battery_worded(result), indent=2))
    else:
        click.echo("\n".join(battery_lines(battery_worded(result, texts()))))
