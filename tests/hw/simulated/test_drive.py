"""The simulated vibration drive on the real modelled platform: arming, the dead man, and what it refuses."""

import random
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.errors import HardwareError
from hw.simulated.drive import SimulatedDrive
from hw.simulated.platform import ModelledPlatform
from station.clock import VirtualClock

TICK_NS = 4_000_000


class Bench:
    """A drive on a platform that steps with the clock, as the world makes it."""

    def __init__(self):
        self.clock = VirtualClock()
        self.platform = ModelledPlatform(random.Random(1))
        self.stepped_ns = self.clock.now_ns()
        self.drive = SimulatedDrive(self.platform, self.clock, self.advance)

    def advance(self, t_ns):
        while self.stepped_ns + TICK_NS <= t_ns:
            self.stepped_ns += TICK_NS
            self.platform.step(0.004, 72.0)

    def run(self, duration_s, demand=None):
        """The platform's true frequency after this long, with or without a demand at every tick."""
        for _ in range(round(duration_s / 0.004)):
            self.clock.spend_ns(TICK_NS)
            if demand is not None:
                self.drive.apply(*demand)
            else:
                self.drive.watch(self.clock.now_ns())
            self.advance(self.clock.now_ns())
        return self.platform.frequency_hz


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_nothing_moves_before_it_is_armed(bench):
    assert bench.run(1.0, (20.0, 1.0)) == 0.0
    bench.drive.arm()
    assert bench.run(3.0, (20.0, 1.0)) == pytest.approx(20.0, rel=0.03)
    feedback = bench.drive.feedback()
    assert feedback.measured_hz == pytest.approx(20.0, rel=0.03)
    assert feedback.healthy
    assert feedback.fault == ""


def test_stop_ends_it_and_disarms(bench):
    bench.drive.arm()
    bench.run(2.0, (20.0, 1.0))
    bench.drive.stop()
    bench.drive.stop()
    assert bench.run(1.0, (20.0, 1.0)) == 0.0
    assert bench.drive.feedback().measured_hz == 0.0


def test_zero_is_off_but_stays_armed(bench):
    bench.drive.arm()
    bench.run(2.0, (20.0, 1.0))
    assert bench.run(1.0, (0.0, 0.0)) == 0.0
    assert bench.run(2.0, (10.0, 1.0)) == pytest.approx(10.0, rel=0.05)


def test_the_dead_man_acts_after_60_ms_of_silence_and_not_before(bench):
    bench.drive.arm()
    full_hz = bench.run(3.0, (25.0, 1.0))
    assert bench.run(0.056) == pytest.approx(full_hz, rel=0.01)
    assert bench.run(0.040) < 0.9 * full_hz
    assert bench.run(1.0) == 0.0


def test_the_dead_man_acts_when_it_is_due_even_if_nobody_looks(bench):
    bench.drive.arm()
    bench.run(3.0, (25.0, 1.0))
    last_ns = bench.clock.now_ns()
    bench.clock.spend_ns(1_000_000_000)
    stepped = []
    advance = bench.advance
    bench.drive._advance = lambda t_ns: (stepped.append(t_ns), advance(t_ns))
    bench.drive.feedback()
    assert stepped == [last_ns + 60_000_000]
    bench.advance(bench.clock.now_ns())
    assert bench.platform.frequency_hz == 0.0


def test_after_the_dead_man_it_goes_on_when_it_is_asked_again(bench):
    bench.drive.arm()
    bench.run(2.0, (20.0, 1.0))
    bench.run(1.0)
    assert bench.run(3.0, (20.0, 1.0)) == pytest.approx(20.0, rel=0.03)


@pytest.mark.parametrize(
    "demand",
    [(4.9, 1.0), (-20.0, 1.0), (20.0, 0.0), (20.0, -1.0), (nan, 1.0), (20.0, nan), (inf, 1.0)],
)
def test_what_it_cannot_do_is_off(bench, demand):
    bench.drive.arm()
    bench.run(2.0, (20.0, 1.0))
    assert bench.run(1.0, demand) == 0.0


@given(st.floats(allow_nan=True), st.floats(allow_nan=True))
def test_the_platform_is_never_asked_for_more_than_was_said(frequency_hz, displacement_pp_mm):
    bench = Bench()
    asked = []
    bench.platform = type("Asked", (), {"demand": lambda self, *demand: asked.append(demand), "tach_hz": 0.0})()
    bench.drive = SimulatedDrive(bench.platform, bench.clock, bench.advance)
    bench.drive.arm()
    bench.drive.apply(frequency_hz, displacement_pp_mm)
    hz, mm = asked[-1]
    assert hz == 0.0 or (5.0 <= hz <= min(frequency_hz, 40.0) and mm == displacement_pp_mm > 0.0)


def test_a_stalled_motor_is_seen_by_the_tach_alone(bench):
    bench.drive.arm()
    bench.run(2.0, (20.0, 1.0))
    bench.drive.stall()
    assert bench.run(1.0, (20.0, 1.0)) < 1.0
    feedback = bench.drive.feedback()
    assert feedback.healthy
    assert feedback.measured_hz < 1.0
    bench.drive.stall(False)
    assert bench.run(3.0, (20.0, 1.0)) == pytest.approx(20.0, rel=0.05)


def test_a_fault_cuts_the_output_is_reported_and_cannot_be_armed(bench):
    bench.drive.arm()
    bench.run(2.0, (20.0, 1.0))
    bench.drive.fault()
    assert bench.run(1.0, (20.0, 1.0)) == 0.0
    assert bench.drive.feedback()[1:] == (False, "drive-fault")
    with pytest.raises(HardwareError) as caught:
        bench.drive.arm()
    assert caught.value.code == "drive-fault"
    bench.drive.fault(False)
    assert bench.drive.feedback().healthy
    assert bench.run(1.0, (20.0, 1.0)) == 0.0, "a fault that has gone does not arm"
