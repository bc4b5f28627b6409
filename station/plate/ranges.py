"""Between which forces each cell of a plate can be read: where its amplifier or its converter ends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hw.settings import FULL_SCALE_V, LoadCellSettings
from hw.values import CellCalibration, PlateGeometry
from station.plate.calibrations import calibration_for, calibration_of
from station.settings import Settings


class CellRange(NamedTuple):
    """One cell's, in N."""

    low_n: float
    """Below it counts as unplugged."""
    high_n: float
    """From here on it counts as saturated."""


def cell_ranges(calibration: CellCalibration, settings: LoadCellSettings) -> tuple[CellRange, ...]:
    """By zero and span of each cell; what the others add to it (crosstalk) is a hundredth of that and left out."""
    top_v = min(settings.saturated_above_v, FULL_SCALE_V[settings.gain])
    ends = (settings.open_below_v, top_v)
    return tuple(
        CellRange(*sorted(span * (end_v - zero_v) for end_v in ends))
        for zero_v, span in zip(calibration.zero_v, calibration.span_n_per_v, strict=True)
    )


def ranges_in_use(data: Path, settings: Settings, plate: Mapping[str, Any]) -> tuple[CellRange, ...]:
    """By the calibration that is used from the next start on; `plate` as control describes it. Raises InputError
    "calibration-invalid".
    """
    of = PlateGeometry(plate["spacing_ml_mm"], plate["spacing_ap_mm"])
    known = calibration_for(data, str(plate["rig"]), settings.station.seed, of)
    calibration = calibration_of(plate["delivered"]) if known is None else known.calibration
    return cell_ranges(calibration, settings.rig.load_cells)
