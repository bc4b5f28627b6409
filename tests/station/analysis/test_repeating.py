"""Two visits out of the stored sessions: each patient's first two days, and who has none."""

from datetime import timedelta
from pathlib import Path

import pytest

from station.analysis.repeating import visits_of_patients
from station.faults import InputError
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.sessions import Sessions
from tests.station.records.made import NOON, new, result
from tests.words import said


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Sessions of two patients: P-1 on three days, twice on the first; P-2 on one."""
    sessions = Sessions(open_records(records_path(tmp_path)))
    days = [("P-1", 0, 0), ("P-1", 0, 1), ("P-1", 7, 0), ("P-1", 9, 0), ("P-2", 0, 2)]
    for number, (patient, day, hour) in enumerate(days, 1):
        row = new(number, patient, NOON + timedelta(days=day, hours=hour))
        sessions.begin(row)
        sessions.store_results(row.name, result())
    return tmp_path


def test_the_first_two_days_of_a_patient(data):
    (one,) = visits_of_patients(data, ["p-1"], None)
    names = {
        number: data / new(number, "P-1", NOON + timedelta(days=day, hours=hour)).recording
        for number, day, hour in ((1, 0, 0), (2, 0, 1), (3, 7, 0))
    }
    assert one.name == "P-1"
    assert set(one.first.paths) == {names[1], names[2]}
    assert list(one.second.paths) == [names[3]]


def test_who_was_there_on_one_day_only_is_named(data):
    for code, drill, days in (("P-2", None, 1), ("P-9", None, 0), ("P-1", "no-such-drill", 0)):
        with pytest.raises(InputError) as caught:
            visits_of_patients(data, [code], drill)
        assert caught.value.where == f"--patient {code}"
        assert f"on {days} day(s)" in said(caught.value.problems[0])
