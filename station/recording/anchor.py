"""Where recordings really go: not only the folder's name, but the very folder, and that it can still be written to.

A folder that is removed, unmounted or replaced takes an open file with it without an error: the samples go on into a
file that nobody will ever find.
"""

from __future__ import annotations

import os
from pathlib import Path

from station.faults import StorageError, because
from station.recording.disk import storage_error
from station.recording.layout import RECORDINGS_FOLDER

Identity = tuple[int, int]
"""Device and inode."""


def identity(path: Path) -> Identity | None:
    """Of what is at this path now; None where there is nothing, or nothing that can be asked."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Anchor:
    """Holds on to the data folder and the folder of recordings in it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder = data / RECORDINGS_FOLDER
        self._held: tuple[Identity | None, Identity | None] | None = None

    def hold(self) -> bool:
        """Look what is there. The first time the folders are made; afterwards a data folder that is gone is waited for,
        and never made again: it may be a disk that was taken away, and its name on another disk.

        True where the folders are others than at the last look: they are the held ones from now on. Raises StorageError
        "data-folder" where there is none, or none that can be written to.
        """
        if self._held is not None and identity(self._data) is None:
            raise StorageError("data-folder", str(self._data), because("folder-gone"))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise storage_error(problem, self._data) from problem
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise StorageError("data-folder", str(self._folder), because("folder-read-only"))
        found = identity(self._data), identity(self._folder)
        before, self._held = self._held, found
        return before is not None and before != found
