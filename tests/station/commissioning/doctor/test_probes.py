"""The doctor's two questions: to a pigpiod that answers, lies, hangs or is not there, and to a bus that is none."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from station.commissioning.doctor import probes
from station.commissioning.doctor.probes import ask_pigpiod_version, scan_i2c


@pytest.fixture
def daemon() -> Iterator[Callable[[bytes | None], int]]:
    """Answers one client with these bytes, then closes; None keeps silent."""
    servers = []

    def start(answer):
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve():
            link, _ = server.accept()
            with link:
                assert struct.unpack("<4I", link.recv(16)) == (26, 0, 0, 0)
                if answer is None:
                    link.recv(1)
                else:
                    link.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        servers.append(thread)
        return server.getsockname()[1]

    yield start
    for server in servers:
        server.join() if isinstance(server, threading.Thread) else server.close()


def test_it_answers_its_version(daemon) -> None:
    assert ask_pigpiod_version(daemon(struct.pack("<4I", 26, 0, 0, 79))) == 79


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad", b"short"])
def test_something_else_is_no_pigpiod(daemon, answer) -> None:
    with pytest.raises(OSError, match=r"pigpiod|closed"):
        ask_pigpiod_version(daemon(answer))


def test_a_frozen_daemon_is_not_waited_for(daemon, monkeypatch) -> None:
    monkeypatch.setattr(probes, "PROBE_PATIENCE_S", 0.05)
    with pytest.raises(TimeoutError):
        ask_pigpiod_version(daemon(None))


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        ask_pigpiod_version(port)


def test_a_file_that_is_no_bus_raises(tmp_path) -> None:
    (tmp_path / "i2c-1").write_bytes(b"")
    with pytest.raises(OSError):  # noqa: PT011  # whatever the kernel says of it
        scan_i2c(tmp_path / "i2c-1", (0x48,))


def test_those_that_acknowledge_are_found(tmp_path, monkeypatch) -> None:
    (tmp_path / "i2c-1").write_bytes(b"")
    asked = []

    def read(bus, count):
        if asked[-1] not in (0x49, 0x53):
            raise OSError(121, "Remote I/O error")
        return b"\x00"

    monkeypatch.setattr(probes, "ioctl", lambda bus, request, address: asked.append(address))
    monkeypatch.setattr(probes.os, "read", read)
    assert scan_i2c(tmp_path / "i2c-1", (0x48, 0x49, 0x53)) == [0x49, 0x53]
    assert asked == [0x48, 0x49, 0x53]
