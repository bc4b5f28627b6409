"""The dead-man's text in given time: what no real daemon can be made to do at a wanted moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.pigpio.script import (
    ENABLE,
    LOOP_MS,
    REASONS,
    REFRESH_LOST_US,
    RELAY,
    SCRIPT_IDENTITY,
    dead_man,
    first_parameters,
)
from hw.settings import DriveSettings, PinSettings
from tests.hw.pigpio.script_machine import ScriptMachine

PINS = PinSettings()
BOTH = RELAY | ENABLE
LOOP_US = 1000 * LOOP_MS
ARMED, REASON, LOOPS, ESTOP, SEEN = 4, 5, 6, 7, 8


class Bench:
    def __init__(self, t_us=0xFFFFF000):  # the daemon's time wraps a few turns later
        self.machine = ScriptMachine(dead_man(PINS, DriveSettings()))
        self.machine.par = first_parameters()
        self.machine.t_us = t_us
        self.counter = 0
        self.machine.turn()

    def say(self, token, outputs=BOTH, duty=400_000):
        self.counter += 1
        self.machine.par[:4] = [self.counter, token, outputs, duty]

    def turn(self, times=1, *, token=None, took_us=LOOP_US):
        """Time goes on, then a client has spoken, then the script looks."""
        for _ in range(times):
            self.machine.t_us = (self.machine.t_us + took_us) % (1 << 32)
            if token is not None:
                self.say(token)
            self.machine.turn()
            self.consistent()

    def consistent(self):
        """The outputs are never on without the latch."""
        if not self.armed:
            assert self.off

    @property
    def armed(self):
        return bool(self.machine.par[ARMED])

    @property
    def on(self):
        pins = self.machine.pins
        return bool(pins[PINS.motor_enable]), bool(pins[PINS.motor_relay]), self.machine.pwm[2]

    @property
    def off(self):
        return self.on == (False, False, 0)

    @property
    def reason(self):
        return REASONS[self.machine.par[REASON]]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_token_arms_and_a_heartbeat_goes_on_in_any_case(bench):
    levels = []
    for _ in range(6):
        bench.turn(token=0)
        levels.append(bench.machine.pins[PINS.motor_heartbeat])
    assert levels in ([0, 1] * 3, [1, 0] * 3)
    assert bench.off
    bench.turn(token=1)
    assert bench.on == (True, True, 400_000)
    bench.say(1, RELAY, 0)
    bench.turn()
    assert bench.on == (False, True, 0)
    assert bench.machine.par[9] == SCRIPT_IDENTITY


@pytest.mark.parametrize("came", [False, True], ids=["silence", "the refresh is back before the script looks"])
def test_a_silence_that_a_stalled_script_slept_through_is_one_all_the_same(bench, came):
    bench.turn(20, token=1)
    bench.turn(token=1 if came else None, took_us=REFRESH_LOST_US)
    assert bench.off
    assert bench.reason == "refresh-lost"
    bench.turn(100, token=1)
    assert bench.off, "only another token starts it again"
    bench.turn(token=2)
    assert not bench.off


def test_a_token_that_comes_with_the_refresh_after_a_silence_is_spent(bench):
    bench.turn(20, token=1)
    bench.turn(token=2, took_us=REFRESH_LOST_US)
    bench.turn(20, token=2)
    assert bench.off
    bench.turn(token=3)
    assert not bench.off


def test_it_trips_at_the_first_look_after_50_ms_and_not_before(bench):
    bench.turn(20, token=1)
    bench.turn(REFRESH_LOST_US // LOOP_US - 1)
    assert not bench.off
    bench.turn()
    assert bench.off


def test_an_open_emergency_stop_is_off_at_the_next_look_and_spends_the_token(bench):
    bench.turn(20, token=1)
    bench.machine.pins[PINS.estop] = 1
    bench.turn(token=2)
    assert bench.off
    assert bench.reason == "estop-open"
    assert bench.machine.par[ESTOP] == 1
    bench.machine.pins[PINS.estop] = 0
    bench.turn(20, token=2)
    assert bench.off
    bench.turn(token=3)
    assert not bench.off


def test_zero_disarms_and_a_duty_that_cannot_be_trips(bench):
    bench.turn(20, token=1)
    bench.turn(token=0)
    assert bench.off
    assert bench.reason == "disarmed"
    bench.turn(token=2)
    bench.say(2, BOTH, 1_500_000)
    bench.turn()
    assert bench.off
    assert bench.reason == "pwm-failed"


LIVES = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "silence", "open"]),
        st.integers(0, 3),
        st.sampled_from([LOOP_US, LOOP_US, LOOP_US, 9_000, 30_000, 49_999, 50_000, 51_000, 400_000, 2_000_000_000]),
    ),
    max_size=60,
)


@given(LIVES, st.integers(0, (1 << 32) - 1))
def test_whatever_happens_it_is_on_only_by_a_token_that_is_new_and_with_no_silence_since(life, t_us):
    bench = Bench(t_us)
    token = silent_us = 0
    for action, wanted, took_us in life:
        was_on, before = not bench.off, bench.machine.par[SEEN]
        silent_us += took_us
        token = wanted if action == "say" else token
        bench.machine.pins[PINS.estop] = int(action == "open")
        bench.turn(token=token if action == "say" else None, took_us=took_us)
        if not bench.off:
            assert action != "open"
            assert token
            assert was_on or token != before
            assert not was_on or silent_us < REFRESH_LOST_US
            assert action == "say" or silent_us < REFRESH_LOST_US
        silent_us = 0 if action == "say" else silent_us
