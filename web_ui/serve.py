"""Runs the pages by gunicorn's worker of threads, set up from here, in this process.

One worker, because the lease, the hub and its one encoder live in its memory. gunicorn's arbiter, which keeps workers,
is left out: it would be a second process of 23 MB, and whoever started this one starts it again (systemd, whose
watchdog the accepting thread feeds, or `station run`). A phone that vanishes, stops reading or stops in the middle of a
request must not hold a thread for longer than a few seconds: hence the options of the sockets (`web_ui.doors`).
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from gunicorn.config import Config
from gunicorn.glogging import Logger

from station.access.places import FOLDER
from station.access.rights import Transport
from station.faults import StationError, because
from station.wire.doors import DoorState, show_doors
from web_ui.answering import Answering
from web_ui.doors import INNER, Door, doors_of, listen
from web_ui.worker import CONNECTIONS, Worker, is_defect

if TYPE_CHECKING:
    from station.settings import Settings

THREADS = 48
"""16 streams, three times. A STOP has threads of its own."""
GRACEFUL_S = 1
_M_ARENA_MAX, _ARENAS = -8, 2
"""Of glibc's malloc.h: how many heaps its threads may have. One for each of some fifty, which are seldom busy at once,
would be memory that nobody uses.
"""

log = logging.getLogger(__name__)


def run_web(
    *,
    runtime: Path,
    data: Path,
    host: str,
    port: int,
    settings: Settings | None = None,
    settings_file: Path | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. Raises InputError "not-loopback" and StationError "port-in-use".

    Of `settings` count the languages, the doors for phones (none where it is left out) and the patient's screen. A door
    that cannot be opened is said and left: the patient's screen does not wait for it. `settings_file`: from where they
    are, for what is asked of another process.
    """
    _few_heaps()
    screen, *others = doors_of(host, port, None if settings is None else settings.phones)
    served = [(screen, listen(screen))]
    secure, states = None, []
    for door in others:
        fault = None
        try:
            listener = listen(door)
            if door.transport is Transport.TLS:
                secure = listener
                served.append(_inner())
            else:
                served.append((door, listener))
        except StationError as problem:
            log.error("a door for phones stays closed: %s", problem)
            fault = problem
        states.append(DoorState(door.transport.value, door.port, fault))
    show_doors(runtime, states)
    try:
        _Server(_Places(runtime, data, settings_file), _Doors(served, secure, states), settings).run()
    finally:  # whoever tries again in this process finds its ports free
        for listener in (*(one for _, one in served), *([] if secure is None else [secure])):
            listener.close()


def _few_heaps() -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # another C library has its own ways
        mallopt(_M_ARENA_MAX, _ARENAS)


def _inner() -> tuple[Door, socket.socket]:
    """The door behind the secure one, which itself is not the server's."""
    door = Door(Transport.TLS, *INNER)
    return door, listen(door)


class _Doors(NamedTuple):
    """The sockets on which the server listens, and that of the secure door, if it is open."""

    served: Sequence[tuple[Door, socket.socket]]
    secure: socket.socket | None
    states: Sequence[DoorState]
    """Of all that the settings ask for, those that stayed closed too."""


class _Places(NamedTuple):
    """Where things are."""

    runtime: Path
    data: Path
    settings: Path | None


class _Server:
    """What gunicorn's worker asks of its application. Nothing is read from files, arguments or the environment."""

    def __init__(
        self,
        places: _Places,
        doors: _Doors,
        settings: Settings | None,
    ) -> None:
        self._runtime, self._data, self._settings_file = places
        self._settings = settings
        served, secure, states = doors
        self._address = served[0][1].getsockname()[:2]
        self._listeners = [listener for _, listener in served]
        self.transports = {listener.getsockname()[:2]: door.transport for door, listener in served}
        """By the address on which each listens: what `web_ui.worker` reads."""
        self.secure = None
        if secure is not None and settings is not None:
            inner = next(where for where, transport in self.transports.items() if transport is Transport.TLS)
            from web_ui.secure_door import SecureDoor

            secure.listen()
            told = partial(_tell_certificate, places.runtime, states)
            own = settings.station.practice_of or places.data  # phones trust one authority, in practice too
            self.secure = SecureDoor(secure, inner, (own / FOLDER, settings.phones.name), told)

    def _config(self) -> Config:
        """Settings of the worker and its hooks."""
        config = Config()
        settings: dict[str, Any] = {
            "workers": 1,
            "threads": THREADS,
            "worker_connections": 2 * CONNECTIONS,
            "graceful_timeout": GRACEFUL_S,
            "keepalive": 5,
            "loglevel": "warning",
            # No program stands before this one and speaks for others, though the secure door's come from this computer.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "worker_tmp_dir": str(self._runtime) if os.access(self._runtime, os.W_OK | os.X_OK) else None,
            "post_worker_init": _prepare,
            "worker_int": _stop_streams,
        }
        for name, value in settings.items():
            config.set(name, value)
        return config

    def run(self) -> None:
        """Serve until a signal ends it."""
        config = self._config()
        for listener in self._listeners:
            listener.listen(config.backlog)
        worker = Worker(1, os.getppid(), self._listeners, self, config.timeout, config, Logger(config))
        before = {number: signal.getsignal(number) for number in worker.SIGNALS}
        try:
            worker.init_process()
        finally:
            _close(worker)
            if not worker.booted:  # gunicorn's handlers end a worker that there is not: SIGTERM would mean nothing
                for number, handler in before.items():
                    signal.signal(number, handler)
        # An answer that is still being made, and nobody waits for, would hold the process up.
        late = threading.Timer(GRACEFUL_S, os._exit, (0,))
        late.daemon = True
        late.start()

    def wsgi(self) -> Any:  # noqa: ANN401  # a WSGI callable
        """The application."""
        from web_ui.app import create_app
        from web_ui.language import Languages
        from web_ui.service import service_of

        answers, said = Answering(*self._address).ask, self._settings
        if said is None:
            return create_app(self._runtime, self._data, answers=answers)
        languages = Languages(said.station.language, said.web.patient_language or "")
        app = create_app(self._runtime, self._data, languages, answers, said.phones, said.screen)
        app.config["STATION_SETTINGS"] = self._settings_file
        service_of(app).exchange(said.gdt, said.station.language)
        if said.station.practice_of is not None:
            service_of(app).practise(said.station.practice_of)
        return app


def _tell_certificate(runtime: Path, states: Sequence[DoorState], said: str) -> None:
    """The secure door has no certificate, and what was said of that; "" once it has one."""
    fault = StationError("door-uncertified", "", because("system-said", said=said)) if said else None
    mine = Transport.TLS.value
    show_doors(runtime, [one._replace(fault=fault) if one.way == mine else one for one in states])


def _prepare(worker: Any) -> None:  # noqa: ANN401
    """Before it accepts."""
    gc.freeze()  # the program stays: looked through again and again it holds up answers, of STOPs too
    worker.log.error_log.addFilter(is_defect)
    if worker.app.secure is not None:
        worker.app.secure.start()
    _end_streams_first(worker)


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
