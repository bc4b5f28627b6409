"""What an installed station says of its releases: which runs, which is beside it, and what became of the last changes.

The installer writes these files as root, and everybody may read them; what is here only reads.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

RESULTS, JOURNAL = "updates/results.json", "updates/journal.json"
MANIFEST = "manifest.json"
"""In a release that came by an update: what was signed, without its list of files."""


class ReleaseName(NamedTuple):
    """A release that is there."""

    name: str
    version: str
    made_s: int
    """Unix time; 0 for one that was installed from a clone, where nobody signed a time."""


def place(prefix: Path | None = None) -> Path | None:
    """The folder of the releases' folder, where this program runs from a release; None on a desk."""
    folder = Path(sys.prefix) if prefix is None else prefix
    return folder.parent.parent if folder.parent.name == "releases" and (folder / "release").is_file() else None


def current(at: Path) -> ReleaseName | None:
    """The release that runs, of the releases at `at`; None for none."""
    folder = (at / "current").resolve()
    return _named(folder) if folder.parent.name == "releases" else None


def earlier(at: Path) -> ReleaseName | None:
    """The one that the station can go back to; None for none."""
    runs = (at / "current").resolve().name
    found = [one for one in sorted((at / "releases").glob("*")) if one.name != runs and (one / "release").is_file()]
    return _named(found[-1]) if found else None


def results(at: Path) -> list[dict[str, Any]]:
    """What became of the last changes, the newest first: `at_s`, `kind` (update, back), `release`, `version`,
    `changes`, `runs` (the release that ran afterwards), `result` (done, refused, taken-back) and `why`, in the
    installer's words; for one that was refused before that, `code`, `where` and `problems` of the fault.
    """
    found = _read(at / RESULTS)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def goes_on(at: Path) -> bool:
    """Whether a change is going on, or was cut off."""
    return (at / JOURNAL).exists()


def order_of(version: str, made_s: int) -> tuple[int, int, int, int]:
    """By this releases follow each other."""
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch, made_s


def _named(folder: Path) -> ReleaseName | None:
    if not (folder / "release").is_file():
        return None
    said = _read(folder / MANIFEST)
    made_s = said.get("made_s") if isinstance(said, dict) else None
    return ReleaseName(folder.name, folder.name.partition("-")[0], made_s if isinstance(made_s, int) else 0)


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
