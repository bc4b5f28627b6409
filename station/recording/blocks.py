"""Samples of consecutive ticks as one message of columns: a fourth of the bytes, and still plain values by a schema.

A row of a sample spends most of its bytes on noise that is written twice (volts and newtons) or in a type that hides
how little there is of it (a code of 16 bits as a float). A block has an array for each field. What follows from others
bit for bit is left out, and a field that does not change stands once. The live point, which follows from no other
field, is kept in 16 significant bits of a float32; every other bit of a sample comes back. Nothing here needs numpy:
the recorder uses it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from math import frexp, isfinite, ldexp
from typing import Any, NamedTuple

from drills.units import NS_PER_S
from hw.values import CELL_NAMES, CellCalibration, Four
from station.sensing.calibration import Calibrator
from station.wire.fields import coded, fields_in, layout_of
from station.wire.sample import FIELDS, ROS1_SCHEMA, SAMPLE_BYTES

_LIVE = ("force_n", "cop_ml_mm", "cop_ap_mm")
_NEWTONS = tuple(f"{name}_n" for name in CELL_NAMES)
_VOLTS = tuple(f"{name}_v" for name in CELL_NAMES)
_AGES = tuple(f"{name}_age_ms" for name in CELL_NAMES)
_SCALED = {"work_us": ("work_ns", 1e-3), **{f"{name}_age_ms": (f"{name}_age_ns", 1e-6) for name in CELL_NAMES}}
"""Fields that were whole nanoseconds, under which name they stand in a block, and by what they were multiplied."""
_OWN = frozenset({"seq", "t_ns", "oldest_cell_ms", *_LIVE, *_NEWTONS, *_VOLTS, *_SCALED})
"""Fields that stand in a block under another name or in another type, or not at all."""
_CLOCKS = {"lateness_us": "deadline_ns", "phase_left_s": "phase_ends_ns", "hold_s": "held_since_ns"}
"""Fields that a fixed moment and the time say, in most blocks, and the field of the moment."""
_STEPS_V = tuple(scale / 32768.0 for scale in (6.144, 4.096, 2.048, 1.024, 0.512, 0.256))
"""Volts of one step of a converter of 16 bits, in each of its ranges."""
MOST_ROWS = 1000
"""In one block."""
_NO_NUMBER = 0x7F80_0000
"""The exponent of a float32 that is infinite, or nothing."""
_ARRAY = re.compile(r"(\w+)\[\]")
_COUNT = struct.Struct("<I")

_SPREAD = {
    "t_step_ns": "uint16",
    "work_ns": "uint16",
    **{f"{name}_step": "uint8" for name in CELL_NAMES},
    **{f"{name}_age_ns": "uint16" for name in CELL_NAMES},
}
"""Whole numbers near to each other: the least of them, and how far each is above it, in a low part of this type and in
a high part, which seldom changes."""
_UNITS = {"uint8": 1 << 8, "uint16": 1 << 16}
_HEAD = (
    ("uint32", "rows"),
    ("uint32", "rows_crc32"),
    ("uint64", "first_seq"),
    ("int64", "first_t_ns"),
    ("uint32", "period_ns"),
    ("float64", "volts_per_step"),
    *(("int32", f"{name}_first") for name in CELL_NAMES),
    *(("int64", f"{name}_from") for name in _SPREAD),
)
_RULES = """\
# len(array) == 1: all(rows)
# X = X_from + 65536 * X_high + X_low; X_step = X_step_from + 256 * X_step_high + X_step_low
# seq = first_seq + sum(seq_step[1:])
# t_ns = first_t_ns + sum(t_step_ns)
# volts = (first + sum(step)) * volts_per_step
# newtons = matrix @ (span * (volts - zero))
# len(work_us) == 0: work_us = work_ns / 1e3
# len(age_ms) == 0: age_ms = age_ns / 1e6
# oldest_cell_ms = max(age_ms)
# len(lateness_us) == 0: lateness_us = (t_ns - deadline_ns) % period_ns / 1e3
# len(phase_left_s) == 0: phase_left_s = (phase_ends_ns - t_ns) / 1e9
# len(hold_s) == 0: hold_s = (t_ns - held_since_ns) / 1e9
# rows_crc32 = crc32(Sample[])
"""
"""How the samples follow from a block, in formulas: the first lines of its schema."""


def _own_columns() -> list[tuple[str, str]]:
    return [
        *(("int64[]", moment) for moment in _CLOCKS.values()),
        ("uint32[]", "seq_step"),
        *(("uint16[]", f"{name}_high") for name in _SPREAD),
        *((f"{low}[]", f"{name}_low") for name, low in _SPREAD.items()),
        *(("float32[]", name) for name in (*_LIVE, *_SCALED)),
    ]


def _columns() -> list[tuple[str, str]]:
    others = [(f"{_one(field.type)}[]", field.name) for field in FIELDS if field.name not in _OWN]
    return [*_own_columns(), *others]


def _one(kind: str) -> str:
    """The type of one element of a field."""
    return kind.split("[", maxsplit=1)[0]


_COLUMNS = _columns()
BLOCK_SCHEMA = _RULES + "".join(f"{kind} {name}\n" for kind, name in (*_HEAD, *_COLUMNS))
"""The ROS 1 message definition of a block."""


class _Place(NamedTuple):
    """Where a field stands in a row."""

    name: str
    type: str
    at: int
    size: int


def _places(schema: str) -> list[_Place]:
    """Of each field of rows of this schema. Raises ValueError for a schema that cannot be read."""
    places, at = [], 0
    for name, kind in fields_in(schema, FIELDS):
        size = layout_of([kind]).size
        places.append(_Place(name, kind, at, size))
        at += size
    return places


_PLACES = {place.name: place for place in _places(ROS1_SCHEMA)}


class Packer:
    """Makes blocks of samples of this program's layout, for a plate of this calibration at this rate."""

    def __init__(self, calibration: CellCalibration, rate_hz: float) -> None:
        self._unpacker = Unpacker(BLOCK_SCHEMA, ROS1_SCHEMA, calibration)
        self._period_ns = round(NS_PER_S / rate_hz)
        self._volts_per_step = _STEPS_V[0]

    def packed(self, rows: Sequence[bytes]) -> bytes | None:
        """The message for these samples; None where they cannot be had back from it, as those of a cell without volts.
        What is tried is unpacked again and compared.
        """
        joined = bytearray().join(rows)
        try:
            _round_live(joined, len(rows))
            message = self._pack(joined, len(rows))
            back = None if message is None else self._unpacker.rows(message)
        except (struct.error, OverflowError, ValueError):
            return None
        return message if back == joined else None

    def _pack(self, rows: bytearray, count: int) -> bytes | None:
        seqs, t_ns = _values(rows, count, "seq"), _values(rows, count, "t_ns")
        codes = self._codes([_values(rows, count, name) for name in _VOLTS])
        if codes is None:
            return None
        columns: dict[str, bytes] = dict.fromkeys((*_CLOCKS.values(), *_SCALED), b"")
        seq_steps = struct.pack(f"<{count}I", 1, *(after - before for before, after in pairwise(seqs)))
        columns["seq_step"] = _once(seq_steps, count)
        whole = {"t_step_ns": _differences(t_ns)}
        for name, its in zip(CELL_NAMES, codes, strict=True):
            whole[f"{name}_step"] = _differences(its)
        for name, (scaled, factor) in _SCALED.items():
            exact = _cut(rows, _PLACES[name])
            whole[scaled] = [round(value / factor) for value in _values(rows, count, name)]
            if _floats(value * factor for value in whole[scaled]) != exact:
                whole[scaled], columns[name] = [0] * count, exact
        for name, low in _SPREAD.items():
            columns |= _spread(name, low, whole[name])
        for name in _LIVE:
            columns[name] = struct.pack(f"<{count}f", *_values(rows, count, name))
        for _, name in _COLUMNS:
            if name not in columns:
                columns[name] = _once(_cut(rows, _PLACES[name]), count)
                moment = self._moment(name, columns[name], t_ns) if name in _CLOCKS else None
                if moment is not None:
                    columns[name], columns[_CLOCKS[name]] = b"", struct.pack("<q", moment)
        head = layout_of([kind for kind, _ in _HEAD]).pack(
            count,
            zlib.crc32(rows),
            seqs[0],
            t_ns[0],
            self._period_ns,
            self._volts_per_step,
            *(its[0] for its in codes),
            *(min(whole[name]) for name in _SPREAD),
        )
        parts = [head]
        for kind, name in _COLUMNS:
            parts += (_COUNT.pack(len(columns[name]) // layout_of([kind[:-2]]).size), columns[name])
        return b"".join(parts)

    def _codes(self, volts: list[tuple[float, ...]]) -> list[list[int]] | None:
        """Each cell's volts as whole steps of a converter."""
        exact = [struct.pack(f"<{len(of_cell)}f", *of_cell) for of_cell in volts]
        for per_step in (self._volts_per_step, *_STEPS_V):
            codes = [[round(volt / per_step) for volt in of_cell] for of_cell in volts]
            if [_floats(code * per_step for code in its) for its in codes] == exact:
                self._volts_per_step = per_step
                return codes
        return None

    def _moment(self, name: str, column: bytes, t_ns: Sequence[int]) -> int | None:
        """The moment by which the time says this column; None where there is none."""
        if len(column) != 4 * len(t_ns):
            return None
        values = struct.unpack(f"<{len(t_ns)}f", column)
        if not all(map(isfinite, values)):
            return None
        if name == "lateness_us":
            moment = t_ns[0] - round(values[0] * 1e3)
        else:
            sign = 1 if name == "phase_left_s" else -1
            low = max(sign * now + (value - _half_ulp(value)) * 1e9 for now, value in zip(t_ns, values, strict=True))
            high = min(sign * now + (value + _half_ulp(value)) * 1e9 for now, value in zip(t_ns, values, strict=True))
            moment = sign * round((low + high) / 2)
        return moment if _by_clock(name, moment, self._period_ns, t_ns) == column else None


class Unpacker:
    """Makes samples of blocks, by the schemas that a recording has of both and a calibration."""

    def __init__(self, block_schema: str, row_schema: str, calibration: CellCalibration) -> None:
        """Raises ValueError where samples of this schema cannot be had from such blocks."""
        lines = [line.split(" ") for line in block_schema.splitlines() if not line.startswith("#")]
        scalars = [(kind, name) for kind, name in lines if not kind.endswith("[]")]
        self._arrays = [(coded(found[1]).struct, name) for kind, name in lines if (found := _ARRAY.fullmatch(kind))]
        if [kind for kind, _ in lines[: len(scalars)]] != [kind for kind, _ in scalars]:
            raise ValueError("a block has its arrays behind its numbers")
        try:
            self._head = layout_of([kind for kind, _ in scalars])
        except KeyError as problem:
            raise ValueError(f"there is no type {problem}") from problem
        self._scalars = [name for _, name in scalars]
        self._places = _places(row_schema)
        self._row_bytes = sum(place.size for place in self._places)
        known = {name for _, name in lines}
        needed = {name for _, name in (*_HEAD, *_own_columns())}
        if missing := (needed | {place.name for place in self._places} - _OWN) - known:
            raise ValueError(f"a block has no {min(missing)}")
        self._newtons = Calibrator(calibration).newtons

    def rows(self, message: bytes) -> bytearray:
        """The samples of a block, one behind the other. Raises ValueError or struct.error where they are not the ones
        that were packed.
        """
        told = dict(zip(self._scalars, self._head.unpack_from(message), strict=True))
        columns, at = {}, self._head.size
        for code, name in self._arrays:
            count = _COUNT.unpack_from(message, at)[0]
            at += _COUNT.size
            size = count * struct.calcsize(f"<{code}")
            columns[name] = (code, message[at : at + size])
            at += size
        if at != len(message):
            raise ValueError("a block's length is another")
        rows = self._filled(told, columns)
        if zlib.crc32(rows) != told["rows_crc32"]:
            raise ValueError("the samples of a block are not those that were packed")
        return rows

    def _filled(self, told: dict[str, Any], columns: dict[str, tuple[str, bytes]]) -> bytearray:
        def numbers(name: str) -> tuple[Any, ...]:
            code, data = columns[name]
            return struct.unpack(f"<{len(data) // struct.calcsize(f'<{code}')}{code}", data)

        count = told["rows"]
        if count > MOST_ROWS:
            raise ValueError("a block holds fewer samples")
        whole = {}
        for name, low in _SPREAD.items():
            high, small = (_all(numbers(f"{name}_{part}"), count) for part in ("high", "low"))
            least, unit = told[f"{name}_from"], _UNITS[low]
            whole[name] = [least + unit * above + rest for above, rest in zip(high, small, strict=True)]
        t_ns = [told["first_t_ns"] + passed for passed in accumulate(whole["t_step_ns"])]
        given = {name: numbers(name) for name in _SCALED if columns[name][1]}
        seq_steps = _all(numbers("seq_step"), count)
        full = self._own(told, whole, t_ns, given)
        full["seq"] = struct.pack(f"<{count}Q", *accumulate((told["first_seq"], *seq_steps[1:])))
        full |= {name: struct.pack(f"<{count}d", *numbers(name)) for name in _LIVE}
        rows = bytearray(count * self._row_bytes)
        for name, kind, at, size in self._places:
            column = full.get(name) or columns[name][1]
            if not column and name in _CLOCKS:
                (moment,) = numbers(_CLOCKS[name])
                column = _by_clock(name, moment, told["period_ns"], t_ns)
            if len(column) == size:
                column *= count
            if len(column) != size * count:
                raise ValueError(f"{name} ({kind}) has another number of values than there are samples")
            for byte in range(size):
                rows[at + byte :: self._row_bytes] = column[byte::size]
        return rows

    def _own(
        self,
        told: dict[str, Any],
        whole: dict[str, list[int]],
        t_ns: list[int],
        given: dict[str, tuple[Any, ...]],
    ) -> dict[str, bytes]:
        """The columns that follow from others, or stand in another type; those of `_SCALED` that were given as they
        are, so.
        """
        count = len(t_ns)
        per_step = told["volts_per_step"]
        scaled = {
            name: given.get(name) or [value * factor for value in whole[own]] for name, (own, factor) in _SCALED.items()
        }
        volts = [
            [(told[f"{name}_first"] + gone) * per_step for gone in accumulate(whole[f"{name}_step"])]
            for name in CELL_NAMES
        ]
        newtons = zip(*map(self._newtons, zip(*volts, strict=True)), strict=True)
        full = {
            "t_ns": struct.pack(f"<{count}q", *t_ns),
            "oldest_cell_ms": _floats(map(max, *(scaled[name] for name in _AGES))),
        }
        full |= {name: _floats(its) for name, its in (*zip(_VOLTS, volts, strict=True), *scaled.items())}
        return full | {name: struct.pack(f"<{count}d", *its) for name, its in zip(_NEWTONS, newtons, strict=True)}


def calibration_of(described: object) -> CellCalibration:
    """What a recording's header calls its calibration. Raises ValueError where it is none."""
    try:
        said: Any = described
        zero, span = map(float, said["zero_v"]), map(float, said["span_n_per_v"])
        matrix = [_four(map(float, row)) for row in said["matrix"]]
        first, second, third, fourth = matrix
    except (TypeError, KeyError, ValueError) as problem:
        raise ValueError(f"no calibration: {problem}") from problem
    return CellCalibration(_four(zero), _four(span), (first, second, third, fourth))


def _four(values: Iterable[float]) -> Four:
    first, second, third, fourth = values
    return first, second, third, fourth


def _cut(rows: bytes | bytearray, place: _Place) -> bytes:
    """A field's bytes of every row, one behind the other."""
    count = len(rows) // SAMPLE_BYTES
    column = bytearray(count * place.size)
    for byte in range(place.size):
        column[byte :: place.size] = rows[place.at + byte :: SAMPLE_BYTES]
    return bytes(column)


def _values(rows: bytes | bytearray, count: int, name: str) -> tuple[Any, ...]:
    place = _PLACES[name]
    return struct.unpack(f"<{count}{coded(place.type).struct}", _cut(rows, place))


def _round_live(rows: bytearray, count: int) -> None:
    """Let the live point in these rows be of float32, the last 8 bits of it nought: 0.01 N and 0.002 mm at most."""
    for name in _LIVE:
        place = _PLACES[name]
        bits = struct.unpack(f"<{count}I", struct.pack(f"<{count}f", *_values(rows, count, name)))
        column = struct.pack(f"<{count}d", *struct.unpack(f"<{count}f", struct.pack(f"<{count}I", *map(_short, bits))))
        for byte in range(place.size):
            rows[place.at + byte :: SAMPLE_BYTES] = column[byte :: place.size]


def _short(bits: int) -> int:
    """A float32 rounded to 16 significant bits; what is no number stays."""
    return bits if bits & _NO_NUMBER == _NO_NUMBER else (bits + 0x80) & 0xFFFF_FF00


def _once(column: bytes, count: int) -> bytes:
    """One row's bytes of a column whose rows are all alike; else all of it."""
    size = len(column) // count
    return column[:size] if column == column[:size] * count else column


def _differences(values: Sequence[int]) -> list[int]:
    """Of each from the one before; 0 of the first."""
    return [0, *(after - before for before, after in pairwise(values))]


def _spread(name: str, low: str, values: list[int]) -> dict[str, bytes]:
    """The arrays of numbers near to each other. Raises struct.error where they are too far apart."""
    least, unit, count = min(values), _UNITS[low], len(values)
    parts = [divmod(value - least, unit) for value in values]
    high = struct.pack(f"<{count}H", *(part[0] for part in parts))
    small = struct.pack(f"<{count}{coded(low).struct}", *(part[1] for part in parts))
    return {f"{name}_high": _once(high, count), f"{name}_low": _once(small, count)}


def _all(values: tuple[int, ...], count: int) -> tuple[int, ...]:
    """One for each row. Raises ValueError where there are too few."""
    values = values * count if len(values) == 1 else values
    if len(values) != count:
        raise ValueError("there are fewer values than samples")
    return values


def _floats(values: Iterable[float]) -> bytes:
    these = list(values)
    return struct.pack(f"<{len(these)}f", *these)


def _half_ulp(value: float) -> float:
    """Half the distance of a float32 to the next."""
    return ldexp(1.0, frexp(value)[1] - 25)


def _by_clock(name: str, moment: int, period_ns: int, t_ns: Iterable[int]) -> bytes:
    """The column that this moment and the times say."""
    if name == "lateness_us":
        return _floats([(now - moment) % period_ns * 1e-3 for now in t_ns])
    if name == "phase_left_s":
        return _floats([(moment - now) * 1e-9 for now in t_ns])
    return _floats([(now - moment) / NS_PER_S for now in t_ns])
