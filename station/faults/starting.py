"""What stops a process or a rig from starting, and what is not there when it is asked."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("settings-invalid", 40, 2),
    Fault("settings-missing", 41, 2),
    Fault("rig-unknown", 42, 2),
    Fault("rig-unsupported", 43, 3),
    Fault("i2c-bus-missing", 44, 3),
    Fault("chip-no-answer", 45, 3),
    Fault("gpio-missing", 46, 3),
    Fault("port-in-use", 52, 5),
    Fault("not-loopback", 58, 2),
    Fault("already-running", 59, 5),
    Fault("control-unreachable", 60, 5),
    Fault("runtime-folder", 111, 4),
)
