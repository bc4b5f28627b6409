"""A new zero for the plate that is there: the four voltages of the empty plate, all else as it is in use.

A zero moves with the room's warmth and with what the plate carried; the spans do not. So it is taken without weights,
within the same bounds as a calibration's own zero, and says by how much each cell has moved.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, NamedTuple

from hw.values import CELL_NAMES, CellCalibration, PlateGeometry
from station.commissioning.calibrating.reading import CellReading, refuse_unsteady, refuse_zero
from station.commissioning.calibrating.run import FORMAT


class OfPlate(NamedTuple):
    """Which plate it is."""

    rig: str
    seed: int | None
    plate: PlateGeometry
    delivered: CellCalibration
    range_v: float


def zero_moved(of: OfPlate, in_use: CellCalibration, reading: CellReading) -> dict[str, float]:
    """How far each cell's zero has moved (N) from the one in use, by the cell's name.

    Raises InputError "calibration-refused" where the plate is not empty or not still, or a zero is far off.
    """
    refuse_unsteady(reading, of.delivered)
    refuse_zero(reading, of.delivered, of.range_v)
    pairs = zip(CELL_NAMES, reading.volts, in_use.zero_v, in_use.span_n_per_v, strict=True)
    return {name: span * (now - then) for name, now, then, span in pairs}


def zeroed(
    of: OfPlate,
    in_use: CellCalibration,
    before: dict[str, Any] | None,
    reading: CellReading,
    signed: tuple[str, str],
) -> dict[str, Any]:
    """The document of the calibration with this zero. `before` is that of the one in use; None where the plate is used
    as it was delivered. `signed`: by whom, and when (UTC, ISO 8601). Raises as `zero_moved`.
    """
    by, made_at = signed
    moved = zero_moved(of, in_use, reading)
    weighed = None if before is None else before.get("weighed_at", before.get("made_at"))
    return {
        "format": FORMAT,
        "made_at": made_at,
        "weighed_at": weighed,
        "by": by,
        "program_version": version("balance-station"),
        "rig": of.rig,
        "seed": of.seed,
        "plate": of.plate._asdict(),
        "calibration": {
            "zero_v": list(reading.volts),
            "span_n_per_v": list(in_use.span_n_per_v),
            "matrix": [list(row) for row in in_use.matrix],
        },
        "checks": {"zero_moved_n": max(moved.values(), key=abs)},
        "zero_moved_n": moved,
    }
