"""The calibration of the plate."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("calibration-refused", 65, 2),
    Fault("calibration-invalid", 66, 2),
    Fault("calibration-unknown", 67, 2),
)
