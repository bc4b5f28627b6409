"""A Start waits until its dose is committed, for a bounded time, and nothing vibrates before."""

import json
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from station.control.desk import Desk
from station.control.pending import PENDING_NS
from station.safety.arming import Arming
from tests.station.conftest import CommittingServer

if TYPE_CHECKING:
    from tests.station.conftest import Bench

WAIT_S = PENDING_NS / 1e9


class Front:
    """Somebody who asks, and a recorder that commits only when the test says so."""

    def __init__(self, bench: "Bench", folder: Path) -> None:
        self.bench = bench
        self.server = CommittingServer(folder / "control.sock", bench.published.events)
        self.server.commits = False
        bench.station.companions = Desk(bench.station, self.server)
        self.phone, self.recorder = self.connect(), self.connect()
        self.seen = self.ask(self.phone, type="describe")["facts"]["seen"]
        self.ready()

    def connect(self) -> socket.socket:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client.setblocking(False)
        client.connect(str(self.server.path))
        return client

    def send(self, client: socket.socket, **message: object) -> None:
        client.send(json.dumps({"id": 1, **message}).encode())
        self.bench.run_s(0.012)

    def ask(self, client: socket.socket, **message: object) -> dict[str, Any]:
        self.send(client, **message)
        return self.answer(client) or {}

    def answer(self, client: socket.socket) -> dict[str, Any] | None:
        """What has come; None for nothing."""
        try:
            return json.loads(client.recv(9999))
        except BlockingIOError:
            return None

    def ready(self) -> None:
        assert self.ask(self.recorder, type="recorder-status", ready=True)["ok"]

    def start(self, client: socket.socket | None = None, request: str = "", **asked: float) -> None:
        document = load_shipped("single-leg-vibration")
        prescription = prescribe(document, Asked(Leg.LEFT, **{"hold_s": 10.0, "trials": 1, **asked}))  # type: ignore[arg-type]
        self.send(
            client or self.phone,
            type="start",
            request=request or secrets.token_hex(4),
            seen=self.seen,
            patient="P01",
            document=document.model_dump(mode="json", by_alias=True),
            prescription=prescription.model_dump(mode="json"),
        )

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.bench.published.events if event["kind"] == kind]

    def commit(self, **dose: float) -> None:
        asked = self.events("dose-asked")[-1]["asked"]
        answer = self.ask(self.recorder, type="committed", asked=asked, dose_today=dose, day_began_ns=0)
        assert answer["ok"]

    def armed(self) -> bool:
        return self.bench.station.safety.arming is Arming.ARMED


@pytest.fixture
def front(bench: "Bench", tmp_path: Path) -> Iterator[Front]:
    front = Front(bench, tmp_path)
    yield front
    front.phone.close()
    front.recorder.close()
    front.server.close()


def test_nothing_is_armed_before_the_dose_is_committed(front):
    front.start()
    assert (front.answer(front.phone), front.armed(), front.bench.station.session) == (None, False, None)
    (asked,) = front.events("dose-asked")
    assert (asked["patient"], asked["session"]) == ("P01", 0)
    front.commit()
    answer = front.answer(front.phone)
    assert (answer["ok"], answer["session"], front.armed()) == (True, asked["of_session"], True)
    assert front.events("session-started")[0]["session"] == asked["of_session"]


def test_a_start_that_waits_too_long_is_refused_by_name_and_its_late_commitment_starts_nothing(front):
    front.start(request="one")
    for _ in range(round(WAIT_S)):
        front.bench.run_s(1.0)
        front.ready()
    answer = front.answer(front.phone)
    assert (answer["ok"], answer["code"]) == (False, "dose-not-committed")
    number = front.events("dose-asked")[0]["of_session"]
    assert [event["of_session"] for event in front.events("dose-withdrawn")] == [number]
    front.commit()
    assert not front.armed()
    front.start(request="one")  # the same wish has its answer already
    assert front.answer(front.phone)["code"] == "dose-not-committed"
    assert len(front.events("dose-asked")) == 1


def test_a_stop_ends_a_start_that_waits(front):
    front.start()
    other = front.connect()
    assert front.ask(other, type="stop")["ok"]
    assert front.answer(front.phone)["code"] == "start-stale"
    front.commit()
    assert not front.armed()
    assert len(front.events("dose-withdrawn")) == 1
    other.close()


def test_a_start_of_somebody_who_has_gone_is_not_begun(front):
    other = front.connect()
    front.start(other)
    other.close()
    front.bench.run_s(0.012)
    front.commit()
    assert not front.armed()
    assert len(front.events("dose-withdrawn")) == 1


def test_the_same_wish_twice_is_one_start_with_one_answer(front):
    other = front.connect()
    front.start(request="one")
    front.start(other, request="one")
    front.start(other, request="one", hold_s=11.0)
    assert front.answer(other)["code"] == "start-differs"
    third = front.connect()
    front.start(third, request="three")
    assert front.answer(third)["code"] == "not-ready"
    front.commit()
    assert front.answer(front.phone)["ok"]
    assert front.answer(other)["ok"]
    assert len(front.events("session-started")) == 1
    other.close()
    third.close()


def test_what_the_recorder_says_of_the_day_counts(front):
    front.start()
    front.commit(vibration_s=601.0)
    assert front.answer(front.phone)["code"] == "dose-used-up"
    assert not front.armed()
    front.ready()
    front.start()
    front.commit(vibration_s=500.0)
    assert front.answer(front.phone)["ok"]
    assert front.bench.station.safety.ledger.day_s == pytest.approx(500.0, abs=0.1)


def test_an_unknown_question_answers_nothing(front):
    assert front.ask(front.recorder, type="committed", asked="?", dose_today={}, day_began_ns=0)["ok"]
    front.start()
    assert front.ask(front.recorder, type="committed", asked="?", dose_today={}, day_began_ns=0)["ok"]
    assert not front.armed()


def test_a_drill_without_vibration_has_no_dose_to_wait_for(front):
    front.start(displacement_pp_mm=0.0)
    assert front.answer(front.phone)["ok"]
    assert front.events("dose-asked") == []


def test_what_was_given_is_said_once_the_plate_is_still(front):
    front.start(hold_s=10.0)
    front.commit(vibration_s=100.0)
    assert front.answer(front.phone)["ok"]
    run_until: Callable[..., None] = front.bench.run_until
    while not (front.bench.vibrating() and front.bench.station.safety.ledger.session_s > 1.0):
        front.bench.run_s(1.0)
        front.ready()
    assert front.ask(front.phone, type="stop")["ok"]
    assert front.events("dose-given") == []
    run_until(lambda: front.events("dose-given"))
    (given,) = front.events("dose-given")
    assert given["of_session"] == front.events("dose-asked")[0]["of_session"]
    ledger = front.bench.station.safety.ledger
    assert given["vibration_s"] == pytest.approx(ledger.day_s - 100.0)
    assert 1.0 < given["vibration_s"] < 5.0
    assert given["e2_m2_s3"] == pytest.approx(ledger.e2_m2_s3)
