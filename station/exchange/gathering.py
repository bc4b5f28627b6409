"""What is exported: a patient's sessions, all of them, those of a visit, or one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from station.faults import InputError
from station.recording.layout import records_path
from station.recording.scan import Scan
from station.records.file import Records, open_records
from station.records.sessions import Sessions
from station.records.unnamed import unnamed
from station.records.visits import Visits
from station.reports.facts import Wanted, meant

_EVERY_LINE = 1_000_000


class Exported(NamedTuple):
    """What was asked for, as the records have it."""

    data: Path
    patient: dict[str, Any]
    """As `station.records.views.patient_view`."""
    visits: list[dict[str, Any]]
    """Oldest first, as `station.records.views.visit_view`: those of the sessions, and all where all was asked for."""
    sessions: list[dict[str, Any]]
    """Oldest first, as `Sessions.detail`."""
    station_id: str
    named: bool = True
    """Whether it says who the patient is."""


def gather(wanted: Wanted) -> Exported:
    """The sessions that are meant: one where `session` names it, those of `visit`, else all of the patient. Raises
    InputError "session-unknown", "visit-unknown", "patient-unknown"; StorageError where the records cannot be read.
    """
    records = open_records(records_path(wanted.data), read_only=True)
    code, patient, chosen = meant(records, wanted)
    visits = {one["id"]: one for one in reversed(Visits(records).newest(code, _EVERY_LINE))}
    if wanted.visit and wanted.visit not in visits:
        raise InputError("visit-unknown", wanted.visit)
    sessions = [chosen] if chosen else list(_sessions(records, code, wanted.visit))
    if chosen or wanted.visit:
        of_them = {one["visit"] for one in sessions} | {wanted.visit}
        visits = {name: one for name, one in visits.items() if name in of_them}
    found = Exported(wanted.data, patient, list(visits.values()), sessions, records.station_id)
    if wanted.named:
        return found
    told = {name: unnamed(getattr(found, name)) for name in ("patient", "visits", "sessions")}
    return found._replace(**told, named=False)


def _sessions(records: Records, code: str, visit: str) -> Iterator[dict[str, Any]]:
    stored = Sessions(records)
    for line in reversed(stored.newest(code, _EVERY_LINE)):
        if visit in ("", line["visit"]):
            detail = stored.detail(line["id"])
            if detail is not None:
                yield detail


def events_of(data: Path, session: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The events of a session's recording in their order, as JSON values; a recording is walked through, never held.
    Raises InputError for one that cannot be read, OSError for one that is not there.
    """
    with Scan(data / session["recording"]) as scan:
        for entry in scan.entries():
            if not entry.is_sample:
                yield json.loads(entry.data)


def header_of(data: Path, session: dict[str, Any]) -> dict[str, Any]:
    """The header of a session's recording; empty for one that is gone or cannot be read."""
    try:
        with Scan(data / session["recording"]) as scan:
            return dict(scan.header)
    except (InputError, OSError):
        return {}
