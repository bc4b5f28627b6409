"""The records: sessions and their database."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault(
        "session-unknown",
        62,
        "There is no session of that name.",
        "It was never recorded here.",
        "Choose one from the list.",
        2,
    ),
    Fault(
        "records-newer",
        63,
        "The records were written by a newer program.",
        "The station was updated and then put back.",
        "Update the station again, or choose another folder with `--data`.",
        4,
    ),
    Fault(
        "records-unreadable",
        64,
        "The records' file is damaged.",
        "The disk failed, or the file is of another program.",
        "Put it aside and restore a backup, or choose another folder with `--data`.",
        4,
    ),
)
