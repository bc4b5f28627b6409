"""What the pages ask of the room `station.access`. The records, and SQLAlchemy with them, load when first asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flask import current_app

from station.access.addresses import addresses
from station.access.pairing import Pairings
from station.access.rights import Role, Transport
from station.clock import this_moment
from station.faults import StationError

if TYPE_CHECKING:
    from station.access.phones import Phones
    from station.settings import PhoneSettings

MANAGES_S = 300.0
"""How long the manager's PIN, given at the station's own screen, is good for there."""


class _Managing(NamedTuple):
    """That a manager's PIN was given at the screen."""

    until_s: float
    person: str
    """UUID of whose it was; "" for the role's."""


class Access:
    """Phones, their pairing, and who manages at the station's own screen. One for each app; any thread may call."""

    def __init__(
        self,
        data: Path,
        now_s: Callable[[], float] = time.monotonic,
        removed: Callable[[], None] = lambda: None,
        pairings: Pairings | None = None,
    ) -> None:
        self.pairings = Pairings(now_s) if pairings is None else pairings
        self._removed = removed
        self._data = data
        self._now_s = now_s
        self._lock = threading.Lock()
        self._phones: Phones | None = None
        self._managing: dict[str, _Managing] = {}
        """By the browser that gave the manager's PIN."""

    @property
    def phones(self) -> Phones:
        """Of this station's records."""
        from station.access.phones import Phones
        from web_ui.records import opened, opened_to_write

        with self._lock:
            if self._phones is None:
                self._phones = Phones(
                    partial(opened, self._data), partial(opened_to_write, self._data), this_moment, self._removed
                )
            return self._phones

    def manages(self, client: str) -> bool:
        """Whether this browser at the screen may manage: a manager's PIN was given there, or nobody has one."""
        managing = self._of(client)
        if managing is not None and (not managing.person or self._called(managing.person)):
            return True
        return Role.MANAGER not in self.phones.roles_with_pin() | self.phones.people.roles()

    def begin_to_manage(self, client: str, pin: str, name: str = "") -> None:
        """A manager's PIN was given: the role's, or that of the person of this name. Raises StationError "pin-wrong",
        also for somebody who is no manager, "pin-wait" or "pin-unset".
        """
        person = ""
        if name:
            person, role = self.phones.check_person(name, pin)
            if role is not Role.MANAGER:
                raise StationError("pin-wrong", "pin")
        else:
            self.phones.check_pin(Role.MANAGER, pin)
        with self._lock:
            self._managing = {client: _Managing(self._now_s() + MANAGES_S, person)}

    def goes_on_managing(self, client: str, pin: str, name: str = "") -> None:
        """A manager's PIN was chosen in this browser: it need not be given at once, where none was given before."""
        if self._of(client) is None:
            self.begin_to_manage(client, pin, name)

    def managing_as(self, client: str) -> str:
        """The name of the manager who gave a PIN of their own in this browser; "" for the role's, and for nobody."""
        managing = self._of(client)
        return "" if managing is None or not managing.person else self._called(managing.person)

    def _of(self, client: str) -> _Managing | None:
        with self._lock:
            found = self._managing.get(client)
        return None if found is None or self._now_s() >= found.until_s else found

    def _called(self, person: str) -> str:
        """The name of a manager who is here; "" for one who has left, or is none any more."""
        here = self.phones.people.listed()
        return next((one["name"] for one in here if one["id"] == person and one["role"] == Role.MANAGER.value), "")

    def end_managing(self, client: str) -> None:
        """At once."""
        with self._lock:
            self._managing.pop(client, None)


def ways_for_phones() -> dict[Transport, str]:
    """Where a phone can be paired now, the simplest way first: the beginning of its addresses there."""
    return ways_by(current_app.config["STATION_PHONES"])


def ways_by(settings: PhoneSettings) -> dict[Transport, str]:
    """The same for these settings, outside a request too."""
    found, ways = addresses(), {}
    point = settings.access_point
    if point is not None and point in found:
        ways[Transport.ACCESS_POINT] = f"http://{found[point]}:{settings.access_point_port}"
    others = [address for device, address in found.items() if device != point and not address.startswith("127.")]
    if settings.tls_port is not None:
        host = next(iter(others), "127.0.0.1")
        ways[Transport.TLS] = f"https://{host}:{settings.tls_port}"
    return ways


def require_way(way: Transport | None) -> Transport:
    """This one, or the simplest. Raises StationError "phones-shut" where it is not open."""
    ways = ways_for_phones()
    found = next(iter(ways), None) if way is None else way
    if found is None or found not in ways:
        raise StationError("phones-shut", "phones")
    return found


def picture_of(address: str) -> str:
    """A QR code of it, as an SVG in a `data:` address; "" for none."""
    if not address:
        return ""
    import segno

    return str(segno.make(address, error="m").svg_data_uri(scale=8, border=4, light="#fff", dark="#000"))
