"""Opens the records' SQLite file so that a committed row survives a power cut, and refuses what it cannot read."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session as Transaction
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from station.faults import StorageError, as_json, because, from_json
from station.records.ids import uuid7
from station.records.models import SCHEMA_VERSION, AuditRow, Base, Movable, SessionRow, StationRow

OLDER = "records-older"
"""The fault of an earlier program's file that may only be read."""
BUSY_TIMEOUT_MS = 5000
"""How long a write waits for another process's, before it is refused as "records-busy"."""
_PAGE_BYTES = 4096
"""Of SQLite's own."""
_WRITING = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_READING = ("query_only=ON",)
_BEGIN = "BEGIN"
_BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
"""A transaction that begins as a reader and then writes is refused at once where another wrote in between."""


def open_records(
    path: Path, *, read_only: bool = False, now_ns: Callable[[], int] = time.time_ns, busy_ms: int = BUSY_TIMEOUT_MS
) -> Records:
    """The records in the SQLite file at `path`. Unless `read_only`, the file is made where there is none, and brought
    up to date where an earlier program wrote it (`station.records.migrate`); a copy of that is kept.

    Read-only records of a file that is not there yet are empty; they are seen as soon as the recorder has made it.
    Raises StorageError: "data-folder" or "disk-full" where it cannot be made, "records-newer" for the file of a newer
    program, "records-older" for an earlier one's that may only be read, "records-busy" where another process holds
    it, "records-unreadable" for a file that is none of ours.
    """
    records = Records(path, now_ns, read_only=read_only, busy_ms=busy_ms)
    if read_only and not path.exists():
        return records
    found = records.version()
    if not read_only:
        _share(path)
    if found > SCHEMA_VERSION:
        raise StorageError("records-newer", str(path), because("records-version", found=found, own=SCHEMA_VERSION))
    if found == SCHEMA_VERSION:
        return records
    if read_only:
        raise StorageError(OLDER, str(path), because("records-version", found=found, own=SCHEMA_VERSION))
    if found == 0:
        records.make()
    else:
        _migrate(path)
    return records


def _share(path: Path) -> None:
    """Let the group write the file where the folder is a group's, as under systemd. SQLite gives its two files beside
    it the same mode: made by whoever comes first, which may be the pages, they must be the recorder's to write too.
    """
    if path.parent.stat().st_mode & stat.S_IWGRP and not path.stat().st_mode & stat.S_IWGRP:
        with suppress(PermissionError):  # another user's, who has done so
            path.chmod(0o660)


class Records:
    """The open file. What is in it is read and written by one repository an aggregate: `Sessions`, `Patients`,
    `Visits`, `Doses` and `AuditLog`; each of their methods is one transaction and raises StorageError.
    """

    def __init__(self, path: Path, now_ns: Callable[[], int], *, read_only: bool, busy_ms: int) -> None:
        self.path = path
        self.now_ns = now_ns
        self._engine = _engine(path, read_only=read_only, busy_ms=busy_ms)
        self._station_id = ""

    @property
    def there(self) -> bool:
        """Whether the file has been made."""
        return self.path.exists()

    @property
    def station_id(self) -> str:
        """This station's UUID, made with the file and kept for ever. Raises StorageError."""
        if not self._station_id:
            with self.reading() as transaction:
                self._station_id = transaction.scalars(select(StationRow.id)).one()
        return self._station_id

    def adopt(self, station_id: str) -> None:
        """Be the station of this UUID again: its records were lost, and its recordings know it. Nothing where these
        records have a session or a line of the audit log.
        """
        with self.writing() as transaction:
            if all(transaction.scalars(select(table.id).limit(1)).first() is None for table in (SessionRow, AuditRow)):
                transaction.execute(update(StationRow).values(id=station_id))
                self._station_id = station_id

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees one state of the file. Waits for no writer."""
        with _said(self.path), Transaction(self._engine) as transaction, transaction.begin():
            yield transaction

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that may write, all of it or nothing. Its rows get this station's id and the time."""
        with (
            _said(self.path),
            Transaction(self._engine.execution_options(begin=_BEGIN_TO_WRITE)) as transaction,
            transaction.begin(),
        ):
            event.listen(transaction, "before_flush", self._stamp)
            yield transaction

    @contextmanager
    def held(self) -> Iterator[None]:
        """The file stays open over several transactions: each first one has SQLite make its log and 32 kB of index
        anew, and each last one put them away.
        """
        with _said(self.path), self._engine.connect():
            yield

    def version(self) -> int:
        """Of the file's tables; 0 for a new file."""
        with _said(self.path), self._engine.begin() as connection:
            return _version(connection)

    def make(self) -> None:
        """The tables of a new file, and the station's identity. Nothing where another process was faster."""
        writer = self._engine.execution_options(begin=_BEGIN_TO_WRITE)
        with _said(self.path), writer.begin() as connection:
            if _version(connection) == 0:
                Base.metadata.create_all(connection)
                stamp(connection, SCHEMA_VERSION)
                connection.execute(insert(StationRow).values(id=uuid7(), made_ns=self.now_ns()))

    def rewrite(self) -> None:
        """Write the whole file anew: no page of it, nor its log, holds what was deleted. Raises StorageError; then only
        this is left to do.
        """
        with _said(self.path), self._engine.connect() as connection:
            database = connection.connection.driver_connection
            if isinstance(database, sqlite3.Connection):
                database.execute("VACUUM")
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _stamp(self, transaction: Transaction, *_: object) -> None:
        at_ns = self.now_ns()
        for row in (*transaction.new, *transaction.dirty):
            if isinstance(row, Movable) and transaction.is_modified(row):
                row.station_id = row.station_id or self._own_id(transaction)
                row.changed_ns = at_ns

    def _own_id(self, transaction: Transaction) -> str:
        if not self._station_id:
            with transaction.no_autoflush:
                self._station_id = transaction.scalars(select(StationRow.id)).one()
        return self._station_id


