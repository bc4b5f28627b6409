"""How long a drill takes, from stepping on to the end of its last trial."""

from __future__ import annotations

from drills.document import DrillDocument
from drills.plan import prepared
from drills.platform import Platform
from drills.prescription import Prescription
from drills.units import NS_PER_S

GET_ON_S = 10.0
"""What stepping on takes about (proposed)."""


def lasts_s(document: DrillDocument, prescription: Prescription, platform: Platform | None = None) -> float:
    """About how long the patient is at the plate with this prescription, in seconds, rests between trials included.

    An exercise that may be done before its time is counted with all of it.
    """
    timing = prepared(document, prescription, platform).timing
    ramps_s = (timing.up_ns + timing.down_ns) / NS_PER_S if prescription.vibrates else 0.0
    trial_s = document.settle_s + document.learn_s + document.baseline_s + prescription.hold_s + ramps_s
    return GET_ON_S + prescription.trials * trial_s + (prescription.trials - 1) * prescription.rest_s
