"""The support file: what a maker needs to see of a station that is ill, and nothing of a patient.

`python -m station.commissioning.support --data FOLDER --runtime FOLDER --out FILE` makes it. It holds values of the
station's own; no name, code, note or reason of the records, and whatever of those stands in a text is taken out of it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import platform
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import select

from station.commissioning.doctor import examine
from station.commissioning.doctor.values import Machine
from station.commissioning.journal import JournalLine, journal, telling_words, tells, without
from station.faults import StationError, as_json
from station.keeping.care import CARE_FILE
from station.keeping.hours import HOURS_FILE
from station.keeping.last import LAST_FILE, TRIED_FILE
from station.plate import calibrations, speed_maps
from station.recording.disk import storage_error
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.models import AuditRow, SessionRow
from station.settings import Settings, dump_settings, load_settings, usable_settings
from station.wire.places import DOORS, RECORDER_HEARTBEAT, SELFTEST, SUPPLY
from station.wire.testing import KEPT_FILE

HIDDEN = "[...]"
_PERSONS = frozenset({"by", "who", "name", "folders", "path"})
"""Keys of the station's own files that may name a person or a person's folder."""
_SESSIONS, _LINES = 200, 2000
MEMBERS = (
    "about.json",
    "settings.toml",
    "doctor.json",
    "state.json",
    "plate.json",
    "sessions.csv",
    "audit.csv",
    "journal.txt",
)
"""In this order; what each is, is a text."""


def make_support(
    out: Path, data: Path, runtime: Path, settings: Settings, read: Callable[[], list[JournalLine]]
) -> list[dict[str, Any]]:
    """Write the file, and say what it holds: name and bytes of each member. Raises StorageError."""
    words = telling_words(data)
    pattern = tells(words)
    held = []
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in _members(data, runtime, settings, without(read(), words)):
                clean = text if pattern is None else pattern.sub(HIDDEN, text)
                archive.writestr(name, clean)
                held.append({"name": name, "bytes": len(clean.encode())})
    except OSError as problem:
        raise storage_error(problem, out) from problem
    return held


def _members(data: Path, runtime: Path, settings: Settings, lines: list[JournalLine]) -> Iterable[tuple[str, str]]:
    yield "about.json", _json(_about())
    yield "settings.toml", dump_settings(settings)
    found = examine(Machine(), settings)
    checks = [{"name": one.name, "state": one.state, "code": one.finding, "values": dict(one.values)} for one in found]
    yield "doctor.json", _json({"checks": checks, "service": _file(runtime / "doctor.json")})
    state = {name: _file(runtime / name) for name in (DOORS, SUPPLY, RECORDER_HEARTBEAT, SELFTEST)}
    kept = {name: _file(data / name) for name in (HOURS_FILE, CARE_FILE, KEPT_FILE, LAST_FILE, TRIED_FILE)}
    yield "state.json", _json({"runtime": state, "data": kept})
    plate = [*sorted((data / calibrations.FOLDER).glob("*.json")), *sorted((data / speed_maps.FOLDER).glob("*.json"))]
    yield "plate.json", _json({path.name: _file(path) for path in plate})
    sessions, audit = _rows(data)
    yield "sessions.csv", sessions
    yield "audit.csv", audit
    yield "journal.txt", "".join(f"{_stamp(one.at_ms)} {one.unit} <{one.priority}> {one.text}\n" for one in lines)


def _about() -> dict[str, object]:
    machine = Machine()
    return {
        "version": version("balance-station"),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "model": machine.model,
        "system": machine.system.get("PRETTY_NAME", ""),
        "at": _stamp(time.time() * 1e3),
    }


def _file(path: Path) -> object:
    """What is in this file of the station's: JSON without what may name a person, or its text; null for none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    try:
        return _impersonal(json.loads(text))
    except ValueError:
        return text


def _impersonal(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _impersonal(one) for key, one in value.items() if key not in _PERSONS}
    return [_impersonal(one) for one in value] if isinstance(value, list) else value


def _rows(data: Path) -> tuple[str, str]:
    """The newest sessions, and the newest lines of the audit log by their kind alone."""
    sessions, audit = io.StringIO(), io.StringIO()
    write, note = csv.writer(sessions), csv.writer(audit)
    write.writerow(("started", "ended", "drill", "state", "outcome", "pipeline"))
    note.writerow(("at", "what"))
    records = open_records(records_path(data), read_only=True)
    try:
        if records.there:
            with records.reading() as transaction:
                newest = select(SessionRow).order_by(SessionRow.started_ns.desc()).limit(_SESSIONS)
                for row in transaction.scalars(newest):
                    times = (_stamp(row.started_ns / 1e6), "" if row.ended_ns is None else _stamp(row.ended_ns / 1e6))
                    write.writerow((*times, row.drill, row.state, row.outcome, row.pipeline))
                for line in transaction.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(_LINES)):
                    note.writerow((_stamp(line.at_ns / 1e6), line.what))
    finally:
        records.close()
    return sessions.getvalue(), audit.getvalue()


def _stamp(ms: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ms / 1e3))


def _json(value: object) -> str:
    return json.dumps(value, indent=1, default=str, ensure_ascii=False)


def main(arguments: list[str] | None = None) -> int:
    """Make the file, and print what it holds, or the fault. Returns the exit code."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    for name in ("data", "runtime", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--settings", type=Path)
    asked = parser.parse_args(arguments)
    try:
        settings = load_settings(asked.settings)
    except StationError:
        settings = usable_settings(asked.settings)
    try:
        held = make_support(asked.out, asked.data, asked.runtime, settings, journal)
    except StationError as problem:
        fault = {"code": problem.code, "where": problem.where, "problems": [as_json(one) for one in problem.problems]}
        sys.stdout.write(json.dumps({"fault": fault}))
        return problem.fault.exit_code or 1
    sys.stdout.write(json.dumps({"members": held, "bytes": asked.out.stat().st_size}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
