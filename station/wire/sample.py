"""One sample: everything that one tick of the loop saw, decided and did.

One table of fields, the class `Sample`, gives the layout in the live ring, the message in the recording, the columns of
an export and the documentation. The bytes are those of a ROS 1 message of the same fields (little endian, packed), so
that a recording holds the ring's own bytes and Foxglove or PlotJuggler plot them.

A field may be added anywhere in the table, with `since` one above the highest and what its absence reads as; none is
ever taken away, renamed or given another type (docs/decisions/0015).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from enum import IntFlag
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, NamedTuple, get_type_hints

from station.wire.fields import Field, Spec, coded, fields_in, layout_of, schema_of
from station.wire.scene import NO_SCENE_BYTES, SCENE_FIELDS


class Inputs(IntFlag):
    """The bits of `Sample.inputs`."""

    ESTOP_CLOSED = 1
    HAND_SWITCH = 2
    FOOT_SWITCH = 4


_INPUTS = {
    Inputs.ESTOP_CLOSED: "emergency-stop loop closed",
    Inputs.HAND_SWITCH: "hand switch",
    Inputs.FOOT_SWITCH: "foot switch",
}
_MEANING_OF_INPUTS = ", ".join(f"bit {bit.bit_length() - 1} {meaning}" for bit, meaning in _INPUTS.items())
_CELL_STATUS = (
    "status of the front left cell (0 ok 1 repeated 2 saturated 3 open 4 no answer 5 stale 6 reset 7 bus stuck)"
)
_PHASE = "phase of the drill (0 idle 1 get-on 2 settle 3 baseline 4 ramp-up 5 hold 6 ramp-down 7 rest 8 get-off 9 done)"


class Sample(NamedTuple):
    """The table of fields, in the order of their bytes.

    CoP is ML (x, right) and AP (y, forward) from the plate's centre.
    """

    seq: Annotated[int, Spec("uint64", "number of the tick since the control program started; a gap is a skipped tick")]
    t_ns: Annotated[int, Spec("int64", "monotonic time at which the tick's reading began")]
    lateness_us: Annotated[float, Spec("float32", "how long after its deadline the tick began")]
    work_us: Annotated[float, Spec("float32", "how long the tick before this one computed")]
    front_left_v: Annotated[float, Spec("float32", "voltage at the front left cell's converter")]
    front_right_v: Annotated[float, Spec("float32", "voltage at the front right cell's converter")]
    back_right_v: Annotated[float, Spec("float32", "voltage at the back right cell's converter")]
    back_left_v: Annotated[float, Spec("float32", "voltage at the back left cell's converter")]
    front_left_n: Annotated[float, Spec("float64", "calibrated force on the front left cell, unfiltered")]
    front_right_n: Annotated[float, Spec("float64", "calibrated force on the front right cell, unfiltered")]
    back_right_n: Annotated[float, Spec("float64", "calibrated force on the back right cell, unfiltered")]
    back_left_n: Annotated[float, Spec("float64", "calibrated force on the back left cell, unfiltered")]
    force_n: Annotated[float, Spec("float64", "vertical force, 10 Hz low-pass")]
    cop_ml_mm: Annotated[
        float, Spec("float64", "live centre of pressure to the right, 10 Hz low-pass; NaN off the plate")
    ]
    cop_ap_mm: Annotated[float, Spec("float64", "live centre of pressure forward, 10 Hz low-pass; NaN off the plate")]
    demand_hz: Annotated[float, Spec("float32", "vibration frequency that the drill asks for")]
    demand_pp_mm: Annotated[float, Spec("float32", "peak-to-peak displacement that the drill asks for")]
    output_hz: Annotated[float, Spec("float32", "frequency that safety permitted and the drive was given")]
    output_pp_mm: Annotated[float, Spec("float32", "displacement that safety permitted and the drive was given")]
    measured_hz: Annotated[float, Spec("float32", "frequency of the platform by its tach")]
    peak_acceleration_g: Annotated[
        float, Spec("float32", "peak plate acceleration, measured or else estimated from frequency and displacement")
    ]
    phase_left_s: Annotated[float, Spec("float32", "time left in the drill's phase; NaN where it has no end")]
    hold_s: Annotated[float, Spec("float32", "how long the trial has been held")]
    oldest_cell_ms: Annotated[float, Spec("float32", "age of the oldest of the four voltages")]
    front_left_age_ms: Annotated[
        float, Spec("float32", "from the middle of the front left cell's conversion to t_ns", since=2, absent=math.nan)
    ]
    front_right_age_ms: Annotated[float, Spec("float32", "the same of the front right cell", since=2, absent=math.nan)]
    back_right_age_ms: Annotated[float, Spec("float32", "the same of the back right cell", since=2, absent=math.nan)]
    back_left_age_ms: Annotated[float, Spec("float32", "the same of the back left cell", since=2, absent=math.nan)]
    session: Annotated[
        int, Spec("uint32", "number of the session since the control program started; 0 between sessions")
    ]
    late_ticks: Annotated[int, Spec("uint32", "ticks that began over one period late, so far")]
    missed_ticks: Annotated[int, Spec("uint32", "ticks that were skipped, so far")]
    repeated_samples: Annotated[int, Spec("uint32", "readings of a cell that repeated the one before, so far")]
    trial: Annotated[int, Spec("uint16", "number of the trial, from 1; 0 outside a drill")]
    trials: Annotated[int, Spec("uint16", "how many trials the drill has")]
    trip: Annotated[
        int, Spec("uint16", "number of the fault that holds the vibration off (docs/faults.md); 0 for none")
    ]
    front_left_status: Annotated[int, Spec("uint8", _CELL_STATUS)]
    front_right_status: Annotated[int, Spec("uint8", "status of the front right cell")]
    back_right_status: Annotated[int, Spec("uint8", "status of the back right cell")]
    back_left_status: Annotated[int, Spec("uint8", "status of the back left cell")]
    phase: Annotated[int, Spec("uint8", _PHASE)]
    arming: Annotated[
        int, Spec("uint8", "0 disarmed 1 armed 2 tripped 3 stopped by the emergency stop 4 emergency stop released")
    ]
    stance: Annotated[int, Spec("uint8", "0 empty plate 1 somebody on it")]
    inputs: Annotated[int, Spec("uint8", _MEANING_OF_INPUTS)]
    scene: Annotated[bytes, SCENE_FIELDS] = NO_SCENE_BYTES
    """What the patient's screen showed: a block of fields, which only who wants them unpacks (`unpack_scene`)."""


