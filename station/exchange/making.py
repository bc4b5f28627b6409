"""`python -m station.exchange.making KIND` writes one file about a patient: a process that ends, because what sets a
page or walks through recordings is too big, and too slow, to be in the one of the pages.

A fault is a line of JSON on the error stream: `code`, `where` and `problems`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from station.clock import live_in
from station.faults import InputError, StationError, as_json
from station.recording.disk import storage_error
from station.reports.facts import Wanted
from station.texts import Texts, choose


class MakingTask(NamedTuple):
    """What is to be made, and where."""

    kind: str
    wanted: Wanted
    texts: Texts
    out: Path
    by: str = ""
    """Who hands it out; of no meaning for what is not handed out by name."""
    recording: str = ""
    """In the data folder: whose trace it is."""


def make(task: MakingTask) -> None:
    """Write the file. Raises InputError for what is not there, StorageError, and StationError "report-failed"; then
    there may be a part of it.
    """
    try:
        _MAKERS.get(task.kind, _report)(task)
    except StationError:
        raise
    except OSError as problem:
        raise storage_error(problem, task.out) from problem


def _report(task: MakingTask) -> None:
    from station.reports.making import report_pdf

    task.out.write_bytes(report_pdf(task.kind, task.wanted, task.texts))


def _figures(task: MakingTask) -> None:
    from station.exchange.gathering import gather
    from station.exchange.tables import write_tables

    gathered = gather(task.wanted)
    with task.out.open("wb") as file:
        write_tables(file, gathered, task.texts.say)


def _fhir(task: MakingTask) -> None:
    from station.exchange.fhir import Parts, bundle_of
    from station.exchange.gathering import gather
    from station.recording.layout import records_path
    from station.records.file import open_records
    from station.records.plans import Plans
    from station.reports.making import report_pdf

    gathered = gather(task.wanted)
    tried = {one["visit"] for one in gathered.sessions if one["trials"]}
    reports = {
        one["id"]: report_pdf(
            "assessment",
            task.wanted._replace(patient=gathered.patient["code"], session="", visit=one["id"]),
            task.texts,
        )
        for one in gathered.visits
        if one["id"] in tried
    }
    plan = Plans(open_records(records_path(task.wanted.data), read_only=True)).current(gathered.patient["code"])
    bundle = bundle_of(Parts(gathered, plan, reports, task.texts))
    task.out.write_text(json.dumps(bundle, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


NOTHING_YET = {"patient": "", "mark": "", "head": [], "courses": []}


def _trends(task: MakingTask) -> None:
    from station.reports.facts import facts_of
    from station.reports.trends import trends_of

    try:
        drawn = trends_of(facts_of(task.wanted), task.texts)
    except InputError as problem:
        if problem.code != "report-empty":
            raise
        drawn = NOTHING_YET  # who has done nothing yet is no problem
    task.out.write_text(json.dumps(drawn, ensure_ascii=False) + "\n", encoding="utf-8")


def _everything(task: MakingTask) -> None:
    from station.keeping.handing_out import hand_out
    from station.recording.layout import records_path
    from station.records.file import open_records

    if not task.wanted.named:  # it is all that is kept: nothing can be left out
        raise InputError("names-in-the-open", task.kind)
    data, code = task.wanted.data, task.wanted.patient
    hand_out(data, open_records(records_path(data)), code, task.out, task.by, task.texts.say)


def _trace(task: MakingTask) -> None:
    from station.exchange.traces import traces_of

    drawn = traces_of(task.wanted.data / task.recording)
    task.out.write_text(json.dumps(drawn, separators=(",", ":")) + "\n", encoding="utf-8")


_MAKERS: dict[str, Callable[[MakingTask], None]] = {
    "figures": _figures,
    "fhir": _fhir,
    "everything": _everything,
    "trace": _trace,
    "trends": _trends,
}
"""By the kind; what is not here is a report."""


def main(arguments: list[str] | None = None) -> int:
    """Write the file that the arguments ask for. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m station.exchange.making", description=main.__doc__)
    parser.add_argument("kind")
    for name in ("data", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("patient", "session", "visit", "by", "recording", "zone"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--language", default="en")
    parser.add_argument("--codes-only", action="store_true")
    options = parser.parse_args(arguments)
    live_in(options.zone)
    try:
        wanted = Wanted(options.data, options.patient, options.session, options.visit, not options.codes_only)
        texts = Texts(choose(options.language))
        make(MakingTask(options.kind, wanted, texts, options.out, options.by, options.recording))
    except StationError as problem:
        problems = [as_json(one) for one in problem.problems]
        sys.stderr.write(json.dumps({"code": problem.code, "where": problem.where, "problems": problems}) + "\n")
        return problem.fault.exit_code or 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
