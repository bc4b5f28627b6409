"""The command socket: control answers what it understands, refuses the rest, and waits for nobody."""

import contextlib
import json
import socket
from collections.abc import Callable, Iterator

import pytest
from pydantic import BaseModel

from station.wire.messages import Answer, Stop
from station.wire.server import CLIENTS, MESSAGES_PER_TICK, CommandServer

Connect = Callable[[], socket.socket]


@pytest.fixture
def connect(server: CommandServer) -> Iterator[Callable[[], socket.socket]]:
    clients: list[socket.socket] = []

    def connect() -> socket.socket:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        clients.append(client)
        client.settimeout(5)
        client.connect(str(server.path))
        server.poll(_refuse)
        return client

    yield connect
    for client in clients:
        client.close()


def _refuse(message: BaseModel) -> Answer:
    return Answer(False, "not-ready", "here", "because")


def test_a_message_reaches_the_handler_and_its_answer_comes_back(server: CommandServer, connect: Connect) -> None:
    seen: list[BaseModel] = []

    def handle(message: BaseModel) -> Answer:
        seen.append(message)
        return Answer(True, session=7)

    client = connect()
    client.send(b'{"type": "stop", "id": 3, "by": "phone"}')
    server.poll(handle)
    assert seen == [Stop(type="stop", id=3, by="phone")]
    expected = {"id": 3, "ok": True, "code": "", "where": "", "problems": [], "session": 7, "facts": None}
    assert json.loads(client.recv(999)) == expected


@pytest.mark.parametrize(
    "packet",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"type": "raise-limit"}', b'{"type": "stop", "limit": 9}', b'{"type": "start"}'],
)
def test_nonsense_is_answered_with_its_reason_or_dropped_and_never_raises(
    server: CommandServer, connect: Connect, packet: bytes
) -> None:
    client = connect()
    client.send(packet)
    server.poll(_refuse)
    if packet:
        assert json.loads(client.recv(999))["code"] == "bad-message"
    else:
        assert client.recv(999) == b""


def test_at_most_four_events_are_served_a_tick(server: CommandServer, connect: Connect) -> None:
    clients = [connect() for _ in range(6)]
    for client in clients:
        client.send(b'{"type": "stop"}')
    served: list[BaseModel] = []

    def handle(message: BaseModel) -> Answer:
        served.append(message)
        return Answer(True)

    server.poll(handle)
    assert len(served) <= MESSAGES_PER_TICK
    server.poll(handle)
    assert len(served) == 6


def test_a_client_that_does_not_read_is_dropped_and_holds_nobody(server: CommandServer, connect: Connect) -> None:
    deaf = connect()
    deaf.setblocking(False)
    for _ in range(100_000):
        try:
            deaf.send(b'{"type": "stop"}')
        except BlockingIOError:  # its own queue is full: control still reads
            server.poll(_refuse)
        except OSError:
            break
        else:
            server.poll(_refuse)
    else:
        pytest.fail("the deaf client was never dropped")
    good = connect()
    good.send(b'{"type": "stop", "id": 1}')
    server.poll(_refuse)
    assert json.loads(good.recv(999))["id"] == 1


def test_when_all_places_are_taken_an_idle_client_makes_room_for_whoever_comes(
    server: CommandServer, connect: Connect
) -> None:
    web = connect()
    web.send(b'{"type": "heartbeat"}')
    server.poll(_refuse)
    assert web.recv(999)
    idle = [connect() for _ in range(CLIENTS - 1)]
    stopper = connect()
    assert idle[0].recv(10) == b""  # the one that was there longest without a role
    stopper.send(b'{"type": "stop", "id": 9}')
    web.send(b'{"type": "heartbeat", "id": 10}')
    server.poll(_refuse)
    assert json.loads(stopper.recv(999))["id"] == 9
    assert json.loads(web.recv(999))["id"] == 10
    assert server.lost_roles == set()


def test_a_message_with_thousands_of_faults_costs_one_short_answer_a_tick(
    server: CommandServer, connect: Connect
) -> None:
    clients = [connect() for _ in range(3)]
    for client in clients:
        client.send(json.dumps({"type": "stop", **{f"k{i}": i for i in range(2000)}}).encode())
    server.poll(_refuse)
    answered = 0
    for client in clients:
        client.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            answered += json.loads(client.recv(999))["code"] == "bad-message"
    assert answered == 1


def test_a_lost_web_process_is_known_at_the_next_poll_and_forgiven_when_it_is_back(
    server: CommandServer, connect: Connect
) -> None:
    web = connect()
    web.send(b'{"type": "heartbeat"}')
    server.poll(_refuse)
    assert server.lost_roles == set()
    web.close()
    server.poll(_refuse)
    assert server.lost_roles == {"web"}
    again = connect()
    again.send(b'{"type": "heartbeat"}')
    server.poll(_refuse)
    assert server.lost_roles == set()
