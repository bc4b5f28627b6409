"""A control program for the pages' tests: real rings, a real command socket, believable samples, a drill on command.

Everything that the pages can see is as control makes it; only who stands on the plate is a sum of sines. Run by itself
(`python tests/web_ui/feeder.py FOLDER`) it plays one drill after the other, to look at the pages by hand.
"""

import json
import math
import sys
import threading
import time
from pathlib import Path

from drills.values import Phase
from station.wire.messages import Acknowledge, Answer, Describe, Start, Stop
from station.wire.ring import RingWriter
from station.wire.sample import FIELDS, LAYOUT, SAMPLE_BYTES
from station.wire.server import CommandServer

RATE_HZ = 250
BURST = 5
"""Samples a wake-up: 50 wake-ups a second are enough for a feeder."""
PHASE_S = {Phase.GET_ON: 60.0, Phase.SETTLE: 5.0, Phase.BASELINE: 10.0, Phase.RAMP_UP: 2.0, Phase.RAMP_DOWN: 1.5,
           Phase.REST: 30.0}  # fmt: skip
STANDING = (Phase.SETTLE, Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.RAMP_DOWN)
EMPTY = dict.fromkeys((field.name for field in FIELDS), 0)


class Feeder(threading.Thread):
    """Writes samples at 250 Hz until `close`. Tests read `received` and call `go`, `trip`, `end_trial`, `pause`."""

    def __init__(self, runtime: Path) -> None:
        super().__init__(daemon=True)
        self.runtime = runtime
        self.received: list[object] = []
        self.refusal: Answer | None = None
        """What the next Start is answered with, when set."""
        self.deaf = False
        """True: the command socket is there, but nobody reads it."""
        self.platform: dict[str, object] | None = None
        """What fixes the displacement, as control describes it."""
        self.recorder_fault = ""
        """What the recorder says of itself: a fault's code, or nothing."""
        self.paused = threading.Event()
        self.now: dict[str, object] = {**EMPTY, "inputs": 1}
        self.prescription: dict[str, object] = {}
        self._told = ""
        self._seq = self._sessions = 0
        self._phase_began_s = time.monotonic()
        self._ending = threading.Event()
        self._lock = threading.RLock()
        self._samples = RingWriter(runtime / "samples", SAMPLE_BYTES, 16384)
        self._events = RingWriter(runtime / "events", 16 * 1024, 256)
        self._server = CommandServer(runtime / "control.sock")
        self.epoch = self._samples.epoch

    # --- the script ---------------------------------------------------------------------------------------------

    def begin(self, patient: str, leg: str = "left", title: str = "One-legged stance with vibration", *,
              box: bool = True, **asked) -> None:  # fmt: skip
        """A session starts and asks the patient on to the plate."""
        with self._lock:
            self.prescription = {"leg": leg, "hold_s": 20.0, "trials": 3, "frequency_hz": 25.0,
                                 "displacement_pp_mm": 0.23, **asked}  # fmt: skip
            self._sessions += 1
            self._told = ""
            self.now["session"] = self._sessions
            self.now.update(trials=self.prescription["trials"], trial=1, arming=1)
            base = {"foot_down": {"base_half_ml_mm": 45.0, "base_half_ap_mm": 100.0}}
            document = {"name": "single-leg-vibration", "title": title, "thresholds": base if box else {}}
            self._tell("session-started", patient=patient, document=document, prescription=self.prescription,
                       plate={"spacing_ml_mm": 400.0, "spacing_ap_mm": 400.0})  # fmt: skip
            self.go(Phase.GET_ON)

    def go(self, phase: Phase) -> None:
        """Enter this phase."""
        with self._lock:
            self.now["phase"] = int(phase)
            self._phase_began_s = time.monotonic()
            if phase is Phase.BASELINE:
                self._tell("trial-started", trial=self.now["trial"], foot_ml_mm=6.0, foot_ap_mm=-12.0)
            self._tell("phase", phase=phase.name.lower().replace("_", "-"), trial=self.now["trial"])
            if (told := self._instruction(phase)) != self._told:
                self._told = told
                self._tell("instruction", instruction=told, leg=self.prescription["leg"], trial=self.now["trial"])

    def _instruction(self, phase: Phase) -> str:
        """What a drill with a phase to settle says as it enters this one."""
        vibrates = bool(self.prescription["displacement_pp_mm"])
        said = {Phase.GET_ON: "get_on", Phase.SETTLE: f"stand_on_{self.prescription['leg']}", Phase.REST: "rest",
                Phase.DONE: "get_off"}  # fmt: skip
        if vibrates:
            said |= {Phase.RAMP_UP: "vibration_starts", Phase.RAMP_DOWN: "vibration_stops"}
        return said.get(phase, "hold_still")

    def end_trial(self, outcome: str, hold_s: float) -> None:
        """The trial is over; the next rest or the drill's end follows by `go` or `end`."""
        with self._lock:
            self._tell("trial-ended", trial=self.now["trial"], outcome=outcome, hold_s=hold_s)

    def next_trial(self) -> None:
        """Ask the patient on again."""
        with self._lock:
            self.now["trial"] = int(self.now["trial"]) + 1
            self.go(Phase.GET_ON)

    def end(self, outcome: str) -> None:
        """The drill is over."""
        with self._lock:
            self._tell("drill-ended", outcome=outcome)
            self.now.update(phase=0, trial=0, trials=0, session=0, arming=2 if self.now["trip"] else 0)

    def reset(self) -> None:
        """As after a start: no drill, no trip, every ear open."""
        with self._lock:
            if self.now["session"]:
                self.end("stopped")
            self.now = {**EMPTY, "inputs": 1}
            self.deaf, self.refusal, self.recorder_fault, self.platform = False, None, "", None
            self.paused.clear()
            self.received.clear()

    def trip(self, number: int) -> None:
        """Safety stops the drill."""
        with self._lock:
            self.now.update(trip=number, arming=3 if number == 1 else 2)
            self._tell("trip", number=number)
            if self.now["session"]:
                self.end("tripped")

    def pause(self) -> None:
        """No more samples, as when the loop hangs; the socket still answers."""
        self.paused.set()

    def resume(self) -> None:
        """Samples again."""
        self.paused.clear()

    # --- the process --------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Write and answer until closed."""
        while not self._ending.wait(BURST / RATE_HZ):
            if not self.deaf:
                self._server.poll(self._handle)
            (self.runtime / "recorder.heartbeat").write_text(self.recorder_fault)
            if not self.paused.is_set():
                with self._lock:
                    self._write()

    def close(self) -> None:
        """As when the program ends: rings stay, the socket goes."""
        self._ending.set()
        self.join()
        self._server.close()
        self._samples.close()
        self._events.close()

    def _handle(self, message: object) -> Answer:
        with self._lock:
            self.received.append(message)
            if isinstance(message, Start):
                if self.refusal is not None:
                    return self.refusal
                self.begin(message.patient, message.prescription["leg"],
                           **{key: message.prescription[key] for key in ("hold_s", "trials", "frequency_hz",
                                                                         "displacement_pp_mm")})  # fmt: skip
                return Answer(True, session=int(self.now["session"]))
            if isinstance(message, Stop) and self.now["session"]:
                self.end_trial("stopped", 3.0)
                self.end("stopped")
            if isinstance(message, Describe):
                return Answer(True, facts={"platform": self.platform})
            if isinstance(message, Acknowledge):
                self.now.update(trip=0, arming=0)
            return Answer(True)

    def asked(self, kind: type) -> list[object]:
        """The messages of this kind that came so far."""
        with self._lock:
            return [message for message in self.received if isinstance(message, kind)]

    def _tell(self, kind: str, **data: object) -> None:
        event = {"kind": kind, "t_ns": time.monotonic_ns(), "session": self.now["session"], "seq": self._seq, **data}
        self._events.write(json.dumps(event).encode())

    def _write(self) -> None:
        now_ns = time.monotonic_ns()
        for index in range(BURST):
            t_ns = now_ns - (BURST - 1 - index) * 1_000_000_000 // RATE_HZ
            self._samples.write(LAYOUT.pack(*self._sample(t_ns).values()))
            self._seq += 1

    def _sample(self, t_ns: int) -> dict[str, object]:
        t, phase = t_ns / 1e9, Phase(self.now["phase"])
        in_phase_s = time.monotonic() - self._phase_began_s
        standing, vibrating = phase in STANDING, phase is Phase.HOLD
        asked_hz = self.prescription.get("frequency_hz", 0.0)
        asked_mm = self.prescription.get("displacement_pp_mm", 0.0)
        long_s = self.prescription.get("hold_s", 20.0) if vibrating else PHASE_S.get(phase, math.nan)
        force_n = 690.0 + 9.0 * math.sin(7.1 * t) if standing else 0.4 * math.sin(3 * t)
        ml = 6.0 + 9.0 * math.sin(1.9 * t) + 5.0 * math.sin(4.3 * t + 1) + 2.0 * math.sin(9.7 * t)
        ap = -12.0 + 14.0 * math.sin(1.3 * t) + 6.0 * math.sin(3.1 * t + 2) + 2.0 * math.sin(8.9 * t)
        shares = [0.25 + side * ml / 800 + end * ap / 800 for side, end in ((-1, 1), (1, 1), (1, -1), (-1, -1))]
        cells = [force_n * share for share in shares]
        names = ("front_left", "front_right", "back_right", "back_left")
        return {
            **EMPTY, **self.now,
            "seq": self._seq, "t_ns": t_ns,
            "lateness_us": 40.0 + 25.0 * abs(math.sin(11 * t)), "work_us": 71.0, "oldest_cell_ms": 2.4,
            **{f"{name}_n": force for name, force in zip(names, cells, strict=True)},
            **{f"{name}_v": 0.5 + force / 1500 for name, force in zip(names, cells, strict=True)},
            "force_n": force_n,
            "cop_ml_mm": ml if standing else math.nan, "cop_ap_mm": ap if standing else math.nan,
            "demand_hz": asked_hz if vibrating else 0.0, "demand_pp_mm": asked_mm if vibrating else 0.0,
            "output_hz": asked_hz if vibrating else 0.0, "output_pp_mm": asked_mm if vibrating else 0.0,
            "measured_hz": asked_hz * 0.998 if vibrating else 0.0, "peak_acceleration_g": 0.29 if vibrating else 0.0,
            "phase_left_s": max(long_s - in_phase_s, 0.0), "hold_s": in_phase_s if vibrating else 0.0,
            "repeated_samples": int(self._seq * 0.02), "stance": int(standing),
        }  # fmt: skip


def main() -> None:
    """Play drills until interrupted."""
    feeder = Feeder(Path(sys.argv[1]))
    feeder.start()
    script = ((Phase.GET_ON, 5), (Phase.SETTLE, 5), (Phase.BASELINE, 10), (Phase.RAMP_UP, 2), (Phase.HOLD, 20),
              (Phase.RAMP_DOWN, 1.5), (Phase.REST, 8))  # fmt: skip
    while True:
        while not feeder.now["session"]:
            time.sleep(0.1)
        for phase, duration_s in script:
            if feeder.now["session"]:
                feeder.go(phase)
                time.sleep(duration_s)
        if feeder.now["session"]:
            feeder.end_trial("held", 20.0)
            feeder.end("completed")


if __name__ == "__main__":
    main()
