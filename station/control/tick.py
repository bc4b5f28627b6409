"""One tick, the heart of the station: volts in, vibration out, one sample with everything in between.

The path is a function of the devices, the clock and what people ask for, so that it runs the same under a virtual
clock. Nothing here waits: not for a disk, a network, another process or a lock.
"""

from __future__ import annotations

import math
from typing import Protocol

from drills.machine import fade, step, stop
from drills.state import hold_s
from drills.values import NO_DEMAND, DrillOutcome, Event, Observation, Phase
from hw.ports import Rig
from hw.values import CellStatus, Frame, PanelState
from station.clock import StationClock
from station.control.locking import Lock
from station.control.loop import PERIOD_NS, RATE_HZ
from station.control.session import AFTER_NS, Session, header
from station.faults import CATALOGUE
from station.faults.blink import beacon_lit
from station.safety.arming import Arming
from station.safety.codes import DRIVE_FAULT, FOOT_SWITCH_PRESSED, PRESENCE_LOST
from station.safety.dose import Ledger, peak_acceleration_g
from station.safety.guard import SafetyState, disarm, supervise
from station.safety.limits import Limits
from station.safety.values import Evidence, Permission
from station.sensing.balance import Balance, BalanceTracker, Occupancy
from station.sensing.calibration import Calibrator, KnownCalibration
from station.sensing.plate_vibration import PlateVibration
from station.sensing.ripple import PlateRipple
from station.settings import NO_SWITCHES, SwitchSettings
from station.wire.sample import LAYOUT

_NAN = math.nan
_COUNTER_MASK = 0xFFFF_FFFF
_NS_PER_DAY = 86_400_000_000_000
_WEIGHT_FORGETS = 1.0 / RATE_HZ
"""The patient's weight and foot position are averages over the last second or so of standing without vibration."""
_WEIGHT_AFTER_S = 1.0
_UNUSABLE = CellStatus.SATURATED
_FOOT_HALF_ML_MM = 80.0
_FOOT_HALF_AP_MM = 160.0
"""Beyond this round the foot, the weight is not on it; where a drill's document does not say it more tightly."""
_FOOT_MARGIN_MM = 15.0
"""Safety's base is this much wider than the drill's, which ends a trial and not the whole drill, and comes first."""


class Publisher(Protocol):
    """Where samples and events go: the live rings, or a recording."""

    def sample(self, payload: bytes) -> None:
        """Take one packed sample."""

    def event(self, document: dict[str, object]) -> None:
        """Take one event, of JSON values."""


class Companions(Protocol):
    """What is known of the other processes."""

    def serve(self, now_ns: int) -> None:
        """Read what they ask for; called once a tick, never waits."""

    def recorder_age_s(self, now_ns: int) -> float | None:
        """Time since the recorder said that it keeps up; None where nothing needs to be recorded."""

    def web_age_s(self, now_ns: int) -> float | None:
        """Time since the web process was heard; None where there is none."""

    def presence_age_s(self, now_ns: int) -> float | None:
        """Time since the therapist was last seen; None where nothing depends on it."""


