"""Measures of many files on all cores: one bad file is one error in its place, and never stops the others."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from station.analysis.comparing import Told, condition_of, norms_of
from station.analysis.results import Wish, calibration_of_figures, impossible, set_of, told_of
from station.faults import StationError
from station.measures.pipelines import PIPELINES, keys_of

IN_THIS_PROCESS = 6
"""So few files take less time than starting other processes."""


class Job(NamedTuple):
    """One file, and what is wanted of it."""

    path: Path
    wish: Wish
    told: Told
    age_years: float | None


def measured(jobs: Sequence[Job]) -> Iterator[dict[str, Any]]:
    """The result of each job, in their order; `error` is in one whose file gave nothing."""
    if len(jobs) <= IN_THIS_PROCESS:
        yield from map(measure_one, jobs)
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(min(len(jobs), os.cpu_count() or 1), mp_context=context) as pool:
        futures: list[Future[dict[str, Any]]] = [pool.submit(measure_one, job) for job in jobs]
        for job, future in zip(jobs, futures, strict=True):
            died = future.exception()  # the worker itself: killed, or out of memory
            yield future.result() if died is None else _failed(job, _defect(job, died))


def measure_one(job: Job) -> dict[str, Any]:
    """The figures of one file as JSON values. Never raises: where there is nothing, `error` says why, and `reasons` of
    each figure.
    """
    try:
        found = set_of(job.path, job.wish)
        told = {"file": str(job.path), **told_of(found)}
        if (calibration := calibration_of_figures(job.path, job.wish)) is not None:
            told["calibration"] = calibration
        if job.age_years is not None:
            told["norms"] = norms_of(found, condition_of(job.path, job.told), job.age_years)
        if all(value is None for value in told["measures"].values()):
            told["error"] = error_of(impossible(job.path, told))
    except StationError as problem:
        return _failed(job, problem)
    except Exception as problem:  # noqa: BLE001  # the edge of a process: a defect in one file's way stays there
        return _failed(job, _defect(job, problem))
    return told


def _defect(job: Job, problem: BaseException) -> StationError:
    return StationError("file-failed", str(job.path), f"{problem!r}")


def _failed(job: Job, problem: StationError) -> dict[str, Any]:
    pipeline = PIPELINES.get(job.wish.pipeline)
    names = keys_of(pipeline.name, job.wish.everything) if pipeline else ()
    return {"file": str(job.path), "pipeline": job.wish.pipeline,
            "pipeline_version": pipeline.version if pipeline else None, "measures": dict.fromkeys(names),
            "reasons": dict.fromkeys(names, str(problem)), "warnings": [], "duration_s": None, "rate_hz": None,
            "vibration_hz": None, "error": error_of(problem)}  # fmt: skip


def error_of(problem: StationError) -> dict[str, Any]:
    """A fault as JSON values."""
    fault = problem.fault
    return {"code": fault.code, "what": fault.what, "where": problem.where, "detail": problem.detail,
            "cause": fault.cause, "remedy": fault.remedy, "exit_code": fault.exit_code}  # fmt: skip
