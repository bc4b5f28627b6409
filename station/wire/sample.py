"""One sample: everything that one tick of the loop saw, decided and did.

One table of fields gives the layout in the live ring, the message in the recording, the columns of an export and the
documentation. The bytes are those of a ROS 1 message of the same fields (little endian, packed), so that a recording
holds the ring's own bytes and Foxglove or PlotJuggler plot them.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

_STRUCT_CODES = {
    "uint8": "B",
    "uint16": "H",
    "uint32": "I",
    "uint64": "Q",
    "int64": "q",
    "float32": "f",
    "float64": "d",
}


class Field(NamedTuple):
    """One field: its name (with the unit), its ROS 1 type and what it is."""

    name: str
    type: str
    meaning: str


class Sample(NamedTuple):
    """The fields of `FIELDS`, in its order. CoP is ML (x, right) and AP (y, forward) from the plate's centre."""

    seq: int
    t_ns: int
    lateness_us: float
    work_us: float
    front_left_v: float
    front_right_v: float
    back_right_v: float
    back_left_v: float
    front_left_n: float
    front_right_n: float
    back_right_n: float
    back_left_n: float
    force_n: float
    cop_ml_mm: float
    cop_ap_mm: float
    demand_hz: float
    demand_pp_mm: float
    output_hz: float
    output_pp_mm: float
    measured_hz: float
    peak_acceleration_g: float
    phase_left_s: float
    hold_s: float
    oldest_cell_ms: float
    front_left_age_ms: float
    front_right_age_ms: float
    back_right_age_ms: float
    back_left_age_ms: float
    session: int
    late_ticks: int
    missed_ticks: int
    repeated_samples: int
    trial: int
    trials: int
    trip: int
    front_left_status: int
    front_right_status: int
    back_right_status: int
    back_left_status: int
    phase: int
    arming: int
    stance: int
    inputs: int


FIELDS = (
    Field("seq", "uint64", "number of the tick since the control program started; a gap is a skipped tick"),
    Field("t_ns", "int64", "monotonic time at which the tick's reading began"),
    Field("lateness_us", "float32", "how long after its deadline the tick began"),
    Field("work_us", "float32", "how long the tick before this one computed"),
    Field("front_left_v", "float32", "voltage at the front left cell's converter"),
    Field("front_right_v", "float32", "voltage at the front right cell's converter"),
    Field("back_right_v", "float32", "voltage at the back right cell's converter"),
    Field("back_left_v", "float32", "voltage at the back left cell's converter"),
    Field("front_left_n", "float64", "calibrated force on the front left cell, unfiltered"),
    Field("front_right_n", "float64", "calibrated force on the front right cell, unfiltered"),
    Field("back_right_n", "float64", "calibrated force on the back right cell, unfiltered"),
    Field("back_left_n", "float64", "calibrated force on the back left cell, unfiltered"),
    Field("force_n", "float64", "vertical force, 10 Hz low-pass"),
    Field("cop_ml_mm", "float64", "live centre of pressure to the right, 10 Hz low-pass; NaN off the plate"),
    Field("cop_ap_mm", "float64", "live centre of pressure forward, 10 Hz low-pass; NaN off the plate"),
    Field("demand_hz", "float32", "vibration frequency that the drill asks for"),
    Field("demand_pp_mm", "float32", "peak-to-peak displacement that the drill asks for"),
    Field("output_hz", "float32", "frequency that safety permitted and the drive was given"),
    Field("output_pp_mm", "float32", "displacement that safety permitted and the drive was given"),
    Field("measured_hz", "float32", "frequency of the platform by its tach"),
    Field(
        "peak_acceleration_g",
        "float32",
        "peak plate acceleration, measured or else estimated from frequency and displacement",
    ),
    Field("phase_left_s", "float32", "time left in the drill's phase; NaN where it has no end"),
    Field("hold_s", "float32", "how long the trial has been held"),
    Field("oldest_cell_ms", "float32", "age of the oldest of the four voltages"),
    Field("front_left_age_ms", "float32", "from the middle of the front left cell's conversion to t_ns"),
    Field("front_right_age_ms", "float32", "the same of the front right cell"),
    Field("back_right_age_ms", "float32", "the same of the back right cell"),
    Field("back_left_age_ms", "float32", "the same of the back left cell"),
    Field("session", "uint32", "number of the session since the control program started; 0 between sessions"),
    Field("late_ticks", "uint32", "ticks that began over one period late, so far"),
    Field("missed_ticks", "uint32", "ticks that were skipped, so far"),
    Field("repeated_samples", "uint32", "readings of a cell that repeated the one before, so far"),
    Field("trial", "uint16", "number of the trial, from 1; 0 outside a drill"),
    Field("trials", "uint16", "how many trials the drill has"),
    Field("trip", "uint16", "number of the fault that holds the vibration off (docs/faults.md); 0 for none"),
    Field(
        "front_left_status",
        "uint8",
        "status of the front left cell (0 ok 1 repeated 2 saturated 3 open 4 no answer 5 stale 6 reset 7 bus stuck)",
    ),
    Field("front_right_status", "uint8", "status of the front right cell"),
    Field("back_right_status", "uint8", "status of the back right cell"),
    Field("back_left_status", "uint8", "status of the back left cell"),
    Field(
        "phase",
        "uint8",
        "phase of the drill (0 idle 1 get-on 2 settle 3 baseline 4 ramp-up 5 hold 6 ramp-down 7 rest 8 get-off 9 done)",
    ),
    Field("arming", "uint8", "0 disarmed 1 armed 2 tripped 3 stopped by the emergency stop 4 emergency stop released"),
    Field("stance", "uint8", "0 empty plate 1 somebody on it"),
    Field("inputs", "uint8", "bit 0 emergency-stop loop closed, bit 1 hand switch, bit 2 foot switch"),
)

LAYOUT = struct.Struct("<" + "".join(_STRUCT_CODES[field.type] for field in FIELDS))
SAMPLE_BYTES = LAYOUT.size
ROS1_SCHEMA = "".join(f"{field.type} {field.name}\n" for field in FIELDS)

LATER = frozenset(field.name for field in FIELDS if field.name.endswith("_age_ms"))
"""Fields that recordings of an earlier program do not have."""


def fields_of(schema: str) -> tuple[tuple[str, str], ...]:
    """Name and type of each field of a recording's samples, by the text of its schema, in the order of their bytes.

    Raises ValueError for what this program cannot read: a type that it does not know, or a field that is missing and
    not one of `LATER`.
    """
    found = tuple((name, kind) for kind, name in (line.split(" ") for line in schema.splitlines()))
    known = {field.name: field.type for field in FIELDS}
    if any(known.get(name, kind) != kind or kind not in _STRUCT_CODES for name, kind in found):
        raise ValueError("a field has another type")
    if missing := set(known) - LATER - {name for name, _ in found}:
        raise ValueError(f"there is no {min(missing)}")
    if tuple(name for name, _ in found[:2]) != ("seq", "t_ns"):
        raise ValueError("it does not begin with seq and t_ns")
    return found


def bytes_of(schema: str) -> int:
    """How many bytes a sample of this schema has. Raises ValueError as `fields_of`."""
    return struct.calcsize("<" + "".join(_STRUCT_CODES[kind] for _, kind in fields_of(schema)))


_make = Sample._make


def unpack(payload: bytes | bytearray | memoryview) -> Sample:
    """The sample in these `SAMPLE_BYTES` bytes."""
    return _make(LAYOUT.unpack(payload))
