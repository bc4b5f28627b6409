"""The records of a newer release, as an earlier one can read them: its tables, filled with what both know.

An earlier release refuses a newer file (docs/decisions/0018), and steps between versions go forward only. But a step
adds tables and columns and seldom takes one away, so what the earlier tables ask for stands in the newer ones. Where it
does not, nothing is made: the newer file stays as it is, and so does the newer release.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from station_install.root import StepError

RECORDS = "records.sqlite"
READY = ".records-back.sqlite"
"""In the data folder: records that are to take the place of those that are there."""


class Carried(NamedTuple):
    """What came over."""

    rows: int
    left: dict[str, int]
    """Rows of tables that the earlier release does not have, by table; they stay in the newer file alone."""


def copied(source: Path, target: Path) -> None:
    """One state of the records, whole, in a file of its own and on the disk. Raises StepError."""
    target.unlink(missing_ok=True)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        os.close(descriptor)
        with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            if (said := new.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
                raise StepError(f"{source} is damaged: {said}")
        _sync(target)
    except (sqlite3.Error, OSError) as problem:
        raise StepError(f"{source} cannot be copied: {problem}") from problem


def schema_of(path: Path) -> dict[str, Any]:
    """The tables of these records: `version`, `made` (the statements that make them), `steps` (Alembic's own row)."""
    with closing(sqlite3.connect(path)) as database:
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        steps = [row[0] for row in database.execute("SELECT version_num FROM alembic_version")]
        return {"version": version, "made": [row[0] for row in database.execute(made)], "steps": steps}


def version_of(path: Path) -> int:
    """Of the tables of these records; 0 where there are none."""
    if not path.is_file():
        return 0
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def carry(newer: Path, schema: dict[str, Any], target: Path) -> Carried:
    """Make `target`: records of this schema with the rows of `newer`. Raises StepError where a table or a column that
    must have a value is not there any more, or the rows contradict each other; then there is no such file.
    """
    target.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as database:
            target.chmod(0o600)
            database.execute("PRAGMA foreign_keys=OFF")
            database.execute("ATTACH ? AS newer", (str(newer),))
            database.execute("BEGIN")
            for statement in schema["made"]:
                database.execute(statement)
            carried = _fill(database)
            for step in schema["steps"]:
                database.execute("DELETE FROM alembic_version")
                database.execute("INSERT INTO alembic_version VALUES (?)", (step,))
            database.execute(f"PRAGMA user_version={int(schema['version'])}")
            if broken := database.execute("PRAGMA main.foreign_key_check").fetchall():
                raise StepError(f"rows would lead to none: {broken[:3]}")
            database.execute("COMMIT")
        _sync(target)
    except (sqlite3.Error, OSError, StepError) as problem:
        target.unlink(missing_ok=True)
        raise StepError(f"The earlier release cannot read these records: {problem}") from problem
    return carried


def _fill(database: sqlite3.Connection) -> Carried:
    own, newer = (_tables(database, name) for name in ("main", "newer"))
    rows = 0
    for table in own:
        if table == "alembic_version":
            continue
        if table not in newer:
            raise StepError(f"there is no table {table} any more")
        theirs = {column.name for column in _columns(database, "newer", table)}
        kept = [column for column in _columns(database, "main", table) if column.name in theirs]
        lacking = [one for one in _columns(database, "main", table) if one.name not in theirs and one.must]
        if lacking:
            raise StepError(f"there is no {table}.{lacking[0].name} any more")
        names = ", ".join(f'"{column.name}"' for column in kept)
        done = database.execute(f'INSERT INTO main."{table}" ({names}) SELECT {names} FROM newer."{table}"')
        rows += done.rowcount
    left = {one: database.execute(f'SELECT COUNT(*) FROM newer."{one}"').fetchone()[0] for one in newer - own}
    return Carried(rows, {table: count for table, count in left.items() if count})


class _Column(NamedTuple):
    name: str
    must: bool
    """It has no default, and may not be empty."""


def _tables(database: sqlite3.Connection, schema: str) -> set[str]:
    found = database.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")
    return {row[0] for row in found}


def _columns(database: sqlite3.Connection, schema: str, table: str) -> list[_Column]:
    found = database.execute(f'PRAGMA {schema}.table_info("{table}")')
    return [_Column(name, bool(must) and default is None) for _, name, _, must, default, _ in found]


def make_ready(source: Path, data: Path) -> None:
    """Lay records beside those of the folder, to be put in their place by `put_in_place`. Raises StepError."""
    ready = data / READY
    ready.unlink(missing_ok=True)
    try:
        part = data / f"{READY}.part"
        part.unlink(missing_ok=True)
        owner = data.stat()
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)
        with source.open("rb") as old, open(descriptor, "wb") as new:
            while block := old.read(1 << 20):
                new.write(block)
            new.flush()
            os.fchmod(new.fileno(), 0o660)
            if os.geteuid() == 0:
                os.fchown(new.fileno(), owner.st_uid, owner.st_gid)
            os.fsync(new.fileno())
        part.rename(ready)
        _sync(data)
    except OSError as problem:
        raise StepError(f"The records cannot be put back: {problem}") from problem


def put_in_place(data: Path, aside: str) -> bool:
    """Put what is ready in the place of the records, which are kept under the name `aside`; whether there was anything.

    Cut off anywhere it is taken up by the next call: as long as something is ready, what stands in its place is what is
    to go. The log goes first, because SQLite throws one away that it finds beside no file.
    """
    if not (data / READY).is_file():
        return False
    try:
        for end in ("-shm", "-wal", ""):
            if (data / f"{RECORDS}{end}").exists():
                (data / f"{RECORDS}{end}").rename(data / f"{aside}{end}")
        _sync(data)
        (data / READY).rename(data / RECORDS)
        _sync(data)
    except OSError as problem:
        raise StepError(f"The records cannot be put back: {problem}") from problem
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
