"""Recordings are read back to the bit, finished or cut at any byte, and nothing else is taken for one."""

import contextlib
from io import BytesIO

import numpy as np
import pytest
from mcap.reader import make_reader
from mcap_ros1.decoder import DecoderFactory

from drills.scene import NO_SCENE, SLOTS, Scene, Slot
from station.faults import InputError
from station.recording.reader import SAMPLE_DTYPE, read_recording
from station.recording.recover import recover
from station.recording.scenes import scenes_of
from station.recording.writer import RecordingWriter
from station.wire.fields import layout_of, schema_of
from station.wire.sample import FIELDS, ROS1_SCHEMA, SAMPLE_BYTES, unpack
from station.wire.scene import SCENE_FIELDS, unpack_scene

PLAIN = [field for field in FIELDS if field not in SCENE_FIELDS]


def test_numpy_layout_is_the_ring_layout():
    assert SAMPLE_DTYPE.itemsize == SAMPLE_BYTES
    assert SAMPLE_DTYPE.names == tuple(field.name for field in FIELDS)


def test_bytes_of_the_ring_come_back(record):
    path, payloads, _ = record(1000)
    recording = read_recording(path)
    assert recording.samples.tobytes() == b"".join(payloads)
    assert not recording.truncated
    assert recording.header["patient"] == "P-7"
    assert recording.events[0]["kind"] == "session-started"
    assert recording.cells_n.shape == (1000, 4)
    assert recording.t_s[250] == pytest.approx(1.0)


def test_other_programs_see_equal_values(record):
    path, payloads, _ = record(300)
    reader = make_reader(BytesIO(path.read_bytes()), validate_crcs=True, decoder_factories=[DecoderFactory()])
    decoded = [message for _, _, _, message in reader.iter_decoded_messages(topics=["/samples"])]
    assert len(decoded) == 300
    for message, payload in zip(decoded, payloads, strict=True):
        expected = unpack(payload)
        assert [getattr(message, field.name) for field in PLAIN] == [getattr(expected, field.name) for field in PLAIN]
        scene = unpack_scene(expected.scene)
        assert [getattr(message, f"scene_{name}") for name in Scene._fields[:-1]] == list(scene[:-1])
        for place, name in enumerate(Slot._fields):
            column = list(getattr(message, f"slot_{name}"))
            assert column == [slot[place] for slot in (scene.slots + (Slot(),) * SLOTS)[:SLOTS]]
    assert reader.get_summary().statistics.message_count == 301  # its index is whole


def cuts_of(lengths, size):
    """Every boundary and its neighbours, every byte of a record's head, and a sweep between."""
    near = {edge + step for edge in (0, 8, *lengths, size) for step in range(-12, 13)}
    return sorted(cut for cut in near | set(range(0, size, 61)) if 0 <= cut < size)


def test_a_cut_at_any_byte_costs_only_what_came_after_the_last_sync(record, tmp_path):
    path, payloads, lengths = record(240, each=40)
    whole = path.read_bytes()
    torn = tmp_path / "torn.mcap"
    unreadable = 0
    for cut in cuts_of(lengths, len(whole)):
        torn.write_bytes(whole[:cut])
        safe = 40 * sum(length <= cut for length in lengths)
        try:
            recording = read_recording(torn)
        except InputError:
            assert safe == 0, cut
            unreadable += 1
            continue
        assert recording.truncated, cut
        found = recording.samples.tobytes()
        assert len(found) >= safe * SAMPLE_BYTES, cut
        assert b"".join(payloads).startswith(found), cut
    assert 0 < unreadable < 60


@pytest.mark.parametrize("zeros", [1, 9, 4096])
def test_zeros_behind_the_data_are_not_data(record, zeros):
    path, payloads, _ = record(250, close=False)
    with path.open("ab") as file:
        file.write(bytes(zeros))
    recording = read_recording(path)
    assert recording.truncated
    assert recording.samples.tobytes() == b"".join(payloads)


def test_zeros_behind_a_finished_file_lose_nothing(record):
    path, payloads, _ = record(250)
    with path.open("ab") as file:
        file.write(bytes(4096))
    assert read_recording(path).samples.tobytes() == b"".join(payloads)


def test_a_damaged_chunk_is_left_out_and_reported(record):
    path, _, lengths = record(240, each=40)
    data = bytearray(path.read_bytes())
    data[lengths[2] + 200] ^= 0xFF  # inside the fourth chunk
    path.write_bytes(data)
    recording = read_recording(path)
    assert recording.truncated
    assert recording.samples["seq"].tolist() == [*range(120), *range(160, 240)]


