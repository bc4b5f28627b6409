"""The boundary to hardware and drills: their errors become the station's, so that no edge has to know them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drills.errors import DrillError
from drills.problems import Problem
from hw.errors import Finding, HardwareError
from station.faults.catalogue import CATALOGUE
from station.faults.errors import DeviceError, InputError, as_json, because


@contextmanager
def as_station_errors() -> Iterator[None]:
    """What hardware or drills raise in this block leaves it as a DeviceError or an InputError: same code and place."""
    try:
        yield
    except HardwareError as problem:
        # A simulated drive can be made to fail with any code; control must not end over one that nobody knows.
        known = problem.code in CATALOGUE
        unknown = [] if known else [because("code-unknown", given=problem.code)]
        code = problem.code if known else "internal-error"
        raise DeviceError(code, problem.where, *unknown, seen_of(problem.finding)) from problem
    except DrillError as problem:
        raise InputError(problem.code, problem.where, *problem.problems) from problem


def seen_of(finding: Finding) -> Problem:
    """What hardware saw, as the station's own value."""
    return because(finding.reason, **finding.values)


def seen_at(problem: HardwareError) -> Problem:
    """What hardware saw, and where."""
    return because("at", where=problem.where, seen=as_json(seen_of(problem.finding)))
