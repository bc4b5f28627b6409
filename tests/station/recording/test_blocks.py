"""Samples in blocks: every bit comes back but those of the live point, others read them, no page is written twice."""

from __future__ import annotations

import json
import math
import random
import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mcap.reader import make_reader
from mcap_ros1.decoder import DecoderFactory

from hw.values import CELL_NAMES, CellCalibration
from station.recording.blocks import BLOCK_SCHEMA, Packer, Unpacker, calibration_of
from station.recording.damage import CHANGED, CHUNK, CUT
from station.recording.export import export
from station.recording.reader import Recording, read_recording
from station.recording.recover import recover, reopen
from station.recording.writer import CompactWriter
from station.sensing.calibration import Calibrator
from station.wire.sample import FIELDS, ROS1_SCHEMA, Sample, pack, unpack
from station.wire.scene import SCENE_FIELDS
from tests.attacks.damaged_recordings import chunks_of
from tests.station.conftest import event, started

PERIOD_NS, START_NS, DEADLINE_NS = 4_000_000, 7_000_000_123, 6_999_999_000
STEP_V = 2.048 / 32768.0
LIVE = ("force_n", "cop_ml_mm", "cop_ap_mm")
SAID = {
    "zero_v": [0.2575700480497012, 0.25050354806676417, 0.25539114739493896, 0.2531647010454207],
    "span_n_per_v": [574.237169204613, 581.724593691562, 586.2618145218671, 575.8760544464219],
    "matrix": [[float(row == cell) + 0.0007 * (row - cell) for cell in range(4)] for row in range(4)],
}
HEADER_SAID = {"rate_hz": 250.0, "calibration": SAID, "started_mono_ns": START_NS, "patient": "P-7"}


def rows_of(count: int, first: int = 0, seed: int = 1, **fields: Any) -> list[bytes]:
    """Samples as a station in real time has them: late by some microseconds, each voltage of its own age."""
    draw = random.Random(f"{seed}/{first}")
    newtons = Calibrator(calibration_of(SAID)).newtons
    rows = []
    for seq in range(first, first + count):
        late_ns = draw.randrange(80_000)
        t_ns = DEADLINE_NS + seq * PERIOD_NS + late_ns
        volts = tuple(
            STEP_V * (7000 + 40 * cell + round(draw.gauss(0, 3) + 90 * math.sin(seq / 60))) for cell in range(4)
        )
        ages_ms = [draw.randrange(-80_000, 1_200_000) * 1e-6 for _ in range(4)]
        values: dict[str, Any] = {field.name: 0 for field in FIELDS if field not in SCENE_FIELDS}
        values |= dict(zip((f"{name}_v" for name in CELL_NAMES), volts, strict=True))
        values |= dict(zip((f"{name}_n" for name in CELL_NAMES), newtons(volts), strict=True))
        values |= dict(zip((f"{name}_age_ms" for name in CELL_NAMES), ages_ms, strict=True))
        values |= {name: 100.0 * math.sin(seq / (50 + place)) for place, name in enumerate(LIVE)}
        values |= {"seq": seq, "t_ns": t_ns, "lateness_us": late_ns * 1e-3, "work_us": draw.randrange(90_000) * 1e-3}
        values |= {"oldest_cell_ms": max(ages_ms), "phase_left_s": (90_000_000_777 - t_ns) * 1e-9, "session": 1}
        values |= {"hold_s": (t_ns - 1_234_567) / 1e9, "repeated_samples": seq // 3}
        values.update(fields)
        rows.append(pack(Sample(**values)))
    return rows


def short(value: float) -> float:
    """What a block keeps of a live value: 16 significant bits of its float32."""
    single = float(struct.unpack("<f", struct.pack("<f", value))[0])
    if not math.isfinite(single):
        return single
    share, exponent = math.frexp(abs(single))
    return math.copysign(math.ldexp(math.floor(share * 65536 + 0.5), exponent - 16), single)


def with_live_as_kept(rows: list[bytes]) -> bytes:
    """What a block keeps of these samples."""
    samples = map(unpack, rows)
    return b"".join(pack(one._replace(**{name: short(getattr(one, name)) for name in LIVE})) for one in samples)


def write(path: Path, rows: list[bytes], each: int = 100, header: dict[str, Any] = HEADER_SAID) -> CompactWriter:
    """Left open; an event stands before the samples."""
    writer = CompactWriter(path, header, 5)
    writer.event({**started(), "calibration": SAID, "t_ns": START_NS}, 0)
    writer.sync()
    for at in range(0, len(rows), each):
        writer.append(rows[at : at + each])
        writer.sync()
    return writer


def kept(recording: Recording) -> bytes:
    return recording.samples.tobytes()


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"phase_left_s": math.nan, "hold_s": 0.0},
        {"cop_ml_mm": math.nan, "cop_ap_mm": math.nan, "force_n": 0.0},
        {"lateness_us": 4321.0625},
        {"front_left_age_ms": 19.123457, "oldest_cell_ms": 19.123457},
        {"work_us": 1234.00049},
        {"phase_left_s": 3.25, "hold_s": 60.0},
    ],
)
def test_every_bit_of_a_block_comes_back_but_the_live_point_has_sixteen_bits(odd):
    calibration = calibration_of(SAID)
    rows = rows_of(60)
    rows += rows_of(40, 60, **odd)
    rows += rows_of(20, 103)  # three ticks were skipped
    block = Packer(calibration, 250.0).packed(rows)
    assert block is not None
    assert bytes(Unpacker(BLOCK_SCHEMA, ROS1_SCHEMA, calibration).rows(block)) == with_live_as_kept(rows)


