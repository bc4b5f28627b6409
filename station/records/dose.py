"""Doses: what a patient's day of vibration sums up to. A dose is committed whole before it is given, and counts so
until what was given is known.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session as Transaction

from station.clock import NS_PER_S, VouchedMoment, local_midnight_ns
from station.faults import InputError, because
from station.records import audit, patients
from station.records.day import Placed, began_ns, judge
from station.records.file import Records
from station.records.ids import derived
from station.records.models import (
    COMMITTED,
    DECIDED,
    MEASURED,
    RECORDING,
    WITHDRAWN,
    CommittedRow,
    DoseRow,
    PatientRow,
    SessionRow,
)
from station.records.views import SECONDS_OF_A8
from station.records.vouching import epoch_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

ASSUMED = "assumed"
"""Source of a dose of which a part is missing in the recording, and was taken to be the worst."""
_TO_BEGIN_NS = 60 * NS_PER_S
"""From the commitment to the session's row: a Start waits for the recorder for less."""
NOT_KNOWN = (COMMITTED,)
"""States in which the whole prescription counts."""


class Dose(NamedTuple):
    """Vibration, as the day adds it up: the fields of `station.wire.messages.DoseToday`."""

    vibration_s: float = 0.0
    e2_m2_s3: float = 0.0
    """Integral of the squared weighted acceleration."""
    e4_m4_s7: float = 0.0

    def plus(self, other: Dose) -> Dose:
        """Both."""
        return Dose(*(own + more for own, more in zip(self, other, strict=True)))

    def at_least(self, other: Dose) -> Dose:
        """The larger of each."""
        return Dose(*map(max, self, other))

    @property
    def a8_m_s2(self) -> float:
        """A(8) of it alone."""
        return math.sqrt(self.e2_m2_s3 / SECONDS_OF_A8)

    def share(self, vibration_s: float) -> Dose:
        """The part of it that lasted so long, at the same strength."""
        part = min(1.0, vibration_s / self.vibration_s) if self.vibration_s > 0.0 else 0.0
        return Dose(vibration_s, self.e2_m2_s3 * part, self.e4_m4_s7 * part)


NO_DOSE = Dose()


class Claim(NamedTuple):
    """A dose that is to be counted."""

    patient: str
    """A code; "" where nobody can say whose it is: it counts for everybody."""
    ring_epoch: int
    ring_session: int
    placed: Placed
    wall_ns: int
    dose: Dose
    recording: str = ""
    over: bool = False
    """Known to be of an earlier day."""
    given: Dose | None = None
    """What was given, where that is known already."""


class Statement(NamedTuple):
    """Who says something that goes into the audit log, and why."""

    by: str
    reason: str


class Day(NamedTuple):
    """What a patient has had, and since when it counts."""

    dose: Dose
    began_ns: int
    """Monotonic time in this boot."""
    epoch_ns: int | None
    """Wall time at monotonic zero, as vouched for; None where nobody does."""


