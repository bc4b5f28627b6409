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
    PAIR_BUTTON = 8


class Sample(NamedTuple):
    """The table of fields, in the order of their bytes.

    CoP is ML (x, right) and AP (y, forward) from the plate's centre. What each field means is `sample.<name>` in the
    catalogue of texts.
    """

    seq: Annotated[int, Spec("uint64")]
    t_ns: Annotated[int, Spec("int64")]
    lateness_us: Annotated[float, Spec("float32")]
    work_us: Annotated[float, Spec("float32")]
    front_left_v: Annotated[float, Spec("float32")]
    front_right_v: Annotated[float, Spec("float32")]
    back_right_v: Annotated[float, Spec("float32")]
    back_left_v: Annotated[float, Spec("float32")]
    front_left_n: Annotated[float, Spec("float64")]
    front_right_n: Annotated[float, Spec("float64")]
    back_right_n: Annotated[float, Spec("float64")]
    back_left_n: Annotated[float, Spec("float64")]
    force_n: Annotated[float, Spec("float64")]
    cop_ml_mm: Annotated[float, Spec("float64")]
    cop_ap_mm: Annotated[float, Spec("float64")]
    demand_hz: Annotated[float, Spec("float32")]
    demand_pp_mm: Annotated[float, Spec("float32")]
    output_hz: Annotated[float, Spec("float32")]
    output_pp_mm: Annotated[float, Spec("float32")]
    measured_hz: Annotated[float, Spec("float32")]
    peak_acceleration_g: Annotated[float, Spec("float32")]
    phase_left_s: Annotated[float, Spec("float32")]
    hold_s: Annotated[float, Spec("float32")]
    oldest_cell_ms: Annotated[float, Spec("float32")]
    front_left_age_ms: Annotated[float, Spec("float32", since=2, absent=math.nan)]
    front_right_age_ms: Annotated[float, Spec("float32", since=2, absent=math.nan)]
    back_right_age_ms: Annotated[float, Spec("float32", since=2, absent=math.nan)]
    back_left_age_ms: Annotated[float, Spec("float32", since=2, absent=math.nan)]
    session: Annotated[int, Spec("uint32")]
    late_ticks: Annotated[int, Spec("uint32")]
    missed_ticks: Annotated[int, Spec("uint32")]
    repeated_samples: Annotated[int, Spec("uint32")]
    trial: Annotated[int, Spec("uint16")]
    trials: Annotated[int, Spec("uint16")]
    trip: Annotated[int, Spec("uint16")]
    front_left_status: Annotated[int, Spec("uint8")]
    front_right_status: Annotated[int, Spec("uint8")]
    back_right_status: Annotated[int, Spec("uint8")]
    back_left_status: Annotated[int, Spec("uint8")]
    phase: Annotated[int, Spec("uint8")]
    arming: Annotated[int, Spec("uint8")]
    stance: Annotated[int, Spec("uint8")]
    inputs: Annotated[int, Spec("uint8")]
    leg: Annotated[int, Spec("uint8", since=4, absent=0)] = 0
    """Of the trial that runs, by `drills.values.LEG_NUMBERS`; 0 where no drill does."""
    mark: Annotated[int, Spec("uint8", since=5, absent=0)] = 0
    """What the therapist marked at this tick, by `drills.values.Mark`."""
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


def place_of(schema: str, name: str) -> int:
    """How many bytes of a sample of this schema stand before this field. Raises ValueError as `fields_of`."""
    had = fields_of(schema)
    return layout_of([kind for _, kind in had[: [field for field, _ in had].index(name)]]).size


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
