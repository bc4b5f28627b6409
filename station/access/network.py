"""The station's own wireless network as phones join it: its name and key, and the code that says both to a camera.

The installer keeps both where the pages may read them, and changes the key when it is asked to
(`systemd/station-new-key.path`): the pages themselves may change nothing of the computer.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

PLACE = Path("/etc/balance-station/access-point.join")
"""Name and key, a line each, as `systemd/station_install/network.py` writes them."""
NEIGHBOURS = Path("/proc/net/arp")
_COMPLETE = 0x2
"""ATF_COM of Linux' if_arp.h: the address is known, so somebody answers there."""
_SPECIAL = '\\;,":'


class OwnNetwork(NamedTuple):
    """What a phone needs to join it."""

    name: str
    key: str

    @property
    def code(self) -> str:
        """What a phone's camera reads, as Android and iOS take it."""
        return f"WIFI:T:WPA;S:{_escaped(self.name)};P:{_escaped(self.key)};;"


def read_network(place: Path = PLACE) -> OwnNetwork | None:
    """The network as it is now; None where the station has none, or the pages may not know."""
    try:
        name, key = place.read_text(encoding="utf-8").splitlines()[:2]
    except (OSError, ValueError):
        return None
    return OwnNetwork(name, key) if name and key else None


def neighbours(device: str, table: Path = NEIGHBOURS) -> frozenset[str]:
    """Hardware addresses of the phones that answer on this network interface now, as the kernel knows them."""
    try:
        lines = table.read_text(encoding="ascii", errors="replace").splitlines()[1:]
    except OSError:
        return frozenset()
    rows = [line.split() for line in lines]
    return frozenset(row[3] for row in rows if len(row) >= 6 and row[5] == device and int(row[2], 16) & _COMPLETE)


def _escaped(words: str) -> str:
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in words)
