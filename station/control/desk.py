"""The desk: what control answers to people and to the other processes. It may refuse; nothing it hears raises a
limit.
"""

from __future__ import annotations

import secrets
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from drills.document import DrillDocument
from drills.prescription import Prescription
from drills.reading import explain
from drills.values import DrillOutcome
from station.clock import NS_PER_S
from station.control.admission import (
    ORDER_UNKNOWN,
    Examined,
    Recorded,
    admit,
    allowance_of,
    bounds_of,
    examine,
    ready,
    refused_now,
    vouched,
)
from station.control.pausing import ask_go_on, ask_pause
from station.control.pending import FLAGS_NS, PENDING_NS, OrdersKnown, PendingStart, ask_for_dose, ask_for_flags
from station.control.session import DrillRequest, Session, Starter, platform_of
from station.control.tick import Station
from station.control.wishes import Wishes
from station.faults import CATALOGUE, InputError, StationError, as_json, because
from station.faults.boundary import as_station_errors
from station.safety.watching import PLATFORM_STILL_HZ
from station.wire.messages import (
    Acknowledge,
    Answer,
    Committed,
    Describe,
    DoseToday,
    FaultVerb,
    GoOn,
    Heartbeat,
    Later,
    Maintain,
    Marked,
    NoOrder,
    NoRedFlag,
    NotScreened,
    Pause,
    RecorderStatus,
    StandBy,
    Start,
    Stop,
    StopGeneration,
    VouchedLoad,
)
from station.wire.server import CommandServer

_GIVEN = {"vibration_s": "day_s", "e2_m2_s3": "e2_m2_s3", "e4_m4_s7": "e4_m4_s7"}
"""Fields of a dose, by those of safety's ledger."""
STAND_FOR_ME = "stand_for_me"
"""The verb of a rig whose person can be led from the desk: the simulated one."""
ORDER_FAULTS = ("order-forbids", "order-lacking", "order-unknown")
_WHERE = {"drill-untried": "drill", **dict.fromkeys(ORDER_FAULTS, "order")}
"""Of what the records refuse for another reason than the patient's answers."""
BY_RED_FLAG, BY_ORDER = "red-flag", "order"
"""Who stopped a drill, where the records did."""
NO_LOAD = VouchedLoad()
"""No order stands."""
NEVER_S = 1e9
"""The age of somebody who never sent a message."""
_Model = TypeVar("_Model", bound=BaseModel)


