"""One tick, the heart of the station: volts in, vibration out, one sample with everything in between.

The path is a function of the devices, the clock and what people ask for, so that it runs the same under a virtual
clock. Nothing here waits: not for a disk, a network, another process or a lock.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.machine import fade, step, stop
from drills.moves import Moved
from drills.scene import NO_SCENE, Scene, shape_of
from drills.values import NO_DEMAND, DrillOutcome, Event, Observation
from hw.ports import Rig
from hw.settings import MODELLED
from station.clock import StationClock
from station.control.counting import TickCounts
from station.control.evidence import Companions, NoCompanions, Witnesses
from station.control.locking import Lock
from station.control.loop import RATE_HZ
from station.control.memory import DoseMemory
from station.control.publishing import Publisher, pack_sample
from station.control.safeguard import Safeguard
from station.control.session import AFTER_NS, Session, header
from station.control.stance import KnownStance
from station.control.trigger import OFF, Trigger
from station.faults import CATALOGUE, as_json
from station.faults.blink import beacon_lit
from station.faults.boundary import seen_of
from station.safety.arming import Arming
from station.safety.codes import CELL_FAULT, FOOT_SWITCH_PRESSED, PRESENCE_LOST, SAMPLES_STALE
from station.safety.guard import SafetyState
from station.safety.limits import Limits
from station.safety.values import Evidence
from station.sensing.calibration import Calibrator, KnownCalibration
from station.sensing.live_point import LIVE_POINT
from station.sensing.plate_vibration import PlateVibration
from station.sensing.senses import Reading, Senses
from station.settings import NO_SWITCHES, SwitchSettings
from station.wire.scene import LastScene

OF_CELLS = (SAMPLES_STALE, CELL_FAULT)
"""Trips that name the cells which they are for."""


class HouseRules(NamedTuple):
    """What the clinic has settled: its limits, what hand and foot switch mean, by which version of the correction the
    live point is freed of the vibration, and who must be screened.
    """

    limits: Limits
    switches: SwitchSettings = NO_SWITCHES
    live_point: int = LIVE_POINT
    screen_simulated: bool = False
    """Whether vibration needs a screened patient even where nobody stands."""
    trigger: str = OFF
    """When the trigger output is high: a mode of `station.control.trigger`."""


class Station:
    """Everything that control knows, stepped by `tick`. `companions` is set by whoever has any.

    `calibration` is the station's own, where it has one; the rig's, as delivered, otherwise. With `start_test` the
    rig's start-up test must pass before anything can be armed.
    """

    def __init__(
        self,
        rig: Rig,
        clock: StationClock,
        rules: HouseRules,
        publisher: Publisher,
        calibration: KnownCalibration | None = None,
        *,
        start_test: bool = False,
    ) -> None:
        self.rig = rig
        self.clock = clock
        self.rules = rules
        self.safeguard = Safeguard(rules.limits)
        self.lock = Lock(rig, start_test=start_test)
        self.session: Session | None = None
        self.companions: Companions = NoCompanions()
        self.stops = 0
        """How often somebody, or safety, has taken the vibration away: no Start from before may follow."""
        self.evidence: Evidence | None = None
        self.calibration = KnownCalibration(rig.calibration) if calibration is None else calibration
        self.had = DoseMemory()
        """What each patient has had, in this life of the program."""
        self.plate_vibration = PlateVibration()
        self.senses = Senses(rig, Calibrator(self.calibration.calibration), RATE_HZ, rules.live_point)
        self._counts = TickCounts()
        self._stance = KnownStance()
        self._witnesses = Witnesses(self._stance, self.plate_vibration, self.lock, rules.switches)
        self._publisher = publisher
        self._last_scene = LastScene()
        self._trigger = Trigger(rules.trigger)
        self._shown = NO_SCENE
        self._sessions = 0
        self._now_ns = clock.now_ns()
        if rules.switches.hand == "hold_to_run":
            rig.tell("hold_switch")

    @property
    def safety(self) -> SafetyState:
        """Safety's state as it is now; `safeguard` alone changes it."""
        return self.safeguard.state

    @property
    def screens(self) -> bool:
        """Whether the records must vouch for a patient's screening before vibration: on real hardware always."""
        return self.rules.screen_simulated or self.rig.name not in MODELLED

    @property
    def limits(self) -> Limits:
        """The limits that hold here."""
        return self.rules.limits

    # --- what a person may ask for (called by the desk, between ticks) --------------------------------------------

    def start(self, session: Session) -> None:
        """Take over a session for which safety has been armed. Raises HardwareError where the drive refuses."""
        if session.prescription.vibrates:
            self.rig.drive.arm()
        self.session = session
        self._stance.begin(session.document)
        started = header(session, self.rig, self.calibration, self.rules.live_point)
        self.tell("session-started", {**started, "switches": self.rules.switches.model_dump()})

    def next_session_number(self) -> int:
        """Numbers sessions from 1, for as long as the process lives."""
        self._sessions += 1
        return self._sessions

    def end_drill(self, outcome: DrillOutcome) -> None:
        """Vibration off, now; and the drill ends with this outcome. Where none runs, only what is on its way ends."""
        self.stops += 1
        self.rig.drive.stop()
        session = self.session
        if session is not None and session.ends_ns is None:
            session.drill, events = stop(session.drill, outcome, self._now_ns)
            self._handle(session, events)

    def move_drill(self, session: Session, moved: Moved) -> None:
        """Take over what somebody asked of the drill that runs, and tell what came of it."""
        session.drill, events = moved
        self._handle(session, events)

    def tell(self, kind: str, data: dict[str, object]) -> None:
        """Publish an event with the time, session and sample that it belongs to."""
        number = self.session.number if self.session is not None else 0
        self._publisher.event({"kind": kind, "t_ns": self._now_ns, "session": number, "seq": self._counts.seq, **data})

    # --- the tick ---------------------------------------------------------------------------------------------

    def tick(self, now_ns: int, lateness_ns: int, missed: int) -> None:
        """Do one tick. `lateness_ns` is how late it comes, `missed` how many deadlines were skipped before it."""
        self._now_ns = now_ns
        counts, safeguard, lock, companions = self._counts, self.safeguard, self.lock, self.companions
        reading = self.senses.read(now_ns)
        counts.take(lateness_ns, missed, reading.frame.status)
        lock.look(reading)
        companions.serve(now_ns)
        demand = self._step_drill(reading)
        self._stance.learn(reading.balance, reading.measured_hz)
        before = safeguard.state
        self.evidence = evidence = self._witnesses.say(reading, counts, companions, before.given)
        permission = safeguard.supervise(demand, evidence)
        self.rig.drive.apply(permission.frequency_hz, permission.displacement_pp_mm)
        after = safeguard.state
        triggers = self._triggers(after)
        lock.act(self._vibrates(after), at_once=bool(after.trip), trigger=triggers)
        if after.arming is not before.arming or after.trip != before.trip:
            self._on_arming(before.trip, reading)
            after = safeguard.state
        self._show(after)
        self._publisher.sample(pack_sample(counts, reading, self.session, demand, after, self._last_scene))
        counts.work_us = (self.clock.now_ns() - now_ns) * 1e-3

    def _step_drill(self, reading: Reading) -> tuple[float, float]:
        """The drill's part of the tick, while one runs: what it asks of the drive, in Hz and mm peak to peak."""
        session, now_ns = self.session, reading.t_ns
        if session is None:
            return NO_DEMAND
        if session.ends_ns is not None and now_ns >= session.ends_ns:
            self.had.keep(session.patient, (session.day_began_ns, now_ns), session.before, self.safety.ledger)
            self.session = None
            self._show_patient(NO_SCENE)
            return NO_DEMAND
        if not (session.drill.fading or session.drill.finished) and self._unattended(now_ns):
            self.tell("stop", {"by": "", "code": PRESENCE_LOST})
            session.drill, faded = fade(session.drill, now_ns)
            self._handle(session, faded)
        balance = reading.balance
        observation = Observation(
            balance.average_n,
            balance.cop_ml_mm,
            balance.cop_ap_mm,
            reading.measured_hz,
            not self.safeguard.permission.reasons,
            session.marks.next(),
        )
        session.drill, demand, session.scene, events = step(session.drill, observation, now_ns)
        if events:
            self._handle(session, events)
        if session.scene is not self._shown:
            self._show_patient(session.scene)
        return demand

    def _show_patient(self, scene: Scene) -> None:
        """Let a simulated person see a scene."""
        self._shown = scene
        self.rig.look(scene)

    def _unattended(self, now_ns: int) -> bool:
        """Whether the therapist has been away for as long as a vibration may go on alone, or may begin."""
        age_s = self.companions.presence_age_s(now_ns)
        return age_s is not None and age_s > self.limits.presence_age_s

    def _handle(self, session: Session, events: tuple[Event, ...]) -> None:
        for event in events:
            self.tell(event.kind, event.data)
            if event.kind == "instruction":
                self.rig.tell(str(event.data["instruction"]))
            elif event.kind == "shape":
                self.rig.shape(*shape_of(event))
        if session.drill.finished and session.ends_ns is None:
            session.ends_ns = self._now_ns + AFTER_NS
            self.safeguard.disarm()
            self.rig.drive.stop()

    def _vibrates(self, safety: SafetyState) -> bool:
        """Whether the motor is to have its supply: safety is armed, for a session that vibrates."""
        session = self.session
        return safety.arming is Arming.ARMED and session is not None and session.prescription.vibrates

    def _triggers(self, safety: SafetyState) -> bool:
        """Whether the trigger output is to be high; each change is an event."""
        session, before = self.session, self._trigger.on
        drill = None if session is None else session.drill
        on = self._trigger.step(drill, safety.arming is Arming.ARMED and not safety.trip, self._now_ns)
        if on is not before:
            self.tell("trigger", {"on": on})
        return on

    def _on_arming(self, trip_before: str, reading: Reading) -> None:
        """The state of safety has changed: report it, and end the drill where vibration was taken away."""
        arming, trip = self.safety.arming, self.safety.trip
        if trip and trip != trip_before:
            found = self.lock.finding if trip == self.lock.fault else None
            cells = reading.cells_at_fault() if trip in OF_CELLS else []
            named: dict[str, object] = {"cells": cells} if cells else {}
            named |= {} if found is None else {"seen": as_json(seen_of(found))}
            self.tell("trip", {"code": trip, "number": CATALOGUE[trip].number, "where": str(found or ""), **named})
        elif FOOT_SWITCH_PRESSED in self.safeguard.permission.reasons:
            self.tell("stop", {"by": "foot switch"})
        if arming is not Arming.ARMED:
            self.end_drill(DrillOutcome.TRIPPED if trip else DrillOutcome.STOPPED)

    def _show(self, safety: SafetyState) -> None:
        """Lamp, beacon and buzzer, as the tick has left the station."""
        trip, blinks = safety.trip, safety.trip or self.lock.waits
        number = CATALOGUE[blinks].number if blinks else 0
        self.rig.panel.show(
            lamp=safety.arming is Arming.ARMED, beacon=beacon_lit(number, self._now_ns), buzzer=bool(trip)
        )
