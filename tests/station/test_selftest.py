"""The self-test on the simulated rig: passes when all is well, names what is not, and leaves it still and disarmed."""

import json

import pytest
from click.testing import CliRunner

from hw.registry import open_rig
from hw.settings import RigSettings
from station.cli import main
from station.clock import VirtualClock
from station.selftest import run_selftest


@pytest.fixture
def bench():
    class Bench:
        clock = VirtualClock()
        rig = open_rig("simulated", RigSettings(), clock, seed=2)

        def __init__(self):
            self.said = []

        def run(self, mm=0.2, press=False):
            results = run_selftest(self.rig, self.clock, lambda hz: mm, press=press, say=self.said.append)
            self.rig.drive.apply(20.0, 0.2)
            assert self.rig.drive._platform._demand_hz == self.rig.drive._unasked[0], "it was left armed"
            self.clock.spend_ns(20_000_000)
            return {result.name: result for result in results}

    bench = Bench()
    yield bench
    bench.rig.close()


def test_all_is_well(bench) -> None:
    results = bench.run()
    assert list(results) == ["start-up test", "emergency stop", "sweep", "standstill"]
    assert [result.passed for result in results.values()] == [True] * 4
    assert bench.rig.panel.read().relays[0] is False


@pytest.mark.parametrize(
    ("verb", "arguments", "part", "fault"),
    [
        ("weld_relay", (0,), "start-up test", "relay-welded"),
        ("stick_one_shot", (), "start-up test", "heartbeat-stuck"),
        ("open_cell", (1,), "start-up test", "cell-dead"),
        ("creep", (), "start-up test", "plate-moves"),
        ("short_estop", (0,), "emergency stop", "estop-discrepancy"),
        ("short_estop", (1,), "emergency stop", "estop-discrepancy"),
        ("stall", (), "sweep", "frequency-off"),
    ],
)
def test_what_is_not_well_is_named_and_nothing_after_it_is_tried(bench, verb, arguments, part, fault) -> None:
    bench.rig.faults[verb](*arguments)
    results = bench.run()
    last = list(results.values())[-1]
    assert (last.name, last.passed, last.fault) == (part, False, fault)
    assert all(result.passed for result in list(results.values())[:-1])


class _Later:
    """A finger that is quick: presses when the sweep has begun."""

    def __init__(self, rig, verb) -> None:
        self.verb, self.apply = rig.faults[verb], rig.drive.apply
        self.calls = 0

    def __call__(self, frequency_hz, displacement_pp_mm) -> None:
        self.calls += frequency_hz > 0.0
        if self.calls == 200:
            self.verb()
        assert self.calls <= 201, "it drives on"
        self.apply(frequency_hz, displacement_pp_mm)


@pytest.mark.parametrize(("verb", "fault"), [("estop", "estop-open"), ("drive_fault", "drive-fault")])
def test_the_sweep_ends_at_the_first_fault(bench, monkeypatch, verb, fault) -> None:
    monkeypatch.setattr(bench.rig.drive, "apply", _Later(bench.rig, verb))
    results = run_selftest(bench.rig, bench.clock, lambda hz: 0.2, press=False, say=bench.said.append)
    assert (results[-1].name, results[-1].fault) == ("sweep", fault)


def test_a_platform_that_would_shake_hard_is_not_swept_empty(bench) -> None:
    sweep = bench.run(mm=2.0)["sweep"]
    assert sweep.passed is None
    assert "too much" in sweep.seen


def test_somebody_on_the_plate_is_told_to_leave_it(bench) -> None:
    bench.rig.tell("stand_on_both")
    for _ in range(2000):
        bench.clock.spend_ns(4_000_000)
        bench.rig.load_cells.read()
    results = bench.run()
    assert list(results) == ["start-up test"]
    assert results["start-up test"].fault == "plate-not-empty"
    assert any("Empty the plate" in words for words in bench.said)


def test_the_command_asks_first_and_does_nothing_without_a_yes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("station.selftest.run_selftest", lambda *args, **named: pytest.fail("it moved"))
    result = CliRunner().invoke(main, ["selftest", "--data", str(tmp_path)], input="n\n")
    assert result.exit_code == 1
    assert "will shake" in result.output


def test_the_command_prints_json_and_exits_with_0(tmp_path) -> None:
    result = CliRunner().invoke(main, ["selftest", "--yes", "--json", "--data", str(tmp_path)])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["ok"] is True
    assert len(told["parts"]) == 4


def test_the_command_exits_with_the_faults_code_and_says_what_to_do(tmp_path, monkeypatch) -> None:
    def broken(*arguments):
        rig = open_rig("simulated", RigSettings(), arguments[1])
        rig.faults["weld_relay"](1)
        return rig

    monkeypatch.setattr("station.control.open_named_rig", broken)
    result = CliRunner().invoke(main, ["selftest", "--yes", "--data", str(tmp_path)])
    assert result.exit_code == 6
    assert "FAIL  start-up test   K2" in result.output
    assert "main switch" in result.output


def test_a_recording_cannot_be_tested(tmp_path) -> None:
    result = CliRunner().invoke(main, ["selftest", "--yes", "--rig", "replay", "--data", str(tmp_path)])
    assert result.exit_code == 2


@pytest.mark.parametrize(("rig", "code"), [("simulated", 0), ("pi", 3)])
def test_the_doctor_exits_with_3_where_the_rig_cannot_run(tmp_path, rig, code) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text("[rig.load_cells]\ni2c_bus = 31\n")  # a bus that no computer has
    asked = ["doctor", "--rig", rig, "--data", str(tmp_path), "--settings", str(settings)]
    result = CliRunner().invoke(main, [*asked, "--json"])
    assert result.exit_code == code
    told = json.loads(result.stdout)
    assert told["ok"] is (code == 0)
    assert {"name", "state", "seen", "remedy"} == set(told["checks"][0])
    plain = CliRunner().invoke(main, asked)
    assert plain.exit_code == code
    assert f"Rig `{rig}`" in plain.output
