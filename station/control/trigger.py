"""When the trigger output is high: in a hold, or for a moment at each beat, and only while safety is armed."""

from __future__ import annotations

from drills.state import DrillState
from drills.values import Phase
from drills.words import Cue

OFF, HOLD, BEAT = "off", "hold", "beat"
PULSE_NS = 100_000_000
"""How long a beat is high."""


class Trigger:
    """Asked once a tick, after safety has decided."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._beats: int | None = None
        self._until_ns = 0
        self.on = False

    def step(self, drill: DrillState | None, armed: bool, now_ns: int) -> bool:
        """Whether it is high until the next tick. Low whenever no hold goes on, or safety is not armed."""
        if self._mode == OFF:
            return False
        if drill is None or not armed or drill.finished or drill.phase is not Phase.HOLD:
            self._beats, self._until_ns, self.on = None, 0, False
        elif self._mode == HOLD:
            self.on = True
        else:
            self.on = self._beat(drill, now_ns)
        return self.on

    def _beat(self, drill: DrillState, now_ns: int) -> bool:
        """From each new beat of the scene on; the one that stands there as the hold begins is none."""
        count, beats = drill.scene.cue_count, self._beats
        self._beats = count
        if beats is not None and count != beats and drill.scene.cue == Cue.BEAT:
            self._until_ns = now_ns + PULSE_NS
        return now_ns < self._until_ns
