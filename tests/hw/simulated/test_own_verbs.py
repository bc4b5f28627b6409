"""What one simulated rig has and the other has not: an end, a weight to put on; and the motion that both have."""

import pytest

from hw.registry import open_rig
from hw.settings import ReplaySignal, RigSettings
from hw.simulated.bus import NullI2C, SimulatedI2C
from hw.values import PlateGeometry
from station.clock import VirtualClock

TICK_NS = 4_000_000
STANDARD_GRAVITY_M_S2 = 9.80665
FITTED = RigSettings.model_validate({"accelerometer": {"fitted": True}})
STANDING = ReplaySignal([0.02 * row for row in range(200)], [(180.0,) * 4] * 200, PlateGeometry(300.0, 400.0))


class Bench:
    """A simulated rig, its clock, and the calibrated forces of each tick."""

    def __init__(self, name, settings=FITTED):
        self.clock = VirtualClock()
        self.rig = open_rig(name, settings, self.clock, seed=5, replay=STANDING if name == "replay" else None)

    def tick(self):
        self.clock.sleep_until_ns((self.clock.now_ns() // TICK_NS + 1) * TICK_NS)
        volts = self.rig.load_cells.read().volts
        zero_v, span_n_per_v, matrix = self.rig.calibration
        plain = [span * (v - zero) for v, zero, span in zip(volts, zero_v, span_n_per_v, strict=True)]
        return [sum(m * f for m, f in zip(row, plain, strict=True)) for row in matrix]

    def mean_n(self, ticks=250):
        rows = [self.tick() for _ in range(ticks)]
        return [sum(column) / ticks for column in zip(*rows, strict=True)]

    def peak_g(self, displacement_pp_mm, ticks=500):
        """Half of what the accelerometer's readings span while the motor is asked for 25 Hz, after it has come up."""
        found = []
        for tick in range(2 * ticks):
            self.rig.panel.heartbeat()
            self.rig.panel.power(True)
            self.rig.drive.apply(25.0, displacement_pp_mm)
            self.tick()
            block = self.rig.accelerometer.read()
            found += block if tick >= ticks else []
        return (max(found) - min(found)) / 2.0 / STANDARD_GRAVITY_M_S2


@pytest.mark.parametrize("name", ["simulated", "replay"])
def test_the_accelerometer_feels_the_platform_that_the_drive_turns_under_either_world(name):
    bench = Bench(name)
    bench.tick()
    bench.rig.drive.arm()
    still_g, shaken_g = bench.peak_g(0.0), bench.peak_g(1.0)
    assert still_g < 0.1, "the sensor's own noise"
    assert shaken_g > 0.5, "2 pi^2 f^2 D is 1.26 g, less what the load takes"


def test_a_weight_of_20_kg_is_felt_as_such_where_it_is_put_and_can_be_taken_away():
    bench = Bench("simulated")
    empty_n = bench.mean_n()
    bench.rig.faults["dead_weight"](20_000.0, bench.rig.plate.spacing_ml_mm / 2.0, bench.rig.plate.spacing_ap_mm / 2.0)
    loaded_n = [n - zero for n, zero in zip(bench.mean_n(), empty_n, strict=True)]
    assert sum(loaded_n) == pytest.approx(20.0 * STANDARD_GRAVITY_M_S2, rel=0.02)
    assert loaded_n[1] == pytest.approx(20.0 * STANDARD_GRAVITY_M_S2, rel=0.02), "over the front right cell"
    bench.rig.faults["dead_weight"](0.0)
    assert sum(bench.mean_n()) == pytest.approx(sum(empty_n), abs=1.0)
    assert "dead_weight" not in Bench("replay").rig.faults, "a recording holds its own load"


def test_a_recording_ends_and_a_person_does_not():
    person, recording = Bench("simulated"), Bench("replay")
    for bench in (person, recording):
        bench.rig.tell("get_on")
        assert not bench.rig.finished()
        bench.mean_n(1500)
    assert not person.rig.finished()
    assert recording.rig.finished()


def test_the_bus_that_answers_at_once_has_the_four_chips_of_the_default_settings(clock):
    assert tuple(NullI2C().scan()) == RigSettings().load_cells.addresses
    assert SimulatedI2C({}, clock).scan() == []
