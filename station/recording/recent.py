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
    """The newest recordings in this folder, by their sessions' numbers in one life of control."""

    def __init__(self, folder: Path) -> None:
        self.recordings: dict[int, Path] = {}
        self._folder = folder

    def look_for(self, ring_epoch: int) -> None:
        """Find those of this life. What cannot be read is no recording."""
        self.recordings.clear()
        for path in _newest(self._folder):
            with suppress(InputError), Scan(path) as scan:
                if scan.header.get("ring_epoch") == ring_epoch:
                    self.recordings.setdefault(int(scan.header["ring_session"]), path)

    def all_files(self) -> list[Path]:
        """Every recording that is in the folder now."""
        return sorted(self._folder.glob("*.mcap"))


def _newest(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            written = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(".mcap")]
    except OSError:
        return []
    return [Path(path) for _, path in sorted(written, reverse=True)[:_NEWEST]]
