"""The tables. Wall times are Unix nanoseconds (UTC); JSON columns hold what the recording's header holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA_VERSION = 15
"""Kept in SQLite's `user_version`; the migration that leads to it is its number with four digits. It rises with each
change of the tables, so that an older program refuses the file."""

RECORDING = "recording"
DONE = "done"
INTERRUPTED = "interrupted"
"""States of a session: being recorded, ended by its drill, or cut off (a crash, a power cut, a shutdown)."""

OPEN = "open"
CLOSED = "closed"
LEFT = "left"
"""States of a visit: going on, ended by a person, or never ended by anybody before the next day's began."""

_UUID = String(36)
_WITH_IT = "all, delete-orphan"
"""What hangs on a row goes with it."""


class Base(DeclarativeBase):
    """What the tables share."""

    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, float: Double}  # noqa: RUF012  # SQLAlchemy's own way to say it


class Movable:
    """What every row has that may ever leave the station. Filled in by `station.records.file` when it is written."""

    station_id: Mapped[str] = mapped_column(_UUID)
    """Of the station that wrote the row; no other ever changes it."""
    changed_ns: Mapped[int] = mapped_column(BigInteger)
    """Of its last change, wall time."""


class StationRow(Base):
    """This station's own identity: one row, made once."""

    __tablename__ = "station"
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    made_ns: Mapped[int] = mapped_column(BigInteger)


class PatientRow(Movable, Base):
    """Who was on the plate: no more than is needed here. The code is what people say, the id is who it is."""

    __tablename__ = "patient"
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    code: Mapped[str | None] = mapped_column(unique=True)
    """In capitals. None where it was given up for that of `replaced_by`."""
    initials: Mapped[str] = mapped_column(default="")
    birth_year: Mapped[int | None]
    height_cm: Mapped[int | None]
    foot_length_mm: Mapped[int | None]
    goals: Mapped[str] = mapped_column(default="")
    """In the patient's own words."""
    notes: Mapped[str] = mapped_column(default="")
    """The therapist's."""
    consent_ns: Mapped[int | None] = mapped_column(BigInteger)
    """When they agreed, wall time; None where they have not, or no longer."""
    consent_initials: Mapped[str] = mapped_column(default="")
    """Of who agreed: the patient, or who speaks for them."""
    consent_words: Mapped[str] = mapped_column(default="")
    """To which words: their language, and the beginning of their SHA-256."""
    replaced_by: Mapped[str | None] = mapped_column(_UUID)
    """Who this is, where a mistyped code had made another patient of them."""