@pytest.mark.parametrize(
    "odd", [{"front_left_v": 0.123456}, {"back_left_v": math.nan}, {"front_right_n": 1.0}, {"force_n": 1e300}]
)
def test_samples_that_a_block_cannot_hold_stand_one_by_one_with_every_bit(tmp_path, odd):
    rows = [*rows_of(50), *rows_of(50, 50, **odd)]
    assert Packer(calibration_of(SAID), 250.0).packed(rows) is None
    write(tmp_path / "a.mcap", rows).close()
    found = read_recording(tmp_path / "a.mcap")
    assert not found.damage
    assert kept(found) == b"".join(rows)


def test_a_block_of_another_plate_is_never_read_as_this_ones():
    block = Packer(calibration_of(SAID), 250.0).packed(rows_of(20))
    assert block is not None
    other = CellCalibration(*calibration_of({**SAID, "zero_v": [0.2, 0.2, 0.2, 0.2]}))
    with pytest.raises(ValueError, match="not those that were packed"):
        Unpacker(BLOCK_SCHEMA, ROS1_SCHEMA, other).rows(block)


@pytest.mark.parametrize("said", [None, {}, {**SAID, "matrix": [[1.0]]}, {**SAID, "zero_v": ["x"] * 4}])
def test_without_a_calibration_samples_stand_one_by_one(tmp_path, said):
    write(tmp_path / "a.mcap", rows_of(30), header={**HEADER_SAID, "calibration": said}).close()
    assert b"/blocks" not in (tmp_path / "a.mcap").read_bytes()
    assert kept(read_recording(tmp_path / "a.mcap")) == b"".join(rows_of(30))


def test_newtons_follow_from_volts_alike_in_every_python():
    """`sum` rounds otherwise from Python 3.12 on: what a station of Debian 13 recorded was damaged on Debian 12."""
    gains = (1079.5687691013377, 963.8523750536094, 1177.5895598540212, 893.2541064332993)
    zero = (0.27214844075832684, 0.271119176969528, 0.293644058679946, 0.24221069999614153)
    calibration = CellCalibration(zero, (1.0, 1.0, 1.0, 1.0), (gains, gains, gains, gains))
    assert Calibrator(calibration).newtons((0.0, 0.0, 0.0, 0.0)) == (-1117.269700055278,) * 4


def test_other_programs_read_every_sample_as_columns(tmp_path):
    path, rows = tmp_path / "a.mcap", rows_of(250)
    write(path, rows, each=125).close()
    reader = make_reader(BytesIO(path.read_bytes()), validate_crcs=True, decoder_factories=[DecoderFactory()])
    blocks = [seen for _, _, _, seen in reader.iter_decoded_messages(topics=["/blocks"])]
    samples = [unpack(row) for row in rows]
    assert [len(block.force_n) for block in blocks] == [125, 125]
    for name in LIVE:
        column = np.concatenate([getattr(block, name) for block in blocks])
        assert column.tolist() == [short(getattr(one, name)) for one in samples]
    second = blocks[1]
    low = np.frombuffer(second.back_left_step_low, dtype=np.uint8)
    steps = second.back_left_step_from + 256 * np.array(second.back_left_step_high) + low
    volts = (second.back_left_first + np.cumsum(steps)) * second.volts_per_step
    assert volts.tolist() == pytest.approx([one.back_left_v for one in samples[125:]], rel=1e-7)
    assert reader.get_summary().statistics.message_count == 3  # its index is whole
    assert path.stat().st_size < 130 * 250  # of 364 in memory, definitions and index counted


