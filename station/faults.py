"""The fault catalogue: everything that can be told to a person, once.

The same entry reaches the phone, the API, the log, the command line and `docs/faults.md`. `StationError` is what the
rooms of the station raise; hardware raises `hw.errors.HardwareError` with a code of this catalogue.
"""

from __future__ import annotations

from typing import NamedTuple

from station.hardware_faults import HARDWARE
from station.lock_faults import LOCKS


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


_ENTRIES = (
    # --- trips: the vibration was on or asked for, and had to go off -------------------------------------------
    Fault(
        "estop-open",
        1,
        "The emergency stop is pressed.",
        "Somebody pressed it, or a wire of its loop is broken.",
        "Make sure that the patient is safe, turn the red button to release it, then press Acknowledge.",
        6,
    ),
    Fault(
        "samples-stale",
        2,
        "The load cells stopped giving new values.",
        "A converter or the I2C bus has stopped.",
        "Help the patient off, then open the technician page and look which cell is named.",
        6,
    ),
    Fault(
        "cell-fault",
        3,
        "A load cell gives values that cannot be true.",
        "A cell is unplugged, overloaded or broken.",
        "Help the patient off, then open the technician page and check the cable of the cell that is named.",
        6,
    ),
    Fault(
        "load-loss",
        4,
        "The patient's weight left the plate while it vibrated.",
        "The patient stepped off or fell.",
        "See to the patient. Acknowledge when the patient is safe.",
        6,
    ),
    Fault(
        "frequency-off",
        5,
        "The platform does not run at the frequency that was asked for.",
        "The motor is stalled, blocked or unplugged, or its tach is.",
        "Look under the plate; run the self-test.",
        6,
    ),
    Fault(
        "acceleration-high",
        6,
        "The platform shakes harder than its limit.",
        "The plate is loose, or runs near its resonance.",
        "Do not use it; call the technician.",
        6,
    ),
    Fault(
        "bout-too-long",
        7,
        "The vibration reached the longest time that is allowed.",
        "The drill asks for more than the limit.",
        "Let the patient rest; shorten the hold.",
        6,
    ),
    Fault(
        "dose-used-up",
        8,
        "Today's vibration is used up for this patient.",
        "The day's limit has been reached.",
        "Go on without vibration, or tomorrow.",
        6,
    ),
    Fault(
        "deadline-missed",
        9,
        "The control loop came late several times in a row.",
        "The computer is overloaded or too hot.",
        "Stop other programs; open the technician page.",
        6,
    ),
    Fault(
        "drive-fault",
        10,
        "The vibration drive reports a fault.",
        "Its daemon, its driver or its wiring failed.",
        "Open the technician page; switch the drive's power off and on.",
        6,
    ),
    Fault(
        "recorder-lost",
        11,
        "The recorder does not keep up or has stopped.",
        "The disk is full or slow, or it crashed.",
        "It is restarted by itself. If this comes again, free some disk space.",
        6,
    ),
    Fault(
        "web-lost",
        12,
        "The connection between the pages and the control program was lost.",
        "The web program stopped.",
        "It is restarted by itself. Reload the page, acknowledge, and start again.",
        6,
    ),
    Fault(
        "presence-lost",
        98,
        "The drill was ended because the therapist's page was away for 30 s.",
        "The page was closed, the phone locked, or out of reach.",
        "See to the patient. Keep the page open and in sight while the plate shakes, and start again.",
        6,
    ),
    Fault(
        "unknown-state",
        13,
        "The station is in a state that it does not know.",
        "A defect of the program.",
        "Write down what you did; call the technician.",
        6,
    ),
    Fault(
        "cop-out-of-base",
        14,
        "The patient's weight went beyond the foot.",
        "The other foot came down, or a fall.",
        "See to the patient. Acknowledge when the patient is safe.",
        6,
    ),
    # --- refusals: asked for, and not done ----------------------------------------------------------------------
    Fault(
        "not-ready",
        30,
        "The station is not ready to start.",
        "A trip waits for its acknowledgement, or a drill runs.",
        "Read the message on the page; acknowledge or stop first.",
        5,
    ),
    Fault(
        "limit-exceeded",
        31,
        "The prescription is beyond a limit.",
        "A value is higher than the station allows.",
        "Lower the value that is named.",
        2,
    ),
    Fault(
        "recorder-not-ready",
        32,
        "Nothing can be recorded now, so nothing can be started.",
        "The disk is full, or the recorder is starting.",
        "Wait a few seconds; if it stays, free some disk space.",
        4,
    ),
    Fault(
        "bad-message",
        33,
        "A command to the control program made no sense.",
        "A program of another version sent it.",
        "Reload the page; restart the station.",
        2,
    ),
    # --- start-up and input ----------------------------------------------------------------------------------------
    Fault(
        "settings-invalid",
        40,
        "The settings file is not valid.",
        "A key or a value in it is wrong.",
        "Correct the key that is named; `station config --check` reads the file again.",
        2,
    ),
    Fault(
        "settings-missing",
        41,
        "The settings file does not exist.",
        "The path is wrong.",
        "Give the right path, or leave it out to use the defaults.",
        2,
    ),
    Fault(
        "rig-unknown",
        42,
        "There is no rig of that name.",
        "A typing error.",
        "Use one of: simulated, replay, pi, pi5.",
        2,
    ),
    Fault(
        "rig-unsupported",
        43,
        "This rig has no vibration drive yet.",
        "The drive for it is not written in this release.",
        "Run drills without vibration on it, or use the rig `simulated`.",
        3,
    ),
    Fault(
        "i2c-bus-missing",
        44,
        "There is no I2C bus.",
        "I2C is not switched on, or this is not a Raspberry Pi.",
        "Run `sudo raspi-config nonint do_i2c 0` and restart, or use the rig `simulated`.",
        3,
    ),
    Fault(
        "chip-no-answer",
        45,
        "A load-cell converter does not answer.",
        "It is not powered, not wired, or at another address.",
        "Check its cable and its address jumper; `i2cdetect -y 1` lists what answers.",
        3,
    ),
    Fault(
        "gpio-missing",
        46,
        "The pins of this computer cannot be used.",
        "Not a Raspberry Pi, or no permission.",
        "Add the user to the group `gpio`, or use the rig `simulated`.",
        3,
    ),
    Fault(
        "recording-unreadable",
        47,
        "The file is not a recording that the station can read.",
        "It is another kind of file, or was damaged.",
        "Give a .mcap recording or a .csv file of this station.",
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
        "port-in-use",
        52,
        "The port is in use.",
        "Another program, or another station, uses it.",
        "Choose another with `--port`, or stop the other program.",
        5,
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
        "not-loopback",
        58,
        "The pages are served to this computer only.",
        "Phones cannot be paired yet, and an open port would let anybody start the platform.",
        "Leave the host at 127.0.0.1.",
        2,
    ),
    Fault(
        "already-running",
        59,
        "Another station runs on this data folder.",
        "It was started twice.",
        "Stop the other one, or choose another folder with `--data`.",
        5,
    ),
    Fault(
        "control-unreachable",
        60,
        "The control program does not answer.",
        "It is starting, or has stopped.",
        "Wait a few seconds. If it stays, restart the station.",
        5,
    ),
    Fault(
        "measures-impossible",
        61,
        "The recording cannot carry these measures.",
        "It is too short, or has a gap, wrong units or times, or nobody stood on the plate.",
        "Look at the reason that is given, mend what it names, and record again.",
        2,
    ),
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
    Fault(
        "calibration-refused",
        65,
        "The calibration cannot go on like this.",
        "A weight is missing or in the wrong place, or a cell is at fault.",
        "Do what the message says and read again. Nothing has been stored or changed.",
        2,
    ),
    Fault(
        "calibration-invalid",
        66,
        "The calibration cannot be used.",
        "The file was changed or damaged, or is of another plate.",
        "Choose another with `station calibrate --use`, or calibrate again.",
        2,
    ),
    Fault(
        "calibration-unknown",
        67,
        "There is no such calibration.",
        "The plate was never calibrated here, or the name is mistyped.",
        "See `station calibrate --history`.",
        2,
    ),
    Fault(
        "file-failed",
        68,
        "The program could not work on this file.",
        "A defect of the program, or the computer ran out of memory.",
        "Try the file alone; if it stays, tell who looks after the program, with the file.",
    ),
    *(Fault(*entry) for entry in (*HARDWARE, *LOCKS)),
    # --- the pages and the API ------------------------------------------------------------------------------------
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

CATALOGUE: dict[str, Fault] = {entry.code: entry for entry in _ENTRIES}
BY_NUMBER: dict[int, Fault] = {entry.number: entry for entry in _ENTRIES}


class StationError(Exception):
    """A fault of the catalogue at one place. Subclass with the builtin that a caller would expect beside it.

    `where` names the file, key, port or device; `detail` says what was seen there.
    """

    def __init__(self, code: str, where: str = "", detail: str = "") -> None:
        self.fault = CATALOGUE[code]
        self.code = code
        self.where = where
        self.detail = detail
        super().__init__(str(self))

    def __str__(self) -> str:
        """What, where, what to do: one line a person can act on."""
        place = f" {self.where}:" if self.where else ""
        detail = f" {self.detail}" if self.detail else ""
        return f"{self.fault.what}{place}{detail} {self.fault.remedy}"


class InputError(StationError, ValueError):
    """What a person or a file gave is wrong."""


class StorageError(StationError, OSError):
    """The disk, a folder or a file refuses."""
