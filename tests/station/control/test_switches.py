"""Hand and foot switch through the whole station, on the simulated rig: a patient lets go, a therapist presses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from drills.values import Phase
from station.cli import main
from station.recording.reader import read_recording
from station.safety.arming import Arming
from station.settings import SwitchSettings

HELD = SwitchSettings(hand="hold_to_run")
FOOT = SwitchSettings(foot="stop")
SETTINGS = '[switches]\nhand = "hold_to_run"\nfoot = "stop"\n'
QUICK = ["single-leg-vibration", "--leg", "left", "--seed", "7", "--hold-s", "5", "--trials", "1", "--json"]


def _to_the_vibration(bench) -> None:
    assert bench.start(hold_s=30.0, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == Phase.HOLD and bench.vibrating(), 40)


def _time_to_off_s(bench) -> float:
    begin_ns = bench.clock.now_ns()
    bench.run_until(lambda: not bench.vibrating(), 1.0)
    return (bench.clock.now_ns() - begin_ns) * 1e-9


def _outcomes(bench) -> list[str]:
    return [event["outcome"] for event in bench.published.events if event["kind"] == "drill-ended"]


def test_the_patient_who_lets_go_is_named_and_must_hold_it_to_start_again(make_bench) -> None:
    bench = make_bench(switches=HELD)
    _to_the_vibration(bench)
    hand = bench.rig.faults["hand_switch"]
    hand(False)
    assert 0.05 < _time_to_off_s(bench) <= 0.05 + 0.012  # the contact's bounce, and the ticks round it
    assert bench.station.safety.trip == "hand-switch-released"
    assert _outcomes(bench) == ["tripped"]
    hand(True)
    bench.run_s(2.0)
    assert bench.station.safety.trip == "hand-switch-released"
    assert not bench.vibrating()
    hand(False)
    bench.run_s(0.1)
    refused = bench.station.safeguard.acknowledge(bench.station.evidence)
    assert refused == ""
    bench.run_until(lambda: bench.station.session is None)
    assert bench.start() == ("hand-switch-not-held", "start", "")
    assert bench.station.safety.arming is Arming.DISARMED
    hand(True)
    bench.run_s(0.1)
    _to_the_vibration(bench)


def test_a_drill_without_vibration_needs_no_hand(make_bench) -> None:
    bench = make_bench(switches=HELD)
    bench.rig.faults["hand_switch"](False)
    bench.run_s(0.1)
    assert bench.start(hold_s=5.0, trials=1, displacement_pp_mm=0.0) is None
    bench.run_until(lambda: bench.station.session is None)
    assert bench.published.kinds().count("trial-ended") == 1
    assert bench.station.safety.trip == ""


@pytest.mark.parametrize("phase", [Phase.SETTLE, Phase.HOLD])
def test_the_foot_switch_stops_as_stop_does_and_nothing_starts_while_it_is_pressed(make_bench, phase) -> None:
    bench = make_bench(switches=FOOT)
    assert bench.start(hold_s=30.0, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == phase, 40)
    if phase is Phase.HOLD:
        bench.run_s(0.5)
        assert bench.vibrating()
    foot = bench.rig.faults["foot_switch"]
    foot()
    bench.run_s(0.012)
    assert not bench.vibrating()
    assert (bench.station.safety.arming, bench.station.safety.trip) == (Arming.DISARMED, "")
    assert _outcomes(bench) == ["stopped"]
    assert [event["by"] for event in bench.published.events if event["kind"] == "stop"] == ["foot switch"]
    assert bench.start() == ("not-ready", "start", "a drill is running")  # its last samples are still recorded
    bench.run_until(lambda: bench.station.session is None, 0.4)
    if phase is Phase.HOLD:
        assert bench.start() == ("platform-still-moving", "start", "")
    bench.run_s(2.0)  # the plate has come to rest
    assert bench.start() == ("foot-switch-pressed", "start", "")
    foot(False)
    bench.run_s(0.1)
    assert bench.station.safety.arming is Arming.DISARMED
    assert bench.start() is None


def test_without_a_meaning_both_are_recorded_and_do_nothing(bench) -> None:
    _to_the_vibration(bench)
    assert bench.published.last.inputs == 0b001
    bench.rig.faults["hand_switch"]()
    bench.rig.faults["foot_switch"]()
    bench.run_s(0.2)
    assert bench.published.last.inputs == 0b111
    bench.rig.faults["hand_switch"](False)
    bench.run_s(0.2)
    assert bench.vibrating()


def _drill(tmp_path, *more: str) -> tuple[int, dict]:
    file = tmp_path / "station.toml"
    file.write_text(SETTINGS)
    ended = CliRunner().invoke(main, ["drill", *QUICK, "--settings", str(file), "--data", str(tmp_path), *more])
    return ended.exit_code, json.loads(ended.output)


def test_a_simulated_patient_holds_the_switch_so_that_a_drill_runs_through(tmp_path) -> None:
    code, result = _drill(tmp_path)
    assert (code, result["outcome"], result["stopped_by"]) == (0, "completed", None)
    recording = read_recording(Path(result["recording"]))
    assert recording.header["switches"] == {"hand": "hold_to_run", "foot": "stop"}
    assert set(recording.samples["inputs"]) == {0b011}


def test_a_drill_on_the_command_line_names_who_let_go_and_who_pressed(tmp_path) -> None:
    verb = "--fault"
    code, result = _drill(tmp_path, verb, "hand_switch:0@22")
    assert (code, result["outcome"], result["trip"]["code"]) == (6, "tripped", "hand-switch-released")
    code, result = _drill(tmp_path, verb, "foot_switch@22")
    assert (code, result["outcome"], result["trip"], result["stopped_by"]) == (0, "stopped", None, "foot switch")
