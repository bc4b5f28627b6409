"""What the plate does by its accelerometer: figures against known motion, and a sensor that cannot be trusted."""

import math

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from drills.values import Phase as DrillPhase
from hw.accelerometer import Adxl345Accelerometer
from hw.registry import open_rig
from hw.settings import AccelerometerSettings, RigSettings
from hw.simulated.adxl345 import Adxl345Chip
from hw.simulated.bus import SimulatedI2C
from station.clock import VirtualClock
from station.safety.dose import peak_acceleration_m_s2, weighting_k
from station.sensing.plate_vibration import PlateVibration

TICK_NS = 4_000_000
G = 9.80665


class Bench:
    """A plate that moves as asked, under the real driver; the tach says what the plate does, or something else."""

    def __init__(self, seed=1):
        self.clock = VirtualClock()
        self.parts = []
        self.chip = Adxl345Chip(self._motion, self.clock, seed)
        bus = SimulatedI2C({0x53: self.chip}, self.clock)
        fitted = AccelerometerSettings(fitted=True, scale=1.0 / self.chip.gain)
        self.plate = PlateVibration()
        self.sensor = Adxl345Accelerometer(bus, fitted)
        self.tach_hz = self.asked_pp_mm = 0.0

    def _motion(self, t_ns):
        return sum(amplitude * math.sin(2 * math.pi * hz * t_ns * 1e-9 + 0.3 * hz) for hz, amplitude in self.parts)

    def run(self, duration_s):
        for _ in range(round(duration_s * 250)):
            self.clock.sleep_until_ns((self.clock.now_ns() // TICK_NS + 1) * TICK_NS)
            seen_g = self.plate.measured_g(self.sensor.read(), self.tach_hz, self.asked_pp_mm, self.clock.now_ns())
        return seen_g

    def shake(self, hz, pp_mm, harmonics=()):
        first = peak_acceleration_m_s2(hz, pp_mm)
        self.parts = [(hz * (n + 1), first * share) for n, share in enumerate((1.0, *harmonics))]
        self.tach_hz, self.asked_pp_mm = hz, pp_mm


@pytest.fixture
def still() -> Bench:
    bench = Bench()
    bench.run(2.0)
    return bench


def test_a_still_plate_is_still(still):
    assert still.plate.fault == ""
    assert still.plate.last.frequency_hz == 0.0
    assert still.run(1.0) < 0.035
    assert still.plate.last.weighted_m_s2 < 0.1


@pytest.mark.parametrize("hz", [5.0, 8.0, 12.5, 16.0, 20.0, 25.0, 30.0, 35.0])
@pytest.mark.parametrize("peak_g", [0.1, 0.3, 0.8])
def test_a_sine_gives_its_frequency_peak_weighted_value_and_crest(still, hz, peak_g):
    pp_mm = peak_g * G / peak_acceleration_m_s2(hz, 1.0)
    still.shake(hz, pp_mm)
    measured_g = still.run(4.0)
    last = still.plate.last
    assert still.plate.fault == ""
    crossing_s = 0.065 / (2 * math.pi * hz * peak_g * G)  # noise up to 100 Hz over the slope at zero
    assert last.frequency_hz == pytest.approx(hz, rel=0.005 + 3 * math.sqrt(2) * crossing_s / 0.25)
    assert measured_g == pytest.approx(peak_g, rel=0.03, abs=0.035)
    assert last.weighted_m_s2 == pytest.approx(peak_g * G / math.sqrt(2) * weighting_k(hz), rel=0.02, abs=0.04)
    assert last.fundamental_m_s2 == pytest.approx(peak_g * G, rel=0.03)
    assert last.crest == pytest.approx(math.sqrt(2), rel=0.06 if peak_g > 0.2 else 0.35)


def test_harmonics_are_weighted_each_at_its_own_frequency(still):
    shares = (0.2, 0.1, 0.05)
    still.shake(20.0, 0.4, shares)
    still.run(4.0)
    first = peak_acceleration_m_s2(20.0, 0.4)
    squares = [(first * share * weighting_k(20.0 * (n + 1))) ** 2 / 2 for n, share in enumerate((1.0, *shares))]
    assert still.plate.last.weighted_m_s2 == pytest.approx(math.sqrt(sum(squares)), rel=0.02)


def test_what_is_no_harmonic_counts_in_full(still):
    still.shake(20.0, 0.4)
    still.parts.append((47.3, 1.5))
    still.run(4.0)
    exact = math.hypot(peak_acceleration_m_s2(20.0, 0.4) * weighting_k(20.0), 1.5 * weighting_k(47.3)) / math.sqrt(2)
    assert exact < still.plate.last.weighted_m_s2 < 1.5 * exact


def test_a_blow_shows_in_the_peak_at_once_and_for_a_second(still):
    still.shake(20.0, 0.3)
    still.run(3.0)
    still.parts.append((20.0, 8.0))
    assert still.run(0.1) > 0.9
    still.parts.pop()
    assert still.run(0.8) > 0.9
    assert still.run(1.0) < 0.4


@pytest.mark.parametrize(
    ("verb", "words", "within_s"),
    [("nack", "no-samples", 0.15), ("brownout", "interrupted", 0.15), ("freeze", "no-change", 0.1)],
)
def test_a_dead_sensor_is_found(still, verb, words, within_s):
    getattr(still.chip, verb)()
    assert math.isnan(still.run(within_s))
    assert words in still.plate.fault


def test_a_sensor_that_came_off_is_found_still_and_while_it_vibrates():
    for pp_mm in (0.0, 0.4):
        bench = Bench()
        bench.run(2.0)
        if pp_mm:
            bench.shake(20.0, pp_mm)
            assert bench.run(2.0) > 0.2
        bench.chip.loosen()
        assert math.isnan(bench.run(2.5))


@pytest.mark.parametrize("tach", [0.5, 0.9, 1.1, 2.0])
def test_a_tach_that_says_otherwise_is_found(still, tach):
    still.shake(20.0, 0.4)
    still.tach_hz *= tach
    assert math.isnan(still.run(2.5))
    assert "disagree" in still.plate.fault


def test_a_plate_that_stands_still_under_a_running_tach_is_found(still):
    still.tach_hz, still.asked_pp_mm = 20.0, 0.4
    assert math.isnan(still.run(4.0))


def test_a_sensor_that_hardly_feels_the_platform_is_found(still):
    still.shake(20.0, 0.4)
    still.parts = [(20.0, 0.25 * peak_acceleration_m_s2(20.0, 0.4))]
    assert math.isnan(still.run(3.0))
    assert "disagree" in still.plate.fault


def test_a_sensor_on_its_side_is_not_trusted():
    bench = Bench()
    bench.chip._offset_m_s2 = -0.9 * G
    bench.run(2.0)
    assert "upright" in bench.plate.fault


FITTED = RigSettings.model_validate({"accelerometer": {"fitted": True}})


@given(seed=st.integers(0, 2**32), hz=st.floats(5.0, 35.0), peak_g=st.floats(0.1, 0.7), loaded=st.booleans())
@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])
def test_no_false_alarm_from_any_sensor_through_start_run_and_stop(seed, hz, peak_g, loaded):
    clock = VirtualClock()
    rig = open_rig("simulated", FITTED, clock, seed=seed)
    plate = PlateVibration()
    pp_mm = peak_g * G / peak_acceleration_m_s2(hz, 1.0)
    rig.drive.arm()
    if loaded:
        rig.tell("stand_on_left")
    for duration_s, asked in ((8.0, (0.0, 0.0)), (4.0, (hz, pp_mm)), (2.0, (0.0, 0.0)), (2.0, (hz, pp_mm))):
        for _ in range(round(duration_s * 250)):
            clock.sleep_until_ns((clock.now_ns() // TICK_NS + 1) * TICK_NS)
            rig.load_cells.read()
            tach_hz = rig.drive.feedback().measured_hz
            rig.drive.apply(*asked)
            plate.measured_g(rig.accelerometer.read(), tach_hz, asked[1], clock.now_ns())
            assert plate.fault == ""
    assert plate.last.frequency_hz == pytest.approx(tach_hz, rel=0.05)


@pytest.mark.parametrize("verb", ["accel_nack", "accel_freeze", "accel_loosen"])
def test_a_sensor_that_cannot_be_trusted_trips_while_it_vibrates(verb, make_bench):
    bench = make_bench(settings=FITTED)
    assert bench.start(hold_s=30.0, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == DrillPhase.HOLD and bench.vibrating(), 40)
    bench.run_s(1.5)
    assert bench.vibrating()
    assert not bench.station.safety.ledger.estimated, "the dose is measured"
    assert bench.station.plate_vibration.last.frequency_hz == pytest.approx(25.0, rel=0.03)
    bench.rig.faults[verb]()
    bench.run_until(lambda: not bench.vibrating(), 3.0)
    assert bench.station.safety.trip == "accelerometer-fault"


def test_a_block_with_a_gap_is_given_up_and_says_nothing(still):
    still.shake(20.0, 0.4)
    still.run(3.0)
    assert still.plate.last.frequency_hz == pytest.approx(20.0, rel=0.02)
    before = still.plate.last
    still.chip.brownout()
    assert math.isnan(still.run(0.05))
    assert still.plate.fault == "interrupted"
    assert still.plate.last is before, "no figure of it"
    still.run(0.6)
    assert still.plate.fault == ""
    assert still.plate.last is not before
    assert still.plate.last.frequency_hz == pytest.approx(20.0, rel=0.02)


def test_a_sensor_whose_power_failed_serves_again_after_the_stop(make_bench):
    bench = make_bench(settings=FITTED)
    assert bench.start(hold_s=30.0, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == DrillPhase.HOLD and bench.vibrating(), 40)
    bench.rig.faults["accel_brownout"]()
    bench.run_until(lambda: not bench.vibrating(), 3.0)
    assert bench.station.safety.trip == "accelerometer-fault"
    bench.run_s(3.0)
    assert bench.station.plate_vibration.fault == ""


def test_without_a_sensor_the_dose_is_estimated(make_bench):
    bench = make_bench()
    assert bench.start(hold_s=30.0, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == DrillPhase.HOLD and bench.vibrating(), 40)
    assert bench.station.safety.ledger.estimated


def test_without_a_sensor_there_is_no_figure():
    assert PlateVibration().measured_g(None, 20.0, 0.4, 1) is None
