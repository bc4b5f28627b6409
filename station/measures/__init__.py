"""Balance measures from recordings: pipelines, live figures, norms and honest comparison.

`compute(RecordedCop(t_s, ml_mm, ap_mm), Request("raw"))` gives the figures of a centre of pressure, a `RecordedCells`
in its place those of four cells; both say what was recorded, the `Request` says what is wanted of it.

The names below are loaded when they are first asked for: numerical work on whole blocks needs numpy and (inside
functions) scipy, which the control and web processes must not load. `station.measures.live` is free of both.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.measures.pipelines import PIPELINES, compute, compute_cells
    from station.measures.recorded import PlateMotion, RecordedCells, RecordedCop, Request
    from station.measures.registry import REGISTRY
    from station.measures.sway.boundary import Foot
    from station.measures.values import Measure, MeasureSet

__all__ = [
    "PIPELINES",
    "REGISTRY",
    "Foot",
    "Measure",
    "MeasureSet",
    "PlateMotion",
    "RecordedCells",
    "RecordedCop",
    "Request",
    "compute",
    "compute_cells",
]

_HOMES = {
    "PIPELINES": "pipelines",
    "compute": "pipelines",
    "compute_cells": "pipelines",
    "PlateMotion": "recorded",
    "RecordedCells": "recorded",
    "RecordedCop": "recorded",
    "Request": "recorded",
    "REGISTRY": "registry",
    "Foot": "sway.boundary",
    "Measure": "values",
    "MeasureSet": "values",
}


def __getattr__(name: str) -> object:
    """One of `__all__`, from the module that owns it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
