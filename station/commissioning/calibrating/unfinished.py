"""The calibration that is being made: `calibrations/unfinished-<rig>.json` in the data folder, written after each
step.
"""

from __future__ import annotations

from pathlib import Path

from station.commissioning.calibrating.run import Run, resumed
from station.plate.calibrations import FOLDER, kind_of, read_document, write_whole
from station.recording.layout import pack_json


def load(data: Path, rig: str) -> Run | None:
    """The calibration that was left, to go on with; None where none was. Raises InputError "calibration-invalid"."""
    path = _path(data, rig)
    return resumed(read_document(path), str(path)) if path.exists() else None


def save(data: Path, run: Run) -> None:
    """Keep the state of a calibration. Raises StorageError."""
    write_whole(_path(data, run.rig), pack_json(run.document()) + "\n")


def drop(data: Path, rig: str) -> None:
    """Forget a calibration that was begun. Nothing that is in use changes."""
    _path(data, rig).unlink(missing_ok=True)


def _path(data: Path, rig: str) -> Path:
    return data / FOLDER / f"unfinished-{kind_of(rig)}.json"
