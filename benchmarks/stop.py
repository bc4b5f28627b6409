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

from benchmarks.common import table
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
    start_s = time.monotonic()
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=LOST_S)
    try:
        connection.request(method, path, headers={"Origin": server.url})
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
    p50, p99, worst = taken[count // 2], taken[min(count - 1, count * 99 // 100)], taken[-1]
    lost = sum(one == float("inf") for one in taken)
    figures = (f"{1e3 * one:.1f}" for one in (p50, p99, worst))
    return [name, str(count), str(lost), *figures, f"{p99 / yardstick_s:.1f}x"]


def main() -> None:
    """Print the table, and what is wrong with it. Exits with 1 where a STOP was lost, or took too long."""
    rows, wrong = [], []
    with bare_server() as bare:
        bare.pages_after_s("/")
        yardstick = taps(bare, TAPS, "GET", "/")
    yardstick_s = yardstick[TAPS * 99 // 100]
    rows.append(row("a bare server's smallest page, idle", yardstick, yardstick_s))
    with station() as server:
        server.pages_after_s("/healthz")
        rows.append(row("STOP, idle", taps(server, TAPS), yardstick_s))
        with phones(server, PHONES), assailants(server, ["busy"]):
            loaded = taps(server, TAPS)
        rows.append(row(f"STOP, {PHONES} phones stream, {BUSY} clients busy", loaded, yardstick_s))
        if (p99_ms := 1e3 * loaded[TAPS * 99 // 100]) > GOAL_MS:
            wrong.append(f"the 99th percentile under load is {p99_ms:.0f} ms, the goal {GOAL_MS:g} ms")
        for kind in _ATTACKS:
            with assailants(server, [kind]):
                rows.append(
                    row(f"STOP, attacked by {kind.replace('_', ' ')}", taps(server, TAPS_UNDER_ATTACK), yardstick_s)
                )
    print(table(["", "taps", "lost", "p50 ms", "p99 ms", "max ms", "p99 against the bare page"], rows))
    print(f"\nLoad at the end {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors.")
    wrong += [f"{line[0]}: {line[2]} lost" for line in rows if line[2] != "0"]
    if wrong:
        sys.exit("Not reached: " + "; ".join(wrong) + ".")


if __name__ == "__main__":
    main()
