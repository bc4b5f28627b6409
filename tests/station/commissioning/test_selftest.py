"""The self-test on the simulated rig: passes when all is well, names what is not, and leaves it still and disarmed."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import CliRunner

from benchmarks.vibration_drive import Bench as MotorBench
from drills.problems import Problem
from hw.ports import Rig
from hw.registry import open_rig
from hw.settings import AccelerometerSettings, DriveSettings, RigSettings
from hw.speed_map import SpeedMap
from station.cli import main
from station.clock import VirtualClock
from station.commissioning.bench import Bench
from station.commissioning.selftest import Attendant, Result, _learn, run_selftest
from station.faults import InputError
from station.plate.speed_maps import keep, learned_map, named_map, newest, with_learned
from station.processes.rigs import open_named_rig
from station.settings import load_settings
from station.texts import Texts
from station.texts.problems import ask


class SelfTested:
    """A simulated rig that is tested, and what it said on the way."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.rig = open_rig("simulated", RigSettings(), self.clock, seed=2)
        self.said: list[str] = []

    def run(self, mm: float = 0.2, *, press: bool = False) -> dict[str, Result]:
        """The results by name."""
        results = run_selftest(self.rig, self.clock, lambda hz: mm, Attendant(self._hear, press=press))
        self.rig.drive.apply(20.0, 0.2)
        assert self.rig.drive._platform._demand_hz == self.rig.drive._unasked[0], "it was left armed"
        self.clock.spend_ns(20_000_000)
        return {result.name: result._replace(seen=ask(Texts(), result.seen)) for result in results}

    def _hear(self, to_do: Problem) -> None:
        self.said.append(ask(Texts(), to_do))


@pytest.fixture
def bench() -> Iterator[SelfTested]:
    bench = SelfTested()
    yield bench
    bench.rig.close()


def test_all_is_well(bench) -> None:
    results = bench.run()
    assert list(results) == ["start-up test", "emergency stop", "corners", "sweep", "standstill"]
    assert [result.passed for result in results.values()] == [True] * 5
    assert bench.rig.panel.read().relays[0] is False
    assert results["sweep"].seen.endswith("allowed is 2.0 Hz to either side")
    assert results["standstill"].seen.endswith("it must be under 2 Hz within 1.5 s")


