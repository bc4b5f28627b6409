"""The rules that decide how much vibration is permitted: the verb `permit`.

Each rule stands alone and may only lower the output. A rule of `_ALWAYS` and `_ACTIVE` forbids: the output is off, and
its fault code is latched by the guard. A rule of `_CAPS` lowers the demand to a limit, without a latch.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nextafter

from station.safety import codes
from station.safety.dose import SECONDS_OF_A8, Ledger, displacement_for_g, peak_acceleration_g
from station.safety.limits import HARD, LOW_FREQUENCY_HZ, Limits
from station.safety.values import Evidence, Permission
from station.safety.watching import PLATFORM_STILL_HZ, PLAUSIBLE_HZ, Watch

NS_PER_S = 1e9
NS_PER_MS = 1e6
LONGEST_RAMP_S = 4.0
"""From 0 to 40 Hz at 10 Hz/s (docs/sources/vibration.md#envelope-row-17): so long a changing demand may be missed."""

PLANNED_STOP_S = 2.0
"""Row 18: a planned stop ramps for 1.5 s. It is the drill's to do, and safety's only when it has not been done."""

NOTHING = Permission(0.0, 0.0)

Rule = Callable[[Evidence, Watch, Ledger, Limits], str]
"""The code of the fault that forbids vibration, or "". Comparisons are written so that NaN forbids."""
Cap = Callable[[float, float, Limits], tuple[float, float]]


def _estop(evidence: Evidence, _watch: Watch, _ledger: Ledger, _limits: Limits) -> str:
    """The emergency-stop loop is open."""
    return "" if evidence.estop_closed else codes.ESTOP_OPEN


def _lock(evidence: Evidence, _watch: Watch, _ledger: Ledger, _limits: Limits) -> str:
    """The start-up test failed, or the contacts of relays or emergency stop disagree."""
    return evidence.lock


def _known(evidence: Evidence, watch: Watch, _ledger: Ledger, _limits: Limits) -> str:
    """Time stands still or leaps, or the tach says what it cannot."""
    return "" if watch.clock_ok and 0.0 <= evidence.measured_hz <= PLAUSIBLE_HZ else codes.UNKNOWN_STATE


def _samples(evidence: Evidence, _watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The oldest voltage is too old, or claims to come from the future."""
    limit_ms = limits.sample_age_ms
    return "" if -limit_ms <= evidence.oldest_cell_ms <= limit_ms else codes.SAMPLES_STALE


def _cells(_evidence: Evidence, watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """A cell has said that it cannot be used, for as long as a sample may be old."""
    return codes.CELL_FAULT if watch.cells_bad_ns > limits.sample_age_ms * NS_PER_MS else ""


def _drive(evidence: Evidence, _watch: Watch, _ledger: Ledger, _limits: Limits) -> str:
    """The drive says that it is not well, and mostly why."""
    return "" if evidence.drive_healthy else evidence.drive_fault or codes.DRIVE_FAULT


def _slept(watch: Watch, over_s: float, limits: Limits) -> bool:
    """Whether the loop itself stood still before this tick, for at least the `over_s` by which a message is too old:
    who sent it could not be heard.
    """
    return watch.step_ns > limits.sample_age_ms * NS_PER_MS and watch.step_ns >= over_s * NS_PER_S


def _recorder(evidence: Evidence, watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The recorder was needed, and its last message is too old."""
    age_s = evidence.recorder_age_s
    if age_s is None or age_s <= limits.recorder_age_s:
        return ""
    return codes.DEADLINE_MISSED if _slept(watch, age_s - limits.recorder_age_s, limits) else codes.RECORDER_LOST


def _web(evidence: Evidence, watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The pages were needed, and their last message is too old."""
    age_s = evidence.web_age_s
    if age_s is None or age_s <= limits.web_age_s:
        return ""
    return codes.DEADLINE_MISSED if _slept(watch, age_s - limits.web_age_s, limits) else codes.WEB_LOST


def _presence(evidence: Evidence, _watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The therapist has not been seen for too long, and the ramp that should have ended the vibration has not."""
    age_s = evidence.presence_age_s
    return "" if age_s is None or age_s <= limits.presence_age_s + PLANNED_STOP_S else codes.PRESENCE_LOST


def _frequency(_evidence: Evidence, watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The platform does not do what it was given, or moves unasked."""
    return codes.FREQUENCY_OFF if frequency_is_off(watch, limits) else ""


def _stalled(_evidence: Evidence, watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The loop slept for so long that the drive's dead man stopped the plate, which must not start again by itself."""
    return codes.DEADLINE_MISSED if _slept(watch, 0.0, limits) else ""


def _deadlines(evidence: Evidence, _watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The loop has missed several deadlines in a row."""
    return "" if evidence.missed_run < limits.missed_run else codes.DEADLINE_MISSED


def _load(_evidence: Evidence, watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The patient has stepped off: a plate without its load also shakes harder
    (docs/sources/vibration.md#plate-dynamics).
    """
    return codes.LOAD_LOSS if watch.load_low_ns > limits.load_loss_s * NS_PER_S else ""


def _cop(_evidence: Evidence, watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The patient's weight has left the foot."""
    return codes.COP_OUT_OF_BASE if watch.cop_out_ns > limits.cop_out_s * NS_PER_S else ""


def _acceleration(evidence: Evidence, watch: Watch, _ledger: Ledger, _limits: Limits) -> str:
    """The plate shakes harder than the hard limit, as measured or as its speed and displacement say.

    NaN is an accelerometer that is not trusted.
    """
    measured_g = evidence.measured_g
    if measured_g is not None and not measured_g <= HARD.acceleration_g:
        return codes.ACCELERATION_HIGH if measured_g > HARD.acceleration_g else codes.ACCELEROMETER_FAULT
    estimated_g = peak_acceleration_g(watch.moving_hz, watch.moving_pp_mm)
    return codes.ACCELERATION_HIGH if estimated_g > HARD.acceleration_g else ""


def _bout(_evidence: Evidence, _watch: Watch, ledger: Ledger, limits: Limits) -> str:
    """The vibration has been on for as long as it may be at a stretch."""
    return codes.BOUT_TOO_LONG if ledger.bout_s >= limits.bout_s else ""


def _dose(_evidence: Evidence, _watch: Watch, ledger: Ledger, limits: Limits) -> str:
    """The session's or the day's time, A(8) or VDV is used up."""
    return codes.DOSE_USED_UP if dose_is_used_up(ledger, limits) else ""


def _hand(_evidence: Evidence, watch: Watch, _ledger: Ledger, limits: Limits) -> str:
    """The patient, who has to hold the hand switch, has let go of it."""
    return codes.HAND_SWITCH_RELEASED if watch.let_go_ns > limits.let_go_s * NS_PER_S else ""


_CAUSES: tuple[Rule, ...] = (_estop, _lock, _known)
_ALWAYS: tuple[Rule, ...] = (*_CAUSES, _samples, _cells, _drive, _recorder, _web, _frequency)
"""While armed, whether or not vibration is asked for."""
_ACTIVE: tuple[Rule, ...] = (_load, _cop, _acceleration, _bout, _dose, _presence, _deadlines)
"""While vibration is on or asked for; and so is `_stalled`."""
_ASKED: tuple[Rule, ...] = (_hand,)
"""While vibration is asked for. A plate that coasts has been stopped already: then the patient may let go."""
_MOVING = (*_CAUSES, _stalled, *_ALWAYS[len(_CAUSES) :], *_ACTIVE)
"""The first that forbids names the trip: a loop that stood still comes before all that follows from that."""
_EVERY = _MOVING + _ASKED


def refusal(evidence: Evidence, watch: Watch, ledger: Ledger, limits: Limits) -> str:
    """Why the station may not be armed now, or "". Stricter than a rule where a rule would wait and see."""
    heard = watch._replace(step_ns=0)  # whoever stood still: who has not been heard is not ready
    for rule in (*_ALWAYS, _dose):
        if code := rule(evidence, heard, ledger, limits):
            return codes.RECORDER_NOT_READY if code == codes.RECORDER_LOST else code
    if evidence.waits:
        return evidence.waits
    if not evidence.cells_ok:
        return codes.CELL_FAULT
    if evidence.measured_hz >= PLATFORM_STILL_HZ:
        return codes.PLATFORM_STILL_MOVING
    if evidence.foot_pressed:
        return codes.FOOT_SWITCH_PRESSED
    return codes.HAND_SWITCH_NOT_HELD if evidence.hand_held is False else ""


def frequency_is_off(watch: Watch, limits: Limits) -> bool:
    """The tach has disagreed with what the drive was given for longer than it may."""
    patience_ns = limits.frequency_error_s * NS_PER_S
    return watch.hz_off_ns > patience_ns or watch.hz_astray_ns > patience_ns + LONGEST_RAMP_S * NS_PER_S


def dose_is_used_up(ledger: Ledger, limits: Limits) -> bool:
    """Nothing is left of the session's or the day's allowance, by time, A(8) or VDV."""
    vdv_squared = limits.vdv_m_s175 * limits.vdv_m_s175
    return (
        ledger.session_s >= limits.session_s
        or ledger.day_s >= limits.day_s
        or ledger.e2_m2_s3 >= limits.a8_m_s2 * limits.a8_m_s2 * SECONDS_OF_A8
        or ledger.e4_m4_s7 >= vdv_squared * vdv_squared
    )


def _cap_frequency(frequency_hz: float, displacement_pp_mm: float, limits: Limits) -> tuple[float, float]:
    """Not faster than the highest; off below the lowest, because a rule may not raise."""
    lowered_hz = min(frequency_hz, limits.max_hz)
    return lowered_hz if lowered_hz >= limits.min_hz else 0.0, displacement_pp_mm


def _cap_displacement(frequency_hz: float, displacement_pp_mm: float, limits: Limits) -> tuple[float, float]:
    """Not further than the limit for this frequency."""
    slow = frequency_hz < LOW_FREQUENCY_HZ
    return frequency_hz, min(displacement_pp_mm, limits.low_displacement_pp_mm if slow else limits.displacement_pp_mm)


def _cap_acceleration(frequency_hz: float, displacement_pp_mm: float, limits: Limits) -> tuple[float, float]:
    """Not harder than the limit: the displacement is lowered until the acceleration is within it."""
    limit_g = limits.acceleration_g
    if peak_acceleration_g(frequency_hz, displacement_pp_mm) > limit_g:
        displacement_pp_mm = displacement_for_g(frequency_hz, limit_g)
        # The division may round up: then the last digit has to go down, once or twice.
        while peak_acceleration_g(frequency_hz, displacement_pp_mm) > limit_g:
            displacement_pp_mm = nextafter(displacement_pp_mm, 0.0)
    return frequency_hz, displacement_pp_mm


_CAPS: tuple[Cap, ...] = (_cap_frequency, _cap_displacement, _cap_acceleration)
"""In this order: each of the later two depends on the frequency that the first one left."""


def permit(demand: tuple[float, float], evidence: Evidence, watch: Watch, ledger: Ledger, limits: Limits) -> Permission:
    """How much of the demand (Hz, mm peak to peak) is permitted now, and why not all. Never more than was asked for.

    A demand that is not two finite, non-negative numbers is a defect: off, and latched. Never raises.
    """
    frequency_hz, displacement_pp_mm = demand
    sane = 0.0 <= frequency_hz < inf and 0.0 <= displacement_pp_mm < inf
    asked = frequency_hz > 0.0 and displacement_pp_mm > 0.0
    rules = _EVERY if asked else _MOVING if watch.vibrating else _ALWAYS
    forbidding = [code for rule in rules if (code := rule(evidence, watch, ledger, limits))]
    if forbidding or not sane:
        # Each once: a loop that stood still is found by several.
        named = (*dict.fromkeys(forbidding), *(() if sane else (codes.UNKNOWN_STATE,)))
        return Permission(0.0, 0.0, named, named)
    if not asked:
        return NOTHING
    output = frequency_hz, displacement_pp_mm
    for cap in _CAPS:
        output = cap(*output, limits)
    frequency_hz, displacement_pp_mm = output
    if output == tuple(demand):
        return Permission(frequency_hz, displacement_pp_mm)
    if 0.0 in output:
        return Permission(0.0, 0.0, (codes.LIMIT_EXCEEDED,))
    return Permission(frequency_hz, displacement_pp_mm, (codes.LIMIT_EXCEEDED,))


def trips(
    demand: tuple[float, float], evidence: Evidence, watch: Watch, ledger: Ledger, limits: Limits
) -> tuple[str, ...]:
    """Those of the reasons of `permit` that must be latched."""
    return permit(demand, evidence, watch, ledger, limits).trips
