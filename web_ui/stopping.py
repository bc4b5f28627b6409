"""The line on which a STOP goes to control: one connection that is open before anybody needs it, and never waits for
another command.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from station.faults import StationError
from station.wire.client import ControlLink
from station.wire.messages import StopGeneration

CONFIRM_S = 2.0
"""How long a STOP is tried before the page must say that it is not confirmed."""
_TRY_S = 0.4
_PAUSE_S = 0.02
_HEARD = 64
"""STOPs that are remembered: more than come while one Start waits."""


class StopLine:
    """Any thread may call. What several ask at once goes as one STOP: each is confirmed by one sent after it asked."""

    def __init__(self, path: Path) -> None:
        self._link = ControlLink(path, _TRY_S)
        self._turn = threading.Lock()
        """Held by the thread that talks to control."""
        self._count = threading.Lock()
        self._asked = 0
        self._confirmed = 0
        """Every STOP up to this number is confirmed."""
        self._heard: deque[tuple[float, StopGeneration]] = deque(maxlen=_HEARD)
        """What control said of itself, whenever that was new, and when it was heard."""

    def stop(self, by: str) -> None:
        """Vibration off, drill ended. Raises StationError "control-unreachable" when control has not confirmed it
        within `CONFIRM_S`.
        """
        deadline_s = time.monotonic() + CONFIRM_S
        with self._count:
            self._asked += 1
            mine = self._asked
        if not self._turn.acquire(timeout=CONFIRM_S):
            raise StationError("control-unreachable", "stop")
        try:
            while self._confirmed < mine:
                self._try(by, deadline_s)
        finally:
            self._turn.release()

    def _try(self, by: str, deadline_s: float) -> None:
        all_asked = self._asked
        try:
            self.note(self._link.request("stop", by=by))
            self._confirmed = all_asked
        except StationError as problem:
            if problem.code != "control-unreachable" or time.monotonic() > deadline_s - _PAUSE_S:
                raise
            time.sleep(_PAUSE_S)

    def stand_by(self) -> None:
        """See that the connection is open, and open it where it is not. Called now and then; waits for nobody."""
        if not self._turn.acquire(blocking=False):
            return  # a STOP is on its way
        try:
            self.note(self._link.request("stand-by"))
        except StationError:
            self._link.close()
        finally:
            self._turn.release()

    def note(self, answer: dict[str, Any]) -> None:
        """Keep what control says of itself in an answer."""
        said = (answer.get("facts") or {}).get("seen")
        if said is None:
            return
        seen = StopGeneration.model_validate(said)
        with self._count:  # the heartbeat's thread hears as well, and an older word must not follow a newer one
            newest = self._heard[-1][1] if self._heard else None
            if newest is None or newest.epoch != seen.epoch or newest.stops < seen.stops:
                self._heard.append((time.monotonic(), seen))

    def seen(self, at_s: float | None = None) -> StopGeneration | None:
        """What had been heard of control by this time (monotonic, s), or until now; None for nothing."""
        with self._count:
            heard = (seen for then_s, seen in reversed(self._heard) if at_s is None or then_s <= at_s)
            return next(heard, None)

    def close(self) -> None:
        """Hang up."""
        with self._turn:
            self._link.close()
