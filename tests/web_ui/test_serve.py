"""The server as a process: its port, its end, its death, its memory."""

import contextlib
import json
import signal
import socket
import struct
import subprocess
import sys
import urllib.request

import psutil
import pytest
import simple_websocket
import wsproto
import wsproto.events

from station.access.rights import Transport
from station.faults import StationError
from station.wire.messages import Heartbeat, Stop
from web_ui.hub import STREAMS

PSS_LIMIT_MB = 90


@contextlib.contextmanager
def streams(server, count):
    """So many open streams, each with a frame received."""
    opened = [simple_websocket.Client(server.url.replace("http", "ws") + "/live") for _ in range(count)]
    try:
        for stream in opened:
            while json.loads(stream.receive(timeout=100))["type"] != "snapshot":
                pass
        yield opened
    finally:
        for stream in opened:
            if stream.connected:
                stream.close()
            stream.thread.join()


def drain(stream):
    """Receive until the stream ends."""
    while stream.receive(timeout=100):
        pass


def test_sigterm_ends_the_streams_by_a_proper_goodbye(loaded_server):
    with streams(loaded_server, 3) as opened:
        loaded_server.process.send_signal(signal.SIGTERM)
        for stream in opened:
            with pytest.raises(simple_websocket.ConnectionClosed) as closed:
                drain(stream)
            assert closed.value.reason == 1012  # a worker that is killed for being slow says nothing
        loaded_server.process.wait(timeout=100)


def test_after_kill_9_the_next_one_takes_over_the_port(loaded_server):
    with streams(loaded_server, 1):
        loaded_server.kill()
    loaded_server.start()
    with streams(loaded_server, 1):
        pass


def test_systemd_hears_from_the_thread_that_accepts(tmp_path, loaded_server, monkeypatch):
    """Fed as long as it does; a stopped process feeds nobody."""
    loaded_server.stop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(100)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        loaded_server.start()
        assert {systemd.recv(100) for _ in range(3)} == {b"WATCHDOG=1"}


def test_one_stream_too_many_is_sent_away_and_the_others_go_on(server, until):
    with streams(server, STREAMS - 1) as opened:
        with streams(server, 1):
            assert close_code(server) == 1013
            assert opened[0].receive(timeout=100)
            assert server.answers()
        until(admitted_again(server))


def close_code(server):
    """The code by which the server closes a stream. By wsproto: the client above loses a goodbye that comes at once."""
    page = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
    with socket.create_connection(("127.0.0.1", server.port), timeout=100) as connection:
        connection.sendall(page.send(wsproto.events.Request(host=f"127.0.0.1:{server.port}", target="/live")))
        while data := connection.recv(4096):
            page.receive_data(data)
            for event in page.events():
                if isinstance(event, wsproto.events.CloseConnection):
                    return event.code
    return None


def admitted_again(server):
    """Whether a stream has become free."""

    def admitted() -> bool:
        with contextlib.suppress(simple_websocket.ConnectionClosed), streams(server, 1):
            return True
        return False

    return admitted


def test_the_heartbeat_goes_on_while_the_web_lives_and_ends_with_it(server, feeder, until):
    until(lambda: len(feeder.asked(Heartbeat)) > 3)
    server.stop()
    feeder.received.clear()
    assert "web" in until(lambda: feeder._server.lost_roles)


def test_a_port_in_use_is_named(server, runtime, data):
    from web_ui.serve import run_web

    with pytest.raises(StationError) as refusal:
        run_web(runtime=runtime, data=data, host="127.0.0.1", port=server.port)
    assert refusal.value.code == "port-in-use"
    assert f"127.0.0.1:{server.port}" in str(refusal.value)


_FAILS_TWICE = """
import signal
import sys
from pathlib import Path
import web_ui.app
from web_ui.serve import run_web
def fails(*words, **named):
    raise RuntimeError("a bad block")
web_ui.app.create_app = fails
signal.signal(signal.SIGTERM, fails)
for _ in range(2):
    try:
        run_web(runtime=Path(sys.argv[1]), data=Path(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[3]))
    except RuntimeError as problem:
        print(problem)
print(signal.getsignal(signal.SIGTERM) is fails)
"""


def test_a_start_that_failed_leaves_its_port_to_the_next_one(tmp_path):
    """Both in one process, which tries again and again; what is said is why, not that the port is taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", _FAILS_TWICE, str(tmp_path), str(tmp_path), str(port)]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (tried.returncode, tried.stdout) == (0, "a bad block\na bad block\nTrue\n"), tried.stderr


def test_another_address_is_refused_before_anything_listens(runtime, data):
    from web_ui.serve import run_web

    with pytest.raises(StationError) as refusal:
        run_web(runtime=runtime, data=data, host="0.0.0.0", port=1)
    assert refusal.value.code == "not-loopback"


def test_a_vanished_reader_holds_no_thread_for_ever():
    """The socket options that do it are on every accepted connection: as seen from the kernel's side."""
    from web_ui.doors import Door, listen

    listener = listen(Door(Transport.SCREEN, "127.0.0.1", 0))
    listener.listen()
    client = socket.create_connection(listener.getsockname())
    accepted, _ = listener.accept()
    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 6000
    assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * 32 * 1024
    for one in (accepted, client, listener):
        one.close()


STALLS = {
    "in a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "in a body": b"POST /api/v1/lease HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: 99\r\n\r\n{",
    "before it begins": b"",
}


@pytest.mark.parametrize("stall", STALLS)
def test_stop_answers_behind_sixty_requests_that_stall(loaded_server, feeder, capfd, stall):
    with contextlib.ExitStack() as stack:
        for _ in range(60):
            stalled = stack.enter_context(socket.create_connection(("127.0.0.1", loaded_server.port)))
            stalled.sendall(STALLS[stall])
        request = urllib.request.Request(f"{loaded_server.url}/api/v1/stop", method="POST")
        with urllib.request.urlopen(request, timeout=4) as answer:  # one that waits for the stalled is later
            assert answer.status == 200
        assert len(feeder.asked(Stop)) == 1
    assert "Traceback" not in capfd.readouterr().err


def test_a_page_that_says_nothing_stays_and_one_that_vanishes_leaves_no_traceback(loaded_server, capfd):
    with streams(loaded_server, 1) as (silent,):
        first = json.loads(silent.receive(timeout=100))["sent"]
        while json.loads(silent.receive(timeout=100))["sent"] < first + 75:  # 2.5 s of frames
            pass
        for _ in range(3):
            with streams(loaded_server, 1) as (gone,):
                reset = struct.pack("ii", 1, 0)
                gone.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                gone.connected = False
                gone.sock.shutdown(socket.SHUT_RDWR)
        for _ in range(30):
            assert silent.receive(timeout=100)
        assert silent.connected
    assert "Traceback" not in capfd.readouterr().err


def test_the_pages_fit_in_their_memory(loaded_server):
    with streams(loaded_server, 4):
        with urllib.request.urlopen(f"{loaded_server.url}/api/v1/sessions") as answer:
            assert answer.status == 200  # the records are open now, and SQLAlchemy with them
        pages = psutil.Process(loaded_server.process.pid)
        tree = [pages, *pages.children(recursive=True)]
        assert sum(process.memory_full_info().pss for process in tree) < PSS_LIMIT_MB * 1e6
