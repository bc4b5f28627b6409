"""A start that fails: growing pauses under a virtual clock, and who is told."""

import itertools
import os
from pathlib import Path

import pytest

from drills.problems import Problem
from hw.errors import HardwareError, saw
from station.clock import NS_PER_S, VirtualClock
from station.faults import CATALOGUE, InputError, StationError
from station.faults.boundary import as_station_errors
from station.processes.recorder_waiting import wait_as_recorder
from station.processes.starting import LONGEST_PAUSE_S, Once, Pauses, by_systemd, keep_trying, patiently, supervised
from station.wire.peers import SUPERVISOR


class Hardware:
    """Raises until it has been asked so often, and notes when it was."""

    def __init__(self, clock: VirtualClock, ready_at: int, fault: Exception | None = None) -> None:
        self.at_s: list[float] = []
        self._clock = clock
        self._ready_at = ready_at
        self._fault = fault or StationError("i2c-bus-missing", "/dev/i2c-1")

    def open(self) -> str:
        self.at_s.append(self._clock.now_ns() / NS_PER_S)
        if len(self.at_s) < self._ready_at:
            raise self._fault
        return "opened"


def _never(fault: StationError, tries: int) -> None:
    raise AssertionError((fault, tries))


def test_pauses_grow_up_to_a_bound_and_begin_again() -> None:
    pauses = Pauses()
    assert [pauses.next_s() for _ in range(8)] == [1, 2, 4, 8, 16, 30, 30, 30]
    pauses.reset()
    assert pauses.next_s() == 1


def test_it_is_tried_after_1_2_4_and_then_every_30_s() -> None:
    clock = VirtualClock()
    hardware = Hardware(clock, 90)
    heard: list[tuple[str, int, float]] = []
    opened = keep_trying(
        hardware.open,
        lambda fault, tries: heard.append((fault.code, tries, clock.now_ns() / NS_PER_S)),
        clock,
        lambda: True,
    )
    assert opened == "opened"
    pauses = [round(then - before, 3) for before, then in itertools.pairwise(hardware.at_s)]
    assert pauses[:6] == [1, 2, 4, 8, 16, 30]
    assert set(pauses[5:]) == {LONGEST_PAUSE_S}
    assert hardware.at_s[-1] > 2_500
    # Whoever asks control for something meanwhile waits for 20 ms at most, but for the time of a try.
    gaps = [b[2] - a[2] for a, b in itertools.pairwise(heard)]
    assert max(gaps) <= 0.041
    assert {code for code, _, _ in heard} == {"i2c-bus-missing"}
    assert heard[0][1] == 1
    assert heard[-1][1] == 89


def test_what_is_there_is_not_waited_for() -> None:
    clock = VirtualClock()
    assert keep_trying(Hardware(clock, 1).open, _never, clock, lambda: True) == "opened"
    assert clock.now_ns() == NS_PER_S


def test_being_ended_ends_the_wait_within_a_step() -> None:
    clock = VirtualClock()
    assert keep_trying(Hardware(clock, 99).open, lambda *_: None, clock, lambda: clock.now_ns() < 5 * NS_PER_S) is None
    assert clock.now_ns() <= 5.02 * NS_PER_S


@pytest.mark.parametrize("defect", [ValueError("odd"), OSError(5, "I/O"), KeyError("x"), RecursionError("deep")])
def test_a_defect_in_a_driver_is_a_fault_of_the_start_like_any_other(defect: Exception) -> None:
    clock, faults = VirtualClock(), []
    assert keep_trying(Hardware(clock, 3, defect).open, lambda f, _: faults.append(f), clock, lambda: True) == "opened"
    assert {fault.code for fault in faults} == {"internal-error"}
    assert faults[0].problems[0].values["said"] == f"{type(defect).__name__}: {defect}"


def test_the_end_of_the_process_is_no_fault() -> None:
    clock = VirtualClock()
    with pytest.raises(SystemExit):
        keep_trying(Hardware(clock, 3, SystemExit(3)).open, _never, clock, lambda: True)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_code_of_a_driver_is_waited_out(code: str) -> None:
    clock, faults = VirtualClock(), []
    hardware = Hardware(clock, 2, HardwareError(code, "I2C 0x48", saw("no-converter-answers", cell=["front_left"])))

    def attempt() -> str:
        with as_station_errors():
            return hardware.open()

    assert keep_trying(attempt, lambda f, _: faults.append(f), clock, lambda: True) == "opened"
    assert {(fault.code, fault.where) for fault in faults} == {(code, "I2C 0x48")}


def test_a_person_is_told_once_of_each_new_fault() -> None:
    said: list[StationError] = []
    tell = Once(said.append)
    first, second = StationError("i2c-bus-missing", "/dev/i2c-1"), StationError("chip-no-answer", "0x48")
    for fault in (first, first, StationError("i2c-bus-missing", "/dev/i2c-1"), second, second, first):
        tell(fault)
    assert [fault.code for fault in said] == ["i2c-bus-missing", "chip-no-answer", "i2c-bus-missing"]


def test_a_person_at_a_terminal_is_told_at_once_and_systemd_is_not_asked_to_start_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SYSTEMD_EXEC_PID", raising=False)
    monkeypatch.delenv(SUPERVISOR, raising=False)
    clock, said = VirtualClock(), []
    assert not supervised()
    with pytest.raises(StationError):
        patiently(Hardware(clock, 3).open, clock, lambda: True, said.append)
    monkeypatch.setenv("SYSTEMD_EXEC_PID", str(os.getpid()))
    assert patiently(Hardware(clock, 3).open, clock, lambda: True, said.append) == "opened"
    assert [fault.code for fault in said] == ["i2c-bus-missing"]
    assert clock.now_ns() == 4 * NS_PER_S
    assert supervised()


def test_a_shell_that_systemd_started_long_ago_is_a_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMD_EXEC_PID", str(os.getppid()))
    assert not by_systemd()


def test_a_recorder_that_waits_says_why_in_its_heartbeat(tmp_path: Path) -> None:
    import threading

    clock, said, seen = VirtualClock(), [], []
    hardware = Hardware(clock, 4, InputError("settings-invalid", "station.toml", Problem("web.port", 0, 1)))

    def attempt() -> str:
        if (tmp_path / "recorder.heartbeat").exists():
            seen.append((tmp_path / "recorder.heartbeat").read_text())
            (tmp_path / "recorder.heartbeat").unlink()
        return hardware.open()

    assert wait_as_recorder(attempt, tmp_path, threading.Event(), said.append, clock) == "opened"
    assert seen == ["settings-invalid\nstation.toml"] * 3
    assert len(said) == 1
