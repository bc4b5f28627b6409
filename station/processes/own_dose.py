"""The dose of a drill without a recorder process: committed before it may arm, replaced by what was given."""

from __future__ import annotations

from drills.prescription import leg_word
from station.clinic.orders import rehearsal
from station.clock import this_moment
from station.control.admission import NOT_RECORDED, Examined, Recorded, vouched
from station.control.session import Session
from station.control.tick import Station
from station.faults import StationError
from station.own_drills.tried import allow
from station.processes.own_order import OwnOrder
from station.recording.books import Books
from station.recording.ordered import AskedDrill
from station.recording.prescribed import COASTING_S
from station.records.dose import Dose
from station.safety.watching import PLATFORM_STILL_HZ
from station.wire.messages import DoseToday, VouchedLoad

_NUMBER = 1
"""Of the one session that such a program has."""


class OwnDose:
    """Commits when it is made. Raises StorageError where that cannot be done, and StationError where the patient's
    screening does not allow vibration, or their orders the drill; nothing may begin then.
    """

    recorded = NOT_RECORDED
    """What else the patient has had today."""

    def __init__(self, books: Books, examined: Examined, ring_epoch: int, *, screens: bool) -> None:
        self._doses, self._ring_epoch = books.days.doses, ring_epoch
        request, platform = examined.request, examined.platform
        now = this_moment()
        screened = books.screenings.of(request.patient, now)
        screened.allow_session()
        books.know_orders()
        leg = leg_word(request.document, request.prescription)
        drill = AskedDrill(request.patient, leg, request.document.by_order)
        verdict = books.orders.judge(drill, now, sure=screens)
        if verdict.fault:
            raise StationError(verdict.fault, "order", *verdict.problems)
        load = VouchedLoad() if verdict.load is None else VouchedLoad(**verdict.load._asdict())
        self.order = None if verdict.load is None else OwnOrder(books.data, drill, verdict.load, sure=screens)
        """By which the drill is begun; None of one that is done by none."""
        self.examined = vouched(examined, load, must=True)
        """With what the patient's orders make of it."""
        if screens:
            allow(books.data, request.document)
        if screens and request.prescription.vibrates:
            screened.allow()
        asked = {
            "patient": request.patient,
            "document": request.document.model_dump(mode="json", by_alias=True),
            "prescription": request.prescription.model_dump(mode="json"),
            "platform": None if platform is None else platform._asdict(),
        }
        day = books.days.commit(asked, (ring_epoch, _NUMBER), now)
        self.recorded = Recorded(DoseToday(**day.dose._asdict()), day.began_ns)
        self.clock: dict[str, int | None] = {"epoch_ns": day.epoch_ns}
        """For the recording's header."""

    def withdraw(self) -> None:
        """The drill was refused: nothing was given."""
        self._doses.withdraw(self._ring_epoch, _NUMBER)

    def settle(self, session: Session, station: Station) -> None:
        """The drill has ended, and the drive is off."""
        before, after = session.before, station.safety.ledger
        moving = station.evidence is None or not station.evidence.measured_hz < PLATFORM_STILL_HZ
        given = Dose(
            after.day_s - before.day_s + (COASTING_S if moving else 0.0),
            after.e2_m2_s3 - before.e2_m2_s3,
            after.e4_m4_s7 - before.e4_m4_s7,
        )
        self._doses.settle(self._ring_epoch, _NUMBER, given, this_moment())


class NoDose:
    """Of a run under the virtual clock: a rehearsal of a patient who is not there has no day, and no order but one that
    is made up of the simulated person's weight.
    """

    recorded = NOT_RECORDED
    order = None

    def __init__(self, examined: Examined, body_kg: float) -> None:
        document, prescription = examined.request.document, examined.request.prescription
        if document.by_order:
            load = rehearsal(leg_word(document, prescription), body_kg)
            examined = vouched(examined, VouchedLoad(**load._asdict()), must=True)
        self.examined = examined

    def withdraw(self) -> None:
        """Nothing was committed."""

    def settle(self, session: Session, station: Station) -> None:
        """Nothing was given."""
