"""The calibration of the plate."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault(
        "calibration-refused",
        65,
        "The calibration cannot go on like this.",
        "A weight is missing or in the wrong place, or a cell is at fault.",
        "Do what the message says and read again. Nothing has been stored or changed.",
        2,
    ),
    Fault(
        "calibration-invalid",
        66,
        "The calibration cannot be used.",
        "The file was changed or damaged, or is of another plate.",
        "Choose another with `station calibrate --use`, or calibrate again.",
        2,
    ),
    Fault(
        "calibration-unknown",
        67,
        "There is no such calibration.",
        "The plate was never calibrated here, or the name is mistyped.",
        "See `station calibrate --history`.",
        2,
    ),
)
