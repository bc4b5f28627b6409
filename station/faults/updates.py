"""Taking another release, and going back to the one before."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("update-untrusted", 225, 2),
    Fault("update-damaged", 226, 2),
    Fault("update-older", 227, 2),
    Fault("update-busy", 228, 5),
    Fault("update-not-here", 229, 2),
    Fault("update-failed", 230),
    Fault("update-none", 231, 2),
    Fault("tryout-failed", 232),
    Fault("update-piece", 233, 2),
    Fault("update-unreached", 234),
)
