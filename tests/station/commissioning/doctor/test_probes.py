"""The doctor's two questions: to a pigpiod that answers, lies, hangs or is not there, and to a bus that is none."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from station.commissioning.doctor import probes
from station.commissioning.doctor.probes import (
    ask_firmware,
    ask_pigpiod_version,
    clock_flags,
    i2c_register,
    scan_i2c,
)


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
    with pytest.raises(OSError, match=r"reset|rotocol"):
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


def test_a_register_is_written_as_an_address_and_read(tmp_path, monkeypatch) -> None:
    node = tmp_path / "i2c-1"
    node.write_bytes(b"")
    written = []
    monkeypatch.setattr(probes, "ioctl", lambda bus, request, address: written.append(address))
    monkeypatch.setattr(probes.os, "write", lambda bus, data: written.append(data))
    monkeypatch.setattr(probes.os, "read", lambda bus, count: b"\xe5"[:count])
    assert i2c_register(node, 0x53, 0) == 0xE5
    assert written == [0x53, b"\x00"]
    monkeypatch.setattr(probes.os, "read", lambda bus, count: b"")
    with pytest.raises(OSError, match="No data"):
        i2c_register(node, 0x53, 0)


def test_the_firmware_is_asked_by_one_property_and_answers_in_place(tmp_path, monkeypatch) -> None:
    node = tmp_path / "vcio"
    node.write_bytes(b"")
    asked = []

    def answer(mailbox, request, buffer, in_place):
        assert in_place
        asked.append(struct.unpack(f"<{len(buffer) // 4}I", buffer))
        struct.pack_into("<I", buffer, 4, 0x8000_0000)
        struct.pack_into("<2I", buffer, 16, 0x8000_0004, 0x50005)

    monkeypatch.setattr(probes, "ioctl", answer)
    assert ask_firmware(node, 0x0003_0046, (0,)) == (0x50005,)
    assert asked == [(28, 0, 0x0003_0046, 4, 0, 0, 0)]
    monkeypatch.setattr(probes, "ioctl", lambda *asked: None)
    with pytest.raises(OSError, match="0x00030046"):
        ask_firmware(node, 0x0003_0046, (0,))


def test_what_is_no_mailbox_and_no_clock_raises(tmp_path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for node in (tmp_path / "file", tmp_path / "nothing"):
        with pytest.raises(OSError):  # noqa: PT011  # whatever the kernel says of it
            ask_firmware(node, 0x0003_0046, (0,))
        with pytest.raises(OSError):  # noqa: PT011
            clock_flags(node)


def test_the_clocks_flags_are_a_little_endian_number(tmp_path, monkeypatch) -> None:
    (tmp_path / "rtc0").write_bytes(b"")
    monkeypatch.setattr(probes, "ioctl", lambda clock, request, buffer, in_place: buffer.__setitem__(0, 3))
    assert clock_flags(tmp_path / "rtc0") == 3
