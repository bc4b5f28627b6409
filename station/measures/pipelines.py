"""The pipelines: the named, numbered ways from a recording to figures.

A pipeline's figures may change only together with its version, because norms and comparisons hold for one version of
one pipeline.

raw           no filter, no resampling, the vendor's ellipse; reproduces plates that print unfiltered figures
station-1     an even 250 Hz grid, force and moment low-passed at 10 Hz (zero phase, eighth order effective) and then
              divided, the prediction ellipse; the station's own
quijoux-2021  the 72 variables of the open reference code, and `vfy`, in its own units
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from drills.problems import Problem
from station.faults import as_json, because
from station.measures import quijoux
from station.measures.beyond import beyond, plane
from station.measures.cells import CELL_HARMONICS, aligned, broken_cell
from station.measures.constants import USUAL_RATE_HZ
from station.measures.recorded import DEFAULT_REQUEST, RecordedCells, RecordedCop, Request
from station.measures.registry import REGISTRY, carries, fast_enough, names
from station.measures.signal import Array, Refusal, Signal, check, check_beside, leap, low_pass, to_grid
from station.measures.spectrum.power import duarte_mean_frequency
from station.measures.spectrum.vibration import degraded, told_apart, without_drive
from station.measures.suspicions import suspicion_unfiltered, suspicions_of, suspicions_of_cells
from station.measures.suspicions.even import EvenCop
from station.measures.suspicions.plate import same_cells
from station.measures.suspicions.scale import ONE_LEG, TINY_SWAY_MM
from station.measures.suspicions.step_on import suspicions_of_steps
from station.measures.suspicions.stuck import still_axis, twice
from station.measures.sway import extent
from station.measures.values import NAN, Figures, MeasureSet, Reasons, missing

GRID_HZ = 250.0
STATION_CUTOFF_HZ = 10.0
KEYS = names("sway")
EXTRA = names("spectrum", "regularity", "diffusion", "density", "rambling", "foot")
SIDEWAYS = 1.7
"""On two legs people sway less sideways. Of the 1,930 trials of Santos and Duarte 2016 one in a thousand is beyond this
by size times speed, and two of three are when their axes are exchanged; size alone finds a sixth at as many false
alarms. On one leg both axes are nearly alike."""
LEAST_SAMPLES = 8
"""Fewer are no stance."""
SLOW_PERCENT = 3.0
"""By how much a speed may be too low where the rate is below the usual one (`python -m benchmarks low_rates`)."""
TINY_MM = 1e-12
"""Instead of no sway at all, to divide by."""
NOISE = ("white-noise", "white-noise-for-a-while")
STEADY = frozenset(KEYS) - {"path_length_mm", "mean_velocity_mm_s"}
"""What vibration hardly moves: positions and force. All the rest depends on how fast the CoP goes."""


class Prepared(NamedTuple):
    """A CoP ready for formulas: mm, evenly spaced unless the pipeline is `raw`."""

    ml_mm: Array
    ap_mm: Array
    force_n: Array | None
    rate_hz: float


def prepare_raw(signal: Signal) -> Prepared:
    """The samples as they are; the rate is the mean one, so that (N - 1) / rate is the duration."""
    rate = (len(signal.t_s) - 1) / float(signal.t_s[-1] - signal.t_s[0])
    return Prepared(signal.ml_mm, signal.ap_mm, signal.force_n, rate)


def prepare_station(signal: Signal) -> Prepared:
    """Even 250 Hz, 10 Hz low-pass on force and moment, then CoP; on the CoP itself where no force is known."""
    columns = _columns(signal)
    if not (signal.even and abs(signal.rate_hz - GRID_HZ) < 1e-6 * GRID_HZ):
        columns = to_grid(signal.t_s, columns, GRID_HZ)
    return Prepared(*_divided(low_pass(columns, GRID_HZ, STATION_CUTOFF_HZ)), GRID_HZ)


def _columns(signal: Signal) -> Array:
    """(N, 3) moments and force, or (N, 2) CoP where no force is known."""
    force = signal.force_n
    if force is None:
        return np.column_stack((signal.ml_mm, signal.ap_mm))
    return np.column_stack((signal.ml_mm * force, signal.ap_mm * force, force))


def _divided(columns: Array) -> tuple[Array, Array, Array | None]:
    if columns.shape[1] == 2:
        return columns[:, 0], columns[:, 1], None
    force = columns[:, 2]
    return columns[:, 0] / force, columns[:, 1] / force, force


def basic(prepared: Prepared, ellipse: Callable[[Array, Array], float]) -> dict[str, float]:
    """The eight figures under `KEYS`; force is nan where none was recorded."""
    ml, ap, force, rate = prepared
    path = extent.path_length(ml, ap)
    return {
        "path_length_mm": path,
        "mean_velocity_mm_s": path * rate / (len(ml) - 1),
        "ellipse_area_mm2": ellipse(ml, ap),
        "rms_ml_mm": extent.rms(ml),
        "rms_ap_mm": extent.rms(ap),
        "range_ml_mm": extent.spread(ml),
        "range_ap_mm": extent.spread(ap),
        "mean_force_n": NAN if force is None else float(np.mean(force)),
    }


def _raw(signal: Signal, _: Request) -> Figures:
    prepared = prepare_raw(signal)
    ml, ap, rate = prepared.ml_mm, prepared.ap_mm, prepared.rate_hz
    values = basic(prepared, extent.ellipse_chi2)
    values["duarte_area_cm2"] = extent.ellipse_prediction(ml, ap) / 100.0
    values["duarte_mean_velocity_cm_s"] = values["path_length_mm"] / 10.0 * rate / len(ml)
    if signal.missing:
        return values, {"duarte_mean_frequency_hz": because("needs-all-samples", missing=signal.missing)}
    values["duarte_mean_frequency_hz"] = duarte_mean_frequency(ml, ap, rate)
    return values, {}


def _station_1(signal: Signal, request: Request) -> Figures:
    prepared = prepare_station(signal)
    ml, ap, rate = prepared.ml_mm, prepared.ap_mm, prepared.rate_hz
    values = basic(prepared, extent.ellipse_prediction) | plane(ml, ap, (len(ml) - 1) / rate)
    reasons: Reasons = {}
    if request.everything:
        extra, reasons = beyond(ml, ap, rate, request.foot)
        values |= extra
    return values, reasons


def _quijoux(signal: Signal, _: Request) -> Figures:
    if not carries("rms_ML", float(signal.t_s[-1] - signal.t_s[0])):
        return {}, {}
    return quijoux.variables(signal.t_s, signal.ml_mm, signal.ap_mm), {}


class Pipeline(NamedTuple):
    """One way from a recording to figures."""

    name: str
    version: int
    keys: tuple[str, ...]
    compute: Callable[[Signal, Request], Figures]
    unfiltered: frozenset[str] = frozenset()
    """Figures that without a filter need the usual rate, whatever the registry says: they grow with it."""


PIPELINES = {
    one.name: one
    for one in (
        Pipeline("raw", 1, (*KEYS, *names("duarte")), _raw, frozenset(KEYS) - STEADY),
        Pipeline("station-1", 1, (*KEYS, *names("axes")), _station_1),
        Pipeline("quijoux-2021", 1, names("quijoux-2021"), _quijoux),
    )
}


def keys_of(pipeline: str, everything: bool) -> tuple[str, ...]:
    """The names of all figures that a pipeline gives. Raises KeyError for one that does not exist."""
    return PIPELINES[pipeline].keys + (EXTRA if everything and pipeline == "station-1" else ())


def compute(recorded: RecordedCop | RecordedCells, request: Request = DEFAULT_REQUEST) -> MeasureSet:
    """The figures of one recording.

    Raises `ValueError` for a pipeline that does not exist; other bad input gives `nan` and a reason.
    """
    if isinstance(recorded, RecordedCells):
        return compute_cells(recorded, request)
    chosen = _chosen(request.pipeline)
    drive_hz, drive_phase = recorded.motion
    keys = keys_of(chosen.name, request.everything)
    signal = (check_beside if recorded.weighs_only else check)(
        recorded.t_s, recorded.ml_mm, recorded.ap_mm, recorded.force_n, recorded.rate_hz
    )
    # The reference code takes a spike of one sample out: its figures are given, and marked. A light load on a plate
    # that shakes does leap.
    judged = chosen.name != "quijoux-2021" and not drive_hz
    if judged and isinstance(signal, Signal) and (why_not := leap(signal)):
        signal = Refusal(why_not, signal.rate_hz, float(signal.t_s[-1] - signal.t_s[0]))
    if isinstance(signal, Refusal):
        return _refused(request, signal, drive_hz)
    duration = float(signal.t_s[-1] - signal.t_s[0])
    own, stood = recorded.axes_known, recorded.stood
    warnings = warn(signal, axes_known=own or stood == ONE_LEG)
    suspicions, course = suspicions_of(
        signal, recorded.weight_kg, scale_known=own, motion=recorded.motion, moves=recorded.moves, stood=stood
    )
    stands = not (suspicions or recorded.moves or drive_hz)
    if chosen.name == "raw" and stands and (quick := suspicion_unfiltered(signal)):
        suspicions = (quick,)
    weight_n = math.nan
    if recorded.weighs_only and signal.force_n is not None:
        weight_n = float(np.mean(signal.force_n))
        signal = signal._replace(force_n=None)
    phase = None if drive_phase is None or chosen.name == "raw" else np.asarray(drive_phase, dtype=float)
    spoiled = _spoiled(chosen.name, drive_hz, signal.rate_hz, phase is not None)
    if phase is not None:
        signal = _still(signal, phase)
    found, why = _attempt(chosen, signal, request) if carries(KEYS[0], duration) else ({}, {})
    if math.isfinite(weight_n):
        found = found | {"mean_force_n": weight_n}
    values, reasons = _admitted(chosen, keys, (found, why), signal)
    if spoiled:
        warnings = (*warnings, because("only-positions", why=as_json(spoiled)))
        lost = [key for key in keys if key not in STEADY]
        values |= dict.fromkeys(lost, NAN)
        reasons |= dict.fromkeys(lost, spoiled)
    return MeasureSet(
        chosen.name,
        chosen.version,
        values,
        reasons,
        warnings,
        duration,
        signal.rate_hz,
        drive_hz,
        suspicions,
        course,
    )


def _chosen(pipeline: str) -> Pipeline:
    chosen = PIPELINES.get(pipeline)
    if chosen is None:
        raise ValueError(f"pipeline: no {pipeline!r}; there are {', '.join(sorted(PIPELINES))}")
    return chosen


def _refused(request: Request, refusal: Refusal, drive_hz: float) -> MeasureSet:
    chosen = _chosen(request.pipeline)
    values, reasons = missing(keys_of(chosen.name, request.everything), refusal.why)
    return MeasureSet(chosen.name, chosen.version, values, reasons, (), refusal.duration_s, refusal.rate_hz, drive_hz)


def _spoiled(pipeline: str, drive_hz: float, rate_hz: float, phase_known: bool) -> Problem | None:
    if drive_hz > 0 and pipeline == "raw":
        return because("vibration-unfiltered", hz=drive_hz)
    return degraded(drive_hz, rate_hz, phase_known)


def _still(signal: Signal, phase: Array) -> Signal:
    """The recording without the platform's own movement; as it is where the phase does not fit its length."""
    if phase.shape != signal.kept.shape:
        return signal
    ml, ap, force = _divided(without_drive(_columns(signal), phase[signal.kept], signal.rate_hz))
    return signal._replace(ml_mm=ml, ap_mm=ap, force_n=force)


