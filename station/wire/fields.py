"""Fields of a message: their types, and what a schema in the words of ROS 1 says about the bytes.

The bytes are those of a ROS 1 message (little endian, packed). A field may be an array of a fixed length, `int16[10]`.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import NamedTuple


class Coded(NamedTuple):
    """How a ROS 1 type stands in the bytes: its code for `struct`, and for numpy."""

    struct: str
    numpy: str


TYPES = {
    "bool": Coded("?", "?"),
    "int8": Coded("b", "i1"),
    "uint8": Coded("B", "u1"),
    "int16": Coded("h", "<i2"),
    "uint16": Coded("H", "<u2"),
    "int32": Coded("i", "<i4"),
    "uint32": Coded("I", "<u4"),
    "int64": Coded("q", "<i8"),
    "uint64": Coded("Q", "<u8"),
    "float32": Coded("f", "<f4"),
    "float64": Coded("d", "<f8"),
}
"""Every type that a field of this or of a later program may have, alone or as an array: all of ROS 1 of one size."""
_ARRAY = re.compile(r"(\w+)\[([1-9]\d{0,3})\]")


class Spec(NamedTuple):
    """What the table says of a field beside its name."""

    type: str
    """A key of `TYPES`, or one with a length: `int16[10]`."""
    since: int = 1
    """Version of the layout that first had it."""
    absent: float | None = None
    """What it (of an array each) reads as in a recording of an earlier layout; None for what every layout has."""


class Field(NamedTuple):
    """One field: its name (with the unit), and what the table says of it (`Spec`)."""

    name: str
    type: str
    since: int
    absent: float | None


def coded(kind: str) -> Coded:
    """How a field of this type stands in the bytes. Raises KeyError for a type that is unknown."""
    found = _ARRAY.fullmatch(kind)
    if found is None:
        return TYPES[kind]
    one, count = TYPES[found[1]], found[2]
    return Coded(count + one.struct, f"({count},){one.numpy}")


def layout_of(kinds: Sequence[str]) -> struct.Struct:
    """The bytes of fields of these types. Raises KeyError for a type that is unknown."""
    return struct.Struct("<" + "".join(coded(kind).struct for kind in kinds))


def schema_of(fields: Sequence[Field]) -> str:
    """The ROS 1 message definition of these fields: how a recording says what its samples are."""
    return "".join(f"{field.type} {field.name}\n" for field in fields)


def fields_in(schema: str, fields: Sequence[Field]) -> tuple[tuple[str, str], ...]:
    """Name and type of each field of a recording's samples, by the text of its schema, in the order of their bytes.

    `fields` is the table of the program that reads. Fields that are not in it, as a later program records, are of a
    known size all the same and so can be skipped. Raises ValueError for what cannot be read: a type that is unknown, a
    field that has another type, is there twice, or is missing though every layout has it.
    """
    found = tuple((name, kind) for kind, name in (line.split(" ") for line in schema.splitlines()))
    known = {field.name: field.type for field in fields}
    names = [name for name, _ in found]
    if any(known.get(name, kind) != kind or not _is_known(kind) for name, kind in found):
        raise ValueError("a field has another type")
    if len(set(names)) != len(names):
        raise ValueError("a field is there twice")
    if missing := {field.name for field in fields if field.absent is None} - set(names):
        raise ValueError(f"there is no {min(missing)}")
    if names[:2] != ["seq", "t_ns"]:
        raise ValueError("it does not begin with seq and t_ns")
    return found


def _is_known(kind: str) -> bool:
    try:
        coded(kind)
    except KeyError:
        return False
    return True
