"""`station calibrate` at a terminal: guided, resumable, nothing stored until every check has passed; what uses it."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from hw.values import PlateGeometry
from station.cli import main
from station.faults import InputError
from station.plate import calibrations as store
from station.recording.reader import read_recording

QUICK = ["quiet-stance", "--leg", "both", "--hold-s", "5", "--seed", "7"]
STEPS = 22


def station(*arguments: object, keys: str = ""):
    return CliRunner().invoke(main, [str(one) for one in arguments], input=keys)


def calibrate(data, *arguments: object, keys: str = "\n" * (STEPS + 1)):
    return station("calibrate", "--rig", "simulated", "--seed", 7, "--data", data, *arguments, keys=keys)


def recorded(result):
    return read_recording(Path(result["recording"]))


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    data = tmp_path_factory.mktemp("data")
    ended = calibrate(data, "--by", "Ana", "--json")
    assert ended.exit_code == 0, ended.output
    return data, json.loads(ended.stdout)


def test_the_whole_dialogue_reports_residuals_and_stores(calibrated) -> None:
    data, report = calibrated
    assert len(report["residuals"]) == 18
    assert 0.0 < report["checks"]["cop_rms_mm"] < 0.3
    assert report["checks"]["noise_mm_at_70_kg"] < 0.1
    (path,) = store.history(data)
    assert str(path) == report["calibration"]
    assert path.stat().st_mode & 0o222 == 0
    assert store.current_name(data, "simulated") == path.name
    assert not list((data / "calibrations").glob("unfinished*"))


def test_left_in_the_middle_nothing_is_in_use_and_it_goes_on_from_there(tmp_path) -> None:
    left = calibrate(tmp_path, keys="\n" * 5)
    assert left.exit_code == 0
    assert "Left" in left.stderr
    assert store.history(tmp_path) == []
    assert store.current_name(tmp_path, "simulated") is None
    status = json.loads(calibrate(tmp_path, "--status", "--json").stdout)
    assert status == {"rig": "simulated", "in_use": None, "unfinished": {"step": 6, "steps": STEPS}}
    back = calibrate(tmp_path, keys="b\nq\n")
    assert "Step 5 of" in back.stderr
    gone_on = calibrate(tmp_path, keys="\n" * (STEPS - 4 + 1))
    assert "Step 5 of" in gone_on.stderr
    assert "Accepted" in gone_on.stdout
    assert len(store.history(tmp_path)) == 1


def test_it_can_be_aborted_and_is_not_mixed_with_another(tmp_path) -> None:
    calibrate(tmp_path, keys="\n" * 3)
    other = calibrate(tmp_path, "--mass", 10, "--mass", 30, "--json")
    assert json.loads(other.stdout)["error"]["code"] == "calibration-refused"
    assert "--abort" in other.stderr
    calibrate(tmp_path, "--abort")
    assert json.loads(calibrate(tmp_path, "--status", "--json").stdout)["unfinished"] is None


def test_it_is_refused_while_the_station_runs(tmp_path) -> None:
    from station.claim import claim
    from station.settings import load_settings, runtime_folder

    settings = load_settings(None)
    settings = settings.model_copy(update={"station": settings.station.model_copy(update={"data": tmp_path})})
    with claim(runtime_folder(settings)):
        assert calibrate(tmp_path).exit_code == 5


def test_a_drill_uses_it_and_its_recording_knows_it(calibrated, tmp_path) -> None:
    data, report = calibrated
    own = json.loads((data / "calibrations" / store.current_name(data, "simulated")).read_text())["calibration"]
    delivered = json.loads(station("drill", *QUICK, "--data", tmp_path, "--json").stdout)
    result = json.loads(station("drill", *QUICK, "--data", data, "--json").stdout)
    assert recorded(result).header["calibration"] | own == recorded(result).header["calibration"]
    assert recorded(delivered).header["calibration"]["zero_v"] != own["zero_v"]
    other = [*QUICK[:-1], "8"]
    unknown = json.loads(station("drill", *other, "--data", data, "--json").stdout)
    assert recorded(unknown).header["calibration"]["origin"] == "as delivered"

    again = json.loads(
        station("measures", delivered["recording"], "--calibration", report["calibration"], "--json").stdout
    )
    used = json.loads(
        station("measures", delivered["recording"], "--calibration", "current", "--data", data, "--json").stdout
    )
    as_was = json.loads(station("measures", delivered["recording"], "--json").stdout)
    assert again["measures"] == used["measures"] != as_was["measures"]
    name = Path(report["calibration"]).stem
    assert again["calibration"]["id"] == used["calibration"]["id"] == name
    assert as_was["calibration"] == {"origin": "as delivered", "id": "", "made_at": ""} == delivered["calibration"]
    assert result["calibration"]["id"] == name
    assert result["calibration"]["made_at"].endswith("Z")
    table = station("measures", result["recording"], "--basic").stdout
    assert f"calibration {name}" in table
    itself = json.loads(station("measures", result["recording"], "--json").stdout)["measures"]
    # Two drills: where the foot comes down, their windows may begin a tick apart, which is some of the path.
    for name, same in (("mean_force_n", 5e-3), ("rms_ml_mm", 0.02), ("path_length_mm", 0.05)):
        assert again["measures"][name] == pytest.approx(itself[name], rel=same)


def test_its_own_calibration_gives_the_same_newtons_from_the_recorded_volts(calibrated) -> None:
    from station.recording.signals import recalibrated

    data, report = calibrated
    recording = recorded(json.loads(station("drill", *QUICK, "--data", data, "--json").stdout))
    own = store.load_calibration(data, report["calibration"], "simulated")
    assert np.abs(recalibrated(recording, own.calibration).cells_n - recording.cells_n).max() < 1e-3


def test_history_and_going_back(tmp_path) -> None:
    calibrate(tmp_path)
    first = store.history(tmp_path)[0].name
    calibrate(tmp_path, "--mass", 15, "--mass", 45)
    rows = json.loads(calibrate(tmp_path, "--history", "--json").stdout)
    assert len(rows) == 2
    assert [row["in_use"] for row in rows if row["name"] == first] == [False]
    assert calibrate(tmp_path, "--use", first.removesuffix(".json")[-8:]).exit_code == 0
    assert store.current_name(tmp_path, "simulated") == first
    unknown = calibrate(tmp_path, "--use", "nonsense", "--json")
    assert json.loads(unknown.stdout)["error"]["code"] == "calibration-unknown"


def test_a_damaged_calibration_or_one_of_another_plate_is_never_passed_over(calibrated, tmp_path) -> None:
    data, _ = calibrated
    name = store.current_name(data, "simulated")
    folder = tmp_path / "calibrations"
    folder.mkdir()
    text = (data / "calibrations" / name).read_text()
    (folder / "current.json").write_text(json.dumps({"simulated": name}))
    (folder / name).write_text(text)
    plate = PlateGeometry(300.0, 400.0)
    assert store.calibration_for(tmp_path, "simulated", 7, plate) is not None
    assert store.calibration_for(tmp_path, "simulated", 8, plate) is None
    assert store.calibration_for(tmp_path, "replay", 7, plate) is None
    assert store.calibration_for(tmp_path, "pi", 7, plate) is None
    with pytest.raises(InputError, match="of-another-plate"):
        store.calibration_for(tmp_path, "simulated", 7, PlateGeometry(138.0, 293.0))
    for damaged in (text[:-20], text.replace('"zero_v":[', '"zero_v":[NaN,'), "[]"):
        (folder / name).write_text(damaged)
        with pytest.raises(InputError) as caught:
            store.calibration_for(tmp_path, "simulated", 7, plate)
        assert caught.value.code == "calibration-invalid"
    ended = station("drill", *QUICK, "--data", tmp_path, "--json")
    assert ended.exit_code == 2
