"""Tombstones beside the records, in a file of their own, and the recordings that they take away.

The records hold the tombstones too: the file is for records that are damaged and begun again, and for whoever takes a
backup from here. Recordings go after the rows: a power cut in between leaves files, and this is done again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path

from station.recording.disk import sync_folder, write_durably
from station.recording.layout import RECORDINGS_FOLDER, pack_json
from station.records.erasing import Erasures, Tombstone, tombstone_of
from station.records.file import Records

_LOG = logging.getLogger(__name__)

ERASURES_FILE = "erasures.json"
"""In the data folder, and in a folder of backups."""


def read_stones(path: Path) -> list[Tombstone]:
    """The tombstones of this file; none where there is no such file, or it cannot be read."""
    try:
        return [tombstone_of(one) for one in json.loads(path.read_text(encoding="utf-8"))["erased"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as problem:
        _LOG.error("%s cannot be read: %s", path, problem)
        return []


def write_stones(path: Path, stones: Iterable[Tombstone]) -> None:
    """Have the file hold these tombstones beside those that are in it. Raises StorageError."""
    known = {one.id: one for one in read_stones(path)}
    wanted = known | {one.id: one for one in stones}
    if wanted != known:
        said = {"erased": [one.values() for one in sorted(wanted.values(), key=lambda one: (one.at_ns, one.id))]}
        write_durably(path, f"{pack_json(said)}\n".encode())


def carry_out(data: Path, records: Records) -> int:
    """Bring records, file and recordings of the folder `data` together: whoever is erased in one is in all. Returns how
    many recordings could not be taken away here; whoever owns their folder will. Raises StorageError.
    """
    erasures, place = Erasures(records), data / ERASURES_FILE
    erasures.apply(read_stones(place))
    stones = erasures.all()
    if stones:
        write_stones(place, stones)
    return remove_recordings(data, stones)


def remove_recordings(data: Path, stones: Iterable[Tombstone]) -> int:
    """Take these people's recordings, and files beside them of the same name. Returns how many are left."""
    folder, left, gone = data / RECORDINGS_FOLDER, 0, False
    for name in sorted({name for stone in stones for name in stone.sessions}):
        for path in (*folder.glob(f"{name}.*"), *folder.glob(f".{name}.*")):
            try:
                path.unlink(missing_ok=True)
                gone = True
            except OSError as problem:
                left += 1
                _LOG.warning("%s is left: %s", path.name, problem)
    if gone:
        sync_folder(folder)
    return left