class Desk:
    """Serves the command socket for one `Station`, and remembers when the other processes last sent something."""

    def __init__(self, station: Station, server: CommandServer) -> None:
        self._station = station
        self._server = server
        self._now_ns = station.clock.now_ns()
        self._recorder_ns: int | None = None
        self._recorder_ready = False
        self._recorder_why = ""
        self._orders = OrdersKnown(station)
        self._web_ns: int | None = None
        self._present_ns = 0
        self._epoch = secrets.token_hex(8)
        self._wishes = Wishes()
        self._pending: PendingStart | None = None
        self._running: Session | None = None
        self._unflagged = ("", 0)
        """The question that was not answered in time, and the session that began without."""
        self.maintain: Maintain | None = None
        """Why this life of control is to end; None while it is not."""
        self._by_order = ("", 0)
        """The question whose answer a drill was begun by, and its session."""

    # --- what the tick asks -------------------------------------------------------------------------------------

    def serve(self, now_ns: int) -> None:
        """Read and answer what waits on the socket, a bounded number."""
        self._now_ns = now_ns
        self._server.poll(self._answer)
        self._look_at_start()
        self._say_dose()
        self._server.give_answers()

    def recorder_age_s(self, now_ns: int) -> float | None:
        """Time since the recorder said that it can record. Its end, or its refusal, counts as never."""
        if self._station.session is None:
            return None
        if "recorder" in self._server.lost_roles or not self._recorder_ready:
            return NEVER_S
        return _age_s(self._recorder_ns, now_ns)

    def web_age_s(self, now_ns: int) -> float | None:
        """Time since the web process's last message, while a session depends on it; after a lost connection never."""
        session = self._station.session
        if session is None or not session.starter.needs_web:
            return None
        return NEVER_S if "web" in self._server.lost_roles else _age_s(self._web_ns, now_ns)

    def presence_age_s(self, now_ns: int) -> float | None:
        """Time since the therapist was last seen, while a drill that vibrates depends on it. Starting it was a sign."""
        session = self._station.session
        if session is None or not (session.starter.needs_presence and session.prescription.vibrates):
            return None
        return _age_s(self._present_ns, now_ns)

    # --- messages -----------------------------------------------------------------------------------------------

    def _answer(self, message: BaseModel) -> Answer | Later:
        """A defect in the way of one message is its refusal, with vibration off; control goes on."""
        try:
            return self._handle(message)
        except Exception as problem:  # noqa: BLE001  # the edge of a process: nothing that is asked for may end control
            self._station.safeguard.disarm()
            self._station.end_drill(DrillOutcome.STOPPED)
            said = as_json(because("system-said", said=repr(problem)))
            return Answer(False, "internal-error", type(message).__name__.lower(), [said])

    def _handle(self, message: BaseModel) -> Answer | Later:
        match message:
            case Start():
                return self._wishes.answer(message, self._seen(), self._now_ns, self._start)
            case Stop():
                return self._stop(message)
            case Acknowledge():
                return self._acknowledge(message)
            case RecorderStatus():
                return self._recorder_status(message)
            case Committed() | NotScreened() | NoRedFlag():
                self._recorder_says(message)
                return Answer(True)
            case NoOrder():
                self._orders.none_of = message.asked
                return Answer(True)
            case Maintain():
                refused = _unmaintained(self._station, pending=self._pending is not None)
                if refused is None:
                    self._station.tell("maintenance", {"what": message.what, "by": message.by})
                    self.maintain = message
                return refused or Answer(True)
            case FaultVerb():
                return _broken(self._station, message)
            case Describe():
                mechanics = self._station.rig.mechanics
                platform = None if mechanics is None else mechanics._asdict()
                limits = bounds_of(self._station.limits)._asdict()
                day = allowance_of(self._station.limits)
                rig = self._station.rig
                leads = STAND_FOR_ME in rig.faults
                plate = {"rig": rig.name, **rig.plate._asdict(), "delivered": rig.calibration._asdict()}
                own = {
                    "leads": leads,
                    "plate": plate,
                    "platform": platform,
                    "limits": limits,
                    "screens": self._station.screens,
                    "day": day,
                }
                return Answer(True, facts={**own, **self._facts()})
            case Marked():
                return _mark(self._station, message)
            case Pause() | GoOn():
                return _between_trials(self._station, message, self._now_ns)
            case Heartbeat(present=present):
                self._web_ns = self._now_ns
                if present:
                    self._present_ns = self._now_ns
                return Answer(True, facts=self._facts())
            case StandBy():
                return Answer(True, facts=self._facts())
        raise TypeError(type(message))  # the socket's parser lets nothing else through

    def _seen(self) -> StopGeneration:
        """What a Start must have seen to be granted."""
        return StopGeneration(epoch=self._epoch, stops=self._station.stops)

    def _facts(self) -> dict[str, Any]:
        return {"seen": self._seen().model_dump()}

    def _start(self, message: Start) -> Answer | Later:
        station = self._station
        try:
            ready(station)  # first, because reading a drill takes time of a tick in which another may run
            if self._pending is not None:
                raise StationError("not-ready", "start", because("start-pending"))
            examined = examine(_request(message), station.limits, platform_of(station.rig.mechanics))
            self._record_or_refuse()
            vibrates = examined.request.prescription.vibrates
            if not (
                vibrates or self._orders.are_asked(examined)
            ):  # no dose to commit, nobody there, and nobody to answer
                return self._begin(examined, Recorded(message.dose_today))
            if vibrates:
                refused_now(station, examined, Recorded(message.dose_today))
        except StationError as problem:
            return _refusal(problem)
        ask = ask_for_dose if vibrates else ask_for_flags
        self._pending = ask(station, message, examined, self._now_ns)
        return self._pending.later

    def _begin(self, examined: Examined, recorded: Recorded, number: int | None = None) -> Answer:
        """Arm and begin, now. Raises StationError with the fault of whoever refuses."""
        self._say_dose()
        session = admit(self._station, examined, self._now_ns, recorded, number)
        self._present_ns = self._now_ns
        if examined.request.prescription.vibrates:
            self._running = session
        return Answer(True, session=session.number)

    def _recorder_says(self, message: Committed | NotScreened | NoRedFlag) -> None:
        """The recorder has a dose on the disk, or knows of no red flag: begin that drill, if it is still wanted and
        nothing is in the way. Or the patient's screening is against it: the Start is refused with its reasons.
        """
        pending = self._pending
        if pending is None or pending.asked != message.asked:
            session = self._station.session
            running = 0 if session is None else session.number
            ours = (message.asked, running)  # a red flag after all, or an order that holds no more
            if isinstance(message, NotScreened) and ours in (self._unflagged, self._by_order):
                self._stop(Stop(type="stop", by=BY_ORDER if message.code in ORDER_FAULTS else BY_RED_FLAG))
            return
        if pending.message.seen != self._seen() or pending.later.gone:
            self._withdraw(pending, Answer(False, "start-stale", "start"))
        elif isinstance(message, NotScreened):
            code = message.code if message.code in CATALOGUE else "screening-lacking"
            self._withdraw(pending, Answer(False, code, _WHERE.get(code, "screening"), message.problems))
        elif isinstance(message, NoRedFlag):
            if not pending.vibrates:  # to one that vibrates this is no answer
                self._go_on(pending, Recorded(pending.message.dose_today), message.load)
        elif pending.vibrates and self._station.screens and not self._now_ns < message.screened_until_ns:
            self._withdraw(pending, Answer(False, "screening-lacking", "screening"))  # nobody vouches: as if not asked
        elif pending.vibrates:
            dose = _larger(pending.message.dose_today, message.dose_today)
            self._go_on(pending, Recorded(dose, message.day_began_ns), message.load)

    def _go_on(self, pending: PendingStart, recorded: Recorded, load: VouchedLoad | None) -> None:
        try:
            self._record_or_refuse()
            examined = vouched(pending.examined, load, must=self._orders.must_be_known)
            pending.later.answer = self._begin(examined, recorded, pending.number)
            self._pending = None
            if examined.request.document.by_order:
                self._by_order = pending.asked, pending.number
        except StationError as problem:
            self._withdraw(pending, _refusal(problem))

    def _look_at_start(self) -> None:
        """A Start that is stopped, or waits for too long, is refused by name; nothing vibrates then. One that was not
        going to vibrate begins after a moment, where the list beside the records has no order of the patient's: records
        that are away must keep nobody from moving.
        """
        pending = self._pending
        if pending is None:
            return
        waited_ns = self._now_ns - pending.asked_ns
        if pending.message.seen != self._seen() or pending.later.gone:
            self._withdraw(pending, Answer(False, "start-stale", "start"))
        elif waited_ns > FLAGS_NS and not pending.vibrates and self._orders.let_begin(pending):
            self._unflagged = pending.asked, pending.number
            self._station.tell("red-flags-unknown", {"patient": pending.examined.request.patient})
            self._go_on(pending, Recorded(pending.message.dose_today), NO_LOAD)
        elif waited_ns > PENDING_NS:
            why = [as_json(because("recorder-says", code=self._recorder_why))] if self._recorder_why else []
            code, where = ("dose-not-committed", "recorder") if pending.vibrates else (ORDER_UNKNOWN, "order")
            self._withdraw(pending, Answer(False, code, where, why))

    def _withdraw(self, pending: PendingStart, answer: Answer) -> None:
        pending.later.answer = answer
        self._pending = None
        if pending.vibrates:
            self._station.tell("dose-withdrawn", {"of_session": pending.number})

    def _say_dose(self) -> None:
        """What was given in a session that is over, once the plate is still; until then all of it counts as given."""
        session, station = self._running, self._station
        if session is None or station.session is not None or station.evidence is None:
            return
        if not station.evidence.measured_hz < PLATFORM_STILL_HZ:
            return
        before, after = session.before, station.safety.ledger
        given = {name: getattr(after, own) - getattr(before, own) for name, own in _GIVEN.items()}
        station.tell("dose-given", {"of_session": session.number, **given})
        self._running = None

    def _record_or_refuse(self) -> None:
        """Raise StationError "recorder-not-ready" where nothing could be recorded now."""
        age_s = _age_s(self._recorder_ns, self._now_ns)
        late = age_s > self._station.limits.recorder_age_s
        if not self._recorder_ready or late or "recorder" in self._server.lost_roles:
            why = (because("recorder-says", code=self._recorder_why),) if self._recorder_why else ()
            raise StationError("recorder-not-ready", "recorder", *why)

    def _stop(self, message: Stop) -> Answer:
        station = self._station
        number = station.session.number if station.session is not None else 0
        station.safeguard.disarm()
        station.end_drill(DrillOutcome.STOPPED)
        station.tell("stop", {"by": message.by})
        return Answer(True, session=number, facts=self._facts())

    def _acknowledge(self, message: Acknowledge) -> Answer:
        station = self._station
        if station.evidence is None:
            return Answer(False, "not-ready", "acknowledge", [as_json(because("no-first-sample"))])
        if not station.evidence.drive_healthy:
            try:
                with as_station_errors():
                    station.rig.drive.recover()
            except StationError as problem:
                return _refusal(problem)
        was = station.safety.trip
        if refused := station.safeguard.acknowledge(station.evidence):
            return Answer(False, refused, "acknowledge")
        if was:
            station.tell("acknowledged", {"code": was, "by": message.by})
        return Answer(True)

    def _recorder_status(self, message: RecorderStatus) -> Answer:
        self._recorder_ns = self._now_ns
        self._recorder_ready, self._recorder_why = message.ready, message.why
        self._orders.recorder_vouches = message.vouches
        return Answer(True)


