"""What a request may do, by the way on which it came and by the role of who sent it. Pure values.

The way sets the bound and the role fills it: nobody has on a network that others can read what a role has elsewhere.
"""

from __future__ import annotations

from enum import Enum, Flag, auto
from typing import NamedTuple


class Transport(Enum):
    """The way on which a request came."""

    SCREEN = "screen"
    """From this computer: the patient's screen, the desk, a program beside the station."""
    ACCESS_POINT = "access-point"
    """The station's own wireless network, whose key it gives only to phones that it pairs; plain HTTP."""
    TLS = "tls"
    """A shared network, under the station's own certificate."""
    SHARED = "shared"
    """A shared network, plain HTTP: anybody in it can read, and change, what passes."""


class Role(Enum):
    """What a paired phone was paired for."""

    VIEWER = "viewer"
    THERAPIST = "therapist"
    TECHNICIAN = "technician"
    MANAGER = "manager"


class Right(Flag):
    """One kind of thing that can be asked of the station. A request may name several: any of them will do."""

    STOP = auto()
    """Everybody's, always."""
    LOOK = auto()
    """What shows nobody: whether something runs, the pages' files, how to pair."""
    KNOW = auto()
    """How the station is: its faults, with the names of files and devices."""
    SEE = auto()
    """Patients by their codes, and all that was measured and decided of them."""
    NAMES = auto()
    """What tells who a patient is: initials, year of birth, words that somebody wrote."""
    ACT = auto()
    """Writing patients, plans, answers and notes."""
    RUN = auto()
    """Starting and all that belongs to a drill that runs."""
    FIX = auto()
    """Looking after the station itself."""
    MANAGE = auto()
    """Phones, roles and PINs."""
    HERE = auto()
    """What makes sense on the station's own screen alone."""


class Holder(NamedTuple):
    """What a paired phone may be."""

    role: Role
    trained: bool


EVERYBODY = Right.STOP | Right.LOOK
_OF_ROLE = {
    Role.VIEWER: Right.KNOW | Right.SEE | Right.NAMES,
    Role.THERAPIST: Right.KNOW | Right.SEE | Right.NAMES | Right.ACT | Right.RUN,
    Role.TECHNICIAN: Right.KNOW | Right.FIX,
    Role.MANAGER: Right.KNOW | Right.SEE | Right.NAMES | Right.ACT | Right.RUN | Right.FIX | Right.MANAGE,
}
_ALL = ~Right(0)


def rights_of(transport: Transport, holder: Holder | None = None, *, manages: bool = False) -> Right:
    """What a request on this way may do. `holder` is the paired phone that sent it; None for a stranger, and for one
    that waits for its PIN. `manages`: the manager's PIN was given at this screen, or none was ever set.
    """
    if transport is Transport.SCREEN:
        return _ALL if manages else _ALL & ~Right.MANAGE
    if transport is Transport.SHARED or holder is None:
        return EVERYBODY
    rights = EVERYBODY | _OF_ROLE[holder.role]
    if not holder.trained:
        rights &= ~Right.RUN
    return rights & ~Right.NAMES if transport is Transport.ACCESS_POINT else rights


def names_of(rights: Right) -> list[str]:
    """The rights in it, as pages and programs know them."""
    return [right.name.lower() for right in Right if right in rights and right.name]
