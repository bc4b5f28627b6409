"""The real loop behind the pages, in virtual time: a station on the simulated rig with its desk, which jumps ahead when
a test says so. What it publishes says the time at which it is published; between two jumps it goes at its own rate.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drills.values import Phase
from hw.registry import open_rig
from hw.settings import RigSettings
from station.clock import NS_PER_S, VirtualClock
from station.control.desk import Desk
from station.control.loop import run_loop
from station.control.tick import HouseRules, Station
from station.processes.live_rings import LiveRings
from station.safety.limits import CLINICIAN
from station.wire.messages import NO_DOSE, Answer, Committed, Heartbeat, Later, RecorderStatus
from station.wire.sample import LAYOUT, Sample, unpack
from station.wire.server import CommandServer

if TYPE_CHECKING:
    from pydantic import BaseModel

TURN_S = 0.02
LONGEST_S = 300.0
EVERY = 25
"""Of the samples of a jump so many are one that is published."""

Event = dict[str, Any]


class RealLoop:
    """Serves and publishes until `close`. A test reads `events` and `last`, and calls `jump`."""

    def __init__(self, runtime: Path) -> None:
        self.runtime = runtime
        self.events: list[Event] = []
        self.last: Sample | None = None
        self.lost_roles: frozenset[str] = frozenset()
        self._jumps = False
        self._turn = threading.RLock()
        self._ending = threading.Event()
        self._asked: list[str] = []
        self._answers: list[tuple[int, Answer]] = []
        self._rings = LiveRings(runtime)
        self._server = CommandServer(runtime / "control.sock")
        self._clock = VirtualClock()
        rig = open_rig("simulated", RigSettings(), self._clock, seed=3)
        self.station = Station(rig, self._clock, HouseRules(CLINICIAN), self)
        self._run_s(0.1)
        self.station.companions = Desk(self.station, self)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def jump(self, happened: Callable[[Sample], bool]) -> None:
        """Let the virtual time pass until a sample shows it, as fast as the computer can."""
        with self._turn:
            self._jumps = True
            end_ns = self._clock.now_ns() + round(LONGEST_S * NS_PER_S)
            there = lambda: self.last is not None and happened(self.last)  # noqa: E731
            run_loop(self.station, self._clock, lambda: not there() and self._clock.now_ns() < end_ns)
            self._jumps = False
            assert there(), self.last

    def to(self, phase: Phase, trial: int) -> None:
        """Jump to this phase of this trial."""
        self.jump(lambda sample: (sample.phase, sample.trial) == (phase, trial))

    def told(self, kind: str) -> list[Event]:
        """The events of this kind so far."""
        with self._turn:
            return [event for event in self.events if event["kind"] == kind]

    def close(self) -> None:
        """As when the program ends."""
        self._ending.set()
        self._thread.join()
        self._server.close()
        self._rings.close()
        self.station.rig.close()

    def _run(self) -> None:
        while not self._ending.wait(TURN_S):
            with self._turn:
                self._run_s(TURN_S)
            (self.runtime / "recorder.heartbeat").write_text("")

    def _run_s(self, seconds: float) -> None:
        end_ns = self._clock.now_ns() + round(seconds * NS_PER_S)
        run_loop(self.station, self._clock, lambda: self._clock.now_ns() < end_ns)

    # --- what the station publishes to, and whom its desk serves ---------------------------------------------------

    def sample(self, payload: bytes) -> None:
        """Publish it, of this moment."""
        self.last = sample = unpack(payload)
        if not self._jumps or sample.seq % EVERY == 0:
            self._rings.sample(LAYOUT.pack(*sample._replace(t_ns=time.monotonic_ns())))

    def event(self, document: Event) -> None:
        """Keep and publish it, of this moment."""
        self.events.append(document)
        if document["kind"] == "dose-asked":
            self._asked.append(str(document["asked"]))
        self._rings.event({**document, "t_ns": time.monotonic_ns()})

    def give_answers(self) -> None:
        """As the server does."""
        self._server.give_answers()

    def poll(self, handle: Callable[[BaseModel], Answer | Later]) -> None:
        """What the pages ask; and that recorder and pages live, in whatever time has passed."""
        handle(RecorderStatus(type="recorder-status", ready=True))
        handle(Heartbeat(type="heartbeat", present=True))
        for asked in self._asked:
            handle(Committed(type="committed", asked=asked, dose_today=NO_DOSE, day_began_ns=0))
        self._asked.clear()
        if not self._jumps:
            self._server.poll(handle)
