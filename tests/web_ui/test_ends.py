"""The notice of a drill that was cut off, over the lives of control: in the snapshot, and what acknowledges it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drills.library import load_shipped
from drills.values import Phase
from station.recording.layout import RECORDS_FILE
from station.recording.session import Origin, SessionRecorder
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, Sessions

START = {"patient": "P02", "drill": "quiet-stance", "leg": "both"}
TRIP = 4


@pytest.fixture
def another_life(feeder: Any, make_feeder: type, runtime: Path) -> Iterator[Callable[[], Any]]:
    """Ends this life of control, and begins another."""
    lives = []

    def begin():
        feeder.close()
        lives.append(make_feeder(runtime))
        lives[-1].start()
        return lives[-1]

    yield begin
    for life in lives:
        life.close()


def snapshot(client):
    return client.get("/api/v1/snapshot").json


def test_a_drill_that_was_cut_off_asks_for_an_acknowledgement_and_shows_what_there_was(
    client, feeder, another_life, until
):
    feeder.begin("P07")
    feeder.go(Phase.HOLD)
    feeder.end_trial("held", 20.0)
    until(lambda: snapshot(client)["result"])
    feeder.now["trial"] = 2
    another_life()
    until(lambda: snapshot(client)["session"] == 0 and snapshot(client)["notice"])
    seen = snapshot(client)
    assert seen["notice"]["how"] == "interrupted"
    assert seen["instruction"] == ["stopped"]
    result = seen["result"]
    assert (result["patient"], result["outcome"], result["epoch"]) == ("P07", "interrupted", str(feeder.epoch))
    assert [trial["outcome"] for trial in result["trials"]] == ["held"]
    refused = client.post("/api/v1/drill/start", json=START)
    assert (refused.status_code, refused.json["code"]) == (409, "not-ready")
    assert client.post("/api/v1/acknowledge").status_code == 200
    assert snapshot(client)["notice"] is None
    assert snapshot(client)["instruction"] == ["wait"]
    assert client.post("/api/v1/drill/start", json=START).status_code == 200


@pytest.mark.parametrize("acknowledged", [False, True])
def test_a_trip_that_control_has_forgotten_is_still_to_be_acknowledged(
    client, feeder, another_life, until, acknowledged
):
    feeder.begin("P07")
    feeder.go(Phase.HOLD)
    feeder.trip(TRIP)
    until(lambda: snapshot(client)["trip"])
    assert snapshot(client)["notice"] is None  # the trip itself is told
    if acknowledged:
        feeder.tell("acknowledged", code="load-loss", by="ab12")
        feeder.reset()
        until(lambda: snapshot(client)["trip"] is None)
    epoch = another_life().epoch
    until(lambda: snapshot(client)["epoch"] == str(epoch))
    notice = snapshot(client)["notice"]
    assert (notice and notice["how"]) == (None if acknowledged else "tripped")


def test_a_drill_that_a_person_stopped_is_no_such_end(client, feeder, another_life, until):
    feeder.begin("P07")
    feeder.end("stopped")
    until(lambda: snapshot(client)["result"])
    epoch = another_life().epoch
    until(lambda: snapshot(client)["epoch"] == str(epoch))
    assert snapshot(client)["notice"] is None


def test_what_the_rings_do_not_tell_the_records_do_and_who_has_seen_it(client, data, until):
    records = open_records(data / RECORDS_FILE)
    name = session_id(10**18, 77, 3)
    Sessions(records).begin(
        NewSession(name, "P09", "quiet-stance", "both", {"trials": 2}, 10**18, "boot", 77, 3, "recordings/x.mcap")
    )
    until(lambda: snapshot(client)["notice"])
    assert snapshot(client)["instruction"] == ["stopped"]
    result = snapshot(client)["result"]
    assert (result["patient"], result["drill"], result["trials_asked"]) == ("P09", "quiet-stance", 2)
    client.post("/api/v1/acknowledge")
    assert snapshot(client)["notice"] is None
    (line,) = AuditLog(records).newest(5)
    records.close()
    assert (line["what"], line["detail"]["of_epoch"], line["detail"]["of_session"]) == ("end-acknowledged", "77", 3)
    assert line["who"]


@pytest.mark.parametrize(("name", "readable"), [("of-a-file", True), ("load-to-the-line", False)])
def test_after_a_power_cut_who_may_carry_a_part_is_not_told_to_put_both_feet_down(client, data, until, name, readable):
    """The drill is as its recording says; where that cannot be read, as the one of its name."""
    document = {**load_shipped("load-to-the-line").model_dump(mode="json"), "name": name}
    started = {"session": 3, "t_ns": 1, "patient": "P09", "drill": name, "leg": "left", "document": document}
    recorder = SessionRecorder.start(data, started, Origin(77, 10**18))
    if not readable:
        (data / recorder.facts.recording).write_bytes(b"")
    with closing(open_records(data / RECORDS_FILE)) as records:
        Sessions(records).begin(recorder.facts)
    assert until(lambda: snapshot(client)["notice"])["how"] == "interrupted"
    assert snapshot(client)["instruction"] == ["stopped-part", "foot-off"]
    recorder.finish()


def test_a_start_asks_the_records_of_that_moment(client, feeder, data, until):
    """Right behind a power cut nobody has looked into them yet."""
    until(lambda: snapshot(client)["epoch"] == str(feeder.epoch))
    with closing(open_records(data / RECORDS_FILE)) as records:
        name = session_id(10**18, 77, 3)
        row = NewSession(name, "P09", "quiet-stance", "both", {}, 10**18, "boot", 77, 3, "recordings/x.mcap")
        Sessions(records).begin(row)
    refused = client.post("/api/v1/drill/start", json=START)
    assert (refused.status_code, refused.json["where"]) == (409, "notice")
    client.post("/api/v1/acknowledge")
    assert client.post("/api/v1/drill/start", json=START).status_code == 200


def test_what_cannot_be_written_down_is_not_acknowledged(client, data, until):
    records = open_records(data / RECORDS_FILE)
    name = session_id(10**18, 77, 3)
    Sessions(records).begin(
        NewSession(name, "P09", "quiet-stance", "both", {}, 10**18, "boot", 77, 3, "recordings/x.mcap")
    )
    until(lambda: snapshot(client)["notice"])
    records.close()
    for file in data.glob(RECORDS_FILE + "*"):
        file.write_bytes(b"no database " * 500)
    refused = client.post("/api/v1/acknowledge")
    assert (refused.status_code, refused.json["code"]) == (503, "records-unreadable")
    assert snapshot(client)["notice"]
