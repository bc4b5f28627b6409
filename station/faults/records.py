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
        "records-older",
        106,
        "The records are an earlier program's, and have not been brought up to date yet.",
        "The station was updated, and its recorder has not run since.",
        "Start the station once (`station run`): it keeps a copy of the records and brings them up to date.",
        4,
    ),
    Fault(
        "records-busy",
        107,
        "The records are being written by another process.",
        "Another command is at work on them, or hangs.",
        "Try again in a few seconds; nothing was changed.",
        4,
    ),
    Fault(
        "patient-unknown",
        108,
        "There is no patient of that code.",
        "Nothing was ever recorded under it here, or it was corrected.",
        "Look the code up in the list of sessions.",
        2,
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
