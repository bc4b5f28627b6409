"""On which rig a recording was made: on some of them nobody ever stands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from station.faults import InputError
from station.recording.scan import Scan

SIMULATED = ("simulated", "replay")
"""Rigs on which nobody stands."""


def header_of(recording: Path) -> dict[str, Any]:
    """Of a recording; empty for one that is gone or cannot be read."""
    try:
        with Scan(recording) as scan:
            return dict(scan.header)
    except (InputError, OSError):
        return {}


def rig_of(recording: Path) -> str:
    """The rig of a recording; "" for one that is gone or cannot be read."""
    return str(header_of(recording).get("rig") or "")


def any_simulated(data: Path, recordings: Iterable[str]) -> bool:
    """Whether any of these, paths relative to the data folder, is of a rig on which nobody stands."""
    return any(rig_of(data / one) in SIMULATED for one in recordings)
