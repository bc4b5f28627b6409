"""One stance as arrays, from a recording of this station or a CSV file of another plate: its content says which."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hw.values import LAST_USABLE_STATUS, CellCalibration, PlateGeometry
from station.faults import InputError, because
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.measures.pipelines import cop_of_cells
from station.measures.signal import Array
from station.recording.frames import MAGIC
from station.recording.reader import CELL_COLUMNS, STATUS_COLUMNS, VOLT_COLUMNS, Recording, read_recording
from station.recording.table import Table, read_table

K_PLATES = PlateGeometry(138.0, 293.0)
"""Cells of the Kinvent K-Plates, ML and AP: what four cell columns are taken for when no geometry is given."""

FORCE_COLUMN = "force_n"
_KG_COLUMNS = ("ch1_kg", "ch2_kg", "ch3_kg", "ch4_kg")  # front left, front right, back right, back left
_KINDS = (
    (CELL_COLUMNS, 1.0),
    (_KG_COLUMNS, STANDARD_GRAVITY_M_S2),
)
"""Names of four columns and the factor to newtons."""
_COP_COLUMNS = ("cop_ml", "cop_ap")
UNITS_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4}
"""Millimetres of a unit in which a CoP may be given: `cop_ml_cm`, or `cop_ml` and `--units cm`."""


@dataclass(frozen=True, slots=True)
class RawSignal:
    """N samples of one stance. CoP is ML (x, right) and AP (y, forward) from the plate's centre."""

    t_s: Array
    """(N,) seconds since the first sample, increasing."""
    cells_n: Array | None
    """(N, 4) newtons in the order of `hw.values.CELL_NAMES`; None where the file has the CoP only."""
    cop_ml_mm: Array
    cop_ap_mm: Array
    """(N,) each; unfiltered, NaN where nothing presses on the cells."""
    geometry: PlateGeometry | None
    """None where the file has the CoP only."""
    source: str
    """The file's path."""
    force_n: Array | None = None
    """(N,) vertical force; None where the file has the CoP only."""
    unit_stated: bool = True
    """Whether the file, or a person, says the unit of the CoP; mm are taken otherwise."""


def load_signal(
    path: Path,
    rate_hz: float | None = None,
    geometry: PlateGeometry | None = None,
    *,
    gaps: bool = False,
    units: str | None = None,
) -> RawSignal:
    """The stance in a recording or a CSV file (`docs/recordings.md` has the column names), whatever the file is called.

    `rate_hz` is the sampling rate of a CSV file without a column of times; one that has times keeps them. `geometry`
    replaces the recording's own, or `K_PLATES`. With `gaps` a sample that a CSV file does not have (empty, or `nan`) is
    NaN, and so is a value of this station whose status calls it wrong; without, the one is an error and the other is
    taken as it is. `units` is that of a CoP whose column names do not say it. Raises InputError
    "recording-unreadable", "csv-columns", "csv-value" or "csv-time", each naming the place, and "input-invalid" where
    the names say another unit.
    """
    if is_recording(path):
        return signal_of(read_recording(path), geometry, gaps=gaps)
    table = read_table(path)
    kind = next((kind for kind in _KINDS if all(name in table.names for name in kind[0])), None)
    if kind is None:
        return _cop_from_table(table, rate_hz, gaps, units)
    return _cells_from_table(table, _times(table, rate_hz), kind, geometry, gaps)


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
    return _of_cells(recording.t_s, cells_n, geometry or PlateGeometry(*recording.plate_mm), recording.path)


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


def _of_cells(t_s: Array, cells_n: Array, geometry: PlateGeometry, path: Path) -> RawSignal:
    ml_mm, ap_mm, force_n = cop_of_cells(cells_n, geometry)
    return RawSignal(t_s, cells_n, ml_mm, ap_mm, geometry, str(path), force_n)


def _cells_from_table(
    table: Table, t_s: Array, kind: tuple[tuple[str, ...], float], geometry: PlateGeometry | None, gaps: bool
) -> RawSignal:
    columns, factor = kind
    values = [table.column(name, gaps=gaps) * factor for name in columns]
    if gaps and all(name in table.names for name in STATUS_COLUMNS):
        values = [
            np.where(table.column(status) > LAST_USABLE_STATUS, np.nan, value)
            for status, value in zip(STATUS_COLUMNS, values, strict=True)
        ]
    return _of_cells(t_s, np.column_stack(values), geometry or _exported_plate(table.path) or K_PLATES, table.path)


def _cop_from_table(table: Table, rate_hz: float | None, gaps: bool, units: str | None) -> RawSignal:
    found = [_cop_column(table, name, units) for name in _COP_COLUMNS]
    values = [table.column(name, gaps=gaps) * UNITS_MM[unit or "mm"] for name, unit in found]
    force_n = table.column(FORCE_COLUMN, gaps=gaps) if FORCE_COLUMN in table.names else None
    if force_n is not None and np.isnan(force_n).all():
        force_n = None  # a column that a program always writes, and had nothing for
    stated = all(unit is not None for _, unit in found)
    t_s = _times(table, rate_hz)
    return RawSignal(t_s, None, values[0], values[1], None, str(table.path), force_n, unit_stated=stated)


def _cop_column(table: Table, name: str, units: str | None) -> tuple[str, str | None]:
    """The column of one axis, and its unit: by its name, else as given, None where neither says it."""
    for unit in UNITS_MM:
        if f"{name}_{unit}" in table.names:
            if units not in (None, unit):
                seen = because("units-disagree", in_file=unit, given=units)
                raise InputError("input-invalid", f"{table.path} --units {units}", seen)
            return f"{name}_{unit}", unit
    if name in table.names:
        return name, units
    expected = [", ".join(columns) for columns, _ in _KINDS] + [
        ", ".join(f"{one}_{unit}" for one in _COP_COLUMNS) for unit in ("mm", "cm")
    ]
    raise InputError(
        "csv-columns", str(table.path), because("other-columns", found=table.names[:12], expected=expected)
    )


def _times(table: Table, rate_hz: float | None) -> Array:
    """Seconds since the first row: by the file's own times, else by the rate."""
    name = next((name for name in ("time_s", "t_ns") if name in table.names), None)
    if name is None:
        if rate_hz is None or not 0.0 < rate_hz < math.inf:
            seen = because("no-rate") if rate_hz is None else because("impossible-rate", hz=rate_hz)
            raise InputError("csv-time", str(table.path), seen)
        return np.arange(len(table.rows)) / rate_hz
    times = table.column(name)
    backward = np.flatnonzero(np.diff(times) <= 0.0)
    if len(backward):
        index = int(backward[0]) + 1
        seen = because("backward-time", time=f"{times[index]:.17g}", before=f"{times[index - 1]:.17g}")
        raise InputError("csv-time", table.where(index, name), seen)
    elapsed: Array = times - times[0]
    return elapsed * 1e-9 if name == "t_ns" else elapsed


def _exported_plate(path: Path) -> PlateGeometry | None:
    """The plate of an exported recording, from the file of units that was written beside it."""
    try:
        plate = json.loads(schema_path(path).read_text())["plate"]
        return PlateGeometry(float(plate["spacing_ml_mm"]), float(plate["spacing_ap_mm"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def schema_path(table_path: Path) -> Path:
    """Where the fields, units and plate of an exported table stand: `name.schema.json` beside `name.csv`."""
    return table_path.with_name(table_path.name.removesuffix(".gz").removesuffix(".csv") + ".schema.json")
