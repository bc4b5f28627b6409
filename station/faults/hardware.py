"""The drive over pigpio, the converters' wiring, the accelerometer and the switches."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("accelerometer-fault", 19, 6),
    Fault("hand-switch-released", 18, 6),
    Fault("platform-still-moving", 34, 5),
    Fault("hand-switch-not-held", 38, 5),
    Fault("foot-switch-pressed", 39, 5),
    Fault("chip-address-clash", 100, 3),
    Fault("cells-swapped", 101, 3),
    Fault("i2c-permission", 102, 3),
    Fault("accelerometer-missing", 103, 3),
    Fault("pigpiod-missing", 90, 3),
    Fault("pigpiod-version", 91, 3),
    Fault("pigpiod-open", 92, 3),
    Fault("drive-pin-in-use", 93, 3),
    Fault("pigpiod-lost", 94, 3),
    Fault("dead-man-tripped", 95, 6),
    Fault("tach-lost", 96, 6),
    Fault("speed-map-invalid", 104, 2),
    Fault("vibration-impossible", 97, 2),
    Fault("converter-12-bit", 109, 3),
    Fault("gpio-busy", 110, 3),
)
