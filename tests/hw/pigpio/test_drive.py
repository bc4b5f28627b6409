"""The drive over pigpio under virtual time: what it refuses, what it latches, how it stops. The daemon is modelled."""

from collections.abc import Callable
from math import inf, nan

import pytest

from benchmarks.vibration_drive import Bench
from hw.errors import HardwareError, saw
from hw.pigpio.drive import PigpioDrive
from hw.pigpio.script import ENABLE, RELAY
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
    refused = caught.value
    assert (refused.code, refused.where, refused.finding) == ("estop-open", "rig.drive", saw("drive-reads-loop-open"))
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


def faulty_after_ms(bench, hz=25.0, mm=None, most_ms=5000):
    """When the drive says that it is no longer well, calling it every 4 ms."""
    for ms in range(0, most_ms, 4):
        if not bench.drive.feedback().healthy:
            return ms
        bench.run(0.004, hz, mm)
    return None


@pytest.mark.parametrize("stop", ["brake", "coast"])
def test_after_stop_the_script_is_disarmed_and_the_relay_falls(make_bench, stop):
    bench = started(make_bench(stop=stop))
    token = bench.daemon.said[0]
    assert bench.daemon.relay
    bench.drive.stop()
    assert bench.daemon.said == ((token, RELAY | ENABLE, 0.0) if stop == "brake" else (0, 0, 0.0))
    bench.run(0.004 if stop == "coast" else 1.0, 25.0)
    assert bench.daemon.said == (0, 0, 0.0)
    bench.run(0.004, 25.0)
    assert not bench.daemon.armed
    assert not bench.daemon.relay
    assert bench.drive.feedback().healthy


def test_stopped_at_a_standstill_nothing_is_left_to_brake(bench):
    bench.drive.arm()
    bench.run(0.1, 0.0)
    assert bench.daemon.said == (1, RELAY, 0.0), "armed and asked for nothing: K2 alone, as the start-up test wants it"
    bench.drive.stop()
    assert bench.daemon.said == (0, 0, 0.0)


def test_a_fault_leaves_no_token_behind_it(bench):
    """Heard by `feedback`, and forgiven before the next tick: what then brakes would have the old one."""
    started(bench)
    bench.daemon.estop_open = True
    bench.clock.spend_ns(4_000_000)
    assert bench.drive.feedback().fault == "estop-open"
    bench.daemon.estop_open = False
    bench.drive.recover()
    bench.drive.apply(0.0, 0.0)
    assert bench.daemon.said == (0, 0, 0.0)


def test_braking_ends_when_the_motor_stands(bench):
    started(bench, 20.0)
    bench.drive.stop()
    braked_ms = 0
    while bench.drive.feedback().measured_hz:
        bench.run(0.004, 0.0)
        braked_ms += 4
    bench.run(0.004, 0.0)
    assert 100 < braked_ms < 960, "it is not the time that ends it"
    assert bench.daemon.said == (0, 0, 0.0)


def test_armed_and_asked_for_nothing_a_turning_motor_is_braked(bench):
    started(bench)
    bench.run(0.1, 0.0)
    assert bench.daemon.said == (1, RELAY | ENABLE, 0.0)
    bench.run(1.0, 0.0)
    assert bench.daemon.said == (1, RELAY, 0.0)


def test_a_plate_that_somebody_turns_by_hand_is_not_braked(bench):
    bench.motor.frequency_hz = 20.0
    bench.run(0.2, 25.0)
    assert bench.drive.feedback().measured_hz > 5.0
    assert bench.daemon.said == (0, 0, 0.0)


def test_apply_alone_hears_what_has_happened(bench):
    started(bench)
    bench.daemon.estop_open = True
    bench.clock.spend_ns(4_000_000)
    bench.drive.apply(25.0, 0.23)
    assert bench.daemon.said == (0, 0, 0.0)


