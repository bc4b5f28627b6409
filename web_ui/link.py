"""The web process's line to control: a heartbeat that never stops, and one short connection a command.

A connection a command, because a STOP must not wait in a queue behind a Start that control is still thinking about.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from station.faults import StationError
from station.wire.client import ControlLink

HEARTBEAT_S = 0.25
HEARTBEAT_LOST_S = 1.0
"""Control counts as gone when it has not answered for this long."""
STOP_TRIES = 3
STOP_TIMEOUT_S = 0.5
START_TIMEOUT_S = 2.0


class SharedControlLink:
    """Talks to the command socket at `path`. Any thread may call."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answered_s: float | None = None
        self._present = False
        self._present_s: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin the heartbeat."""
        self._thread.start()

    def close(self) -> None:
        """End the heartbeat."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)

    def answered_age_s(self) -> float | None:
        """Seconds since control last answered a heartbeat; None when it never has."""
        return None if self._answered_s is None else time.monotonic() - self._answered_s

    def present(self) -> None:
        """The therapist is there: the next heartbeat reports it to control. Never waits."""
        self._present_s = time.monotonic()
        self._present = True

    def present_age_s(self) -> float | None:
        """Seconds since the therapist was last there; None when never."""
        return None if self._present_s is None else time.monotonic() - self._present_s

    def request(self, message_type: str, **fields: object) -> dict[str, Any]:
        """One command. Raises StationError: the refusal's own fault, or "control-unreachable"."""
        link = ControlLink(self._path, START_TIMEOUT_S)
        try:
            return link.request(message_type, **fields)
        finally:
            link.close()

    def stop(self, by: str) -> None:
        """Vibration off, drill ended. Tries again before it raises StationError "control-unreachable"."""
        for attempt in range(STOP_TRIES):
            link = ControlLink(self._path, STOP_TIMEOUT_S)
            try:
                link.request("stop", by=by)
            except StationError as problem:
                if problem.code != "control-unreachable" or attempt == STOP_TRIES - 1:
                    raise
                time.sleep(0.05)
            else:
                return
            finally:
                link.close()

    def _beat(self) -> None:
        link = ControlLink(self._path, HEARTBEAT_LOST_S)
        while not self._stopping.is_set():
            present, self._present = self._present, False
            try:
                link.request("heartbeat", present=present)
                self._answered_s = time.monotonic()
            except StationError:  # the age of the last answer shows it
                self._present = self._present or present
            self._stopping.wait(HEARTBEAT_S)
        link.close()
