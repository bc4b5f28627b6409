"""The figures of any file: a recording of this station, or a CSV file of another plate."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from station.analysis.explaining import said_of
from station.analysis.judging import StatedCondition, condition_of, error_of, impossible, norms_of, stood_as
from station.analysis.reading import (
    AS_IT_IS,
    ReadOptions,
    RecordingFile,
    TableFile,
    measured,
    part_of_file,
    pipeline_named,
    read_file,
)
from station.analysis.stated import against, with_against
from station.faults import as_json as as_problem
from station.measures import MeasureSet, Request
from station.measures.norms.people import held_as
from station.measures.recorded import DEFAULT_REQUEST
from station.recording.layout import finite_fields

NOTHING_STATED = StatedCondition()


class Job(NamedTuple):
    """One file, and what is wanted of it."""

    path: Path
    options: ReadOptions = AS_IT_IS
    request: Request = DEFAULT_REQUEST
    stated: StatedCondition = NOTHING_STATED
    age_years: float | None = None
    """Of the patient: with it the figures are held against people of this age."""
    explain: bool = False
    """Whether it is said how the file was understood."""


def figures_of(path: Path, options: ReadOptions = AS_IT_IS, request: Request = DEFAULT_REQUEST) -> MeasureSet:
    """The figures of one stance (`part_of_file`); where none can be had all are nan, each with its reason.

    Raises the errors of `read_file` and `part_of_file`, and InputError "input-invalid" for a pipeline that does not
    exist.
    """
    return _read_and_measured(path, options, request)[1]


def report_of(job: Job) -> dict[str, Any]:
    """The figures of one file as JSON values, judged: `norms` where an age is known, `error` where no figure could be
    had. Raises as `figures_of`.
    """
    file, found = _read_and_measured(job.path, job.options, job.request, job.stated, job.age_years)
    report = {"file": str(job.path), **as_json(found)}
    if job.explain and isinstance(file, TableFile) and file.signal.understood is not None:
        report["understood"] = [as_problem(one) for one in said_of(file.signal.understood)]
    if isinstance(file, RecordingFile) and file.calibration is not None:
        report["calibration"] = file.calibration
    if job.age_years is not None:
        stood = condition_of(file, job.stated)
        if isinstance(file, RecordingFile):
            stood = held_as(stood, file.recording.header.get("document") or {})
        report["norms"] = norms_of(found, stood, job.age_years)
    problem = impossible(job.path, report["measures"], found.reasons, found.warnings)
    if problem is not None:
        report["error"] = error_of(problem)
    return report


def as_json(found: MeasureSet) -> dict[str, Any]:
    """The figures as JSON values: None where there is none, and `reasons` says why."""
    return finite_fields(
        {
            "pipeline": found.pipeline,
            "pipeline_version": found.version,
            "measures": found.values,
            "reasons": {name: as_problem(why) for name, why in found.reasons.items()},
            "warnings": [as_problem(one) for one in (*found.suspicions, *found.warnings)],
            "suspicions": [as_problem(one) for one in found.suspicions],
            "course": found.course,
            "duration_s": found.duration_s,
            "rate_hz": found.rate_hz,
            "vibration_hz": found.vibration_hz,
        }
    )


def _read_and_measured(
    path: Path,
    options: ReadOptions,
    request: Request,
    stated: StatedCondition = NOTHING_STATED,
    age_years: float | None = None,
) -> tuple[RecordingFile | TableFile, MeasureSet]:
    pipeline_named(request.pipeline)
    file = read_file(path, options)
    found = measured(part_of_file(file, request.pipeline), request, stood_as(condition_of(file, stated)))
    return file, with_against(found, against(file, stated, age_years))
