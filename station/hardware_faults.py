"""The faults of the drive over pigpio, of the converters' wiring and of the accelerometer: entries of `station.faults`.

Each is (code, number, what happened, likely cause, what to do, exit code), as `station.faults.Fault` has them.
"""

from __future__ import annotations

HARDWARE: tuple[tuple[str, int, str, str, str, int], ...] = (
    (
        "accelerometer-fault",
        19,
        "The accelerometer on the plate cannot be believed.",
        "It is loose, its cable is broken, or it and the motor's tach disagree.",
        "Help the patient off; check how the sensor is fixed, and its cable.",
        6,
    ),
    (
        "chip-address-clash",
        100,
        "Two load-cell converters answer at one address.",
        "Their address jumpers (pin ADDR) are set alike.",
        "Set the jumper of one elsewhere: ADDR at ground is 0x48, at supply 0x49, at SDA 0x4A, at SCL 0x4B.",
        3,
    ),
    (
        "cells-swapped",
        101,
        "The load cells are not where the settings say.",
        "Their cables or the converters' addresses are mixed up.",
        "Put the addresses in `rig.load_cells.addresses` in the order that is given, or change the cables over.",
        3,
    ),
    (
        "i2c-permission",
        102,
        "The I2C bus may not be used.",
        "The user is not in the group `i2c`.",
        "Run `sudo usermod -aG i2c` with the user's name, then log in again.",
        3,
    ),
    (
        "accelerometer-missing",
        103,
        "The accelerometer does not answer.",
        "It is not powered, not wired, or at another address.",
        "Check its cable and pin SDO, or set `rig.accelerometer.fitted = false`: a dose is then estimated.",
        3,
    ),
)
