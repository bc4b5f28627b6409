"""Rows to plain dicts for JSON, and results to rows."""

from __future__ import annotations

from typing import Any

from drills.values import EACH, IN_FRONT, said_leg
from station.records.ids import derived
from station.records.models import DoseRow, PatientRow, SessionRow, TrialRow, VisitRow
from station.records.suspect import SUSPECT

SECONDS_OF_A8 = 28_800.0
"""The eight hours to which A(8) refers (ISO 2631-1)."""
_SUMMARY = (
    "drill",
    "leg",
    "started_ns",
    "ended_ns",
    "state",
    "outcome",
    "recording",
    "sha256",
    "pipeline",
    "ring_epoch",
    "ring_session",
)
LATE = "late_mark_"
"""So begin the keys of marks that were set later, among what was said: `station.records.late_marks`."""
_TRIAL = ("number", "leg", "outcome", "hold_s", "pipeline", "measures", "baseline_measures", "reasons", "vibration")
_DOSE = ("vibration_s", "e2_m2_s3", "e4_m4_s7", "peak_acceleration_g", "source")
_PATIENT = (
    "id",
    "code",
    "initials",
    "birth_year",
    "height_cm",
    "foot_length_mm",
    "goals",
    "notes",
    "consent_ns",
    "consent_initials",
    "consent_words",
)
_VISIT = ("id", "state", "opened_ns", "opened_by", "closed_ns", "closed_by", "note", "held_by")


def session_view(row: SessionRow) -> dict[str, Any]:
    """One line of a list of sessions. `id` is the name by which files and addresses know it, `uuid` its identity."""
    view = {name: getattr(row, name) for name in _SUMMARY}
    return {
        **view,
        "id": row.name,
        "uuid": row.id,
        "patient": row.patient.code or "",
        "visit": row.visit_id,
        "leg_word": leg_word(row.leg, row.trials[0] if row.trials else None),
        "trials_held": sum(trial.outcome == "held" for trial in row.trials),
        "trials_count": len(row.trials),
        "paused_s": sum((trial.exercise or {}).get("paused_s") or 0.0 for trial in row.trials),
    }


def leg_word(leg: str, trial: TrialRow | None) -> str:
    """How this leg is said, by where the feet stood in that trial: `drills.values.said_leg`."""
    return said_leg(leg, front=trial is not None and (trial.exercise or {}).get("base") in IN_FRONT)


def patient_view(row: PatientRow) -> dict[str, Any]:
    """All that is known of a patient themselves."""
    return {name: getattr(row, name) for name in _PATIENT}


def visit_view(row: VisitRow) -> dict[str, Any]:
    """A visit, with its patient's code."""
    return {**{name: getattr(row, name) for name in _VISIT}, "patient": row.patient.code or ""}


def trial_view(row: TrialRow) -> dict[str, Any]:
    """A trial with its figures."""
    view = {name: getattr(row, name) for name in _TRIAL}
    exercised = row.exercise or {}
    score = {name: int(exercised.get(name) or 0) for name in ("done", "of")}
    said = {"feet": feet_word(row), "feet_said": feet_said(row), "load": exercised.get("load")}
    said |= {name: exercised.get(name) for name in ("alone_s", "paused_s")}
    said["marked"] = exercised.get("marked") or []
    return {**view, **said, "leg_word": leg_word(row.leg, row), "score": score, "tested": exercised.get("tested") or {}}


def feet_word(trial: TrialRow) -> str:
    """On how many feet this try was: what was said, else what was seen, "one", "both" or "unsure"; "" where nothing
    speaks against one.
    """
    feet = (trial.exercise or {}).get("feet") or {}
    return str(feet.get("said") or feet.get("seen") or "")


def feet_said(trial: TrialRow) -> bool:
    """Whether somebody has said it."""
    return bool(((trial.exercise or {}).get("feet") or {}).get("said"))


def said_view(row: SessionRow) -> dict[str, Any]:
    """What was said after a session, the newest of each kind: effort_rpe, pain, near_fall and so on."""
    said: dict[str, Any] = {}
    for one in row.said:
        said |= {key: value for key, value in one.said.items() if not key.startswith(LATE)}
    return said


def dose_view(row: DoseRow) -> dict[str, Any]:
    """A session's dose; A(8) and VDV are those of the session alone."""
    view = {name: getattr(row, name) for name in _DOSE}
    return {**view, "a8_m_s2": (row.e2_m2_s3 / SECONDS_OF_A8) ** 0.5, "vdv_m_s175": row.e4_m4_s7**0.25}


def trial_row(
    session: SessionRow, trial: dict[str, Any], pipeline: str, exercise: dict[str, Any] | None = None
) -> TrialRow:
    """The row of one trial of `station.analysis.results`, and what was exercised in it."""
    return TrialRow(
        id=derived(session.started_ns, f"{session.id}/trial/{trial['trial']}"),
        number=trial["trial"],
        leg=trial.get("leg") or ("" if session.leg == EACH else session.leg),
        pipeline=pipeline,
        exercise=exercise,
        reasons={**trial["reasons"], **({SUSPECT: doubts[0]} if (doubts := trial.get("suspicions")) else {})},
        **{name: trial[name] for name in _TRIAL[2:] if name not in ("pipeline", "reasons")},
    )


def fill_dose(session: SessionRow, dose: dict[str, Any]) -> DoseRow:
    """The dose of `station.analysis.results` in the session's row of it, or in a new one. The sums are got back from
    A(8) and VDV.
    """
    row = session.dose or DoseRow(id=derived(session.started_ns, f"{session.id}/dose"))
    row.vibration_s = dose["vibration_s"]
    row.e2_m2_s3 = dose["a8_m_s2"] ** 2 * SECONDS_OF_A8
    row.e4_m4_s7 = dose["vdv_m_s175"] ** 4
    row.peak_acceleration_g = dose["peak_acceleration_g"]
    row.source = dose["source"]
    return row
