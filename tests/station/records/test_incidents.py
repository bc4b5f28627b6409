"""Falls and near falls in the records: told once, with the samples before it, described by name, and audited."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from station.faults import InputError
from station.records.audit import AuditLog
from station.records.file import Records, open_records
from station.records.incidents import Incidents, NewIncident
from station.records.patients import Patients
from station.records.sessions import SessionEnd, Sessions
from station.records.visits import Visits
from tests.station.records.made import NOON, new, ns

ID = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Records]:
    records = open_records(tmp_path / "records.sqlite", now_ns=lambda: ns(NOON))
    yield records
    records.close()


def told(records, *, at=NOON + timedelta(seconds=45), patient="P-7", number=1):
    begun = new(number)
    Sessions(records).begin(begun)
    ran = {"running": True, "drill": begun.drill}
    fields = NewIncident(ID, patient, ns(at), "ab12", begun.ring_epoch, begun.ring_session, ran)
    return begun, Incidents(records).tell(fields)


def test_a_fall_names_its_recording_and_the_thirty_seconds_before_it(here):
    begun, found = told(here)
    assert (found["patient"], found["session"], found["recording"]) == ("P-7", begun.name, begun.recording)
    assert (found["from_ns"], found["to_ns"]) == (found["at_ns"] - 30 * 10**9, found["at_ns"])
    Sessions(here).end(begun.name, SessionEnd("done", "stopped", ns(NOON + timedelta(seconds=20)), None))
    after = Incidents(here).find(ID)
    assert (after["from_ns"], after["to_ns"]) == (ns(NOON), ns(NOON + timedelta(seconds=20)))


def test_told_twice_it_is_one_and_each_word_of_it_is_audited_without_what_it_says(here):
    _, found = told(here)
    incidents = Incidents(here)
    again = NewIncident(ID, "P-7", 5, "cd34", 1, 9, {})
    assert incidents.tell(again) == found
    incidents.describe(ID, "Ada K.", "near-fall", "held the rail")
    incidents.safe(ID, "Ada K.")
    last = incidents.safe(ID, "Eva M.")
    assert (last["kind"], last["note"], last["note_by"]) == ("near-fall", "held the rail", "Ada K.")
    assert (last["seen_by"], last["seen_ns"]) == ("Ada K.", ns(NOON))
    lines = [(one["who"], one["what"]) for one in AuditLog(here).newest(9)]
    assert lines == [("ab12", "incident-told"), ("Ada K.", "incident-described"), ("Ada K.", "incident-safe")]
    assert "rail" not in str(AuditLog(here).newest(9))
    for ask in (lambda: incidents.describe("none", "Ada K.", "fall", None), lambda: incidents.safe("none", "Ada K.")):
        with pytest.raises(InputError) as refused:
            ask()
        assert refused.value.code == "incident-unknown"


def test_it_goes_over_to_the_right_code(here):
    told(here, patient="P-7")
    Patients(here).enter("P-70", {}, "ab12", sure=True)
    Patients(here).correct_code("P-7", "P-70", "Ada K.", "mistyped")
    (one,) = Incidents(here).of("p-70")
    assert (one["id"], one["patient"]) == (ID, "P-70")


def test_of_nobody_it_is_kept_all_the_same(here):
    found = Incidents(here).tell(NewIncident(ID, "", ns(NOON), "ab12", 0, 0, {"running": False}))
    assert (found["patient"], found["recording"], found["from_ns"]) == ("", "", None)


def test_a_visit_of_today_is_taken_up_noted_signed_and_seen_whole(here):
    visits = Visits(here)
    with pytest.raises(InputError):
        visits.take_up("P-7", "ab12")
    Patients(here).enter("P-7", {"initials": "M. R."}, "ab12", sure=True)
    theirs = visits.take_up("p-7", "ab12")
    assert visits.take_up("P-7", "cd34") == theirs
    begun, _ = told(here)
    assert visits.note(theirs, "Ada K.", "slept badly")
    assert not visits.note("none", "Ada K.", "x")
    whole = visits.whole(theirs)
    assert (whole["note"], [one["id"] for one in whole["sessions"]]) == ("slept badly", [begun.name])
    assert visits.close(theirs, "Ada K.")
    (line,) = visits.today()
    assert (line["state"], line["closed_by"], line["initials"], line["sessions"]) == ("closed", "Ada K.", "M. R.", 1)
    assert visits.take_up("P-7", "ab12") != theirs
    assert [one["patient"] for one in visits.today()] == ["P-7"]
    assert visits.whole("none") is None
    assert [one["what"] for one in AuditLog(here).newest(9)][-2:] == ["visit-noted", "visit-signed"]
    assert "slept" not in str(AuditLog(here).newest(9))


def test_what_was_told_before_anything_of_the_session_was_recorded_is_the_patients(here):
    """Of a new code, or while the recorder is behind: the rows come a moment later."""
    begun = new(1, "P-9")
    fall = NewIncident(ID, "P-9", ns(NOON), "ab12", begun.ring_epoch, begun.ring_session, {"running": True})
    assert Incidents(here).tell(fall)["patient"] == ""
    assert Incidents(here).of("P-9") == []
    Sessions(here).begin(begun)
    (found,) = Incidents(here).of("p-9")
    assert (found["patient"], found["session"]) == ("P-9", begun.name)
    assert found["visit"] == Visits(here).newest("P-9")[0]["id"]
    assert Incidents(here).find(ID) == found
