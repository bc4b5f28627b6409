"""The panel on gpiozero's mock pins: the real gpiozero code runs, only the pins are not there."""

import threading
from collections.abc import Iterator

import pytest
from gpiozero import Device, OutputDevice
from gpiozero.pins.mock import MockFactory, MockPin
from pydantic import ValidationError

from hw.errors import HardwareError
from hw.panel import GpiozeroPanel
from hw.pins import PinLibrary
from hw.settings import PairButtonSettings, PinSettings, RigSettings
from hw.simulated.panel import open_panel
from hw.values import PanelState
from station.clock import VirtualClock

PINS = PinSettings()
OUTPUTS = ("lamp", "beacon", "buzzer", "relay", "heartbeat")
INPUTS = ("estop", "estop_b", "hand_switch", "foot_switch", "relay_feedback", "motor_relay_feedback", "permit")
STOPPED = PanelState(estop_closed=False, hand_switch=False, foot_switch=False, estop_channels=(False, False))
AT_REST = PanelState(estop_closed=True, hand_switch=False, foot_switch=False)


def press(factory, a=True, b=True):
    """Channel A closes to ground, channel B to 3.3 V."""
    (factory.pin(PINS.estop).drive_high if a else factory.pin(PINS.estop).drive_low)()
    (factory.pin(PINS.estop_b).drive_low if b else factory.pin(PINS.estop_b).drive_high)()


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
def factory() -> MockFactory:
    return MockFactory(pin_class=Fragile)


@pytest.fixture
def panel(factory: MockFactory) -> Iterator[GpiozeroPanel]:
    panel = GpiozeroPanel(PINS, PinLibrary(factory, (LibraryError,)))
    press(factory, a=False, b=False)
    factory.pin(PINS.relay_feedback).drive_low()
    factory.pin(PINS.motor_relay_feedback).drive_low()
    yield panel
    for key in INPUTS:
        factory.pin(getattr(PINS, key)).broken = None
    panel.close()


def levels(factory, *keys):
    return tuple(factory.pin(getattr(PINS, key)).state for key in keys)


def test_what_nothing_is_wired_to_reads_as_the_bad_case(factory):
    seen = GpiozeroPanel(PINS, PinLibrary(factory)).read()
    assert not seen.estop_closed
    assert seen.estop_channels == (False, False)
    assert seen.relays == (True, True), "a relay whose mirror contact is cut cannot be trusted to have dropped"
    assert not seen.permitted
    assert not seen.hand_switch
    assert not seen.foot_switch


def test_both_channels_of_the_emergency_stop_must_be_closed(panel, factory):
    assert panel.read() == AT_REST
    for a, b in ((True, False), (False, True), (True, True)):
        press(factory, a, b)
        seen = panel.read()
        assert not seen.estop_closed
        assert seen.estop_channels == (not a, not b)


def test_the_switches_and_mirror_contacts_close_to_ground(panel, factory):
    factory.pin(PINS.hand_switch).drive_low()
    assert panel.read() == AT_REST._replace(hand_switch=True)
    factory.pin(PINS.foot_switch).drive_low()
    assert panel.read() == AT_REST._replace(hand_switch=True, foot_switch=True)
    factory.pin(PINS.relay_feedback).drive_high()
    assert panel.read().relays == (True, False)
    factory.pin(PINS.motor_relay_feedback).drive_high()
    assert panel.read().relays == (True, True)
    factory.pin(PINS.permit).drive_high()
    assert panel.read().permitted


def test_a_relay_is_pulled_and_dropped(panel, factory):
    for on in (True, True, False):
        panel.power(on)
        assert levels(factory, "relay") == (on,)


def test_outputs_are_off_until_they_are_shown_and_off_again_after_close(panel, factory):
    keys = OUTPUTS
    assert levels(factory, *keys) == (False,) * 5
    panel.show(lamp=True, beacon=False, buzzer=True)
    assert levels(factory, *keys) == (True, False, True, False, False)
    panel.show(lamp=False, beacon=True, buzzer=True)
    panel.power(True)
    assert levels(factory, *keys) == (False, True, True, True, False)
    pins = [factory.pin(getattr(PINS, key)) for key in keys]
    panel.close()
    assert [pin.state for pin in pins] == [False] * 5
    assert {pin.function for pin in pins} == {"input"}


def test_the_heartbeat_toggles_once_a_call(panel, factory):
    seen = []
    for _ in range(6):
        panel.heartbeat()
        seen += levels(factory, "heartbeat")
    assert seen == [True, False] * 3


@pytest.mark.parametrize("error", [OSError("bus"), LibraryError("lgpio says no")])
@pytest.mark.parametrize("key", INPUTS)
def test_an_input_that_cannot_be_read_is_a_stop(panel, factory, key, error):
    assert panel.read().estop_closed
    factory.pin(getattr(PINS, key)).broken = error
    assert panel.read() == STOPPED
    factory.pin(getattr(PINS, key)).broken = None
    assert panel.read().estop_closed


