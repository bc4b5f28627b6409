"""The modelled wiring behind the panel: two-channel emergency stop, one-shot, two relays with mirror contacts.

As docs/wiring.md draws it: channel A of the emergency stop carries the coils' current, channel B and the one-shot
permit K1 and the motor's enable, and the motor has its supply while both relays are closed. K2 and the second one-shot
belong to the drive.
"""

from __future__ import annotations

from hw.ports import Clock

ONE_SHOT_NS = 150_000_000
"""How long the one-shot holds after an edge of the heartbeat: within the 100 to 200 ms of
docs/sources/vibration.md#one-shot."""
PULL_NS = 12_000_000
DROP_NS = 6_000_000
"""A small force-guided relay: 10 to 15 ms to pull, 5 to 8 ms to drop with its diode."""


class Relay:
    """One relay: a coil, a main contact that lags it, and a mirror contact that cannot lie about the main one."""

    def __init__(self) -> None:
        self.commanded = self.welded = self.dead = False
        self.mirror_cut = self.mirror_shorted = False
        self._coil = False
        self._changed_ns = 0

    def update(self, supplied: bool, now_ns: int) -> None:
        """What the coil gets from now on."""
        coil = self.commanded and supplied and not self.dead
        if coil != self._coil:
            self._coil = coil
            self._changed_ns = now_ns

    def closed(self, now_ns: int) -> bool:
        """Whether the main contact is."""
        moved = now_ns - self._changed_ns >= (PULL_NS if self._coil else DROP_NS)
        return self.welded or self._coil is moved

    def mirror_closed(self, now_ns: int) -> bool:
        """Whether the panel sees ground at the mirror contact: closed while the main contact is open."""
        return self.mirror_shorted or not (self.mirror_cut or self.closed(now_ns))


class Circuit:
    """The wiring as the panel's pins see it, on the rig's clock. Each public flag is a finger or a defect."""

    def __init__(self, clock: Clock) -> None:
        self._now_ns = clock.now_ns
        self.pressed = self.hand_held = self.foot_pressed = False
        self.channel_cut = [False, False]
        self.channel_shorted = [False, False]
        self.one_shot_stuck = self.one_shot_dead = False
        self.relays = (Relay(), Relay())
        self._beaten = False
        self._edge_ns = 0

    def beat(self) -> None:
        """An edge of the heartbeat."""
        self._beaten = True
        self._edge_ns = self._now_ns()

    def channel_closed(self, channel: int) -> bool:
        """Emergency stop, channel A (0) or B (1). A short beats a cut wire: what is bridged conducts."""
        return self.channel_shorted[channel] or not (self.pressed or self.channel_cut[channel])

    def permitted(self) -> bool:
        """One-shot and channel B."""
        alive = self._beaten and not self.one_shot_dead and self._now_ns() - self._edge_ns < ONE_SHOT_NS
        return (self.one_shot_stuck or alive) and self.channel_closed(1)

    def mirror_closed(self, index: int) -> bool:
        """The mirror contact of K1 (0) or K2 (1), seen now."""
        self._update()
        return self.relays[index].mirror_closed(self._now_ns())

    def command(self, index: int, on: bool) -> None:
        """The panel pulls K1 (0) or the drive K2 (1), or drops it."""
        self.relays[index].commanded = on
        self._update()

    def motor_supplied(self) -> bool:
        """Both relays are closed, and the enable is permitted: without this the motor gets nothing."""
        self._update()
        now_ns = self._now_ns()
        first, second = self.relays
        return first.closed(now_ns) and second.closed(now_ns) and self.permitted()

    def _update(self) -> None:
        now_ns = self._now_ns()
        current = self.channel_closed(0)
        self.relays[0].update(current and self.permitted(), now_ns)
        self.relays[1].update(current, now_ns)
