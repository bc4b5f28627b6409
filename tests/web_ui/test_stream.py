"""The stream and the server, over real sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import simple_websocket
from werkzeug.serving import make_server

from drills.values import Phase
from station.wire.messages import Stop
from web_ui.lease import Lease
from web_ui.service import service_of

if TYPE_CHECKING:
    from tests.web_ui.conftest import Server

COOKIE = "station_client=" + "ab" * 16


@pytest.fixture
def connect(served: Server) -> Iterator[Callable[..., simple_websocket.Client]]:
    """Open a stream on the file's server, with headers of the test's own."""
    with opening() as connect:
        yield lambda **headers: connect(served, **headers)


@contextlib.contextmanager
def opening() -> Iterator[Callable[..., simple_websocket.Client]]:
    """Opens streams on servers, and closes them at the end."""
    opened = []

    def connect(server, **headers: str) -> simple_websocket.Client:
        client = simple_websocket.Client(server.url.replace("http", "ws") + "/live", headers=headers or None)
        opened.append(client)
        return client

    yield connect
    for client in opened:
        if client.connected:
            client.close()
        client.thread.join()


def message(client, kind: str = "snapshot", **fields) -> dict:
    """The next message of this kind with these fields; fails when the stream ends first."""
    while True:
        got = json.loads(client.receive(timeout=100))
        if got["type"] == kind and all(got[name] == value for name, value in fields.items()):
            return got


def test_a_stream_begins_with_everything(connect, patient):
    stream = connect()
    assert len(message(stream, "welcome")["you"]) == 6
    assert message(stream)["full"] is True
    patient.begin("P01")
    patient.go(Phase.HOLD)
    assert message(stream, patient="P01", full=False)["leg"] == "left"
    second = message(stream, full=False)
    third = message(stream, full=False)
    assert second["sent"] < third["sent"]
    while third["seq"] == second["seq"]:  # beside a busy neighbour two frames may find no new sample between them
        third = message(stream, full=False)
    assert second["seq"] < third["seq"]
    assert len(third["trail"]) <= 10


def test_the_patients_screen_gets_every_frame_and_a_phone_every_second(connect, served):
    phone = connect()
    screen = simple_websocket.Client(served.url.replace("http", "ws") + "/live?screen")
    message(screen, "welcome")
    message(screen, full=False)
    for _ in range(3):
        message(phone, full=False)  # what was on its way before
    sent = [message(phone, full=False)["sent"] for _ in range(9)]
    assert sent[-1] - sent[0] >= 15, "a late one may be the newest, which is odd"
    while message(screen, full=False)["sent"] % 2 == 0:
        pass
    screen.close()
    screen.thread.join()
    while sent[-1] - sent[-2] != 1:  # alone again it gets each
        sent.append(message(phone, full=False)["sent"])


def test_everything_again_when_asked(connect, patient):
    stream = connect()
    message(stream, full=False)
    stream.send(json.dumps({"type": "resync"}))
    assert message(stream, full=True)["sent"] > 0


@pytest.mark.parametrize(
    "nonsense", ["{", "[]", '{"type": "stop"}', '{"type": "stop", "id": "x"}', '{"type": 4}', "\0"]
)
def test_nonsense_is_passed_over(connect, patient, nonsense):
    stream = connect()
    stream.send(nonsense)
    stream.send(json.dumps({"type": "resync"}))
    message(stream, full=True)
    message(stream, full=True)
    assert patient.asked(Stop) == []


def test_stop_over_the_stream(connect, patient):
    stream = connect()
    stream.send(json.dumps({"type": "stop", "id": 7}))
    assert message(stream, "stopped") == {"type": "stopped", "id": 7, "ok": True}
    assert len(patient.asked(Stop)) == 1


def test_a_stop_that_control_does_not_answer_is_not_confirmed(connect, patient):
    stream = connect()
    message(stream)
    patient.deaf = True
    stream.send(json.dumps({"type": "stop", "id": 1}))
    answer = message(stream, "stopped")
    assert answer["ok"] is False
    assert answer["code"] == "control-unreachable"


@pytest.mark.parametrize(("origin", "status"), [("http://evil.example", 403), ("null", 403), (None, 101)])
def test_a_foreign_page_gets_no_stream(served, origin, status):
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": origin or served.url,
    }
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=100)
    connection.request("GET", "/live", headers=upgrade)
    answer = connection.getresponse()
    assert answer.status == status
    answer.close()
    connection.close()


def test_an_open_page_keeps_the_lease_and_a_closed_one_does_not(live_app, until):
    service, now_s = service_of(live_app), [100.0]
    service.lease = service.hub._lease = Lease(lambda: now_s[0])
    service.lease.take("ab" * 16)
    with in_this_process(live_app) as port:
        stream = simple_websocket.Client(f"ws://127.0.0.1:{port}/live", headers={"Cookie": COOKIE})
        try:
            now_s[0] += 9.9
            message(stream, full=False)
            until(lambda: service.lease._until_s > now_s[0] + 9.5)
        finally:
            stream.close()
            stream.thread.join()
        until(lambda: service.hub._streams == 0)
    now_s[0] += 10.1
    assert service.lease.holder() == ""


@contextlib.contextmanager
def in_this_process(app) -> Iterator[int]:
    """The application behind a real socket, within reach of the test's own clock; gives its port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_stream_knows_the_holder(served, connect, patient):
    asked = urllib.request.Request(
        f"{served.url}/api/v1/lease",
        data=b'{"take": true}',
        method="POST",
        headers={"Cookie": COOKIE, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked) as answer:
        you = json.load(answer)["you"]
    stream = connect(Cookie=COOKIE)
    assert message(stream, "welcome")["you"] == you
    assert message(stream, full=False)["holder"] == you
