"""Files that people give or that the station writes: recordings, CSV files, drills, the disk."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("recording-unreadable", 47, 2),
    Fault("recording-newer", 105, 2),
    Fault("recording-truncated", 48, 0),
    Fault("recording-damaged", 112, 0),
    Fault("comparison-runs", 135, 2),
    Fault("csv-columns", 49, 2),
    Fault("csv-value", 50, 2),
    Fault("csv-time", 51, 2),
    Fault("disk-full", 53, 4),
    Fault("data-folder", 54, 4),
    Fault("drill-unknown", 55, 2),
    Fault("drill-invalid", 56, 2),
    Fault("replay-input", 57, 2),
    Fault("measures-impossible", 61, 2),
    Fault("file-failed", 68),
    Fault("drill-name-taken", 125, 2),
    Fault("own-drill-damaged", 126, 2),
    Fault("own-drills-full", 127, 2),
    Fault("report-empty", 155, 2),
    Fault("report-failed", 156),
    Fault("paper-unknown", 180, 2),
    Fault("papers-busy", 181, 2),
    Fault("paper-failed", 182),
)
