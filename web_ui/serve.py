"""Runs the pages under gunicorn: one worker of threads, set up from here, that ends with the process that started it.

One worker, because the lease, the hub and its one encoder live in its memory. Why these socket options: a phone that
vanishes, stops reading or stops in the middle of a request must not hold a thread for longer than a few seconds.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import time
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication

from station.faults import StationError, because
from station.processes.supervisor import die_with_parent
from web_ui.answering import Answering
from web_ui.loopback import require_loopback
from web_ui.worker import CONNECTIONS, Worker, is_defect

THREADS = 48
"""16 streams, three times. A STOP has threads of its own."""
GRACEFUL_S = 1
_BIND_WAIT_S = 1.5
"""A worker whose arbiter was killed needs a moment to let go of the port."""
_KEEPALIVE_S = ((socket.TCP_KEEPIDLE, 5), (socket.TCP_KEEPINTVL, 2), (socket.TCP_KEEPCNT, 3))
_USER_TIMEOUT_MS = 6000
_RECEIVE_TIMEOUT = struct.pack("@ll", 1, 0)
"""A `timeval` of 1 s: for the next bytes of a request that has begun. The streams clear it: `web_ui.stream`."""
_SEND_BYTES = 32 * 1024
"""Small, so that a slow phone gets the newest snapshot and not a queue of old ones."""


def run_web(*, runtime: Path, data: Path, host: str, port: int, languages: tuple[str, str] = ("", "")) -> None:
    """Serve until SIGTERM or SIGINT. Raises InputError "not-loopback" and StationError "port-in-use".

    `languages`: the station's, and that of the patient's screen; empty where the settings do not say.
    """
    require_loopback(host)
    listener = _listen(host, port)
    _Server(runtime, data, listener, languages).run()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket whose options the accepted ones inherit.

    Bound here, without SO_REUSEPORT: two stations on one port would share it and each get half of the phones.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    address = ("127.0.0.1" if host == "localhost" else host, port)
    deadline_s = time.monotonic() + _BIND_WAIT_S
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    while True:
        try:
            listener.bind(address)
            break
        except OSError as problem:
            if time.monotonic() > deadline_s:
                listener.close()
                raise StationError(
                    "port-in-use", f"{host}:{port}", because("system-said", said=str(problem.strerror))
                ) from problem
            time.sleep(0.05)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _RECEIVE_TIMEOUT)
    for option, value in _KEEPALIVE_S:
        listener.setsockopt(socket.IPPROTO_TCP, option, value)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with its settings from here; nothing is read from files, arguments or the environment."""

    def __init__(self, runtime: Path, data: Path, listener: socket.socket, languages: tuple[str, str]) -> None:
        self._runtime, self._data, self._listener, self._languages = runtime, data, listener, languages
        self._address = listener.getsockname()[:2]
        super().__init__()

    def load_config(self) -> None:
        """Settings of the server and its hooks."""
        settings: dict[str, Any] = {
            "bind": f"fd://{self._listener.detach()}",
            "worker_class": Worker,
            "workers": 1,
            "threads": THREADS,
            "worker_connections": 2 * CONNECTIONS,
            "graceful_timeout": GRACEFUL_S,
            "keepalive": 5,
            "loglevel": "warning",
            "proc_name": "station-web",
            "control_socket_disable": True,
            "worker_tmp_dir": str(self._runtime) if os.access(self._runtime, os.W_OK | os.X_OK) else None,
            "post_fork": _die_with_parent,
            "post_worker_init": _prepare,
            "worker_int": _stop_streams,
            "worker_exit": lambda _server, worker: _close(worker),
        }
        for name, value in settings.items():
            if name in self.cfg.settings:  # `control_socket_disable` is younger than the oldest gunicorn that will do
                self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401  # a WSGI callable
        """The application, made in the worker."""
        from web_ui.app import create_app
        from web_ui.language import Languages

        return create_app(self._runtime, self._data, Languages(*self._languages), Answering(*self._address).ask)


def _prepare(worker: Any) -> None:  # noqa: ANN401
    """In the worker, before it accepts."""
    worker.log.error_log.addFilter(is_defect)
    _end_streams_first(worker)


def _die_with_parent(server: Any, _worker: Any) -> None:  # noqa: ANN401  # gunicorn has no types
    """A worker whose arbiter was killed would go on serving beside the next one: let the kernel end it."""
    die_with_parent(signal.SIGKILL)
    if os.getppid() != server.pid:
        os._exit(1)


def _end_streams_first(worker: Any) -> None:  # noqa: ANN401
    """On SIGTERM end the streams, then do what gunicorn does: it would wait for them."""
    gunicorn_handler = signal.getsignal(signal.SIGTERM)

    def terminate(number: int, frame: FrameType | None) -> None:
        _stop_streams(worker)
        if callable(gunicorn_handler):
            gunicorn_handler(number, frame)

    signal.signal(signal.SIGTERM, terminate)


def _stop_streams(worker: Any) -> None:  # noqa: ANN401
    from web_ui.service import service_of

    service_of(worker.wsgi).hub.stopping = True  # no lock here: this runs in a signal handler


def _close(worker: Any) -> None:  # noqa: ANN401
    from web_ui.service import service_of

    if worker.booted:
        service_of(worker.wsgi).close()
