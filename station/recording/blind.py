"""A comparison with vibration and without it is kept from everybody while it runs: also its unfinished recording."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from station.faults import InputError
from station.recording.damage import CUT, Damage

BLIND = "blind"
"""Says of an event that nobody is to know it before the drill has ended."""
LEFT_ALONE_S = 3600.0
"""Longer than any comparison lasts: a file that nobody wrote to for so long is not being recorded."""


def is_blind(header: Mapping[str, Any]) -> bool:
    """Whether the drill of this header, or of this event "session-started", is such a comparison."""
    document = header.get("document")
    trials = document.get("trials") if isinstance(document, Mapping) else None
    return isinstance(trials, Mapping) and bool(trials.get("with_without"))


def refuse_running(path: Path, header: Mapping[str, Any], events: Iterable[Mapping[str, Any]], damage: Damage) -> None:
    """Raise InputError "comparison-runs" for the recording of a comparison that may still be going on.

    One that was cut off is finished by the recorder when it starts, and is read after `LEFT_ALONE_S` in any case.
    """
    if not is_blind(header) or CUT not in damage.marks or any(event["kind"] == "drill-ended" for event in events):
        return
    if abs(time.time() - path.stat().st_mtime) < LEFT_ALONE_S:
        raise InputError("comparison-runs", str(path))
