"""A prescription made ready to run: every duration in nanoseconds, every threshold a plain number."""

from __future__ import annotations

import math
from typing import NamedTuple

from drills.document import SLEW_HZ_PER_S, DrillDocument
from drills.platform import Platform
from drills.prescription import Prescription
from drills.units import NS_PER_S
from drills.values import NO_DEMAND, Demand, Leg


class Plan(NamedTuple):
    """What does not change while a drill runs. A duration of 0 leaves its phase out."""

    leg: Leg
    trials: int
    share_of_trials: float
    get_on_limit_ns: int
    settle_ns: int
    baseline_ns: int
    ramp_up_ns: int
    hold_ns: int
    limit_ns: int
    """Longest hold when it lasts until step-off; 0 when the hold ends at `hold_ns`."""
    ramp_down_ns: int
    rest_ns: int
    get_on_n: float
    get_on_ns: int
    step_off_fraction: float
    step_off_ns: int
    judges_foot_down: bool
    foot_down_fraction: float
    foot_down_ns: int
    base_half_ml_mm: float
    base_half_ap_mm: float
    out_of_base_ns: int
    start_hz: float
    """Where the ramp up begins."""
    end_hz: float
    """Where the ramp down ends."""
    demand: Demand
    """Of the hold; `NO_DEMAND` without vibration."""
    platform: Platform | None
    """What fixes the displacement at each frequency; None where it is free."""

    @property
    def vibrates(self) -> bool:
        """Whether the plate is to move at all."""
        return self.demand is not NO_DEMAND


def make_plan(document: DrillDocument, prescription: Prescription, platform: Platform | None = None) -> Plan:
    """The plan of a prescription that has been checked against its document and the platform, where that fixes
    displacement.
    """
    phases, thresholds = document.phases, document.thresholds
    down = thresholds.foot_down
    target_hz, demand = prescription.frequency_hz, NO_DEMAND
    ramp_up_s, ramp_s = phases.ramp_up_s, min(phases.ramp_up_s, phases.ramp_down_s)
    start_hz = end_hz = _start_hz(target_hz, document.vibration.ramp_from_hz or 0.0, ramp_s * SLEW_HZ_PER_S)
    if prescription.vibrates:
        demand = Demand(target_hz, prescription.displacement_pp_mm)
        if platform is not None:
            # It shakes with its whole displacement as soon as it turns: gentle is only to begin with the lowest
            # frequency, however long that takes. The way down is a stop, and may not take longer than prescribed.
            demand = Demand(target_hz, platform.at(target_hz))
            slew_hz_per_s = min(SLEW_HZ_PER_S, platform.slew_hz_per_s)
            start_hz = min(target_hz, platform.min_hz)
            end_hz = _start_hz(target_hz, platform.min_hz, phases.ramp_down_s * slew_hz_per_s)
            ramp_up_s = max(ramp_up_s, (target_hz - start_hz) / slew_hz_per_s)
    return Plan(
        leg=prescription.leg,
        trials=prescription.trials,
        share_of_trials=document.success.share_of_trials,
        get_on_limit_ns=_ns(phases.get_on_limit_s),
        settle_ns=_ns(phases.settle_s),
        baseline_ns=_ns(phases.baseline_s),
        ramp_up_ns=_ns(ramp_up_s),
        hold_ns=_ns(prescription.hold_s),
        limit_ns=_ns(document.hold.limit_s or 0.0),
        ramp_down_ns=_ns(phases.ramp_down_s),
        rest_ns=_ns(prescription.rest_s),
        get_on_n=thresholds.get_on.force_n,
        get_on_ns=_ns(thresholds.get_on.for_s),
        step_off_fraction=thresholds.step_off.force_fraction,
        step_off_ns=_ns(thresholds.step_off.for_s),
        judges_foot_down=down is not None,
        foot_down_fraction=down.force_fraction if down else 0.0,
        foot_down_ns=_ns(down.force_for_s if down else 0.0),
        base_half_ml_mm=down.base_half_ml_mm if down else 0.0,
        base_half_ap_mm=down.base_half_ap_mm if down else 0.0,
        out_of_base_ns=_ns(down.base_for_s if down else 0.0),
        start_hz=start_hz,
        end_hz=end_hz,
        demand=demand,
        platform=platform,
    )


def ramp_up(plan: Plan, share: float) -> Demand:
    """The demand at this share (0..1) of the way from standstill to the hold's vibration.

    Frequency rises evenly from `start_hz`, above the plate's own resonance and no faster than `SLEW_HZ_PER_S`. Where
    displacement is free it follows a raised cosine, so that it starts and ends without a jerk; where the platform fixes
    it, it is the platform's at each frequency from the beginning. Never above the hold's frequency.
    """
    return _on_the_way(plan, plan.start_hz, share)


def ramp_down(plan: Plan, share: float) -> Demand:
    """The demand when this share (1..0) of the way down to `end_hz`, and standstill, is left; otherwise `ramp_up`."""
    return _on_the_way(plan, plan.end_hz, share)


def share_down(plan: Plan, share: float) -> float:
    """Where on the way down a drill is that leaves its ramp up at this share: at the same frequency, or below."""
    if plan.platform is None or plan.demand.frequency_hz <= plan.end_hz:
        return share
    span_hz = plan.demand.frequency_hz - plan.end_hz
    return max(0.0, 1.0 - (plan.demand.frequency_hz - plan.start_hz) * (1.0 - share) / span_hz)


def _on_the_way(plan: Plan, from_hz: float, share: float) -> Demand:
    full = plan.demand
    frequency_hz = min(from_hz + (full.frequency_hz - from_hz) * share, full.frequency_hz)
    if plan.platform is not None:
        return Demand(frequency_hz, plan.platform.at(frequency_hz)) if plan.vibrates else NO_DEMAND
    displacement_pp_mm = full.displacement_pp_mm * 0.5 * (1.0 - math.cos(math.pi * share))
    return Demand(frequency_hz, displacement_pp_mm) if displacement_pp_mm > 0.0 else NO_DEMAND


def _start_hz(target_hz: float, ramp_from_hz: float, span_hz: float) -> float:
    return min(target_hz, max(ramp_from_hz, target_hz - span_hz))


def _ns(seconds: float) -> int:
    return round(seconds * NS_PER_S)
