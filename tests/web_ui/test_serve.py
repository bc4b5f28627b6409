"""The server as a process: its port, its end, its death, its memory."""

import contextlib
import json
import signal
import socket
import urllib.request

import psutil
import pytest
import simple_websocket

from station.commands import Heartbeat
from station.faults import StationError
from web_ui.hub import STREAMS

RSS_LIMIT_MB = 90


@contextlib.contextmanager
def streams(server, count):
    """So many open streams, each with a frame received."""
    opened = [simple_websocket.Client(server.url.replace("http", "ws") + "/live") for _ in range(count)]
    try:
        for stream in opened:
            while json.loads(stream.receive(timeout=20))["type"] != "snapshot":
                pass
        yield opened
    finally:
        for stream in opened:
            if stream.connected:
                stream.close()
            stream.thread.join()


def drain(stream):
    """Receive until the stream ends."""
    while stream.receive(timeout=20):
        pass


def test_sigterm_ends_the_streams_by_a_proper_goodbye(server):
    with streams(server, 3) as opened:
        server.process.send_signal(signal.SIGTERM)
        for stream in opened:
            with pytest.raises(simple_websocket.ConnectionClosed) as closed:
                drain(stream)
            assert closed.value.reason == 1012  # a worker that is killed for being slow says nothing
        server.process.wait(timeout=20)


def test_after_kill_9_the_next_one_takes_over_the_port(server):
    with streams(server, 1):
        (worker,) = psutil.Process(server.process.pid).children()
        worker.suspend()  # it cannot look for itself whether its parent lives
        server.kill()
        worker.wait(timeout=20)  # it must die with its arbiter
    server.start()
    with streams(server, 1):
        pass


def test_one_stream_too_many_is_sent_away_and_the_others_go_on(server, until):
    with streams(server, STREAMS - 1) as opened:
        with streams(server, 1):
            with pytest.raises(simple_websocket.ConnectionClosed) as closed, streams(server, 1):
                pass
            assert closed.value.reason == 1013
            assert opened[0].receive(timeout=20)
            assert server.answers()
        until(admitted_again(server))


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


def test_another_address_is_refused_before_anything_listens(runtime, data):
    from web_ui.serve import run_web

    with pytest.raises(StationError) as refusal:
        run_web(runtime=runtime, data=data, host="0.0.0.0", port=1)
    assert refusal.value.code == "not-loopback"


def test_a_vanished_reader_holds_no_thread_for_ever():
    """The socket options that do it are on every accepted connection: as seen from the kernel's side."""
    from web_ui.serve import _listen

    listener = _listen("127.0.0.1", 0)
    listener.listen()
    client = socket.create_connection(listener.getsockname())
    accepted, _ = listener.accept()
    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 6000
    assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * 32 * 1024
    for one in (accepted, client, listener):
        one.close()


def test_the_pages_fit_in_their_memory(server):
    with streams(server, 4):
        with urllib.request.urlopen(f"{server.url}/api/v1/sessions") as answer:
            assert answer.status == 200  # the records are open now, and SQLAlchemy with them
        arbiter = psutil.Process(server.process.pid)
        tree = [arbiter, *arbiter.children(recursive=True)]
        assert sum(process.memory_full_info().pss for process in tree) < RSS_LIMIT_MB * 2**20