_SPECS = {name: hint.__metadata__[0] for name, hint in get_type_hints(Sample, include_extras=True).items()}


def _table() -> Iterator[Field]:
    for name, spec in _SPECS.items():
        if isinstance(spec, Spec):
            yield Field(name, *spec)
        else:
            yield from spec


FIELDS = tuple(_table())
LAYOUT_VERSION = max(field.since for field in FIELDS)
LAYOUT = struct.Struct(
    "<"
    + "".join(
        coded(spec.type).struct if isinstance(spec, Spec) else f"{layout_of([field.type for field in spec]).size}s"
        for spec in _SPECS.values()
    )
)
"""One value for each field of `Sample`."""
SAMPLE_BYTES = LAYOUT.size


ROS1_SCHEMA = schema_of(FIELDS)


def fields_of(schema: str, fields: Sequence[Field] = FIELDS) -> tuple[tuple[str, str], ...]:
    """Name and type of each field of a recording's samples, in the order of their bytes; `fields` is the table of the
    program that reads. Raises ValueError as `station.wire.fields.fields_in`.
    """
    return fields_in(schema, fields)


def bytes_of(schema: str) -> int:
    """How many bytes a sample of this schema has. Raises ValueError as `fields_of`."""
    return layout_of([kind for _, kind in fields_of(schema)]).size


class Draft:
    """A sample that is being filled in, by the names of its fields. Another name raises AttributeError."""

    # Attributes and not keywords: 44 keywords would cost a tick 3 us, these cost it 1 us.
    __slots__ = Sample._fields

    if TYPE_CHECKING:

        def __setattr__(self, name: str, value: float | bytes) -> None: ...


_in_order = attrgetter(*Sample._fields)
_pack = LAYOUT.pack
_make = Sample._make


def pack(draft: Draft | Sample) -> bytes:
    """The `SAMPLE_BYTES` bytes of a sample. Raises AttributeError for a field that was not filled in, struct.error for
    a value that its type cannot hold.
    """
    return _pack(*_in_order(draft))


def unpack(payload: bytes | bytearray | memoryview) -> Sample:
    """The sample in these `SAMPLE_BYTES` bytes."""
    return _make(LAYOUT.unpack(payload))
