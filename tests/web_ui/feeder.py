"""A control program for the pages' tests: real rings, a real command socket, a real station's samples, on command.

What the pages see was published by the station itself, on the simulated rig under a virtual clock (`Rehearsal`). A test
says at once in which phase the drill is, and changes single fields of the samples by their names. Run by itself
(`python tests/web_ui/feeder.py FOLDER`) it plays one drill after the other, to look at the pages by hand.
"""

import functools
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg, Phase
from hw.registry import open_rig
from hw.settings import RigSettings
from station.clock import NS_PER_S, VirtualClock
from station.control.admission import allowance_of, bounds_of
from station.control.desk import Desk
from station.control.loop import run_loop
from station.control.tick import HouseRules, Station
from station.faults.catalogue import BY_NUMBER
from station.processes.live_rings import LiveRings
from station.safety.arming import Arming
from station.safety.codes import ESTOP_OPEN
from station.safety.limits import CLINICIAN
from station.wire.messages import (
    NO_DOSE,
    Acknowledge,
    Answer,
    Committed,
    Describe,
    FaultVerb,
    Heartbeat,
    Later,
    Marked,
    RecorderStatus,
    Start,
    Stop,
    StopGeneration,
)
from station.wire.ring import RingReader
from station.wire.sample import LAYOUT, Sample, unpack
from station.wire.server import CommandServer

RATE_HZ = 250
BURST = 5
"""Samples a wake-up: 50 wake-ups a second are enough for a feeder."""
TAKE_SAMPLES = 5 * RATE_HZ
"""So many samples of a phase are rehearsed; a phase that goes on for longer begins with the first of them again."""
LONGEST_S = 600.0
SAID_BY_THE_SCRIPT = ("session-started", "trial-ended", "drill-ended")
"""How a session begins and how things end is said by `begin`, `end_trial` and `end`."""

Event = dict[str, Any]


class Take(NamedTuple):
    """What the station published in one phase: its first samples, and the events with which it began."""

    samples: list[Sample]
    events: list[Event]


class Rehearsal:
    """A real station on the simulated rig, which plays a drill in virtual time as far as somebody has asked for it.

    It is asked by a message, as control is. It publishes to this object, and reads from it that all others are well.
    Without a message the plate stays empty.
    """

    def __init__(self, start: Start | None = None) -> None:
        self.takes: dict[Phase, Take] = {}
        """By phase, in the order in which the drill comes to them."""
        self.answer = Answer(True)
        """To the start."""
        self.lost_roles: frozenset[str] = frozenset()
        self._start = start
        self._asked = ""
        self._phase = Phase.IDLE
        self._events: list[Event] = []
        self._playing = threading.Lock()
        self._clock = VirtualClock()
        rig = open_rig("simulated", RigSettings(), self._clock, seed=3)
        self._station = Station(rig, self._clock, HouseRules(CLINICIAN), self)
        self._play(0.1, lambda: False)
        self._station.companions = Desk(self._station, self)
        self._later: Later | None = None
        self._play(0.1, lambda: self._start is None and self._later is None)

    def take(self, phase: Phase) -> Take:
        """What happens in this phase. The drill is played up to there, where it has not been before."""

        def seen() -> bool:
            found = self.takes.get(phase)
            return found is not None and (len(found.samples) >= TAKE_SAMPLES or self._phase is not phase)

        with self._playing:
            self._play(LONGEST_S, seen)
        assert phase in self.takes, f"this drill has {[known.name for known in self.takes]} and no {phase.name}"
        return self.takes[phase]

    def _play(self, most_s: float, enough: Callable[[], bool]) -> None:
        end_ns = self._clock.now_ns() + round(most_s * NS_PER_S)
        run_loop(self._station, self._clock, lambda: not enough() and self._clock.now_ns() < end_ns)

    # --- what the station publishes to, and whom it serves --------------------------------------------------------

    def sample(self, payload: bytes) -> None:
        """Keep it by its phase. Who steps on ends the waiting for it: that much belongs to the next phase."""
        sample = unpack(payload)
        self._phase = Phase(sample.phase)
        take = self.takes.setdefault(self._phase, Take([], self._events))
        self._events = []
        if len(take.samples) < TAKE_SAMPLES and not (self._phase is Phase.GET_ON and sample.stance):
            take.samples.append(sample)

    def event(self, document: Event) -> None:
        """Keep it for the phase that begins with it."""
        if document["kind"] == "dose-asked":
            self._asked = str(document["asked"])
        elif not document["kind"].startswith("dose-"):
            self._events.append(document)

    def give_answers(self) -> None:
        """Take the answer to the start."""
        if self._later is not None and self._later.answer is not None:
            self.answer, self._later = self._later.answer, None

    def poll(self, handle: Callable[[BaseModel], Answer | Later]) -> None:
        """Say what the recorder, the pages and the therapist say; the start once."""
        handle(RecorderStatus(type="recorder-status", ready=True))
        handle(Heartbeat(type="heartbeat", present=True))
        if self._asked:
            handle(Committed(type="committed", asked=self._asked, dose_today=NO_DOSE, day_began_ns=0))
            self._asked = ""
        if self._start is not None:
            described = handle(Describe(type="describe"))
            assert isinstance(described, Answer)
            facts = described.facts or {}
            answer = handle(self._start.model_copy(update={"seen": StopGeneration(**facts["seen"])}))
            if isinstance(answer, Later):
                self._later = answer
            else:
                self.answer = answer
            self._start = None


