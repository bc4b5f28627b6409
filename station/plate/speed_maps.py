"""The motor's speed map that was learned on this platform: kept in the data folder, used from the next start on.

`speed_maps/` holds a file `<time>-<id>.json` each, written once and never changed; the newest of a kind of rig counts.
A map that the settings file names itself goes before it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from drills.problems import Problem
from drills.reading import explain
from hw.mechanics import interpolate
from hw.settings import DriveSettings
from station.faults import InputError
from station.plate.calibrations import kind_of, read_document, write_whole
from station.recording.layout import pack_json
from station.settings import Settings

FOLDER = "speed_maps"
_KEYS = ("speed_map", "spin_up_s")
_DECIDED = "decided.json"
"""When the self-test ended whose map was last kept or dropped."""


def keep(data: Path, rig: str, learned: dict[str, Any], made_at: str) -> Path:
    """Keep what `hw.speed_map.MapLearner.settings` gave; `made_at` is UTC, ISO 8601.

    Raises InputError "speed-map-invalid" for a map with which no control could start; StorageError.
    """
    _checked(learned, DriveSettings(), FOLDER)
    text = pack_json({"rig": kind_of(rig), "made_at": made_at, **{key: learned[key] for key in _KEYS}}) + "\n"
    stamp = made_at.replace("-", "").replace(":", "")
    path = data / FOLDER / f"{stamp}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.json"
    write_whole(path, text, mode=0o440)
    return path


def newest(data: Path, rig: str) -> Path | None:
    """The file of the map that was learned last for this kind of rig; None where there is none.

    Raises InputError "speed-map-invalid".
    """
    for path in sorted((data / FOLDER).glob("[0-9]*-*.json"), reverse=True):
        if _read(path).get("rig") == kind_of(rig):
            return path
    return None


def decide(data: Path, at_ns: int) -> None:
    """What the self-test learned that ended then (Unix, ns), and any before it, needs no decision any more. Raises
    StorageError.
    """
    write_whole(data / FOLDER / _DECIDED, pack_json({"at_ns": at_ns}) + "\n")


def decided(data: Path) -> int:
    """When the self-test ended whose map was last kept or dropped (Unix, ns); 0 where none was, or nobody can tell."""
    try:
        return int(read_document(data / FOLDER / _DECIDED)["at_ns"])
    except (InputError, KeyError, TypeError, ValueError):
        return 0


def named_map(settings: Settings) -> bool:
    """Whether the settings file itself names the drive's map: then a learned one is not used."""
    return "speed_map" in settings.rig.drive.model_fields_set


def learned_map(settings: Settings) -> Path | None:
    """The file of the learned map that is used; None where the settings' or the default one is.

    Raises InputError "speed-map-invalid".
    """
    return None if named_map(settings) else newest(settings.station.data, settings.station.rig)


def with_learned(settings: Settings) -> Settings:
    """The settings with the learned map in place of the default one. Raises InputError "speed-map-invalid"."""
    path = learned_map(settings)
    if path is None:
        return settings
    drive = _checked(_read(path), settings.rig.drive, str(path))
    return settings.model_copy(update={"rig": settings.rig.model_copy(update={"drive": drive})})


def speed_hz(settings: Settings, duty: float) -> float:
    """Where the empty platform settles at this duty (0 to 1) by these settings, Hz, by straight lines."""
    return interpolate(settings.rig.drive.speed_map, duty)


def _checked(learned: dict[str, Any], drive: DriveSettings, where: str) -> DriveSettings:
    """These settings with this map. Raises InputError "speed-map-invalid", which names the keys."""
    try:
        return DriveSettings.model_validate({**drive.model_dump(), **{key: learned[key] for key in _KEYS}})
    except (KeyError, ValidationError) as problem:
        wrong = (
            explain(problem, DriveSettings)
            if isinstance(problem, ValidationError)
            else (Problem(str(problem.args[0]), reason="missing"),)
        )
        raise InputError("speed-map-invalid", where, *wrong) from problem


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_document(path)
    except InputError as problem:
        raise InputError("speed-map-invalid", str(path), *problem.problems) from problem
