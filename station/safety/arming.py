"""Whether vibration may be on at all: the states, the events, and the table of what follows on what."""

from __future__ import annotations

from enum import Enum, IntEnum


class Arming(IntEnum):
    """The numbers are stored in recordings: never renumber, only add. The station boots DISARMED."""

    DISARMED = 0
    ARMED = 1
    TRIPPED = 2
    """Something went wrong; it stays named until a person acknowledges it."""
    ESTOPPED = 3
    """The emergency stop is pressed."""
    ESTOP_RELEASED = 4
    """It was pressed; a person must still acknowledge. Releasing it must never start anything (ISO 13850)."""


class ArmingEvent(Enum):
    """What can happen to the state."""

    ARM = "arm"
    DISARM = "disarm"
    TRIP = "trip"
    ESTOP_OPEN = "estop-open"
    ESTOP_CLOSED = "estop-closed"
    ACKNOWLEDGE = "acknowledge"


_D, _A, _T, _E, _R = Arming.DISARMED, Arming.ARMED, Arming.TRIPPED, Arming.ESTOPPED, Arming.ESTOP_RELEASED

_NEXT: dict[Arming, tuple[Arming, ...]] = {
    # from: after ARM, DISARM, TRIP, ESTOP_OPEN, ESTOP_CLOSED, ACKNOWLEDGE
    _D: (_A, _D, _T, _E, _D, _D),
    _A: (_A, _D, _T, _E, _A, _A),
    _T: (_T, _T, _T, _E, _T, _D),
    _E: (_E, _E, _E, _E, _R, _E),
    _R: (_R, _R, _R, _E, _R, _D),
}
TRANSITIONS: dict[tuple[Arming, ArmingEvent], Arming] = {
    (state, event): row[place] for state, row in _NEXT.items() for place, event in enumerate(ArmingEvent)
}


def next_arming(state: Arming, event: ArmingEvent) -> Arming:
    """The state after this event. A state or event that is not in the table leads to TRIPPED."""
    return TRANSITIONS.get((state, event), Arming.TRIPPED)