@functools.cache
def empty_plate() -> Rehearsal:
    """Nobody is there and nothing goes on."""
    return Rehearsal()


@functools.cache
def rehearsal(document: str, prescription: str) -> Rehearsal:
    """This drill as prescribed, both as JSON."""
    return Rehearsal(
        Start(
            type="start",
            request="rehearsal",
            seen=StopGeneration(epoch="", stops=0),
            patient="P00",
            document=json.loads(document),
            prescription=json.loads(prescription),
        )
    )


class Playback:
    """The samples of one phase of a rehearsal, as time goes by; where it goes on for longer, again from the first."""

    def __init__(self, played: Rehearsal, phase: Phase, repeated: int) -> None:
        self.phase = phase
        self.repeated = repeated
        """Readings of a cell that repeated the one before, so far."""
        self._samples = played.take(phase).samples
        self._next = 0
        self._began_s = time.monotonic()

    def sample(self) -> Sample:
        """The next one; what it says of time is true now."""
        first, sample = self._samples[0], self._samples[self._next]
        self.repeated += max(0, sample.repeated_samples - self._samples[self._next - 1].repeated_samples)
        self._next = (self._next + 1) % len(self._samples)
        in_phase_s = time.monotonic() - self._began_s
        return sample._replace(
            phase_left_s=max(first.phase_left_s - in_phase_s, 0.0),
            hold_s=first.hold_s + in_phase_s if self.phase is Phase.HOLD else sample.hold_s,
            repeated_samples=self.repeated,
        )


