"""The stance in a table: which columns are used, in which units, on which plate; what is taken is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from drills.problems import Problem
from hw.values import CELL_NAMES, LAST_USABLE_STATUS, PlateGeometry
from station.faults import InputError, because
from station.measures.signal import Array
from station.recording.beside import refuse_other
from station.recording.formats import K_PLATES, OWN, UNITS_MM, UNITS_N, Format, columns_of, named
from station.recording.raw import Column, RawSignal, Understood, of_cells
from station.recording.reader import STATUS_COLUMNS
from station.recording.table import Table
from station.recording.times import Times, times_of

FORCE_COLUMN = "force_n"
OTHER_FORCES = ("fz", "forcez", "zforce", "vgrf", "grfz", "grfvertical", "verticalforce")
"""Further bare names of a vertical force beside a CoP."""
KINDS = (
    ("front_left_n", "front_right_n", "back_right_n", "back_left_n"),
    ("ch1_kg", "ch2_kg", "ch3_kg", "ch4_kg"),
    ("cop_ml_mm", "cop_ap_mm"),
    ("cop_ml_cm", "cop_ap_cm"),
)
"""What to call columns so that a file can be read, whatever wrote it."""


class TableOptions(NamedTuple):
    """What a person says of a table; None where it is to say it itself."""

    rate_hz: float | None = None
    geometry: PlateGeometry | None = None
    units: str | None = None
    """Of a CoP: mm, cm, m or in."""
    x_is: str | None = None
    """Which way the axis x of a CoP goes: ml or ap."""
    plate: int | None = None
    """Which of several plates is meant, from 1."""


def signal_of_table(table: Table, asked: TableOptions, *, gaps: bool) -> RawSignal:
    """The stance in the table. Raises InputError "csv-columns", "csv-value", "csv-time" or "input-invalid", each naming
    the place.
    """
    if asked.plate is not None:
        table = table.of_plate(asked.plate)
    if table.format is None:
        raise InputError("csv-columns", str(table.path), _unknown(table))
    if len(table.format.values) == len(CELL_NAMES):
        return _cells(table, table.format, asked, gaps)
    return _cop(table, table.format, asked, gaps)


def _unknown(table: Table) -> Problem:
    """Why a table is none that is read."""
    expected = [", ".join(columns) for columns in KINDS]
    if all(one.replace(".", "").strip("-+ ").isdigit() for one in table.names):
        return because("no-names")
    if {named(one).bare for one in table.names} >= {"fx", "fy", "fz", "mx", "my"}:
        return because("moments-only", found=table.names[:12])
    return because("other-columns", found=table.names[:12], expected=expected)


def _cells(table: Table, form: Format, asked: TableOptions, gaps: bool) -> RawSignal:
    columns = [_column(table, bare, use, form.unit, UNITS_N) for bare, use in zip(form.values, CELL_NAMES, strict=True)]
    values = [table.column(one.name, gaps=gaps) * UNITS_N[one.unit] for one in columns]
    if gaps and all(name in table.names for name in STATUS_COLUMNS):
        values = [
            np.where(table.column(status) > LAST_USABLE_STATUS, np.nan, value)
            for status, value in zip(STATUS_COLUMNS, values, strict=True)
        ]
    times = times_of(table, asked.rate_hz)
    plate, plate_from = _plate(table.path, form, asked.geometry)
    understood = _understood(table, form, times, columns)._replace(
        plate=plate, plate_from=plate_from, axes_from="format"
    )
    return of_cells(times.t_s, np.column_stack(values), plate, str(table.path), understood)


def _cop(table: Table, form: Format, asked: TableOptions, gaps: bool) -> RawSignal:
    (ml, ap), axes_from = _axes(table, form, asked.x_is)
    columns = [_length(table, bare, use, form, asked.units) for bare, use in ((ml, "ml"), (ap, "ap"))]
    ml_mm, ap_mm = (table.column(one.name, gaps=gaps) * UNITS_MM[one.unit] for one in columns)
    force_n, force = None, _force(table, form)
    if force is not None:
        force_n = table.column(force.name, gaps=gaps) * UNITS_N[force.unit]
        if np.isnan(force_n).all():
            force_n, force = None, None  # a column that a program always writes, and had nothing for
    beside = None if force is not None else _force_beside(table)
    if beside is not None:
        force, force_n = beside
    times = times_of(table, asked.rate_hz)
    understood = _understood(table, form, times, [*columns, *([] if force is None else [force])])
    stated = all(one.unit_from != "taken" for one in columns)
    understood = understood._replace(axes_from=axes_from)
    return RawSignal(
        times.t_s,
        None,
        ml_mm,
        ap_mm,
        None,
        str(table.path),
        force_n,
        unit_stated=stated,
        understood=understood,
        weighs_only=beside is not None,
    )


def _axes(table: Table, form: Format, x_is: str | None) -> tuple[tuple[str, str], str]:
    """The bare names of ML and AP, and who says so."""
    ml, ap = form.values
    if x_is is None or not ml.endswith(("x", "y")):
        return (ml, ap), "format" if form.axes_said else "taken"
    x, y = (ml, ap) if ml.endswith("x") else (ap, ml)
    found = (x, y) if x_is == "ml" else (y, x)
    if form.axes_said and found != (ml, ap):
        raise InputError("input-invalid", f"{table.path} --x-is {x_is}", because("axes-disagree", source=form.source))
    return found, "asked"


def _length(table: Table, bare: str, use: str, form: Format, asked: str | None) -> Column:
    """The column of one axis, with its unit: by the file, else as asked, by the format, or mm."""
    name = _one(table, bare)
    refuse_other(table, name, UNITS_MM)
    unit = table.unit(name)
    if unit is not None and asked not in (None, unit):
        seen = because("units-disagree", in_file=unit, given=asked)
        raise InputError("input-invalid", f"{table.path} --units {asked}", seen)
    for said, by in ((unit, "file"), (asked, "asked"), (form.unit, "format")):
        if said is not None:
            return Column(use, name, _known(table, name, said, UNITS_MM), by)
    return Column(use, name, "mm", "taken")


def _column(table: Table, bare: str, use: str, default: str | None, units: dict[str, float]) -> Column:
    name = _one(table, bare)
    refuse_other(table, name, units)
    unit = table.unit(name)
    if unit is None and default is None:
        raise InputError("csv-columns", f"{table.path} column {name}", because("no-unit"))
    return Column(use, name, _known(table, name, unit or default or "", units), "file" if unit else "format")


def _known(table: Table, name: str, unit: str, units: dict[str, float]) -> str:
    """The unit, where it is one of these."""
    if unit not in units:
        seen = because("other-unit", unit=unit, units=list(units))
        raise InputError("csv-columns", f"{table.path} column {name}", seen)
    return unit


def _force(table: Table, form: Format) -> Column | None:
    """The column of the vertical force that the format has, where there is one."""
    if form.source == OWN and not table.units and form.axes_said:
        if FORCE_COLUMN not in table.names:
            return None
        refuse_other(table, FORCE_COLUMN, UNITS_N)
        return Column("force", FORCE_COLUMN, "n", "file")
    for bare in dict.fromkeys((form.force, "force")):
        if columns_of(table.names, bare):
            return _column(table, bare, "force", "n", UNITS_N)
    return None


def _force_beside(table: Table) -> tuple[Column, Array] | None:
    """Another column that can only be a vertical force, and its newtons; None where none can be read, or says nothing.

    The format does not name it: it is held against a weight, and no file is refused, nor any figure another, because
    it is there.
    """
    for bare in ("force", *OTHER_FORCES):
        if len(columns_of(table.names, bare)) != 1:
            continue
        try:
            column = _column(table, bare, "weighed", "n", UNITS_N)
            force_n = table.column(column.name, gaps=True) * UNITS_N[column.unit]
        except InputError:
            continue
        if np.any(force_n[np.isfinite(force_n)]):
            return column, force_n
    return None


def _one(table: Table, bare: str) -> str:
    """The name of the one column that is meant. Raises InputError "csv-columns" where two could be."""
    found = columns_of(table.names, bare)
    if len(found) > 1:
        raise InputError("csv-columns", str(table.path), because("column-twice", name=table.names[found[0]]))
    return table.names[found[0]]


def _understood(table: Table, form: Format, times: Times, columns: list[Column]) -> Understood:
    if times.column is not None and times.unit is not None:
        unit_from = "taken" if times.unit_taken else "file"
        columns = [Column("time", times.column, times.unit, unit_from), *columns]
    rate_hz = float(1.0 / np.median(np.diff(times.t_s))) if len(times.t_s) > 1 else None
    rate_from = "times" if times.column is not None else times.rate_from
    return Understood(
        form.key,
        form.source,
        tuple(columns),
        table.names_row,
        table.footer,
        table.separator,
        table.encoding,
        len(times.t_s),
        rate_hz,
        rate_from,
        times.rate_said_hz,
        None,
        "",
        "format",
        head=tuple(table.head),
    )


def _plate(path: Path, form: Format, asked: PlateGeometry | None) -> tuple[PlateGeometry, str]:
    """The plate, and who says it: a person, the file of units that was written beside an exported recording, the
    format, or nobody.
    """
    if asked is not None:
        return asked, "asked"
    try:
        plate = json.loads(schema_path(path).read_text())["plate"]
        return PlateGeometry(float(plate["spacing_ml_mm"]), float(plate["spacing_ap_mm"])), "schema"
    except (OSError, ValueError, KeyError, TypeError):
        return (K_PLATES, "taken") if form.geometry is None else (form.geometry, "format")


def schema_path(table_path: Path) -> Path:
    """Where the fields, units and plate of an exported table stand: `name.schema.json` beside `name.csv`."""
    return table_path.with_name(table_path.name.removesuffix(".gz").removesuffix(".csv") + ".schema.json")
