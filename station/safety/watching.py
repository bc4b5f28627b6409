"""How long things have been wrong: the only memory that the rules of safety have, as an explicit value."""

from __future__ import annotations

from typing import NamedTuple

from station.safety.dose import displacement_for_g
from station.safety.limits import HARD, Limits
from station.safety.values import OFF, Evidence, Output

PLATFORM_STILL_HZ = 2.0
"""Slower than this the platform counts as still: it is the lowest frequency that it may be driven at."""
PLAUSIBLE_HZ = 200.0
"""No tach of this platform can say more."""
PLAUSIBLE_G = 16.0
"""The range of the accelerometer (ADXL345). More is a broken reading: it trips, but must not fill the ledger."""
LONGEST_STEP_NS = 60_000_000_000
"""A clock that moves by more than a minute from tick to tick is not trusted."""


class Watch(NamedTuple):
    """What the ticks so far add up to. Times count from the last tick at which all was well, so never too short."""

    t_ns: int = 0
    """Of the last tick; 0 before the first."""
    step_ns: int = 0
    """From the tick before to the last; 0 when time did not rise."""
    clock_ok: bool = True
    vibrating: bool = False
    """The drive was given something, or the tach turns."""
    cells_bad_ns: int = 0
    load_low_ns: int = 0
    """Force below the allowed part of the patient's weight, while the drive is given something."""
    cop_out_ns: int = 0
    """Centre of pressure out of base, while the drive is given something."""
    hz_off_ns: int = 0
    """Frequency off what was given, since that last changed."""
    hz_astray_ns: int = 0
    """Frequency off what was given, whether or not that changed."""
    given: Output = OFF
    moving_hz: float = 0.0
    """For the ledger: by the tach, or what was given while the tach says less than `PLATFORM_STILL_HZ`."""
    moving_pp_mm: float = 0.0
    """For the ledger: the larger of what was given and what the accelerometer says; kept while the plate coasts."""
    let_go_ns: int = 0
    """The hand switch is not held by the patient who has to, whether or not the plate vibrates."""


FIRST = Watch()


def watch(previous: Watch, evidence: Evidence, given: Output, limits: Limits = HARD) -> Watch:
    """One tick further. `given` is what the drive was given at the tick before, and did until now."""
    t_ns, step_ns, clock_ok = evidence.t_ns, 0, True
    if previous.t_ns:
        step_ns = t_ns - previous.t_ns
        if not 0 < step_ns <= LONGEST_STEP_NS:
            step_ns, clock_ok = 0, False
    given_hz, given_pp_mm = given
    measured_hz = evidence.measured_hz
    turning = PLATFORM_STILL_HZ <= measured_hz <= PLAUSIBLE_HZ
    vibrating = given_hz > 0.0 or turning
    load_low_ns = cop_out_ns = hz_off_ns = hz_astray_ns = 0
    let_go_ns = previous.let_go_ns + step_ns if evidence.hand_held is False else 0
    moving_hz = moving_pp_mm = 0.0
    if vibrating:
        if given_hz > 0.0:
            # A plate that is only coasting has already been stopped: by the drill, say, when the other foot came down.
            reference_n = evidence.reference_force_n
            if not (reference_n > 0.0 and evidence.force_n >= limits.load_fraction * reference_n):
                load_low_ns = previous.load_low_ns + step_ns
            if evidence.cop_out_of_base:
                cop_out_ns = previous.cop_out_ns + step_ns
        if not abs(measured_hz - given_hz) <= limits.frequency_error * given_hz:
            hz_astray_ns = previous.hz_astray_ns + step_ns
            hz_off_ns = previous.hz_off_ns + step_ns if given_hz == previous.given[0] else 0
        moving_hz = measured_hz if turning else given_hz
        moving_pp_mm = given_pp_mm if given_pp_mm > 0.0 else previous.moving_pp_mm
        measured_g = evidence.measured_g
        if measured_g is not None and measured_g <= PLAUSIBLE_G:
            moving_pp_mm = max(moving_pp_mm, displacement_for_g(moving_hz, measured_g))
    return Watch(
        t_ns,
        step_ns,
        clock_ok,
        vibrating,
        0 if evidence.cells_ok else previous.cells_bad_ns + step_ns,
        load_low_ns,
        cop_out_ns,
        hz_off_ns,
        hz_astray_ns,
        given,
        moving_hz,
        moving_pp_mm,
        let_go_ns,
    )
