"""A data folder with two people, their rows and recordings, and a calibration."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from station.recording.layout import RECORDINGS_FOLDER, records_path
from station.records.file import Records, open_records
from station.records.patients import Patients
from station.records.sessions import SessionEnd, Sessions
from tests.station.records.made import NOON, new, ns, result

SECRETS = ("H.M.", "Dance again", "afraid of stairs")


def record(data: Path, number: int, patient: str) -> str:
    """A session with its recording, ended and with results. Returns its name."""
    session = new(number, patient, NOON + timedelta(minutes=number))
    sessions = Sessions(open_records(records_path(data)))
    sessions.begin(session)
    path = data / session.recording
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(f"samples {number} ".encode() * 500)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    sessions.end(session.name, SessionEnd("done", "finished", ns(NOON) + number, sha256))
    sessions.store_results(session.name, result(vibration_s=10.0))
    return session.name


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / RECORDINGS_FOLDER).mkdir(parents=True)
    (folder / "calibrations").mkdir()
    (folder / "calibrations" / "current.json").write_text('{"pigpio":"20260101-aa"}')
    words = dict(zip(("initials", "goals", "notes"), SECRETS, strict=True))
    Patients(open_records(records_path(folder))).enter("P01", words, "Ada")
    for number, patient in enumerate(("P01", "P02", "P01"), 1):
        record(folder, number, patient)
    return folder


@pytest.fixture
def records(data: Path) -> Records:
    return open_records(records_path(data))


def tree(folder: Path) -> dict[str, bytes]:
    """All that is in a folder, but locks."""
    files = (one for one in folder.rglob("*") if one.is_file() and not one.name.endswith((".lock", "-wal", "-shm")))
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}
