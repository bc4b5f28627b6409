"""Whether a recording is still the file that was finished: by the hash that the records beside it keep."""

from __future__ import annotations

import hashlib
from pathlib import Path

from station.faults import StorageError, because
from station.recording.layout import RECORDINGS_FOLDER, records_path
from station.records.seal import sha256_of


def file_sha256(path: Path) -> str:
    """The hash of a file. Raises StorageError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise StorageError("data-folder", str(path), because("system-said", said=str(problem.strerror))) from problem


def changed_since(path: Path) -> bool:
    """True where this file lies in a data folder whose records have another hash of it."""
    folder = path.absolute().parent
    if folder.name != RECORDINGS_FOLDER:
        return False
    stored = sha256_of(records_path(folder.parent), path.stem)
    return stored is not None and stored != file_sha256(path)
