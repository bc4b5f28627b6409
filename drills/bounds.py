"""What a house allows of a drill: its limits and its platform beside the document's own ranges."""

from __future__ import annotations

import math
from typing import NamedTuple

from drills.document import DrillDocument
from drills.dose import too_hard_at
from drills.plan import make_plan, prepared
from drills.platform import Platform
from drills.prescription import Prescription
from drills.problems import Problem, out_of_range
from drills.units import NS_PER_S

_SHOWN_S = 0.1
"""A longest hold is given in whole steps of this, never more than there is."""


class Bounds(NamedTuple):
    """The limits that hold in a house, as far as a prescription can pass them."""

    min_hz: float = 0.0
    max_hz: float = math.inf
    displacement_pp_mm: float = math.inf
    acceleration_g: float = math.inf
    bout_s: float = math.inf
    """Longest vibration without a pause, ramps included."""


NO_BOUNDS = Bounds()


def beyond(
    document: DrillDocument, prescription: Prescription, bounds: Bounds, platform: Platform | None
) -> tuple[Problem, ...]:
    """Every bound that the prescription passes: safety would cap or trip, and a therapist must know beforehand. On a
    platform with a displacement of its own the way up to the frequency counts as well.
    """
    hz, mm = prescription.frequency_hz, prescription.displacement_pp_mm
    if not prescription.vibrates:
        return ()
    on_the_way = None if platform is None else platform.beyond(hz, bounds.displacement_pp_mm, bounds.acceleration_g)
    return (
        *out_of_range("frequency_hz", hz, bounds.min_hz, bounds.max_hz),
        *(() if on_the_way is None else (on_the_way,)),
        *out_of_range("displacement_pp_mm", mm, None, bounds.displacement_pp_mm),
        *too_hard_at("displacement_pp_mm", (hz, mm), bounds.acceleration_g),
        *out_of_range("hold_s", prescription.hold_s, None, longest_hold_s(document, prescription, bounds, platform)),
    ) or _where_it_goes(document, prescription, bounds, platform)


def _where_it_goes(
    document: DrillDocument, prescription: Prescription, bounds: Bounds, platform: Platform | None
) -> tuple[Problem, ...]:
    """The first bound that a form passes which wanders beyond what its prescription says."""
    for hz, mm in document.form.reaches(prepared(document, prescription, platform)):
        beyond_hz = out_of_range("frequency_hz", hz, bounds.min_hz, bounds.max_hz)
        if found := beyond_hz + out_of_range("displacement_pp_mm", mm, None, bounds.displacement_pp_mm):
            return found
    return ()


def longest_hold_s(
    document: DrillDocument, prescription: Prescription, bounds: Bounds, platform: Platform | None
) -> float:
    """The longest hold of this vibration, in s: what its ramps leave of the longest bout, or the document's most."""
    most_s = document.exercise_step.time.max_s
    if not prescription.vibrates:
        return most_s
    plan = make_plan(document, prescription, platform)
    return min(most_s, bounds.bout_s - (plan.ramp_up_ns + plan.ramp_down_ns) / NS_PER_S)


def longest_hold_shown_s(
    document: DrillDocument, prescription: Prescription, bounds: Bounds, platform: Platform | None
) -> float:
    """The same as a form may offer it: in steps of 0.1 s, never more than there is."""
    return math.floor(longest_hold_s(document, prescription, bounds, platform) / _SHOWN_S + 1e-9) / round(1 / _SHOWN_S)
