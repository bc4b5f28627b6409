"""`station measures`: figures of recordings."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.groups import handed_as
from station.cli.options import Printing, as_json, explain, form_of
from station.cli.report import report_errors, worded
from station.cli.signal_options import signal_options
from station.cli.speaking import Verb
from station.cli.words import say, texts

if TYPE_CHECKING:
    from station.analysis.judging import StatedCondition
    from station.analysis.reading import ReadOptions
    from station.measures import Request


def _form_of(form: str | None, explain: bool, as_json: bool) -> Printing:
    """How to print. Raises click.UsageError for two forms at once."""
    if as_json and form is not None:
        raise click.UsageError(say("cli.measures.one-form"))
    asked = form_of(explain, as_json or form == "csv")
    return asked._replace(kind=form or asked.kind)


@click.command(cls=Verb)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@signal_options
@click.option(
    "--age",
    "age_years",
    type=click.FloatRange(0, 120),
    metavar="YEARS",
    help="cli.option.age.files",
)
@click.option("--table", "form", flag_value="table", help="cli.option.table")
@click.option(
    "--csv",
    "form",
    flag_value="csv",
    help="cli.option.csv",
)
@explain
@as_json
@handed_as("form", _form_of)
def measures(
    files: tuple[Path, ...],
    options: ReadOptions,
    request: Request,
    stated: StatedCondition,
    age_years: float | None,
    form: Printing,
) -> None:
    """Balance measures of recordings, of CSV files of CoP or of four cells (docs/recordings.md), or of folders of them.

    Several files are worked on by all cores. A file that cannot be used has its error in its place, and the exit code
    says so.
    """
    from station.analysis.file_figures import Job
    from station.analysis.sittings import files_of
    from station.cli.batch import measured
    from station.cli.figures import meaning_lines, shown, table_lines

    jobs = [Job(path, options, request, stated, age_years, form.explain) for path in files_of(files)]
    alone = len(jobs) == 1 and not files[0].is_dir()
    results = []
    for result in measured(jobs):
        if form.kind == "table":
            click.echo("\n".join(table_lines(worded(result, texts()))))
        results.append(result)
    if form.explain:
        lines = meaning_lines(name for result in results for name in shown(result["measures"]))
        click.echo("\n".join(lines), nl=bool(lines))
    if form.kind == "json":
        told = [worded(result) for result in results]
        click.echo(json.dumps(told[0] if alone else told, indent=2))
    elif form.kind == "csv":
        _print_csv([worded(result) for result in results])
    sys.exit(report_errors(results))


def _print_csv(results: list[dict[str, Any]]) -> None:
    """The same columns whatever happened, so that files of several runs can be put together."""
    from station.cli.figures import by_reason
    from station.measures.suspicions.course import COURSE

    names = list(dict.fromkeys(name for result in results for name in result["measures"]))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    beside = ("pipeline_version", *COURSE, "suspicions")
    writer.writerow(["file", "pipeline", *names, "reasons", "warnings", "error", *beside])
    for result in results:
        values = result["measures"]
        why_not = by_reason(result["reasons"].items())
        reasons = "; ".join(f"{', '.join(those)}: {why}" for why, those in why_not.items())
        fault = result.get("error", {})
        error = " ".join(fault[part] for part in ("what", "where", "detail") if fault[part]) if fault else ""
        figures = ["" if values.get(name) is None else repr(values[name]) for name in names]
        warnings = "; ".join(result.get("warnings", []))
        course = [repr(result["course"][name]) if name in result["course"] else "" for name in COURSE]
        version, suspicions = result["pipeline_version"], "; ".join(result["suspicions"])
        row = [result["file"], result["pipeline"], *figures, reasons, warnings, error]
        writer.writerow([*row, "" if version is None else version, *course, suspicions])
