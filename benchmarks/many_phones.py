"""Twelve paired phones on the station's own TLS: what they cost, how soon a STOP works, how soon one that is gone is
freed.

The phones are a process of their own, which keeps to the core that the loop does not have: on a station they are other
computers. What they and the TLS of both ends take is in the figures all the same.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from typing import NamedTuple

import simple_websocket

from benchmarks.common import Verdict, at_least, at_most, not_measured, percentile, table
from benchmarks.loop_jitter import CannotMeasureError, collect
from benchmarks.memory import MEBI, use_of
from benchmarks.phone_clients import open_stream, unverified
from benchmarks.running import Server, secure_station
from benchmarks.stop import LOST_S, answered_s, assailants
from station.wire.sample import Sample

PHONES = 12
GOAL_STOP_MS, GOAL_LOOP, GOAL_FREED_S, GOAL_PSS_MB, GOAL_FRAMES = 100.0, 1.10, 10.0, 110.0, 29.0
FREED_PATIENCE_S = 30.0
LOOP_CPU, PHONES_CPU = 1, 0
_LINK, _FAR = ("phones0", "10.213.7.1"), ("phones1", "10.213.7.2")


class Door(NamedTuple):
    """How a phone comes in."""

    server: Server
    port: int
    cookie: str


@contextmanager
def clients(
    door: Door, count: int, host: str = "127.0.0.1", inside: tuple[str, ...] = ()
) -> Iterator[subprocess.Popen[str]]:
    """So many phones that follow the stream. `inside`: what their program is started by."""
    command = [*inside, sys.executable, "-m", "benchmarks.phone_clients", host, str(door.port), door.cookie, str(count)]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if _line(running) != "welcome":
            raise ChildProcessError("the phones were not let in")
        with suppress(OSError):  # on one core they share it
            os.sched_setaffinity(running.pid, {PHONES_CPU})
        yield running
    finally:
        running.send_signal(signal.SIGCONT)
        running.kill()
        running.communicate()


def _line(running: subprocess.Popen[str]) -> str:
    return "" if running.stdout is None else running.stdout.readline().strip()


def received(running: subprocess.Popen[str]) -> list[int]:
    """Messages to each phone so far."""
    if running.stdin is not None:
        running.stdin.write("\n")
        running.stdin.flush()
    return [int(one) for one in _line(running).split()]


def tap(door: Door) -> float:
    """Seconds of a STOP from a new connection, its handshake included, to the answer that the drive is off; infinite
    where there was none in time.
    """
    phone = http.client.HTTPSConnection("127.0.0.1", door.port, timeout=LOST_S, context=unverified())
    return answered_s(phone, "POST", "/api/v1/stop", f"https://127.0.0.1:{door.port}")


def taps(door: Door, count: int) -> list[float]:
    """So many, a little apart."""
    found = []
    for _ in range(count):
        found.append(tap(door))
        time.sleep(0.01)
    return found


def taps_on_stream(door: Door, count: int) -> list[float]:
    """The same by the stream that a page has open."""
    stream, found = open_stream("127.0.0.1", door.port, door.cookie), []
    try:
        for number in range(count):
            start_s = time.monotonic()
            stream.send(json.dumps({"type": "stop", "id": number}))
            while time.monotonic() - start_s < LOST_S:
                answer = stream.receive(timeout=LOST_S)
                if answer is None or '"stopped"' in str(answer)[:24]:
                    break
            took_s, said = time.monotonic() - start_s, json.loads(answer or "{}")
            found.append(took_s if said.get("ok") and said.get("id") == number else float("inf"))
            time.sleep(0.01)
    finally:
        stream.close()
    return found


def loop_us(samples: list[Sample]) -> list[float]:
    """From when each tick was due to when its work was done."""
    return [sample.lateness_us + sample.work_us for sample in samples]


def held(door: Door) -> int:
    """Connections that the station holds at its secure door."""
    web = door.server.child("web")
    family = [web, *web.children(recursive=True)]
    ends = {(one.laddr, one.raddr) for each in family for one in each.net_connections("tcp") if one.raddr}
    return sum(here.port == door.port for here, _ in ends)


def freed_s(door: Door) -> float:
    """Seconds until nobody is held there and a new phone is let in; infinite where that lasts too long."""
    start_s = time.monotonic()
    while time.monotonic() - start_s < FREED_PATIENCE_S:
        if held(door) == 0:
            with (
                closing(open_stream("127.0.0.1", door.port, door.cookie)) as stream,
                suppress(simple_websocket.ConnectionClosed),
            ):
                if '"welcome"' in str(stream.receive(timeout=LOST_S)):
                    return time.monotonic() - start_s
        time.sleep(0.1)
    return float("inf")


def stalled(door: Door) -> float:
    """All phones stop reading at the same moment."""
    with clients(door, PHONES) as phones:
        phones.send_signal(signal.SIGSTOP)
        return freed_s(door)


def half_open(door: Door) -> float:
    """Phones that connect and never begin to speak, and some that break off in the middle of a request."""
    opened = [socket.create_connection(("127.0.0.1", door.port), LOST_S) for _ in range(PHONES)]
    context = unverified()
    for one in range(PHONES // 2):
        opened[one] = context.wrap_socket(opened[one])
        opened[one].sendall(b"POST /api/v1/drill/start HTTP/1.1\r\nContent-Le")
    try:
        return freed_s(door)
    finally:
        for each in opened:
            each.close()


def vanished(door: Door) -> float:
    """Phones that leave the network without a word: they are behind a link, which is cut.

    Raises CannotMeasureError where this computer lets nobody make one.
    """
    name = f"phones{os.getpid()}"
    (near, here), (far, there) = _LINK, _FAR
    try:
        _ip("netns", "add", name)
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", name)
        _ip("addr", "add", f"{here}/30", "dev", near)
        _ip("link", "set", near, "up")
        _ip("-n", name, "addr", "add", f"{there}/30", "dev", far)
        _ip("-n", name, "link", "set", far, "up")
        with clients(door, PHONES, here, ("ip", "netns", "exec", name)):
            _ip("-n", name, "link", "set", far, "down")
            return freed_s(door)
    finally:
        for undone in (("link", "del", near), ("netns", "del", name)):
            with suppress(CannotMeasureError):
                _ip(*undone)


def _ip(*words: str) -> None:
    try:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise CannotMeasureError(f"ip {' '.join(words)}: {getattr(problem, 'stderr', '') or problem}") from problem


class Seen(NamedTuple):
    """What was measured while phones follow the stream."""

    alone_us: list[float]
    with_us: list[float]
    frames_per_s: float
    """Of the phone that had fewest."""
    pss_mb: float


def pss_mb(door: Door) -> float:
    """Of web and all its processes."""
    return use_of(door.server.child("web"), 0.1).pss_mib * MEBI / 1e6


def with_phones(door: Door, seconds: float, rounds: int) -> Seen:
    """The loop without and with phones by turns, so that the machine's own noise falls on both alike."""
    alone: list[float] = []
    beside: list[float] = []
    frames, pss = float("inf"), 0.0
    for _ in range(rounds):
        alone += loop_us(collect(door.server, seconds))
        with clients(door, PHONES) as phones:
            before, start_s = received(phones), time.monotonic()
            beside += loop_us(collect(door.server, seconds))
            after, took_s = received(phones), time.monotonic() - start_s
            frames = min(frames, *((late - soon) / took_s for soon, late in zip(before, after, strict=True)))
            pss = max(pss, pss_mb(door))
    return Seen(alone, beside, frames, pss)


