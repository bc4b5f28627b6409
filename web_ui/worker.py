"""gunicorn's worker of threads, changed in this: no thread waits for a client's bytes, STOP has threads of its own, and
systemd's watchdog is told that it accepts.

gunicorn gives a thread to each connection and lets that read; sixty slow clients then hold every thread. Here the
accepting thread waits for whole requests (`web_ui.gathering`), which costs a slow client's request no thread, and knows
where each one goes before a thread takes it.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn.workers import gthread

from station.access.rights import Transport
from station.processes.notify import notify
from web_ui.gathering import PEEK_BYTES, Arrival, Gathered, look_at

REQUEST_S = 4.0
"""From a request's first byte, or from when its connection was made, to its last. Looked at once a second."""
SEND_S = 5.0
"""Longest for one piece of an answer; streams apart."""
CONNECTIONS = 512
"""Beyond this the one that has waited longest for its request makes room for whoever comes."""
ACCEPTS = 64
"""Taken at one go, so that requests that came are looked at between them."""
STOP_THREADS = 8
STOP_PATHS = frozenset({"/api/v1/stop"})
_ARRIVED = "X-STATION-ARRIVED"
"""`web_ui.security.ARRIVED_HEADER`, as gunicorn spells names: when a request's last byte had come (monotonic, s)."""
_DOOR = "X-STATION-DOOR"
"""`web_ui.callers.DOOR_HEADER`, in the same way: on which way it came, to which address of ours, from which."""
_OURS = frozenset({_ARRIVED, _DOOR})
_GOODBYE_S = 0.2
"""How long a thread waits for the other side to close."""
_DRAIN_BYTES = 64 * 1024
"""Read before closing, so that the answer is not cut off by what the client still sent."""
_NOTIFY_EVERY_S = 0.5
_REFUSALS = {
    Arrival.HEAD_TOO_LONG: b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
    Arrival.NO_LENGTH: b"HTTP/1.1 411 Length Required\r\n",
    Arrival.COMING: b"HTTP/1.1 408 Request Timeout\r\n",
}
_NOTHING_MORE = b"Content-Length: 0\r\nConnection: close\r\n\r\n"


