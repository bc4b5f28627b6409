"""The pages and the API."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault(
        "lease-held",
        70,
        "Another phone controls the station.",
        "Somebody else started, or took control.",
        "Ask them, or press Take control and confirm.",
        5,
    ),
    Fault(
        "input-invalid",
        71,
        "The request holds a value that cannot be used.",
        "A field is empty or out of its range.",
        "Correct the field that is named.",
        2,
    ),
    Fault(
        "wrong-origin",
        72,
        "The request came from a page that is not the station's.",
        "A link or a web site of somebody else.",
        "Open the station's own page, at the address that it prints.",
        2,
    ),
    Fault("page-unknown", 73, "There is no such page.", "A typing error, or an old link.", "Go to the first page.", 2),
    Fault(
        "method-unknown",
        74,
        "The address does not take that kind of request.",
        "A program made a mistake.",
        "See docs/api.md.",
        2,
    ),
    Fault("too-large", 75, "The request is too large.", "A program made a mistake.", "See docs/api.md.", 2),
    Fault(
        "internal-error",
        76,
        "The web program made a mistake.",
        "A defect of the program.",
        "Try again; if it stays, restart the station and tell the technician.",
    ),
)
