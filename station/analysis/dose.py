"""The vibration dose that recorded samples say the body had, and what is missing of them could have been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from drills.converting import converted
from drills.document import DrillDocument
from drills.errors import DrillError
from drills.plan import make_plan
from drills.prescription import Prescription
from station.analysis.reading import TACH_MIN_HZ, Samples
from station.clock import NS_PER_S
from station.recording.reader import Recording
from station.safety.dose import Ledger, a8_m_s2, add, displacement_for_g, vdv_m_s175
from station.safety.limits import CLINICIAN

ESTIMATED, ASSUMED = "estimated", "assumed"
"""Where a dose comes from: from what was recorded; or in part from the hardest that is known, where that is missing."""
_ROLL_OUT_S = 1.0
"""The platform turns on a moment after a trial's ramp: so long at most."""
_LONGEST_STEP_S = 1.0
"""A longer gap between samples is a gap in the recording, not vibration."""

Sine = tuple[float, float]
"""Frequency in Hz and displacement in mm, peak to peak."""


def dose_of(recording: Recording) -> dict[str, Any]:
    """The dose of this recording, units in the keys.

    By the tach's frequency and the displacement behind the samples' peak acceleration, or by what the drive was given
    where the tach says nothing. What is missing of the recording counts as vibration, all of it, the hardest that was
    prescribed or recorded, for `assumed_s`; where nothing says how long it went on, so does the rest of what was
    prescribed. A recorded dose is never less for a damage.
    """
    samples, damage = recording.samples, recording.damage
    ledger, hardest = _recorded(samples, recording)
    assumed_s = 0.0
    hardest = max((hardest, _prescribed(recording.header)), key=_strength)
    if damage and _strength(hardest) > 0.0:
        assumed_s = damage.lost_s
        if damage.open_end:
            assumed_s += max(0.0, prescribed_s(recording.header) - ledger.day_s - assumed_s)
        ledger = add(ledger, *hardest, assumed_s)
    dose = {
        "vibration_s": ledger.day_s,
        "a8_m_s2": a8_m_s2(ledger),
        "vdv_m_s175": vdv_m_s175(ledger),
        "peak_acceleration_g": ledger.peak_g,
        "source": ASSUMED if assumed_s > 0.0 else ESTIMATED,
    }
    return {**dose, "assumed_s": assumed_s} if assumed_s > 0.0 else dose


def _recorded(samples: Samples, recording: Recording) -> tuple[Ledger, Sine]:
    """What the samples say, and the hardest that is in them."""
    ledger, hardest = Ledger(), (0.0, 0.0)
    moving = (samples["output_hz"] > 0.0) | (samples["measured_hz"] >= TACH_MIN_HZ)
    steps_s = np.diff(samples["t_ns"], append=samples["t_ns"][-1:]) / 1e9
    for gap in recording.damage.gaps:  # counted as gaps
        steps_s[samples["t_ns"] == gap.from_ns] = 0.0
    columns = ("measured_hz", "peak_acceleration_g", "output_hz", "output_pp_mm")
    rows = zip(*(samples[moving][name].tolist() for name in columns), steps_s[moving].tolist(), strict=True)
    for measured_hz, peak_g, output_hz, output_pp_mm, step_s in rows:
        if measured_hz >= TACH_MIN_HZ and peak_g > 0.0:
            hz, pp_mm = measured_hz, displacement_for_g(measured_hz, peak_g)
        else:
            hz, pp_mm = output_hz, output_pp_mm
        ledger = add(ledger, hz, pp_mm, min(step_s, _LONGEST_STEP_S))
        hardest = max(hardest, (hz, pp_mm), key=_strength) if recording.damage else hardest
    return ledger, hardest


def _strength(sine: Sine) -> float:
    """What a second of it adds to the dose."""
    return add(Ledger(), *sine, 1.0).e2_m2_s3


def _prescribed(header: Mapping[str, Any]) -> Sine:
    asked = header.get("prescription") or {}
    return float(asked.get("frequency_hz") or 0.0), float(asked.get("displacement_pp_mm") or 0.0)


def prescribed_s(header: Mapping[str, Any]) -> float:
    """How long the whole drill of this header vibrates at most; the longest session that is allowed, where it does not
    say.
    """
    try:
        document = DrillDocument.model_validate(converted(header["document"]))
        prescription = Prescription.model_validate(header["prescription"])
        plan = make_plan(document, prescription)
        trial_ns = max(plan.hold_ns, plan.limit_ns) + plan.ramp_up_ns + plan.ramp_down_ns
        return prescription.trials * (trial_ns / NS_PER_S + _ROLL_OUT_S)
    except (KeyError, TypeError, ValueError, DrillError):
        return CLINICIAN.session_s
