"""When a child that has ended starts again."""

import signal

import pytest

from station.processes import supervisor
from station.processes.supervisor import YOUNG_S, Child


class Clock:
    now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(supervisor, "time", clock)
    return clock


def _pause(child: Child, clock: Clock, code: int, lived_s: float) -> float:
    """Start it, let it end with this code after this time, and say how long it has to wait then."""
    child.start()
    assert child.process is not None
    child.process.wait(250)
    clock.now_s += lived_s
    child.wait_to_start(code)
    pause_s = child.start_again_at_s - clock.now_s
    clock.now_s = child.start_again_at_s
    return pause_s


def test_a_child_that_cannot_start_is_given_growing_pauses_up_to_a_bound(clock: Clock) -> None:
    child = Child("control", ["true"])
    pauses = [_pause(child, clock, 1, 0.5) for _ in range(9)]
    assert pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


@pytest.mark.parametrize(("code", "lived_s"), [(-signal.SIGKILL, 0.5), (1, YOUNG_S + 1.0), (0, YOUNG_S + 1.0)])
def test_one_that_is_killed_or_had_worked_is_back_at_once_however_often(
    clock: Clock, code: int, lived_s: float
) -> None:
    child = Child("control", ["true"])
    _pause(child, clock, 1, 0.5)
    assert [_pause(child, clock, code, lived_s) for _ in range(5)] == [0.25] * 5
