"""What systemd hears of a process that it has started, by a socket that stands in for systemd's."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from station.clock import VirtualClock
from station.processes.notify import Watchdog, allow_silence, notify


@pytest.fixture(params=["path", "abstract"])
def systemd(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], list[str]]]:
    """`systemd()`: what it has received since the last call."""
    place = str(tmp_path / "notify") if request.param == "path" else f"@station-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as ours:
        ours.bind("\0" + place[1:] if place.startswith("@") else place)
        monkeypatch.setenv("NOTIFY_SOCKET", place)

        def received():
            found = []
            while True:
                try:
                    found.append(ours.recv(256).decode())
                except BlockingIOError:
                    return found

        yield received


def test_a_message_arrives_as_it_is(systemd) -> None:
    notify("READY=1\nSTATUS=ready")
    assert systemd() == ["READY=1\nSTATUS=ready"]


def test_a_systemd_that_does_not_read_holds_nobody_up(systemd) -> None:
    for _ in range(2_000):
        notify("WATCHDOG=1")
    assert 0 < len(systemd()) < 2_000, "what found no room is dropped"


@pytest.mark.parametrize("place", ["", "nobody-listens-here"])
def test_without_systemd_nothing_happens(monkeypatch, place) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", place)
    notify("READY=1")


def test_the_watchdog_hears_twice_a_second_that_ticks_are_done_until_the_end(systemd) -> None:
    stop, clock = threading.Event(), VirtualClock()
    goes_on = Watchdog(stop, clock)
    for _ in range(500):  # two seconds
        assert goes_on()
        clock.spend_ns(4_000_000)
    assert systemd() == ["WATCHDOG=1"] * 4
    stop.set()
    assert not goes_on()


def test_the_watchdog_bears_a_longer_silence_for_a_while(systemd, monkeypatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "2000000")
    allow_silence(20.0)
    allow_silence(None)
    allow_silence(0.5)
    assert systemd() == [f"WATCHDOG_USEC={us}\nWATCHDOG=1" for us in (20_000_000, 2_000_000, 2_000_000)]


def test_a_unit_without_a_watchdog_gets_none(systemd, monkeypatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    allow_silence(20.0)
    assert systemd() == []
