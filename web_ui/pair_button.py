"""The panel's button of the pairing: from the samples to what the patient's screen shows.

Control says at every tick whether it is pressed; this process counts the presses, and pairs. While a drill runs, or
something waits to be acknowledged, a press counts for nothing, and what was begun is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from station.access.network import OwnNetwork, neighbours, read_network
from station.access.pairing import Offer, Pairings
from station.access.rights import Transport

HELD_SAMPLES = 5
"""So many samples in a row (20 ms at 250 Hz) are a press, or its end: contacts bounce for less."""
JOINED_LOOK_S = 1.0
"""How often it is looked at who has joined the network."""


class Presses(NamedTuple):
    """What the samples so far have shown."""

    total: int = 0
    down: bool = True
    """A button that is down from the first sample on is stuck, and no press."""
    differs: int = 0
    """For how many samples in a row it is the other way."""


def step(state: Presses, down: bool) -> Presses:
    """After one more sample."""
    if down == state.down:
        return state._replace(differs=0) if state.differs else state
    if state.differs + 1 < HELD_SAMPLES:
        return state._replace(differs=state.differs + 1)
    return Presses(state.total + down, down)


class PairingSurroundings(NamedTuple):
    """What the button asks of the computer."""

    ways: Callable[[], Mapping[Transport, str]]
    """On which ways phones can be paired now, the simplest first."""
    device: str = ""
    """The network interface of the station's own network; "" for none."""
    network: Callable[[], OwnNetwork | None] = read_network
    joined: Callable[[str], frozenset[str]] = neighbours


class PairButton:
    """One for each app. The thread that reads the rings looks."""

    def __init__(self, pairings: Pairings, around: PairingSurroundings) -> None:
        self._pairings = pairings
        self._around = around
        self._seen = 0
        self._here: frozenset[str] = frozenset()
        self._looked_s = 0.0

    def look(self, presses: int, now_s: float, *, busy: bool) -> bool:
        """After this many presses in all: whether the patient's screen shows a pairing. `now_s` is monotonic; `busy`: a
        drill runs, or something waits to be acknowledged.
        """
        pressed, self._seen = presses > self._seen, presses
        if busy:
            if self._pairings.on_patients_screen():
                self._pairings.give_up()
            return False
        if pressed:
            self._press(now_s)
        shown = self._pairings.on_patients_screen()
        if shown and now_s - self._looked_s >= JOINED_LOOK_S:
            self._looked_s = now_s
            self._see_who_joined()
        return shown

    def _press(self, now_s: float) -> None:
        way = next(iter(self._around.ways()), None)
        if way is None:
            return  # no door is open: the technician's page says so
        joins = way is Transport.ACCESS_POINT and self._around.network() is not None
        offer = self._pairings.press(way, joins=joins)
        if offer.state == "joining":
            self._here, self._looked_s = self._around.joined(self._around.device), now_s

    def _see_who_joined(self) -> None:
        """A phone that was not there before has joined: it wants the next code."""
        offer: Offer = self._pairings.now()
        if offer.state == "joining" and self._around.joined(self._around.device) - self._here:
            self._pairings.go_on()