@pytest.mark.parametrize("key", OUTPUTS[:4])
def test_an_output_that_cannot_be_set_is_a_stop_until_it_can(panel, factory, key):
    pin = factory.pin(getattr(PINS, key))

    def set_all(on):
        panel.show(lamp=on, beacon=on, buzzer=on)
        panel.power(on)

    pin.broken = OSError("pin")
    set_all(True)
    assert panel.read() == STOPPED
    pin.broken = None
    set_all(False)
    assert panel.read() == AT_REST
    set_all(True)
    assert pin.state


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
        GpiozeroPanel(PINS, PinLibrary(factory))
    assert caught.value.code == "gpio-missing"
    assert f"GPIO {PINS.buzzer}" in caught.value.where
    taken.close()
    GpiozeroPanel(PINS, PinLibrary(factory)).close()


def test_a_pin_that_somebody_has_names_him_and_lets_go_of_the_others(monkeypatch):
    factory = MockFactory()
    kept = OutputDevice(PINS.beacon, pin_factory=factory)
    user = {PINS.beacon: "fan-ctl"}.get
    with pytest.raises(HardwareError, match="fan-ctl") as caught:
        GpiozeroPanel(PINS, PinLibrary(factory, user=lambda pin: user(pin, "")))
    assert (caught.value.code, caught.value.where) == ("gpio-busy", f"GPIO {PINS.beacon} (beacon)")
    kept.close()


def test_after_close_everything_is_a_stop_and_nothing_raises(panel):
    panel.close()
    panel.close()
    panel.heartbeat()
    panel.show(lamp=True, beacon=True, buzzer=True)
    panel.power(True)
    assert panel.read() == STOPPED


def test_no_thread_and_no_default_pin_factory(clock):
    before = threading.active_count()
    panel, _, _ = open_panel(PINS, clock)
    panel.heartbeat()
    panel.power(True)
    panel.show(lamp=True, beacon=True, buzzer=True)
    assert threading.active_count() == before
    assert Device.pin_factory is None
    panel.close()


def test_the_fingers_of_the_simulated_panel(clock):
    panel, _, verbs = open_panel(PINS, clock)
    assert panel.read() == AT_REST
    verbs["estop"]()
    verbs["hand_switch"]()
    assert panel.read() == STOPPED._replace(hand_switch=True)
    verbs["estop"](pressed=False)
    verbs["hand_switch"](False)
    verbs["foot_switch"]()
    assert panel.read() == AT_REST._replace(foot_switch=True)
    panel.close()


def test_two_simulated_panels_do_not_share_a_pin(clock):
    one, _, verbs = open_panel(PINS, clock)
    other, _, _ = open_panel(PINS, clock)
    verbs["estop"]()
    assert not one.read().estop_closed
    assert other.read().estop_closed
    one.close()
    other.close()


def test_a_simulated_heartbeat_keeps_no_history(clock):
    panel, _, _ = open_panel(PINS, clock)
    for _ in range(1000):
        panel.heartbeat()
    assert len(panel._heartbeat.states) == 1
    panel.close()


def test_the_button_of_the_pairing_is_read_where_one_is_fitted(factory):
    button = PairButtonSettings(fitted=True)
    panel = GpiozeroPanel(PINS, PinLibrary(factory, (LibraryError,)), pair_button=button)
    pin = factory.pin(button.pin)
    assert pin.pull == "up", "a broken wire reads as let go"
    assert not panel.read().pair_button
    pin.drive_low()
    assert panel.read().pair_button
    pin.broken = LibraryError()
    assert panel.read() == STOPPED
    pin.broken = None
    panel.close()


def test_without_one_its_pin_is_left_alone(factory, panel):
    press(factory)
    assert f"GPIO{PairButtonSettings().pin}" not in {pin.info.name for pin in factory.pins.values()}
    assert not panel.read().pair_button


def test_a_finger_presses_it_on_the_simulated_rig():
    panel, _, verbs = open_panel(PINS, VirtualClock(), pair_button=PairButtonSettings(fitted=True))
    seen = []
    for pressed in (True, False):
        verbs["press_to_pair"](pressed)
        seen.append(panel.read().pair_button)
    panel.close()
    assert seen == [True, False]


@pytest.mark.parametrize(("pin", "second"), [(6, "hand_switch"), (21, "beacon")])
def test_its_pin_is_its_own(pin, second):
    with pytest.raises(ValidationError, match=rf"pins\.{second}, second pair_button\.pin"):
        RigSettings.model_validate({"pair_button": {"fitted": True, "pin": pin}})
    assert RigSettings.model_validate({"pair_button": {"pin": pin}}).pair_button.pin == pin