class Feeder:
    """Publishes samples at 250 Hz until `close`. Tests read `received`, call `begin`, `go`, `trip`, `end_trial`, `end`,
    `pause`, and set fields of the samples in `now`.
    """

    def __init__(self, runtime: Path) -> None:
        self.runtime = runtime
        self.received: list[BaseModel] = []
        self.refusal: Answer | None = None
        """What the next Start is answered with, when set."""
        self.deaf = False
        """True: the command socket is there, but nobody reads it."""
        self.plate: dict[str, object] | None = None
        """As control describes it; None: not at all."""
        self.platform: dict[str, object] | None = None
        """What fixes the displacement, as control describes it."""
        self.screens = False
        """Whether this rig vibrates for screened patients only, as control describes it."""
        self.leads = False
        """Whether this rig has a simulated person who can be leaned, as control describes it."""
        self.limits = bounds_of(CLINICIAN)
        """What a prescription may ask for here, as control describes it."""
        self.stops = 0
        self.recorder_fault = ""
        """What the recorder says of itself: a fault's code, or nothing."""
        self.paused = threading.Event()
        self.now: dict[str, int] = {}
        """The fields of the samples that are not as they were rehearsed."""
        self._seq = self._sessions = 0
        self._played: Rehearsal | None = None
        """The drill that runs."""
        self._ending = threading.Event()
        self._lock = threading.RLock()
        self._rings = LiveRings(runtime)
        self._server = CommandServer(runtime / "control.sock")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._playback = Playback(empty_plate(), Phase.IDLE, 0)
        self._reader = RingReader(runtime / "samples")
        self.epoch = self._reader.epoch

    @property
    def running(self) -> bool:
        """Whether a drill runs."""
        return self._played is not None

    # --- the script ---------------------------------------------------------------------------------------------

    def begin(
        self, patient: str, leg: str = "left", drill: str | DrillDocument = "single-leg-vibration", **asked: float
    ) -> None:
        """A session of a drill, a shipped one by its name, starts and asks the patient on to the plate.

        `asked` as `Asked` names it.
        """
        document = load_shipped(drill) if isinstance(drill, str) else drill
        prescription = prescribe(document, Asked(Leg(leg), **{"hold_s": 20.0, **asked}))
        answer = self._begin(
            patient, document.model_dump(mode="json", by_alias=True), prescription.model_dump(mode="json")
        )
        assert answer.ok, answer

    def _begin(self, patient: str, document: dict[str, Any], prescription: dict[str, Any]) -> Answer:
        """As `begin`; where the station refuses, its answer and nothing more."""
        played = rehearsal(json.dumps(document, sort_keys=True), json.dumps(prescription, sort_keys=True))
        if not played.answer.ok:
            return played.answer
        with self._lock:
            self._sessions += 1
            self._played = played
            self.now.update(session=self._sessions, trial=1)
            events = played.take(Phase.GET_ON).events
            started = next(event for event in events if event["kind"] == "session-started")
            self.tell(**{**started, "patient": patient})
            self._enter(Phase.GET_ON, played)
        return Answer(True, session=self._sessions)

    def go(self, phase: Phase) -> None:
        """Be in this phase, now. On the way there everything is published that the phases between begin with."""
        played = self._played
        assert played is not None, "no drill runs"
        played.take(phase)
        with self._lock:
            order = list(played.takes)
            here, there = order.index(self._playback.phase), order.index(phase)
            for one in order[here + 1 : there + 1] or [phase]:
                self._enter(one, played)

    def end_trial(self, outcome: str, hold_s: float, score: tuple[int, int] | None = None, leg: str = "") -> None:
        """The trial is over, with what was reached of how much, and on which leg where the drill changes them; the next
        rest or the drill's end follows by `go` or `end`.
        """
        reached = {} if score is None else {"score": {"done": score[0], "of": score[1]}}
        reached |= {"leg": leg} if leg else {}
        with self._lock:
            self.tell("trial-ended", trial=self.now["trial"], outcome=outcome, hold_s=hold_s, **reached)

    def next_trial(self) -> None:
        """Ask the patient on again."""
        with self._lock:
            self.now["trial"] += 1
            self.go(Phase.GET_ON)

    def end(self, outcome: str) -> None:
        """The drill is over. A trip stays until it is acknowledged."""
        with self._lock:
            self.tell("drill-ended", outcome=outcome)
            kept = ("trip", "arming") if "trip" in self.now else ()
            self.now = {name: value for name, value in self.now.items() if name in kept}
            self._played = None
            self._enter(Phase.IDLE, empty_plate())

    def reset(self) -> None:
        """As after a start of the program: no drill, no trip, every ear open."""
        with self._lock:
            if self._played is not None:
                self.end("stopped")
            self.now = {}
            self.deaf, self.refusal, self.recorder_fault, self.platform = False, None, "", None
            self.plate = None
            self.screens = self.leads = False
            self.paused.clear()
            self.received.clear()

    def trip(self, number: int, *cells: str, seen: dict[str, object] | None = None) -> None:
        """Safety stops the drill, for the fault of this number, of these cells; what was seen, as `as_json` has it."""
        fault = BY_NUMBER[number]
        with self._lock:
            self.now.update(trip=number, arming=Arming.ESTOPPED if fault.code == ESTOP_OPEN else Arming.TRIPPED)
            found = {} if seen is None else {"seen": seen}
            self.tell("trip", code=fault.code, number=number, where="", cells=list(cells), **found)
            if self._played is not None:
                self.end("tripped")

    def pause(self) -> None:
        """No more samples, as when the loop hangs; the socket still answers."""
        self.paused.set()

    def resume(self) -> None:
        """Samples again."""
        self.paused.clear()

    def asked(self, kind: type) -> list[Any]:
        """The messages of this kind that came so far."""
        with self._lock:
            return [message for message in self.received if isinstance(message, kind)]

    def published(self, seq: int) -> Sample:
        """The sample of this number, of those that went into the ring within the last minute."""
        payload = self._reader.record(seq)
        assert payload is not None, f"no sample {seq} in the ring"
        return unpack(payload)

    def tell(self, kind: str, **data: object) -> None:
        """Publish an event that belongs to the sample, the session and the trial of now."""
        with self._lock:
            session = self.now.get("session", 0)
            self._rings.event({**data, "kind": kind, "t_ns": time.monotonic_ns(), "session": session, "seq": self._seq})

    # --- the process --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to publish and to answer."""
        self._thread.start()

    def close(self) -> None:
        """As when the program ends: rings stay, the socket goes. The second time nothing happens."""
        if self._ending.is_set():
            return
        self._ending.set()
        self._thread.join()
        self._server.close()
        self._reader.close()
        self._rings.close()

    def _run(self) -> None:
        while not self._ending.wait(BURST / RATE_HZ):
            if not self.deaf:
                self._server.poll(self._reply)
            (self.runtime / "recorder.heartbeat").write_text(self.recorder_fault)
            if self.paused.is_set():
                continue
            with self._lock:
                now_ns = time.monotonic_ns()
                for to_go in reversed(range(BURST)):
                    t_ns = now_ns - to_go * NS_PER_S // RATE_HZ
                    sample = self._playback.sample()._replace(**{"seq": self._seq, "t_ns": t_ns, **self.now})
                    self._rings.sample(LAYOUT.pack(*sample))
                    self._seq += 1

    def _reply(self, message: BaseModel) -> Answer:
        with self._lock:
            self.received.append(message)
            if isinstance(message, Start):
                return self.refusal or self._begin(message.patient, message.document, message.prescription)
            if isinstance(message, Stop):
                self.stops += 1
                if self._played is not None:
                    self.end_trial("stopped", 3.0)
                    self.end("stopped")
            if isinstance(message, Marked) and self._playback.phase not in TRIAL:
                return Answer(False, "nothing-to-mark", "mark")
            if isinstance(message, FaultVerb) and not self.leads:
                return Answer(False, "bad-message", f"fault {message.verb}")
            if isinstance(message, Acknowledge):
                self.now.pop("trip", None)
                self.now.pop("arming", None)
            seen = {"epoch": str(self.epoch), "stops": self.stops}
            own = {
                "platform": self.platform,
                "limits": self.limits._asdict(),
                "screens": self.screens,
                "leads": self.leads,
            }
            own |= {} if self.plate is None else {"plate": self.plate}
            return Answer(True, facts={**own, "day": allowance_of(CLINICIAN), "seen": seen})

    def _enter(self, phase: Phase, played: Rehearsal) -> None:
        self._playback = Playback(played, phase, self._playback.repeated)
        for event in played.take(phase).events:
            if event["kind"] not in SAID_BY_THE_SCRIPT:
                self.tell(**(event | {"trial": self.now["trial"]} if "trial" in event else event))


TRIAL = (Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.RAMP_DOWN)
"""While these go on there is something to mark."""
SCRIPT = (
    (Phase.SETTLE, 5.0),
    (Phase.BASELINE, 10.0),
    (Phase.RAMP_UP, 2.0),
    (Phase.HOLD, 20.0),
    (Phase.RAMP_DOWN, 1.5),
    (Phase.REST, 8.0),
)
"""How long each phase is to be looked at."""


def main() -> None:
    """Play every drill that is started from the pages, until interrupted."""
    feeder = Feeder(Path(sys.argv[1]))
    feeder.start()
    wait = threading.Event().wait
    while True:
        while not feeder.running:
            wait(0.1)
        wait(5.0)
        for phase, looked_at_s in SCRIPT:
            if feeder.running:
                feeder.go(phase)
                wait(looked_at_s)
        if feeder.running:
            feeder.end_trial("held", 20.0)
            feeder.end("completed")


if __name__ == "__main__":
    main()
