"""Everything is read once a tick, and what failed is in the reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from station.sensing.calibration import Calibrator
from station.sensing.senses import Senses

if TYPE_CHECKING:
    from tests.station.conftest import Bench


@pytest.fixture
def senses(bench: Bench) -> Senses:
    return Senses(bench.rig, Calibrator(bench.rig.calibration), 250.0)


class Counted:
    """A device whose readings are counted; everything else is the device's own."""

    def __init__(self, device: object, verb: str, given: object = None) -> None:
        self.calls = 0
        self._device, self._verb, self._given = device, verb, given

    def __getattr__(self, name: str) -> object:
        if name != self._verb:
            return getattr(self._device, name)
        self.calls += 1
        return (lambda: self._given) if self._device is None else getattr(self._device, name)


def test_each_device_is_read_once_and_all_of_it_is_in_the_reading(bench) -> None:
    rig = bench.rig
    cells, drive, panel = Counted(rig.load_cells, "read"), Counted(rig.drive, "feedback"), Counted(rig.panel, "read")
    sensor = Counted(None, "read", (9.8, 9.9))
    counted = replace(rig, load_cells=cells, drive=drive, panel=panel, accelerometer=sensor)
    reading = Senses(counted, Calibrator(rig.calibration), 250.0).read(bench.clock.now_ns())
    assert [cells.calls, drive.calls, panel.calls, sensor.calls] == [1, 1, 1, 1]
    assert reading.acceleration_m_s2 == (9.8, 9.9)
    assert reading.cells_usable
    assert (reading.drive_fault, reading.measured_hz) == ("", 0.0)
    assert 0.0 <= reading.oldest_cell_ms < 20.0
    assert reading.panel.estop_closed
    assert reading.balance.total_n == pytest.approx(sum(reading.cells_n))


def test_without_an_accelerometer_nothing_is_felt(bench, senses: Senses) -> None:
    assert senses.read(bench.clock.now_ns()).acceleration_m_s2 is None


def test_a_cell_that_says_nothing_is_not_usable(bench, senses: Senses) -> None:
    bench.rig.faults["nack"](2)
    bench.clock.spend_ns(4_000_000)
    reading = senses.read(bench.clock.now_ns())
    assert not reading.cells_usable
    assert [status.name for status in reading.frame.status].count("OK") >= 1