class Worker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """One accepting thread that waits for nobody, and threads that are given whole requests."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._gathering: deque[Any] = deque()
        """Connections whose request is still coming, by their deadline, which is in `timeout`."""
        self._stop_pool = ThreadPoolExecutor(STOP_THREADS, "stop")
        self._notify_at_s = 0.0

    # --- in the accepting thread ----------------------------------------------------------------------------------

    def notify(self) -> None:
        """At each turn of the accepting thread: it lives. gunicorn would tell its arbiter, by a file."""
        now_s = time.monotonic()
        if now_s >= self._notify_at_s:
            self._notify_at_s = now_s + _NOTIFY_EVERY_S
            notify("WATCHDOG=1")

    def accept(self, listener: Any) -> None:  # noqa: ANN401
        """Take the connections that wait, a bounded number."""
        for _ in range(ACCEPTS):
            try:
                client, address = listener.accept()
            except OSError:
                return
            self.nr_conns += 1
            connection = gthread.TConn(self.cfg, client, address, listener.getsockname())
            connection.data_ready = True
            connection.transport = self.app.transports[listener.getsockname()[:2]]
            self._gather(connection)
            if self.nr_conns > CONNECTIONS:
                self._make_room()

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:  # noqa: ANN401
        """The next request of a kept connection begins."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:  # noqa: ANN401
        """gunicorn's, but a request that was sent before the answer to the one before is not waited for by a thread."""
        ahead = conn.parser is not None and getattr(conn.parser, "unreader", None)
        if ahead and not fs.cancelled() and fs.exception() is None and fs.result() and ahead.buf.getvalue():
            self.nr_conns -= 1
            conn.close()
            return
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Close what did not come in time."""
        super().murder_pending()
        now_s = time.monotonic()
        while self._gathering and self._gathering[0].timeout <= now_s:
            self._refuse(self._gathering[0], Arrival.COMING)

    def _gather(self, conn: Any) -> None:  # noqa: ANN401
        conn.timeout, conn.looked_at = time.monotonic() + REQUEST_S, 0
        self._gathering.append(conn)
        self.poller.register(conn.sock, gthread.selectors.EVENT_READ, partial(self._look, conn))
        self._look(conn, conn.sock)

    def _look(self, conn: Any, client: socket.socket) -> None:  # noqa: ANN401
        try:
            waiting = client.recv(PEEK_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            waiting = b""
        if len(waiting) == conn.looked_at:  # it is readable without any more: the other side has ended
            self._let_go(conn)
            self._close(conn)
            return
        conn.looked_at = len(waiting)
        gathered = look_at(waiting)
        match gathered.state:
            case Arrival.COMING:
                # Not readable again before there is more than this.
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, len(waiting) + 1)
            case Arrival.WHOLE:
                self._let_go(conn)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
                conn.arrived_s = time.monotonic()
                self._dispatch(conn, gathered)
            case refused:
                self._refuse(conn, refused)

    def _dispatch(self, conn: Any, gathered: Gathered) -> None:  # noqa: ANN401
        pool = self._stop_pool if gathered.path in STOP_PATHS else self.tpool
        future = pool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _refuse(self, conn: Any, state: Arrival) -> None:  # noqa: ANN401
        self._let_go(conn)
        with contextlib.suppress(OSError):
            conn.sock.recv(PEEK_BYTES)  # what is left unread would make the close a reset, which takes the answer along
            conn.sock.send(_REFUSALS[state] + _NOTHING_MORE)
            conn.sock.shutdown(socket.SHUT_WR)
        self._close(conn)

    def _make_room(self) -> None:
        waiting = self._gathering or self.keepalived_conns
        if waiting:
            oldest = waiting[0]
            if waiting is self._gathering:
                self._let_go(oldest)
            else:
                self.poller.unregister(oldest.sock)
                waiting.popleft()
            self._close(oldest)

    def _let_go(self, conn: Any) -> None:  # noqa: ANN401
        self._gathering.remove(conn)
        self.poller.unregister(conn.sock)

    def _close(self, conn: Any) -> None:  # noqa: ANN401
        self.nr_conns -= 1
        conn.close()

    # --- in a thread of the pool ----------------------------------------------------------------------------------

    def handle_request(self, req: Any, conn: Any) -> Any:  # noqa: ANN401
        """gunicorn's, with a bound on sending, and among the headers when it came, and on which way."""
        conn.sock.settimeout(SEND_S)
        here, address = conn.sock.getsockname()[0], conn.client[0]
        if conn.transport is Transport.TLS:
            here, address = self.app.secure.peer(conn.client[1]) or (here, address)
        door = f"{conn.transport.value} {here} {address}"
        theirs = ((name, value) for name, value in req.headers if name.upper() not in _OURS)
        req.headers = [*theirs, (_ARRIVED, repr(conn.arrived_s)), (_DOOR, door)]
        return super().handle_request(req, conn)

    def handle(self, conn: Any) -> Any:  # noqa: ANN401
        """One request. If the connection ends with it, wait for the other side's end here.

        gunicorn would wait for that, up to 2 s a connection, in the thread that accepts the STOP.
        """
        goes_on = super().handle(conn)
        if goes_on is False:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_WR)
                conn.sock.settimeout(_GOODBYE_S)
                conn.sock.recv(_DRAIN_BYTES)
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)
        return goes_on


def is_defect(record: logging.LogRecord) -> bool:
    """A client that stalls in the middle of its request is no defect of the server: no traceback for it."""
    return record.exc_info is None or not isinstance(record.exc_info[1], BlockingIOError | TimeoutError)
