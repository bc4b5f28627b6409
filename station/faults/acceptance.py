"""The acceptance of a built station."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("acceptance-refused", 240, 2),
    Fault("acceptance-invalid", 241, 2),
    Fault("acceptance-unknown", 242, 2),
)
