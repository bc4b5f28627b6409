"""Recordings for other programs: CSV with its units beside it, or a whole, indexed, checked MCAP."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from drills.scene import SLOTS, Scene, Slot
from station.faults import InputError, StorageError, because
from station.recording.damage import CUT, INDEX
from station.recording.disk import storage_error
from station.recording.layout import pack_json
from station.recording.reader import Recording, read_recording
from station.recording.recover import copy_recording
from station.recording.scenes import scenes_of
from station.recording.tabular import schema_path
from station.wire.sample import FIELDS
from station.wire.scene import SCENE_FIELDS

_COLUMNS = [field.name for field in FIELDS if field not in SCENE_FIELDS]
"""Of the samples' table. Scenes change seldom and are many fields: they have a table of their own."""
_UNITS = {
    "_ns": "ns",
    "_us": "us",
    "_ms": "ms",
    "_s": "s",
    "_v": "V",
    "_n": "N",
    "_mm": "mm",
    "_hz": "Hz",
    "_g": "g",
    "_ds": "0.1 s",
}
_ROWS = 10_000  # formatted at once: bounds the memory


def export(
    path: Path,
    out: Path | None,
    format: str,  # noqa: A002  # the command line's own word
    meanings: Mapping[str, str] = MappingProxyType({}),
) -> list[Path]:
    """Write the recording at `path` to `out` as "csv" or "mcap" and return the files that were made.

    Without `out` it goes beside the recording: `name.csv`, `name.whole.mcap`.
    `csv` makes four: the samples with a row of names; `*.events.csv`; `*.schema.json` with each field's unit and
    meaning (of `meanings`, by its name), the header and the plate; `*.scenes.csv`, what the patient's screen showed, a
    row for each scene. Floats are written so that they read back to the same bits, NaN as `nan`. Raises InputError for
    a file that is no recording, StorageError where `out` cannot be written, ValueError for another format.
    """
    writers: dict[str, Callable[[Path, Path], list[Path]]] = {
        "csv": lambda path, out: _export_csv(path, out, meanings),
        "mcap": _export_mcap,
    }
    if format not in writers:
        raise ValueError(f"there is no format {format!r}: use csv or mcap")
    out = out or path.with_suffix(".csv" if format == "csv" else ".whole.mcap")
    if out.exists() and out.samefile(path):
        raise InputError("recording-unreadable", str(out), because("over-itself"))
    try:
        return writers[format](path, out)
    except StorageError:
        raise
    except OSError as problem:
        if isinstance(problem, InputError):
            raise
        raise storage_error(problem, out) from problem


def _export_mcap(path: Path, out: Path) -> list[Path]:
    original = read_recording(path)
    out.unlink(missing_ok=True)
    writer, _ = copy_recording(path, out, row_by_row=True)
    writer.close()
    copy = read_recording(out)
    own = set(copy.damage.marks) - set(original.damage.marks) or {CUT, INDEX} & set(copy.damage.marks)
    if own or copy.samples.tobytes() != original.samples.tobytes() or copy.events != original.events:
        raise StorageError("data-folder", str(out), because("copy-differs"))
    return [out]


def _export_csv(path: Path, out: Path, meanings: Mapping[str, str]) -> list[Path]:
    recording = read_recording(path)
    stem = out.name.removesuffix(".csv")
    events = out.with_name(f"{stem}.events.csv")
    scenes = out.with_name(f"{stem}.scenes.csv")
    schema = schema_path(out)
    _write_samples(recording.samples, out)
    _write_scenes(recording.samples, scenes)
    _write_events(recording, events)
    schema.write_text(json.dumps(_schema(recording, meanings), indent=1) + "\n")
    return [out, events, schema, scenes]


def _write_samples(samples: npt.NDArray[np.void], out: Path) -> None:
    with out.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for start in range(0, len(samples), _ROWS):
            block = samples[start : start + _ROWS]
            writer.writerows(zip(*(_texts(block[name]) for name in _COLUMNS), strict=True))


def _texts(column: npt.NDArray[np.generic]) -> list[str]:
    """Shortest decimal texts that read back to the same bits of the column's own type."""
    if column.dtype == np.float32:
        texts: list[str] = column.astype(str).tolist()
        return texts
    return [repr(value) for value in column.tolist()]


def _write_scenes(samples: npt.NDArray[np.void], out: Path) -> None:
    """One row for each scene, with the first sample that carried it: a column for each field of the head and of each
    slot.
    """
    names = [f"slot_{number}_{field}" for number in range(SLOTS) for field in Slot._fields]
    empty = (Slot(),) * SLOTS
    with out.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["seq", "t_ns", *Scene._fields[:-1], *names])
        for seq, t_ns, scene in scenes_of(samples):
            slots = (scene.slots + empty)[:SLOTS]
            writer.writerow([seq, t_ns, *scene[:-1], *(value for slot in slots for value in slot)])


def _write_events(recording: Recording, out: Path) -> None:
    first = ("kind", "t_ns", "session", "seq")
    with out.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*first, "data"])
        for event in recording.events:
            rest = {key: value for key, value in event.items() if key not in first}
            writer.writerow([*(event.get(key, "") for key in first), pack_json(rest)])


def _schema(recording: Recording, meanings: Mapping[str, str]) -> dict[str, object]:
    fields = [
        {"name": field.name, "type": field.type, "unit": unit_of(field.name), "meaning": meanings.get(field.name, "")}
        for field in FIELDS
    ]
    return {
        "fields": fields,
        "plate": recording.header.get("plate"),
        "header": recording.header,
        "truncated": recording.truncated,
        "damage": recording.damage.as_json(recording.zero_ns) if recording.damage else None,
    }


def unit_of(name: str) -> str:
    """The unit in a field's name, or "1" for a number without one."""
    return next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "1")
