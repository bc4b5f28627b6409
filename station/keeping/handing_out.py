"""All that the station keeps of one person, as one zip file for them: readable by people and by programs.

A table is one file of lines with commas (CSV) and stands in `everything.json` too; recordings are files as they are.
"""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from station.clock import NS_PER_S
from station.faults import InputError, StationError
from station.keeping import practice_requests
from station.recording.disk import storage_error, sync_folder
from station.recording.finished import file_sha256
from station.recording.layout import finite
from station.records import audit
from station.records.file import Records
from station.records.models import RECORDING, AuditRow, PatientRow, SessionRow
from station.records.theirs import rows_of, same_person, tables

HANDED_OUT = "patient-handed-out"
"""A line of the audit log."""
_WITHOUT = ("station_id", "changed_ns", "of_code")
"""Columns that say nothing of the person."""
Say = Callable[..., str]
"""Words of the reader's language, by key and values."""


def everything_of(records: Records, code: str) -> dict[str, Any]:
    """By the table's name: the rows of the person of this code, each a plain dict; "audit" has the lines about
    them. Times of columns that end with `_ns` are Unix nanoseconds. Raises InputError "patient-unknown".
    """
    with records.reading() as transaction:
        row = transaction.scalars(select(PatientRow).where(PatientRow.code == code.upper())).first()
        if row is None:
            raise InputError("patient-unknown", code.upper())
        people = same_person(transaction, row)
        ids = [one.id for one in people]
        own = transaction.execute(select(PatientRow.__table__).where(PatientRow.id.in_(ids))).mappings()
        found = {"patient": [_shown(one) for one in own]}
        for table in sorted(tables(with_dose=True), key=lambda one: one.name):
            found[table.name] = [_shown(one) for one in rows_of(transaction, table, ids)]
        sessions = found[SessionRow.__tablename__]
        rings = {(one["ring_epoch"], one["ring_session"]) for one in sessions}
        names = {one["id"] for rows in found.values() for one in rows} | {one["name"] for one in sessions}
        lines = transaction.scalars(select(AuditRow).order_by(AuditRow.number))
        found["audit"] = [_line(one) for one in lines if _about(one.detail, names, rings)]
    return found


def hand_out(data: Path, records: Records, code: str, target: Path, by: str, say: Say) -> int:
    """Write the zip file `target`, which must not be there, whole and on the disk. Returns how many recordings are in
    it; one that is being recorded is left out, and the README says so. The audit log says who handed it out.

    Raises InputError "patient-unknown", "file-exists", StorageError; then there is no such file.
    """
    found = everything_of(records, code)
    sent = practice_requests.of_person(data, records, code)
    if target.exists():
        raise InputError("file-exists", str(target))
    part = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
            count = _fill(out, (data, code.upper()), found, sent, say)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        audit.AuditLog(records).add(
            records.now_ns(), by, HANDED_OUT, audit.placed({"patient": found["patient"][0]["id"]})
        )
        part.rename(target)
    except StationError:
        raise
    except OSError as problem:
        raise storage_error(problem, target) from problem
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target.parent)
    return count


def _fill(
    out: zipfile.ZipFile, whose: tuple[Path, str], found: Mapping[str, Any], sent: Sequence[Path], say: Say
) -> int:
    """`whose`: the data folder, and their code. `sent`: what a practice's software asked for of them."""
    data, code = whose
    sums, missing = [], []
    for session in found[SessionRow.__tablename__]:
        path = data / session["recording"]
        if session["state"] == RECORDING or not path.is_file():
            missing.append(session["name"])
            continue
        out.write(path, f"recordings/{path.name}", zipfile.ZIP_DEFLATED)
        sums.append(f"{file_sha256(path)}  recordings/{path.name}")
    for path in sent:
        out.write(path, f"{practice_requests.FOLDER}/{path.name}")
    out.writestr("everything.json", json.dumps(finite(dict(found)), indent=1, ensure_ascii=False))
    for name, rows in found.items():
        if rows:
            out.writestr(f"{name}.csv", _csv(rows))
    out.writestr("SHA256SUMS.txt", "\n".join([*sums, ""]))
    kinds = "\n".join(f"- {name}.csv: {say(f'handed-out.{name}')}" for name, rows in found.items() if rows)
    kinds += f"\n- {practice_requests.FOLDER}: {say('handed-out.requests')}" if sent else ""
    left_out = say("handed-out.missing", names="\n".join(missing)) if missing else ""
    out.writestr("README.txt", say("handed-out.readme", code=code, count=len(sums), kinds=kinds) + "\n" + left_out)
    return len(sums)


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Lines with commas; what is a table itself is JSON, and a time has a column in words beside it."""
    text = io.StringIO()
    names = list(rows[0])
    times = [name for name in names if name.endswith("_ns")]
    out = csv.writer(text)
    out.writerow([*names, *(f"{name.removesuffix('_ns')}_local" for name in times)])
    for row in rows:
        out.writerow([*(_cell(row[name]) for name in names), *(_local(row[name]) for name in times)])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(finite(value), ensure_ascii=False)
    if isinstance(value, str) and value[:1] in "=+-@\t\r":
        return f"'{value}"  # a spreadsheet would work it out
    return "" if value is None else value


def _local(at_ns: object) -> str:
    if not isinstance(at_ns, int) or not at_ns:
        return ""
    return datetime.fromtimestamp(at_ns // NS_PER_S).astimezone().isoformat(" ", "seconds")


def _shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items() if name not in _WITHOUT}


def _line(row: AuditRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("number", "at_ns", "who", "what", "detail", "sha256")}


def _about(detail: Mapping[str, Any], names: set[str], rings: set[tuple[int, int]]) -> bool:
    """Whether a line is about this person: it names them or a row of theirs, whatever under, or is of a session of
    theirs. Not by their code: it may have been somebody else's before.
    """
    if any(value in names for value in detail.values() if isinstance(value, str)):
        return True
    ring = (detail.get("ring_epoch"), detail.get("session"))
    seen = (str(detail.get("of_epoch")), detail.get("of_session"))
    return ring in rings or seen in {(str(epoch), number) for epoch, number in rings}
