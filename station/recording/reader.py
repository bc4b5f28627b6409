"""Reads a recording whole: samples as one numpy table, events, header. For workers, the command line and tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hw.values import LAST_USABLE_STATUS
from station.faults import InputError, because
from station.recording.blind import refuse_running
from station.recording.damage import CHANGED, ORDER, Damage
from station.recording.finished import changed_since
from station.recording.scan import Scan
from station.wire.fields import Field, coded
from station.wire.sample import FIELDS, ROS1_SCHEMA, fields_of

SAMPLE_DTYPE = np.dtype([(field.name, coded(field.type).numpy) for field in FIELDS])
"""The bytes of a sample, field by field; each field of a scene's slots is an array of ten."""

CELL_COLUMNS = ("front_left_n", "front_right_n", "back_right_n", "back_left_n")
AGE_COLUMNS = ("front_left_age_ms", "front_right_age_ms", "back_right_age_ms", "back_left_age_ms")
VOLT_COLUMNS = ("front_left_v", "front_right_v", "back_right_v", "back_left_v")
STATUS_COLUMNS = ("front_left_status", "front_right_status", "back_right_status", "back_left_status")


class Recording(NamedTuple):
    """What a recording holds."""

    path: Path
    header: dict[str, Any]
    samples: npt.NDArray[np.void]
    """(N,) of `SAMPLE_DTYPE`, in the order of their ticks, each once."""
    events: list[dict[str, Any]]
    damage: Damage = Damage()
    """What is missing of it, or not to be trusted; false for a whole recording."""

    @property
    def truncated(self) -> bool:
        """True when the file was not finished, or a part of it was damaged and left out."""
        return bool(self.damage.marks)

    @property
    def t_s(self) -> npt.NDArray[np.float64]:
        """(N,) seconds since the first sample."""
        t_ns = self.samples["t_ns"]
        return (t_ns - t_ns[0]) / 1e9 if len(t_ns) else np.empty(0)

    @property
    def zero_ns(self) -> int:
        """Monotonic time from which the seconds of what is missing are counted: that of the session's start."""
        began_ns = self.header.get("started_mono_ns")
        if isinstance(began_ns, int):
            return began_ns
        return int(self.samples["t_ns"][0]) if len(self.samples) else 0

    @property
    def cells_n(self) -> npt.NDArray[np.float64]:
        """(N, 4) calibrated forces in the order of `hw.values.CELL_NAMES`."""
        return np.column_stack([self.samples[name] for name in CELL_COLUMNS])

    @property
    def broken(self) -> npt.NDArray[np.bool_]:
        """(N, 4) whether the cell's status says that its value must not be used."""
        return np.column_stack([self.samples[name] for name in STATUS_COLUMNS]) > LAST_USABLE_STATUS

    @property
    def trusted_n(self) -> npt.NDArray[np.float64]:
        """(N, 4) `cells_n`, NaN where `broken`."""
        return np.where(self.broken, np.nan, self.cells_n)

    @property
    def cell_t_s(self) -> npt.NDArray[np.float64]:
        """(N, 4) seconds from the first sample's `t_ns` to the middle of each voltage's conversion; NaN where the
        recording does not say.
        """
        ages_ms = np.column_stack([self.samples[name] for name in AGE_COLUMNS]).astype(np.float64)
        return self.t_s[:, None] - ages_ms / 1e3

    @property
    def plate_mm(self) -> tuple[float, float]:
        """Distance of the cells in ML and in AP. Raises InputError when the header does not say."""
        plate = self.header.get("plate")
        if plate is None:
            raise InputError("recording-unreadable", str(self.path), because("header-without-plate"))
        return float(plate["spacing_ml_mm"]), float(plate["spacing_ap_mm"])


def read_recording(path: Path) -> Recording:
    """Everything that can be read of the recording. Raises InputError "recording-newer" for one of a later
    format, "comparison-runs" as `station.recording.blind.refuse_running`, "recording-unreadable" for any other file.
    """
    samples: list[bytes] = []
    events: list[tuple[int, dict[str, Any]]] = []
    with Scan(path) as scan:
        for entry in scan.entries():
            if entry.is_sample:
                samples.append(entry.data)
            else:
                events.append((entry.number, json.loads(entry.data)))
        found = scan.damage()
        if not found and changed_since(path):
            found = Damage((CHANGED,))
        table = sample_table(b"".join(samples), scan.schema or ROS1_SCHEMA)
        if ORDER in found.marks:
            table = table[np.unique(table["seq"], return_index=True)[1]]
            events.sort(key=lambda numbered: numbered[0])
        told = [event for _, event in events]
        refuse_running(path, scan.header, told, found)
        return Recording(path, scan.header, table, told, found)


def sample_table(samples: bytes, schema: str, fields: Sequence[Field] = FIELDS) -> npt.NDArray[np.void]:
    """Samples of this schema as rows of `fields`, the table of the program that reads.

    What an earlier program did not record reads as its field's `absent`; what only a later one records is skipped.
    Raises ValueError as `station.wire.sample.fields_of`.
    """
    wanted = np.dtype([(field.name, coded(field.type).numpy) for field in fields])
    had = fields_of(schema, fields)
    read = np.frombuffer(samples, dtype=[(name, coded(kind).numpy) for name, kind in had])
    if read.dtype == wanted:
        return read
    names = {name for name, _ in had}
    table = np.empty(len(read), dtype=wanted)
    for field in fields:
        table[field.name] = read[field.name] if field.name in names else field.absent
    return table
