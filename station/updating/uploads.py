"""A release that a phone sends: its pieces put together in the data folder, until the updater takes it from there.

Nothing here is trusted: whoever sends it may be anybody who took the technician's phone. The updater, another user,
copies and proves it before anything else is done with it.
"""

from __future__ import annotations

import os
from pathlib import Path

from station.faults import InputError, StationError, StorageError, because
from station.keeping.care import KEPT_FREE_BYTES
from station.recording.disk import free_bytes, storage_error, sync_folder, write_durably
from station.updating.offers import PLACE, WAITING
from station.updating.plain_tar import LARGEST_FILE

FOLDER = "updates"
OFFERED = "offered"
"""What the file ASKED says where the server's release is meant, and not one that was sent."""
SENT, ASKED = "sent.update", "asked"
UPDATE_PIECE_BYTES = 32 * 1024
"""The most that one request brings."""


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
        needed, free = KEPT_FREE_BYTES + len(piece), free_bytes(self._folder)
        if free < needed:
            said = because("disk-needs", needed_mb=-(-needed // 1_000_000), free_mb=free // 1_000_000)
            raise StorageError("disk-full", str(self._folder), said)
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

    def ask_offered(self) -> None:
        """Ask the updater to take what the server offers. Raises StationError "update-busy" where one is asked for,
        StorageError.
        """
        if self.asked:
            raise StationError("update-busy", "", because("update-asked"))
        try:
            self._folder.mkdir(mode=0o770, exist_ok=True)
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem
        write_durably(self._folder / ASKED, OFFERED.encode())

    def take(self, offered: Path = PLACE / WAITING) -> Path | None:
        """For the updater: the file that was asked for, which is asked for no more; None for none. `offered` is the
        server's. A folder or a file that is another's link is nobody's to follow. Raises StorageError.
        """
        if self._folder.is_symlink() or not (self._folder / ASKED).exists():
            return None
        try:
            meant = offered if _said(self._folder / ASKED) == OFFERED else self._folder / SENT
            (self._folder / ASKED).unlink()
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem
        return None if meant.is_symlink() else meant

    def forget(self) -> None:
        """What was sent is not needed any more."""
        (self._folder / SENT).unlink(missing_ok=True)


def _said(file: Path) -> str:
    """What stands in it; nothing is read behind a link."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as opened:
        return opened.read(len(OFFERED) + 1).decode("ascii", "replace")
