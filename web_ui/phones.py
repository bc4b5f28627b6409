"""What the pages ask of the room `station.access`. The records, and SQLAlchemy with them, load when first asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

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
        self._managing: dict[str, float] = {}
        """Until when, by the browser that gave the manager's PIN."""

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
        """Whether this browser at the station's screen may manage: the PIN was given there, or none was ever set."""
        with self._lock:
            until_s = self._managing.get(client, 0.0)
        return self._now_s() < until_s or Role.MANAGER not in self.phones.roles_with_pin()

    def begin_to_manage(self, client: str, pin: str) -> None:
        """The manager's PIN was given. Raises StationError "pin-wrong", "pin-wait" or "pin-unset"."""
        self.phones.check_pin(Role.MANAGER, pin)
        with self._lock:
            self._managing = {client: self._now_s() + MANAGES_S}

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
