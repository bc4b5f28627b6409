"""Pairing a phone: an offer on the station's screen, taken by the first phone that comes, confirmed by signs and a PIN.

Begun by the manager at the screen, for one role, or by the panel's button, for whichever role the phone has a PIN of.
On the station's own network a step before the offer lets the phone into that. Kept in memory: an offer lives for a
minute, and none survives a restart.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from station.access.rights import Role, Transport
from station.faults import StationError

OFFERED_S = 60.0
"""How long an offer waits for its phone."""
JOINED_S = 180.0
"""How long the network's code stays on the screen, before the offer."""
TAKEN_S = 180.0
"""How long the phone that took it may compare the signs and type its PIN."""
OUTCOME_SHOWN_S = 10.0
"""How long the patient's screen says what became of one that the button began."""
PIN_TRIES = 5
"""Wrong PINs in one pairing."""
SIGNS = ("star", "ball", "square", "triangle", "diamond", "cross", "heart", "note")
SIGNS_SHOWN = 4


class Offer(NamedTuple):
    """A pairing as the station's screen shows it."""

    state: str
    """ "none", "joining" the station's network, "waiting" for a phone, "taken" by one, "done", or "over": in vain."""
    token: str = ""
    """Only while it waits."""
    role: Role | None = Role.VIEWER
    """None: the phone says it, by the panel's button."""
    way: Transport = Transport.ACCESS_POINT
    """On which the phone is to come."""
    left_s: float = 0.0
    signs: tuple[str, ...] = ()
    """Once it is taken: those that the phone shows too."""
    name: str = ""
    """Of the phone, once it is done."""
    pressed: bool = False
    """It was begun by the panel's button, and is for the patient's screen to show."""


class Taken(NamedTuple):
    """What the phone that took an offer knows."""

    secret: str
    """Its own: nobody else can end this pairing."""
    role: Role | None
    """None: it says it with the PIN."""
    signs: tuple[str, ...]


class Pairings:
    """The one pairing that may go on at a time; a new offer takes the place of the one before. Any thread may call."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._lock = threading.Lock()
        self._offer = Offer("none")
        self._token = ""
        self._secret = ""
        self._until_s = 0.0
        self._wrong = 0

    def offer(self, role: Role | None, way: Transport = Transport.ACCESS_POINT, *, joins: bool = False) -> Offer:
        """A new offer, for one phone, for a minute; `joins`: behind the code of the station's network."""
        with self._lock:
            self._begin(Offer("joining" if joins else "waiting", role=role, way=way))
            return self._now()

    def go_on(self) -> Offer:
        """From the network's code to the offer; nothing where that is not on the screen."""
        with self._lock:
            if self._now().state == "joining":
                self._begin(self._offer._replace(state="waiting"))
            return self._now()

    def press(self, way: Transport, *, joins: bool) -> Offer:
        """The panel's button: begins, goes on from the network's code to the offer, and ends what nobody has taken.
        Signs that somebody compares, and what was begun at the screen, it leaves alone.
        """
        with self._lock:
            now = self._now()
            begun = now.state in ("joining", "waiting", "taken")
            if begun and (not now.pressed or now.state == "taken"):
                return now
            if now.state == "joining":
                self._begin(now._replace(state="waiting"))
            elif now.state == "waiting":
                self._end("none")
            else:
                self._begin(Offer("joining" if joins else "waiting", role=None, way=way, pressed=True))
            return self._now()

    def _begin(self, offer: Offer) -> None:
        waits = offer.state == "waiting"
        self._token, self._secret, self._wrong = secrets.token_urlsafe(16) if waits else "", "", 0
        self._until_s = self._now_s() + (OFFERED_S if waits else JOINED_S)
        self._offer = offer._replace(token=self._token)

    def now(self) -> Offer:
        """As it stands."""
        with self._lock:
            return self._now()

    def on_patients_screen(self) -> bool:
        """Whether the patient's screen shows it: where the button began it, until its end was read."""
        with self._lock:
            now = self._now()
            ended = now.state in ("done", "over") and self._now_s() > self._until_s
            return now.pressed and now.state != "none" and not ended

    def take(self, token: str, transport: Transport) -> Taken:
        """The first phone that comes with the token takes the offer. Raises StationError "pairing-over" for any other,
        and after its time.
        """
        with self._lock:
            right = secrets.compare_digest(token.encode(), self._token.encode()) and transport is self._offer.way
            if self._now().state != "waiting" or not right:
                raise StationError("pairing-over", "token")
            self._secret = secrets.token_urlsafe(16)
            self._until_s = self._now_s() + TAKEN_S
            signs = _signs(token + self._secret)
            self._offer = self._offer._replace(state="taken", token="", signs=signs)
            return Taken(self._secret, self._offer.role, signs)

    def require(self, secret: str, transport: Transport) -> Role | None:
        """For which role the phone that has this secret is being paired; None: it says it. Raises StationError
        "pairing-over".
        """
        with self._lock:
            mine = secrets.compare_digest(secret.encode(), self._secret.encode()) and transport is self._offer.way
            if self._now().state != "taken" or not mine:
                raise StationError("pairing-over", "secret")
            return self._offer.role

    def count_wrong(self) -> None:
        """A wrong PIN: after `PIN_TRIES` the pairing is over."""
        with self._lock:
            self._wrong += 1
            if self._wrong >= PIN_TRIES:
                self._end("over")

    def done(self, name: str) -> None:
        """The phone of this name is paired."""
        with self._lock:
            self._end("done", name)

    def give_up(self) -> None:
        """Somebody ended it at the screen."""
        with self._lock:
            self._end("none")

    def _now(self) -> Offer:
        left_s = self._until_s - self._now_s()
        if self._offer.state in ("joining", "waiting", "taken"):
            if left_s <= 0:
                self._end("over")
            else:
                return self._offer._replace(left_s=left_s)
        return self._offer

    def _end(self, state: str, name: str = "") -> None:
        self._token = self._secret = ""
        self._until_s = self._now_s() + OUTCOME_SHOWN_S
        self._offer = Offer(state, role=self._offer.role, name=name, pressed=self._offer.pressed)


def _signs(secret: str) -> tuple[str, ...]:
    digest = hashlib.sha256(secret.encode()).digest()
    return tuple(SIGNS[byte % len(SIGNS)] for byte in digest[:SIGNS_SHOWN])
