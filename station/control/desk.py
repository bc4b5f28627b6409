"""The desk: what control answers to people and to the other processes. It may refuse; nothing it hears raises a
limit.
"""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from drills.document import DrillDocument
from drills.plan import make_plan
from drills.platform import Platform
from drills.prescription import Prescription, PrescriptionError, check, too_hard
from drills.values import DrillOutcome
from hw.errors import HardwareError
from station.clock import NS_PER_S
from station.control.session import Session, open_session, platform_of
from station.control.tick import Station
from station.safety.dose import Ledger, new_session, peak_acceleration_g
from station.safety.limits import Limits
from station.wire.messages import (
    NO_DOSE,
    Acknowledge,
    Answer,
    Describe,
    DoseToday,
    FaultVerb,
    Heartbeat,
    RecorderStatus,
    Start,
    Stop,
)
from station.wire.server import CommandServer

NEVER_S = 1e9
"""The age of somebody who was never heard."""


def refuse_beyond(
    document: DrillDocument, prescription: Prescription, limits: Limits, platform: Platform | None = None
) -> str:
    """Which limit the prescription passes, in words, or "". Safety would cap or trip; a therapist must know
    beforehand. On a platform with a displacement of its own the way up to the frequency counts as well: a cap would
    leave it standing still.
    """
    hz, mm = prescription.frequency_hz, prescription.displacement_pp_mm
    if not prescription.vibrates:
        return ""
    if not limits.min_hz <= hz <= limits.max_hz:
        return f"frequency {hz:g} Hz: the limits are {limits.min_hz:g} to {limits.max_hz:g} Hz."
    if platform is not None and (
        beyond := platform.beyond(hz, too_hard(limits.displacement_pp_mm, limits.acceleration_g))
    ):
        return f"{beyond}."
    if mm > limits.displacement_pp_mm:
        return f"displacement {mm:g} mm: the limit is {limits.displacement_pp_mm:g} mm."
    acceleration_g = peak_acceleration_g(hz, mm)
    if acceleration_g > limits.acceleration_g:
        return f"{mm:g} mm at {hz:g} Hz is {acceleration_g:.2f} g: the limit is {limits.acceleration_g:g} g."
    plan = make_plan(document, prescription, platform)
    ramps_s = (plan.ramp_up_ns + plan.ramp_down_ns) / NS_PER_S
    if prescription.hold_s + ramps_s > limits.bout_s:
        return f"hold {prescription.hold_s:g} s: with vibration the limit is {limits.bout_s - ramps_s:g} s."
    return ""


