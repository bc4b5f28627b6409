"""The modelled wiring behind the panel: two-channel emergency stop, one-shot, two relays with mirror contacts.

As docs/wiring.md draws it: channel A of the emergency stop carries the coils' current, channel B and the one-shot
permit K1 and the motor's enable, and the motor has its supply while both relays are closed. K2 and the second one-shot
belong to the drive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, SupportsIndex

from hw.ports import Clock

ONE_SHOT_NS = 150_000_000
"""How long the one-shot holds after an edge of the heartbeat: within the 100 to 200 ms of
docs/sources/vibration.md#one-shot."""
PULL_NS = 12_000_000
DROP_NS = 6_000_000
"""A small force-guided relay: 10 to 15 ms to pull, 5 to 8 ms to drop with its diode."""
NEVER_NS = 1 << 62


class _Flag:
    """A finger or a defect on a part: a change of it is told to the circuit, which then looks anew."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, part: object, owner: type) -> bool:
        return bool(getattr(part, self._name))

    def __set__(self, part: _Part, on: bool) -> None:
        setattr(part, self._name, on)
        part.changed()


class _Part(Protocol):
    def changed(self) -> None: ...


class _Flags(list[bool]):
    """Two such flags."""

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__((False, False))
        self._changed = changed

    def __setitem__(self, index: SupportsIndex | slice, on: Any) -> None:  # noqa: ANN401  # as list has it
        super().__setitem__(index, on)
        self._changed()


class Relay:
    """One relay: a coil, a main contact that lags it, and a mirror contact that cannot lie about the main one."""

    welded = _Flag()
    dead = _Flag()
    mirror_cut = _Flag()
    mirror_shorted = _Flag()

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.changed = changed
        self.commanded = False
        self._welded = self._dead = self._mirror_cut = self._mirror_shorted = False
        self._coil = False
        self._changed_ns = 0

    def update(self, supplied: bool, now_ns: int) -> None:
        """What the coil gets from now on."""
        coil = self.commanded and supplied and not self._dead
        if coil != self._coil:
            self._coil = coil
            self._changed_ns = now_ns

    def settles_ns(self) -> int:
        """When the contact has followed the coil."""
        return self._changed_ns + (PULL_NS if self._coil else DROP_NS)

    def closed(self, now_ns: int) -> bool:
        """Whether the main contact is."""
        return self._welded or self._coil is (now_ns >= self.settles_ns())

    def mirror_closed(self, now_ns: int) -> bool:
        """Whether the panel sees ground at the mirror contact: closed while the main contact is open."""
        return self._mirror_shorted or not (self._mirror_cut or self.closed(now_ns))


class Circuit:
    """The wiring as the panel's pins see it, on the rig's clock. Each public flag is a finger or a defect.

    What the contacts are is worked out once and kept until a flag changes, or a contact or the one-shot has had its
    time: the pins and the drive ask a dozen times a tick.
    """

    pressed = _Flag()
    one_shot_stuck = _Flag()
    one_shot_dead = _Flag()

    def __init__(self, clock: Clock) -> None:
        self._now_ns = clock.now_ns
        self._until_ns = self._contacts_until_ns = 0
        self._supplied = False
        self._mirrors = (True, True)
        self._pressed = self._one_shot_stuck = self._one_shot_dead = False
        self.hand_held = self.foot_pressed = self.pair_pressed = False
        self._trigger = False
        self.trigger_stuck = self.trigger_bridged = False
        """Its output is shorted to its supply; its gate is bridged, so that nothing but the pin holds it low."""
        self.channel_cut = _Flags(self.changed)
        self.channel_shorted = _Flags(self.changed)
        self.relays = (Relay(self.changed), Relay(self.changed))
        self._beaten = False
        self._edge_ns = 0

    def changed(self) -> None:
        """Something is not as it was: what is known of the contacts is worked out again."""
        self._until_ns = 0

    def beat(self) -> None:
        """An edge of the heartbeat."""
        now_ns = self._now_ns()
        if now_ns < self._until_ns and self._alive(now_ns):
            self._until_ns = min(self._contacts_until_ns, now_ns + ONE_SHOT_NS)
        else:
            self._until_ns = 0
        self._beaten = True
        self._edge_ns = now_ns

    def channel_closed(self, channel: int) -> bool:
        """Emergency stop, channel A (0) or B (1). A short beats a cut wire: what is bridged conducts."""
        return self.channel_shorted[channel] or not (self._pressed or self.channel_cut[channel])

    def permitted(self) -> bool:
        """One-shot and channel B."""
        return (self._one_shot_stuck or self._alive(self._now_ns())) and self.channel_closed(1)

    def order_trigger(self, on: bool) -> None:
        """The panel sets the pin of the trigger output."""
        self._trigger = on

    def triggered(self) -> bool:
        """What leaves the trigger's gate: the pin, while the one-shot lives and channel B is closed."""
        return self.trigger_stuck or (self._trigger and (self.trigger_bridged or self.permitted()))

    def mirror_closed(self, index: int) -> bool:
        """The mirror contact of K1 (0) or K2 (1), seen now."""
        if self._now_ns() >= self._until_ns:
            self._look()
        return self._mirrors[index]

    def command(self, index: int, on: bool) -> None:
        """The panel pulls K1 (0) or the drive K2 (1), or drops it."""
        self.relays[index].commanded = on
        self._look()

    def motor_supplied(self) -> bool:
        """Both relays are closed, and the enable is permitted: without this the motor gets nothing."""
        if self._now_ns() >= self._until_ns:
            self._look()
        return self._supplied

    def _alive(self, now_ns: int) -> bool:
        """Whether the heartbeat holds the one-shot."""
        return self._beaten and not self._one_shot_dead and now_ns - self._edge_ns < ONE_SHOT_NS

    def _look(self) -> None:
        """Work out what each contact is now, and until when it stays so by itself."""
        now_ns = self._now_ns()
        first, second = self.relays
        current, permitted = self.channel_closed(0), self.permitted()
        first.update(current and permitted, now_ns)
        second.update(current, now_ns)
        self._supplied = first.closed(now_ns) and second.closed(now_ns) and permitted
        self._mirrors = (first.mirror_closed(now_ns), second.mirror_closed(now_ns))
        moving = [relay.settles_ns() for relay in (first, second) if relay.settles_ns() > now_ns]
        self._contacts_until_ns = min(moving, default=NEVER_NS)
        one_shot_ns = self._edge_ns + ONE_SHOT_NS if self._alive(now_ns) else NEVER_NS
        self._until_ns = min(self._contacts_until_ns, one_shot_ns)
