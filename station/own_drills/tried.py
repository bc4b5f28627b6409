"""Which documents may meet a patient: shipped ones, those of a plan's level, and own ones that a simulated patient has
done in this very version.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from drills.changing import refused, values_of
from drills.document import DrillDocument, digest_of
from drills.library import catalogue_names, load_shipped
from station.clinic.playing import OF_PATIENT, unplayed
from station.clinic.progression.ladders import HOLD, shipped_ladders
from station.faults import StationError, because
from station.own_drills.folder import FOLDER
from station.recording.disk import storage_error, write_durably
from station.recording.layout import pack_json

UNTRIED = "drill-untried"
"""The fault."""
MOST_KEPT = 2000
_TRIED = ".tried"
_DIGEST = re.compile(r"[0-9a-f]{12}")


def keep_trial(data: Path, document: DrillDocument, result: dict[str, Any]) -> None:
    """Keep what came of a preview of this document; `result["ok"]` says whether it came to its end. JSON values.

    Raises StorageError.
    """
    folder = data / FOLDER / _TRIED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
        for old in kept[: max(0, len(kept) - MOST_KEPT + 1)]:
            old.unlink(missing_ok=True)
    except OSError as problem:
        raise storage_error(problem, folder) from problem
    write_durably(folder / f"{digest_of(document)}.json", pack_json(result).encode())


def trial_of(data: Path, digest: str) -> dict[str, Any] | None:
    """What came of the last preview of the document of this digest; None where there was none that can be read."""
    if not _DIGEST.fullmatch(digest):
        return None
    try:
        found = json.loads((data / FOLDER / _TRIED / f"{digest}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("digest") == digest else None


def was_tried(data: Path, document: DrillDocument) -> bool:
    """Whether a simulated patient has done this very version to its end."""
    found = trial_of(data, digest_of(document))
    return found is not None and found.get("ok") is True


def allow(data: Path, document: DrillDocument) -> None:
    """Raise StationError "drill-untried" where no real person may stand on the plate for this document."""
    if is_shipped(document):
        return
    if not refused(document) and (was_tried(data, document) or was_tried(data, unplayed(document))):
        return
    version = 0 if document.own is None else document.own.version
    raise StationError(UNTRIED, document.name, because("untried-version", drill=document.name, version=version))


def is_shipped(document: DrillDocument) -> bool:
    """Whether it is a shipped drill, as it stands or with what the rungs of its ladders may set."""
    if document.own is not None or document.name not in catalogue_names():
        return False
    shipped = load_shipped(document.name)
    if shipped == document:
        return True
    now, before = values_of(document), values_of(shipped)
    different = {path for path in {*now, *before} if now.get(path) != before.get(path)}
    return different <= _of_levels(document.name)


def _of_levels(name: str) -> set[str]:
    paths = {"feedback.level", *(f"steps.exercise.parameters.{key}" for key in OF_PATIENT)}
    for table in shipped_ladders().led_by(name):
        own = {table.number, *(path for rung in table.rung for path in rung.set)} - {HOLD}
        paths |= {f"steps.exercise.{path}" if path.startswith("parameters.") else path for path in own}
    return paths
