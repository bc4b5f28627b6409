"""What stops a process or a rig from starting, and what is not there when it is asked."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault(
        "settings-invalid",
        40,
        "The settings file is not valid.",
        "A key or a value in it is wrong.",
        "Correct the key that is named; `station config --check` reads the file again.",
        2,
    ),
    Fault(
        "settings-missing",
        41,
        "The settings file does not exist.",
        "The path is wrong.",
        "Give the right path, or leave it out to use the defaults.",
        2,
    ),
    Fault(
        "rig-unknown",
        42,
        "There is no rig of that name.",
        "A typing error.",
        "Use one of: simulated, replay, pi, pi5.",
        2,
    ),
    Fault(
        "rig-unsupported",
        43,
        "This rig has no vibration drive yet.",
        "The drive for it is not written in this release.",
        "Run drills without vibration on it, or use the rig `simulated`.",
        3,
    ),
    Fault(
        "i2c-bus-missing",
        44,
        "There is no I2C bus.",
        "I2C is not switched on, or this is not a Raspberry Pi.",
        "Run `sudo raspi-config nonint do_i2c 0` and restart, or use the rig `simulated`.",
        3,
    ),
    Fault(
        "chip-no-answer",
        45,
        "A load-cell converter does not answer.",
        "It is not powered, not wired, or at another address.",
        "Check its cable and its address jumper; `i2cdetect -y 1` lists what answers.",
        3,
    ),
    Fault(
        "gpio-missing",
        46,
        "The pins of this computer cannot be used.",
        "Not a Raspberry Pi, or no permission.",
        "Add the user to the group `gpio`, or use the rig `simulated`.",
        3,
    ),
    Fault(
        "port-in-use",
        52,
        "The port is in use.",
        "Another program, or another station, uses it.",
        "Choose another with `--port`, or stop the other program.",
        5,
    ),
    Fault(
        "not-loopback",
        58,
        "The pages are served to this computer only.",
        "Phones cannot be paired yet, and an open port would let anybody start the platform.",
        "Leave the host at 127.0.0.1.",
        2,
    ),
    Fault(
        "already-running",
        59,
        "Another station runs on this data folder.",
        "It was started twice.",
        "Stop the other one, or choose another folder with `--data`.",
        5,
    ),
    Fault(
        "control-unreachable",
        60,
        "The control program does not answer.",
        "It is starting, or has stopped.",
        "Wait a few seconds. If it stays, restart the station.",
        5,
    ),
)
