"""The guard's dead-man in virtual time: what arms it, what switches it off, what starts it again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.pi5.guard import DeadMan
from hw.pigpio.script import ENABLE, LOOP_MS, PARAMETERS, REFRESH_LOST_US, RELAY, unpack_status

MS = 1_000_000
BOTH = RELAY | ENABLE


class Outputs:
    """PWM and lines in one; remembers what is on and in which order it came."""

    def __init__(self):
        self.on = {"duty": 0, "enable": False, "relay": False}
        self.log = []
        self.beats = 0
        self.broken = ""

    def _set(self, key, value):
        if self.broken == key and value:
            raise OSError(5, "I/O error")
        self.on[key] = value
        self.log.append((key, value))

    def duty(self, millionths):
        self._set("duty", millionths)

    def enable(self, on):
        self._set("enable", on)

    def relay(self, on):
        self._set("relay", on)

    def beat(self):
        self.beats += 1

    def close(self):
        pass

    @property
    def off(self):
        return not any(self.on.values())


class Bench:
    def __init__(self):
        self.outputs = Outputs()
        self.t_ns = 0
        self.guard = DeadMan(self.outputs, self.outputs, 0)
        self.counter = 0

    def say(self, token, outputs=BOTH, duty=400_000):
        self.counter += 1
        self.guard.hear(PARAMETERS.pack(self.counter, token, outputs, duty), self.t_ns)

    def run(self, duration_ms, token=None, **said):
        for _ in range(duration_ms // LOOP_MS):
            self.t_ns += LOOP_MS * MS
            if token is not None:
                self.say(token, **said)
            self.guard.turn(self.t_ns)

    @property
    def status(self):
        return unpack_status(self.guard.status())


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_nothing_is_on_before_a_token_and_the_second_one_shot_is_fed(bench):
    bench.run(100, token=0)
    assert bench.outputs.off
    assert bench.outputs.log == []
    assert bench.outputs.beats >= 50
    assert not bench.status.armed


def test_a_token_arms_and_each_output_is_what_is_asked(bench):
    bench.run(4, token=1)
    assert bench.outputs.on == {"duty": 400_000, "enable": True, "relay": True}
    assert bench.status.armed
    bench.run(4, token=1, outputs=RELAY, duty=0)
    assert bench.outputs.on == {"duty": 0, "enable": False, "relay": True}


def test_enable_comes_last_and_goes_first(bench):
    bench.run(2, token=1)
    assert [key for key, _ in bench.outputs.log] == ["duty", "relay", "enable"]
    bench.outputs.log.clear()
    bench.run(60)
    assert [key for key, _ in bench.outputs.log] == ["enable", "duty", "relay"]


def test_a_refresh_that_stays_away_switches_off_within_60_ms(bench):
    bench.run(100, token=1)
    bench.run(REFRESH_LOST_US // 1000)
    assert not bench.outputs.off
    bench.run(LOOP_MS)
    assert bench.outputs.off
    assert bench.status.reason == "refresh-lost"


@pytest.mark.parametrize("token", [1, 2], ids=["the same token", "another"])
def test_a_silence_that_a_stalled_guard_slept_through_is_one_all_the_same(bench, token):
    """The computer held both up: the refresh is there again when the guard looks."""
    bench.run(20, token=1)
    bench.t_ns += REFRESH_LOST_US * 1000 + 1
    bench.say(token)
    assert bench.outputs.off
    assert bench.status.reason == "refresh-lost"
    bench.run(100, token=token)
    assert bench.outputs.off
    bench.run(4, token=3)
    assert not bench.outputs.off


def test_packets_that_repeat_the_counter_or_make_no_sense_are_no_refresh(bench):
    bench.run(20, token=1)
    for _ in range(30):
        bench.counter -= 1
        bench.run(LOOP_MS, token=1)
        bench.guard.hear(b"junk", bench.t_ns)
    assert bench.outputs.off


def test_only_another_token_starts_it_again(bench):
    bench.run(100, token=1)
    bench.run(60)
    bench.run(500, token=1)
    assert bench.outputs.off, "the refresh has come back: it stays off"
    bench.run(4, token=2)
    assert not bench.outputs.off
    bench.run(4, token=0)
    assert bench.outputs.off
    assert bench.status.reason == "disarmed"
    bench.run(4, token=2)
    assert not bench.outputs.off, "a person armed it again after a stop"


def test_a_token_that_is_seen_while_the_refresh_is_lost_is_spent(bench):
    bench.run(60)
    bench.counter -= 1
    bench.say(7)
    bench.guard.turn(bench.t_ns)
    bench.run(200, token=7)
    assert bench.outputs.off
    bench.run(4, token=8)
    assert not bench.outputs.off


@pytest.mark.parametrize("key", ["duty", "enable", "relay"])
def test_an_output_that_cannot_be_set_trips_and_the_rest_goes_off(bench, key):
    bench.outputs.broken = key
    bench.run(4, token=1)
    assert not bench.outputs.on["enable"]
    assert bench.outputs.on["duty"] == 0
    assert bench.status.reason == "pwm-failed"
    bench.outputs.broken = ""
    bench.run(20, token=1)
    assert bench.outputs.off


actions = st.lists(st.tuples(st.sampled_from(["say", "silence"]), st.integers(0, 3), st.integers(1, 50)), max_size=40)


@given(actions)
def test_whatever_is_said_it_is_off_after_60_ms_of_silence_and_never_restarts_by_itself(life):
    bench = Bench()
    spent = set()
    for action, token, loops in life:
        for _ in range(loops):
            was_off = bench.outputs.off
            bench.run(LOOP_MS, token=token if action == "say" else None)
            if bench.status.reason == "refresh-lost":
                spent.add(bench.status.seen)
            if was_off and not bench.outputs.off:
                assert action == "say"
                assert token
        if action == "silence" and loops * LOOP_MS > 60:
            assert bench.outputs.off
    bench.run(60)
    assert bench.outputs.off
