"""Emergency stop, switches, relay, lamps and heartbeat on GPIO pins through gpiozero: the port `Panel`.

The pin factory is always passed in: gpiozero's own search for one could end on a mock that says that all is well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gpiozero import InputDevice, OutputDevice

from hw.errors import HardwareError
from hw.pins import PinLibrary
from hw.settings import PairButtonSettings, PinSettings, TriggerSettings
from hw.values import PanelState

NO_TRIGGER = TriggerSettings()
NO_PAIR_BUTTON = PairButtonSettings()
_Device = TypeVar("_Device", InputDevice, OutputDevice)
_STOPPED = PanelState(estop_closed=False, hand_switch=False, foot_switch=False, estop_channels=(False, False))


class GpiozeroPanel:
    """The panel's pins; docs/wiring.md says what is behind each. Every input is pulled to what a broken wire should
    read as: a stop, an open switch, a relay that did not drop, no permit.

    Devices without events are used, as every tick reads them: none of them starts a thread. Opening raises
    HardwareError "gpio-missing" or "gpio-busy" and names the pin. `close` closes the library's factory too. Where no
    trigger output, or no button of the pairing, is fitted its pins are left alone.
    """

    def __init__(
        self,
        pins: PinSettings,
        library: PinLibrary,
        *,
        trigger: TriggerSettings = NO_TRIGGER,
        pair_button: PairButtonSettings = NO_PAIR_BUTTON,
    ) -> None:
        self._library = library
        self._factory = library.factory
        self._failures = library.errors()
        self._devices: list[InputDevice | OutputDevice] = []
        self._closed = False
        self._failed_writes = 0
        self._level = False
        self._shown = [False] * 5
        try:
            # Two channels of opposite level: a short between their wires cannot look like two closed contacts.
            # The pins themselves: a device asks its pin through four calls more, seven times a tick. A pin that is
            # pulled up is active where it is low.
            self._estop_a = self._open("estop", pins.estop, self._input).pin
            self._estop_b = self._open("estop_b", pins.estop_b, self._input_down).pin
            self._hand_switch = self._open("hand_switch", pins.hand_switch, self._input).pin
            self._foot_switch = self._open("foot_switch", pins.foot_switch, self._input).pin
            self._dropped_1 = self._open("relay_feedback", pins.relay_feedback, self._input).pin
            self._dropped_2 = self._open("motor_relay_feedback", pins.motor_relay_feedback, self._input).pin
            self._permit = self._open("permit", pins.permit, self._input_down).pin
            fitted = trigger.fitted
            self._triggered = (
                self._open("trigger_feedback", trigger.feedback_pin, self._input_down).pin if fitted else None
            )
            self._pair_button = (
                self._open("pair_button", pair_button.pin, self._input).pin if pair_button.fitted else None
            )
            outputs = {key: getattr(pins, key) for key in ("lamp", "beacon", "buzzer", "relay")}
            outputs |= {"trigger": trigger.pin} if fitted else {}
            self._outputs = [self._open(key, pin, self._output) for key, pin in outputs.items()]
            self._heartbeat = self._open("heartbeat", pins.heartbeat, self._output).pin  # written at every tick
        except HardwareError:
            self.close()
            raise

    def read(self) -> PanelState:
        """The inputs now. A pin that cannot be read, or an output that could not be set, reads as a stop."""
        if self._closed or self._failed_writes:
            return _STOPPED
        try:
            a, b = not self._estop_a.state, bool(self._estop_b.state)
            return PanelState(
                a and b,
                not self._hand_switch.state,
                not self._foot_switch.state,
                (a, b),
                (bool(self._dropped_1.state), bool(self._dropped_2.state)),
                bool(self._permit.state),
                self._triggered is not None and bool(self._triggered.state),
                self._pair_button is not None and not self._pair_button.state,
            )
        except self._failures:
            return _STOPPED

    def show(self, *, lamp: bool, beacon: bool, buzzer: bool) -> None:
        """Set the outputs that change. One that cannot be set makes `read` report a stop until it can."""
        self._write(0, lamp)
        self._write(1, beacon)
        self._write(2, buzzer)

    def power(self, on: bool) -> None:
        """Pull or drop K1. Where that cannot be set `read` reports a stop until it can."""
        self._write(3, on)

    def trigger(self, on: bool) -> None:
        """Set the trigger output, where one is fitted. One that cannot be set makes `read` report a stop until then."""
        if self._triggered is not None:
            self._write(4, on)

    def heartbeat(self) -> None:
        """Toggle the line. One that cannot be toggled drops the one-shot out, which is the safe side."""
        if self._closed:
            return
        self._level = not self._level
        try:
            self._heartbeat.state = self._level
        except self._failures:
            return

    def close(self) -> None:
        """Outputs off, pins back to inputs, factory closed. May be called twice."""
        if self._closed:
            return
        self._closed = True
        for device in reversed(self._devices):
            try:
                if isinstance(device, OutputDevice):
                    device.off()
                device.close()
            except self._failures:
                continue
        self._factory.close()

    def _write(self, index: int, on: bool) -> None:
        bit = 1 << index
        if (on == self._shown[index] and not self._failed_writes & bit) or self._closed:
            return
        try:
            self._outputs[index].value = on
        except self._failures:
            self._failed_writes |= bit
            return
        self._shown[index] = on
        self._failed_writes &= ~bit

    def _input(self, pin: int) -> InputDevice:
        return InputDevice(pin, pull_up=True, pin_factory=self._factory)

    def _input_down(self, pin: int) -> InputDevice:
        return InputDevice(pin, pull_up=False, pin_factory=self._factory)

    def _output(self, pin: int) -> OutputDevice:
        return OutputDevice(pin, initial_value=False, pin_factory=self._factory)

    def _open(self, key: str, pin: int, make: Callable[[int], _Device]) -> _Device:
        try:
            device = make(pin)
        except self._failures as error:
            raise self._library.refused(pin, key, error) from error
        self._devices.append(device)
        return device
