"""A release that a phone sends: its pieces put together in the data folder, until the updater takes it from there.

Nothing here is trusted: whoever sends it may be anybody who took the technician's phone. The updater, another user,
copies and proves it before anything else is done with it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from station.faults import InputError, StationError, because
from station.keeping.care import KEPT_FREE_BYTES
from station.recording.disk import refuse_full, storage_error, sync_folder, write_durably
from station.updating.holding import small_file
from station.updating.offers import PLACE, WAITING
from station.updating.plain_tar import LARGEST_FILE

FOLDER = "updates"
OFFERED = "offered"
"""How the file ASKED begins where a release of the server is meant, which it names, and not one that was sent."""
SENT, ASKED = "sent.update", "asked"
LONGEST_ASKED = 200
"""Bytes of the file ASKED that are read."""
UPDATE_PIECE_BYTES = 32 * 1024
"""The most that one request brings."""


class AskedFor(NamedTuple):
    """What somebody wants to be taken."""

    file: Path
    release: str | None
    """The one that they chose; None for what they sent, whichever it is."""


class Uploads:
    """Of one data folder. A new one begins with the piece at 0."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    @property
    def size(self) -> int:
        """How many bytes have come; 0 for none."""
        try:
            return (self._folder / SENT).stat().st_size
        except OSError:
            return 0

    @property
    def asked(self) -> bool:
        """Whether somebody asked for it to be taken, and nobody has begun yet."""
        return (self._folder / ASKED).exists()

    def add(self, at: int, piece: bytes) -> int:
        """Put this piece at its place, and return how many bytes there are then. Raises InputError "update-piece" where
        another one is due, "too-large"; StationError "update-busy" once it was asked for; StorageError, and so where
        what the recordings need would not be left.
        """
        if self.asked:
            raise StationError("update-busy", "", because("update-asked"))
        size = 0 if at == 0 else self.size
        if at != size:
            raise InputError("update-piece", str(at), because("update-piece-due", due=size))
        if size + len(piece) > LARGEST_FILE:
            raise InputError("too-large", SENT, because("update-size", most_mb=LARGEST_FILE // 1_000_000))
        refuse_full(self._folder, KEPT_FREE_BYTES + len(piece))
        try:
            self._folder.mkdir(mode=0o770, exist_ok=True)
            with (self._folder / SENT).open("r+b" if at else "wb") as file:
                file.seek(size)
                file.write(piece)
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem
        return size + len(piece)

    def ask(self, size: int) -> None:
        """Ask the updater to take what was sent, which is of this size. Raises InputError "update-piece" where it is
        not, StorageError.
        """
        if size != self.size or not size:
            raise InputError("update-piece", str(size), because("update-piece-due", due=self.size))
        try:
            with (self._folder / SENT).open("rb") as file:
                os.fsync(file.fileno())
            (self._folder / ASKED).touch()
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem
        sync_folder(self._folder)

    def ask_offered(self, release: str) -> None:
        """Ask the updater to take this release, which the server offers. Raises StationError "update-busy" where one is
        asked for, StorageError.
        """
        if self.asked:
            raise StationError("update-busy", "", because("update-asked"))
        try:
            self._folder.mkdir(mode=0o770, exist_ok=True)
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem
        write_durably(self._folder / ASKED, f"{OFFERED} {release}".encode())

    def take(self, offered: Path = PLACE / WAITING) -> AskedFor | None:
        """For the updater: what was asked for, which is asked for no more; None for none. `offered` is the server's.
        A folder or a file that is another's link is nobody's to follow, and is asked for no more either: its unit would
        be started again and again. Raises StorageError.
        """
        asked = self._folder / ASKED
        try:
            if self._folder.is_symlink():
                self._folder.unlink()
                return None
            if not os.path.lexists(asked):
                return None
            try:
                said = small_file(asked, LONGEST_ASKED).decode("ascii", "replace")
            finally:
                _remove(asked)
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem
        kind, _, release = said.partition(" ")
        found = AskedFor(offered, release) if kind == OFFERED else AskedFor(self._folder / SENT, None)
        return None if found.file.is_symlink() else found

    def forget(self) -> None:
        """What was sent is not needed any more."""
        (self._folder / SENT).unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
