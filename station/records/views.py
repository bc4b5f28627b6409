"""Rows to plain dicts for JSON, and results to rows."""

from __future__ import annotations

from typing import Any

from station.records.models import Dose, SessionRow, TrialRow

SECONDS_OF_A8 = 28_800.0
"""The eight hours to which A(8) refers (ISO 2631-1)."""
_SUMMARY = (
    "id",
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
_TRIAL = ("number", "outcome", "hold_s", "pipeline", "measures", "baseline_measures", "reasons", "vibration")
_DOSE = ("vibration_s", "e2_m2_s3", "e4_m4_s7", "peak_acceleration_g", "source")


def session_view(row: SessionRow) -> dict[str, Any]:
    """One line of a list of sessions."""
    view = {name: getattr(row, name) for name in _SUMMARY}
    return {
        **view,
        "patient": row.patient_code,
        "trials_held": sum(trial.outcome == "held" for trial in row.trials),
        "trials_count": len(row.trials),
    }


def trial_view(row: TrialRow) -> dict[str, Any]:
    """A trial with its figures."""
    return {name: getattr(row, name) for name in _TRIAL}


def dose_view(row: Dose) -> dict[str, Any]:
    """A session's dose; A(8) and VDV are those of the session alone."""
    view = {name: getattr(row, name) for name in _DOSE}
    return {**view, "a8_m_s2": (row.e2_m2_s3 / SECONDS_OF_A8) ** 0.5, "vdv_m_s175": row.e4_m4_s7**0.25}


def trial_row(trial: dict[str, Any], pipeline: str) -> TrialRow:
    """The row of one trial of `station.analysis.results`."""
    return TrialRow(
        number=trial["trial"], pipeline=pipeline, **{name: trial[name] for name in _TRIAL[1:] if name != "pipeline"}
    )


def fill_dose(row: Dose | None, dose: dict[str, Any]) -> Dose:
    """The dose of `station.analysis.results` in this row, or in a new one. The sums are got back from A(8) and VDV."""
    row = row or Dose()
    row.vibration_s = dose["vibration_s"]
    row.e2_m2_s3 = dose["a8_m_s2"] ** 2 * SECONDS_OF_A8
    row.e4_m4_s7 = dose["vdv_m_s175"] ** 4
    row.peak_acceleration_g = dose["peak_acceleration_g"]
    row.source = dose["source"]
    return row
