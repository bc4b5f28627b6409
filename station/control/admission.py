"""What may be started: the limits that hold here, and a prescription held against them."""

from __future__ import annotations

from station.safety.limits import CLINICIAN, Limits, tightest
from station.settings import LimitSettings


def limits_of(settings: LimitSettings) -> Limits:
    """The clinician's column of the safety envelope, tightened by the clinic's own settings."""
    return tightest(
        CLINICIAN,
        Limits(
            max_hz=settings.max_frequency_hz,
            displacement_pp_mm=settings.max_displacement_pp_mm,
            low_displacement_pp_mm=settings.max_displacement_pp_mm,
            acceleration_g=settings.max_peak_acceleration_g,
            bout_s=settings.max_bout_s,
            session_s=settings.max_day_s,
            day_s=settings.max_day_s,
        ),
    )
