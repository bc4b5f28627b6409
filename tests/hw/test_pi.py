"""The rigs of a real Pi as far as they go without one: what is missing is named, and nothing is half open."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from gpiozero import LED
from gpiozero.pins.mock import MockFactory

from hw import pi
from hw.errors import HardwareError, saw
from hw.pi import Openers, open_pi
from hw.pins import PinLibrary
from hw.registry import open_rig
from hw.settings import RigSettings
from hw.simulated.bus import NullI2C
from hw.values import DriveFeedback
from tests.words import told

SETTINGS = RigSettings()
FITTED = RigSettings.model_validate({"accelerometer": {"fitted": True}})


def refuse():
    raise OSError(121, "Remote I/O error")


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    """A /dev with an I2C bus and a chip of pins."""
    (tmp_path / "i2c-1").write_bytes(b"")
    (tmp_path / "gpiochip0").write_bytes(b"")
    return tmp_path


@pytest.fixture
def as_on_a_pi(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The kernel takes the bus's time limit."""
    calls = []
    monkeypatch.setattr(pi, "ioctl", lambda device, request, value: calls.append((request, value)))
    return calls


class Bus(NullI2C):
    closed = 0

    def deinit(self):
        self.closed += 1


class Still:
    """A drive that was opened elsewhere."""

    closed = False

    def stop(self):
        pass

    def feedback(self):
        return DriveFeedback(0.0, healthy=True)

    def close(self):
        self.closed = True


def code_of(dev, clock, **openers):
    with pytest.raises(HardwareError) as caught:
        open_pi("pi", SETTINGS, clock, dev=dev, openers=Openers(**openers))
    return caught.value.code, caught.value.where, told(caught.value)


def test_no_bus(tmp_path, clock):
    assert code_of(tmp_path, clock)[:2] == ("i2c-bus-missing", str(tmp_path / "i2c-1"))


@pytest.mark.parametrize("name", ["pi", "pi5"])
def test_a_computer_without_a_bus_says_so_by_the_registry(clock, name):
    settings = RigSettings.model_validate({"load_cells": {"i2c_bus": 31}})
    with pytest.raises(HardwareError) as caught:
        open_rig(name, settings, clock)
    assert (caught.value.code, caught.value.where) == ("i2c-bus-missing", "/dev/i2c-31")


def test_a_bus_without_permission(dev, clock, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pi, "ioctl", refuse)
    code, where, detail = code_of(dev, clock)
    assert (code, where) == ("i2c-permission", str(dev / "i2c-1"))
    assert "group `i2c`" in detail


def test_a_file_that_is_no_bus(dev, clock):
    assert code_of(dev, clock)[0] == "i2c-bus-missing"


def test_no_pins(dev, clock, as_on_a_pi):
    (dev / "gpiochip0").unlink()
    assert code_of(dev, clock)[0] == "gpio-missing"


def test_a_chip_that_does_not_answer_lets_go_of_the_bus(dev, clock, as_on_a_pi):
    bus = Bus()
    bus.writeto_then_readfrom = Mock(side_effect=OSError(121, "Remote I/O error"))
    assert code_of(dev, clock, bus=lambda number: bus)[0] == "chip-no-answer"
    assert bus.closed == 1


def test_an_accelerometer_that_is_fitted_and_silent_lets_go_of_the_bus(dev, clock, as_on_a_pi):
    bus = Bus()
    bus.writeto_then_readfrom = lambda address, *args, **slices: (
        Bus.writeto_then_readfrom(bus, address, *args, **slices) if address != 0x53 else refuse()
    )
    with pytest.raises(HardwareError, match="0x53") as caught:
        open_pi("pi", FITTED, clock, dev=dev, openers=Openers(lambda number: bus))
    assert caught.value.code == "accelerometer-missing"
    assert bus.closed == 1


def test_pins_that_are_taken_let_go_of_the_bus(dev, clock, as_on_a_pi):
    def no_pins():
        raise HardwareError("gpio-missing", "GPIO", saw("system-said", said="busy"))

    bus = Bus()
    assert code_of(dev, clock, bus=lambda number: bus, pins=no_pins)[0] == "gpio-missing"
    assert bus.closed == 1


