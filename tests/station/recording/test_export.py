"""Exports read back to the bits of the ring, with their units, and never over the recording itself."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner
from mcap.reader import make_reader

from station.cli import main
from station.faults import InputError, StorageError
from station.recording.export import export, unit_of
from station.recording.reader import SAMPLE_DTYPE, read_recording
from station.texts import Texts
from station.wire.sample import FIELDS
from station.wire.scene import SCENE_FIELDS

PLAIN = [field for field in FIELDS if field not in SCENE_FIELDS]


def test_csv_reads_back_to_the_same_bits(record, tmp_path):
    path, payloads, _ = record(300)
    made = export(path, tmp_path / "out.csv", "csv")
    assert [file.name for file in made] == ["out.csv", "out.events.csv", "out.schema.json", "out.scenes.csv"]
    with made[0].open(newline="") as file:
        names, *rows = csv.reader(file)
    assert names == [field.name for field in PLAIN]
    table = np.zeros(len(rows), dtype=SAMPLE_DTYPE)
    for place, field in enumerate(PLAIN):
        parse = float if field.type.startswith("float") else int
        table[field.name] = [parse(row[place]) for row in rows]
    assert table.tobytes() == b"".join(payloads)


def test_not_a_number_is_written_as_nan(tmp_path, pack):
    from station.recording.writer import RecordingWriter

    writer = RecordingWriter(tmp_path / "a.mcap", {}, 0)
    writer.append([pack(0, cop_ml_mm=float("nan"), phase_left_s=float("nan"))])
    writer.close()
    export(tmp_path / "a.mcap", tmp_path / "out.csv", "csv")
    (row,) = csv.DictReader((tmp_path / "out.csv").read_text().splitlines())
    assert row["cop_ml_mm"] == row["phase_left_s"] == "nan"


def test_schema_gives_each_field_its_unit(record, tmp_path):
    path, _, _ = record(10)
    _, _, schema, _ = export(path, tmp_path / "out.csv", "csv")
    described = json.loads(schema.read_text())
    assert [field["name"] for field in described["fields"]] == [field.name for field in FIELDS]
    units = {field["name"]: field["unit"] for field in described["fields"]}
    assert (units["front_left_n"], units["cop_ml_mm"], units["t_ns"], units["seq"]) == ("N", "mm", "ns", "1")
    assert units["lateness_us"] == "us"
    assert described["plate"]["spacing_ml_mm"] == 400.0
    assert unit_of("hold_s") == "s"


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_schema_says_in_the_language_of_the_command_what_each_field_means(record, tmp_path, language):
    path, _, _ = record(10)
    asked = ["--language", language, "export", str(path), "--format", "csv", "--out", str(tmp_path / "out.csv")]
    assert CliRunner().invoke(main, asked).exit_code == 0
    fields = {field["name"]: field for field in json.loads((tmp_path / "out.schema.json").read_text())["fields"]}
    own = Texts(language)
    assert {name: field["meaning"] for name, field in fields.items()} == {
        name: own.say(f"sample.{name}") for name in fields
    }
    assert (
        fields["force_n"]["meaning"]
        == {"en": "vertical force, 10 Hz low-pass", "de": "senkrechte Kraft, Tiefpass 10 Hz"}[language]
    )
    assert (tmp_path / "out.csv").read_text().splitlines()[0].split(",")[:2] == ["seq", "t_ns"]


def test_events_are_a_table(record, tmp_path):
    path, _, _ = record(10)
    _, events, *_ = export(path, tmp_path / "out.csv", "csv")
    (row,) = csv.DictReader(events.read_text().splitlines())
    assert row["kind"] == "session-started"
    assert json.loads(row["data"])["patient"] == "P-7"


def test_mcap_of_a_cut_recording_is_whole(record, tmp_path):
    path, payloads, lengths = record(250, each=50)
    path.write_bytes(path.read_bytes()[: lengths[3] + 20])
    (out,) = export(path, tmp_path / "out.mcap", "mcap")
    copy = read_recording(out)
    assert not copy.truncated
    assert copy.samples.tobytes() == b"".join(payloads[:200])
    with out.open("rb") as file:
        assert make_reader(file, validate_crcs=True).get_summary().statistics.message_count == 201
    assert read_recording(path).truncated  # the original is as it was


def test_refusals(record, tmp_path):
    path, _, _ = record(10)
    before = path.read_bytes()
    for kind in ("csv", "mcap"):
        with pytest.raises(InputError):
            export(path, path, kind)
        with pytest.raises(StorageError, match="none"):
            export(path, tmp_path / "none" / "out", kind)
        with pytest.raises(InputError):
            export(tmp_path / "absent.mcap", tmp_path / "out", kind)
    with pytest.raises(ValueError, match="parquet"):
        export(path, tmp_path / "out", "parquet")
    assert path.read_bytes() == before