def _larger(ours: DoseToday, theirs: DoseToday) -> DoseToday:
    return DoseToday(**{name: max(getattr(ours, name), getattr(theirs, name)) for name in DoseToday.model_fields})


def _age_s(last_ns: int | None, now_ns: int) -> float:
    return NEVER_S if last_ns is None else (now_ns - last_ns) / NS_PER_S


def _refusal(problem: StationError) -> Answer:
    return Answer(False, problem.code, problem.where, [as_json(one) for one in problem.problems])


def _request(message: Start) -> DrillRequest:
    """What is asked for, read. Raises InputError "drill-invalid", or "input-invalid" for the prescription."""
    document = _read(DrillDocument, message.document, "drill-invalid")
    prescription = _read(Prescription, message.prescription, "input-invalid")
    starter = Starter(message.by, message.needs_web, message.needs_presence)
    return DrillRequest(message.patient, document, prescription, starter, message.visit)


def _read(model: type[_Model], value: dict[str, Any], code: str) -> _Model:
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        problems = explain(problem, model)
        raise InputError(code, problems[0].field, *problems) from problem


def _unmaintained(station: Station, *, pending: bool) -> Answer | None:
    """Why this life of control may not be ended for maintenance now; None where it may."""
    if station.session is not None or pending:
        return Answer(False, "drill-runs", "control")
    if station.safety.trip and station.safety.trip != station.lock.fault:
        return Answer(False, "not-ready", "control", [as_json(because("trip-first", fault=station.safety.trip))])
    if station.evidence is not None and not station.evidence.measured_hz < PLATFORM_STILL_HZ:
        return Answer(False, "platform-still-moving", "control")
    return None