def test_a_motor_that_is_nearly_still_is_started_again_without_a_fault(bench):
    """Its last pulses came at 35 Hz a moment ago, the next may take 0.2 s."""
    started(bench, 35.0)
    bench.drive.stop()
    while bench.motor.frequency_hz > 3.0:
        bench.run(0.004, 0.0)
    bench.drive.arm()
    bench.run(1.5, 35.0)
    assert bench.drive.feedback().healthy
    assert bench.motor.frequency_hz == pytest.approx(35.0, rel=0.05)


def test_each_arming_has_another_token(bench):
    tokens = []
    for _ in range(3):
        bench.drive.arm()
        bench.run(0.008, 0.0)
        tokens.append(bench.daemon.said[0])
        bench.drive.stop()
    assert tokens == [1, 2, 3]


def test_what_disarmed_the_script_while_it_braked_ends_the_braking_for_good(bench):
    started(bench, 35.0)
    bench.drive.stop()
    bench.run(0.1, 0.0)
    assert bench.daemon.said[0]
    bench.clock.spend_ns(100_000_000)
    bench.run(0.008, 0.0)
    assert bench.daemon.said == (0, 0, 0.0)
    assert bench.motor.frequency_hz > 2.0, "it would still be braked"


def test_an_old_run_leaves_nothing_to_the_next(bench):
    """Armed again without a tick in between: the law begins at what the motor does now."""
    started(bench, 35.0)
    bench.drive.stop()
    bench.motor.frequency_hz = 0.0
    bench.clock.spend_ns(1_000_000_000)
    bench.drive.arm()
    bench.drive.feedback()
    bench.drive.apply(35.0, 0.23)
    assert bench.daemon.said[2] == 0.0


@pytest.mark.parametrize(("hz", "after_ms"), [(25.0, 112), (15.0, 152)])
def test_a_turning_motors_tach_is_lost_after_three_pulses_and_50_ms(make_bench, hz, after_ms):
    bench = started(make_bench(), hz)
    while bench.drive._tach.last_pulse_ns != bench.clock.now_ns():
        bench.run(0.004, hz)
    bench.daemon.tach_broken = True
    bench.daemon._on_wire.clear()
    assert faulty_after_ms(bench, hz) == after_ms
    assert bench.drive.feedback().fault == "tach-lost"
    assert bench.daemon.said == (0, 0, 0.0), "with the very tick that finds it"


def test_a_pulse_that_is_missing_is_no_slow_motor(bench):
    started(bench)
    before = bench.daemon.said[2]
    bench.daemon.tach_broken = True
    duties = []
    for _ in range(20):
        bench.run(0.004, 25.0)
        duties.append(bench.daemon.said[2])
    assert bench.drive.feedback().healthy
    assert duties == [pytest.approx(before, abs=0.01)] * 20


@pytest.mark.parametrize("learning", [False, True])
def test_a_motor_that_never_turns_is_given_up_after_400_ms_and_after_3_s_while_learning(bench, learning):
    bench.daemon.stalled = True
    bench.drive.learn() if learning else bench.drive.arm()
    assert faulty_after_ms(bench) == (3004 if learning else 408)
    assert bench.drive.feedback().fault == "tach-lost"


def test_time_without_a_duty_is_no_time_without_a_pulse(bench):
    bench.drive.arm()
    bench.run(3.0, 0.0)
    bench.daemon.stalled = True
    assert faulty_after_ms(bench) == 408
    bench.daemon.stalled = False
    started(bench)


def test_a_demand_that_cannot_be_is_a_fault_after_half_a_second_of_itself(bench):
    bench.drive.arm()
    assert faulty_after_ms(bench, 25.0, 0.1) == 508
    bench.drive.arm()
    for tick in range(500):
        bench.run(0.004, 25.0, 0.1 + 1e-5 * tick)
        assert bench.drive.feedback().healthy, "another one each time is a ramp"
    bench.run(0.4, 25.0, 0.1)
    bench.run(0.004, 25.0, 0.0)
    assert faulty_after_ms(bench, 25.0, 0.1) == 508, "what can be rendered in between begins it anew"