def stops(door: Door, count: int) -> dict[str, list[float]]:
    """So many on each way."""
    return {"a new connection": taps(door, count), "the page's own stream": taps_on_stream(door, count)}


def main(*, short: bool = False) -> list[Verdict]:
    """Measure, print the tables. `short`: a little of each, and nobody is waited for."""
    if (os.cpu_count() or 1) < 2:
        return not_measured("two cores are needed: one for the loop")
    seconds, rounds, count = (0.2, 1, 2) if short else (10.0, 4, 500)
    with secure_station(cpu=LOOP_CPU) as (server, port, cookie):
        door = Door(server, port, cookie)
        seen = with_phones(door, seconds, rounds)
        with nullcontext() if short else _crowd(door):
            taken = stops(door, count)
            worked_mb = pss_mb(door)
        gone = {} if short else _all_gone(door)
    print(
        table(["STOP over TLS by", "taps", "lost", "p50 ms", "p99 ms", "max ms"], [_row(*one) for one in taken.items()])
    )
    rows = [_loop_row("no phone", seen.alone_us), _loop_row(f"{PHONES} phones", seen.with_us)]
    print("\n" + table(["from due to done, us", "ticks", "p50", "p90", "p99", "p99.9"], rows))
    print(f"\nFrames a second to the phone with fewest: {seen.frames_per_s:.1f}.")
    print(f"Web: {seen.pss_mb:.1f} MB of PSS at first, {worked_mb:.1f} MB after the STOPs.")
    print(f"Load at the end {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors.")
    ratio = percentile(seen.with_us, 99) / percentile(seen.alone_us, 99)
    verdicts = [
        at_most(f"a STOP over TLS by {how}, {PHONES} phones, p99", 1e3 * percentile(times, 99), GOAL_STOP_MS, "ms")
        for how, times in taken.items()
    ]
    verdicts += [
        at_most("STOPs that are lost", sum(map(_lost, taken.values())), 0, "of all"),
        at_most(f"the loop's p99 with {PHONES} phones against none", ratio, GOAL_LOOP, "x"),
        at_least("frames a second to each phone", seen.frames_per_s, GOAL_FRAMES, ""),
        at_most(f"PSS of web, {PHONES} phones on", max(seen.pss_mb, worked_mb), GOAL_PSS_MB, "MB"),
    ]
    return verdicts + [_freed(kind, took) for kind, took in gone.items()]


GONE: dict[str, Callable[[Door], float]] = {
    "phones that stop reading": stalled,
    "half-open phones": half_open,
    "phones that vanish": vanished,
}


@contextmanager
def _crowd(door: Door) -> Iterator[None]:
    """The phones follow the stream, and six clients are busy."""
    with clients(door, PHONES), assailants(door.server, ["busy"]):
        yield


def _all_gone(door: Door) -> dict[str, float | str]:
    found: dict[str, float | str] = {}
    for kind, leave in GONE.items():
        try:
            found[kind] = leave(door)
        except CannotMeasureError as problem:
            found[kind] = str(problem)
    return found


def _freed(kind: str, took: float | str) -> Verdict:
    if isinstance(took, str):
        return Verdict(f"{kind} are freed", took, None)
    return at_most(f"{kind} are freed after", took, GOAL_FREED_S, "s")


def _lost(times: list[float]) -> int:
    return sum(one == float("inf") for one in times)


def _row(how: str, times: list[float]) -> list[object]:
    return [how, len(times), _lost(times), *(1e3 * percentile(times, one) for one in (50, 99, 100))]


def _loop_row(who: str, times: list[float]) -> list[object]:
    return [who, len(times), *(percentile(times, one) for one in (50, 90, 99, 99.9))]


if __name__ == "__main__":
    for verdict in main(short="--short" in sys.argv):
        print(verdict)
