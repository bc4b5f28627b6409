"""The whole dose that a prescription asks for: what counts of a session until it is known what was given."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from drills.document import DrillDocument
from drills.errors import DrillError
from drills.plan import make_plan
from drills.platform import Platform
from drills.prescription import Prescription
from station.clock import NS_PER_S
from station.records.dose import NO_DOSE, Dose
from station.safety.dose import SECONDS_OF_A8, Ledger, add
from station.safety.limits import HARD

COASTING_S = 1.0
"""Of each trial: the plate moves on after its drive was switched off, and that is vibration too."""
WHOLE_DAY = Dose(HARD.day_s, HARD.a8_m_s2**2 * SECONDS_OF_A8, HARD.vdv_m_s175**4)
"""A day's allowance by every limit: of a session of which nothing can be read."""


def prescribed_dose(said: dict[str, Any]) -> Dose:
    """The dose of a session by the event with which it was asked for or began, or by its recording's header: every
    trial that vibrates in full, at its strongest from the first moment to the last. `WHOLE_DAY` where that cannot be
    read.
    """
    try:
        document = DrillDocument.model_validate(said["document"])
        prescription = Prescription.model_validate(said["prescription"])
        platform = None if said.get("platform") is None else Platform(**said["platform"])
        plan = make_plan(document, prescription, platform)
    except (DrillError, ValidationError, KeyError, TypeError, ValueError, ArithmeticError):
        return WHOLE_DAY
    if not plan.vibrates:
        return NO_DOSE
    up_ns, hold_ns, down_ns = plan.vibration.timing
    trial_s = (up_ns + max(hold_ns, plan.limit_ns) + down_ns) / NS_PER_S + COASTING_S
    had = add(Ledger(), *plan.demand, plan.shaken_trials * trial_s)
    return Dose(had.day_s, had.e2_m2_s3, had.e4_m4_s7)
