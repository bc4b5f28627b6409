"""One stance as arrays, from a recording of this station or a CSV file of another plate: its content says which."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np

from hw.values import CellCalibration, PlateGeometry
from station.faults import InputError, because
from station.recording.c3d_file import signal_of_c3d
from station.recording.frames import MAGIC
from station.recording.lines import is_c3d, read_bytes
from station.recording.raw import RawSignal, of_cells
from station.recording.reader import CELL_COLUMNS, VOLT_COLUMNS, Recording, read_recording
from station.recording.table import table_of
from station.recording.tabular import TableOptions, signal_of_table


class FileFacts(TypedDict, total=False):
    """The fields of `TableOptions`, each where a person says it."""

    rate_hz: float | None
    geometry: PlateGeometry | None
    units: str | None
    x_is: str | None
    plate: int | None


def load_signal(path: Path, *, gaps: bool = False, **asked: Unpack[FileFacts]) -> RawSignal:
    """The stance in a recording, a CSV file (`docs/recordings.md` has the column names) or a C3D file, whatever the
    file is called; `asked` is what a person says of it (`TableOptions`).

    A rate is that of a CSV file without a column of times; one that has times keeps them. A geometry replaces the
    recording's own, or what the table's format says. With `gaps` a sample that a CSV file does not have (empty, or
    `nan`) is NaN, and so is a value of this station whose status calls it wrong; without, the one is an error and the
    other is taken as it is.

    Raises InputError "recording-unreadable", "csv-columns", "csv-value" or "csv-time", each naming the place, and
    "input-invalid" where the file says another unit or axis, or has no such plate.
    """
    options = TableOptions(**asked)
    if is_recording(path):
        return signal_of(read_recording(path), options.geometry, gaps=gaps)
    data = read_bytes(path)
    if is_c3d(data):
        return signal_of_c3d(path, data, options)
    return signal_of_table(table_of(path, data), options, gaps=gaps)


def is_recording(path: Path) -> bool:
    """Whether the file begins as a recording does. Raises InputError "recording-unreadable" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except IsADirectoryError as problem:
        raise InputError("recording-unreadable", str(path), because("kind-folder")) from problem
    except OSError as problem:
        said = because("system-said", said=str(problem.strerror))
        raise InputError("recording-unreadable", str(path), said) from problem


def signal_of(recording: Recording, geometry: PlateGeometry | None = None, *, gaps: bool = False) -> RawSignal:
    """The whole recording as one signal; `geometry`, `gaps` and what is raised as for `load_signal`."""
    if not len(recording.samples):
        raise InputError("recording-unreadable", str(recording.path), because("no-sample"))
    cells_n = recording.trusted_n if gaps else recording.cells_n
    return of_cells(recording.t_s, cells_n, geometry or PlateGeometry(*recording.plate_mm), str(recording.path))


def recalibrated(recording: Recording, calibration: CellCalibration) -> Recording:
    """The recording with the cells' newtons computed again from its voltages, by another calibration.

    Voltages are recorded in single precision: 6e-8 of them, below a ten-thousandth of a newton.
    """
    zero_v, span_n_per_v, matrix = (np.asarray(part) for part in calibration)
    volts = np.column_stack([recording.samples[name] for name in VOLT_COLUMNS]).astype(float)
    cells = ((volts - zero_v) * span_n_per_v)[:, None, :] * matrix
    samples = recording.samples.copy()
    for name, column in zip(CELL_COLUMNS, cells.sum(axis=2).T, strict=True):
        samples[name] = column
    return recording._replace(samples=samples)
