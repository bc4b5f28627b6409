"""Run by a test: changes of the release that are killed at each of their writes in turn, then the computer starts.

A process of its own, because it forks: each life of the updater ends for good, as by a power cut, and with it all that
it had started.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from station_install.updating import JOURNAL, back, settle, update
from tests.systemd.updated import Computer

WRITES = ("os.rename", "os.remove", "os.symlink", "os.mkdir", "os.rmdir", "subprocess.Popen", "sqlite3.connect")
KILLED = 9


def quiet(line: str) -> None:
    del line


def life(work: Callable[[], object], at: int) -> bool:
    """Let `work()` run until its write number `at`; whether it was cut off there. All that it started ends with it."""
    child = os.fork()
    if not child:
        os.setsid()
        count = itertools.count()

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            if event in WRITES and next(count) == at:
                os._exit(KILLED)

        sys.addaudithook(hook)
        work()
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    assert status in (0, KILLED), f"write {at}: exit code {status}"
    return status == KILLED


def prepared(folder: Path, kind: str) -> tuple[Computer, Callable[[], object], list[str]]:
    """A computer, what is done to it, and the visits that may not be lost."""
    computer = Computer(folder)
    computer.install("0.1.0")
    computer.whole()
    computer.write_visit("P01")
    visits = ["P01"]
    if kind == "back":
        computer.lay_ready("0.2.0", schema=2)
        assert update(computer, quiet).result == "done"
        computer.write_visit("P02")
        visits.append("P02")
        computer.stop()
        return computer, lambda: back(computer, quiet), visits
    computer.stop()
    computer.lay_ready("0.2.0", schema=2, fails="start" if kind == "fails" else "")
    if kind == "fails":
        computer.come_up_s = 0.2
    return computer, lambda: update(computer, quiet), visits


def main(folder: Path, kind: str, every: int) -> None:
    """Cuts at one write of so many; then the start is cut off too, at a place that moves along."""
    cuts = 0
    ran: set[str] = set()
    for at in itertools.count(0, every):
        computer, work, visits = prepared(folder / f"{kind}-{at}", kind)
        killed = life(work, at)
        computer.come_up_s = 30.0
        again = killed and life(lambda computer=computer: settle(computer, quiet, starting=True), at % 13)
        settle(computer, quiet, starting=True)
        assert computer.root.read(JOURNAL) is None, at
        release = computer.whole()
        assert computer.visits() == visits, (at, computer.visits())
        ran.add(release.partition("-")[0])
        computer.stop()
        shutil.rmtree(computer.folder)
        cuts += killed + again
        if not killed:
            break
    sys.stdout.write(json.dumps({"cuts": cuts, "ran": sorted(ran)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
