"""One entry of the catalogue."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One entry. `what` happened, its likely `cause`, and what to do (`remedy`)."""

    code: str
    number: int
    """Never reused: it is stored in recordings and blinked by the beacon."""
    what: str
    cause: str
    remedy: str
    exit_code: int = 1
    """Of a command that ends with this fault: 2 wrong input, 3 hardware, 4 storage, 5 another station, 6 tripped."""
