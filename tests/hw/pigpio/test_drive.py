"""The drive over pigpio under virtual time: what it refuses, what it latches, how it stops. The daemon is modelled."""

from collections.abc import Callable
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.vibration_drive import Bench
from hw.errors import HardwareError
from hw.settings import DriveSettings
from hw.values import DriveFeedback


@pytest.fixture
def make_bench() -> Callable[..., Bench]:
    def make(**settings):
        bench = Bench(1, DriveSettings(**settings))
        bench.run(0.1, 0.0)
        return bench

    return make


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def started(bench, hz=25.0):
    bench.drive.arm()
    bench.run(1.5, hz)
    assert bench.motor.frequency_hz == pytest.approx(hz, rel=0.05)
    return bench


def test_nothing_moves_before_it_is_armed_nor_after_stop(bench):
    assert max(bench.run(1.0, 25.0)) == 0.0
    started(bench)
    bench.drive.stop()
    assert bench.run(1.5, 25.0)[-1] == 0.0
    assert bench.drive.feedback() == DriveFeedback(0.0, healthy=True, fault="")


def test_its_range_lies_above_the_resonance(make_bench):
    assert make_bench().drive.min_hz == 12.0
    assert make_bench(min_hz=5.0, resonance_hz=(6.0, 14.0)).drive.min_hz == 14.0


@pytest.mark.parametrize("hz", [5.0, 11.9, 40.1, -25.0, nan, inf, -inf])
def test_a_frequency_that_it_cannot_make_is_off_and_in_the_end_a_fault(bench, hz):
    bench.drive.arm()
    assert max(bench.run(0.4, hz, 0.23)) == 0.0
    assert bench.drive.feedback().healthy, "a ramp may pass through"
    assert max(bench.run(0.4, hz, 0.23)) == 0.0
    if hz == hz:  # nan differs from itself: it never counts as a demand that stays
        assert bench.drive.feedback().fault == "vibration-impossible"


@pytest.mark.parametrize("mm", [0.1, 0.2, 0.27, 2.0, -0.23, nan, inf])
def test_a_displacement_that_it_does_not_have_is_refused_and_never_made_by_speed(bench, mm):
    bench.drive.arm()
    assert max(bench.run(1.0, 25.0, mm)) == 0.0
    assert mm != mm or bench.drive.feedback().fault == "vibration-impossible"


@pytest.mark.parametrize("mm", [0.215, 0.23, 0.25])
def test_a_displacement_within_the_tolerance_leaves_the_speed_as_it_is(bench, mm):
    bench.drive.arm()
    assert bench.run(3.0, 25.0, mm)[-1] == pytest.approx(25.0, rel=0.01)


def test_it_says_what_its_platform_does(make_bench):
    drive = make_bench(displacement_pp_mm=((15.0, 0.4), (35.0, 0.2))).drive
    assert [drive.displacement_pp_mm(hz) for hz in (12.0, 15.0, 25.0, 40.0)] == pytest.approx([0.4, 0.4, 0.3, 0.2])
    assert drive.renders(25.0, 0.3)
    assert not drive.renders(15.0, 0.3)
    assert not drive.renders(25.0, 0.0)


def test_a_ramp_of_displacement_starts_the_motor_when_it_has_come_to_its_own(bench):
    bench.drive.arm()
    for tick in range(500):
        bench.run(0.004, 12.0 + 13.0 * tick / 500, 0.23 * tick / 500)
    assert bench.drive.feedback().healthy
    assert bench.run(2.0, 25.0)[-1] == pytest.approx(25.0, rel=0.01)


@pytest.mark.parametrize(("stop", "still_s", "moving_s"), [("brake", 0.7, 0.2), ("coast", 4.5, 1.5)])
def test_it_brakes_or_runs_out(make_bench, stop, still_s, moving_s):
    bench = started(make_bench(stop=stop), 35.0)
    bench.drive.stop()
    hz = bench.run(6.0, 35.0)
    assert hz[round(still_s * 1000)] == 0.0
    assert hz[round(moving_s * 1000)] > 5.0
    assert hz == sorted(hz, reverse=True)
    assert not bench.daemon.powered


def test_braking_crosses_the_resonance_soon(make_bench):
    bench = started(make_bench(), 35.0)
    bench.drive.stop()
    assert sum(5.0 < hz < 12.0 for hz in bench.run(2.0, 35.0)) / 1000 < 0.5


def test_braking_ends_even_when_the_tach_goes_on(make_bench):
    bench = started(make_bench())

    def pushed(dt_s, duty, **_):
        bench.motor.turns += 25.0 * dt_s

    bench.motor.step = pushed
    bench.drive.stop()
    bench.run(0.5, 0.0)
    assert bench.daemon.powered
    bench.run(0.6, 0.0)
    assert not bench.daemon.powered