def storage_fault(problem: DBAPIError | sqlite3.Error, path: Path) -> StorageError:
    """The catalogue's fault for what SQLite said about the file at `path`."""
    said = str(problem.orig) if isinstance(problem, DBAPIError) else str(problem)
    code = (
        "disk-full"
        if "full" in said
        else "records-unreadable"
        if says_damaged(said)
        else "records-busy"
        if "locked" in said
        else "disk-full"
        if _no_room(path)  # SQLite cannot open its journal then, and calls that an I/O error
        else "data-folder"
    )
    return StorageError(code, str(path), because("system-said", said=said))


def says_damaged(said: str) -> bool:
    """Whether this message of SQLite's is about what is in the file."""
    return "malformed" in said or "not a database" in said


def _no_room(path: Path) -> bool:
    """Whether not even a page of the database could be written where the file is."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < _PAGE_BYTES


def stamp(connection: Connection, version: int) -> None:
    """Write down which version the tables have: for this program, for Alembic, and for an older program to refuse."""
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    connection.execute(text("DELETE FROM alembic_version"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": f"{version:04d}"})
    connection.execute(text(f"PRAGMA user_version={version}"))


def _engine(path: Path, *, read_only: bool, busy_ms: int) -> Engine:
    # A connection a use: a kept one of a long reader would stop SQLite's checkpoints, and opening takes 0.2 ms.
    address = f"file:{quote(str(path))}?mode={'ro' if read_only else 'rwc'}"

    def connect() -> sqlite3.Connection:
        # isolation_level None: SQLAlchemy's own events begin the transactions, of one kind or the other.
        return sqlite3.connect(address, uri=True, isolation_level=None, timeout=busy_ms / 1000)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in _READING if read_only else _WRITING:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", _BEGIN))

    return engine


def _version(connection: Connection) -> int:
    return int(connection.execute(text("PRAGMA user_version")).scalar_one())


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # a defect of ours, which no waiting mends
    except DBAPIError as problem:
        raise storage_fault(problem, path) from problem


def _migrate(path: Path) -> None:
    """In a process that ends: Alembic and its templates stay out of the memory of those that run on."""
    command = [sys.executable, "-m", "station.records.migrate", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if done.returncode:
        try:
            said = json.loads(done.stdout)
        except ValueError:
            lines = done.stderr.strip().splitlines()
            why = because("not-migrated", said=lines[-1]) if lines else because("migrating-ended", code=done.returncode)
            said = {"code": "data-folder", "problems": [as_json(why)]}
        raise StorageError(said["code"], str(path), *map(from_json, said["problems"]))
