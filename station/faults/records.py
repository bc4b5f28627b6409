"""The records: sessions and their database."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("session-unknown", 62, 2),
    Fault("records-newer", 63, 4),
    Fault("records-older", 106, 4),
    Fault("records-busy", 107, 4),
    Fault("patient-unknown", 108, 2),
    Fault("records-unreadable", 64, 4),
    Fault("results-failed", 113, 4),
    Fault("records-rebuilt", 115, 0),
)