def _attempt(chosen: Pipeline, signal: Signal, request: Request) -> Figures:
    """The figures; a signal so degenerate that a formula divides by zero gives none, and the reason."""
    try:
        with np.errstate(all="ignore"):
            return chosen.compute(signal, request)
    except (ArithmeticError, ValueError, np.linalg.LinAlgError) as exc:
        keys = keys_of(chosen.name, request.everything)
        return {}, dict.fromkeys(keys, because("signal-degenerate", said=str(exc)))


def _admitted(chosen: Pipeline, keys: tuple[str, ...], figures: Figures, signal: Signal) -> Figures:
    """Each key's figure if the registry lets this duration and this rate carry it and it is finite; else nan and its
    reason.
    """
    found, why = figures
    values: dict[str, float] = {}
    reasons: Reasons = {}
    duration_s = float(signal.t_s[-1] - signal.t_s[0])
    for key in keys:
        value, measure = found.get(key, NAN), REGISTRY[key]
        least_hz = USUAL_RATE_HZ if key in chosen.unfiltered else measure.min_rate_hz
        if not carries(key, duration_s):
            reasons[key] = because("too-short-recording", length_s=duration_s, least_s=measure.min_duration_s)
        elif not fast_enough(least_hz, signal.rate_hz):
            reasons[key] = because("rate-too-low", rate_hz=signal.rate_hz, least_hz=least_hz)
        elif not math.isfinite(value):
            forceless = key == "mean_force_n" and signal.force_n is None
            reasons[key] = why.get(key, because("no-force" if forceless else "not-defined"))
        values[key] = NAN if key in reasons else float(value)
    return values, reasons


