"""One entry of the catalogue."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One entry, as data. What happened, its likely cause and what to do are texts: `fault.<code>.what`, `.cause`,
    `.remedy` of the catalogue of texts.
    """

    code: str
    """Never translated."""
    number: int
    """Never used again: it is stored in recordings and blinked by the beacon."""
    exit_code: int = 1
    """Of a command that ends with this fault: 2 wrong input, 3 hardware, 4 storage, 5 another station, 6 tripped."""