def _mark(station: Station, message: Marked) -> Answer:
    session = station.session
    try:
        if session is None:
            raise StationError("nothing-to-mark", "mark")
        if session.marks.take(message, session.document, session.drill):
            data = {"mark": message.mark, "trial": session.drill.trial, "by": message.by}
            station.tell("mark", data)
    except StationError as problem:
        return _refusal(problem)
    return Answer(True, session=session.number)


def _between_trials(station: Station, message: Pause | GoOn, now_ns: int) -> Answer:
    try:
        if isinstance(message, Pause):
            return Answer(True, session=ask_pause(station, message, now_ns))
        return Answer(True, session=ask_go_on(station, message, now_ns))
    except StationError as problem:
        return _refusal(problem)


def _broken(station: Station, message: FaultVerb) -> Answer:
    verb = station.rig.faults.get(message.verb)
    if verb is None:
        known = sorted(station.rig.faults)
        verbs = because("fault-verbs", verbs=known) if known else because("no-fault-verbs")
        return Answer(False, "bad-message", f"fault {message.verb}", [as_json(verbs)])
    try:
        verb(**message.arguments)
    except Exception as problem:  # noqa: BLE001  # as in `Desk._answer`: a verb may be given anything
        said = as_json(because("system-said", said=str(problem) or repr(problem)))
        return Answer(False, "bad-message", f"fault {message.verb}", [said])
    return Answer(True)