class Station:
    """Everything that control knows, stepped by `tick`. `companions` is set by whoever has any.

    `calibration` is the station's own, where it has one; the rig's, as delivered, otherwise. With `start_test` the
    rig's start-up test must pass before anything can be armed. `switches` says what hand and foot switch mean.
    """

    def __init__(
        self,
        rig: Rig,
        clock: StationClock,
        limits: Limits,
        publisher: Publisher,
        calibration: KnownCalibration | None = None,
        *,
        start_test: bool = False,
        switches: SwitchSettings = NO_SWITCHES,
    ) -> None:
        self.rig = rig
        self.clock = clock
        self.limits = limits
        self.safety = SafetyState()
        self.lock = Lock(rig, start_test=start_test)
        self.session: Session | None = None
        self.switches = switches
        self.companions: Companions | None = None
        self.evidence: Evidence | None = None
        self.calibration = KnownCalibration(rig.calibration) if calibration is None else calibration
        self.ledgers: dict[tuple[str, int], Ledger] = {}
        """What each patient has had, by patient and day (UTC), in this life of the program."""
        self.vibration = PlateVibration(rig.accelerometer)
        self._publisher = publisher
        self._calibrator = Calibrator(self.calibration.calibration)
        self._balance = BalanceTracker(rig.plate, RATE_HZ)
        self._ripple = PlateRipple()
        self._permission = Permission(0.0, 0.0)
        self._sessions = 0
        self._seq = self._late = self._missed = self._late_run = self._repeated = 0
        self._work_us = 0.0
        self._now_ns = clock.now_ns()
        self._weight_n = self._standing_s = 0.0
        self._foot_ml_mm = self._foot_ap_mm = 0.0
        self._half_ml_mm, self._half_ap_mm = _FOOT_HALF_ML_MM, _FOOT_HALF_AP_MM
        self._hand_runs, self._foot_stops = switches.hand == "hold_to_run", switches.foot == "stop"
        if self._hand_runs:
            rig.tell("hold_switch")

    # --- what a person may ask for (called by the desk, between ticks) --------------------------------------------

    def start(self, session: Session) -> None:
        """Take over a session for which safety has been armed. Raises HardwareError where the drive refuses."""
        if session.prescription.vibrates:
            self.rig.drive.arm()
        self.session = session
        foot_down = session.document.thresholds.foot_down
        if foot_down is not None:
            self._half_ml_mm = min(_FOOT_HALF_ML_MM, foot_down.base_half_ml_mm + _FOOT_MARGIN_MM)
            self._half_ap_mm = min(_FOOT_HALF_AP_MM, foot_down.base_half_ap_mm + _FOOT_MARGIN_MM)
        else:
            self._half_ml_mm, self._half_ap_mm = _FOOT_HALF_ML_MM, _FOOT_HALF_AP_MM
        started = header(session, self.rig, self.calibration)
        self.tell("session-started", {**started, "switches": self.switches.model_dump()})

    def next_session_number(self) -> int:
        """Numbers sessions from 1, for as long as the process lives."""
        self._sessions += 1
        return self._sessions

    def today(self) -> int:
        """Number of the day, by the wall clock as it was when the program started."""
        return (self.clock.epoch_ns + self._now_ns) // _NS_PER_DAY

    def end_drill(self, outcome: DrillOutcome) -> None:
        """Vibration off, now; and the drill ends with this outcome. Nothing happens where none runs."""
        self.rig.drive.stop()
        session = self.session
        if session is not None and session.ends_ns is None:
            session.drill, events = stop(session.drill, outcome, self._now_ns)
            self._handle(session, events)

    def tell(self, kind: str, data: dict[str, object]) -> None:
        """Publish an event with the time, session and sample that it belongs to."""
        number = self.session.number if self.session is not None else 0
        self._publisher.event({"kind": kind, "t_ns": self._now_ns, "session": number, "seq": self._seq, **data})

    # --- the tick ---------------------------------------------------------------------------------------------

    def tick(self, now_ns: int, lateness_ns: int, missed: int) -> None:
        """Do one tick. `lateness_ns` is how late it comes, `missed` how many deadlines were skipped before it."""
        self._now_ns = now_ns
        self._seq += 1 + missed
        if lateness_ns > PERIOD_NS:
            self._late += 1
            self._missed += missed
            self._late_run += 1
        else:
            self._late_run = 0
        rig = self.rig
        frame = rig.load_cells.read()
        cells_n = self._calibrator.newtons(frame.volts)
        measured_hz, healthy, drive_fault = rig.drive.feedback()
        still_n = self._ripple.step(cells_n, frame.conversion_ns, measured_hz, now_ns)
        balance = self._balance.step(cells_n, measured_hz, still_n)
        panel = rig.panel.read()
        lock = self.lock
        block = self.vibration.read()
        lock.look(now_ns, panel, frame, cells_n, measured_hz, block)
        if self.companions is not None:
            self.companions.serve(now_ns)
        demand = self._step_drill(balance, measured_hz, now_ns)
        if measured_hz < 1.0:
            self._learn_stance(balance)
        oldest_ms = (now_ns - min(frame.conversion_ns)) * 1e-6
        self.evidence = evidence = self._gather(
            frame, balance, panel, oldest_ms, measured_hz, block, "" if healthy else drive_fault or DRIVE_FAULT
        )
        before = self.safety.arming, self.safety.trip
        self.safety, permission = supervise(self.safety, demand, evidence, self.limits)
        self._permission = permission
        rig.drive.apply(permission.frequency_hz, permission.displacement_pp_mm)
        lock.act(self._vibrates(), at_once=bool(self.safety.trip))
        if (self.safety.arming, self.safety.trip) != before:
            self._on_arming(before[1])
        arming, trip = self.safety.arming, self.safety.trip
        blinked = CATALOGUE[trip or lock.waits].number if trip or lock.waits else 0
        rig.panel.show(lamp=arming is Arming.ARMED, beacon=beacon_lit(blinked, now_ns), buzzer=bool(trip))
        self._publish(frame, cells_n, balance, panel, demand, measured_hz, oldest_ms, lateness_ns)
        self._work_us = (self.clock.now_ns() - now_ns) * 1e-3

    def _step_drill(self, balance: Balance, measured_hz: float, now_ns: int) -> tuple[float, float]:
        session = self.session
        if session is None:
            return NO_DEMAND
        if session.ends_ns is not None:
            if now_ns >= session.ends_ns:
                self.ledgers[session.patient, self.today()] = self.safety.ledger
                self.session = None
            return NO_DEMAND
        if not session.drill.fading and self._unattended(now_ns):
            self.tell("stop", {"by": "", "code": PRESENCE_LOST})
            session.drill, faded = fade(session.drill, now_ns)
            self._handle(session, faded)
        observation = Observation(
            balance.average_n, balance.cop_ml_mm, balance.cop_ap_mm, measured_hz, not self._permission.reasons
        )
        session.drill, demand, events = step(session.drill, observation, now_ns)
        if events:
            self._handle(session, events)
        return demand

    def _unattended(self, now_ns: int) -> bool:
        """Whether the therapist has been away for as long as a vibration may go on alone, or may begin."""
        age_s = None if self.companions is None else self.companions.presence_age_s(now_ns)
        return age_s is not None and age_s > self.limits.presence_age_s

    def _handle(self, session: Session, events: tuple[Event, ...]) -> None:
        for event in events:
            self.tell(event.kind, event.data)
            if event.kind == "instruction":
                self.rig.tell(str(event.data["instruction"]))
        if session.drill.finished and session.ends_ns is None:
            session.ends_ns = self._now_ns + AFTER_NS
            self.safety = disarm(self.safety)
            self.rig.drive.stop()

    def _learn_stance(self, balance: Balance) -> None:
        """Follow the patient's weight and foot position while the plate is still; forget them when it is left."""
        if balance.stance is Occupancy.EMPTY:
            self._weight_n = self._standing_s = 0.0
            return
        # A weight that is still being put on the plate is no reference; none at all counts as no load.
        self._standing_s += 1.0 / RATE_HZ
        if self._standing_s < _WEIGHT_AFTER_S:
            return
        share = _WEIGHT_FORGETS if self._weight_n > 0.0 else 1.0
        self._weight_n += share * (balance.force_n - self._weight_n)
        if not math.isnan(balance.cop_ml_mm):
            self._foot_ml_mm += share * (balance.cop_ml_mm - self._foot_ml_mm)
            self._foot_ap_mm += share * (balance.cop_ap_mm - self._foot_ap_mm)

    def _gather(
        self,
        frame: Frame,
        balance: Balance,
        panel: PanelState,
        oldest_ms: float,
        measured_hz: float,
        block: tuple[float, ...] | None,
        drive_fault: str,
    ) -> Evidence:
        companions = self.companions
        out_of_base = not (
            abs(balance.cop_ml_mm - self._foot_ml_mm) <= self._half_ml_mm
            and abs(balance.cop_ap_mm - self._foot_ap_mm) <= self._half_ap_mm
        )
        first, second, third, fourth = frame.status
        repeats = (first == 1) + (second == 1) + (third == 1) + (fourth == 1)
        if repeats:
            self._repeated += repeats
        now_ns = self._now_ns
        return Evidence(
            now_ns,
            panel.estop_closed,
            oldest_ms,
            first < _UNUSABLE and second < _UNUSABLE and third < _UNUSABLE and fourth < _UNUSABLE,
            self._late_run,
            balance.average_n,
            self._weight_n,
            out_of_base,
            measured_hz,
            not drive_fault,
            self.vibration.measured_g(block, measured_hz, self._permission.displacement_pp_mm, now_ns),
            companions.recorder_age_s(now_ns) if companions is not None else None,
            companions.web_age_s(now_ns) if companions is not None else None,
            companions.presence_age_s(now_ns) if companions is not None else None,
            self.lock.fault,
            self.lock.waits,
            drive_fault if drive_fault in CATALOGUE else "",
            hand_held=panel.hand_switch if self._hand_runs else None,
            foot_pressed=panel.foot_switch and self._foot_stops,
        )

    def _vibrates(self) -> bool:
        """Whether the motor is to have its supply: safety is armed, for a session that vibrates."""
        session = self.session
        return self.safety.arming is Arming.ARMED and session is not None and session.prescription.vibrates

    def _on_arming(self, trip_before: str) -> None:
        """The state of safety has changed: tell it, and end the drill where vibration was taken away."""
        arming, trip = self.safety.arming, self.safety.trip
        if trip and trip != trip_before:
            fault = CATALOGUE[trip]
            where = self.lock.where if trip == self.lock.fault else ""
            self.tell("trip", {"code": trip, "number": fault.number, "what": fault.what, "where": where})
        elif FOOT_SWITCH_PRESSED in self._permission.reasons:
            self.tell("stop", {"by": "foot switch"})
        if arming is not Arming.ARMED:
            self.end_drill(DrillOutcome.TRIPPED if trip else DrillOutcome.STOPPED)

    def _publish(
        self,
        frame: Frame,
        cells_n: tuple[float, float, float, float],
        balance: Balance,
        panel: PanelState,
        demand: tuple[float, float],
        measured_hz: float,
        oldest_ms: float,
        lateness_ns: int,
    ) -> None:
        output_hz, output_pp_mm, _, _ = self._permission
        session = self.session
        left_s, held_s, number, trial, trials, phase = _NAN, 0.0, 0, 0, 0, Phase.IDLE
        if session is not None:
            drill = session.drill
            number, trial, trials, phase = session.number, drill.trial, drill.trials, drill.phase
            held_s = hold_s(drill, self._now_ns)
            if drill.phase_ends_ns is not None:
                left_s = (drill.phase_ends_ns - self._now_ns) * 1e-9
        trip = self.safety.trip
        t_ns = self._now_ns
        one, two, three, four = frame.conversion_ns
        ages_ms = (t_ns - one) * 1e-6, (t_ns - two) * 1e-6, (t_ns - three) * 1e-6, (t_ns - four) * 1e-6
        self._publisher.sample(
            LAYOUT.pack(
                self._seq, self._now_ns, lateness_ns * 1e-3, self._work_us,
                *frame.volts, *cells_n, balance.force_n, balance.cop_ml_mm, balance.cop_ap_mm,
                demand[0], demand[1], output_hz, output_pp_mm, measured_hz,
                peak_acceleration_g(measured_hz, self.safety.watch.moving_pp_mm),
                left_s, held_s, oldest_ms, *ages_ms, number, self._late, self._missed, self._repeated & _COUNTER_MASK,
                trial, trials,
                CATALOGUE[trip].number if trip else 0, *frame.status, phase, self.safety.arming, balance.stance,
                panel.estop_closed | panel.hand_switch << 1 | panel.foot_switch << 2,
            )
        )  # fmt: skip
