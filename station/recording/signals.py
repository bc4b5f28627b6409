"""One stance as arrays, from a recording of this station or a CSV file of another plate: its content says which."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hw.values import CellCalibration, PlateGeometry
from station.faults import InputError, because
from station.recording.frames import MAGIC
from station.recording.raw import RawSignal, of_cells
from station.recording.reader import CELL_COLUMNS, VOLT_COLUMNS, Recording, read_recording
from station.recording.table import read_table
from station.recording.tabular import TableOptions, signal_of_table


def load_signal(
    path: Path,
    rate_hz: float | None = None,
    geometry: PlateGeometry | None = None,
    *,
    gaps: bool = False,
    units: str | None = None,
    x_is: str | None = None,
) -> RawSignal:
    """The stance in a recording or a CSV file (`docs/recordings.md` has the column names), whatever the file is called.

    `rate_hz` is the sampling rate of a CSV file without a column of times; one that has times keeps them. `geometry`
    replaces the recording's own, or what the table's format says. With `gaps` a sample that a CSV file does not have
    (empty, or `nan`) is NaN, and so is a value of this station whose status calls it wrong; without, the one is an
    error and the other is taken as it is. `units` is that of a CoP whose column names do not say it, `x_is` whether an
    axis x
    is "ml" or "ap" where the file does not say that. Raises InputError "recording-unreadable", "csv-columns",
    "csv-value" or "csv-time", each naming the place, and "input-invalid" where the file says another unit or axis.
    """
    if is_recording(path):
        return signal_of(read_recording(path), geometry, gaps=gaps)
    return signal_of_table(read_table(path), TableOptions(rate_hz, geometry, units, x_is), gaps=gaps)


def is_recording(path: Path) -> bool:
    """Whether the file begins as a recording does. Raises InputError "recording-unreadable" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as problem:
        raise InputError(
            "recording-unreadable", str(path), because("system-said", said=str(problem.strerror))
        ) from problem


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
