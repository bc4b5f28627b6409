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
    (
        "pigpiod-missing",
        90,
        "The program that drives the motor's pins, pigpiod, is not running.",
        "It is not installed or not started.",
        "Start it: `systemctl start station-pigpiod`; if that fails, `journalctl -u station-pigpiod` says why.",
        3,
    ),
    (
        "pigpiod-version",
        91,
        "This version of pigpiod is not one that the station was tested with.",
        "The operating system brought an older one.",
        "Install pigpio 1.78 or 1.79 and start it again.",
        3,
    ),
    (
        "pigpiod-open",
        92,
        "Anybody on the network could switch the motor on: pigpiod listens there.",
        "It was started without `-l`.",
        "Stop it, and start it as `pigpiod -l -n 127.0.0.1`: `systemctl start station-pigpiod` does so.",
        3,
    ),
    (
        "drive-pin-in-use",
        93,
        "A pin of the motor is used by something else.",
        "Another program or station is running, or an overlay in config.txt takes the pin.",
        "End that program, or give the motor another pin in the settings (`rig.pins`).",
        3,
    ),
    (
        "pigpiod-lost",
        94,
        "The program that drives the motor's pins, pigpiod, does not answer.",
        "It has ended or hangs. The one-shot has cut the motor's enable.",
        "See that the plate stands still; `systemctl restart station-pigpiod`, then press Acknowledge.",
        3,
    ),
    (
        "dead-man-tripped",
        95,
        "The motor was switched off because the station was silent for more than 50 ms.",
        "The computer was too busy, or the station hung.",
        "Help the patient off, then press Acknowledge. If it comes back, see lateness on the technician page.",
        6,
    ),
    (
        "tach-lost",
        96,
        "The motor is driven but its tach is silent.",
        "The tach's cable is loose, the motor is blocked, or it has no supply.",
        "Help the patient off; check the tach's cable and the motor's supply, then press Acknowledge.",
        6,
    ),
    (
        "vibration-impossible",
        97,
        "The platform cannot do the vibration that was asked for.",
        "Its displacement is fixed by its mechanics, and the drill asks for another, or for another speed.",
        "Prescribe the platform's own displacement (`rig.drive.displacement_pp_mm`) within its range.",
        2,
    ),
)
