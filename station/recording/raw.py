"""One stance as arrays, and how the file that it comes from was understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from drills.problems import Problem
from hw.values import PlateGeometry
from station.faults import because
from station.measures.pipelines import cop_of_cells
from station.measures.signal import Array


class Column(NamedTuple):
    """A column of a table that is used."""

    use: str
    """ml, ap, force, weighed (`RawSignal.weighs_only`), time, or a name of `hw.values.CELL_NAMES`."""
    name: str
    unit: str
    unit_from: str
    """"file" where a name or a row of units says it, "asked", "format" or "taken"."""


class Understood(NamedTuple):
    """How a table, or another file of a stance, was understood."""

    format: str
    """Key of `formats.FORMATS`."""
    source: str
    columns: tuple[Column, ...]
    names_row: int
    footer: int
    """Rows behind the last sample that are none."""
    separator: str
    encoding: str
    samples: int
    rate_hz: float | None
    """Of the times, or the one that was given; None for a single sample."""
    rate_from: str
    """"times", "asked", "head" (the lines above the table) or "file"."""
    rate_said_hz: float | None
    """By those lines."""
    plate: PlateGeometry | None
    """Distances of the cells; None where the file has the CoP only."""
    plate_from: str
    """"asked", "schema", "format" or "taken"; empty without a plate. `axes_from` likewise, for which value is ML."""
    axes_from: str
    notes: tuple[Problem, ...] = ()
    """What else was understood, of a file that is no table."""
    head: tuple[str, ...] = ()
    """The lines above a table."""


def taken_of(understood: Understood) -> tuple[Problem, ...]:
    """What was assumed of a table because neither it, nor its format, nor a person said it; but for the CoP's unit."""
    notes: list[Problem] = []
    time = next((one for one in understood.columns if one.use == "time"), None)
    if time is not None and time.unit_from == "taken" and time.unit != "s":
        notes.append(because("time-unit-taken", name=time.name, unit=time.unit))
    if understood.rate_from == "head":
        notes.append(because("rate-of-head", rate_hz=understood.rate_hz))
    if understood.axes_from == "taken":
        ml, ap = (next(one.name for one in understood.columns if one.use == use) for use in ("ml", "ap"))
        notes.append(because("axes-taken-for", ml=ml, ap=ap))
    if understood.plate is not None and understood.plate_from == "taken":
        plate = understood.plate
        notes.append(because("cells-taken-for", ml_mm=plate.spacing_ml_mm, ap_mm=plate.spacing_ap_mm))
    return tuple(notes)


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
    """Whether the file, its format, or a person, says the unit of the CoP; mm are taken otherwise."""
    understood: Understood | None = None
    """None of a recording of this station."""
    weighs_only: bool = False
    """Whether its format does not name the force: then it is held against a weight, and is in no figure of the CoP."""

    def between(self, from_s: float, until_s: float | None = None) -> RawSignal:
        """The samples from one time to another, or to the end; their times stay."""
        inside = (self.t_s >= from_s) & (self.t_s <= (np.inf if until_s is None else until_s))
        return replace(
            self,
            t_s=self.t_s[inside],
            cells_n=None if self.cells_n is None else self.cells_n[inside],
            cop_ml_mm=self.cop_ml_mm[inside],
            cop_ap_mm=self.cop_ap_mm[inside],
            force_n=None if self.force_n is None else self.force_n[inside],
        )


def of_cells(
    t_s: Array, cells_n: Array, geometry: PlateGeometry, source: str, understood: Understood | None = None
) -> RawSignal:
    """The signal of four cells, (N, 4) in N, with the CoP and the force that they give."""
    ml_mm, ap_mm, force_n = cop_of_cells(cells_n, geometry)
    return RawSignal(t_s, cells_n, ml_mm, ap_mm, geometry, source, force_n, understood=understood)
