"""The numbers that vibration may not pass, and how several sets of them become one.

Source of each number: the safety envelope, `docs/sources/vibration.md#envelope` (the row is named), where not said
otherwise. Thresholds that the envelope takes from design and not from a study need a clinician's signature.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

LOW_FREQUENCY_HZ = 8.0
"""Below this the larger displacement applies (row 3 names < 8 Hz and >= 15 Hz; the strict one holds between)."""

_STRICTER_WHEN_LARGER = frozenset({"min_hz", "load_fraction"})


@dataclass(frozen=True, slots=True)
class Limits:
    """One set of limits. Every default is the hard limit, and no object can be laxer than that: a laxer value is
    replaced by the hard one when the object is made.

    Raises ValueError when a value is negative or not a number.
    """

    min_hz: float = 2.0
    """Row 1: 2 to 40 Hz; 40 and 44 Hz worsened balance."""
    max_hz: float = 40.0
    displacement_pp_mm: float = 6.0
    """Row 3, at 8 Hz and more."""
    low_displacement_pp_mm: float = 6.0
    """Row 3, below 8 Hz."""
    acceleration_g: float = 1.0
    """Row 2: above 1 g an unattached mass leaves the plate."""
    bout_s: float = 120.0
    """Row 4: since the vibration came on, ramps included."""
    session_s: float = 900.0
    """Row 6 for one session: 15 minutes dulled the sole for ten more."""
    day_s: float = 900.0
    """Row 6."""
    a8_m_s2: float = 1.15
    """Row 7, of the patient's day."""
    vdv_m_s175: float = 17.0
    """Row 8, of the patient's day."""
    frequency_error: float = 0.10
    """Row 10: tach against demand, as a fraction of the demand."""
    frequency_error_s: float = 2.0
    """Row 10: for so long, or not reached within it."""
    load_fraction: float = 0.60
    """Row 12: less than this part of the patient's weight is a step-off."""
    load_loss_s: float = 0.150
    """Row 12."""
    cop_out_s: float = 0.200
    """Row 13."""
    sample_age_ms: float = 60.0
    """15 readings at 250 Hz; with the drive's drop-out below row 15's 100 to 200 ms."""
    missed_run: float = 3.0
    """Hazard H17: stop at the third deadline in a row."""
    recorder_age_s: float = 2.0
    """Four of the recorder's half-second writes."""
    web_age_s: float = 2.0
    """As the shorter of the two heartbeats of the panda safety core (docs/sources/vibration.md#heartbeats)."""
    presence_age_s: float = 30.0
    """Row 16: so long a vibration may go on after the therapist was last seen."""
    let_go_s: float = 0.050
    """Row 16, by a hand switch. From design: a contact may bounce for so long in the hand of somebody who is shaken."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value, hard = getattr(self, field.name), field.default
            if not value >= 0.0:
                raise ValueError(f"limit {field.name} is {value}: give a number that is not negative")
            larger = field.name in _STRICTER_WHEN_LARGER
            object.__setattr__(self, field.name, max(value, hard) if larger else min(value, hard))


HARD = Limits()
"""What no setting, clinician or prescription can pass."""

CLINICIAN = Limits(
    min_hz=5.0,
    max_hz=35.0,
    displacement_pp_mm=2.0,
    acceleration_g=0.5,
    bout_s=60.0,
    session_s=600.0,
    day_s=600.0,
    a8_m_s2=0.5,
    vdv_m_s175=9.1,
)
"""The column "Clinician max": what a therapist may prescribe."""

DEFAULT = Limits(
    min_hz=20.0,
    max_hz=30.0,
    displacement_pp_mm=0.4,
    low_displacement_pp_mm=0.4,
    acceleration_g=0.3,
    bout_s=30.0,
    session_s=300.0,
    day_s=300.0,
    a8_m_s2=0.35,
    vdv_m_s175=6.4,
    frequency_error=0.03,
)
"""The column "Default": what nobody has to think about (row 7 and 8: the warning levels)."""


def tightest(*limits: Limits) -> Limits:
    """The strictest of each number; the hard limits when none are given."""
    strictest = {}
    for field in fields(Limits):
        values = [getattr(one, field.name) for one in (HARD, *limits)]
        strictest[field.name] = max(values) if field.name in _STRICTER_WHEN_LARGER else min(values)
    return Limits(**strictest)
