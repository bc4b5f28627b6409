"""The command line as a person or a program uses it: results, and every wrong input with what, where and what to do."""

import gzip
import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from station.cli import main
from station.recording.reader import read_recording
from station.recording.session import SessionRecorder

KEYS = {
    "path_length_mm",
    "mean_velocity_mm_s",
    "ellipse_area_mm2",
    "rms_ml_mm",
    "rms_ap_mm",
    "range_ml_mm",
    "range_ap_mm",
    "mean_force_n",
}
QUICK = ["single-leg-vibration", "--leg", "left", "--seed", "7", "--hold-s", "5", "--trials", "1"]


def station(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """One short drill, its printed JSON and its data folder."""
    data = tmp_path_factory.mktemp("data")
    ended = station("drill", *QUICK, "--json", "--data", data)
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.output), data


def test_a_simulated_drill_prints_its_result_and_records_it(drilled) -> None:
    result, _ = drilled
    assert result["outcome"] == "completed"
    (trial,) = result["trials"]
    assert trial["outcome"] == "held"
    assert trial["hold_s"] == pytest.approx(5.0, abs=0.01)
    assert set(trial["measures"]) >= KEYS
    assert set(trial["baseline_measures"]) >= KEYS
    assert trial["vibration"]["asked_hz"] == 25.0
    assert trial["vibration"]["measured_hz"] == pytest.approx(25.0, rel=0.01)
    assert trial["vibration"]["peak_acceleration_g"] == pytest.approx(0.29, abs=0.01)
    assert result["dose"]["vibration_s"] == pytest.approx(8.5, abs=1.0)
    assert result["late_ticks"] == 0
    assert result["samples"] == len(read_recording(Path(result["recording"])).samples)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(drilled, tmp_path) -> None:
    result, data = drilled
    recording = Path(result["recording"]).read_bytes()
    again = station("drill", *QUICK, "--json", "--data", data)
    assert json.loads(again.output) == result
    assert Path(result["recording"]).read_bytes() == recording
    elsewhere = json.loads(station("drill", *QUICK, "--json", "--data", tmp_path).output)
    assert {**elsewhere, "recording": ""} == {**result, "recording": ""}
    assert Path(elsewhere["recording"]).read_bytes() == recording
    other = json.loads(station("drill", *QUICK, "--seed", 8, "--json", "--data", data).output)
    assert other["trials"][0]["measures"] != result["trials"][0]["measures"]
    assert Path(result["recording"]).exists()
    assert other["recording"] != result["recording"]


def test_the_result_in_words_names_outcome_sway_and_frequency(tmp_path) -> None:
    ended = station("drill", *QUICK, "--data", tmp_path)
    assert "left leg: completed" in ended.output
    assert "of 25.0 Hz" in ended.output
    assert "mm/s" in ended.output


def test_in_real_time_the_disk_does_not_hold_the_loop(tmp_path, monkeypatch) -> None:
    """Every sample reaches the recording, and none by the loop's own thread."""
    threads: list[tuple[str, str]] = []

    def note(name: str) -> None:
        do = getattr(SessionRecorder, name)

        def noted(*arguments):
            threads.append((name, threading.current_thread().name))
            return do(*arguments)

        monkeypatch.setattr(SessionRecorder, name, noted)

    for name in ("append", "event", "sync"):
        note(name)
    asked = ("drill", "quiet-stance", "--clock", "real", "--hold-s", "5", "--seed", 3, "--json", "--data", tmp_path)
    for _ in range(3):  # a computer that is held up for 60 ms trips the drill, as it must: then it is done again
        threads.clear()
        result = json.loads(station(*asked).output)
        if result["outcome"] != "tripped":
            break
    assert result["outcome"] == "completed"
    assert {name for name, _ in threads} == {"append", "event", "sync"}
    by = [thread for _, thread in threads]
    assert len(by) > 10
    assert set(by[:-3]) == {"recording"}  # what is left when the loop has ended may take its time
    assert result["samples"] == len(read_recording(Path(result["recording"])).samples) > 0


def test_an_emergency_stop_in_the_drill_is_its_outcome_and_exit_code(tmp_path) -> None:
    ended = station("drill", *QUICK, "--fault", "estop@19.5", "--json", "--data", tmp_path)
    assert ended.exit_code == 6
    result = json.loads(ended.output)
    assert result["outcome"] == "tripped"
    assert result["trials"][0]["outcome"] == "stopped"
    assert result["trip"]["code"] == "estop-open"


