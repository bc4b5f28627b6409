"""Refusals: asked for, and not done."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault(
        "not-ready",
        30,
        "The station is not ready to start.",
        "A trip waits for its acknowledgement, or a drill runs.",
        "Read the message on the page; acknowledge or stop first.",
        5,
    ),
    Fault(
        "limit-exceeded",
        31,
        "The prescription is beyond a limit.",
        "A value is higher than the station allows.",
        "Lower the value that is named.",
        2,
    ),
    Fault(
        "recorder-not-ready",
        32,
        "Nothing can be recorded now, so nothing can be started.",
        "The disk is full, or the recorder is starting.",
        "Wait a few seconds; if it stays, free some disk space.",
        4,
    ),
    Fault(
        "bad-message",
        33,
        "A command to the control program made no sense.",
        "A program of another version sent it.",
        "Reload the page; restart the station.",
        2,
    ),
)
