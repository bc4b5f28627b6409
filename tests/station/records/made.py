"""Sessions and results to write into records."""

from datetime import datetime

from station.records.ids import session_id
from station.records.sessions import NewSession

NOON = datetime(2026, 6, 15, 12, 0).astimezone()
EPOCH = 99
"""The ring's."""


def ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000_000


def new(number: int = 1, patient: str = "P-7", at: datetime = NOON, visit: str = "") -> NewSession:
    name = session_id(ns(at), EPOCH, number)
    file = f"recordings/{name}.mcap"
    return NewSession(
        name, patient, "quiet-stance", "left", {"hold_s": 30.0}, ns(at), "boot", EPOCH, number, file, visit
    )


def result(vibration_s: float = 30.0, outcome: str = "held") -> dict:
    trial = {
        "trial": 1,
        "outcome": outcome,
        "hold_s": 30.0,
        "measures": {"path_length_mm": 900.0},
        "reasons": {},
        "baseline_measures": None,
        "vibration": {"asked_hz": 20.0},
    }
    dose = {
        "vibration_s": vibration_s,
        "a8_m_s2": 0.2,
        "vdv_m_s175": 3.0,
        "peak_acceleration_g": 0.8,
        "source": "estimated",
    }
    return {"pipeline": "station-1", "pipeline_version": 1, "trials": [trial], "dose": dose}
