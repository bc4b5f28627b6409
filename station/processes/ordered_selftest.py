"""The self-test that a technician's page orders: control does it itself, between two of its lives.

No drill runs, safety is disarmed, and the rig was closed and is opened anew. Meanwhile control answers as one that
waits for its hardware: all is refused by "selftest-runs" but STOP, which ends the test with the next tick.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path

from drills.problems import Problem
from hw.mechanics import interpolate
from station.claim import made_in
from station.clock import StationClock
from station.commissioning.selftest import Attendant, Result, run_selftest
from station.control.waiting import Waiting
from station.faults import StationError, as_json
from station.processes.live_rings import LiveRings
from station.processes.notify import Watchdog
from station.processes.rigs import opened_rig
from station.settings import Settings
from station.wire.messages import Maintain
from station.wire.places import CONTROL_SOCKET, SELFTEST
from station.wire.server import CommandServer
from station.wire.testing import SelfTestState, joined, newest_state, part_of, write_state


class _Sheet:
    """What the pages see of it: a file that is written anew with each part and each thing to do."""

    def __init__(self, runtime: Path, data: Path, order: Maintain) -> None:
        self._path = runtime / SELFTEST
        before = newest_state(runtime, data) if order.retry else None
        self.passed = before.passed if before is not None else frozenset()
        self._before = before
        self._by = order.by
        self._results: list[Result] = []
        self._to_do: Problem | None = None
        self._learned: dict[str, object] | None = None
        self.write()

    def say(self, to_do: Problem) -> None:
        """A person has to do this."""
        self._to_do = to_do
        self.write()

    def told(self, results: list[Result]) -> None:
        """So far."""
        self._results, self._to_do = list(results), None
        self.write()

    def learned(self, speeds: dict[str, object]) -> tuple[str, dict[str, str]]:
        """This is the motor's speed map: a person keeps it, or does not."""
        self._learned = speeds
        return "speeds-learned", {}

    def write(self, *, ended: bool = False) -> None:
        """As it stands now."""
        parts = joined(self._before, [part_of(*result) for result in self._results])
        to_do = None if self._to_do is None or ended else as_json(self._to_do)
        write_state(self._path, SelfTestState(time.time_ns(), self._by, ended, to_do, parts, self._learned))


def run_ordered_selftest(
    order: Maintain, settings: Settings, runtime: Path, clock: StationClock, stop: threading.Event
) -> None:
    """Do it to its end, to a STOP, or until `stop` is set; ends with vibration off and the rig closed.

    Raises StationError where the rig cannot be opened: the next life of control says so.
    """
    fault = StationError("selftest-runs", "control")
    watchdog = Watchdog(stop, clock)
    with made_in(runtime), ExitStack() as stack:
        rings = LiveRings(runtime)
        stack.callback(rings.close)
        server = CommandServer(runtime / CONTROL_SOCKET)
        stack.callback(server.close)
        waiting = Waiting(rings, server)
        sheet = _Sheet(runtime, settings.station.data, order)
        stack.callback(lambda: sheet.write(ended=True))

        def goes_on(now_ns: int) -> bool:
            waiting.step(fault, 1, now_ns)
            return watchdog() and not waiting.stops

        cells = settings.rig.load_cells
        rig = stack.enter_context(opened_rig(settings, clock))
        run_selftest(
            rig,
            clock,
            lambda hz: interpolate(settings.rig.drive.displacement_pp_mm, hz),
            Attendant(sheet.say, press=True, goes_on=goes_on, told=sheet.told, passed=sheet.passed),
            addresses=cells.addresses if cells.layout == "four_chips" else (),
            keep=sheet.learned if order.learn else None,
        )