def test_no_page_of_the_disk_is_written_twice(tmp_path):
    path, rows = tmp_path / "a.mcap", rows_of(1500)
    writer = write(path, [])
    sizes = [path.stat().st_size]
    for row in rows:
        writer.append((row,))
        if writer.fills_page():
            writer.sync()
            sizes.append(path.stat().st_size)
    writer.abandon()
    grown = np.diff(sizes)[1:]
    assert {size % 4096 for size in sizes} == {0}
    assert set(grown.tolist()) == {4096}
    assert len(grown) * 4096 / len(grown) <= 41 * 1500 / len(sizes)  # so many samples a page that 250 take 10 kB


def test_a_cut_at_any_byte_costs_only_what_came_after_the_last_sync(tmp_path):
    path, torn, rows = tmp_path / "a.mcap", tmp_path / "torn.mcap", rows_of(120)
    writer = write(path, [])
    ends = [path.stat().st_size]
    for at in range(0, 120, 40):
        writer.append(rows[at : at + 40])
        writer.sync()
        ends.append(path.stat().st_size)
    writer.abandon()
    whole, wanted = path.read_bytes(), with_live_as_kept(rows)
    for cut in sorted({end + step for end in ends for step in (-3000, -1500, -1, 0, 1, 30, 900)}):
        if ends[0] <= cut <= len(whole):
            torn.write_bytes(whole[:cut])
            found = read_recording(torn)
            synced = 40 * sum(end <= cut for end in ends[1:])
            assert len(found.samples) >= synced
            assert kept(found) == wanted[: len(kept(found))]
            assert CUT in found.damage.marks


def test_a_recording_goes_on_and_is_made_whole_in_blocks(tmp_path):
    path, rows = tmp_path / "a.mcap", rows_of(300)
    write(path, rows[:200]).abandon()
    writer, progress = reopen(path)
    assert progress.last_seq == 199
    writer.append(rows[200:])
    writer.sync()
    writer.abandon()
    assert recover(path)
    found = read_recording(path)
    assert not found.damage.marks
    assert found.header["format_version"] == 2
    assert kept(found) == with_live_as_kept(rows)
    assert path.stat().st_size < 45 * 300 + 16_000
    (copy,) = export(path, tmp_path / "whole.mcap", "mcap")
    read = make_reader(BytesIO(copy.read_bytes())).iter_messages(topics=["/samples"])
    assert b"".join(message.data for _, _, message in read) == with_live_as_kept(rows)
    assert read_recording(copy).header["format_version"] == 1


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_damaged_block_is_a_gap_of_its_samples(tmp_path, number):
    path = tmp_path / "a.mcap"
    writer = write(path, rows_of(200), each=40)
    writer.event(event("drill-ended", 195, outcome="completed") | {"t_ns": START_NS + 195 * PERIOD_NS}, 1)
    writer.close()
    content = bytearray(path.read_bytes())
    content[chunks_of(bytes(content))[number][1] - 120] ^= 4
    path.write_bytes(content)
    found = read_recording(path)
    assert {CHUNK, CHANGED} <= set(found.damage.marks)
    assert found.damage.lost_samples == 40
    assert len(found.samples) == 160


def test_the_calibration_of_a_spoiled_header_is_had_from_beside_the_samples(tmp_path):
    """Never a newton by another calibration: the samples have a checksum."""
    path, rows = tmp_path / "a.mcap", rows_of(120)
    write(path, rows, each=40).close()
    content = bytearray(path.read_bytes())
    at = content.index(json.dumps(SAID["zero_v"][0]).encode())
    content[at + 4] ^= 1
    first = chunks_of(bytes(content))[0][1] - 120
    content[first] ^= 4
    path.write_bytes(content)
    found = read_recording(path)
    assert CHUNK in found.damage.marks
    assert kept(found) == with_live_as_kept(rows)
