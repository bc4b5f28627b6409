"""Brings the records of an earlier program up to date: `python -m station.records.migrate FILE`, and this process ends.

Under the file's write lock, so that two that begin at once migrate once: a copy of the file is put beside it and on
the disk for good, then all steps are one transaction. Whatever cuts that off, a crash or a power cut, the file is the
old or the new one.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from station.faults import StorageError, as_json, because
from station.records.file import stamp, storage_fault
from station.records.models import SCHEMA_VERSION

MIGRATION_WAIT_S = 600.0
"""How long for another process that migrates the same file."""
_PAGES = 256  # of the copy at a time
_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR_WRITE")


def migrate(path: Path) -> Path | None:
    """Bring the file at `path` up to date. Returns the copy of it as it was; None where that was done already.

    Raises StorageError; then the file is as it was.
    """
    database = sqlite3.connect(path, isolation_level=None, timeout=MIGRATION_WAIT_S)
    engine = create_engine("sqlite://", creator=lambda: database, poolclass=StaticPool)
    with closing(database), engine.connect() as connection:
        # Tables change places, and rows come before those that they refer to: checked as a whole before the commit.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN IMMEDIATE")
        copy = None
        try:
            found = int(database.execute("PRAGMA user_version").fetchone()[0])
            if found >= SCHEMA_VERSION:
                return None
            copy = keep_copy(path, found)
            _lead(connection, found)
            if broken := database.execute("PRAGMA foreign_key_check").fetchall():
                raise StorageError("records-unreadable", str(path), because("broken-references", rows=str(broken[:3])))
            database.execute("COMMIT")
            return copy
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")
                if copy is not None:
                    copy.unlink()  # of a file that was not changed


def keep_copy(path: Path, version: int) -> Path:
    """A copy of the file, beside it, whole and on the disk when this returns; named by its version and the time.

    Raises StorageError "disk-full" where there is no room.
    """
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    copy = path.with_name(f"{path.stem}-v{version}-{now}{path.suffix}")
    part = copy.with_name(f"{copy.name}.part")
    for left in path.parent.glob(f"{path.stem}-v*.part"):
        left.unlink()
    try:
        old = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        with closing(old) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target, pages=_PAGES)
        _sync(part)
        part.rename(copy)
        _sync(path.parent)
    except (sqlite3.Error, OSError) as problem:
        with suppress(OSError):
            part.unlink()
        why = because("no-copy-kept", said=str(problem))
        full = isinstance(problem, OSError) or problem.sqlite_errorname in _NO_ROOM
        raise StorageError("disk-full" if full else "data-folder", str(copy), why) from problem
    return copy


def _lead(connection: Connection, found: int) -> None:
    """Through all steps from the version that was found."""
    config = Config()
    config.set_main_option("script_location", "station.records:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if not connection.dialect.has_table(connection, "alembic_version"):
        stamp(connection, found)
    command.upgrade(config, f"{SCHEMA_VERSION:04d}")
    connection.execute(text(f"PRAGMA user_version={SCHEMA_VERSION}"))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def main(path: Path) -> int:
    """Migrate; 0, or 1 and the fault as JSON on the output."""
    try:
        migrate(path)
    except StorageError as problem:
        said = {"code": problem.code, "problems": [as_json(one) for one in problem.problems]}
    except (DBAPIError, sqlite3.Error) as problem:
        fault = storage_fault(problem, path)
        said = {"code": fault.code, "problems": [as_json(because("not-migrated", said=str(problem)))]}
    else:
        return 0
    sys.stdout.write(json.dumps(said))
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
