"""The panel of the simulated rigs: the real gpiozero panel on mock pins that are wired to a modelled circuit, and the
verbs that press its buttons and break it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from hw.panel import NO_PAIR_BUTTON, NO_TRIGGER, GpiozeroPanel
from hw.pins import PinLibrary
from hw.ports import Clock
from hw.settings import PairButtonSettings, PinSettings, TriggerSettings
from hw.simulated.circuit import Circuit


class _Pin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A mock pin on a wire: an input reads the circuit, an output drives it. It keeps no history, to which the
    heartbeat alone would add 250 entries a second for ever.
    """

    _state: bool

    def __init__(self, factory: _Factory, info: Any) -> None:  # noqa: ANN401  # gpiozero has no types
        self._level = factory.levels.get(info.name)
        self._tell = factory.listeners.get(info.name)
        super().__init__(factory, info)

    def _get_state(self) -> bool:
        level = self._level
        return self._state if level is None or self._function != "input" else level()

    state = property(_get_state, MockPin.state.fset)
    """As in the library, which asks `_get_state` by a call more."""

    def _change_state(self, value: bool) -> bool:
        if self._state == value:
            return False
        self._state = value
        if self._tell is not None and self._function == "output":
            self._tell(value)
        return True


class _Factory(MockFactory):  # type: ignore[misc]  # gpiozero has no types
    """Pins on one circuit. They belong to one panel alone, so two rigs never share a pin."""

    def __init__(
        self, pins: PinSettings, circuit: Circuit, trigger: TriggerSettings, pair_button: PairButtonSettings
    ) -> None:
        self.levels: dict[str, Callable[[], bool]] = {}
        self.listeners: dict[str, Callable[[bool], None]] = {}
        super().__init__(pin_class=_Pin)
        self.levels |= {
            f"GPIO{pins.estop}": lambda: not circuit.channel_closed(0),
            f"GPIO{pins.estop_b}": lambda: circuit.channel_closed(1),
            f"GPIO{pins.hand_switch}": lambda: not circuit.hand_held,
            f"GPIO{pins.foot_switch}": lambda: not circuit.foot_pressed,
            f"GPIO{pins.relay_feedback}": lambda: not circuit.mirror_closed(0),
            f"GPIO{pins.motor_relay_feedback}": lambda: not circuit.mirror_closed(1),
            f"GPIO{pins.permit}": circuit.permitted,
        }
        self.listeners |= {
            f"GPIO{pins.heartbeat}": lambda _: circuit.beat(),
            f"GPIO{pins.relay}": lambda on: circuit.command(0, on),
        }
        if trigger.fitted:
            self.levels[f"GPIO{trigger.feedback_pin}"] = circuit.triggered
            self.listeners[f"GPIO{trigger.pin}"] = circuit.order_trigger
        if pair_button.fitted:
            self.levels[f"GPIO{pair_button.pin}"] = lambda: not circuit.pair_pressed


def open_panel(
    pins: PinSettings,
    clock: Clock,
    *,
    trigger: TriggerSettings = NO_TRIGGER,
    pair_button: PairButtonSettings = NO_PAIR_BUTTON,
) -> tuple[GpiozeroPanel, Circuit, dict[str, Callable[..., None]]]:
    """A panel with its emergency stop released and its switches open, the circuit behind it, and its verbs."""
    circuit = Circuit(clock)
    factory: Any = _Factory(pins, circuit, trigger, pair_button)
    panel = GpiozeroPanel(pins, PinLibrary(factory), trigger=trigger, pair_button=pair_button)
    return panel, circuit, _verbs(circuit)


def _verbs(circuit: Circuit) -> dict[str, Callable[..., None]]:
    """What fingers and defects do to it; each can be undone. Relays are 0 and 1, channels 0 (A) and 1 (B)."""

    def estop(pressed: bool = True) -> None:
        circuit.pressed = pressed

    def hand_switch(held: bool = True) -> None:
        circuit.hand_held = held

    def foot_switch(pressed: bool = True) -> None:
        circuit.foot_pressed = pressed

    def press_to_pair(pressed: bool = True) -> None:
        circuit.pair_pressed = pressed

    def cut_estop(channel: int, on: bool = True) -> None:
        circuit.channel_cut[channel] = on

    def short_estop(channel: int, on: bool = True) -> None:
        circuit.channel_shorted[channel] = on

    def weld_relay(relay: int, on: bool = True) -> None:
        circuit.relays[relay].welded = on

    def kill_relay(relay: int, on: bool = True) -> None:
        circuit.relays[relay].dead = on

    def cut_feedback(relay: int, on: bool = True) -> None:
        circuit.relays[relay].mirror_cut = on

    def short_feedback(relay: int, on: bool = True) -> None:
        circuit.relays[relay].mirror_shorted = on

    def stick_one_shot(on: bool = True) -> None:
        circuit.one_shot_stuck = on

    def kill_one_shot(on: bool = True) -> None:
        circuit.one_shot_dead = on

    def stick_trigger(on: bool = True) -> None:
        circuit.trigger_stuck = on

    def bridge_trigger(on: bool = True) -> None:
        circuit.trigger_bridged = on

    verbs = (
        estop,
        hand_switch,
        foot_switch,
        press_to_pair,
        cut_estop,
        short_estop,
        weld_relay,
        kill_relay,
        cut_feedback,
        short_feedback,
        stick_one_shot,
        kill_one_shot,
        stick_trigger,
        bridge_trigger,
    )
    return {verb.__name__: verb for verb in verbs}
