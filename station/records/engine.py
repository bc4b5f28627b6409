"""Opens the records' SQLite file so that a committed row survives a power cut, and refuses what it cannot read."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from station.faults import StorageError
from station.records.models import SCHEMA_VERSION, Base

BUSY_TIMEOUT_MS = 5000
_WRITING = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}")
_READING = ("query_only=ON", f"busy_timeout={BUSY_TIMEOUT_MS}")


def storage_fault(problem: DBAPIError, path: Path) -> StorageError:
    """The catalogue's fault for what SQLite said about the file at `path`."""
    said = str(problem.orig)
    code = (
        "disk-full"
        if "full" in said
        else "records-unreadable"
        if "malformed" in said or "not a database" in said
        else "data-folder"
    )
    return StorageError(code, str(path), f"{said}.")


def open_engine(path: Path, *, read_only: bool) -> Engine:
    """An engine on the file at `path`; unless `read_only` the file and its tables are made.

    Raises StorageError: "data-folder" or "disk-full" where it cannot be made, "records-newer" for the file of a newer
    program, "records-unreadable" for a file that is none of ours.
    """
    # A connection a use: a kept one of a long reader would stop SQLite's checkpoints, and opening takes 0.2 ms.
    address = f"file:{quote(str(path))}?mode={'ro' if read_only else 'rwc'}"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in _READING if read_only else _WRITING:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if read_only and not path.exists():
        return engine
    try:
        _check_version(engine, path, read_only=read_only)
    except DBAPIError as problem:
        raise storage_fault(problem, path) from problem
    return engine


def _check_version(engine: Engine, path: Path, *, read_only: bool) -> None:
    with engine.begin() as connection:
        found = int(connection.execute(text("PRAGMA user_version")).scalar_one())
        if found > SCHEMA_VERSION:
            raise StorageError("records-newer", str(path), f"Its version is {found}, this program's {SCHEMA_VERSION}.")
        if not read_only and found < SCHEMA_VERSION:
            Base.metadata.create_all(connection)
            connection.execute(text(f"PRAGMA user_version={SCHEMA_VERSION}"))
