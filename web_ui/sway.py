"""Sway of the live point, sample by sample: over the trial's hold, and over the last seconds on the plate.

For the eye during a drill. The figures of the record are computed from the recording (`station.measures.pipelines`).
"""

from __future__ import annotations

import math

from drills.values import Phase
from station.measures.constants import MIN_FORCE_N, STANDARD_GRAVITY_M_S2
from station.measures.live import Rolling, Running
from station.wire.sample import Sample

SWAY_WINDOW_S = 10.0
HOLE_S = 0.1
MOVING_KG, MOVING_SHARE = 10.0, 0.2
"""What moves with the plate: its own part, and a share of the body (docs/sources/vibration.md#cop-under-vibration)."""
MOST_FELT = 0.4
"""Of the weight: where the plate's force is more, a dead weight seemed to sway by 0.25 mm rms and more (35 kg at 1.0 g,
10 kg at 0.5 g); at 0.24 (35 kg at 0.5 g) by 0.11 mm at most (`make bench ARGS=dead_weight`)."""


def degraded(force_n: float, acceleration_g: float) -> bool:
    """Whether the live point of somebody who weighs so is no longer well freed of a vibration of this peak."""
    weight_kg = force_n / STANDARD_GRAVITY_M_S2
    return force_n >= MIN_FORCE_N and acceleration_g * (MOVING_KG + MOVING_SHARE * weight_kg) > MOST_FELT * weight_kg


class LiveSway:
    """`trial` grows with the hold and keeps its figures until the next trial begins; `window` forgets
    all older than 10 s.

    A hole of more than `HOLE_S`, by lost samples or with nobody on the plate, starts both again: nobody knows what the
    point did in it.
    """

    def __init__(self) -> None:
        self.trial = Running()
        self.window = Rolling(SWAY_WINDOW_S)
        self._session = self._trial = 0
        self._last_s = -math.inf

    def clear(self) -> None:
        """Another control program: nothing of before holds."""
        self._session = self._trial = 0
        self._last_s = -math.inf
        self.trial.clear()
        self.window.clear()

    def step(self, sample: Sample) -> None:
        """Take in the next sample; each one costs the same, however long the trial is."""
        if sample.session != self._session:
            self._session, self._trial = sample.session, 0
            self.trial.clear()
        t_s, ml_mm, ap_mm = sample.t_ns * 1e-9, sample.cop_ml_mm, sample.cop_ap_mm
        held = sample.phase == Phase.HOLD
        if sample.trial != self._trial:
            self._trial = sample.trial
            self.trial.clear()
        if t_s - self._last_s > HOLE_S:
            self.window.clear()
            if held:
                self.trial.clear()
        if math.isfinite(ml_mm):
            self._last_s = t_s
            self.window.update(t_s, ml_mm, ap_mm)
            if held:
                self.trial.update(t_s, ml_mm, ap_mm)