class Desk:
    """Serves the command socket for one `Station`, and remembers when the other processes were last heard."""

    def __init__(self, station: Station, server: CommandServer) -> None:
        self._station = station
        self._server = server
        self._now_ns = station.clock.now_ns()
        self._recorder_ns: int | None = None
        self._recorder_ready = False
        self._recorder_why = ""
        self._web_ns: int | None = None
        self._present_ns = 0

    # --- what the tick asks -------------------------------------------------------------------------------------

    def serve(self, now_ns: int) -> None:
        """Read and answer what waits on the socket, a bounded number."""
        self._now_ns = now_ns
        self._server.poll(self._handle)

    def recorder_age_s(self, now_ns: int) -> float | None:
        """Time since the recorder said that it can record. Its end, or its refusal, counts as never."""
        if self._station.session is None:
            return None
        if "recorder" in self._server.lost_roles or not self._recorder_ready:
            return NEVER_S
        return _age_s(self._recorder_ns, now_ns)

    def web_age_s(self, now_ns: int) -> float | None:
        """Time since the web process was heard, while a session depends on it; the end of its connection is never."""
        session = self._station.session
        if session is None or not session.needs_web:
            return None
        return NEVER_S if "web" in self._server.lost_roles else _age_s(self._web_ns, now_ns)

    def presence_age_s(self, now_ns: int) -> float | None:
        """Time since the therapist was last seen, while a drill that vibrates depends on it. Starting it was a sign."""
        session = self._station.session
        if session is None or not (session.needs_presence and session.prescription.vibrates):
            return None
        return _age_s(self._present_ns, now_ns)

    # --- messages -----------------------------------------------------------------------------------------------

    def _handle(self, message: BaseModel) -> Answer:
        match message:
            case Start():
                return self._start(message)
            case Stop():
                return self._stop(message)
            case Acknowledge():
                return self._acknowledge(message)
            case RecorderStatus():
                return self._recorder_status(message)
            case FaultVerb():
                return self._fault(message)
            case Describe():
                mechanics = self._station.rig.mechanics
                return Answer(True, facts={"platform": None if mechanics is None else mechanics._asdict()})
            case Heartbeat(present=present):
                self._web_ns = self._now_ns
                if present:
                    self._present_ns = self._now_ns
                return Answer(True)
        raise TypeError(type(message))  # the socket's parser lets nothing else through

    def _start(self, message: Start) -> Answer:
        station = self._station
        if station.session is not None or station.evidence is None:
            return Answer(False, "not-ready", "start", "a drill is running")
        platform = platform_of(station.rig.mechanics)
        try:
            document = DrillDocument.model_validate(message.document)
            prescription = Prescription.model_validate(message.prescription)
            check(document, prescription, platform)
        except ValidationError as problem:
            first = problem.errors(include_url=False)[0]
            return Answer(False, "drill-invalid", ".".join(map(str, first["loc"])), first["msg"])
        except PrescriptionError as problem:
            return Answer(False, "limit-exceeded", "prescription", str(problem))
        if beyond := refuse_beyond(document, prescription, station.limits, platform):
            return Answer(False, "limit-exceeded", "prescription", beyond)
        age_s = _age_s(self._recorder_ns, self._now_ns)
        if not self._recorder_ready or age_s > station.limits.recorder_age_s or "recorder" in self._server.lost_roles:
            return Answer(False, "recorder-not-ready", "recorder", self._recorder_why)
        number = station.next_session_number()
        session = open_session(
            number,
            message.patient,
            document,
            prescription,
            needs_web=message.needs_web,
            now_ns=self._now_ns,
            by=message.by,
            needs_presence=message.needs_presence,
            platform=platform,
        )
        if refused := begin(station, session, message.dose_today):
            return Answer(False, *refused)
        self._present_ns = self._now_ns
        return Answer(True, session=number)

    def _stop(self, message: Stop) -> Answer:
        station = self._station
        number = station.session.number if station.session is not None else 0
        station.safeguard.disarm()
        station.end_drill(DrillOutcome.STOPPED)
        station.tell("stop", {"by": message.by})
        return Answer(True, session=number)

    def _acknowledge(self, message: Acknowledge) -> Answer:
        station = self._station
        if station.evidence is None:
            return Answer(False, "not-ready", "acknowledge", "the first sample has not come yet")
        if not station.evidence.drive_healthy:
            try:
                station.rig.drive.recover()
            except HardwareError as problem:
                return Answer(False, problem.code, problem.where, problem.detail)
        was = station.safety.trip
        if refused := station.safeguard.acknowledge(station.evidence):
            return Answer(False, refused, "acknowledge")
        if was:
            station.tell("acknowledged", {"code": was, "by": message.by})
        return Answer(True)

    def _recorder_status(self, message: RecorderStatus) -> Answer:
        self._recorder_ns = self._now_ns
        self._recorder_ready, self._recorder_why = message.ready, message.why
        return Answer(True)

    def _fault(self, message: FaultVerb) -> Answer:
        verb = self._station.rig.faults.get(message.verb)
        if verb is None:
            known = ", ".join(sorted(self._station.rig.faults)) or "none: this rig is real"
            return Answer(False, "bad-message", f"fault {message.verb}", f"the verbs are: {known}")
        try:
            verb(**message.arguments)
        except (TypeError, ValueError, LookupError) as problem:
            return Answer(False, "bad-message", f"fault {message.verb}", str(problem))
        return Answer(True)


def begin(station: Station, session: Session, told: DoseToday = NO_DOSE) -> tuple[str, str, str] | None:
    """Arm and start the session. Returns why not: fault code, where, and detail.

    What this program remembers of the patient's day goes on; what is `told` of it, from the records, can only leave
    less.
    """
    if station.evidence is None:
        return "not-ready", "start", "the first sample has not come yet"
    ledger = new_session(station.ledgers.get((session.patient, station.today()), Ledger()))
    ledger = ledger._replace(
        day_s=max(ledger.day_s, told.vibration_s),
        e2_m2_s3=max(ledger.e2_m2_s3, told.e2_m2_s3),
        e4_m4_s7=max(ledger.e4_m4_s7, told.e4_m4_s7),
    )
    evidence = station.evidence
    if not session.prescription.vibrates:
        evidence = evidence._replace(hand_held=None)  # without vibration there is nothing to hold on for
    if refused := station.safeguard.arm(ledger, evidence):
        return refused, "start", ""
    try:
        station.start(session)
    except HardwareError as problem:
        station.safeguard.disarm()
        return problem.code, problem.where, problem.detail
    return None


def _age_s(heard_ns: int | None, now_ns: int) -> float:
    return NEVER_S if heard_ns is None else (now_ns - heard_ns) / NS_PER_S