@pytest.mark.parametrize(
    ("verb", "arguments", "part", "fault"),
    [
        ("weld_relay", (0,), "start-up test", "relay-welded"),
        ("stick_one_shot", (), "start-up test", "heartbeat-stuck"),
        ("open_cell", (1,), "start-up test", "cell-dead"),
        ("creep", (), "start-up test", "plate-moves"),
        ("short_estop", (0,), "emergency stop", "estop-discrepancy"),
        ("short_estop", (1,), "emergency stop", "estop-discrepancy"),
        ("swap", (0, 1), "corners", "cells-swapped"),
        ("stall", (), "sweep", "frequency-off"),
        ("twelve_bit", (2,), "start-up test", "converter-12-bit"),
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
    results = run_selftest(bench.rig, bench.clock, lambda hz: 0.2, Attendant(bench.said.append, press=False))
    assert (results[-1].name, results[-1].fault) == ("sweep", fault)


def test_a_platform_that_would_shake_hard_is_not_swept_empty(bench) -> None:
    sweep = bench.run(mm=2.0)["sweep"]
    assert sweep.passed is None
    assert "too much" in sweep.seen


def test_somebody_on_the_plate_is_asked_to_leave_it(bench) -> None:
    bench.rig.tell("stand_on_both")
    for _ in range(2000):
        bench.clock.spend_ns(4_000_000)
        bench.rig.load_cells.read()
    results = bench.run()
    assert list(results) == ["start-up test"]
    assert results["start-up test"].fault == "plate-not-empty"
    assert any("Empty the plate" in words for words in bench.said)


def test_the_command_asks_first_and_does_nothing_without_a_yes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("station.commissioning.selftest.run_selftest", lambda *args, **named: pytest.fail("it moved"))
    result = CliRunner().invoke(main, ["selftest", "--data", str(tmp_path)], input="n\n")
    assert result.exit_code == 1
    assert "will shake" in result.output


def test_the_command_prints_json_and_exits_with_0(tmp_path) -> None:
    result = CliRunner().invoke(main, ["selftest", "--yes", "--json", "--data", str(tmp_path)])
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report["ok"] is True
    assert len(report["parts"]) == 5


def test_the_command_exits_with_the_faults_code_and_says_what_to_do(tmp_path, monkeypatch) -> None:
    def broken(*arguments):
        rig = open_rig("simulated", RigSettings(), arguments[1])
        rig.faults["weld_relay"](1)
        return rig

    monkeypatch.setattr("station.processes.rigs.open_named_rig", broken)
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
    report = json.loads(result.stdout)
    assert report["ok"] is (code == 0)
    assert {"name", "state", "code", "seen", "remedy", "words"} == set(report["checks"][0])
    plain = CliRunner().invoke(main, asked)
    assert plain.exit_code == code
    assert f"Rig `{rig}`" in plain.output


@pytest.mark.parametrize(
    ("swaps", "addresses"),
    [([(0, 1)], [73, 72, 74, 75]), ([(2, 3)], [72, 73, 75, 74]), ([(0, 1), (1, 2)], [73, 74, 72, 75])],
)
def test_swapped_cells_are_named_with_the_line_that_puts_them_right(tmp_path, monkeypatch, swaps, addresses) -> None:
    real = open_named_rig

    def swapped(*arguments):
        rig = real(*arguments)
        for swap in swaps:
            rig.faults["swap"](*swap)
        return rig

    asked = ["selftest", "--yes", "--data", str(tmp_path)]
    with monkeypatch.context() as cables:
        cables.setattr("station.processes.rigs.open_named_rig", swapped)
        result = CliRunner().invoke(main, asked)
    assert result.exit_code == 3
    line = f"rig.load_cells.addresses = {addresses}"
    assert line in result.output
    assert "felt by the cell" in result.output
    assert "cells-swapped" in result.output
    settings = tmp_path / "station.toml"
    settings.write_text(line + "\n")  # the line is one that a settings file takes
    assert CliRunner().invoke(main, [*asked, "--settings", str(settings)]).exit_code == 0


def test_with_fewer_converters_than_cells_the_cables_have_to_be_changed(bench) -> None:
    bench.rig.faults["swap"](1, 2)
    assert "change the cables over" in bench.run()["corners"].seen


def test_nobody_to_press_the_corners_leaves_them_out(bench) -> None:
    without = replace(bench.rig, faults={"estop": bench.rig.faults["estop"]})
    results = run_selftest(without, bench.clock, lambda hz: 0.2, Attendant(bench.said.append, press=False))
    assert results[2]._replace(seen=ask(Texts(), results[2].seen)) == (
        "corners",
        None,
        "nobody was asked to press them",
        "",
    )


def test_a_corner_that_nobody_presses_is_given_up(bench) -> None:
    without = replace(bench.rig, faults={"estop": bench.rig.faults["estop"]})
    results = run_selftest(without, bench.clock, lambda hz: 0.2, Attendant(bench._hear, press=True))
    assert (results[-1].name, results[-1].fault) == ("corners", "cell-dead")
    assert any("front left corner" in words for words in bench.said)


@pytest.fixture
def with_accelerometer() -> Iterator[tuple[Rig, VirtualClock]]:
    clock = VirtualClock()
    rig = open_rig("simulated", RigSettings(accelerometer=AccelerometerSettings(fitted=True)), clock, seed=2)
    yield rig, clock
    rig.close()


def test_the_accelerometer_has_to_see_the_sweep_too(with_accelerometer) -> None:
    rig, clock = with_accelerometer
    sweep = run_selftest(rig, clock, lambda hz: 0.2, Attendant(str, press=False))[3]
    assert sweep.passed
    assert "accelerometer 20.0 Hz and 0." in ask(Texts(), sweep.seen)


def test_an_accelerometer_that_comes_loose_fails_the_sweep(with_accelerometer, monkeypatch) -> None:
    rig, clock = with_accelerometer
    monkeypatch.setattr(rig.drive, "apply", _Later(rig, "accel_nack"))
    monkeypatch.setattr(_Later, "__call__", _after_200)
    results = run_selftest(rig, clock, lambda hz: 0.2, Attendant(str, press=False))
    assert (results[-1].name, results[-1].fault) == ("sweep", "accelerometer-fault")


def _after_200(self, frequency_hz, displacement_pp_mm) -> None:
    self.calls += frequency_hz > 0.0
    if self.calls == 200:
        self.verb()
    self.apply(frequency_hz, displacement_pp_mm)


@pytest.fixture
def motor() -> Iterator[tuple[Rig, MotorBench]]:
    """The simulated rig with the real drive of the rig `pi` on a modelled motor."""
    modelled = MotorBench(1, DriveSettings())
    rig = open_rig("simulated", RigSettings(), modelled.clock, seed=2)
    yield replace(rig, drive=modelled.drive, interlocked=False), modelled
    rig.close()


def test_the_speed_map_is_learned_and_kept_and_used_at_the_next_start(motor, tmp_path, monkeypatch) -> None:
    rig, modelled = motor
    monkeypatch.setattr("station.processes.rigs.open_rig", lambda name, settings, clock, **_: (rig, settings)[0])
    monkeypatch.setattr("station.clock.VirtualClock", lambda: modelled.clock)
    result = CliRunner().invoke(main, ["selftest", "--yes", "--learn", "--json", "--data", str(tmp_path)])
    assert result.exit_code == 0, result.output
    part = next(part for part in json.loads(result.stdout)["parts"] if part["name"] == "speed map")
    assert part["passed"]
    settings = load_settings(None)
    settings = settings.model_copy(update={"station": settings.station.model_copy(update={"data": tmp_path})})
    kept = newest(tmp_path, "simulated")
    assert kept.name in part["seen"]
    learned = with_learned(settings).rig.drive
    assert learned.speed_map != DriveSettings().speed_map
    motor_map = SpeedMap(learned.speed_map, learned.spin_up_s)
    for _ in range(6000):
        modelled.motor.step(0.001, motor_map.duty(25.0), enabled=True, load_kg=0.0)
    assert modelled.motor.frequency_hz == pytest.approx(25.0, rel=0.02)
    assert learned_map(settings) == kept
    assert newest(tmp_path, "pi") is None


def test_a_map_of_the_settings_file_goes_before_the_learned_one(tmp_path) -> None:
    keep(tmp_path, "pi", {"speed_map": [[0.1, 3.0], [0.9, 40.0]], "spin_up_s": 0.3}, "2030-01-01T00:00:00Z")
    (tmp_path / "station.toml").write_text(
        f'station.rig = "pi"\nstation.data = "{tmp_path}"\nrig.drive.speed_map = [[0.2, 5.0], [0.8, 30.0]]\n'
    )
    named = load_settings(tmp_path / "station.toml")
    assert with_learned(named).rig.drive.speed_map == ((0.2, 5.0), (0.8, 30.0))
    assert named_map(named)
    assert learned_map(named) is None


@pytest.mark.parametrize(
    "text", ["", "{}", '{"rig": "pi"}', '{"rig": "pi", "speed_map": [[0.5, 9], [0.1, 3]], "spin_up_s": 1}']
)
def test_a_damaged_map_stops_the_start_by_name(tmp_path, text) -> None:
    folder = tmp_path / "speed_maps"
    folder.mkdir()
    (folder / "20300101T000000Z-abcdabcd.json").write_text(text)
    (tmp_path / "station.toml").write_text(f'station.rig = "pi"\nstation.data = "{tmp_path}"\n')
    settings = load_settings(tmp_path / "station.toml")
    if text == "{}":
        assert with_learned(settings) is settings, "it is of no rig that is known"
        return
    with pytest.raises(InputError) as caught:
        with_learned(settings)
    assert caught.value.code == "speed-map-invalid"


def test_a_motor_that_stands_is_not_learned(motor) -> None:
    rig, modelled = motor
    bench = Bench(rig, modelled.clock, lambda hz: 0.2)
    modelled.daemon.stalled = True
    result = _learn(bench, lambda learned: pytest.fail("it was kept"))
    assert (result.passed, result.fault) == (False, "tach-lost")
    assert modelled.daemon.stalled


def test_a_platform_is_not_learned_beyond_the_hard_limit(motor) -> None:
    rig, _ = motor
    modelled = MotorBench(1, DriveSettings(displacement_pp_mm=((10.0, 0.8), (40.0, 0.8))))
    rig = replace(open_rig("simulated", RigSettings(), modelled.clock), drive=modelled.drive, interlocked=False)
    kept = []

    def keep_it(learned):
        kept.append(learned)
        return "speeds-learned", {}

    assert _learn(Bench(rig, modelled.clock, lambda hz: 2.0), keep_it).passed is None
    assert _learn(Bench(rig, modelled.clock, lambda hz: 0.8), keep_it).passed
    assert max(hz for _, hz in kept[0]["speed_map"]) < 27.0  # 0.8 mm is 1.0 g at 24.9 Hz


def test_what_passed_is_not_tried_again_but_what_must_come_before_it_is(bench) -> None:
    bench.rig.faults["stall"]()
    told: list[list[str]] = []
    attendant = Attendant(bench.said.append, press=False, told=lambda results: told.append([r.name for r in results]))
    first = run_selftest(bench.rig, bench.clock, lambda hz: 0.2, attendant)
    passed = frozenset(result.name for result in first if result.passed)
    assert passed == {"start-up test", "emergency stop", "corners"}
    assert told[-1] == ["start-up test", "emergency stop", "corners", "sweep"]
    bench.rig.faults["stall"](False)
    again = run_selftest(bench.rig, bench.clock, lambda hz: 0.2, attendant._replace(passed=passed))
    assert [(result.name, result.passed) for result in again] == [
        ("start-up test", True),
        ("sweep", True),
        ("standstill", True),
    ]


def test_a_person_who_presses_stands_beside_the_plate_at_each_retry(bench) -> None:
    """On a real rig nobody but a person at the plate can press: nothing moves before that."""
    del bench.rig.faults["estop"], bench.rig.faults["dead_weight"]
    passed = frozenset({"start-up test", "emergency stop", "corners"})
    results = run_selftest(
        bench.rig, bench.clock, lambda hz: 0.2, Attendant(bench.said.append, press=True, passed=passed)
    )
    assert [(result.name, result.passed) for result in results] == [("start-up test", True), ("emergency stop", False)]


@pytest.mark.parametrize("after", [100, 800])
def test_it_ends_with_the_next_tick_where_somebody_stops_it(bench, monkeypatch, after) -> None:
    driven: list[float] = []
    apply = bench.rig.drive.apply

    def counted(frequency_hz: float, displacement_pp_mm: float) -> None:
        driven.append(frequency_hz)
        apply(frequency_hz, displacement_pp_mm)

    monkeypatch.setattr(bench.rig.drive, "apply", counted)
    moving = lambda: sum(hz > 0.0 for hz in driven)  # noqa: E731
    attendant = Attendant(bench.said.append, press=False, goes_on=lambda now_ns: moving() < after)
    results = run_selftest(bench.rig, bench.clock, lambda hz: 0.2, attendant)
    assert (results[-1].name, results[-1].passed, results[-1].fault) == ("sweep", False, "selftest-stopped")
    assert moving() == after
    bench.clock.spend_ns(50_000_000)
    assert bench.rig.panel.read().relays[0] is False


def test_nothing_moves_on_under_somebody_who_steps_on(bench, monkeypatch) -> None:
    hand, apply = bench.rig.faults["dead_weight"], bench.rig.drive.apply
    driven: list[float] = []

    def stepped_on(frequency_hz: float, displacement_pp_mm: float) -> None:
        driven.append(frequency_hz)
        if sum(hz > 0.0 for hz in driven) == 500:
            hand(30_000.0, 0.0, 0.0)
        apply(frequency_hz, displacement_pp_mm)

    monkeypatch.setattr(bench.rig.drive, "apply", stepped_on)
    results = run_selftest(bench.rig, bench.clock, lambda hz: 0.2, Attendant(bench.said.append, press=False))
    assert (results[-1].name, results[-1].fault) == ("sweep", "plate-not-empty")
    assert sum(hz > 0.0 for hz in driven) < 500 + 250, "within a second"
