"""The accelerometer's driver over a chip that is modelled down to its registers."""

import pytest

from hw.accelerometer import Adxl345Accelerometer
from hw.errors import HardwareError
from hw.settings import AccelerometerSettings
from hw.simulated.adxl345 import Adxl345Chip
from hw.simulated.bus import SimulatedI2C
from hw.simulated.chip import Ads1115Chip
from station.clock import VirtualClock

TICK_NS = 4_000_000
G = 9.80665


class Plate:
    def __init__(self, motion=lambda t_ns: 0.0, seed=1, **options):
        self.clock = VirtualClock()
        self.chip = Adxl345Chip(motion, self.clock, seed)
        self.bus = SimulatedI2C({0x53: self.chip}, self.clock)
        self.sensor = Adxl345Accelerometer(self.bus, AccelerometerSettings(fitted=True, **options))

    def ticks(self, count):
        """What each of so many ticks brings."""
        for _ in range(count):
            self.clock.sleep_until_ns((self.clock.now_ns() // TICK_NS + 1) * TICK_NS)
            yield self.sensor.read()


def test_every_sample_of_the_sensors_own_clock_arrives_once():
    plate = Plate()
    list(plate.ticks(50))
    samples = [sample for block in plate.ticks(2500) for sample in block]
    assert len(samples) / 10.0 == pytest.approx(800 * plate.chip.oscillator, abs=1)
    assert plate.chip.lost == 0


def test_at_rest_it_reads_gravity_within_the_data_sheet():
    for seed in range(5):
        plate = Plate(seed=seed)
        samples = [sample for block in plate.ticks(250) for sample in block]
        assert sum(samples) / len(samples) == pytest.approx(G, abs=0.13 * G)


def test_samples_are_in_order():
    plate = Plate(lambda t_ns: t_ns * 1e-9 - 1.0)
    samples = [sample for block in plate.ticks(500) for sample in block]
    tenth = len(samples) // 10
    means = [sum(samples[i * tenth : (i + 1) * tenth]) / tenth for i in range(10)]
    assert means == sorted(means)
    assert means[-1] - means[0] == pytest.approx(1.8, rel=0.1)


def test_a_calibrated_scale_is_applied():
    one, other = ([sample for block in Plate(scale=scale).ticks(50) for sample in block] for scale in (1.0, 1.1))
    assert [sample * 1.1 for sample in one] == pytest.approx(other)


def test_after_a_stall_the_newest_are_kept_and_the_rest_is_counted_as_lost():
    plate = Plate()
    list(plate.ticks(10))
    plate.clock.spend_ns(1_000_000_000)
    blocks = list(plate.ticks(12))
    assert max(map(len, blocks)) == 8
    assert len(blocks[-1]) in (3, 4)
    assert plate.chip.lost == pytest.approx(800 - 33, abs=30)


def test_a_sensor_that_does_not_answer_gives_nothing_and_never_raises():
    plate = Plate()
    list(plate.ticks(5))
    plate.chip.nack()
    assert list(plate.ticks(3)) == [(), (), ()]
    assert plate.sensor.failures == 3
    plate.chip.nack(False)
    assert next(iter(plate.ticks(1)))


@pytest.mark.parametrize("line", ["sda", "scl"])
def test_a_held_line_gives_nothing(line):
    plate = Plate()
    plate.bus.stick(line)
    assert list(plate.ticks(3)) == [(), (), ()]


def gaps(blocks):
    return [number for number, block in enumerate(blocks) if any(sample != sample for sample in block)]


@pytest.mark.parametrize("ticks", [1, 2, 7, 50])
def test_a_sensor_that_lost_its_power_is_set_up_again_and_the_gap_is_marked(ticks):
    plate = Plate()
    list(plate.ticks(ticks))
    plate.chip.brownout()
    blocks = list(plate.ticks(250))
    assert gaps(blocks) == [0]
    assert plate.sensor.resets == 1
    samples = [sample for block in blocks[1:] for sample in block]
    assert len(samples) == pytest.approx(0.996 * 800 * plate.chip.oscillator, abs=3)
    assert sum(samples) / len(samples) == pytest.approx(G, abs=0.13 * G)


@pytest.mark.parametrize(("register", "within"), [(0x38, 1), (0x2D, 4), (0x2C, 50), (0x31, 50)])
def test_one_register_that_was_forgotten_is_found(register, within):
    plate = Plate()
    list(plate.ticks(60))
    plate.chip.forget(register)
    blocks = list(plate.ticks(300))
    assert len(gaps(blocks)) == 1
    assert gaps(blocks)[0] < within
    assert sum(map(len, blocks[-125:])) == pytest.approx(400 * plate.chip.oscillator, abs=5)


def test_a_sensor_that_loses_its_power_again_and_again_is_set_up_each_time():
    plate = Plate()
    for _ in range(20):
        plate.chip.brownout()
        blocks = list(plate.ticks(10))
        assert gaps(blocks) == [0]
        assert sum(map(len, blocks)) > 20
    assert plate.sensor.resets == 20


def test_a_sensor_that_is_well_is_never_set_up_again():
    plate = Plate(lambda t_ns: 9.0 if t_ns % 50_000_000 < 25_000_000 else -9.0)
    assert gaps(plate.ticks(2500)) == []
    plate.clock.spend_ns(1_000_000_000)
    assert gaps(plate.ticks(100)) == []
    plate.chip.nack()
    list(plate.ticks(10))
    plate.chip.nack(False)
    assert gaps(plate.ticks(100)) == []
    assert plate.sensor.resets == 0


def test_a_bus_that_is_held_is_not_waited_for_at_every_tick():
    plate = Plate()
    list(plate.ticks(5))
    plate.bus.stick("scl")
    before_ns = plate.clock.now_ns()
    for _ in range(100):
        assert plate.sensor.read() == ()
    assert plate.clock.now_ns() - before_ns <= 40_000_000, "four times, 10 ms each"


def test_a_missing_sensor_and_another_device_are_named(clock):
    with pytest.raises(HardwareError, match="0x53") as caught:
        Adxl345Accelerometer(SimulatedI2C({}, clock), AccelerometerSettings())
    assert caught.value.code == "accelerometer-missing"
    chip = Ads1115Chip(lambda t_ns, mux: 0.5, clock, seed=1)
    with pytest.raises(HardwareError, match="no-adxl345 identity="):
        Adxl345Accelerometer(SimulatedI2C({0x53: chip}, clock), AccelerometerSettings())
