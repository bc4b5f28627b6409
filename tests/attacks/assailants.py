"""Programs that get in the way of a STOP, each in a process of its own: `python assailants.py KIND RUNTIME PORT`.

Each prints a line once all of it is at work, goes on until it is killed, and opens again what the station closes. They
are what people have really done to a station: pages that reload without end, a program that knocks and runs away, a
phone on a bad line.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

GETTERS, BUSY, IMPOSTORS, DRIPPERS, SLOW_READERS, SHAKERS, IDLERS = 40, 6, 14, 60, 24, 8, 600
DRIP_S = 0.4


def getters(_runtime: Path, port: int) -> None:
    """Forty clients that ask for the drills again and again."""

    def ask(begun: Begun) -> None:
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(
                f"GET /api/v1/drills HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
            )
            begun()
            while client.recv(65536):
                pass

    at_once(GETTERS, ask)


def busy(_runtime: Path, port: int) -> None:
    """Six clients that look at sessions and drills, as busy therapists do."""

    def work(begun: Begun) -> None:
        begun()
        for path in ("sessions", "drills", "snapshot"):
            with socket.create_connection(("127.0.0.1", port), 10) as client:
                request = f"GET /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
                client.sendall(request.encode())
                while client.recv(65536):
                    pass
        time.sleep(0.05)

    at_once(BUSY, work)


def knockers(runtime: Path, _port: int) -> None:
    """A program that connects to control and closes, as fast as it can, and waits at no door."""

    def knock(begun: Begun) -> None:
        begun()
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
            client.setblocking(False)
            client.connect(str(runtime / "control.sock"))

    at_once(2, knock)


def impostors(runtime: Path, _port: int) -> None:
    """Connections that once said that they were the pages, and then keep silent."""

    def pretend(begun: Begun) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
            client.connect(str(runtime / "control.sock"))
            client.send(json.dumps({"type": "heartbeat", "id": 1}).encode())
            client.recv(65536)
            begun()
            while client.recv(65536):
                pass

    at_once(IMPOSTORS, pretend)


def drippers(_runtime: Path, port: int) -> None:
    """Sixty requests whose body comes a byte at a time."""

    def drip(begun: Begun) -> None:
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            head = "POST /api/v1/drill/start HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n"
            client.sendall(f"{head}Host: 127.0.0.1:{port}\r\n\r\n".encode())
            begun()
            while True:
                client.send(b" ")
                time.sleep(DRIP_S)

    at_once(DRIPPERS, drip)


def head_drippers(_runtime: Path, port: int) -> None:
    """Sixty requests whose headers come a byte at a time, and never end."""

    def drip(begun: Begun) -> None:
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(b"POST /api/v1/stop HTTP/1.1\r\nX: ")
            begun()
            while True:
                client.send(b"x")
                time.sleep(DRIP_S)

    at_once(DRIPPERS, drip)


def slow_readers(_runtime: Path, port: int) -> None:
    """Clients that ask for the longest answer and read it a byte at a time."""

    def read(begun: Begun) -> None:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.settimeout(10)
            client.connect(("127.0.0.1", port))
            client.sendall(f"GET /openapi/openapi.json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            begun()
            while client.recv(1):
                time.sleep(DRIP_S)

    at_once(SLOW_READERS, read)


def shakers(_runtime: Path, port: int) -> None:
    """Clients that open a live stream and go, again and again."""
    upgrade = (
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )

    def shake(begun: Begun) -> None:
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(upgrade.encode())
            client.recv(200)
            begun()

    at_once(SHAKERS, shake)


def idlers(_runtime: Path, port: int) -> None:
    """Six hundred connections that say nothing, and are opened again where the station closes them."""
    clients: dict[int, socket.socket] = {}

    def fill() -> None:
        while len(clients) < IDLERS:
            client = socket.create_connection(("127.0.0.1", port), 10)
            client.setblocking(False)
            clients[client.fileno()] = client
            closed.register(client, select.POLLIN)

    closed = select.poll()
    fill()
    sys.stdout.write("at work\n")
    sys.stdout.flush()
    while True:
        for number, _ in closed.poll(100):
            closed.unregister(number)
            clients.pop(number).close()
        with contextlib.suppress(OSError):
            fill()


Begun = Callable[[], None]


def at_once(how_many: int, act: Callable[[Begun], None]) -> None:
    """So many threads that do this until the process ends. Each says when it has begun; then the process says so."""
    all_at_work = threading.Barrier(how_many + 1)

    def run() -> None:
        first = [all_at_work.wait]

        def begun() -> None:
            if first:
                first.pop()()

        while True:
            with contextlib.suppress(OSError):
                act(begun)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    all_at_work.wait()
    sys.stdout.write("at work\n")
    sys.stdout.flush()
    for thread in threads:
        thread.join()


KINDS = {
    kind.__name__: kind
    for kind in (getters, busy, knockers, impostors, drippers, head_drippers, slow_readers, shakers, idlers)
}


if __name__ == "__main__":
    KINDS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
