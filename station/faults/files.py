"""Files that people give or that the station writes: recordings, CSV files, drills, the disk."""

from __future__ import annotations

from station.faults.fault import Fault

ENTRIES: tuple[Fault, ...] = (
    Fault(
        "recording-unreadable",
        47,
        "The file is not a recording that the station can read.",
        "It is another kind of file, or was damaged.",
        "Give a .mcap recording or a .csv file of this station.",
        2,
    ),
    Fault(
        "recording-newer",
        105,
        "The recording was made by a newer program.",
        "The station was updated and then put back, or the file is from another station.",
        "Update the station, or read the file with the program that made it; it was left as it is.",
        2,
    ),
    Fault(
        "recording-truncated",
        48,
        "The recording ends in the middle.",
        "The power was cut while it was written.",
        "What is before the cut is whole and was used; nothing needs to be done.",
        0,
    ),
    Fault(
        "csv-columns",
        49,
        "The CSV file has other columns than expected.",
        "It is from another program.",
        "See `docs/recordings.md` for the column names.",
        2,
    ),
    Fault(
        "csv-value",
        50,
        "The CSV file holds a value that is not a finite number.",
        "A gap in the recording.",
        "Correct or cut the row that is named.",
        2,
    ),
    Fault(
        "csv-time",
        51,
        "The CSV file's times do not make sense.",
        "They are missing, or do not increase.",
        "Correct the row that is named, or give `--rate`.",
        2,
    ),
    Fault(
        "disk-full",
        53,
        "The disk is full.",
        "There is no space left for a recording.",
        "Free some space, or choose another folder with `--data`.",
        4,
    ),
    Fault(
        "data-folder",
        54,
        "The data folder cannot be written.",
        "It does not exist, or belongs to somebody else.",
        "Choose another with `--data`, or change its owner.",
        4,
    ),
    Fault("drill-unknown", 55, "There is no drill of that name.", "A typing error.", "See `station drill --list`.", 2),
    Fault(
        "drill-invalid",
        56,
        "The drill document is not valid.",
        "A key or a value in it is wrong.",
        "Correct the key that is named.",
        2,
    ),
    Fault(
        "replay-input",
        57,
        "The rig `replay` needs a recording to play.",
        "No file was given.",
        "Give one with `--input FILE`.",
        2,
    ),
    Fault(
        "measures-impossible",
        61,
        "The recording cannot carry these measures.",
        "It is too short, or has a gap, wrong units or times, or nobody stood on the plate.",
        "Look at the reason that is given, correct what it names, and record again.",
        2,
    ),
    Fault(
        "file-failed",
        68,
        "The program could not work on this file.",
        "A defect of the program, or the computer ran out of memory.",
        "Try the file alone; if it stays, tell who looks after the program, with the file.",
    ),
)