def warn(signal: Signal, *, axes_known: bool = False) -> tuple[Problem, ...]:
    """What a person should look at although the figures stand."""
    whole = len(signal.t_s) + signal.missing
    lost = (because("samples-missing", missing=signal.missing, whole=whole),) if signal.missing else ()
    return (*lost, *_sampled_slowly(signal.rate_hz), *_exchanged(signal, axes_known))


def _sampled_slowly(rate_hz: float) -> tuple[Problem, ...]:
    if fast_enough(USUAL_RATE_HZ, rate_hz):
        return ()
    return (because("sampled-slowly", rate_hz=rate_hz, least_hz=USUAL_RATE_HZ, percent=SLOW_PERCENT),)


def _exchanged(signal: Signal, axes_known: bool) -> tuple[Problem, ...]:
    if max(extent.spread(signal.ml_mm), extent.spread(signal.ap_mm)) < TINY_SWAY_MM:
        return ()
    larger = extent.rms(signal.ml_mm) / max(extent.rms(signal.ap_mm), TINY_MM)
    faster = float(np.abs(np.diff(signal.ml_mm)).sum()) / max(float(np.abs(np.diff(signal.ap_mm)).sum()), TINY_MM)
    if not axes_known and larger * faster > SIDEWAYS:
        return (because("axes-swapped", larger=larger, faster=faster),)
    return ()


