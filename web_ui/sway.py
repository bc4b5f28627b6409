"""Sway of the live point, sample by sample: over the trial's hold, and over the last seconds on the plate.

For the eye during a drill. The figures of the record are computed from the recording (`station.measures.pipelines`).
"""

from __future__ import annotations

import math

from drills.values import Phase
from station.measures.live import Rolling, Running
from station.sample import Sample

WINDOW_S = 10.0


class LiveSway:
    """`trial` grows with the hold and keeps its figures until the next one; `window` forgets all older than 10 s."""

    def __init__(self) -> None:
        self.trial = Running()
        self.window = Rolling(WINDOW_S)
        self._session = self._trial = 0
        self._standing = False

    def clear(self) -> None:
        """Another control program: nothing of before holds."""
        self.trial.clear()
        self.window.clear()
        self._session = self._trial = 0
        self._standing = False

    def step(self, sample: Sample) -> None:
        """Take in the next sample; each one costs the same, however long the trial is."""
        if sample.session != self._session:
            self._session, self._trial = sample.session, 0
            self.trial.clear()
        t_s, ml_mm, ap_mm = sample.t_ns * 1e-9, sample.cop_ml_mm, sample.cop_ap_mm
        if not math.isfinite(ml_mm):
            if self._standing:
                self.window.clear()
                self._standing = False
            return
        self._standing = True
        self.window.update(t_s, ml_mm, ap_mm)
        if sample.phase == Phase.HOLD:
            if sample.trial != self._trial:
                self._trial = sample.trial
                self.trial.clear()
            self.trial.update(t_s, ml_mm, ap_mm)
