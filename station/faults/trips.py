"""Trips: the vibration was on or asked for, and had to go off."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("estop-open", 1, 6),
    Fault("samples-stale", 2, 6),
    Fault("cell-fault", 3, 6),
    Fault("load-loss", 4, 6),
    Fault("frequency-off", 5, 6),
    Fault("acceleration-high", 6, 6),
    Fault("bout-too-long", 7, 6),
    Fault("dose-used-up", 8, 6),
    Fault("deadline-missed", 9, 6),
    Fault("drive-fault", 10, 6),
    Fault("recorder-lost", 11, 6),
    Fault("web-lost", 12, 6),
    Fault("presence-lost", 98, 6),
    Fault("unknown-state", 13, 6),
    Fault("cop-out-of-base", 14, 6),
)
