"""What a technician asks for and another process does: one at a time, in a process that ends, never while a drill runs.

A process, because what looks at a computer or packs its files must not hold up a STOP, and must not be in this one's
memory. One that is on its way when a drill starts is ended at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple

from station.faults import StationError, because, from_json

ERRAND_LONGEST_S = 120.0
_ERRAND_LOOK_S = 0.1
_SAID_LETTERS = 300
_ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class Errand(NamedTuple):
    """One of them, while it is done and after."""

    kind: str
    by: str
    """Who asked; "" where nobody said."""
    at_ms: float
    """When: Unix time in ms."""
    state: Literal["running", "done", "failed"] = "running"
    answer: Any = None
    """What the process said, as JSON."""
    problem: StationError | None = None


class Errands:
    """The newest of each kind. Any thread may ask. `drill_runs` says whether a drill runs now."""

    def __init__(self, drill_runs: Callable[[], bool]) -> None:
        self._drill_runs = drill_runs
        self._lock = threading.Lock()
        self._newest: dict[str, Errand] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def refuse_while_a_drill_runs(self, where: str) -> None:
        """Raise StationError "drill-runs" while one does."""
        if self._drill_runs():
            raise StationError("drill-runs", where)

    def begin(self, kind: str, by: str, command: Sequence[str], ends_well: Sequence[int] = (0,)) -> Errand:
        """Have it done. `ends_well`: the exit codes behind which it has said what was asked for.

        Raises StationError "drill-runs", or "errand-runs" while another is done.
        """
        self.refuse_while_a_drill_runs(kind)
        with self._lock:
            running = self._running()
            if running is not None:
                raise StationError("errand-runs", running.kind)
            errand = Errand(kind, by, time.time() * 1e3)
            self._newest[kind] = errand
        work = threading.Thread(target=self._do, args=(errand, [*command], tuple(ends_well)), name=kind, daemon=True)
        work.start()
        return errand

    def newest(self, kind: str) -> Errand | None:
        """The newest of this kind; None where there was none in this life of the pages."""
        return self._newest.get(kind)

    def running(self) -> str:
        """The kind of the one that is done now; "" for none."""
        with self._lock:
            found = self._running()
        return "" if found is None else found.kind

    def close(self) -> None:
        """End what is being done."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def _running(self) -> Errand | None:
        return next((one for one in self._newest.values() if one.state == "running"), None)

    def _do(self, errand: Errand, command: list[str], ends_well: tuple[int, ...]) -> None:
        try:
            done = errand._replace(state="done", answer=self._said(errand.kind, command, ends_well))
        except StationError as problem:
            done = errand._replace(state="failed", problem=problem)
        except (OSError, ValueError) as problem:
            failed = StationError("errand-failed", errand.kind, because("system-said", said=str(problem)))
            done = errand._replace(state="failed", problem=failed)
        self._newest[errand.kind] = done

    def _said(self, kind: str, command: list[str], ends_well: tuple[int, ...]) -> Any:  # noqa: ANN401  # any JSON
        """What the process said. Raises StationError for its own fault, "drill-runs" or "errand-failed"."""
        with self._lock:
            process = subprocess.Popen(  # noqa: S603  # our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **_ONE_CORE},
            )
            self._process = process
            if self._closed:
                process.kill()
        with suppress(OSError):  # under systemd it has the pages' own, which is behind everything already
            os.setpriority(os.PRIO_PROCESS, process.pid, 15)
        said, complained = self._wait(process, kind)
        if process.returncode not in ends_well:
            raise _fault(kind, process.returncode, said, complained)
        return json.loads(said)

    def _wait(self, process: subprocess.Popen[bytes], kind: str) -> tuple[bytes, bytes]:
        until_s = time.monotonic() + ERRAND_LONGEST_S
        while True:
            try:
                return process.communicate(timeout=_ERRAND_LOOK_S)
            except subprocess.TimeoutExpired:
                if self._drill_runs():
                    process.kill()
                    process.communicate()
                    raise StationError("drill-runs", kind) from None
                if time.monotonic() > until_s:
                    process.kill()
                    process.communicate()
                    raise StationError(
                        "errand-failed", kind, because("took-longer", seconds=ERRAND_LONGEST_S)
                    ) from None


def _fault(kind: str, code: int, said: bytes, complained: bytes) -> StationError:
    """What the process said of its end: a fault as `{"fault": {"code", "where", "problems"}}`, else its first line."""
    try:
        told = json.loads(said)["fault"]
        return StationError(str(told["code"]), str(told["where"]), *map(from_json, told["problems"]))
    except (ValueError, KeyError, TypeError):
        lines = complained.decode(errors="replace").strip().splitlines() or [""]
        return StationError("errand-failed", kind, because("paper-ended", code=code, said=lines[0][:_SAID_LETTERS]))