@pytest.mark.parametrize("error", [RuntimeError("I2C Bus #1 not found"), OSError(16, "busy")])
def test_what_the_bus_library_raises_is_a_missing_bus(dev, clock, as_on_a_pi, error):
    assert code_of(dev, clock, bus=Mock(side_effect=error))[0] == "i2c-bus-missing"


@pytest.mark.parametrize("name", ["pi", "pi5"])
def test_an_opened_rig_reads_its_cells_and_panel_and_must_pass_its_start_up_test(dev, clock, as_on_a_pi, name):
    bus, drive = Bus(), Still()
    openers = Openers(lambda number: bus, lambda: PinLibrary(MockFactory()), lambda: drive)
    rig = open_pi(name, SETTINGS, clock, dev=dev, openers=openers)
    assert as_on_a_pi == [(0x0702, 1)], "a transaction must not take longer than 10 ms"
    assert rig.name == name
    assert rig.faults == {}
    assert rig.interlocked
    assert all(0.4 < volts < 0.6 for volts in rig.load_cells.read().volts)
    assert not rig.panel.read().estop_closed, "nothing is wired to these pins"
    rig.close()
    rig.close()
    assert bus.closed == 1
    assert drive.closed


def test_a_pi5_has_the_kernels_pwm_under_a_guard_and_lets_go_of_everything_without_it(
    dev, clock, as_on_a_pi, monkeypatch
):
    monkeypatch.setattr("hw.pi5.drive.guard_command", lambda pins, settings: lambda fd: ["/bin/false"])
    bus, factory = Bus(), MockFactory()
    with pytest.raises(HardwareError) as caught:
        open_pi("pi5", SETTINGS, clock, dev=dev, openers=Openers(lambda number: bus, lambda: PinLibrary(factory)))
    assert caught.value.code == "guard-missing"
    assert bus.closed == 1
    LED(SETTINGS.pins.lamp, pin_factory=factory).close()  # would raise GPIOPinInUse if the panel still had it


def test_a_pi_has_the_drive_that_is_opened_after_its_panel(dev, clock, as_on_a_pi):
    bus, opened = Bus(), []
    drive = Still()
    factory = MockFactory()

    def open_drive():
        opened.append(factory.pin(SETTINGS.pins.estop).pull)
        return drive

    openers = Openers(lambda number: bus, lambda: PinLibrary(factory), open_drive)
    rig = open_pi("pi", SETTINGS, clock, dev=dev, openers=openers)
    assert rig.drive is drive
    assert opened == ["up"], "the dead-man reads the emergency stop: its pull-up must be there"
    rig.close()


def test_a_pi_without_pigpiod_says_so_and_lets_go_of_everything(dev, clock, as_on_a_pi, monkeypatch):
    monkeypatch.setattr("hw.pigpio.checks.check_unclaimed", lambda pins, chip: None)
    bus, factory = Bus(), MockFactory()
    settings = RigSettings.model_validate({"drive": {"pigpiod_port": 31997}})
    with pytest.raises(HardwareError) as caught:
        open_pi("pi", settings, clock, dev=dev, openers=Openers(lambda number: bus, lambda: PinLibrary(factory)))
    assert caught.value.code == "pigpiod-missing"
    assert bus.closed == 1
    LED(settings.pins.lamp, pin_factory=factory).close()  # would raise GPIOPinInUse if the panel still had it


def test_the_bus_by_its_number_is_blinkas_with_a_lock(monkeypatch):
    opened = []

    class Wires:
        def __init__(self, number):
            opened.append(number)

        def close(self):
            opened.append("closed")

    monkeypatch.setattr("Adafruit_PureIO.smbus.SMBus", Wires)
    bus = pi.LinuxI2C(3)
    assert bus.try_lock()
    assert not bus.try_lock()
    bus.unlock()
    bus.deinit()
    assert opened == [3, "closed"]
