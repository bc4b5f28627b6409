"""The tables. Wall times are Unix nanoseconds (UTC); JSON columns hold what the recording's header holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA_VERSION = 4
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
    trials: Mapped[list[TrialRow]] = relationship(order_by="TrialRow.number", cascade="all, delete-orphan")
    dose: Mapped[DoseRow | None] = relationship(cascade="all, delete-orphan")


class TrialRow(Movable, Base):
    """One trial and its figures, as `station.analysis.results` gives them."""

    __tablename__ = "trial"
    __table_args__ = (UniqueConstraint("session_id", "number"),)
    id: Mapped[str] = mapped_column(_UUID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    number: Mapped[int]
    outcome: Mapped[str]
    hold_s: Mapped[float]
    pipeline: Mapped[str]
    """Name and version: figures of two trials may be compared only where these are equal."""
    measures: Mapped[dict[str, Any]]
    baseline_measures: Mapped[dict[str, Any] | None]
    reasons: Mapped[dict[str, Any]]
    vibration: Mapped[dict[str, Any]]


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
    patient: Mapped[PatientRow | None] = relationship()


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
