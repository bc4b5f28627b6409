"""The station's own wireless network: its profile, its key, and the fence that keeps phones from each other and from
everything but the pages.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from station_install.answers import RADIO
from station_install.root import Root

PROFILE = "/etc/NetworkManager/system-connections/balance-station.nmconnection"
KEY = "/etc/balance-station/access-point.key"
JOIN = "/etc/balance-station/access-point.join"
"""Name and key once more, a line each, for the pages alone: they show the code by which a phone joins."""
READERS = "station"
ADDRESS = "10.42.66.1"
NETWORK = "10.42.66.0/24"
_SYMBOLS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another where it is read from a screen and typed."""
_KEY_LENGTH = 12
"""59 bits; WPA takes 8 to 63 characters."""


def fence_text(door: int) -> str:
    """What nftables is told: from that network to this port of the pages, to names and addresses, and nowhere else.

    ICMP goes by its numbers, 1 and 58: a small Debian has no list of the names.
    """
    return f"""\
# From phones at the station's own network to the pages, and nowhere else. To /etc/balance-station/fence.nft
table inet balance_station
delete table inet balance_station
table inet balance_station {{
    chain incoming {{
        type filter hook input priority 0; policy accept;
        iifname != "{RADIO}" accept
        ct state established,related accept
        udp dport {{ 53, 67, 5353 }} accept
        tcp dport {{ 53, {door} }} accept
        meta l4proto {{ 1, 58 }} accept
        drop
    }}
    chain forwarded {{
        type filter hook forward priority 0; policy accept;
        iifname "{RADIO}" drop
        oifname "{RADIO}" drop
    }}
}}
"""


def profile_text(name: str, key: str) -> str:
    """NetworkManager's profile: WPA2 and 3, no phone sees another (`ap-isolation`), addresses given here."""
    return f"""\
[connection]
id=balance-station
uuid=8d3ec1a4-2f0b-4c57-9a5e-6b1d0c7742e9
type=wifi
interface-name={RADIO}
autoconnect=true

[wifi]
mode=ap
band=bg
ssid={name}
ap-isolation=1

[wifi-security]
key-mgmt=wpa-psk
proto=rsn
pairwise=ccmp
group=ccmp
pmf=2
psk={key}

[ipv4]
method=shared
address1={ADDRESS}/24

[ipv6]
method=disabled
"""


def new_key() -> str:
    """A key that nobody had before."""
    return "".join(secrets.choice(_SYMBOLS) for _ in range(_KEY_LENGTH))


@dataclass(frozen=True)
class AccessPoint:
    """The network and its key, which stays until it is changed by `rotate`."""

    wanted: bool
    network: str
    """Its name as phones show it."""
    name: str = "access-point"
    says: str = f"{PROFILE} and its key in {KEY}"

    def differs(self, root: Root) -> list[str]:
        """Whether key and profile are there, or are there without being wanted."""
        if not self.wanted:
            return [f"{PROFILE} is there, and not wanted"] if root.ours(PROFILE) else []
        if not root.path(KEY).is_file():
            return ["the wireless network has no key"]
        wanted = profile_text(self.network, (root.read(KEY) or "").strip())
        kept = {PROFILE: wanted, JOIN: self._join_text(root)}
        return [f"{path} is missing, or has another content" for path, text in kept.items() if root.read(path) != text]

    def do(self, root: Root) -> None:
        """Write both; the key that there is stays."""
        if not self.wanted:
            self.undo(root)
            return
        if not (root.read(KEY) or "").strip():
            root.write(KEY, f"{new_key()}\n", 0o600)
        if self.differs(root):
            self._write(root)

    def rotate(self, root: Root) -> None:
        """Another key: phones that know the old one are out, and join again by the code on the patient's screen."""
        root.write(KEY, f"{new_key()}\n", 0o600)
        self._write(root)
        if root.live:
            root.run("nmcli", "connection", "up", "balance-station")

    def _write(self, root: Root) -> None:
        root.keep(PROFILE)
        root.write(PROFILE, profile_text(self.network, (root.read(KEY) or "").strip()), 0o600)
        root.write(JOIN, self._join_text(root), 0o640, READERS)
        if root.live:
            root.run("nmcli", "connection", "reload", may_fail=True)

    def _join_text(self, root: Root) -> str:
        return f"{self.network}\n{(root.read(KEY) or '').strip()}\n"

    def undo(self, root: Root) -> None:
        """No network of the station's, and no key."""
        root.give_back(PROFILE, 0o600)
        root.remove(KEY)
        root.remove(JOIN)
        if root.live:
            root.run("nmcli", "connection", "reload", may_fail=True)
