"""The fault catalogue: everything that can be reported to a person, once, joined from its areas.

The same entry reaches the phone, the API, the log, the command line and `docs/faults.md`.
"""

from __future__ import annotations

from station.faults import (
    acceptance,
    calibration,
    files,
    hardware,
    locks,
    pages,
    records,
    refusals,
    starting,
    trips,
    updates,
)
from station.faults.fault import Fault

_AREAS = (trips, refusals, starting, files, records, calibration, acceptance, hardware, locks, pages, updates)
_ENTRIES = tuple(entry for area in _AREAS for entry in area.ENTRIES)

CATALOGUE: dict[str, Fault] = {entry.code: entry for entry in _ENTRIES}
BY_NUMBER: dict[int, Fault] = {entry.number: entry for entry in _ENTRIES}
