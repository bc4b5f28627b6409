"""Figures that need the force: sit-to-stand, isometric push, stabilisation, single-leg stance time, symmetry."""

from __future__ import annotations

import numpy as np

from drills.problems import Problem
from station.faults import because
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.measures.signal import Array
from station.measures.values import NAN, Figures, missing

RISE_NAMES = ("rise_transfer_time_s", "rise_index_percent", "rise_symmetry_percent")
RFD_WINDOWS_MS = (100, 150, 200, 250)
"""Shorter windows are unreliable, and at 100 to 250 Hz hold too few samples."""
PUSH_NAMES = ("push_force_max_n", *(f"push_rfd_{window}ms_n_s" for window in RFD_WINDOWS_MS))
WRONG_WEIGHT = 0.1
"""Clothes and another pair of scales explain a few percent; a tenth moves the rising index from 25 % to 13 %."""
STEP_OFF, GONE_S = 0.2, 0.1
"""Share of the body weight below which, for so long, nobody stands on the plate."""
STOOD = 0.8
"""Who carries less than this share of what they carried before has sat down again."""
LANDING = 1.2
"""A recording that begins with so many times the weight begins with a landing."""
CARRIED, CARRIED_S = 0.85, 0.5
"""Who stands on one leg carries this share of the weight, or has less for a shorter time: in two real trials of
a minute 0.91 is the most within the lightest half second. With less for longer the other foot, or a hand, carries
(proposed)."""
STANCE_CAP_S = 45.0
"""Springer et al. 2007 (J Geriatr Phys Ther 30:8) stop the clock here."""


def _another(standing_n: Array, weight_n: float) -> Problem | None:
    """That this load is not of a person of this weight; None where it is."""
    load_n = float(np.median(standing_n))
    if abs(load_n / weight_n - 1.0) <= WRONG_WEIGHT:
        return None
    load_kg, weight_kg = load_n / STANDARD_GRAVITY_M_S2, weight_n / STANDARD_GRAVITY_M_S2
    return because("another-weight", load_kg=load_kg, weight_kg=weight_kg)


