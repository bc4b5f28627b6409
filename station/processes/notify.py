"""What is reported to systemd of a process that it started (sd_notify(3)); nothing where it did not."""

from __future__ import annotations

import os
import socket
import threading

from station.clock import StationClock


def notify(message: str) -> None:
    """Tell systemd, where it started us (sd_notify(3)); a datagram that is dropped rather than waited for."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.sendto(message.encode(), "\0" + address[1:] if address.startswith("@") else address)
        except OSError:
            return


def allow_silence(longest_s: float | None) -> None:
    """Have systemd's watchdog bear so long a silence, or with None again what the unit says."""
    own_us = os.environ.get("WATCHDOG_USEC", "")
    if own_us.isdecimal():
        wanted_us = int(own_us) if longest_s is None else max(int(longest_s * 1e6), int(own_us))
        notify(f"WATCHDOG_USEC={wanted_us}\nWATCHDOG=1")


class Watchdog:
    """True until the event is set; reports to systemd's watchdog twice a second that ticks are done."""

    def __init__(self, stop: threading.Event, clock: StationClock) -> None:
        self._is_set = stop.is_set
        self._clock = clock
        self._next_ns = 0

    def __call__(self) -> bool:
        """Whether to go on; once every half second the watchdog hears it."""
        now_ns = self._clock.now_ns()
        if now_ns >= self._next_ns:
            self._next_ns = now_ns + 500_000_000
            notify("WATCHDOG=1")
        return not self._is_set()
