"""Erasing a person from a data folder: rows, recordings and copies, and what keeps them from coming back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from station.clock import this_moment
from station.faults import StorageError
from station.keeping import practice_requests
from station.keeping.backup import backup_folders
from station.recording.aside import aside
from station.recording.disk import storage_error
from station.recording.erased import ERASURES_FILE, carry_out, write_stones
from station.recording.layout import records_path
from station.recording.ordered import OrderBook
from station.records.dose import Statement
from station.records.erasing import Erasures
from station.records.file import Records

REPLACED = "replaced-*"
"""Folders in the data folder with what a restore has taken the place of."""


class Erased(NamedTuple):
    """What was done."""

    id: str
    """The patient's UUID, by which the audit log knows them."""
    sessions: int
    left: int
    """Recordings that could not be taken away from here: the recorder does it, within seconds where it runs."""
    remains: tuple[str, ...]
    """Files and folders that may hold the person still, and that a human being has to look through."""
    not_told: tuple[str, ...]
    """Folders of backups that could not be told."""


def erase_person(data: Path, records: Records, code: str, word: Statement) -> Erased:
    """Erase the person of this code for good, by name and with a reason. The folders in which backups were made are
    told, so that a backup that is put back from there leaves them out.

    Raises InputError as `Erasures.erase`, StorageError. Cut off at any moment, it is finished by the next start.
    """
    try:  # with their name in it; before the rows, which say whose they are
        sent = [*practice_requests.of_person(data, records, code), *practice_requests.refused_of(data, records, code)]
    except OSError as problem:
        raise storage_error(problem, data / practice_requests.FOLDER) from problem
    stone = Erasures(records).erase(code, word, this_moment())
    practice_requests.remove(sent)
    left = carry_out(data, records)
    OrderBook(data, records).bring_together()
    for copy in data.glob("records-v*.sqlite"):  # of the records before a migration
        with suppress(OSError):
            copy.unlink()
    not_told = []
    for folder in backup_folders(data):
        try:
            write_stones(folder / ERASURES_FILE, Erasures(records).all())
        except StorageError:
            not_told.append(str(folder))
    return Erased(stone.id, len(stone.sessions), left, tuple(_remains(data)), tuple(not_told))


def _remains(data: Path) -> list[str]:
    folders = [one.name for one in sorted(data.glob(REPLACED))]
    copies = [one.name for one in sorted(data.glob("records-v*.sqlite"))]
    return [*aside(records_path(data)), *copies, *folders, *practice_requests.refused_unsure(data)]
