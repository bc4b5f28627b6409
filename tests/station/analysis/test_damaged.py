"""Results of a damaged recording: never a shortened dose, never another trial in its place, always a word of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from station.analysis.comparing import compare
from station.analysis.file_figures import Job, report_of
from station.analysis.reading import ReadOptions
from station.analysis.results import result_of
from station.analysis.sittings import SittingFiles
from station.analysis.tasks import TaskFacts, task_of
from station.cli import main
from station.faults import InputError
from station.recording.writer import RecordingWriter
from station.safety.dose import peak_acceleration_g
from tests.words import all_said

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent, Pack

START_NS, PERIOD_NS, EACH = 1_000_000_000, 4_000_000, 125
TRIALS = {1: (250, 2250), 2: (2750, 4750), 3: (5250, 7250)}
"""Each from its first sample of the hold to its last."""


def spoil(path: Path, seq: int) -> Path:
    """Flip a bit in the chunk that holds this sample."""
    content = bytearray(path.read_bytes())
    at = -1
    for _ in range(seq // EACH + 1):
        at = content.index(b"\x04\x00\x00\x00zstd", at + 1)
    content[at + 200] ^= 1
    path.write_bytes(content)
    return path


@pytest.fixture
def damaged(tmp_path: Path, pack: Pack, make_event: MakeEvent, session_started: MakeEvent) -> Callable[..., Path]:
    """`damaged(*seqs)`: three trials at 20 Hz, of which the chunks with these samples are damaged."""
    path = tmp_path / "drill.mcap"
    started = session_started(1, 0)
    facts = {key: value for key, value in started.items() if key not in ("kind", "t_ns", "seq", "session")}
    facts["prescription"] = {**facts["prescription"], "trials": 3}
    writer = RecordingWriter(path, {**facts, "started_mono_ns": started["t_ns"], "rate_hz": 250.0}, 0)
    writer.event({**started, "prescription": facts["prescription"]}, 0)
    ends = {last + 1: number for number, (_, last) in TRIALS.items()}
    shaking = {"output_hz": 20.0, "output_pp_mm": 1.0, "measured_hz": 20.0}
    for seq in range(7500):
        number = next((number for number, (first, last) in TRIALS.items() if first <= seq <= last), 0)
        shaken = {**shaking, "peak_acceleration_g": peak_acceleration_g(20.0, 1.0)} if number else {}
        writer.append((pack(seq, missed_ticks=0, trial=number, phase=5 if number else 7, **shaken),))
        if seq in ends:
            first, last = (START_NS + at * PERIOD_NS for at in TRIALS[ends[seq]])
            marks = {"hold_start_ns": first, "hold_end_ns": last, "baseline_start_ns": None, "baseline_end_ns": None}
            told = make_event("trial-ended", seq, trial=ends[seq], outcome="held", hold_s=8.0, **marks)
            writer.event(told, ends[seq])
        if seq == 7400:
            writer.event(make_event("drill-ended", seq, outcome="completed"), 4)
        if seq % EACH == EACH - 1:
            writer.sync()
    writer.close()

    def spoiled(*seqs: int) -> Path:
        for seq in seqs:
            spoil(path, seq)
        return path

    return spoiled


def test_the_dose_is_never_less_for_a_damage(damaged):
    whole = result_of(damaged())["dose"]
    assert (whole["source"], whole.get("assumed_s")) == ("estimated", None)
    for seq in (300, 3000, 7399, 2600):  # in a hold, in another, with the drill's end, in a rest
        dose = result_of(damaged(seq))["dose"]
        assert dose["source"] == "assumed"
        assert all(dose[key] >= whole[key] - 1e-12 for key in ("vibration_s", "a8_m_s2", "vdv_m_s175")), seq


def test_a_result_says_what_is_missing(damaged):
    result = result_of(damaged(300))
    assert result["outcome"] == "completed"
    assert result["damage"]["missing"] == [{"from_s": 0.996, "until_s": 1.5, "samples": 125}]
    assert {one["reason"] for one in result["warnings"]} == {"damage-chunk", "damage-changed", "stretch-missing"}
    assert set(result["trials"][0]["measures"].values()) == {None}  # a quarter of a second of its beginning
    assert result["trials"][1]["measures"]["mean_force_n"] == pytest.approx(700.0, rel=1e-6)


def test_a_trial_whose_end_is_lost_is_named(damaged):
    result = result_of(damaged(TRIALS[2][1] + 1))
    assert [(trial["trial"], trial["outcome"]) for trial in result["trials"]] == [
        (1, "held"),
        (2, "damaged"),
        (3, "held"),
    ]
    assert result["damage"]["missing_events"] == 1


def test_no_other_trial_takes_the_place_of_a_damaged_one(damaged):
    path = damaged(TRIALS[1][1] + 1)
    for options in (ReadOptions(), ReadOptions(trial=1)):
        with pytest.raises(InputError) as refused:
            report_of(Job(path, options))
        assert (refused.value.code, refused.value.where) == ("measures-impossible", f"{path} #1")
        assert "The recording of try 1 is damaged." in all_said(refused.value.problems)
    report = report_of(Job(path, ReadOptions(trial=3)))
    assert report["measures"]["mean_force_n"] == pytest.approx(700.0, rel=1e-6)
    assert "stretch-missing" in {one["reason"] for one in report["warnings"]}


def test_the_commands_say_it(damaged):
    path = str(damaged(300))
    ran = CliRunner().invoke(main, ["measures", path, "--trial", "2", "--json"])
    assert "125 samples are missing, from 1.00 s to 1.50 s after the start." in json.loads(ran.stdout)["warnings"]
    assert "samples are missing" in CliRunner().invoke(main, ["measures", path, "--trial", "2"]).stdout
    ran = CliRunner().invoke(main, ["measures", path])
    assert (ran.exit_code, "0.50 s of it are missing" in ran.stdout) == (2, True)
    compared = CliRunner().invoke(main, ["compare", path, str(Path(path).parent)]).stdout
    assert "samples are missing" in " ".join(compared.split())


def test_a_sitting_with_a_damaged_trial_is_not_comparable(damaged, tmp_path):
    path = damaged(TRIALS[2][1] + 1)
    again = tmp_path / "again.mcap"
    again.write_bytes(path.read_bytes())
    result = compare(SittingFiles([path]), SittingFiles([again]))
    assert {one["verdict"] for one in result["changes"].values()} <= {"not-comparable", "no-verdict"}
    assert "stretch-missing" in json.dumps(result["before"]["warnings"])


def test_a_task_with_a_gap_in_its_time_is_refused(damaged):
    path = damaged(300)
    with pytest.raises(InputError, match="measures-impossible"):
        task_of(path, "stabilisation", TaskFacts())
    assert task_of(path, "stabilisation", TaskFacts(until_s=0.9))["warnings"]
