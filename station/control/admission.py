"""What may be started: one order for desk, headless drill and tests: check, refuse, open, begin.

`examine` checks the request against its drill and platform and refuses what is beyond the limits that hold here; it
needs no rig. `admit` opens the session of a request that was examined, arms, and begins. Both raise StationError.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.bounds import Bounds, beyond
from drills.ordered import OrderedLoad
from drills.platform import Platform
from drills.prescription import check, leg_word
from drills.problems import Problem
from station.control.session import DrillRequest, Session, open_session
from station.control.tick import Station
from station.faults import DeviceError, InputError, StationError, because
from station.faults.boundary import as_station_errors
from station.safety.dose import SECONDS_OF_A8, Ledger, new_session
from station.safety.limits import CLINICIAN, Limits, tightest
from station.safety.values import Evidence
from station.settings import LimitSettings
from station.wire.messages import NO_DOSE, DoseToday, VouchedLoad

ORDER_LACKING, ORDER_UNKNOWN = "order-lacking", "order-unknown"
"""Faults: a drill that is done by an order has none, and nobody has said whether the patient has one."""


class Examined(NamedTuple):
    """A request that its drill allows on this platform, and no limit refuses. Made by `examine` alone."""

    request: DrillRequest
    platform: Platform | None
    load: VouchedLoad | None = None
    """What the records make of the patient's orders; None where nobody has asked them. Of `vouched` alone."""


def examine(request: DrillRequest, limits: Limits, platform: Platform | None) -> Examined:
    """Check and refuse. Raises InputError: "input-invalid" where the drill or the platform does not allow the
    prescription, "limit-exceeded" where it passes a limit of this station.
    """
    with as_station_errors():
        request = request._replace(prescription=check(request.document, request.prescription, platform))
    if (beyond := beyond_limits(request, limits, platform)) is not None:
        raise InputError("limit-exceeded", "prescription", beyond)
    return Examined(request, platform)


def vouched(examined: Examined, load: VouchedLoad | None, *, must: bool) -> Examined:
    """The request with what the records make of the patient's orders of partial load. `must`: somebody may stand there.

    Raises StationError "order-unknown" where nobody has looked and somebody must, "order-lacking" where the drill is
    done by an order and none is vouched for on its leg. What is vouched for another drill is nothing for this one.
    """
    document, prescription = examined.request.document, examined.request.prescription
    if load is None and must:
        raise StationError(ORDER_UNKNOWN, "order")
    ordered = load is not None and load.limit_n > 0.0
    if document.by_order and not (load is not None and ordered and load.leg == leg_word(document, prescription)):
        raise StationError(ORDER_LACKING, "order")
    if ordered and not document.by_order:
        raise StationError(ORDER_UNKNOWN, "order")
    return examined._replace(load=load)


def ready(station: Station) -> Evidence:
    """What safety would arm on now. Raises StationError "not-ready" while a drill runs, or before any sample."""
    if station.session is not None:
        raise StationError("not-ready", "start", because("drill-running"))
    if station.evidence is None:
        raise StationError("not-ready", "start", because("no-first-sample"))
    return station.evidence


class Recorded(NamedTuple):
    """What the records say of the patient's day, and since when it counts."""

    dose: DoseToday = NO_DOSE
    began_ns: int = 0
    """Monotonic time."""


NOT_RECORDED = Recorded()


def refused_now(station: Station, examined: Examined, recorded: Recorded = NOT_RECORDED) -> None:
    """Raise StationError with the fault of whoever would refuse `admit` now. Changes nothing."""
    evidence = _evidence(examined, ready(station))
    if refused := station.safeguard.refusal(_ledger(station, examined, recorded), evidence):
        raise StationError(refused, "start")


def admit(
    station: Station, examined: Examined, now_ns: int, recorded: Recorded = NOT_RECORDED, number: int | None = None
) -> Session:
    """Open the session, arm, and begin now. Raises StationError with the fault of whoever refuses: nothing is armed
    then.

    What this program remembers of the patient's day goes on; what is `recorded` of it can only leave less. `number` is
    the session's, where it has one already.
    """
    evidence = _evidence(examined, ready(station))
    request, platform = examined.request, examined.platform
    if request.document.by_order:  # whoever asks for it has to have been vouched for
        vouched(examined, examined.load, must=True)
    number = station.next_session_number() if number is None else number
    session = open_session(number, request, now_ns, platform, _load_of(examined))
    session.before, session.day_began_ns = _ledger(station, examined, recorded), recorded.began_ns
    if refused := station.safeguard.arm(session.before, evidence):
        raise StationError(refused, "start")
    try:
        with as_station_errors():
            station.start(session)
    except DeviceError:  # the drive, which is asked before anything else begins
        station.safeguard.disarm()
        raise
    return session


def _load_of(examined: Examined) -> OrderedLoad | None:
    """What was vouched for, of a drill that is done by an order."""
    if not examined.request.document.by_order or examined.load is None:
        return None
    return OrderedLoad(**examined.load.model_dump())


def _evidence(examined: Examined, evidence: Evidence) -> Evidence:
    if examined.request.prescription.vibrates:
        return evidence
    return evidence._replace(hand_held=None)  # without vibration there is nothing to hold on for


def _ledger(station: Station, examined: Examined, recorded: Recorded) -> Ledger:
    """The patient's day so far: of what is remembered and what is recorded, the larger."""
    had, dose = station.had.since(examined.request.patient, recorded.began_ns), recorded.dose
    return new_session(had)._replace(
        day_s=max(had.day_s, dose.vibration_s),
        e2_m2_s3=max(had.e2_m2_s3, dose.e2_m2_s3),
        e4_m4_s7=max(had.e4_m4_s7, dose.e4_m4_s7),
    )


def limits_of(settings: LimitSettings) -> Limits:
    """The clinician's column of the safety envelope, tightened by the clinic's own settings."""
    return tightest(
        CLINICIAN,
        Limits(
            max_hz=settings.max_frequency_hz,
            displacement_pp_mm=settings.max_displacement_pp_mm,
            low_displacement_pp_mm=settings.max_displacement_pp_mm,
            acceleration_g=settings.max_peak_acceleration_g,
            bout_s=settings.max_bout_s,
            session_s=settings.max_day_s,
            day_s=settings.max_day_s,
        ),
    )


def bounds_of(limits: Limits) -> Bounds:
    """The limits, as far as a prescription can pass them."""
    return Bounds(limits.min_hz, limits.max_hz, limits.displacement_pp_mm, limits.acceleration_g, limits.bout_s)


def allowance_of(limits: Limits) -> dict[str, float]:
    """What a patient may have in a day: the fields of `station.wire.messages.DoseToday`, of A(8) and VDV their sums."""
    return {
        "vibration_s": limits.day_s,
        "e2_m2_s3": limits.a8_m_s2**2 * SECONDS_OF_A8,
        "e4_m4_s7": limits.vdv_m_s175**4,
    }


def beyond_limits(request: DrillRequest, limits: Limits, platform: Platform | None) -> Problem | None:
    """Which limit the prescription passes first, or None."""
    return next(iter(beyond(request.document, request.prescription, bounds_of(limits), platform)), None)
