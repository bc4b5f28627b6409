"""The panel on gpiozero's mock pins: the real gpiozero code runs, only the pins are not there."""

import threading

import pytest
from gpiozero import Device, OutputDevice
from gpiozero.pins.mock import MockFactory, MockPin

from hw.errors import HardwareError
from hw.panel import GpiozeroPanel
from hw.settings import PinSettings
from hw.simulated.panel import open_panel
from hw.values import PanelState

PINS = PinSettings()


class Fragile(MockPin):
    """A pin that can break."""

    broken = None

    def _get_state(self):
        if self.broken is not None:
            raise self.broken
        return super()._get_state()

    def _set_state(self, value):
        if self.broken is not None:
            raise self.broken
        super()._set_state(value)


class LibraryError(Exception):
    """What a pin library raises of its own, as lgpio does."""


@pytest.fixture
def factory():
    return MockFactory(pin_class=Fragile)


@pytest.fixture
def panel(factory):
    panel = GpiozeroPanel(PINS, factory, (LibraryError,))
    factory.pin(PINS.estop).drive_low()
    yield panel
    factory.pin(PINS.estop).broken = None
    panel.close()


def levels(factory, *keys):
    return tuple(factory.pin(getattr(PINS, key)).state for key in keys)


def test_a_closed_loop_is_low_and_a_broken_wire_reads_as_pressed(factory):
    panel = GpiozeroPanel(PINS, factory)
    assert panel.read() == PanelState(estop_closed=False, hand_switch=False, foot_switch=False)
    factory.pin(PINS.estop).drive_low()
    assert panel.read() == PanelState(estop_closed=True, hand_switch=False, foot_switch=False)
    factory.pin(PINS.estop).drive_high()
    assert not panel.read().estop_closed


def test_the_switches_close_to_ground(panel, factory):
    factory.pin(PINS.hand_switch).drive_low()
    assert panel.read() == PanelState(estop_closed=True, hand_switch=True, foot_switch=False)
    factory.pin(PINS.foot_switch).drive_low()
    assert panel.read() == PanelState(estop_closed=True, hand_switch=True, foot_switch=True)


def test_outputs_are_off_until_they_are_shown_and_off_again_after_close(panel, factory):
    keys = ("lamp", "beacon", "buzzer", "heartbeat")
    assert levels(factory, *keys) == (False,) * 4
    panel.show(lamp=True, beacon=False, buzzer=True)
    assert levels(factory, *keys) == (True, False, True, False)
    panel.show(lamp=False, beacon=True, buzzer=True)
    assert levels(factory, *keys) == (False, True, True, False)
    pins = [factory.pin(getattr(PINS, key)) for key in keys]
    panel.close()
    assert [pin.state for pin in pins] == [False] * 4
    assert {pin.function for pin in pins} == {"input"}


def test_the_heartbeat_toggles_once_a_call(panel, factory):
    seen = []
    for _ in range(6):
        panel.heartbeat()
        seen += levels(factory, "heartbeat")
    assert seen == [True, False] * 3


@pytest.mark.parametrize("error", [OSError("bus"), LibraryError("lgpio says no")])
@pytest.mark.parametrize("key", ["estop", "hand_switch", "foot_switch"])
def test_an_input_that_cannot_be_read_is_a_stop(panel, factory, key, error):
    assert panel.read().estop_closed
    factory.pin(getattr(PINS, key)).broken = error
    assert panel.read() == PanelState(estop_closed=False, hand_switch=False, foot_switch=False)
    factory.pin(getattr(PINS, key)).broken = None
    assert panel.read().estop_closed


def test_a_lamp_that_cannot_be_set_is_a_stop_until_it_can(panel, factory):
    lamp = factory.pin(PINS.lamp)
    lamp.broken = OSError("pin")
    panel.show(lamp=True, beacon=False, buzzer=False)
    assert not panel.read().estop_closed
    lamp.broken = None
    panel.show(lamp=True, beacon=False, buzzer=False)
    assert panel.read().estop_closed
    assert lamp.state


def test_a_heartbeat_that_cannot_be_toggled_stays_where_it_is(panel, factory):
    pin = factory.pin(PINS.heartbeat)
    pin.broken = LibraryError("pin")
    for _ in range(5):
        panel.heartbeat()
    pin.broken = None
    assert not pin.state


def test_show_writes_only_what_changes(panel, monkeypatch):
    writes = []
    value = OutputDevice.value
    monkeypatch.setattr(OutputDevice, "value", value.setter(lambda self, on: writes.append(self.pin.info.name)))
    for _ in range(3):
        panel.show(lamp=True, beacon=False, buzzer=False)
    assert len(writes) == 1


def test_a_pin_that_is_taken_is_named_and_what_was_opened_is_let_go(factory):
    taken = OutputDevice(PINS.buzzer, pin_factory=factory)
    with pytest.raises(HardwareError, match="buzzer") as caught:
        GpiozeroPanel(PINS, factory)
    assert caught.value.code == "gpio-missing"
    assert f"GPIO {PINS.buzzer}" in caught.value.where
    taken.close()
    GpiozeroPanel(PINS, factory).close()


def test_after_close_everything_is_a_stop_and_nothing_raises(panel):
    panel.close()
    panel.close()
    panel.heartbeat()
    panel.show(lamp=True, beacon=True, buzzer=True)
    assert panel.read() == PanelState(estop_closed=False, hand_switch=False, foot_switch=False)


def test_no_thread_and_no_default_pin_factory():
    before = threading.active_count()
    panel, _ = open_panel(PINS)
    panel.heartbeat()
    panel.show(lamp=True, beacon=True, buzzer=True)
    assert threading.active_count() == before
    assert Device.pin_factory is None
    panel.close()


def test_the_fingers_of_the_simulated_panel():
    panel, fingers = open_panel(PINS)
    assert panel.read() == PanelState(estop_closed=True, hand_switch=False, foot_switch=False)
    fingers["estop"]()
    fingers["hand_switch"]()
    assert panel.read() == PanelState(estop_closed=False, hand_switch=True, foot_switch=False)
    fingers["estop"](pressed=False)
    fingers["hand_switch"](False)
    fingers["foot_switch"]()
    assert panel.read() == PanelState(estop_closed=True, hand_switch=False, foot_switch=True)
    panel.close()


def test_two_simulated_panels_do_not_share_a_pin():
    one, fingers = open_panel(PINS)
    other, _ = open_panel(PINS)
    fingers["estop"]()
    assert not one.read().estop_closed
    assert other.read().estop_closed
    one.close()
    other.close()


def test_a_simulated_heartbeat_keeps_no_history():
    panel, _ = open_panel(PINS)
    for _ in range(1000):
        panel.heartbeat()
    assert len(panel._heartbeat.pin.states) == 1
    panel.close()
