"""Putting a backup back: read and proved whole beside what is there, then in its place in one step.

Whatever goes wrong before that step (a wrong passphrase, a file that was cut or changed, a full disk), what is there
stays as it was. Whoever was erased since the backup was made is erased from it before it counts.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import IO, NamedTuple

from station.claim import claim
from station.clock import NS_PER_S
from station.faults import InputError, StationError, StorageError, because
from station.keeping.archive import ArchiveReader
from station.keeping.backup import SETTINGS_NAME, backup_folders
from station.keeping.last import LAST_FILE
from station.recording import replacing
from station.recording.aside import damage
from station.recording.disk import storage_error, write_durably
from station.recording.erased import ERASURES_FILE, carry_out, read_stones
from station.recording.layout import pack_json, records_path
from station.recording.ordered import ORDERS_FILE
from station.records import audit
from station.records.erasing import Erasures, Tombstone
from station.records.file import open_records
from station.records.models import SCHEMA_VERSION
from station.records.phones import PhoneBook

RESTORED = "backup-restored"
"""A line of the audit log."""
_LOCK = ".restore.lock"


class Restored(NamedTuple):
    """What was put back."""

    made_ns: int
    """When the backup was made, wall time."""
    files: int
    erased: int
    """People in it who were erased since."""
    aside: str
    """Folder in the data folder with what was there before; "" where there was nothing."""
    first_broken: int | None
    """The first line of its audit log that was changed; None for a whole one."""
    settings: bool
    """The settings of that time lie in the data folder as settings.toml."""


def restore(data: Path, source: Path, passphrase: str, by: str, *, replace: bool = False) -> Restored:
    """Put the backup `source` in the data folder, where no recorder may be at work. `replace`: there may be something,
    which is kept in a folder aside.

    Erased again are those of whom the data folder, the backup, or a list of erasures beside the backup says so.
    Raises InputError "backup-unreadable", "backup-passphrase", "backup-newer", "backup-not-empty"; StorageError
    "backup-damaged", "disk-full", "data-folder"; StationError "already-running".
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise storage_error(problem, data) from problem
    with claim(data, _LOCK):
        replacing.finish(data)
        before = replacing.there(data)
        if before and not replace:
            raise InputError("backup-not-empty", str(data))
        staging = replacing.begin(data)
        try:
            reader = ArchiveReader(source, passphrase)
            _unpack(reader, source, staging)
            _keep_orders(data, staging)
            stones = [*read_stones(data / ERASURES_FILE), *read_stones(source.parent / ERASURES_FILE)]
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
            aside = f"replaced-{stamp}" if before else ""
            done = _make_ready(staging, stones, reader, by)
            folders = sorted({str(source.absolute().parent), *map(str, backup_folders(data))})
            last = {"at_ns": done.made_ns, "path": str(source.absolute()), "folders": folders}
            write_durably(staging / LAST_FILE, f"{pack_json(last)}\n".encode())
            _own(staging, data)
        except (StationError, OSError, KeyboardInterrupt):
            replacing.give_up(data)
            raise
        replacing.put_in_place(data, aside)
    return done._replace(aside=aside)


def _unpack(reader: ArchiveReader, source: Path, staging: Path) -> None:
    try:
        for name, file in reader.files():
            if int(reader.header.get("schema", 0)) > SCHEMA_VERSION:
                raise InputError("backup-newer", str(source))
            _write(staging / name, file)
    except StationError:
        raise
    except OSError as problem:
        raise storage_error(problem, staging) from problem


def _write(path: Path, file: IO[bytes]) -> None:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with path.open("xb") as out:
        shutil.copyfileobj(file, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())


def _keep_orders(data: Path, staging: Path) -> None:
    """Orders of partial load that were entered since the backup was made stand after it too: the recorder takes them
    in. One that cannot be read goes along, and is said by the recorder.
    """
    listed = data / ORDERS_FILE
    if listed.is_file():
        write_durably(staging / ORDERS_FILE, listed.read_bytes())


def _make_ready(staging: Path, stones: Iterable[Tombstone], reader: ArchiveReader, by: str) -> Restored:
    """Records of this program's form, without whoever was erased, and a line of the audit log that says where they come
    from.
    """
    path = records_path(staging)
    if not path.exists() or damage(path, thorough=True):
        raise StorageError("backup-damaged", str(reader.path), because("backup-changed"))
    with closing(open_records(path)) as records:
        erased = Erasures(records).apply(stones)
        carry_out(staging, records)
        PhoneBook(records).forget()  # one that was taken off since would be back
        log = audit.AuditLog(records)
        broken = log.first_broken()
        made_ns = int(reader.contents["made_ns"])
        log.add(records.now_ns(), by, RESTORED, audit.placed({"made_s": made_ns // NS_PER_S, "erased": len(erased)}))
        records.rewrite()
    files = len(reader.contents["files"])
    return Restored(made_ns, files, len(erased), "", broken, (staging / SETTINGS_NAME).exists())


def _own(staging: Path, data: Path) -> None:
    """Whoever owns the data folder owns what is put in it, also where root did it."""
    if os.geteuid() == 0:
        owner = data.stat()
        for one in (staging, *staging.rglob("*")):
            os.chown(one, owner.st_uid, owner.st_gid)


def put_settings(data: Path, target: Path) -> None:
    """Copy the settings of a backup that was put back to their place, where none are. Raises InputError "file-exists",
    StorageError.
    """
    if target.exists():
        raise InputError("file-exists", str(target))
    write_durably(target, (data / SETTINGS_NAME).read_bytes())
