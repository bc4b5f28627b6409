"""Which recordings an earlier recorder of this life of control has begun: out of the files, without the records."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from station.faults import InputError
from station.recording.scan import Scan

_NEWEST = 50
"""Files looked at, those written last. Only what the live ring still holds samples of is asked for: a minute."""


class Recent:
    """The newest recordings in this folder, by their sessions' numbers in one life of control.

    Looked for when the first of them is asked for: dozens of files are opened, in a folder of thousands.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: tuple[int, dict[int, Path]] | None = None

    def recording(self, ring_epoch: int, number: int) -> Path | None:
        """That of this session of this life; None where there is none."""
        if self._found is None or self._found[0] != ring_epoch:
            self._found = ring_epoch, self._of(ring_epoch)
        return self._found[1].get(number)

    def all_files(self) -> list[Path]:
        """Every recording that is in the folder now."""
        return sorted(self._folder.glob("*.mcap"))

    def _of(self, ring_epoch: int) -> dict[int, Path]:
        """What cannot be read is no recording."""
        found: dict[int, Path] = {}
        for path in _newest(self._folder):
            with suppress(InputError), Scan(path) as scan:
                if scan.header.get("ring_epoch") == ring_epoch:
                    found.setdefault(int(scan.header["ring_session"]), path)
        return found


def _newest(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            written = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(".mcap")]
    except OSError:
        return []
    return [Path(path) for _, path in sorted(written, reverse=True)[:_NEWEST]]