@pytest.mark.parametrize(("hz", "mm"), [(25.0, 0.0), (0.0, 0.23), (0.0, 0.0), (5.0, 0.0)])
def test_nothing_asked_for_is_off_for_as_long_as_one_likes(bench, hz, mm):
    bench.drive.arm()
    assert max(bench.run(1.0, hz, mm)) == 0.0
    assert bench.drive.feedback().healthy


def test_the_daemon_is_heard_once_a_tick(bench):
    heard = []
    listen = bench.daemon.listen
    bench.daemon.listen = lambda now_ns: (heard.append(now_ns), listen(now_ns))
    for _ in range(3):
        bench.clock.spend_ns(4_000_000)
        bench.drive.feedback()
        bench.drive.apply(0.0, 0.0)
        bench.drive.feedback()
    assert len(heard) == 3
    bench.drive.recover()
    assert len(heard) == 4, "a person's wish looks anew"
    for _ in range(4):
        bench.clock.spend_ns(1_000_000)
        bench.drive.feedback()
    assert len(heard) == 8


def test_it_connects_with_the_time_there_is_and_begins_there_as_new():
    asked_s = []

    class Timed(Bench):
        def _connect(self, tach, seconds):
            asked_s.append(seconds)
            return super()._connect(tach, seconds)

    bench = Timed(1, DriveSettings())
    bench.drive.arm()
    assert bench.daemon.status is not None, "what the daemon says is looked at first"
    started(bench)
    bench.daemon.dead = True
    bench.run(0.008, 25.0)
    bench.drive.recover()
    bench.drive.recover()
    assert asked_s == [3.0, 0.3]
    assert bench.drive.feedback() == DriveFeedback(0.0, healthy=True, fault=""), "the old tach says nothing of the new"
    bench.drive.arm()
    bench.run(0.008, 0.0)
    assert bench.daemon.said[0] == 3


def test_a_new_connection_that_says_nothing_yet_refuses_nothing(bench):
    bench.daemon.status = None
    bench.daemon.listen = lambda now_ns: None
    bench.drive.arm()
    bench.drive.apply(25.0, 0.23)
    assert bench.daemon.said[0] == 1


@pytest.mark.parametrize(
    ("reason", "code"),
    [("pwm-failed", "drive-fault"), ("estop-open", "estop-open"), ("refresh-lost", "dead-man-tripped")],
)
def test_why_the_script_went_off_is_the_fault(bench, reason, code):
    started(bench)
    bench.daemon.armed, bench.daemon._reason = False, reason
    bench.run(0.008, 25.0)
    assert bench.drive.feedback() == DriveFeedback(bench.drive.feedback().measured_hz, healthy=False, fault=code)
    assert bench.daemon.said == (0, 0, 0.0)


def test_the_map_is_learned_once_and_the_law_drives_again(bench):
    learner = bench.drive.learn(20.0)
    while not learner.finished:
        bench.run(0.1, 25.0)
    assert learner.points[-1][1] < 20.0
    bench.drive.stop()
    bench.run(1.5, 0.0)
    started(bench)


def test_a_closed_drive_says_so_and_lets_go_once():
    released = []
    bench = Bench(1, DriveSettings())
    bench.drive = PigpioDrive(bench.settings, bench.clock, bench._connect, lambda: released.append(1))
    started(bench)
    bench.drive.close()
    bench.drive.close()
    assert released == [1]
    assert bench.daemon.failure == "closed"
    assert bench.drive.feedback().fault == "drive-fault"
    for again in (bench.drive.arm, bench.drive.recover):
        with pytest.raises(HardwareError) as caught:
            again()
        assert (caught.value.code, caught.value.where) == ("drive-fault", "rig.drive")
        assert caught.value.finding == saw("drive-closed")
    bench.run(0.1, 25.0)
    assert not bench.daemon.armed
