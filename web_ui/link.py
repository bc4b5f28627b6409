"""The web process's line to control: a heartbeat, a connection that waits for a STOP, and a short one for any other
command.

A connection a command, because a STOP must not wait in a queue behind a Start that control is still thinking about.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from station.faults import StationError
from station.wire.client import ControlLink
from station.wire.messages import StopGeneration
from web_ui.stopping import StopLine

HEARTBEAT_S = 0.25
HEARTBEAT_LOST_S = 1.0
"""Control counts as gone when it has not answered for this long."""
START_TIMEOUT_S = 4.0


class SharedControlLink:
    """Talks to the command socket at `path`. Any thread may call.

    The heartbeat goes on only while `answers`, where it is given, says so: that the pages answer, not that this thread
    lives.
    """

    def __init__(self, path: Path, answers: Callable[[], bool] | None = None) -> None:
        self._path = path
        self._answers = answers
        self._stop_line = StopLine(path)
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
        self._stop_line.close()

    def answered_age_s(self) -> float | None:
        """Seconds since control last answered a heartbeat; None when it never has."""
        return None if self._answered_s is None else time.monotonic() - self._answered_s

    def seen(self, at_s: float | None = None) -> StopGeneration | None:
        """What was known of control at this time (monotonic, s), or is now: which life of it, how often stopped. None
        where nothing was.
        """
        return self._stop_line.seen(at_s)

    def ask_seen(self) -> StopGeneration:
        """The same, asked now: for who comes before the first heartbeat. Raises StationError "control-unreachable"."""
        return StopGeneration.model_validate(self.request("describe")["facts"]["seen"])

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
        """Vibration off, drill ended. Tries for 2 s before it raises StationError "control-unreachable"."""
        self._stop_line.stop(by)

    def _beat(self) -> None:
        link = ControlLink(self._path, HEARTBEAT_LOST_S)
        while not self._stopping.is_set():
            present, self._present = self._present, False
            try:
                if self._answers is None or self._answers():
                    answer = link.request("heartbeat", present=present)
                    self._answered_s = time.monotonic()
                    self._stop_line.note(answer)
                else:
                    self._present = self._present or present
            except StationError:  # the age of the last answer shows it
                self._present = self._present or present
            self._stop_line.stand_by()
            self._stopping.wait(HEARTBEAT_S)
        link.close()
