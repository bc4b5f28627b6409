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
    Fault("not-paired", 160, 2),
    Fault("not-allowed", 161, 2),
    Fault("only-here", 162, 2),
    Fault("names-in-the-open", 163, 2),
    Fault("no-door", 164, 2),
    Fault("pin-due", 165, 2),
    Fault("pin-wrong", 166, 2),
    Fault("pin-wait", 167, 2),
    Fault("pin-weak", 168, 2),
    Fault("pin-unset", 169, 2),
    Fault("pairing-over", 170, 2),
    Fault("phones-shut", 171, 2),
    Fault("phone-unknown", 172, 2),
    Fault("asks-too-often", 173, 2),
    Fault("network-key-kept", 250),
    Fault("network-none", 251, 2),
    Fault("changed-meanwhile", 252, 2),
    Fault("retention-not-due", 253, 2),
    Fault("practice-file", 200, 2),
    Fault("practice-busy", 290, 5),
    Fault("person-known", 202, 2),
    Fault("person-unknown", 203, 2),
    Fault("practice-folder", 201, 4),
    Fault("drill-runs", 215, 5),
    Fault("errand-runs", 216, 5),
    Fault("errand-failed", 217),
    Fault("door-uncertified", 218, 2),
    Fault("clock-not-set", 219, 5),
)