def test_a_damaged_first_chunk_takes_nothing_else_with_it(record):
    """What samples and events are read by stands before it too."""
    path, _, lengths = record(240, each=40)
    whole = path.read_bytes()
    begin = whole.index(b"zstd") + 20
    for at in range(begin, begin + 800, 37):
        assert at < lengths[0]
        data = bytearray(whole)
        data[at] ^= 0xFF
        path.write_bytes(data)
        recording = read_recording(path)
        assert recording.truncated
        assert recording.samples["seq"].tolist() == [*range(40, 240)]


def test_a_damaged_definition_before_the_first_chunk_costs_nothing(record):
    path, payloads, _ = record(240, each=40)
    data = bytearray(path.read_bytes())
    at = data.index(b"float32 lateness_us")  # the first chunk is compressed: this is the one before it
    data[at + 3] ^= 0xFF
    path.write_bytes(data)
    assert read_recording(path).samples.tobytes() == b"".join(payloads)


def earlier(path, pack_sample, count=500):
    """A recording of an earlier program, whose samples do not have all fields, and its rows."""
    kept = [field for field in FIELDS if field.since == 1]
    schema = schema_of(kept)
    writer = RecordingWriter(path, {"patient": "P-7"}, 0, schema=schema)
    rows = [unpack(pack_sample(seq)) for seq in range(count)]
    pack = layout_of([field.type for field in kept]).pack
    writer.append(pack(*(getattr(row, field.name) for field in kept)) for row in rows)
    return writer, rows


def test_a_recording_of_an_earlier_program_is_read_and_made_whole(tmp_path, pack):
    writer, rows = earlier(tmp_path / "old.mcap", pack)
    writer.sync()
    writer.abandon()
    assert recover(tmp_path / "old.mcap")
    recording = read_recording(tmp_path / "old.mcap")
    assert not recording.truncated
    for field in FIELDS:
        if field.since > 1:
            np.testing.assert_array_equal(np.unique(recording.samples[field.name]), [field.absent])
        else:
            np.testing.assert_array_equal(recording.samples[field.name], [getattr(row, field.name) for row in rows])
    assert [found.scene for found in scenes_of(recording.samples)] == [NO_SCENE]
    assert np.isnan(recording.cell_t_s).all()


@pytest.mark.parametrize(
    "schema",
    [
        "uint64 seq\nint64 t_ns\n",
        "int64 t_ns\nuint64 seq\n",
        "text seq\n",
        "seq",
        ROS1_SCHEMA + "uint64 t_ns\n",
        ROS1_SCHEMA * 2,
    ],
)
def test_samples_that_this_program_cannot_read_are_refused(tmp_path, schema):
    with pytest.raises(ValueError):  # noqa: PT011  # each for a reason of its own
        RecordingWriter(tmp_path / "odd.mcap", {}, 0, schema=schema)


@pytest.mark.parametrize(
    "content", [b"", b"time_s,ch1_kg\n0,1\n", b"\x89MCAP0\r\n", b"\x89MCAP0\r\n" + b"\x01" * 400, bytes(5000)]
)
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.mcap"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"other\.mcap") as caught:
        read_recording(path)
    assert caught.value.code == "recording-unreadable"


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.mcap", tmp_path):
        with pytest.raises(InputError, match="recording"):
            read_recording(path)


def test_recover_makes_a_cut_recording_whole(record):
    path, payloads, _ = record(1000, close=False)
    with path.open("ab") as file:
        file.write(b"\x06" + bytes(300))  # the head of a chunk that never came
    assert recover(path)
    recording = read_recording(path)
    assert not recording.truncated
    assert recording.samples.tobytes() == b"".join(payloads)
    assert make_reader(BytesIO(path.read_bytes())).get_summary().statistics.message_count == 1001
    assert not recover(path)  # nothing left to do
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_recorded_numbers_survive_numpy(record):
    path, payloads, _ = record(10)
    samples = read_recording(path).samples
    for row, payload in zip(samples, payloads, strict=True):
        expected = [getattr(unpack(payload), field.name) for field in PLAIN]
        np.testing.assert_array_equal([row[field.name] for field in PLAIN], expected)


def test_no_flipped_byte_of_a_chunks_head_is_a_crash(record):
    """A length of its fields may become any number."""
    path, _, _ = record(240, each=40)
    whole = path.read_bytes()
    begin = whole.index(b"zstd") - 45
    for at in range(begin, begin + 60):
        for flip in (0x80, 0xFF):
            data = bytearray(whole)
            data[at] ^= flip
            path.write_bytes(data)
            with contextlib.suppress(InputError):
                assert len(read_recording(path).samples) <= 240