def compute_cells(recorded: RecordedCells, request: Request = DEFAULT_REQUEST) -> MeasureSet:
    """The figures of one recording of four cells; as `compute`, which does this too.

    Each pipeline divides moment by force where it belongs: `raw` sample by sample, `station-1` after its filter.
    """
    t_s, motion = recorded.t_s, recorded.motion
    try:
        cells = np.asarray(recorded.cells_n, dtype=float)
    except (TypeError, ValueError):
        cells = np.empty((0, 4))
    if cells.ndim != 2 or cells.shape[1] != 4:
        cells = np.empty((0, 4))
    if broken := broken_cell(t_s, cells, recorded.rate_hz):
        return _refused(request, Refusal(broken), motion.frequency_hz)
    as_recorded = cells
    if recorded.cell_t_s is not None and t_s is not None and request.pipeline != "raw":
        phase = None if motion.phase_turns is None else np.asarray(motion.phase_turns, dtype=float)
        cells = aligned(np.asarray(t_s, dtype=float), cells, np.asarray(recorded.cell_t_s, dtype=float), phase)
    cop = RecordedCop(
        t_s,
        *cop_of_cells(cells, recorded.geometry),
        rate_hz=recorded.rate_hz,
        motion=motion,
        axes_known=recorded.axes_known,
        weight_kg=recorded.weight_kg,
        moves=recorded.moves,
        stood=recorded.stood,
    )
    found = compute(cop, request)
    if cells is not as_recorded and not _noisy_anyway(recorded, as_recorded, found):
        found = replace(found, suspicions=tuple(one for one in found.suspicions if one.reason not in NOISE))
    measured = cells[np.isfinite(cells).all(axis=1)]
    empty_n = None if recorded.empty_n is None else np.asarray(recorded.empty_n, dtype=float)
    suspicions = suspicions_of_cells(
        measured, found.rate_hz, empty_n, moves=recorded.moves, drive_hz=motion.frequency_hz
    )
    stance_n = np.mean(measured, axis=0) if len(measured) else np.full(4, NAN)
    suspicions = (*suspicions_of_steps(recorded.steps, stance_n), *suspicions)
    if cells is not as_recorded:
        known = {one.reason for one in suspicions}
        suspicions += tuple(one for one in _hidden(as_recorded, recorded.geometry, found) if one.reason not in known)
    return replace(found, suspicions=(*suspicions, *found.suspicions)) if suspicions else found


