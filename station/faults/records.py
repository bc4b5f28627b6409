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
    Fault("patient-known", 118, 2),
    Fault("patient-code-near", 119, 2),
    Fault("visit-unknown", 140, 2),
    Fault("visit-runs", 141, 2),
    Fault("incident-unknown", 142, 2),
    Fault("erase-busy", 145, 2),
    Fault("file-exists", 146, 2),
    Fault("backup-unreadable", 147, 2),
    Fault("backup-passphrase", 148, 2),
    Fault("backup-damaged", 149, 4),
    Fault("backup-newer", 150, 2),
    Fault("backup-not-empty", 151, 2),
    Fault("backup-place", 183, 4),
    Fault("codes-contradict", 184, 2),
)
