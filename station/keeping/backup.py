"""A backup: one file with all that this station keeps, made while it runs and records.

The records are copied by SQLite's own online backup: one state of them, while others write. A recording is taken
whole, with the hash that the records have of it, or is left out, and that is said. The file has its
name once it was read back.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from station.claim import claim
from station.clock import NS_PER_S
from station.faults import InputError, StationError, StorageError
from station.keeping.archive import ArchiveWriter, check, writing
from station.keeping.last import LAST_FILE, TRIED_FILE
from station.recording.aside import damage
from station.recording.disk import storage_error, sync_folder, write_durably
from station.recording.erased import ERASURES_FILE, write_stones
from station.recording.layout import RECORDINGS_FOLDER, pack_json, records_path
from station.recording.ordered import ORDERS_FILE
from station.recording.recover import look
from station.records import audit
from station.records.erasing import Erasures
from station.records.file import open_records, storage_fault
from station.records.models import SessionRow

MADE = "backup-made"
"""A line of the audit log."""
SUFFIX = ".backup"
SETTINGS_NAME = "settings.toml"
_COPY, _LOCK = ".backup.sqlite", ".backup.lock"
_NOT_KEPT = (
    "records.sqlite",
    "records-v",
    "records.damaged-",
    "replaced-",
    "updates/",
    LAST_FILE,
    TRIED_FILE,
    SETTINGS_NAME,
    ORDERS_FILE,
)
"""Beginnings of names in the data folder that are taken otherwise, or not: copies of what was before, a release that a
phone has sent, and the list of orders, which the records have.
"""


class Made(NamedTuple):
    """A backup that was made, and read back."""

    path: Path
    size: int
    """In bytes."""
    files: int
    left_out: list[str]
    """Recordings that are being written, or are not as the records have them."""


def make_backup(data: Path, target: Path, passphrase: str, by: str, settings: Path | None = None) -> Made:
    """Make a backup of the data folder and the settings file in the file `target`, or under a name of its own where
    that is a folder. Without a passphrase it is not encrypted.

    Raises InputError "file-exists"; StorageError "disk-full", "data-folder", "records-unreadable" for damaged records;
    StationError "already-running" where one is being made. Then there is no such file.
    """
    records = open_records(records_path(data))
    at_ns = time.time_ns()
    if target.is_dir():
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at_ns // NS_PER_S))
        target = target / f"balance-station-{records.station_id[-8:]}-{stamp}{SUFFIX}"
    if target.exists():
        raise InputError("file-exists", str(target))
    part, copy = target.with_name(f".{target.name}.part"), data / _COPY
    with claim(data, _LOCK):
        try:
            schema = _copy_records(records.path, copy)
            with part.open("wb") as file:
                said = {"schema": schema, "program": version("balance-station"), "made_ns": at_ns}
                with writing(file, passphrase, said) as archive:
                    left_out = _fill(archive, data, copy, settings)
                    archive.end({**said, "left_out": left_out, "station_id": records.station_id})
                file.flush()
                os.fsync(file.fileno())
            check(part, passphrase)
            part.rename(target)
            sync_folder(target.parent)
            write_stones(target.parent / ERASURES_FILE, Erasures(records).all())
        except StationError:
            raise
        except OSError as problem:
            raise storage_error(problem, target) from problem
        finally:
            for scratch in (part, copy, Path(f"{copy}-wal"), Path(f"{copy}-shm")):
                scratch.unlink(missing_ok=True)
        made = Made(target, target.stat().st_size, len(archive.files), left_out)
        _note(data, made, at_ns)
    detail = {"bytes": made.size, "files": made.files, "left_out": len(left_out), "encrypted": bool(passphrase)}
    audit.AuditLog(records).add(records.now_ns(), by, MADE, audit.placed(detail))
    return made


def backup_folders(data: Path) -> list[Path]:
    """Every folder in which a backup of this data folder was ever made: whoever erases tells them."""
    try:
        return [Path(one) for one in json.loads((data / LAST_FILE).read_text(encoding="utf-8"))["folders"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _copy_records(path: Path, copy: Path) -> int:
    """One state of the records in a file of its own. Returns the version of its tables."""
    copy.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            copy.chmod(0o600)
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            schema = int(target.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as problem:
        raise storage_fault(problem, path) from problem
    if damage(copy, thorough=True):
        raise StorageError("records-unreadable", str(path))
    return schema


def _fill(archive: ArchiveWriter, data: Path, copy: Path, settings: Path | None) -> list[str]:
    """All files but the list of contents. Returns the names of what was left out."""
    archive.add_file(records_path(data).name, copy)
    if settings is not None and settings.is_file():
        archive.add(SETTINGS_NAME, settings.read_bytes())
    with closing(open_records(copy, read_only=True)) as kept, kept.reading() as transaction:
        found = transaction.execute(select(SessionRow.name, SessionRow.sha256)).all()
    rows: dict[str, str | None] = {row.name: row.sha256 for row in found}
    left_out = []
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data).as_posix()
        if not path.is_file() or path.is_symlink() or _is_apart(name):
            continue
        if path.parent == data / RECORDINGS_FOLDER and path.suffix == ".mcap":
            content = _whole(path, path.stem in rows, rows.get(path.stem))
            if content is None:
                left_out.append(path.name)
            else:
                archive.add(name, content)
        else:
            archive.add(name, path.read_bytes())
    return left_out


def _is_apart(name: str) -> bool:
    return name.startswith(_NOT_KEPT) or any(part.startswith(".") for part in name.split("/"))


def _whole(path: Path, known: bool, sha256: str | None) -> bytes | None:
    """What is in this recording, where it is as the records have it, or whole where they do not know it yet."""
    try:
        content = path.read_bytes()
        if not known:
            return None if look(path).truncated or path.read_bytes() != content else content
    except (FileNotFoundError, InputError):
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _note(data: Path, made: Made, at_ns: int) -> None:
    path = made.path.absolute()
    folders = sorted({str(path.parent), *map(str, backup_folders(data))})
    last = {"at_ns": at_ns, "path": str(path), "bytes": made.size, "left_out": made.left_out, "folders": folders}
    write_durably(data / LAST_FILE, f"{pack_json(last)}\n".encode())
