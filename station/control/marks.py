"""What the therapist marks while a trial runs: each mark once, one a tick, at the time at which it is heard."""

from __future__ import annotations

from collections import deque

from drills.document import DrillDocument
from drills.problems import Problem
from drills.state import DrillState
from drills.values import MARK_NAMES, Mark, Phase
from station.faults import InputError, StationError
from station.wire.messages import Marked

REMEMBERED = 256
"""Names of marks of a session that are known again: a phone asks again within seconds."""
WAITING = 8
"""Nobody taps so often within a tick; a program that does is refused."""
_OPEN = (Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.RAMP_DOWN)
"""While these go on there is something to mark."""


class Marks:
    """Of one session."""

    def __init__(self) -> None:
        self._known: deque[str] = deque(maxlen=REMEMBERED)
        self._waiting: deque[Mark] = deque()
        self.now = Mark.NONE
        """What the exercise is shown in this tick."""

    def take(self, message: Marked, document: DrillDocument, drill: DrillState) -> bool:
        """Whether this is a new mark, which comes in the next tick. Raises StationError where there is nothing to mark,
        InputError for one that this exercise does not take.
        """
        if message.request in self._known:
            return False
        if drill.phase not in _OPEN or drill.finished:
            raise StationError("nothing-to-mark", "mark")
        names = tuple(name for name, mark in MARK_NAMES.items() if mark in document.exercise.marks)
        if message.mark not in names:
            raise InputError(
                "input-invalid", "mark", Problem("mark", message.mark, reason="unknown", values={"choices": names})
            )
        if len(self._waiting) >= WAITING:
            raise StationError("nothing-to-mark", "mark")
        self._known.append(message.request)
        self._waiting.append(MARK_NAMES[message.mark])
        return True

    def next(self) -> Mark:
        """The mark of this tick, or none."""
        self.now = self._waiting.popleft() if self._waiting else Mark.NONE
        return self.now
