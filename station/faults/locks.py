"""What locks the station: named by the start-up test and the contacts."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("start-test-running", 80, 5),
    Fault("pwm-missing", 27, 3),
    Fault("guard-missing", 28, 3),
    Fault("plate-not-empty", 81, 5),
    Fault("relay-welded", 82, 6),
    Fault("relay-dead", 83, 6),
    Fault("relay-crossed", 84, 6),
    Fault("heartbeat-stuck", 85, 6),
    Fault("heartbeat-dead", 86, 6),
    Fault("trigger-stuck", 136, 6),
    Fault("estop-discrepancy", 87, 6),
    Fault("plate-moves", 88, 6),
    Fault("cell-dead", 89, 3),
    Fault("cells-identical", 77, 3),
    Fault("cell-zero", 78, 3),
    Fault("accelerometer-dead", 79, 3),
    Fault("selftest-runs", 220, 5),
    Fault("selftest-stopped", 221, 5),
)
AT_WORK = frozenset({"selftest-runs"})
"""Nothing is wrong: the station does what a person has ordered, and is back by itself when that has ended."""
