"""The names of this computer. Apart from all else, because the process that only starts the server must stay small."""

from __future__ import annotations

from station.faults import InputError

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


def require_loopback(host: str) -> None:
    """Raise InputError "not-loopback" for an address that other computers can reach."""
    if host not in LOOPBACK_HOSTS:
        raise InputError("not-loopback", host)
