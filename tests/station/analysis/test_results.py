"""Results of a recording: windows by the events' marks, the dose by physics, None where nothing can be."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drills.library import load_shipped
from hw.values import CellCalibration, CellStatus
from station.analysis.file_figures import Job, figures_of, report_of
from station.analysis.reading import ReadOptions, _chosen_hold, parts_of_trials, read_file, trials_of
from station.analysis.results import result_of
from station.analysis.sittings import SittingFiles, sitting_of
from station.faults import InputError
from station.measures import Request
from station.recording.reader import AGE_COLUMNS, CELL_COLUMNS, read_recording
from station.recording.writer import RecordingWriter
from station.safety.dose import peak_acceleration_g, weighting_k
from station.safety.limits import CLINICIAN
from tests.words import all_said, said

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent, Pack

START_NS = 1_000_000_000
UNMIXED = tuple(tuple(float(row == column) for column in range(4)) for row in range(4))
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


def at(seconds: float) -> int:
    return START_NS + int(seconds * 1e9)


@pytest.fixture
def recording(
    tmp_path: Path,
    pack: Pack,
    make_event: MakeEvent,
    session_started: MakeEvent,
) -> Path:
    """20 s: baseline 2 to 6 s, vibration at 20 Hz 1 mm from 7 to 17 s, hold 7 to 17 s."""
    path = tmp_path / "drill.mcap"
    writer = RecordingWriter(
        path,
        {
            "drill": "single-leg-vibration",
            "leg": "left",
            **{key: session_started()[key] for key in ("plate", "prescription")},
        },
        0,
    )
    peak_g = peak_acceleration_g(20.0, 1.0)
    for seq in range(5000):
        shaking = {
            "output_hz": 20.0,
            "output_pp_mm": 1.0,
            "measured_hz": 20.0 if seq >= 2000 else 12.0,
            "peak_acceleration_g": peak_g if seq >= 2000 else peak_acceleration_g(12.0, 1.0),
        }
        writer.append([pack(seq, late_ticks=seq // 1000, **(shaking if 1750 <= seq < 4250 else {}))])
    marks = {"baseline_start_ns": at(2), "baseline_end_ns": at(6), "hold_start_ns": at(7), "hold_end_ns": at(16.998)}
    writer.event(make_event("trial-ended", 4250, trial=1, outcome="held", hold_s=10.0, **marks))
    writer.event(make_event("trial-ended", 4900, trial=2, outcome="not-started", hold_s=0.0, **dict.fromkeys(marks)))
    writer.event(make_event("drill-ended", 4990, outcome="completed"), 2)
    writer.close()
    return path


def test_the_whole_result(recording):
    result = result_of(recording)
    assert (result["drill"], result["leg"], result["outcome"]) == ("single-leg-vibration", "left", "completed")
    assert (result["samples"], result["late_ticks"], result["repeated_samples"]) == (5000, 4, 49)
    held, missed = result["trials"]
    assert set(held["measures"]) == set(held["baseline_measures"]) == set(missed["measures"]) >= KEYS
    assert held["measures"]["mean_force_n"] == pytest.approx(700.0, rel=1e-6)
    assert held["measures"]["range_ml_mm"] == pytest.approx(20.0, rel=0.01)
    assert held["measures"] != held["baseline_measures"]
    assert held["vibration"]["asked_hz"] == 20.0
    assert held["vibration"]["asked_pp_mm"] == 1.0
    assert held["vibration"]["measured_hz"] == pytest.approx(20.0)  # its first second of 12 Hz is left out
    assert held["vibration"]["peak_acceleration_g"] == pytest.approx(peak_acceleration_g(20.0, 1.0), rel=1e-6)
    assert missed["outcome"] == "not-started"
    assert set(missed["measures"].values()) == {None}
    assert set(missed["reasons"]) == set(missed["measures"])
    assert missed["baseline_measures"] is None


def test_the_first_end_of_a_trial_counts_where_a_file_tells_two(recording, make_event):
    whole = read_recording(recording)
    twice = whole._replace(events=[*whole.events, make_event("trial-ended", 4950, trial=1, outcome="missed")])
    assert trials_of(twice) == trials_of(whole)


def test_the_dose_is_the_formulas_of_iso_2631(recording):
    dose = result_of(recording)["dose"]
    assert dose["vibration_s"] == pytest.approx(10.0)
    assert dose["source"] == "estimated"
    rms = [weighting_k(hz) * peak_acceleration_g(hz, 1.0) * 9.80665 / 2**0.5 for hz in (12.0, 20.0)]
    e2 = rms[0] ** 2 * 1.0 + rms[1] ** 2 * 9.0
    assert dose["a8_m_s2"] == pytest.approx((e2 / 28_800) ** 0.5, rel=0.005)
    e4 = 1.5 * (rms[0] ** 4 * 1.0 + rms[1] ** 4 * 9.0)
    assert dose["vdv_m_s175"] == pytest.approx(e4**0.25, rel=0.005)


def test_pipelines_differ_and_are_named(recording):
    raw, station = result_of(recording, "raw"), result_of(recording)
    assert (raw["pipeline"], station["pipeline"]) == ("raw", "station-1")
    assert raw["trials"][0]["measures"] != station["trials"][0]["measures"]
    with pytest.raises(ValueError, match="nonsense"):
        result_of(recording, "nonsense")


def test_measures_of_a_recording_are_those_of_its_first_hold(recording):
    found = report_of(Job(recording, request=Request("raw")))
    assert found["measures"] == result_of(recording, "raw")["trials"][0]["measures"]
    assert found["pipeline"] == "raw"
    assert found["rate_hz"] == pytest.approx(250.0)


def test_measures_of_a_table(tmp_path):
    path = tmp_path / "in.csv"
    rows = "".join(f"{seq % 10},{-seq % 7}\n" for seq in range(1000))
    path.write_text("cop_ml_mm,cop_ap_mm\n" + rows)
    found = report_of(Job(path, ReadOptions(100.0), Request("raw")))
    assert found["measures"]["range_ml_mm"] == 9.0
    assert found["measures"]["mean_force_n"] is None
    assert found["reasons"]["mean_force_n"]
    assert "error" not in found
    short = report_of(Job(path, ReadOptions(1e6)))  # 1 ms
    assert short["error"]["code"] == "measures-impossible"
    with pytest.raises(InputError, match="nonsense"):
        report_of(Job(path, ReadOptions(100.0), Request("nonsense")))


def test_a_recording_that_is_still_open_has_no_outcome_yet(record):
    path, _, _ = record(300, close=False)
    result = result_of(path)
    assert result["outcome"] is None
    assert (result["damage"]["marks"], result["damage"]["open_end"]) == (["cut"], True)
    assert result["trials"] == []
    assert (result["dose"]["source"], result["dose"]["vibration_s"]) == ("assumed", CLINICIAN.session_s)


def test_a_recording_without_samples(record):
    path, _, _ = record(0)
    assert result_of(path)["samples"] == 0


def test_the_worker_prints_json_and_says_what_is_wrong(recording, tmp_path):
    command = [sys.executable, "-m", "station.analysis.results", "--nice"]
    done = subprocess.run([*command, str(recording)], capture_output=True, check=True, text=True)
    assert json.loads(done.stdout) == {**result_of(recording), "whole": True, "exercised": {}}
    (tmp_path / "other").write_text("no recording")
    refused = subprocess.run([*command, str(tmp_path / "other")], capture_output=True, check=False, text=True)
    assert refused.returncode == 2
    assert str(tmp_path / "other") in refused.stderr
    assert refused.stdout == ""


def test_the_recorder_never_imports_scipy_or_numpy():
    script = "import sys, station.processes.recorder; print([one for one in ('scipy', 'numpy') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_trial_can_be_named_and_the_choice_is_said(recording, make_event):
    whole = read_recording(recording)
    marks = {"hold_start_ns": at(8), "hold_end_ns": at(12)}
    more = whole._replace(events=[*whole.events, make_event("trial-ended", 4900, trial=3, **marks)])
    assert _chosen_hold(whole, None) == ((at(7), at(16.998)), None)
    hold, choice = _chosen_hold(more, None)
    assert (hold, said(choice)) == ((at(7), at(16.998)), "this is try 1; there is also 3 (--trial)")
    assert _chosen_hold(more, 3) == ((at(8), at(12)), None)
    with pytest.raises(InputError, match="trials-with-hold numbers=1,3") as caught:
        _chosen_hold(more, 2)
    assert caught.value.code == "measures-impossible"
    assert figures_of(recording, ReadOptions(trial=1)).values == figures_of(recording).values


@pytest.fixture
def stood(
    tmp_path: Path,
    pack: Pack,
    make_event: MakeEvent,
    session_started: MakeEvent,
) -> Callable[..., Path]:
    """`stood(broken)`: 32 s of a drill from stepping on to off, the weight coming from the left for 1 s and leaving to
    it in the last; `broken` are further fields by sample.
    """

    def write(broken=lambda _seq: {}):
        path = tmp_path / f"stance{len(list(tmp_path.iterdir()))}.mcap"
        header = {key: session_started()[key] for key in ("plate", "prescription")}
        document = load_shipped("quiet-stance").model_dump(mode="json")
        writer = RecordingWriter(path, {"drill": "quiet-stance", "leg": "both", "document": document, **header}, 0)
        for seq in range(8000):
            edge = max(0.0, 1.0 - min(seq, 7999 - seq) / 250.0)
            left, right = 175.0 * (1 + 0.4 * edge), 175.0 * (1 - 0.4 * edge)
            sway = 1.0 + 0.01 * math.sin(seq / 60.0)
            cells = dict(zip(CELL_COLUMNS, (left * sway, right * sway, right / sway, left / sway), strict=True))
            ages = dict.fromkeys(AGE_COLUMNS, 0.8)
            writer.append([pack(seq, **(cells | ages | broken(seq)))])
        marks = {"hold_start_ns": at(0), "hold_end_ns": at(31.996)}
        writer.event(make_event("trial-ended", 7999, trial=1, outcome="held", hold_s=32.0, **marks))
        writer.close()
        return path

    return write


def test_stepping_on_and_off_is_no_quiet_stance(stood):
    path = stood()
    found, whole = figures_of(path), figures_of(path, request=Request("raw"))
    assert found.duration_s == pytest.approx(32.0 - 3.5, abs=0.01)
    assert found.values["range_ml_mm"] < 1.0
    assert said(found.warnings[-1]) == "stepping on (2 s) and off (1.5 s) are left out"
    assert whole.duration_s == pytest.approx(32.0, abs=0.01)
    assert whole.values["range_ml_mm"] == pytest.approx(80, rel=0.1)


@pytest.mark.parametrize("status", [CellStatus.SATURATED, CellStatus.STALE, CellStatus.BUS_STUCK])
def test_a_value_that_its_status_calls_wrong_is_none(stood, status):
    wrong = {"front_left_status": int(status), "front_left_n": 900.0}
    quiet = figures_of(stood())
    few = figures_of(stood(lambda seq: wrong if 3000 <= seq < 3010 else {}))
    assert few.values["mean_velocity_mm_s"] == pytest.approx(quiet.values["mean_velocity_mm_s"], rel=0.02)
    words = "10 of 7125 values of the front left cell are not used: it was saturated, broken or silent"
    assert words in all_said(few.warnings)
    many = figures_of(stood(lambda seq: wrong if 3000 <= seq < 3100 else {}))
    assert set(all_said(many.reasons.values())) == {"there is no centre of pressure for 0.40 s from 10.00 s on"}


def test_a_cell_whose_times_stand_still_or_go_back_is_no_crash(stood):
    """What a silent converter leaves: the time of its last conversion, given as an age that is rounded again; and a
    force that the crosstalk of the others moves.
    """

    def silent(seq):
        if not 3000 <= seq < 3015:
            return {}
        return {
            "front_left_age_ms": 0.8 + (seq - 3000) * 4.0 + 1e-7 * (seq % 3 - 1),
            "front_left_n": 176.0 + 1e-4 * (seq % 5),
        }

    quiet, found = figures_of(stood()), figures_of(stood(silent))
    assert found.values["mean_velocity_mm_s"] == pytest.approx(quiet.values["mean_velocity_mm_s"], rel=0.05)


def test_a_cell_that_was_silent_all_along_is_no_figure_and_no_crash(stood):
    found = figures_of(stood(lambda _seq: {"back_left_status": int(CellStatus.NO_ANSWER)}))
    assert set(all_said(found.reasons.values())) == {"no force is a number"}
    assert "7125 of 7125 values of the back left cell are not used" in said(found.warnings[-1])


def test_a_file_is_read_once_however_much_is_said_of_it(recording, monkeypatch):
    reads = []

    def counted(path):
        reads.append(path)
        return read_recording(path)

    monkeypatch.setattr("station.analysis.reading.read_recording", counted)
    report = report_of(Job(recording, age_years=40.0))
    assert report["measures"]["mean_force_n"] == pytest.approx(700.0, rel=1e-6)
    assert set(report["norms"]) >= {"mean_velocity_mm_s", "single_leg_stance_time_s"}  # by the drill's leg
    names, sets, stood, patients, days, *_ = sitting_of(SittingFiles([recording]), ReadOptions(), Request())
    assert names == [f"{recording} #1"]
    assert sets[0].values["mean_force_n"] == report["measures"]["mean_force_n"]
    assert {one.stance for one in stood} == {"left"}
    assert patients == days == frozenset()  # this header names neither
    assert reads == [recording, recording]


def test_a_wanted_calibration_is_applied_once_and_named(recording, monkeypatch):
    loads = []

    class Doubled:
        calibration = CellCalibration((0.0,) * 4, (2.0,) * 4, UNMIXED)

        def described(self):
            return {"origin": "weights", "id": "doubled", "made_at": "today"}

    def load(*asked):
        loads.append(asked)
        return Doubled()

    monkeypatch.setattr("station.analysis.reading.load_calibration", load)
    file = read_file(recording, ReadOptions(calibration=(recording.parent, "current")))
    volts = read_recording(recording).samples["front_left_v"].astype(float)
    assert file.recording.samples["front_left_n"] == pytest.approx(2.0 * volts)
    assert file.calibration == Doubled().described()
    assert len(list(parts_of_trials(file, "station-1"))) == 1
    assert loads == [(recording.parent, "current", "None")]
    table = recording.with_name("table.csv")
    table.write_text("cop_ml_mm,cop_ap_mm\n1,2\n")
    with pytest.raises(InputError, match="no-volts"):
        read_file(table, ReadOptions(rate_hz=100.0, calibration=(recording.parent, "current")))
