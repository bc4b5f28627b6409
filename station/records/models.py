"""The tables. Wall times are Unix nanoseconds (UTC); JSON columns hold what the recording's header holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA_VERSION = 1
"""Kept in SQLite's `user_version`. Rises with each change that an older program could not read."""

RECORDING = "recording"
DONE = "done"
INTERRUPTED = "interrupted"
"""States of a session: being recorded, ended by its drill, or cut off (a crash, a power cut, a shutdown)."""


class Base(DeclarativeBase):
    """What the tables share."""

    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012  # SQLAlchemy's own way to say it


class PatientRow(Base):
    """Who was on the plate: no more than is needed here."""

    __tablename__ = "patient"
    code: Mapped[str] = mapped_column(primary_key=True)
    initials: Mapped[str] = mapped_column(default="")
    birth_year: Mapped[int | None]
    sessions: Mapped[list[SessionRow]] = relationship(back_populates="patient")


class SessionRow(Base):
    """One drill of one patient, and where its recording is."""

    __tablename__ = "session"
    __table_args__ = (UniqueConstraint("ring_epoch", "ring_session"), Index("session_by_patient", "patient_code", "id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    patient_code: Mapped[str] = mapped_column(ForeignKey("patient.code"))
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
    patient: Mapped[PatientRow] = relationship(back_populates="sessions")
    trials: Mapped[list[TrialRow]] = relationship(order_by="TrialRow.number", cascade="all, delete-orphan")
    dose: Mapped[Dose | None] = relationship(cascade="all, delete-orphan")


class TrialRow(Base):
    """One trial and its figures, as `station.analysis.results` gives them."""

    __tablename__ = "trial"
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    hold_s: Mapped[float]
    pipeline: Mapped[str]
    """Name and version: figures of two trials may be compared only where these are equal."""
    measures: Mapped[dict[str, Any]]
    baseline_measures: Mapped[dict[str, Any] | None]
    reasons: Mapped[dict[str, Any]]
    vibration: Mapped[dict[str, Any]]


class Dose(Base):
    """The vibration of one session: what the day's sum is made of."""

    __tablename__ = "dose"
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    vibration_s: Mapped[float]
    e2_m2_s3: Mapped[float]
    """Integral of the squared weighted acceleration; adds up over sessions, A(8) does not."""
    e4_m4_s7: Mapped[float]
    peak_acceleration_g: Mapped[float]
    source: Mapped[str]
    """ "estimated" from frequency and displacement, or "measured" by an accelerometer."""


class Audit(Base):
    """One line of the audit log. Lines are only ever added; each carries the hash of the one before."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_ns: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str]
    what: Mapped[str]
    detail: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    """Of the hash before and this line's text."""
