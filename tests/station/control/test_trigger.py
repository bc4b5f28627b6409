"""The trigger output: off unless somebody has set it, high in a hold alone, and low after every end, by wire too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drills.values import DrillOutcome, Leg, Phase
from hw.settings import RigSettings, TriggerSettings
from station.control.tick import Station
from station.control.trigger import PULSE_NS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.station.conftest import Bench

ONE_SHOT_S = 0.15


@pytest.fixture
def made(make_bench: Callable[..., Bench]) -> Callable[[str], Bench]:
    return lambda mode: make_bench(3, RigSettings(trigger=TriggerSettings(mode=mode)))


@pytest.fixture
def holds(made: Callable[[str], Bench]) -> Bench:
    """In the middle of a hold, the output high."""
    bench = made("hold")
    assert bench.start("stand-tall", Leg.BOTH, hold_s=15.0, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == Phase.HOLD, 60)
    assert high(bench)
    bench.run_s(0.5)
    assert high(bench)
    return bench


def high(bench: Bench) -> bool:
    """What leaves the output's gate."""
    return bench.rig.panel.read().trigger


def told(bench: Bench) -> list[bool]:
    return [event["on"] for event in bench.published.events if event["kind"] == "trigger"]


def test_it_is_off_unless_it_was_set_and_its_pins_are_left_alone(bench):
    assert RigSettings().trigger.mode == "off"
    assert bench.station.rules.trigger == "off"
    bench.rig.panel.trigger(True)
    assert not high(bench)
    assert len(bench.rig.panel._outputs) == 4


def test_it_is_high_for_the_hold_and_low_before_and_after(made):
    bench = made("hold")
    assert bench.start("stand-tall", Leg.BOTH, hold_s=15.0, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == Phase.GET_ON, 60)
    assert not high(bench)
    bench.run_until(lambda: bench.published.last.phase == Phase.HOLD, 60)
    assert high(bench)
    bench.station.session.drill = bench.station.session.drill._replace(phase_ends_ns=bench.clock.now_ns() + 10**9)
    bench.run_until(lambda: bench.published.last.phase == Phase.DONE, 2)
    assert not high(bench)
    assert told(bench) == [True, False]


@pytest.mark.parametrize("end", ["stop", "estop", "fall"])
def test_every_end_takes_it_away(holds, end):
    if end == "stop":
        holds.station.safeguard.disarm()
        holds.station.end_drill(DrillOutcome.STOPPED)
        holds.run_s(0.004)
    elif end == "estop":
        holds.rig.faults["estop"]()
        assert not high(holds), "by wire, before any tick"
        holds.run_s(0.004)
    else:
        holds.rig.faults["fall"]()
        holds.run_until(lambda: holds.published.last.phase != Phase.HOLD, 5)
    assert not high(holds)
    holds.rig.faults["estop"](False)
    holds.run_s(0.3)
    assert not high(holds), "and nothing brings it back"


def test_the_death_of_control_takes_it_away_by_wire(holds):
    """Nobody writes the pin any more: the one-shot that the heartbeat kept alive shuts the gate."""
    assert high(holds)
    holds.clock.sleep_until_ns(holds.clock.now_ns() + round(ONE_SHOT_S * 1e9))
    pin = holds.rig.panel._outputs[4].pin
    assert pin.state
    assert not high(holds)
    holds.rig.close()
    assert not pin.state


def test_a_beat_is_a_short_pulse_each_time(made):
    bench = made("beat")
    assert bench.start("swing-to-the-beat", Leg.BOTH, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == Phase.HOLD, 60)
    bench.run_s(9.5)
    events = [event for event in bench.published.events if event["kind"] == "trigger"]
    events = events[: len(events) // 2 * 2]  # the last beat may still be on
    assert len(events) >= 4
    assert [event["on"] for event in events] == [True, False] * (len(events) // 2)
    lengths = {(off["t_ns"] - on["t_ns"]) / PULSE_NS for on, off in zip(events[::2], events[1::2], strict=True)}
    assert max(lengths) == pytest.approx(1.0, abs=0.05) == min(lengths)


@pytest.fixture
def fresh(made: Callable[[str], Bench]) -> Bench:
    bench = made("hold")
    bench.station = Station(bench.rig, bench.clock, bench.station.rules, bench.published, start_test=True)
    return bench


def through_the_test(bench) -> tuple[bool, bool]:
    """Whether the pin was ever high in the start-up test, and whether what is wired to it ever was."""
    pin = gate = False
    while bench.station.lock.testing:
        bench.run_s(0.004)
        pin |= bool(bench.rig.panel._outputs[4].value)
        gate |= high(bench)
    return pin, gate


def test_the_start_up_test_tries_the_gate_and_lets_nothing_out(fresh):
    assert through_the_test(fresh) == (True, False)
    fresh.run_s(0.1)
    assert fresh.station.lock.fault == ""
    assert not fresh.rig.panel._outputs[4].value


@pytest.mark.parametrize("verb", ["stick_trigger", "bridge_trigger"])
def test_a_gate_that_does_not_shut_locks_the_station(fresh, verb):
    fresh.rig.faults[verb]()
    fresh.run_s(2.0)
    assert fresh.station.safety.trip == "trigger-stuck"
    assert fresh.start() is not None


def test_one_that_sticks_while_the_station_runs_locks_it(holds):
    holds.rig.faults["stick_trigger"]()
    holds.run_s(0.2)
    assert holds.station.lock.fault == "", "in a hold it is to be high"
    holds.station.safeguard.disarm()
    holds.station.end_drill(DrillOutcome.STOPPED)
    holds.run_s(0.1)
    assert holds.station.safety.trip == "trigger-stuck"