class VisitRow(Movable, Base):
    """All that a patient does in one stay."""

    __tablename__ = "visit"
    __table_args__ = (Index("visit_by_patient", "patient_id", "opened_ns"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    opened_ns: Mapped[int] = mapped_column(BigInteger)
    opened_by: Mapped[str] = mapped_column(default="")
    """Who opened it; "" where the first session did."""
    closed_ns: Mapped[int | None] = mapped_column(BigInteger)
    closed_by: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=OPEN)
    note: Mapped[str] = mapped_column(default="")
    """The therapist's, of this visit."""
    held_by: Mapped[str] = mapped_column(default="")
    """In whose hands the visit is, by name; "" where nobody has handed it over."""
    patient: Mapped[PatientRow] = relationship()


class SessionRow(Movable, Base):
    """One drill of one patient, and where its recording is."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("ring_epoch", "ring_session"),
        Index("session_by_patient", "patient_id", "started_ns"),
    )
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    """By which files, addresses and the audit log know it: the id's bits in 26 letters."""
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    drill: Mapped[str]
    leg: Mapped[str]
    prescription: Mapped[dict[str, Any]]
    started_ns: Mapped[int] = mapped_column(BigInteger, index=True)
    ended_ns: Mapped[int | None] = mapped_column(BigInteger)
    boot_id: Mapped[str] = mapped_column(default="")
    ring_epoch: Mapped[int] = mapped_column(BigInteger)
    """With `ring_session`: which life of the control program, and which of its sessions."""
    ring_session: Mapped[int]
    state: Mapped[str] = mapped_column(default=RECORDING, index=True)
    outcome: Mapped[str | None]
    recording: Mapped[str]
    """Path of the MCAP file, relative to the data folder."""
    sha256: Mapped[str | None]
    """Of the finished file."""
    pipeline: Mapped[str | None]
    """That made the trials' measures; None until they are made."""
    patient: Mapped[PatientRow] = relationship()
    visit: Mapped[VisitRow] = relationship()
    trials: Mapped[list[TrialRow]] = relationship(order_by="TrialRow.number", cascade=_WITH_IT)
    dose: Mapped[DoseRow | None] = relationship(cascade=_WITH_IT)
    level: Mapped[LevelRow | None] = relationship(cascade=_WITH_IT)
    said: Mapped[list[SaidRow]] = relationship(order_by="SaidRow.at_ns", cascade=_WITH_IT)


class TrialRow(Movable, Base):
    """One trial and its figures, as `station.analysis.results` gives them."""

    __tablename__ = "trial"
    __table_args__ = (UniqueConstraint("session_id", "number"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    number: Mapped[int]
    leg: Mapped[str]
    """On which it was: "left", "right" or "both"; "" where nobody knows any more."""
    outcome: Mapped[str]
    hold_s: Mapped[float]
    pipeline: Mapped[str]
    """Name and version: figures of two trials may be compared only where these are equal."""
    measures: Mapped[dict[str, Any]]
    baseline_measures: Mapped[dict[str, Any] | None]
    reasons: Mapped[dict[str, Any]]
    vibration: Mapped[dict[str, Any]]
    exercise: Mapped[dict[str, Any] | None]
    """What was exercised and how it stood, as `station.analysis.exercised` gives it; None of an earlier program."""


class DoseRow(Movable, Base):
    """The vibration of one session: what the day's sum is made of."""

    __tablename__ = "dose"
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), unique=True)
    vibration_s: Mapped[float]
    e2_m2_s3: Mapped[float]
    """Integral of the squared weighted acceleration; adds up over sessions, A(8) does not."""
    e4_m4_s7: Mapped[float]
    peak_acceleration_g: Mapped[float]
    source: Mapped[str]
    """ "estimated" from frequency and displacement, or "measured" by an accelerometer."""


COMMITTED = "committed"
MEASURED = "measured"
WITHDRAWN = "withdrawn"
DECIDED = "decided"
"""States of a committed dose: prescribed and not known to be over, replaced by what was given, never begun, or settled
by a person."""


class CommittedRow(Movable, Base):
    """The dose of one session, whole, from before it was allowed to begin: what the day's sum is made of."""

    __tablename__ = "committed"
    __table_args__ = (UniqueConstraint("ring_epoch", "ring_session"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patient.id"), index=True)
    """None where nobody can say whose it was: it counts for everybody."""
    ring_epoch: Mapped[int] = mapped_column(BigInteger)
    """With `ring_session`: which session."""
    ring_session: Mapped[int]
    recording: Mapped[str] = mapped_column(default="")
    """Name of the recording from which it was made; "" where control asked for it."""
    boot_id: Mapped[str]
    mono_ns: Mapped[int] = mapped_column(BigInteger)
    wall_ns: Mapped[int] = mapped_column(BigInteger)
    """As the clock said it; the day is not counted by it."""
    day: Mapped[str] = mapped_column(default="")
    """The clinic's date (ISO 8601), once somebody has vouched for it."""
    over: Mapped[bool] = mapped_column(default=False, index=True)
    """Its day has ended."""
    state: Mapped[str] = mapped_column(default=COMMITTED)
    vibration_s: Mapped[float]
    """Prescribed, whole, as are the next two."""
    e2_m2_s3: Mapped[float]
    e4_m4_s7: Mapped[float]
    given_vibration_s: Mapped[float] = mapped_column(default=0.0)
    """What was given, or is taken to have been, once it is known, as are the next two."""
    given_e2_m2_s3: Mapped[float] = mapped_column(default=0.0)
    given_e4_m4_s7: Mapped[float] = mapped_column(default=0.0)
    of_code: Mapped[str] = mapped_column(default="")
    """Of whom who was erased on this very day: a hash of their code (`station.records.dose.hashed`), so that the day's
    sum holds for whoever comes by it again. "" for everybody else.
    """
    patient: Mapped[PatientRow | None] = relationship()


class ErasedRow(Movable, Base):
    """A person of whom all was erased: what keeps it from coming back out of a recording or a backup."""

    __tablename__ = "erased"
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    """The patient's: their row stays, empty, for this."""
    at_ns: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[str]
    reason: Mapped[str]
    sessions: Mapped[list[Any]]
    """Names of their sessions, and so of their recordings."""


class VouchedRow(Base):
    """Who vouches for the clock of one boot."""

    __tablename__ = "vouched"
    boot_id: Mapped[str] = mapped_column(primary_key=True)
    epoch_ns: Mapped[int] = mapped_column(BigInteger)
    """Wall time at monotonic zero."""
    voucher: Mapped[str]
    """ "synchronised", "rtc" or "person"."""
    by: Mapped[str] = mapped_column(default="")


class ScreeningRow(Movable, Base):
    """One screening before vibration: what was answered, by whom it was asked, and when. A correction is a new row."""

    __tablename__ = "screening"
    __table_args__ = (Index("screening_by_patient", "patient_id", "at_ns"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    at_ns: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[str]
    boot_id: Mapped[str]
    """With `mono_ns`: when, as no clock on the wall can change it. "" where it no longer counts."""
    mono_ns: Mapped[int] = mapped_column(BigInteger)
    answers: Mapped[dict[str, Any]]
    """By the item's id: yes, no, unknown, or a number. What is not there was not asked."""
    overrides: Mapped[dict[str, Any]]
    """By the item's id: `by` and `reason`."""
    items: Mapped[str]
    """Which file of questions it was: the beginning of its SHA-256."""


PROPOSED = "proposed"
ACCEPTED = "accepted"
"""States of a plan: made by the rules, or taken on by a person."""


class PlanRow(Movable, Base):
    """One version of a patient's plan; the newest counts. Nothing in it is ever changed: a change is a new version."""

    __tablename__ = "plan"
    __table_args__ = (Index("plan_by_patient", "patient_id", "at_ns"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    version: Mapped[int]
    """From 1, for each patient."""
    at_ns: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[str]
    """The clinic's date (ISO 8601) on which the rules were asked."""
    by: Mapped[str]
    state: Mapped[str] = mapped_column(default=PROPOSED)
    found: Mapped[dict[str, Any]]
    """Findings by name, each with value, source, day, of, at_least, counts (`station.clinic.plan.measuring.Known`)."""
    typed: Mapped[dict[str, Any]]
    """The same of what people typed, also where something newer was measured since."""
    plan: Mapped[dict[str, Any]]
    """As `station.clinic.plan.written.plan_values` writes it."""
    struck: Mapped[dict[str, Any]]
    """By the drill's id: who struck it, when and why."""
    changed: Mapped[dict[str, Any]]
    """By the drill's id: leg, trials, rung, and who changed it."""
    rules: Mapped[str]
    """Which files of rules it was made by: the beginning of their SHA-256."""


class LevelRow(Movable, Base):
    """What one session (a set of a drill) has decided: where the patient stands after it, and why."""

    __tablename__ = "level"
    __table_args__ = (Index("level_by_patient", "patient_id", "ladder", "leg"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), unique=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    ladder: Mapped[str]
    """The drill's id (D03): one ladder may lead over several documents."""
    leg: Mapped[str]
    day: Mapped[str]
    counted: Mapped[bool]
    """Whether it was done at the level that was asked for, or harder: else it moves nothing."""
    level: Mapped[dict[str, Any]]
    """Rung, share, value and unit, feedback, lock, rest: as `station.clinic.progression.values.Level`."""
    decisions: Mapped[list[Any]]
    """Each as a key and values, in the order in which they were made."""


class SaidRow(Movable, Base):
    """What a person said of a drill: effort and pain after a set, or that it is unlocked."""

    __tablename__ = "said"
    __table_args__ = (Index("said_by_patient", "patient_id", "at_ns"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id"))
    """The set that it is about; None for an unlocked drill."""
    ladder: Mapped[str]
    leg: Mapped[str]
    at_ns: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[str]
    by: Mapped[str]
    said: Mapped[dict[str, Any]]
    """effort_rpe, pain, near_fall, swollen, pain_next_morning; or why it is unlocked."""


class RefusalRow(Movable, Base):
    """Somebody does not want a test of a battery, or wants it after all: of a day, the newest row of a test counts."""

    __tablename__ = "refusal"
    __table_args__ = (Index("refusal_by_patient", "patient_id", "day"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    battery: Mapped[str]
    test: Mapped[str]
    """By its id in the battery."""
    at_ns: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[str]
    by: Mapped[str]
    why: Mapped[str]
    """In words; empty: it is wanted again."""


class EntryRow(Movable, Base):
    """One form that somebody filled in about a patient (`station.clinic.entries`). A correction is a new row."""

    __tablename__ = "entry"
    __table_args__ = (Index("entry_by_patient", "patient_id", "form", "at_ns"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    form: Mapped[str]
    at_ns: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[str]
    by: Mapped[str]
    answers: Mapped[dict[str, Any]]
    """By the field's id, with its side where it has two."""
    refused: Mapped[str]
    """Why the patient did not want it, in words; empty where it was answered."""


class IncidentRow(Movable, Base):
    """A fall or near fall, as one tap told it: what ran then, and which part of which recording has it."""

    __tablename__ = "incident"
    __table_args__ = (Index("incident_by_patient", "patient_id", "at_ns"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    """Made by the page that was tapped: told twice it is one."""
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patient.id"))
    """None where nobody was on the plate, or nothing of them is recorded yet."""
    at_ns: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[str]
    ring_epoch: Mapped[int] = mapped_column(BigInteger)
    """With `ring_session`: the session that ran, or had run last; 0 and 0 for none."""
    ring_session: Mapped[int]
    ran: Mapped[dict[str, Any]]
    """What ran at that moment: running, drill, leg, phase, trial, output_hz, output_pp_mm, stopped."""
    kind: Mapped[str] = mapped_column(default="")
    """ "near-fall", "fall", "mistake" (nothing had happened); "" before a person has said it."""
    note: Mapped[str] = mapped_column(default="")
    note_by: Mapped[str] = mapped_column(default="")
    seen_ns: Mapped[int | None] = mapped_column(BigInteger)
    """When a person said that the patient is safe."""
    seen_by: Mapped[str] = mapped_column(default="")
    patient: Mapped[PatientRow | None] = relationship()


class PhoneRow(Base):
    """A paired phone. It never leaves the station: what it may do, it may do here."""

    __tablename__ = "phone"
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    name: Mapped[str]
    """As who paired it calls it."""
    role: Mapped[str]
    trained: Mapped[bool]
    transport: Mapped[str]
    """The way on which it was paired, the only one on which it is known."""
    token_sha256: Mapped[str] = mapped_column(unique=True)
    """Of its cookie, which is random."""
    paired_ns: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[dict[str, Any]]
    """When it was last seen, as `station.access.elapsed` writes a moment, like the next."""
    active: Mapped[dict[str, Any] | None]
    """When somebody last did something with it; None: it waits for its PIN."""
    lived_s: Mapped[float]
    """How long it has been paired, as far as clocks that nobody set can tell."""
    wrong: Mapped[int]
    """Wrong PINs in a row."""
    wrong_at: Mapped[dict[str, Any] | None]
    person_id: Mapped[str | None] = mapped_column(_UUID)
    """Whose it is; None: of whoever knows the PIN of its role."""


class PersonRow(Base):
    """One of the staff, with a PIN of their own. The row stays when they have left: the audit log names it."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    name: Mapped[str]
    """By which they are known here, and to the audit log."""
    role: Mapped[str]
    trained: Mapped[bool]
    kept: Mapped[str]
    """Of their PIN, as `station.access.pins.hashed` makes it; "" where they have left."""
    wrong: Mapped[int]
    """Wrong PINs in a row."""
    wrong_at: Mapped[dict[str, Any] | None]
    made_ns: Mapped[int] = mapped_column(BigInteger)
    revoked_ns: Mapped[int | None] = mapped_column(BigInteger)
    """When they left; None while they are here."""


class PinRow(Base):
    """The PIN of one role."""

    __tablename__ = "pin"
    role: Mapped[str] = mapped_column(primary_key=True)
    kept: Mapped[str]
    """As `station.access.pins.hashed` makes it."""
    wrong: Mapped[int]
    wrong_at: Mapped[dict[str, Any] | None]


class OrderRow(Movable, Base):
    """An order of partial load for one leg. It stands until a person withdraws it; a change is a new row."""

    __tablename__ = "load_order"
    __table_args__ = (Index("order_by_patient", "patient_id", "at_ns"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    """Made by the page that was tapped: told twice it is one."""
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    at_ns: Mapped[int] = mapped_column(BigInteger)
    by: Mapped[str]
    """Who entered it."""
    leg: Mapped[str]
    """ "left" or "right"; "" for one that stood in a plan, which knows no leg, and was withdrawn."""
    kg: Mapped[float]
    percent_bw: Mapped[float]
    ordered_by: Mapped[str]
    ordered_on: Mapped[str]
    """A day (ISO 8601), as is the next."""
    until: Mapped[str]
    """The last day on which it holds."""
    withdrawn_ns: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    """Why it was withdrawn."""


class AuditRow(Movable, Base):
    """One line of the audit log. Lines are only ever added; each carries the hash of the one before."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(_UUID, unique=True)
    at_ns: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str]
    what: Mapped[str]
    detail: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    """Of the hash before and this line's text."""
