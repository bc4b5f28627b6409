"""The pages and the API."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault("lease-held", 70, 5),
    Fault("input-invalid", 71, 2),
    Fault("wrong-origin", 72, 2),
    Fault("page-unknown", 73, 2),
    Fault("method-unknown", 74, 2),
    Fault("too-large", 75, 2),
    Fault("internal-error", 76),
)
