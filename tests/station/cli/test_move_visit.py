"""`station move-visit`: the visits of a patient, and one of them moved by name and with a reason."""

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from station.cli import main
from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.file import Records, open_records
from station.records.moving import MOVED
from station.records.patients import Patients
from station.records.sessions import SessionEnd, Sessions
from station.records.visits import Visits
from tests.station.records.made import NOON, new, ns

BY = ("--by", "Ada K.", "--reason", "P02 stood there")


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["move-visit", *arguments, "--data", str(data)])


def fill(data: Path, *days: int) -> Records:
    """A drill of P01 on each of these days after noon of a day; P02 has nothing."""
    records = open_records(records_path(data))
    for number, day in enumerate(days, 1):
        begun = new(number, "P01", NOON + timedelta(days=day, minutes=number))
        Sessions(records).begin(begun)
        Sessions(records).end(
            begun.name, SessionEnd("done", "completed", ns(NOON + timedelta(days=day, hours=1)), None)
        )
    Patients(records).enter("P02", {}, "Ada K.", sure=True)
    return records


def test_a_visit_is_moved_as_from_its_page_with_the_same_line_of_the_audit_log(tmp_path):
    records = fill(tmp_path, -7, 0, 0)
    newest, earlier = [one["id"] for one in Visits(records).newest("P01")]
    listed = run(tmp_path, "p01")
    assert listed.exit_code == 0
    assert [line[:36] for line in listed.output.splitlines()] == [newest, earlier]
    assert listed.output.splitlines()[0].endswith("2 drills, not signed")
    assert [one["drills"] for one in json.loads(run(tmp_path, "p01", "--json").output)] == [2, 1]
    done = run(tmp_path, "p01", "p02", *BY)
    assert (done.exit_code, done.output.partition(":")[0]) == (0, "The visit is that of P02 now, not of P01")
    (line,) = [one for one in AuditLog(records).newest(99) if one["what"] == MOVED]
    told = {name: line["detail"][name] for name in ("visit", "from", "to", "reason")}
    assert (line["who"], told) == (
        "Ada K.",
        {"visit": newest, "from": "P01", "to": "P02", "reason": "P02 stood there"},
    )
    assert [one["visit"] for one in Sessions(records).newest("P02")] == [newest, newest]
    as_values = run(tmp_path, "p01", "p02", "--visit", earlier, "--json", *BY)
    assert json.loads(as_values.output) == {"from": "P01", "to": "P02", "sessions": 1}
    assert run(tmp_path, "P01").output == "No visit.\n"


def test_of_several_visits_of_a_day_the_one_that_is_meant_is_asked_for(tmp_path):
    records = fill(tmp_path, 0)
    (first,) = [one["id"] for one in Visits(records).newest("P01")]
    Visits(records).close(first, "Ada K.")
    begun = new(9, "P01", NOON + timedelta(hours=2))
    Sessions(records).begin(begun)
    Sessions(records).end(begun.name, SessionEnd("done", "completed", ns(NOON + timedelta(hours=3)), None))
    refused = run(tmp_path, "P01", "P02", *BY)
    assert refused.exit_code == 2
    assert first in refused.output
    assert run(tmp_path, "P01", "P02", "--visit", first, *BY).exit_code == 0
    assert [one["id"] for one in Visits(records).newest("P02")] == [first]


def test_what_cannot_be_is_refused_and_moves_nothing(tmp_path):
    assert run(tmp_path, "P01", "P02", *BY).exit_code == 2, "no records, and none are made"
    assert not records_path(tmp_path).exists()
    records = fill(tmp_path, 0)
    visit = Visits(records).newest("P01")[0]["id"]
    for arguments in (
        ("P03",),
        ("P01", "P03", *BY),
        ("P01", "P01", *BY),
        ("P01", "P02", "--by", "Ada K."),
        ("P01", "P02", "--reason", "why"),
        ("P01", "P02", "--visit", "nowhere", *BY),
        ("P02", "P01", "--visit", visit, *BY),  # another's
        ("P02", "P01", *BY),
    ):
        assert run(tmp_path, *arguments).exit_code == 2, arguments
    Sessions(records).begin(new(8, "P02", NOON + timedelta(minutes=30)))
    assert run(tmp_path, "P01", "P02", *BY).exit_code == 2, "P02 is on the plate"
    assert [one["patient"] for one in Sessions(records).newest("P01")] == ["P01"]