def _noisy_anyway(recorded: RecordedCells, as_recorded: Array, found: MeasureSet) -> bool:
    """Whether noise that was found is there too where only harmonics that can be told apart are taken out of the cells.

    At some speeds two harmonics appear at one place (at 25 Hz the fourth and the sixth, of 250 samples a second): what
    a fit takes for them is then noise of its own making. True where no noise was found, or all can be told apart.
    """
    phase_turns, hz = recorded.motion.phase_turns, recorded.motion.frequency_hz
    apart = told_apart(hz, found.rate_hz, CELL_HARMONICS) if phase_turns is not None and hz > 0 else CELL_HARMONICS
    if apart == CELL_HARMONICS or not any(one.reason in NOISE for one in found.suspicions):
        return True
    phase = np.asarray(phase_turns, dtype=float)
    t_s, cell_t_s = (np.asarray(one, dtype=float) for one in (recorded.t_s, recorded.cell_t_s))
    again = cop_of_cells(aligned(t_s, as_recorded, cell_t_s, phase, apart), recorded.geometry)
    signal = check(t_s, *again, recorded.rate_hz)
    if isinstance(signal, Refusal):
        return True
    beside, _ = suspicions_of(signal, scale_known=True, motion=recorded.motion)
    return any(one.reason in {*NOISE, "jumps"} for one in beside)


def _hidden(cells: Array, geometry: tuple[float, float], found: MeasureSet) -> tuple[Problem, ...]:
    """What is exactly alike in these cells as they were recorded: once they are brought to one moment nothing is."""
    cop = np.column_stack(cop_of_cells(cells, geometry)[:2])
    cop = cop[np.isfinite(cop).all(axis=1)]
    if not math.isfinite(found.rate_hz) or len(cop) < LEAST_SAMPLES:
        return ()
    said = {one.reason for one in found.suspicions}
    even = EvenCop(cop, found.rate_hz)
    looked = same_cells(cells), still_axis(even), twice(even)
    return tuple(one for one in looked if one is not None and one.reason not in said)


def cop_of_cells(cells_n: Array, geometry: tuple[float, float]) -> tuple[Array, Array, Array]:
    """(ML mm, AP mm, force N), each (N,); CoP is nan where there is no force to divide by."""
    front_left, front_right, back_right, back_left = cells_n.T
    force = front_left + front_right + back_right + back_left
    divisor = np.where(force > 0, force, np.nan)
    ml = geometry[0] / 2.0 * (front_right + back_right - front_left - back_left) / divisor
    ap = geometry[1] / 2.0 * (front_left + front_right - back_right - back_left) / divisor
    return ml, ap, force
