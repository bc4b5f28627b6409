"""The server's door, from outside: what is not given a thread, and what the heartbeat to control stands on."""

import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from station.wire.messages import Answer, Heartbeat
from station.wire.server import CommandServer
from web_ui.answering import Answering
from web_ui.gathering import HEAD_BYTES
from web_ui.link import SharedControlLink


def exchange(server, *pieces: bytes) -> bytes:
    """What comes back, until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        for piece in pieces:
            client.sendall(piece)
        answer = b""
        while data := client.recv(65536):
            answer += data
    return answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /api/v1/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES, b"431"),
        (b"POST /api/v1/stop HTTP/1.1\r\nContent-Length: 9\r\n\r\n1234", b"408"),
    ],
    ids=["no length", "no end of the head", "not in time"],
)
def test_what_does_not_come_whole_is_refused_at_the_door(server, sent, status) -> None:
    assert exchange(server, sent).split(b" ")[1] == status


def test_a_request_in_pieces_is_answered_once_it_is_whole(server) -> None:
    head = f"GET /alive HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode()
    assert exchange(server, *(head[at : at + 7] for at in range(0, len(head), 7))).startswith(b"HTTP/1.1 204")


def test_two_requests_on_one_connection_are_answered_one_after_the_other(server) -> None:
    one = f"GET /alive HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        for _ in range(3):
            client.sendall(one)
            assert client.recv(65536).startswith(b"HTTP/1.1 204")


def test_what_a_client_says_of_its_own_arrival_is_not_taken(server) -> None:
    head = f"GET /api/v1/snapshot HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
    assert exchange(server, f"{head}X-Station-Arrived: soon\r\n\r\n".encode()).startswith(b"HTTP/1.1 200")


def test_pages_that_answer_nobody_are_found_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        asking = Answering(*deaf.getsockname())
        assert not asking.ask()
        assert not asking.ask()


def test_without_an_answer_the_line_to_control_falls_silent(tmp_path) -> None:
    answers: list[bool] = [True]
    asked: list[bool] = []
    beats: list[Heartbeat] = []
    server = CommandServer(tmp_path / "control.sock")

    def handle(message) -> Answer:
        if isinstance(message, Heartbeat):
            beats.append(message)
        return Answer(True)

    def answered() -> bool:
        asked.append(answers[0])
        return answers[0]

    link = SharedControlLink(server.path, answered)
    link.start()
    while not beats:
        server.poll(handle)
    answers[0] = False
    while asked.count(False) < 2:
        server.poll(handle)
    count = len(beats)
    while asked.count(False) < 5:
        server.poll(handle)
    assert len(beats) == count
    link.close()
    server.close()


def test_a_handshake_of_another_websocket_is_told_the_version_that_is_spoken(server) -> None:
    head = f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    versions = ["1", "8", "14", "", "thirteen"]
    shaking = [f"{head}{key}Sec-WebSocket-Version: {version}\r\n\r\n".encode() for version in versions]
    with ThreadPoolExecutor(len(versions)) as pool:  # the server keeps each line for a while
        answers = dict(zip(versions, pool.map(partial(exchange, server), shaking), strict=True))
    assert [version for version, answer in answers.items() if not answer.startswith(b"HTTP/1.1 426")] == []
    assert [version for version, answer in answers.items() if b"Sec-WebSocket-Version: 13" not in answer] == []


@pytest.mark.parametrize("nested", [b"[" * 60_000, b'{"a":' * 12_000, b"[" * 30_000 + b"]" * 30_000])
@pytest.mark.parametrize("path", ["/api/v1/drill/start", "/api/v1/stop", "/api/v1/lease"])
def test_json_that_nests_too_deeply_is_no_defect_of_ours(client, path, nested) -> None:
    answer = client.post(path, data=nested, content_type="application/json")
    assert answer.status_code < 500
