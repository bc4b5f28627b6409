"""How the backups stand: when the last was made, whether an automatic one is due, and what that is to be. Small,
because the recorder and the pages load it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from station.clock import NS_PER_S

LAST_FILE = "last-backup.json"
"""In the data folder: when the last one was made, and where this and all before it were."""
TRIED_FILE = "daily-backup.json"
"""In the data folder: when the last automatic one was tried, and what was in the way."""
DAY_NS = 24 * 3600 * NS_PER_S
AGAIN_NS = NS_PER_S * 3600
"""After one that could not be made it is tried again so often: a stick may be plugged in meanwhile."""
OLD_NS = 7 * DAY_NS
"""A backup older than this is as good as none: it is shown in red."""


class Keep(NamedTuple):
    """The newest backup of each of so many days, ISO weeks and months stays; whatever was the newest of them stays."""

    days: int = 7
    weeks: int = 4
    months: int = 12


class DailyOrder(NamedTuple):
    """Where it goes, and how."""

    data: Path
    place: Path
    passphrase_file: Path | None
    """None: not encrypted."""
    settings: Path | None
    keep: Keep = Keep()

    @property
    def arguments(self) -> list[str]:
        """Of the process that makes it."""
        said = [
            f"--data={self.data}",
            f"--place={self.place}",
            *(f"--{name}={n}" for name, n in self.keep._asdict().items()),
        ]
        said += [] if self.passphrase_file is None else [f"--passphrase-file={self.passphrase_file}"]
        return said + ([] if self.settings is None else [f"--settings={self.settings}"])


def is_due(data: Path, now_ns: int) -> bool:
    """Whether one is to be tried: a day after the last that was made, an hour after one that could not be, and where
    the clock stands before the last one (it was set back: nobody knows how old that is).
    """
    tried = _noted(data / TRIED_FILE)
    if tried is None:
        return True
    wait_ns = DAY_NS if not tried["code"] else AGAIN_NS
    return not 0 <= now_ns - tried["at_ns"] < wait_ns


def how_it_stands(data: Path) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The last backup that was made (`at_ns`, `path`, `left_out`), by whomever, and the last automatic one that was
    tried (`at_ns`, and `code`, `where`, `problems` of what was in the way, `code` "" for nothing); None for none.
    """
    return _noted(data / LAST_FILE), _noted(data / TRIED_FILE)


def _noted(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) and isinstance(found["at_ns"], int) else None
    except (OSError, ValueError, KeyError):
        return None
