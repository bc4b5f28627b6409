"""The patient's weight and the place of the foot, learnt while the plate is still: what loss and fall are judged by."""

from __future__ import annotations

import math

from drills.document import DrillDocument
from drills.plan import TURNS
from station.control.loop import RATE_HZ
from station.sensing.balance import Balance, Occupancy

LEARNT_BELOW_HZ = 1.0
"""Slower than this the platform counts as still here."""
_WEIGHT_FORGETS = 1.0 / RATE_HZ
"""The patient's weight and foot position are averages over the last second or so of standing without vibration."""
_WEIGHT_AFTER_S = 1.0
FOOT_HALF_ML_MM = 80.0
FOOT_HALF_AP_MM = 160.0
"""Beyond this round the foot, the weight is not on it; where a drill's document does not say it more tightly."""
_FOOT_MARGIN_MM = 15.0
"""Safety's base is this much wider than the drill's, which ends a trial and not the whole drill, and comes first."""


class KnownStance:
    """What is known of who stands there. `weight_n` is 0.0 until it is known."""

    def __init__(self) -> None:
        self.weight_n = self._standing_s = 0.0
        self._foot_ml_mm = self._foot_ap_mm = 0.0
        self._half_ml_mm, self._half_ap_mm = FOOT_HALF_ML_MM, FOOT_HALF_AP_MM

    def begin(self, document: DrillDocument) -> None:
        """A drill begins: the base is its document's where that is the tighter one. Who stands turned a quarter has the
        length of the foot along the plate's side to side: then the narrower of both holds either way.
        """
        foot_down = document.thresholds.foot_down
        self._half_ml_mm, self._half_ap_mm = FOOT_HALF_ML_MM, FOOT_HALF_AP_MM
        if foot_down is not None:
            self._half_ml_mm = min(self._half_ml_mm, foot_down.base_half_ml_mm + _FOOT_MARGIN_MM)
            self._half_ap_mm = min(self._half_ap_mm, foot_down.base_half_ap_mm + _FOOT_MARGIN_MM)
        if TURNS[document.stance.orientation] % 2:
            self._half_ml_mm = self._half_ap_mm = min(self._half_ml_mm, self._half_ap_mm)

    def learn(self, balance: Balance, measured_hz: float) -> None:
        """Follow weight and foot by one tick of standing on a still plate; forget them when it is left.

        While the platform moves, by its tach, nothing is learnt and nothing forgotten.
        """
        if not measured_hz < LEARNT_BELOW_HZ:
            return
        if balance.stance is Occupancy.EMPTY:
            self.weight_n = self._standing_s = 0.0
            return
        # A weight that is still being put on the plate is no reference; none at all counts as no load.
        self._standing_s += 1.0 / RATE_HZ
        if self._standing_s < _WEIGHT_AFTER_S:
            return
        share = _WEIGHT_FORGETS if self.weight_n > 0.0 else 1.0
        self.weight_n += share * (balance.force_n - self.weight_n)
        if not math.isnan(balance.cop_ml_mm):
            self._foot_ml_mm += share * (balance.cop_ml_mm - self._foot_ml_mm)
            self._foot_ap_mm += share * (balance.cop_ap_mm - self._foot_ap_mm)

    def left_by(self, balance: Balance) -> bool:
        """Whether the centre of pressure is beyond the foot, or nobody is there to have one."""
        return not (
            abs(balance.cop_ml_mm - self._foot_ml_mm) <= self._half_ml_mm
            and abs(balance.cop_ap_mm - self._foot_ap_mm) <= self._half_ap_mm
        )
