"""The live ring: nothing torn is ever read, nothing is lost unsaid, a new writer is noticed."""

import multiprocessing
import struct
from pathlib import Path

import pytest

from station.wire.ring import RingReader, RingWriter


def test_records_come_back_in_order_with_their_numbers(tmp_path: Path) -> None:
    writer = RingWriter(tmp_path / "ring", 32, 8)
    reader = RingReader(tmp_path / "ring")
    for number in range(5):
        assert writer.write(b"record %d" % number) == number
    batch = reader.since(0)
    assert batch.records == [(n, b"record %d" % n) for n in range(5)]
    assert (batch.next_seq, batch.lost) == (5, 0)
    assert reader.since(5).records == []
    assert reader.latest() == (4, b"record 4")


def test_an_overrun_reader_learns_how_many_it_lost(tmp_path: Path) -> None:
    writer = RingWriter(tmp_path / "ring", 32, 8)
    reader = RingReader(tmp_path / "ring")
    for number in range(20):
        writer.write(struct.pack("<I", number))
    batch = reader.since(2)
    numbers = [seq for seq, _ in batch.records]
    assert numbers == list(range(numbers[0], 20))
    assert all(struct.unpack("<I", payload)[0] == seq for seq, payload in batch.records)
    assert batch.lost == numbers[0] - 2
    assert len(numbers) >= 7  # one slot is always given up: the writer may be in it


def test_limit_bounds_a_batch_and_the_rest_follows(tmp_path: Path) -> None:
    writer = RingWriter(tmp_path / "ring", 8, 64)
    reader = RingReader(tmp_path / "ring")
    for number in range(10):
        writer.write(bytes([number]))
    first = reader.since(0, limit=4)
    assert [seq for seq, _ in first.records] == [0, 1, 2, 3]
    assert [seq for seq, _ in reader.since(first.next_seq).records] == [4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("offset", [0, 3, 8, 12, 16, 20])
def test_a_torn_slot_is_never_returned(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "ring"
    writer = RingWriter(path, 32, 8)
    reader = RingReader(path)
    for _ in range(3):
        writer.write(b"x" * 24)
    slot_bytes = (16 + 32 + 7) // 8 * 8
    with path.open("r+b") as file:
        file.seek(4096 + slot_bytes + offset)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 0xFF]))
    batch = reader.since(0)
    assert [seq for seq, _ in batch.records] == [0, 2]
    assert batch.lost == 1


def test_a_new_writer_is_noticed_and_the_old_ring_can_still_be_finished(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    first = RingWriter(path, 32, 8)
    reader = RingReader(path)
    first.write(b"last words")
    assert not reader.replaced()
    second = RingWriter(path, 32, 8)
    assert reader.replaced()
    assert reader.since(0).records == [(0, b"last words")]
    fresh = RingReader(path)
    assert fresh.epoch == second.epoch != reader.epoch
    assert fresh.since(0).records == []
    path.unlink()
    assert fresh.replaced()


def test_a_record_too_long_is_refused(tmp_path: Path) -> None:
    writer = RingWriter(tmp_path / "ring", 8, 4)
    with pytest.raises(ValueError, match="9 bytes does not fit a slot of 8"):
        writer.write(b"123456789")


def test_another_file_is_not_a_ring(tmp_path: Path) -> None:
    (tmp_path / "ring").write_bytes(bytes(8192))
    with pytest.raises(ValueError, match="not a live ring"):
        RingReader(tmp_path / "ring")
    with pytest.raises(FileNotFoundError):
        RingReader(tmp_path / "nothing")


def _write_fast(path: str, started: object, count: int) -> None:
    writer = RingWriter(Path(path), 160, 64)
    started.set()  # type: ignore[attr-defined]
    for number in range(count):
        writer.write(struct.pack("<Q", number) * 20)


def test_a_reader_beside_a_writer_at_full_speed_sees_only_whole_records(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    process = context.Process(target=_write_fast, args=(str(tmp_path / "ring"), started, 200_000))
    process.start()
    started.wait()
    reader = RingReader(tmp_path / "ring")
    seq = seen = lost = 0
    while seq < 200_000:
        batch = reader.since(seq)
        for number, payload in batch.records:
            assert payload == struct.pack("<Q", number) * 20
        seen += len(batch.records)
        lost += batch.lost
        seq = batch.next_seq
    process.join()
    assert seen + lost == 200_000
    assert seen > 0
