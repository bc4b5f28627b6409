"""Another key for the station's own wireless network: wanted when a phone is taken off, and whenever somebody says so.

The pages may change nothing of the computer: they leave a file, a service of systemd changes the key, and phones join
again by the code on the patient's screen. Not while a drill runs: it would take the therapist's own phone off the air.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from station.access.network import PLACE, OwnNetwork, read_network
from station.faults import StationError, StorageError, because
from station.wire.places import KEY_DUE, KEY_WANTED

KEY_SERVICE = Path("/etc/systemd/system/station-new-key.path")
"""What changes the key on an installed station. Elsewhere nothing may."""
KEY_LOOK_S = 0.5
KEY_LOOKS = 120
"""Looks, which are 60 s, that the service may take."""
KeyState = Literal["kept", "due", "asked", "changed", "stuck"]


class KeyPlaces(NamedTuple):
    """Where it is looked."""

    join: Path = PLACE
    service: Path = KEY_SERVICE


class NetworkKey:
    """One for each app; any thread may ask. What is due is due over a restart of this process: `start` takes it up."""

    def __init__(self, runtime: Path, drill_runs: Callable[[], bool], places: KeyPlaces | None = None) -> None:
        self.state: KeyState = "kept"
        """Of the newest change: due while a drill runs, asked for, done, or asked for in vain."""
        self._runtime = runtime
        self._drill_runs = drill_runs
        self._places = KeyPlaces() if places is None else places
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def network(self) -> OwnNetwork | None:
        """Name and key as they are now; None where the station has no network of its own."""
        return read_network(self._places.join)

    @property
    def changeable(self) -> bool:
        """Whether there is something that changes its key."""
        return self._places.service.exists()

    def want(self) -> None:
        """Another key, as soon as no drill runs. Raises StationError "network-none", StorageError."""
        if not self.changeable:
            raise StationError("network-none", "")
        try:
            (self._runtime / KEY_DUE).touch()
        except OSError as problem:
            raise StorageError(
                "runtime-folder", str(self._runtime), because("system-said", said=str(problem))
            ) from problem
        self._begin()

    def want_after_revoke(self) -> None:
        """The same where there is a network; a phone that is taken off stays off whatever becomes of the key."""
        with suppress(StationError):
            self.want()

    def start(self) -> None:
        """Go on with what was due when this process ended."""
        if (self._runtime / KEY_DUE).exists() and self.changeable:
            self._begin()

    def close(self) -> None:
        """End; what is due stays due."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def work(self, wait: Callable[[], bool]) -> None:
        """Have what is due done, and see that it was. `wait` sleeps a little (`KEY_LOOK_S`), and is True once there is
        to be an end: what is due stays so.
        """
        while (self._runtime / KEY_DUE).exists():
            while self._drill_runs():
                if wait():
                    return
            before = self.network()
            try:
                (self._runtime / KEY_DUE).replace(self._runtime / KEY_WANTED)
            except OSError:
                self.state = "stuck"
                return
            self.state = "asked"
            for _ in range(KEY_LOOKS):
                if wait():
                    return
                if self.network() not in (before, None):
                    break
            else:
                self.state = "stuck"
                return
            self.state = "changed"

    def _begin(self) -> None:
        with self._lock:
            self.state = "due"
            if self._thread is None or not self._thread.is_alive():
                wait = partial(self._ending.wait, KEY_LOOK_S)
                self._thread = threading.Thread(target=self.work, args=(wait,), name="network-key", daemon=True)
                self._thread.start()
