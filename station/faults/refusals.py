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
    Fault("screening-changed", 120, 5),
    Fault("nothing-to-mark", 121, 5),
    Fault("drill-locked", 122, 2),
    Fault("simulated-only", 123, 2),
    Fault("drill-untried", 124, 2),
    Fault("preview-running", 128, 5),
    Fault("order-forbids", 130, 2),
    Fault("order-lacking", 131, 2),
    Fault("order-unknown", 132, 4),
    Fault("order-not-there", 133, 2),
    Fault("training-ended", 134, 2),
    Fault("nothing-to-pause", 137, 5),
    Fault("paused-too-long", 138, 1),
)
