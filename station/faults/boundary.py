"""The boundary to hardware and drills: their errors become the station's, so that no edge has to know them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drills.errors import DrillError
from hw.errors import HardwareError
from station.faults.catalogue import CATALOGUE
from station.faults.errors import DeviceError, InputError, because


@contextmanager
def as_station_errors() -> Iterator[None]:
    """What hardware or drills raise in this block leaves it as a DeviceError or an InputError: same code and place."""
    try:
        yield
    except HardwareError as problem:
        # A simulated drive can be made to fail with any code; control must not end over one that nobody knows.
        known = problem.code in CATALOGUE
        said = problem.detail if known else f"{problem.code}: {problem.detail}"
        code = problem.code if known else "internal-error"
        raise DeviceError(code, problem.where, *([because("said", said=said)] if said else [])) from problem
    except DrillError as problem:
        raise InputError(problem.code, problem.where, *problem.problems) from problem