class Doses:
    """The doses of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    # --- the recorder writes --------------------------------------------------------------------------------------

    def commit(self, claim: Claim, now: VouchedMoment) -> Day:
        """Put this dose down for good, and say what else the patient has had today. The same again changes nothing."""
        with self._records.writing() as transaction:
            epoch_ns = _pass(transaction, now)
            _enter(transaction, claim)
            own = (claim.ring_epoch, claim.ring_session)
            return Day(_counted(transaction, claim.patient, own), began_ns(now, epoch_ns), epoch_ns)

    def enter(self, claims: Iterable[Claim], now: VouchedMoment) -> None:
        """Count these too: of recordings and sessions that nobody committed."""
        with self._records.writing() as transaction:
            _pass(transaction, now)
            for claim in claims:
                _enter(transaction, claim)
            _pass(transaction, now)

    def withdraw(self, ring_epoch: int, ring_session: int) -> None:
        """The session was never begun, and never will be."""
        with self._records.writing() as transaction:
            row = _of(transaction, ring_epoch, ring_session)
            if row is not None and row.state == COMMITTED:
                row.state = WITHDRAWN

    def settle(self, ring_epoch: int, ring_session: int, given: Dose, now: VouchedMoment | None = None) -> None:
        """So much was given; of two that say so, the larger counts. `now` is when it ended."""
        with self._records.writing() as transaction:
            row = _of(transaction, ring_epoch, ring_session)
            if row is None or row.state not in (COMMITTED, MEASURED):
                return
            _give(row, given.at_least(_given(row)) if row.state == MEASURED else given)
            row.state = MEASURED
            if now is not None and row.boot_id == now.boot_id:
                row.mono_ns = max(row.mono_ns, now.mono_ns)

    def pass_time(self, now: VouchedMoment) -> int | None:
        """Let the day advance as far as it may, and remember who vouches for the clock. Returns the wall time at
        monotonic zero; None where nobody vouches for any.
        """
        with self._records.writing() as transaction:
            return _pass(transaction, now)

    # --- a person decides -----------------------------------------------------------------------------------------

    def decide(self, name: str, given_s: float, word: Statement, now: VouchedMoment) -> dict[str, Any]:
        """A person says how long the plate vibrated in the session of this name, which is not known otherwise: so
        much counts, but never less than its recording says. The audit log has who, and why.

        Raises InputError: "input-invalid" without a name or a reason, for more than was prescribed, where there is
        nothing to decide, and while the plate may still be giving it.
        """
        by, reason = word
        for field, value in (("by", by), ("reason", reason)):
            if not value.strip():
                raise InputError("input-invalid", field, because("no-reason" if field == "reason" else "no-name"))
        with self._records.writing() as transaction:
            row = _named(transaction, name)
            if row is None or row.state not in (COMMITTED, DECIDED):
                raise InputError("input-invalid", name, because("nothing-to-decide"))
            if _may_be_given_yet(transaction, row, now):
                raise InputError("input-invalid", name, because("dose-not-over"))
            whole = _prescribed(row)
            if not 0.0 <= given_s <= whole.vibration_s:
                raise InputError("input-invalid", "given_s", because("given-range", most_s=whole.vibration_s))
            _give(row, whole.share(given_s))
            row.state = DECIDED
            detail = {"dose": row.id, "given_s": given_s, "committed_s": row.vibration_s, "reason": reason.strip()}
            audit.append(transaction, self._records.now_ns(), by.strip(), "dose-decided", audit.placed(detail))
            return _view(transaction, row)

    # --- everybody reads ------------------------------------------------------------------------------------------

    def today(self, patient: str, now_ns: int) -> dict[str, float]:
        """What counts for the patient of this code: the fields of `station.wire.messages.DoseToday`. The day is the one
        to which the recorder has let it advance; a session that it has not looked at yet counts from local midnight
        before the wall time `now_ns`.

        Sessions dated later than now count too: after the clock was set back, too much is counted rather than too
        little.
        """
        if not self._records.there:
            return {}
        with self._records.reading() as transaction:
            counted = _counted(transaction, patient).plus(_not_looked_at(transaction, patient, now_ns))
        return counted._asdict()

    def counting(self, *, not_known: bool = False) -> list[dict[str, Any]]:
        """The doses that count now, oldest first; or only those of which nobody knows how much was given."""
        if not self._records.there:
            return []
        query = select(CommittedRow).where(CommittedRow.over.is_(False)).order_by(CommittedRow.wall_ns)
        if not_known:
            query = query.where(CommittedRow.state.in_(NOT_KNOWN))
        with self._records.reading() as transaction:
            return [_view(transaction, row) for row in transaction.scalars(query)]

    def uncommitted(self) -> list[dict[str, Any]]:
        """Sessions whose dose nobody has committed, with what was measured of it (None where nothing was)."""
        query = (
            select(SessionRow, DoseRow).outerjoin(DoseRow, DoseRow.session_id == SessionRow.id).where(_no_commitment())
        )
        with self._records.reading() as transaction:
            return [
                {
                    "name": row.name,
                    "patient": row.patient.code or "",
                    "ring_epoch": row.ring_epoch,
                    "ring_session": row.ring_session,
                    "started_ns": row.started_ns,
                    "recording": row.recording,
                    "dose": None if dose is None else _measured(dose),
                }
                for row, dose in transaction.execute(query)
            ]

    def known(self) -> set[tuple[int, int]]:
        """The lives of control with the numbers in them, of which a dose is committed."""
        with self._records.reading() as transaction:
            query = select(CommittedRow.ring_epoch, CommittedRow.ring_session)
            return {(epoch, number) for epoch, number in transaction.execute(query)}

    def expected(self, wall_ns: int, within_ns: int) -> bool:
        """Whether a dose was committed, and is not known to have been given, at most so long before this wall time."""
        near = CommittedRow.wall_ns.between(wall_ns - within_ns, wall_ns)
        query = select(func.count()).where(near, CommittedRow.state == COMMITTED, CommittedRow.recording == "")
        with self._records.reading() as transaction:
            return bool(transaction.execute(query).scalar_one())


def said_s(seconds: float) -> int:
    """Seconds of vibration as they are said on every page and paper: one that began counts, so that nothing says less
    than the day counts. `static/js/values.js` has the same.
    """
    return math.ceil(round(seconds, 3))


def of_sessions(transaction: Transaction, *which: ColumnElement[bool]) -> dict[str, Dose]:
    """What counts of these sessions, by their UUIDs: what a day's sum is made of, and so what is said of each of them.
    One of which nothing is known yet is not there.
    """
    same = (CommittedRow.ring_epoch == SessionRow.ring_epoch, CommittedRow.ring_session == SessionRow.ring_session)
    query = (
        select(SessionRow.id, CommittedRow, DoseRow)
        .outerjoin(CommittedRow, and_(*same))
        .outerjoin(DoseRow, DoseRow.session_id == SessionRow.id)
        .where(*which)
    )
    found = {}
    for row in transaction.execute(query):
        session, committed, recorded = cast("tuple[str, CommittedRow | None, DoseRow | None]", tuple(row))
        if committed is not None:
            found[session] = _larger(committed, recorded)
        elif recorded is not None:
            found[session] = _measured(recorded)
    return found


def hashed(code: str) -> str:
    """What stands for the code of somebody who was erased, until their day is over."""
    return hashlib.sha256(code.upper().encode()).hexdigest()


def keep_for_the_day(transaction: Transaction, row: PatientRow) -> None:
    """The patient is being erased: of their doses only what counts today stays, for whoever has their code, as it
    counts now. Called while their sessions are there still.
    """
    of_code = hashed(row.code or "")
    for dose in transaction.scalars(select(CommittedRow).where(CommittedRow.patient_id == row.id)):
        if dose.over:
            transaction.delete(dose)
            continue
        if dose.state not in NOT_KNOWN:
            _give(dose, _counts(transaction, dose))
        dose.of_code, dose.recording = of_code, ""


def may_be_vibrating(transaction: Transaction, row: PatientRow, now: VouchedMoment) -> bool:
    """Whether the plate may be giving this patient a dose that was committed."""
    theirs = select(CommittedRow).where(CommittedRow.patient_id == row.id, CommittedRow.state == COMMITTED)
    return any(_may_be_given_yet(transaction, dose, now) for dose in transaction.scalars(theirs))


# --- one transaction's steps --------------------------------------------------------------------------------------


def _pass(transaction: Transaction, now: VouchedMoment) -> int | None:
    """Judge every dose whose day is not over. Returns the wall time at monotonic zero; None where nobody vouches."""
    epoch_ns = epoch_of(transaction, now)
    for row in transaction.scalars(select(CommittedRow).where(CommittedRow.over.is_(False))):
        verdict = judge(Placed(row.boot_id, row.mono_ns, row.day), now, epoch_ns)
        if verdict != (row.day, row.over):
            row.day, row.over = verdict
        if row.over and row.of_code:  # of somebody erased: its day was all that kept it
            transaction.delete(row)
    transaction.flush()
    return epoch_ns


def _enter(transaction: Transaction, claim: Claim) -> None:
    if _of(transaction, claim.ring_epoch, claim.ring_session) is not None:
        return
    place = f"{claim.ring_epoch}/{claim.ring_session}"
    patient = patients.known_or_new(transaction, claim.patient, claim.wall_ns, place) if claim.patient else None
    row = CommittedRow(
        id=derived(claim.wall_ns, f"{place}/committed"),
        patient_id=None if patient is None else patient.id,
        ring_epoch=claim.ring_epoch,
        ring_session=claim.ring_session,
        recording=claim.recording,
        boot_id=claim.placed.boot_id,
        mono_ns=claim.placed.mono_ns,
        day=claim.placed.day,
        wall_ns=claim.wall_ns,
        over=claim.over,
        state=COMMITTED if claim.given is None else MEASURED,
        **claim.dose._asdict(),
    )
    _give(row, claim.given or NO_DOSE)
    transaction.add(row)
    transaction.flush()


def _counted(transaction: Transaction, patient: str, but: tuple[int, int] = (0, -1)) -> Dose:
    """What counts for this patient, without one session."""
    erased = CommittedRow.of_code == hashed(patient)
    whose = or_(CommittedRow.patient_id.is_(None), PatientRow.code == patient.upper(), erased)
    query = (
        select(CommittedRow)
        .outerjoin(PatientRow, PatientRow.id == CommittedRow.patient_id)
        .where(CommittedRow.over.is_(False), whose)
    )
    total = NO_DOSE
    for row in transaction.scalars(query):
        if (row.ring_epoch, row.ring_session) != but:
            total = total.plus(_counts(transaction, row))
    return total


def _counts(transaction: Transaction, row: CommittedRow) -> Dose:
    """What of this one counts."""
    same = (SessionRow.ring_epoch == row.ring_epoch, SessionRow.ring_session == row.ring_session)
    query = select(DoseRow).join(SessionRow, SessionRow.id == DoseRow.session_id).where(*same)
    return _larger(row, transaction.scalars(query).first())


def _larger(row: CommittedRow, recorded: DoseRow | None) -> Dose:
    """What is known of it; never less than its recording says."""
    counts = _prescribed(row) if row.state in NOT_KNOWN else _given(row)
    if recorded is None or (row.state == DECIDED and recorded.source == ASSUMED):
        return counts
    return counts.at_least(_measured(recorded))


def _not_looked_at(transaction: Transaction, patient: str, now_ns: int) -> Dose:
    query = (
        select(func.sum(DoseRow.vibration_s), func.sum(DoseRow.e2_m2_s3), func.sum(DoseRow.e4_m4_s7))
        .join(SessionRow, SessionRow.id == DoseRow.session_id)
        .join(PatientRow, PatientRow.id == SessionRow.patient_id)
        .where(PatientRow.code == patient.upper(), SessionRow.started_ns >= local_midnight_ns(now_ns), _no_commitment())
    )
    return Dose(*(float(total or 0.0) for total in transaction.execute(query).one()))


def _no_commitment() -> Any:  # noqa: ANN401  # a clause, whose type has no short name
    same = (CommittedRow.ring_epoch == SessionRow.ring_epoch, CommittedRow.ring_session == SessionRow.ring_session)
    return ~select(CommittedRow.id).where(*same).exists()


def _of(transaction: Transaction, ring_epoch: int, ring_session: int) -> CommittedRow | None:
    same = (CommittedRow.ring_epoch == ring_epoch, CommittedRow.ring_session == ring_session)
    return transaction.scalars(select(CommittedRow).where(*same)).first()


def _named(transaction: Transaction, name: str) -> CommittedRow | None:
    """By its own id, by its session's name, or by its recording's."""
    own = or_(CommittedRow.id == name.lower(), CommittedRow.recording == name)
    row = transaction.scalars(select(CommittedRow).where(own)).first()
    if row is not None:
        return row
    session = transaction.scalars(select(SessionRow).where(SessionRow.name == name)).first()
    return None if session is None else _of(transaction, session.ring_epoch, session.ring_session)


def _may_be_given_yet(transaction: Transaction, row: CommittedRow, now: VouchedMoment) -> bool:
    """Decided then, what is given afterwards would count for nothing until its recording is read."""
    same = (SessionRow.ring_epoch == row.ring_epoch, SessionRow.ring_session == row.ring_session)
    state = transaction.scalars(select(SessionRow.state).where(*same)).first()
    if state is not None:
        return state == RECORDING
    return row.boot_id == now.boot_id and now.mono_ns - row.mono_ns < _TO_BEGIN_NS


def _view(transaction: Transaction, row: CommittedRow) -> dict[str, Any]:
    same = (SessionRow.ring_epoch == row.ring_epoch, SessionRow.ring_session == row.ring_session)
    session = transaction.scalars(select(SessionRow.name).where(*same)).first()
    return {
        "id": row.id,
        "session": session or row.recording,
        "patient": (row.patient.code or "") if row.patient is not None else "",
        "at_ns": row.wall_ns,
        "day": row.day,
        "state": row.state,
        "committed_s": row.vibration_s,
        "counts_s": _counts(transaction, row).vibration_s,
    }


def _give(row: CommittedRow, given: Dose) -> None:
    row.given_vibration_s, row.given_e2_m2_s3, row.given_e4_m4_s7 = given


def _given(row: CommittedRow) -> Dose:
    return Dose(row.given_vibration_s, row.given_e2_m2_s3, row.given_e4_m4_s7)


def _prescribed(row: CommittedRow) -> Dose:
    return Dose(row.vibration_s, row.e2_m2_s3, row.e4_m4_s7)


def _measured(row: DoseRow) -> Dose:
    return Dose(row.vibration_s, row.e2_m2_s3, row.e4_m4_s7)
