"""A prescription made ready to run: every duration in nanoseconds, every threshold a plain number."""

from __future__ import annotations

import math
from typing import NamedTuple

from drills.document import SLEW_HZ_PER_S, DrillDocument
from drills.prescription import Prescription
from drills.values import OFF, Demand, Leg

NS_PER_S = 1_000_000_000


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
    """Where the ramps begin and end."""
    demand: Demand
    """Of the hold; `OFF` without vibration."""

    @property
    def vibrates(self) -> bool:
        """Whether the plate is to move at all."""
        return self.demand is not OFF


def make_plan(document: DrillDocument, prescription: Prescription) -> Plan:
    """The plan of a prescription that has been checked against its document."""
    phases, thresholds = document.phases, document.thresholds
    down = thresholds.foot_down
    demand = Demand(prescription.frequency_hz, prescription.displacement_pp_mm) if prescription.vibrates else OFF
    ramp_s = min(phases.ramp_up_s, phases.ramp_down_s)
    return Plan(
        leg=prescription.leg,
        trials=prescription.trials,
        share_of_trials=document.success.share_of_trials,
        get_on_limit_ns=_ns(phases.get_on_limit_s),
        settle_ns=_ns(phases.settle_s),
        baseline_ns=_ns(phases.baseline_s),
        ramp_up_ns=_ns(phases.ramp_up_s),
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
        start_hz=_start_hz(demand.frequency_hz, document.vibration.ramp_from_hz or 0.0, ramp_s),
        demand=demand,
    )


def ramp(plan: Plan, share: float) -> Demand:
    """The demand at this share (0..1) of the way from standstill to the hold's vibration.

    Displacement follows a raised cosine, so that it starts and ends without a jerk; frequency rises evenly from
    `start_hz`, so that the plate's own resonance is crossed by a motor that moves nothing yet and no faster
    change than `SLEW_HZ_PER_S` is felt. Never above the hold's demand in either.
    """
    full = plan.demand
    displacement_pp_mm = full.displacement_pp_mm * 0.5 * (1.0 - math.cos(math.pi * share))
    if displacement_pp_mm <= 0.0:
        return OFF
    frequency_hz = plan.start_hz + (full.frequency_hz - plan.start_hz) * share
    return Demand(min(frequency_hz, full.frequency_hz), displacement_pp_mm)


def _start_hz(target_hz: float, ramp_from_hz: float, ramp_s: float) -> float:
    return min(target_hz, max(ramp_from_hz, target_hz - SLEW_HZ_PER_S * ramp_s))


def _ns(seconds: float) -> int:
    return round(seconds * NS_PER_S)
