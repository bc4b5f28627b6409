"""A data folder with one patient of three visits: figures that get better, one suspect try, and no real person."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from station.faults import as_json, because
from station.records.file import open_records
from station.records.patients import Patients
from station.records.sessions import SessionEnd, Sessions
from tests.station.records.made import NOON, new, ns

SPEEDS_MM_S = ((21.0, 22.0, 23.0), (18.0, 19.0, 20.0), (9.0, 9.5, 10.0))
"""Of each visit's three tries."""


def figures(speed: float) -> dict[str, float]:
    return {
        "mean_velocity_mm_s": speed,
        "mean_velocity_ml_mm_s": speed * 0.6,
        "mean_velocity_ap_mm_s": speed * 0.7,
        "ellipse_area_mm2": speed * 20.0,
        "rms_ml_mm": speed / 4.0,
        "rms_ap_mm": speed / 3.0,
    }


def trial(number: int, speed: float, *, outcome: str = "held", suspect: bool = False) -> dict:
    doubts = {"suspicions": [as_json(because("values-held", times=2, slower_hz=125.0))]} if suspect else {}
    return {
        "trial": number,
        "leg": "both",
        "outcome": outcome,
        "hold_s": 30.0 if outcome == "held" else 11.5,
        "measures": figures(speed),
        "baseline_measures": None,
        "reasons": {},
        "vibration": {"asked_hz": 0.0, "measured_hz": 0.0},
        **doubts,
    }


def result(speeds: tuple[float, ...], *, suspect: bool = False, vibration_s: float = 0.0) -> dict:
    trials = [trial(number, speed) for number, speed in enumerate(speeds, 1)]
    if suspect:
        trials += [trial(len(trials) + 1, 90.0, suspect=True), trial(len(trials) + 2, 1.0, outcome="step-off")]
    dose = {
        "vibration_s": vibration_s,
        "a8_m_s2": 0.2 if vibration_s else 0.0,
        "vdv_m_s175": 3.0 if vibration_s else 0.0,
        "peak_acceleration_g": 0.0,
        "source": "estimated",
    }
    return {"pipeline": "station-1", "pipeline_version": 1, "trials": trials, "dose": dose}


def fill(data: Path, recording: Path) -> list[str]:
    """Three visits a week apart of P-7, whose recordings have the header of `recording`; the sessions' names."""
    (data / "recordings").mkdir(parents=True)
    records, names = open_records(data / "records.sqlite"), []
    sessions = Sessions(records)
    fields = {"initials": "M. R.", "birth_year": 1958, "goals": "*Walk* to $the shop$ #alone"}
    Patients(records).enter("P-7", fields, "test")
    for week, speeds in enumerate(SPEEDS_MM_S):
        at = NOON + timedelta(days=7 * week)
        session = new(week + 1, at=at)._replace(leg="both")
        shutil.copy(recording, data / session.recording)
        sessions.begin(session)
        sessions.end(session.name, SessionEnd("done", "completed", ns(at) + 200_000_000_000, None))
        done = result(speeds, suspect=week == 1, vibration_s=30.0 * week)
        done["exercised"] = {"2": {"paused_s": 205.4}} if week == 2 else {}
        sessions.store_results(session.name, done)
        names.append(session.name)
    records.close()
    return names


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory, project: Path) -> tuple[Path, list[str]]:
    """The data folder, and the names of its sessions, oldest first. Nobody writes to it."""
    data = tmp_path_factory.mktemp("clinic") / "data"
    return data, fill(data, project / "tests" / "data" / "calibrated.mcap")
