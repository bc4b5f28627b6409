"""The panel of the simulated rigs: the real gpiozero panel on mock pins, and the fingers that move them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from hw.panel import GpiozeroPanel
from hw.settings import PinSettings


class _Pin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A mock pin that does not keep its history: the heartbeat alone would add 250 entries a second for ever."""

    _state: bool

    def _change_state(self, value: bool) -> bool:
        changed = self._state != value
        self._state = value
        return bool(changed)


def open_panel(pins: PinSettings) -> tuple[GpiozeroPanel, dict[str, Callable[..., None]]]:
    """A panel with its emergency-stop loop closed and its switches open, and the verbs that move them.

    Each verb takes on or off: `estop(pressed=True)`, `hand_switch(held=True)`, `foot_switch(pressed=True)`. The
    factory belongs to this panel alone, so two rigs never share a pin.
    """
    factory = MockFactory(pin_class=_Pin)
    panel = GpiozeroPanel(pins, factory)

    def drive(number: int, *, closed: bool) -> None:
        pin: Any = factory.pin(number)
        if closed:
            pin.drive_low()
        else:
            pin.drive_high()

    def estop(pressed: bool = True) -> None:
        drive(pins.estop, closed=not pressed)

    def hand_switch(held: bool = True) -> None:
        drive(pins.hand_switch, closed=held)

    def foot_switch(pressed: bool = True) -> None:
        drive(pins.foot_switch, closed=pressed)

    estop(pressed=False)
    return panel, {"estop": estop, "hand_switch": hand_switch, "foot_switch": foot_switch}
