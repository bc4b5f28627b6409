"""The vibration dose that recorded samples say the body had."""

from __future__ import annotations

from typing import Any

import numpy as np

from station.analysis.reading import TACH_MIN_HZ, Samples
from station.safety.dose import Ledger, a8_m_s2, add, displacement_for_g, vdv_m_s175

_LONGEST_STEP_S = 1.0
"""A longer gap between samples is a gap in the recording, not vibration."""


def dose_of(samples: Samples) -> dict[str, Any]:
    """The dose of these samples (`station.recording.reader.SAMPLE_DTYPE`), units in the keys.

    By the tach's frequency and the displacement behind the samples' peak acceleration, or by what the drive was given
    where the tach says nothing.
    """
    ledger = Ledger()
    moving = (samples["output_hz"] > 0.0) | (samples["measured_hz"] >= TACH_MIN_HZ)
    steps_s = np.diff(samples["t_ns"], append=samples["t_ns"][-1:]) / 1e9
    columns = ("measured_hz", "peak_acceleration_g", "output_hz", "output_pp_mm")
    rows = zip(*(samples[moving][name].tolist() for name in columns), steps_s[moving].tolist(), strict=True)
    for measured_hz, peak_g, output_hz, output_pp_mm, step_s in rows:
        if measured_hz >= TACH_MIN_HZ and peak_g > 0.0:
            hz, pp_mm = measured_hz, displacement_for_g(measured_hz, peak_g)
        else:
            hz, pp_mm = output_hz, output_pp_mm
        ledger = add(ledger, hz, pp_mm, min(step_s, _LONGEST_STEP_S))
    return {
        "vibration_s": ledger.day_s,
        "a8_m_s2": a8_m_s2(ledger),
        "vdv_m_s175": vdv_m_s175(ledger),
        "peak_acceleration_g": ledger.peak_g,
        "source": "estimated",
    }