@pytest.mark.parametrize("side", ["0_Left", "1_Right"])
def test_a_real_recording_through_cells_amplifiers_and_converters_gives_the_vendors_figures(
    kinvent, tmp_path, side
) -> None:
    file = kinvent / f"sub01_EC_block{side}.csv.gz"
    ended = station(
        "drill", "quiet-stance", "--rig", "replay", "--input", file, "--pipeline", "raw", "--json", "--data", tmp_path
    )
    assert ended.exit_code == 0, ended.output
    (trial,) = json.loads(ended.output)["trials"]
    vendor = json.loads((kinvent / f"sub01_EC_block{side}.meta.json").read_text())
    path_mm = float(vendor["Total Displacement (mm)"][0])
    ellipse_mm2 = float(vendor["Ellipse Surface (mm²)"][0])
    assert trial["measures"]["path_length_mm"] == pytest.approx(path_mm, rel=0.02)
    assert trial["measures"]["ellipse_area_mm2"] == pytest.approx(ellipse_mm2, rel=0.02)
    with gzip.open(file, "rt") as rows:
        next(rows)
        cells_kg = [[float(cell) for cell in row.split(",")[1:5]] for row in rows]
    mean_n = sum(map(sum, cells_kg)) / len(cells_kg) * 9.80665
    assert trial["measures"]["mean_force_n"] == pytest.approx(mean_n, rel=0.005)


def test_the_vibrating_drill_runs_on_a_replayed_recording_too(kinvent, tmp_path) -> None:
    file = kinvent / "sub01_EC_block1_Right.csv.gz"
    asked = ["--leg", "right", "--hold-s", "10", "--trials", "1"]
    ended = station(
        "drill", "single-leg-vibration", *asked, "--rig", "replay", "--input", file, "--json", "--data", tmp_path
    )
    (trial,) = json.loads(ended.output)["trials"]
    assert trial["outcome"] == "held"
    assert trial["vibration"]["measured_hz"] == pytest.approx(25.0, rel=0.02)


def test_our_own_recording_can_be_replayed(drilled, tmp_path) -> None:
    result, _ = drilled
    ended = station(
        "drill", "quiet-stance", "--rig", "replay", "--input", result["recording"], "--json", "--data", tmp_path
    )
    assert ended.exit_code == 0, ended.output
    assert json.loads(ended.output)["trials"][0]["hold_s"] > 5


def test_measures_of_a_recording_and_of_csv_files(drilled, tmp_path, bds) -> None:
    result, _ = drilled
    measured = json.loads(station("measures", result["recording"], "--json").output)
    assert measured["pipeline"] == "station-1"
    assert {key: measured["measures"][key] for key in KEYS} == {
        key: result["trials"][0]["measures"][key] for key in KEYS
    }
    raw = json.loads(station("measures", bds / "BDS00013.csv.gz", "--rate", 100, "--pipeline", "raw", "--json").output)
    assert raw["pipeline"] == "raw"
    assert 3.0 < raw["measures"]["mean_velocity_mm_s"] < 30.0
    cells = tmp_path / "cells.csv"
    rows = "".join(f"{i / 100},{100 + i % 7},{101 + i % 3},{99},{100}\n" for i in range(3000))
    cells.write_text("time_s,front_left_n,front_right_n,back_right_n,back_left_n\n" + rows)
    four = json.loads(station("measures", cells, "--cells-ml", 300, "--cells-ap", 400, "--json").output)
    assert four["measures"]["mean_force_n"] == pytest.approx(404, abs=5)


@pytest.mark.parametrize("file_format", ["csv", "mcap"])
def test_export_writes_beside_the_recording_or_where_it_is_asked(drilled, tmp_path, file_format) -> None:
    result, _ = drilled
    out = tmp_path / f"out.{file_format}"
    ended = station("export", result["recording"], "--format", file_format, "--out", out, "--json")
    assert ended.exit_code == 0, ended.output
    written = [Path(one) for one in json.loads(ended.output)["written"]]
    assert out in written
    if file_format == "csv":
        assert out.read_text().count("\n") == result["samples"] + 1
    else:
        assert len(read_recording(out).samples) == result["samples"]


def test_config_checks_and_dumps(tmp_path) -> None:
    assert station("config").output.startswith("valid")
    dumped = tmp_path / "station.toml"
    dumped.write_text(station("config", "--dump").output)
    assert json.loads(station("config", "--check", "--settings", dumped, "--json").output)["valid"] is True
    assert json.loads(station("config", "--dump", "--json").output)["web"]["port"] == 8080


def test_the_drills_are_listed() -> None:
    assert "single-leg-vibration" in station("drill").output
    assert {one["name"] for one in json.loads(station("drill", "--list", "--json").output)} >= {"quiet-stance"}


def _write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("latin-1"))
    return path


