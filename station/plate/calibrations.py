"""What is kept of calibrations: every one that was accepted, and which one is in use.

`calibrations/` in the data folder holds a file `<time>-<id>.json` a calibration, written once and never changed (the id
is of its content), and `current.json` that names the one in use for each kind of rig.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hw.values import CellCalibration, PlateGeometry
from station.faults import InputError, because, not_text
from station.recording.disk import storage_error, sync_folder
from station.recording.layout import pack_json
from station.sensing.calibration import KnownCalibration

FOLDER = "calibrations"
_CURRENT = "current.json"


def kind_of(rig: str) -> str:
    """Rigs of one kind share a plate: `pi` and `pi5` are two computers for it."""
    return "pi" if rig in ("pi", "pi5") else rig


def calibration_for(data: Path, rig: str, seed: int, plate: PlateGeometry) -> KnownCalibration | None:
    """The calibration that the station is to use: the current one of the data folder, or None where there is none.

    A simulated plate is another one with another seed, and is used as it was delivered unless its own seed was
    calibrated; `replay` always uses its own. Raises InputError "calibration-invalid": a damaged calibration is never
    passed over in silence.
    """
    name = _pointers(data).get(kind_of(rig))
    if rig == "replay" or name is None:
        return None
    path = data / FOLDER / name
    document = read_document(path)
    if rig == "simulated" and document.get("seed") != seed:
        return None
    if document.get("plate") != plate._asdict():
        raise InputError(
            "calibration-invalid", str(path), because("of-another-plate", plate=str(document.get("plate")))
        )
    return _calibration(document, path)


def load_calibration(data: Path, name: str, rig: str) -> KnownCalibration:
    """The calibration of this name or file, or with "current" the one in use for this rig.

    Raises InputError "calibration-unknown" or "calibration-invalid".
    """
    path = find(data, _pointers(data).get(kind_of(rig), _CURRENT) if name == "current" else name)
    return _calibration(read_document(path), path)


def find(data: Path, name: str) -> Path:
    """The file of a calibration, by its path, its name or its id. Raises InputError "calibration-unknown"."""
    if Path(name).is_file():
        return Path(name)
    found = [
        path
        for path in history(data)
        if name and (path.name == name or path.stem == name or path.stem.endswith(f"-{name}"))
    ]
    if len(found) != 1:
        folder = str(data / FOLDER)
        nothing = because("no-calibration-in-use", folder=folder)
        seen = nothing if name == _CURRENT else because("calibrations-of-this-name", folder=folder, n=len(found))
        raise InputError("calibration-unknown", name, seen)
    return found[0]


def history(data: Path) -> list[Path]:
    """Every calibration that was accepted, oldest first."""
    return sorted((data / FOLDER).glob("[0-9]*-*.json"))


def current_name(data: Path, rig: str) -> str | None:
    """The file name of the calibration in use for this rig."""
    return _pointers(data).get(kind_of(rig))


def made_at(data: Path, rig: str) -> str | None:
    """When the one in use for this rig was made with weights (UTC, ISO 8601); a zero that was taken since makes it no
    younger. None for a plate that is used as it was delivered, and
    for one that cannot be read, which has a fault of its own.
    """
    try:
        name = current_name(data, rig)
        document = {} if name is None else read_document(data / FOLDER / name)
        weighed = document.get("weighed_at", document.get("made_at"))
        return None if weighed is None else str(weighed)
    except InputError:
        return None


def accept(data: Path, document: dict[str, Any]) -> Path:
    """Keep this calibration for good, and use it from the next start on. Raises StorageError."""
    text = pack_json(document) + "\n"
    stamp = str(document["made_at"]).replace("-", "").replace(":", "")
    path = data / FOLDER / f"{stamp}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.json"
    write_whole(path, text, mode=0o440)
    use(data, path.name)
    return path


def use(data: Path, name: str) -> Path:
    """Use this calibration of the history from the next start on. Raises InputError, StorageError."""
    path = find(data, name)
    document = read_document(path)
    _calibration(document, path)
    pointers = _pointers(data) | {kind_of(str(document["rig"])): path.name}
    write_whole(data / FOLDER / _CURRENT, pack_json(pointers) + "\n")
    return path


def read_document(path: Path) -> dict[str, Any]:
    """The JSON document in this file. Raises InputError "calibration-invalid"."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise InputError("calibration-invalid", str(path), not_text(problem)) from problem
    except OSError as problem:
        raise InputError("calibration-invalid", str(path), because("unreadable", said=str(problem))) from problem
    if not isinstance(document, dict):
        raise InputError("calibration-invalid", str(path), because("no-calibration"))
    return document


def _calibration(document: dict[str, Any], path: Path) -> KnownCalibration:
    where = str(path)
    try:
        found = calibration_of(document["calibration"])
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError("calibration-invalid", where, because("not-whole", said=repr(problem))) from problem
    if not all(span > 0.0 for span in found.span_n_per_v):
        raise InputError("calibration-invalid", where, because("span-not-positive"))
    return KnownCalibration(found, path.stem, str(document.get("made_at", "")))


def _pointers(data: Path) -> dict[str, str]:
    path = data / FOLDER / _CURRENT
    return read_document(path) if path.exists() else {}


def write_whole(path: Path, text: str, mode: int = 0o640) -> None:
    """The whole file or none of it, also through a power cut."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as problem:
        raise storage_error(problem, path) from problem
    sync_folder(path.parent)


def calibration_of(stored: dict[str, Any]) -> CellCalibration:
    """The calibration in a document. Raises KeyError, TypeError or ValueError for what is none."""
    one, two, three, four = (four_numbers(row) for row in stored["matrix"])
    return CellCalibration(
        four_numbers(stored["zero_v"]), four_numbers(stored["span_n_per_v"]), (one, two, three, four)
    )


def four_numbers(values: Sequence[float]) -> tuple[float, float, float, float]:
    """Four finite numbers of a document, one a cell. Raises TypeError or ValueError for anything else."""
    one, two, three, four = (float(value) for value in values)
    if not all(math.isfinite(value) for value in (one, two, three, four)):
        raise ValueError("a value is not a finite number")
    return (one, two, three, four)
