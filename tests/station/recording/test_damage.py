"""What is missing of a recording is known to the sample, whatever took it away, and is told by every reading."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from station.cli import main
from station.recording.damage import CHANGED, CHUNK, CUT, HEADER, INDEX, ORDER, Damage, Gap
from station.recording.export import export
from station.recording.reader import read_recording
from station.recording.recover import recover, reopen
from station.recording.writer import RecordingWriter
from tests.attacks.damaged_recordings import chunks_of

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent, Pack

PERIOD_NS = 4_000_000
EACH = 40


@pytest.fixture
def made(tmp_path: Path, pack: Pack, make_event: MakeEvent, session_started: MakeEvent) -> Path:
    """A session of 400 samples in ten chunks, its header that of a station."""
    path = tmp_path / "made.mcap"
    started = session_started(1, 0)
    facts = {key: value for key, value in started.items() if key not in ("kind", "t_ns", "seq", "session")}
    writer = RecordingWriter(path, {**facts, "started_mono_ns": started["t_ns"], "rate_hz": 250.0}, 7)
    writer.event(started, 0)
    for seq in range(400):
        writer.append((pack(seq, missed_ticks=0),))
        if seq == 380:
            writer.event(make_event("drill-ended", seq, outcome="completed"), 1)
        if seq % EACH == EACH - 1:
            writer.sync()
    writer.close()
    return path


def spoil(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 4
    path.write_bytes(content)


def gap(path: Path, first: int, last: int, *, at_end: bool = False) -> Gap:
    """Samples `first` to `last` are missing."""
    zero = read_recording(path).header["started_mono_ns"]
    until = last if at_end else last + 1
    return Gap(zero + (first - 1) * PERIOD_NS, zero + until * PERIOD_NS, last - first + 1)


def test_a_whole_recording_has_no_damage(made):
    recording = read_recording(made)
    assert recording.damage == Damage()
    assert not recording.damage


@pytest.mark.parametrize("number", [1, 4, 8])
def test_a_damaged_chunk_is_a_gap_of_its_samples(made, number):
    spoil(made, chunks_of(made.read_bytes())[number][1] - 40)
    damage = read_recording(made).damage
    assert damage.gaps == (gap(made, number * EACH, (number + 1) * EACH - 1),)
    assert set(damage.marks) == {CHUNK, CHANGED}
    assert not damage.open_end


def test_the_first_chunk_and_the_last_are_missed_too(made):
    for number, events in ((0, 1), (9, 1)):
        _, end = chunks_of(made.read_bytes())[number]
        spoil(made, end - 40)
        damage = read_recording(made).damage
        assert (damage.lost_samples, damage.lost_events) == (EACH, events)
        spoil(made, end - 40)


def test_a_length_that_leads_elsewhere_costs_one_chunk(made):
    for byte in range(1, 9):
        spoil(made, chunks_of(made.read_bytes())[3][0] + byte)
        damage = read_recording(made).damage
        assert damage.gaps == (gap(made, 3 * EACH, 4 * EACH - 1),), byte
        spoil(made, _fourth_chunk(made) + byte)
    assert read_recording(made).damage == Damage()


def _fourth_chunk(path: Path) -> int:
    """Where the fourth chunk begins, though its own length is wrong."""
    content = path.read_bytes()
    at = -1
    for _ in range(4):
        at = content.index(b"\x04\x00\x00\x00zstd", at + 1)
    return at - 37


def test_a_page_of_zeros_costs_what_was_in_it(made):
    content = bytearray(made.read_bytes())
    begin, end = chunks_of(made.read_bytes())[2][0] - 20, chunks_of(made.read_bytes())[4][0] + 10
    content[begin:end] = bytes(end - begin)
    made.write_bytes(content)
    assert read_recording(made).damage.gaps == (gap(made, 2 * EACH, 5 * EACH - 1),)


def test_chunks_twice_and_out_of_order_are_put_in_order(made):
    whole = read_recording(made)
    content = made.read_bytes()
    (one, after_one), (two, after_two) = chunks_of(made.read_bytes())[2], chunks_of(made.read_bytes())[6]
    for changed in (
        content[:after_one] + content[one:after_one] + content[after_one:],
        content[:one] + content[two:after_two] + content[after_one:two] + content[one:after_one] + content[after_two:],
    ):
        made.write_bytes(changed)
        recording = read_recording(made)
        assert ORDER in recording.damage.marks
        assert recording.samples.tobytes() == whole.samples.tobytes()
        assert recording.events == whole.events
        assert not recording.damage.gaps


def test_what_the_header_says_wrongly_is_taken_from_the_first_event(made):
    at = made.read_bytes().index(b'"frequency_hz":20.0') + len(b'"frequency_hz":')
    spoil(made, at)  # 60.0
    recording = read_recording(made)
    assert recording.header["prescription"]["frequency_hz"] == 20.0
    assert set(recording.damage.marks) == {HEADER, CHANGED}


def test_a_header_that_cannot_be_read_is_made_from_the_first_event(made):
    whole = read_recording(made)
    for word, offset in ((b'"frequency_hz"', 0), (b"epoch_ns", 3), (b"balance_station.session", 4)):
        content = bytearray(made.read_bytes())
        content[content.index(word) + offset] ^= 1
        made.write_bytes(content)
        recording = read_recording(made)
        assert {HEADER, CHANGED} <= set(recording.damage.marks), word
        assert recording.header["epoch_ns"] == whole.header["epoch_ns"]
        assert recording.header["prescription"] == whole.header["prescription"]
        assert recording.samples.tobytes() == whole.samples.tobytes()


def test_an_index_that_is_damaged_is_told_and_costs_nothing(made):
    spoil(made, made.stat().st_size - 60)
    damage = read_recording(made).damage
    assert damage == Damage((INDEX,))


def test_a_cut_has_an_open_end_until_the_drill_has_ended(made):
    content, found = made.read_bytes(), chunks_of(made.read_bytes())
    made.write_bytes(content[: found[5][0]])
    assert read_recording(made).damage == Damage((CUT,), open_end=True)
    made.write_bytes(content[: found[9][1]])
    assert read_recording(made).damage == Damage((CUT,))


def test_ticks_that_control_skipped_are_no_gap(tmp_path, pack):
    writer = RecordingWriter(tmp_path / "late.mcap", {}, 0)
    writer.append([pack(1, missed_ticks=0), pack(5, missed_ticks=3), pack(8, missed_ticks=3)])
    writer.close()
    damage = read_recording(tmp_path / "late.mcap").damage
    assert [one.samples for one in damage.gaps] == [2]


def test_a_copy_says_what_its_original_lacked(made, tmp_path):
    content = made.read_bytes()
    made.write_bytes(content[: chunks_of(made.read_bytes())[7][0]])
    spoil(made, chunks_of(made.read_bytes())[4][1] - 40)
    before = read_recording(made).damage
    (out,) = export(made, tmp_path / "out.mcap", "mcap")
    assert recover(made)
    for copy in (made, out):
        after = read_recording(copy).damage
        assert (after.gaps, after.open_end) == (before.gaps, True)
        assert set(after.marks) == {CHUNK}


def test_a_recording_that_goes_on_has_only_the_damage_before(made):
    made.write_bytes(made.read_bytes()[: chunks_of(made.read_bytes())[7][0]])
    writer, _ = reopen(made)
    writer.close()
    assert read_recording(made).damage == Damage()


def test_a_finished_file_that_was_damaged_is_left_as_it_is(made):
    spoil(made, chunks_of(made.read_bytes())[4][1] - 40)
    before = made.read_bytes()
    assert not recover(made)
    assert made.read_bytes() == before


def test_the_records_hash_finds_what_nothing_in_the_file_shows(made, tmp_path):
    folder = tmp_path / "data" / "recordings"
    folder.mkdir(parents=True)
    path = folder / made.name
    path.write_bytes(made.read_bytes())
    with sqlite3.connect(tmp_path / "data" / "records.sqlite") as database:
        database.execute("CREATE TABLE session (name TEXT, sha256 TEXT)")
        database.execute("INSERT INTO session VALUES ('made', 'another')")
    assert read_recording(path).damage == Damage((CHANGED,))
    database.execute("UPDATE session SET sha256 = NULL")
    database.commit()
    assert not read_recording(path).damage


@pytest.mark.parametrize("form", ["csv", "mcap"])
def test_an_export_says_what_is_missing(made, tmp_path, form):
    spoil(made, chunks_of(made.read_bytes())[4][1] - 40)
    ran = CliRunner().invoke(main, ["export", str(made), "--format", form, "--out", str(tmp_path / f"out.{form}")])
    assert ran.exit_code == 0
    assert "40 samples are missing, from 0.64 s to 0.80 s" in ran.stderr
    assert "[recording-damaged]" in ran.stderr
    if form == "csv":
        described = json.loads((tmp_path / "out.schema.json").read_text())
        assert described["damage"]["missing"] == [{"from_s": 0.636, "until_s": 0.8, "samples": 40}]