WRONG = {
    "settings-missing": (lambda t: ["config", "--settings", t / "none.toml"], "none.toml"),
    "settings-invalid": (
        lambda t: ["config", "--settings", _write(t / "s.toml", "[web]\nprot=1")],
        'did you mean "port"',
    ),
    "rig-unknown": (lambda t: ["drill", "quiet-stance", "--rig", "simulate"], "did you mean simulated"),
    "i2c-bus-missing": (
        lambda t: ["drill", "quiet-stance", "--rig", "pi", "--data", t, "--settings", _write(t / "s", BUS_31)],
        "/dev/i2c-31",
    ),
    "input-invalid": (lambda t: ["drill", *QUICK, "--patient", "../x y", "--data", t], "../x y"),
    "drill-unknown": (lambda t: ["drill", "quiet-stanse"], "quiet-stance"),
    "replay-input": (lambda t: ["drill", "quiet-stance", "--rig", "replay", "--data", t], "--input"),
    "input-invalid: frequency": (lambda t: ["drill", *QUICK, "--frequency-hz", "50"], "from 5 to 35"),
    "limit-exceeded": (lambda t: ["drill", *QUICK, "--hold-s", "59"], "the limit is 56.5 s"),
    "input-invalid: fault": (lambda t: ["drill", *QUICK, "--fault", "explode@1", "--data", t], "explode"),
    "input-invalid: pipeline": (lambda t: ["measures", t, "--pipeline", "station-9"], "station-1"),
    "input-invalid: task": (lambda t: ["task", "push", t], "--weight-kg"),
    "data-folder": (lambda t: ["drill", *QUICK, "--data", _write(t / "file", "") / "data"], "file/data"),
    "recording-unreadable": (lambda t: ["measures", _write(t / "r.mcap", "\x89MCAP0\r\n and then nothing")], "r.mcap"),
    "csv-columns": (lambda t: ["measures", _write(t / "c.csv", "a,b\n1,2\n")], "cop_ml_mm"),
    "csv-value": (lambda t: ["measures", _write(t / "c.csv", INF_CSV)], "row 3"),
    "csv-time": (lambda t: ["measures", _write(t / "c.csv", "cop_ml_mm,cop_ap_mm\n1,2\n2,3\n")], "--rate"),
}
INF_CSV = "time_s,cop_ml_mm,cop_ap_mm\n0.0,1,2\n0.1,inf,2\n0.2,1,2\n"
BUS_31 = "[rig.load_cells]\ni2c_bus = 31\n"


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_input_says_what_where_and_what_to_do(tmp_path, case) -> None:
    make, words = WRONG[case]
    code = case.partition(":")[0]
    ended = station(*make(tmp_path), "--json")
    assert ended.exit_code in (2, 3, 4)
    message, report = ended.stderr, json.loads(ended.stdout)["error"]
    assert report["code"] == code
    assert f"[{code}]" in message
    assert "What to do:" in message
    assert words in message
    assert "Traceback" not in message


def test_a_truncated_recording_says_so_wherever_it_is_used(drilled, tmp_path) -> None:
    result, _ = drilled
    whole = Path(result["recording"]).read_bytes()
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(whole[:-2000])
    assert read_recording(cut).truncated
    ended = station("measures", cut, "--json")
    assert "ends in the middle" in " ".join(json.loads(ended.stdout)["warnings"])
    assert "ends in the middle" in station("measures", cut).output
    exported = station("export", cut, "--format", "csv", "--out", tmp_path / "cut.csv")
    assert "ends in the middle" in exported.stderr
    assert "[recording-truncated]" in exported.stderr
    half = tmp_path / "half.mcap"
    half.write_bytes(whole[: len(whole) * 9 // 10])
    assert 0 < len(read_recording(half).samples) < result["samples"]
    assert "ends in the middle" in station("measures", half).output
    nothing = tmp_path / "nothing.mcap"
    nothing.write_bytes(whole[:3000])
    refused = station("measures", nothing, "--json")
    assert refused.exit_code == 2
    assert "Traceback" not in refused.output


@pytest.mark.parametrize("fault", ["nack:9@1", "swap@1", "estop@-5", "estop@nan", "estop@soon"])
def test_a_fault_that_makes_no_sense_is_named(tmp_path, fault) -> None:
    ended = station("drill", "quiet-stance", "--fault", fault, "--json", "--data", tmp_path)
    assert ended.exit_code == 2
    assert json.loads(ended.stdout)["error"]["code"] == "input-invalid"
    assert "--fault" in ended.stderr


def test_each_verb_is_found_under_its_own_name() -> None:
    """The table that says where a verb lies names it as the verb names itself."""
    assert {verb: command.name for verb, command in main.commands.items()} == {verb: verb for verb in main.commands}
    assert len(main.commands.values()) == len(main.commands) > 30
    assert main.commands.get("nosuch") is None
