"""How long a STOP takes from the tap to the drive, and how many are lost, with others in the way.

From the tap's new connection to the answer that the drive is off: control has it off before it answers. The goal, with
12 phones that stream and 6 clients that are busy: the 99th percentile at most 100 ms, and none lost anywhere.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.common import Verdict, at_most, table
from benchmarks.running import Server, bare_server, phones, station

TAPS, TAPS_UNDER_ATTACK = 1000, 300
PHONES, BUSY = 12, 6
GOAL_MS = 100.0
LOST_S = 3.0
_ASSAILANTS = Path(__file__).parent.parent / "tests" / "attacks" / "assailants.py"
_ATTACKS = ("getters", "knockers", "impostors", "drippers", "head_drippers", "slow_readers", "shakers")


def tap(server: Server, method: str, path: str) -> float:
    """Seconds from a new connection to a whole answer with status 200; infinite where there was none in time."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=LOST_S)
    return answered_s(connection, method, path, server.url)


def answered_s(connection: http.client.HTTPConnection, method: str, path: str, origin: str) -> float:
    """The same of a connection that is not open yet, its handshake included. It is closed behind it."""
    start_s = time.monotonic()
    try:
        connection.request(method, path, headers={"Origin": origin})
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return float("inf")
    finally:
        connection.close()
    return time.monotonic() - start_s if response.status == http.client.OK else float("inf")


@contextmanager
def assailants(server: Server, kinds: Sequence[str]) -> Iterator[None]:
    """These are in the way meanwhile."""
    port = str(urlsplit(server.url).port)
    commands = [[sys.executable, str(_ASSAILANTS), kind, str(server.runtime), port] for kind in kinds]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    try:
        for process in running:
            if process.stdout is None or not process.stdout.readline():
                raise ChildProcessError("an assailant has ended")
        yield
    finally:
        for process in running:
            process.kill()
            process.communicate()


def taps(server: Server, count: int, method: str = "POST", path: str = "/api/v1/stop") -> list[float]:
    """So many taps, a little apart, in order of how long they took."""
    taken = []
    for _ in range(count):
        taken.append(tap(server, method, path))
        time.sleep(0.01)
    return sorted(taken)


def row(name: str, taken: list[float], yardstick_s: float) -> list[str]:
    """One line of the table."""
    count = len(taken)
    p50, p99, worst = taken[count // 2], _p99(taken), taken[-1]
    lost = sum(one == float("inf") for one in taken)
    figures = (f"{1e3 * one:.1f}" for one in (p50, p99, worst))
    return [name, str(count), str(lost), *figures, f"{p99 / yardstick_s:.1f}x"]


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table. `short`: a few taps each."""
    many, few = (10, 5) if short else (TAPS, TAPS_UNDER_ATTACK)
    with bare_server() as bare:
        bare.pages_after_s("/")
        yardstick = taps(bare, many, "GET", "/")
    yardstick_s = _p99(yardstick)
    rows = [row("a bare server's smallest page, idle", yardstick, yardstick_s)]
    lost = 0
    with station() as server:
        server.pages_after_s("/healthz")
        seen = {"idle": taps(server, many)}
        with phones(server, PHONES), assailants(server, ["busy"]):
            loaded = taps(server, many)
        seen[f"{PHONES} phones stream, {BUSY} clients busy"] = loaded
        for kind in _ATTACKS[:2] if short else _ATTACKS:
            with assailants(server, [kind]):
                seen[f"attacked by {kind.replace('_', ' ')}"] = taps(server, few)
    for name, taken in seen.items():
        rows.append(row(f"STOP, {name}", taken, yardstick_s))
        lost += sum(one == float("inf") for one in taken)
    print(table(["", "taps", "lost", "p50 ms", "p99 ms", "max ms", "p99 against the bare page"], rows))
    print(f"\nLoad at the end {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors.")
    return [
        at_most(f"a STOP, {PHONES} phones and {BUSY} busy clients, p99", 1e3 * _p99(loaded), GOAL_MS, "ms"),
        at_most("STOPs that are lost", lost, 0, "of all"),
    ]


def _p99(taken: list[float]) -> float:
    return taken[min(len(taken) - 1, len(taken) * 99 // 100)]


if __name__ == "__main__":
    main()
