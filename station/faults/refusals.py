"""Refusals: asked for, and not done."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("not-ready", 30, 5),
    Fault("limit-exceeded", 31, 2),
    Fault("recorder-not-ready", 32, 4),
    Fault("bad-message", 33, 2),
    Fault("not-trusted", 35, 2),
    Fault("start-stale", 36, 5),
    Fault("start-differs", 37, 5),
    Fault("dose-not-committed", 114, 4),
    Fault("screening-lacking", 116, 2),
    Fault("screening-locked", 117, 2),
)