def sit_to_stand(force_n: Array, left_n: Array | None, rate_hz: float, told_n: float | None = None) -> Figures:
    """Transfer time (s), rising index (% of body weight) and symmetry (% more load on the left than on the right).

    The body weight is the one that the plate saw: the middle of the last half second, in which the person stands. A
    told weight is only held against it: another would move seat-off past the largest force, or before the rise.

    The feet are on the plate, the seat is not. Onset: the force leaves its first half second's mean by 5 % of the body
    weight for good on the way to seat-off; seat-off: the force first reaches the body weight, and the time between is
    the transfer. Rising index: the largest force in the second after seat-off above the body weight (the terms of
    NeuroCom's test). Symmetry, from onset to one second after seat-off: 100 (left - right) / (left + right), `left_n`
    the load left of the plate's middle.
    """
    still, second = round(0.5 * rate_hz), round(rate_hz)
    if len(force_n) < still + second or (told_n is not None and told_n <= 0):
        return missing(RISE_NAMES, because("rise-too-short"))
    standing = force_n[-still:]
    weight_n = float(np.median(standing))
    highest = max(float(np.median(force_n[k : k + still])) for k in range(0, len(force_n) - still + 1, still // 2))
    if weight_n < STOOD * highest:
        return missing(RISE_NAMES, because("sat-down-again"))
    if told_n is not None and (why := _another(standing, told_n)):
        return missing(RISE_NAMES, why)
    rest = float(np.mean(force_n[:still]))
    if rest > 0.7 * weight_n:
        return missing(RISE_NAMES, because("no-rise-seen" if told_n is None else "stands-already"))
    reached = np.flatnonzero(force_n >= weight_n)
    if not len(reached):
        return missing(RISE_NAMES, because("no-rise"))
    off = int(reached[0])
    quiet = np.flatnonzero(force_n[:off] <= rest + 0.05 * weight_n)
    onset = int(quiet[-1]) + 1 if len(quiet) else 0
    end = min(off + second, len(force_n))
    values = {
        RISE_NAMES[0]: (off - onset) / rate_hz,
        RISE_NAMES[1]: 100.0 * (float(np.max(force_n[off:end])) - weight_n) / weight_n,
        RISE_NAMES[2]: NAN,
    }
    if left_n is None:
        return values, {RISE_NAMES[2]: because("no-sides")}
    total, left = float(np.sum(force_n[onset:end])), float(np.sum(left_n[onset:end]))
    values[RISE_NAMES[2]] = 100.0 * (2.0 * left - total) / total
    return values, {}


def isometric_push(force_n: Array, rate_hz: float, weight_n: float) -> Figures:
    """Largest force above rest (N) and mean rate of its rise (N/s) in the first 100, 150, 200 and 250 ms.

    Onset on the unfiltered force: it exceeds the mean of the first half second by 1 % of the body weight, and by five
    SD of that rest, and does not fall back. A window that outlasts the recording has no figure.
    """
    still = round(0.5 * rate_hz)
    if len(force_n) <= still:
        return missing(PUSH_NAMES, because("push-too-short"))
    rest = force_n[:still]
    base = float(np.mean(rest))
    threshold = base + max(0.01 * weight_n, 5.0 * float(np.std(rest)))
    peak = still + int(np.argmax(force_n[still:]))
    if force_n[peak] <= threshold:
        return missing(PUSH_NAMES, because("no-push"))
    below = np.flatnonzero(force_n[:peak] <= threshold)
    onset = int(below[-1]) if len(below) else 0
    values, reasons = {PUSH_NAMES[0]: float(force_n[peak]) - base}, {}
    time = np.arange(len(force_n)) / rate_hz
    for window, name in zip(RFD_WINDOWS_MS, PUSH_NAMES[1:], strict=True):
        end_s = onset / rate_hz + window / 1000.0
        if end_s > time[-1]:
            values[name], reasons[name] = NAN, because("window-outlasts")
        else:
            risen = float(np.interp(end_s, time, force_n)) - float(force_n[onset])
            values[name] = risen / (window / 1000.0)
    return values, reasons


REST_S = 5.0
"""Over which the time to stabilisation is computed, always."""


def time_to_stabilisation(x: Array, rate_hz: float, length_s: float = REST_S) -> Figures:
    """Seconds until the running mean of `x` stays within a quarter SD of the mean of the first `length_s`.

    Sequential averaging. Fransz et al. 2015 (Gait Posture 41:63) found 18 methods that disagree, and the length of the
    recording to change the result by 100 % at most: therefore one method and one fixed length. `x` is
    the force or one axis of the CoP from the moment of landing or of lifting the foot.
    """
    name = "time_to_stabilisation_s"
    count = round(length_s * rate_hz)
    if len(x) < count or count < 2:
        return missing((name,), because("exactly-needed", length_s=length_s))
    part = x[:count]
    running = np.cumsum(part) / np.arange(1, count + 1)
    outside = np.flatnonzero(np.abs(running - np.mean(part)) > 0.25 * np.std(part))
    return {name: (int(outside[-1]) + 1) / rate_hz if len(outside) else 0.0}, {}


def landing_of(force_n: Array, rate_hz: float) -> int | Problem:
    """The sample at which somebody lands on the plate, or why there is none.

    A landing is the first sample of all, where somebody is on the plate and the force goes to 1.2 times the weight
    within a quarter of a second; else the first sample with a fifth of the weight after an empty plate, which the
    recording begins with, or a tenth of a second with less.
    The weight is the middle of the force of those samples in which somebody is on the plate.
    """
    loaded = force_n[force_n > STEP_OFF * float(np.percentile(force_n, 90))]
    if not len(loaded):
        return because("no-landing")
    weight_n = float(np.median(loaded))
    begun = force_n[: max(round(0.25 * rate_hz), 1)]
    if begun[0] < STEP_OFF * weight_n:
        return int(np.argmax(force_n >= STEP_OFF * weight_n))
    if float(np.max(begun)) >= LANDING * weight_n:
        return 0
    empty_at = _light_at(force_n, STEP_OFF * weight_n, GONE_S, rate_hz)
    if empty_at is not None:
        landed = np.flatnonzero(force_n[empty_at:] >= STEP_OFF * weight_n)
        if len(landed):
            return empty_at + int(landed[0])
    return because("no-landing")


def left_again(force_n: Array, rate_hz: float) -> Problem | None:
    """That somebody who landed left the plate again; None where they stayed on it."""
    off = _light_at(force_n, STEP_OFF * float(np.median(force_n)), GONE_S, rate_hz)
    return None if off is None else because("left-after-landing", after_s=off / rate_hz)


def _light_at(force_n: Array, least_n: float, for_s: float, rate_hz: float) -> int | None:
    """The sample from which on the force is less than `least_n` for so long; None where it never is."""
    length = max(round(for_s * rate_hz), 1)
    light = np.convolve(force_n < least_n, np.ones(length), "valid") > length - 0.5
    return int(np.argmax(light)) if light.any() else None


def weight_seen(force_n: Array, rate_hz: float) -> float:
    """The weight (N) of somebody who stands on the plate for half a second or more of this force (N,), whoever else
    leaves it: the middle of what they stand with; nan where the force holds no number.

    They stand with more than 0.85 of the largest of its medians of half a second.
    """
    force_n = force_n[np.isfinite(force_n)]
    if not len(force_n):
        return NAN
    still = max(min(round(CARRIED_S * rate_hz), len(force_n)), 1)
    begins = range(0, len(force_n) - still + 1, still // 2 or 1)
    highest = max(float(np.median(force_n[at : at + still])) for at in begins)
    stood = force_n[force_n > CARRIED * highest]
    return float(np.median(stood)) if len(stood) else NAN


def carried_elsewhere_s(force_n: Array, rate_hz: float) -> float | None:
    """From when on (s) another foot or a hand carries a part of who stands on the plate; None where none does."""
    lighter = _light_at(force_n, CARRIED * weight_seen(force_n, rate_hz), CARRIED_S, rate_hz)
    return None if lighter is None else lighter / rate_hz


def stance_time(force_n: Array, rate_hz: float, weight_n: float, touched_down_s: float | None = None) -> Figures:
    """Seconds of single-leg stance, from the first sample (the foot is lifted) on, at most 45.

    It ends at the first of: the other foot's touch-down, where somebody or the drill saw it, or the force shows that
    something else carries (`carried_elsewhere_s`); less than 20 % of the body weight on the plate for 0.1 s; the end of
    the recording, which then gives a reason unless the cap was reached.
    """
    name = "single_leg_stance_time_s"
    if not len(force_n) or weight_n <= 0:
        return missing((name,), because("no-force-or-weight"))
    length = max(round(GONE_S * rate_hz), 1)
    off = _light_at(force_n, STEP_OFF * weight_n, GONE_S, rate_hz)
    ends = [STANCE_CAP_S]
    if off is not None:
        ends.append(off / rate_hz)
    if touched_down_s is not None:
        ends.append(touched_down_s)
    standing = force_n[: max(round(min(ends) * rate_hz), 1)]
    if float(np.mean(standing[:length])) < STEP_OFF * weight_n:
        return missing((name,), because("nobody-at-beginning"))
    lighter_s = carried_elsewhere_s(standing, rate_hz)
    if lighter_s == 0.0:
        return missing((name,), because("carried-at-beginning"))
    if lighter_s is not None:
        ends.append(lighter_s)
        standing = standing[: max(round(lighter_s * rate_hz), 1)]
    if why := _another(standing, weight_n):
        return missing((name,), why)
    if min(ends) > len(force_n) / rate_hz:
        return missing((name,), because("stance-outlasts"))
    return {name: min(ends)}, {}


def weight_bearing(ml_mm: Array, force_n: Array, stance_width_mm: float) -> Figures:
    """Share of the load on the left leg in % (mean), from one plate under both feet.

    Moments about the plate's middle: right - left = 2 ML / width, with the middles of the feet `stance_width_mm` apart
    and the plate's middle between them; weighted by the force. A study of people after a stroke (dumas-03629370) called
    less than 41 % and more than 59 % on the paretic leg asymmetric, and took 5 % for the smallest detectable change.
    """
    name = "weight_bearing_left_percent"
    total = float(np.sum(force_n))
    if stance_width_mm <= 0 or total <= 0:
        return missing((name,), because("no-width-or-force"))
    left = 0.5 - float(np.sum(ml_mm * force_n)) / total / stance_width_mm
    if not 0.0 <= left <= 1.0:
        return missing((name,), because("load-outside-feet"))
    return {name: 100.0 * left}, {}
