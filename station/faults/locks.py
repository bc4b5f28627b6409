"""What locks the station: named by the start-up test and the contacts."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault(
        "start-test-running",
        80,
        "The start-up test has not passed yet.",
        "The station has just started: relays, emergency stop and sensors are being tested.",
        "Wait two seconds.",
        5,
    ),
    Fault(
        "pwm-missing",
        27,
        "The kernel's PWM cannot be used.",
        "Its overlay is not loaded, or this user may not write to it.",
        "Add dtoverlay=pwm-2chan to /boot/firmware/config.txt and restart; `station doctor` says what is missing.",
        3,
    ),
    Fault(
        "guard-missing",
        28,
        "The process that guards the motor does not start.",
        "It cannot use the kernel's PWM or a pin; the log has its message.",
        "Run `station doctor`, then restart the station.",
        3,
    ),
    Fault(
        "plate-not-empty",
        81,
        "The start-up test waits for an empty plate.",
        "Somebody or something is on the plate.",
        "Empty the plate; the test goes on by itself. If it is empty, calibrate the cells.",
        5,
    ),
    Fault(
        "relay-welded",
        82,
        "A relay of the motor's supply does not open.",
        "Its contacts are welded, or the wire of its mirror contact is broken.",
        "Do not use the station. Switch the motor's supply off by its main switch and call the technician.",
        6,
    ),
    Fault(
        "relay-dead",
        83,
        "A relay of the motor's supply does not close.",
        "Its coil or its wire is broken, its mirror contact is shorted, or the 24 V are missing.",
        "Check the 24 V supply and the wires of the relay that is named (docs/wiring.md), then restart the station.",
        6,
    ),
    Fault(
        "relay-crossed",
        84,
        "One relay moves when the other is ordered to.",
        "The wires of K1 and K2 are swapped.",
        "Correct the wires by docs/wiring.md, then restart the station.",
        6,
    ),
    Fault(
        "heartbeat-stuck",
        85,
        "The hardware one-shot permits motion without a heartbeat.",
        "The one-shot or its wire has failed: nothing would stop the motor if the program died.",
        "Do not use the station. Replace the one-shot (docs/wiring.md), then restart the station.",
        6,
    ),
    Fault(
        "heartbeat-dead",
        86,
        "The hardware one-shot does not permit motion although it is fed.",
        "The one-shot, the heartbeat's wire or channel B of the emergency stop has failed.",
        "Check the one-shot and its wires by docs/wiring.md, then restart the station.",
        6,
    ),
    Fault(
        "estop-discrepancy",
        87,
        "The two channels of the emergency stop disagree.",
        "A wire of one channel is broken or shorted, or a contact is welded.",
        "Press the red button fully and release it. If this comes back, do not use the station: call the technician.",
        6,
    ),
    Fault(
        "plate-moves",
        88,
        "The platform moves although nobody asks for it.",
        "The motor driver has failed, or the plate was knocked during the start-up test.",
        (
            "Keep off the plate and restart the station. If this comes back, switch the motor's supply off "
            "and call the technician."
        ),
        6,
    ),
    Fault(
        "cell-dead",
        89,
        "A load cell does not live.",
        "Its cable, its amplifier or its converter has failed.",
        "Check the cable of the cell that is named, then restart the station.",
        3,
    ),
    Fault(
        "cells-identical",
        77,
        "Two load cells give the same voltages.",
        "They are wired to one amplifier, or a cable is plugged in twice.",
        "Check the cables of the two cells that are named, then restart the station.",
        3,
    ),
    Fault(
        "cell-zero",
        78,
        "A load cell is not at zero on the empty plate.",
        "Something leans on the plate, or the cell was overloaded.",
        "Free the plate and restart the station; if this comes back, calibrate or replace the cell that is named.",
        3,
    ),
    Fault(
        "accelerometer-dead",
        79,
        "The plate's accelerometer does not live.",
        "Its cable is loose, or it is not powered.",
        "Check its cable, then restart the station.",
        3,
    ),
)
