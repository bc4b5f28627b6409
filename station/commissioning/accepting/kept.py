"""The sheets in the data folder: `acceptance/unfinished-<rig>.json`, written after each part, and `<time>-<id>.json`
for each that was finished, never changed (the id is of its content).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from station.commissioning.accepting.sheet import AcceptanceSheet, sheet_of
from station.faults import InputError, because
from station.plate.calibrations import kind_of, read_document, write_whole
from station.recording.layout import pack_json

FOLDER = "acceptance"


def load(data: Path, rig: str) -> AcceptanceSheet | None:
    """The acceptance that was left, to go on with; None where none was. Raises InputError "acceptance-invalid"."""
    path = _path(data, rig)
    return sheet_of(_read(path), str(path)) if path.exists() else None


def save(data: Path, sheet: AcceptanceSheet) -> None:
    """Keep the state of an acceptance. Raises StorageError."""
    write_whole(_path(data, sheet.rig), pack_json(sheet.document()) + "\n")


def drop(data: Path, rig: str) -> None:
    """Forget an acceptance that was begun."""
    _path(data, rig).unlink(missing_ok=True)


def finish(data: Path, sheet: AcceptanceSheet, by: str, at_s: float) -> Path:
    """Keep this sheet for good, with who finished it and when, and forget that it was begun. Raises StorageError."""
    text = pack_json({**sheet.document(), "by": by, "finished_s": at_s}) + "\n"
    stamp = datetime.fromtimestamp(round(at_s), UTC).strftime("%Y%m%dT%H%M%SZ")
    path = data / FOLDER / f"{stamp}-{_id(text)}.json"
    write_whole(path, text, mode=0o440)
    drop(data, sheet.rig)
    return path


def history(data: Path) -> list[Path]:
    """Every sheet that was finished, oldest first."""
    return sorted((data / FOLDER).glob("[0-9]*-*.json"))


def read_sheet(path: Path) -> tuple[AcceptanceSheet, dict[str, Any]]:
    """A finished sheet, and its document. Raises InputError "acceptance-invalid", also where it was changed since."""
    document = _read(path)
    if _id(path.read_text(encoding="utf-8")) != path.stem.rpartition("-")[2]:
        raise InputError("acceptance-invalid", str(path), because("accept-changed"))
    return sheet_of(document, str(path)), document


def find(data: Path, name: str) -> Path:
    """The finished sheet of this name or id; "" for the newest. Raises InputError "acceptance-unknown"."""
    every = history(data)
    found = every[-1:] if not name else [one for one in every if name in (one.name, one.stem, _name_id(one))]
    if len(found) != 1:
        folder = str(data / FOLDER)
        raise InputError("acceptance-unknown", name, because("accept-sheets-there", folder=folder, n=len(every)))
    return found[0]


def _name_id(path: Path) -> str:
    return path.stem.rpartition("-")[2]


def _path(data: Path, rig: str) -> Path:
    return data / FOLDER / f"unfinished-{kind_of(rig)}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_document(path)
    except InputError as problem:
        raise InputError("acceptance-invalid", str(path), *problem.problems) from problem


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
