"""The boundary to hardware and drills: their errors become the station's, so that no edge has to know them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drills.errors import DrillError
from hw.errors import HardwareError
from station.faults.errors import DeviceError, InputError


@contextmanager
def as_station_errors() -> Iterator[None]:
    """What hardware or drills raise in this block leaves it as a DeviceError or an InputError: same code and place."""
    try:
        yield
    except HardwareError as problem:
        raise DeviceError(problem.code, problem.where, problem.detail) from problem
    except DrillError as problem:
        raise InputError(problem.code, problem.where, f"{problem}.", problem.problems) from problem