def test_silence_trips_and_only_arming_starts_again(bench):
    started(bench)
    bench.clock.spend_ns(60_000_000)
    assert bench.run(6.0, 25.0)[-1] == 0.0
    assert bench.drive.feedback().fault == "dead-man-tripped"
    bench.drive.recover()
    assert bench.drive.feedback() == DriveFeedback(0.0, healthy=True, fault="")
    assert max(bench.run(1.0, 25.0)) == 0.0
    started(bench)


def test_a_silence_while_it_brakes_is_no_fault(bench):
    started(bench)
    bench.drive.stop()
    bench.clock.spend_ns(100_000_000)
    bench.run(1.0, 0.0)
    assert bench.drive.feedback().healthy


def test_the_emergency_stop_is_named_refuses_arming_and_starts_nothing_when_closed(bench):
    started(bench)
    bench.daemon.estop_open = True
    bench.run(0.02, 25.0)
    assert bench.drive.feedback().fault == "estop-open"
    with pytest.raises(HardwareError) as caught:
        bench.drive.arm()
    assert caught.value.code == "estop-open"
    bench.run(6.0, 25.0)
    bench.daemon.estop_open = False
    assert max(bench.run(1.0, 25.0)) == 0.0
    started(bench)


def test_a_dead_daemon_is_latched_and_a_person_connects_again(bench):
    started(bench)
    bench.daemon.dead = True
    bench.run(0.008, 25.0)
    assert bench.drive.feedback().fault == "pigpiod-lost"
    assert bench.motor.frequency_hz > 20.0, "what a dead daemon left on is the one-shot's to end"
    bench.run(0.5, 25.0)
    assert len(bench.daemons) == 1, "it never connects by itself"
    bench.drive.recover()
    assert len(bench.daemons) == 2
    assert bench.run(6.0, 25.0)[-1] == 0.0
    assert bench.drive.feedback().healthy
    started(bench)


def test_a_silent_tach_is_a_fault_and_the_motor_is_let_go(bench):
    started(bench)
    bench.daemon.tach_broken = True
    hz = bench.run(3.0, 25.0)
    assert max(hz) < 25.0 * 1.03, "it must not run away"
    assert hz[-1] < 5.0
    assert hz[200] < 24.0, "it is noticed within three pulses and 50 ms"
    assert bench.drive.feedback().fault == "tach-lost"


def test_a_blocked_motor_is_a_fault(bench):
    bench.daemon.stalled = True
    bench.drive.arm()
    bench.run(0.6, 25.0)
    assert bench.drive.feedback().fault == "tach-lost"
    assert not bench.daemon.powered


def test_the_first_fault_stays_the_one_that_is_named(bench):
    started(bench)
    bench.daemon.estop_open = True
    bench.run(0.02, 25.0)
    bench.daemon.dead = True
    bench.run(0.02, 25.0)
    assert bench.drive.feedback().fault == "estop-open"


def test_closing_lets_go_for_good(bench):
    started(bench)
    bench.drive.close()
    bench.drive.close()
    assert not bench.drive.feedback().healthy
    assert bench.run(3.0, 25.0)[-1] < 5.0
    with pytest.raises(HardwareError):
        bench.drive.arm()


ACTIONS = st.sampled_from(
    ["arm", "stop", "silence", "estop", "estop closed", "dead", "recover", "tach", "stall", "free", "demand", "off"]
)


def do(bench, action, state):
    daemon = bench.daemon
    if action in {"arm", "recover"}:
        try:
            getattr(bench.drive, action)()
            state["armed"] |= action == "arm"
        except HardwareError:
            pass
    elif action == "stop":
        bench.drive.stop()
        state["armed"] = False
    elif action == "silence":
        bench.clock.spend_ns(80_000_000)
    elif action in {"estop", "estop closed"}:
        daemon.estop_open = action == "estop"
    elif action in {"dead", "tach"}:
        setattr(daemon, "dead" if action == "dead" else "tach_broken", True)
    elif action in {"stall", "free"}:
        daemon.stalled = action == "stall"
    else:
        state["demand"] = 25.0 if action == "demand" else 0.0


@given(st.lists(ACTIONS, max_size=25))
def test_no_life_powers_the_motor_without_a_person_who_armed_it(actions):
    """Nor with an open emergency stop, and no call ever raises but `arm` and `recover`."""
    bench = Bench(1, DriveSettings())
    state = {"armed": False, "demand": 25.0}
    for action in actions:
        do(bench, action, state)
        daemon = bench.daemon
        if not bench.drive.feedback().healthy:
            state["armed"] = False
        was_powered = daemon.powered
        bench.run(0.08, state["demand"])
        if not daemon.dead:
            assert not (daemon.powered and daemon.estop_open)
            if not state["armed"] and not was_powered:
                assert not daemon.powered
        if not bench.drive.feedback().healthy:
            state["armed"] = False
