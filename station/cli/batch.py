"""Measures of many files on all cores: one bad file is one error in its place, and never stops the others."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

from station.analysis.file_figures import Job, report_of
from station.analysis.judging import error_of
from station.faults import StationError, because
from station.measures.pipelines import PIPELINES, keys_of

IN_THIS_PROCESS = 6
"""So few files take less time than starting other processes."""


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
        return report_of(job)
    except StationError as problem:
        return _failed(job, problem)
    except Exception as problem:  # noqa: BLE001  # the edge of a process: a defect in one file's way stays there
        return _failed(job, _defect(job, problem))


def _defect(job: Job, problem: BaseException) -> StationError:
    return StationError("file-failed", str(job.path), because("said", said=repr(problem)))


def _failed(job: Job, problem: StationError) -> dict[str, Any]:
    pipeline = PIPELINES.get(job.request.pipeline)
    names = keys_of(pipeline.name, job.request.everything) if pipeline else ()
    return {
        "file": str(job.path),
        "pipeline": job.request.pipeline,
        "pipeline_version": pipeline.version if pipeline else None,
        "measures": dict.fromkeys(names),
        "reasons": {},
        "warnings": [],
        "suspicions": [],
        "course": {},
        "duration_s": None,
        "rate_hz": None,
        "vibration_hz": None,
        "error": error_of(problem),
    }
