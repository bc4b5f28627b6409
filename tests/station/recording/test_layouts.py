"""Programs of different layouts read each other's samples: a random field at a random place, both ways."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcap.reader import make_reader

from station.faults import InputError
from station.recording.export import export
from station.recording.layout import FORMAT_VERSION
from station.recording.reader import SAMPLE_DTYPE, read_recording, sample_table
from station.recording.recover import recover, reopen
from station.recording.writer import RecordingWriter
from station.texts import Texts
from station.texts.problems import detail
from station.wire.fields import TYPES, Field, coded, layout_of, schema_of
from station.wire.sample import FIELDS, LAYOUT_VERSION, ROS1_SCHEMA, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.station.conftest import Pack


@st.composite
def wider_tables(draw: st.DrawFn) -> tuple[Field, ...]:
    """Today's table with one field more, anywhere after `seq` and `t_ns`."""
    name = "new_" + draw(st.text("abcxyz019_", max_size=30))
    kind = draw(st.sampled_from(sorted(TYPES))) + draw(st.sampled_from(["", "", "[1]", "[3]", "[1200]"]))
    absent = draw(st.sampled_from([0, 1])) if "float" not in kind else draw(st.floats(width=16))
    place = draw(st.integers(2, len(FIELDS)))
    new = Field(name, kind, LAYOUT_VERSION + 1, absent)
    return (*FIELDS[:place], new, *FIELDS[place:])


def rows_of(fields: tuple[Field, ...], count: int = 3) -> tuple[bytes, list[tuple[Any, ...]]]:
    """Samples with all of these fields, and their values; each value is small enough for every type."""
    pack = layout_of([field.type for field in fields]).pack
    lengths = [int(field.type.partition("[")[2].rstrip("]") or 0) for field in fields]
    rows = [
        tuple(
            [(row * 7 + place + at) % 2 for at in range(length)] if length else (row * 7 + place) % 2
            for place, length in enumerate(lengths)
        )
        for row in range(count)
    ]
    return b"".join(pack(*flat(row)) for row in rows), rows


def flat(row: Sequence[Any]) -> Iterator[Any]:
    for value in row:
        yield from value if isinstance(value, list) else [value]


@given(wider_tables())
def test_an_earlier_program_skips_the_field_that_it_does_not_know(wider: tuple[Field, ...]) -> None:
    samples, rows = rows_of(wider)
    table = sample_table(samples, schema_of(wider))
    assert table.dtype == SAMPLE_DTYPE
    for field, column in zip(wider, zip(*rows, strict=True), strict=True):
        if field in FIELDS:
            assert table[field.name].tolist() == list(column)
    assert bytes_of(schema_of(wider)) * len(rows) == len(samples)


@given(wider_tables())
def test_a_later_program_reads_the_field_that_was_not_recorded_as_absent(wider: tuple[Field, ...]) -> None:
    samples, rows = rows_of(FIELDS)
    table = sample_table(samples, ROS1_SCHEMA, wider)
    for field, column in zip(FIELDS, zip(*rows, strict=True), strict=True):
        assert table[field.name].tolist() == list(column)
    (new,) = set(wider) - set(FIELDS)
    absent = np.zeros(len(rows), dtype=coded(new.type).numpy)
    absent[...] = new.absent
    np.testing.assert_array_equal(table[new.name], absent)


@pytest.fixture
def later(tmp_path: Path, pack: Pack) -> tuple[Path, list[bytes], bytes]:
    """A recording of a later program that was cut: `torque_nm` stands behind `t_ns`. With today's part of it."""
    new = Field("torque_nm", "float32", LAYOUT_VERSION + 1, 0.0)
    wider = (*FIELDS[:2], new, *FIELDS[2:])
    today = [pack(seq) for seq in range(300)]
    path = tmp_path / "later.mcap"
    writer = RecordingWriter(path, {"patient": "P-7", "epoch_ns": 0}, 0, schema=schema_of(wider))
    samples = [one[:16] + struct.pack("<f", 2.5) + one[16:] for one in today]
    writer.append(samples)
    writer.sync()
    writer.abandon()
    return path, samples, b"".join(today)


def test_a_recording_of_a_later_program_is_read_made_whole_and_copied_with_all_its_bytes(
    later: tuple[Path, list[bytes], bytes],
) -> None:
    path, samples, today = later
    assert read_recording(path).samples.tobytes() == today
    assert recover(path)
    assert read_recording(path).samples.tobytes() == today
    (copy,) = export(path, None, "mcap")
    assert read_recording(copy).samples.tobytes() == today
    for file in (path, copy):
        with file.open("rb") as stream:
            kept = [message.data for _, _, message in make_reader(stream).iter_messages(topics=["/samples"])]
        assert kept == samples


def test_a_recording_of_a_later_format_is_refused_by_name_and_left_untouched(tmp_path: Path, pack: Pack) -> None:
    path = tmp_path / "later.mcap"
    writer = RecordingWriter(path, {"format_version": FORMAT_VERSION + 1, "epoch_ns": 0}, 0)
    writer.append([pack(0)])
    writer.sync()
    writer.abandon()
    before = path.read_bytes()
    for use in (read_recording, recover, lambda one: export(one, None, "mcap"), reopen):
        with pytest.raises(InputError, match=rf"later\.mcap.* found={FORMAT_VERSION + 1} own=") as caught:
            use(path)
        assert caught.value.code == "recording-newer"
        said = detail(Texts(), caught.value)
        assert re.search(rf"\b{FORMAT_VERSION + 1}\b.*\b{FORMAT_VERSION}\b", said), said
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("version", [0, "2", None])
def test_a_format_that_is_no_later_one_is_no_recording(tmp_path: Path, version: object) -> None:
    path = tmp_path / "odd.mcap"
    RecordingWriter(path, {"format_version": version}, 0).close()
    with pytest.raises(InputError) as caught:
        read_recording(path)
    assert caught.value.code == "recording-unreadable"
