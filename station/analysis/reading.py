"""Reads a file once, whatever it is, and prepares what is measured of it.

The one order in which a session, a file, a task, a comparison and a batch come to their figures: read (`read_file`),
prepare (`part_of_file`, `parts_of_trials`, `part_in`), measure (`measured`), judge (`station.analysis.judging`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from drills.converting import hold_mode
from drills.problems import Problem
from drills.values import Phase
from hw.values import CELL_NAMES, PlateGeometry
from station.analysis.step_ons import STEPPING_OFF_S, STEPPING_ON_S, Before, before_of, came_on, stance_in
from station.clock import NS_PER_S
from station.faults import InputError, because
from station.measures import MeasureSet, PlateMotion, RecordedCells, RecordedCop, Request, compute
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.measures.pipelines import PIPELINES, Pipeline
from station.measures.signal import BRIDGED_GAP_S
from station.measures.spectrum.vibration import phase_of
from station.measures.suspicions.load import MOST_DIFFERENCE
from station.measures.suspicions.plate import LEAST_FOUND_PERCENT, STANDING, STOOD_PERCENTILE
from station.measures.suspicions.step_on import steps_on_corners
from station.measures.values import missing
from station.plate.calibrations import load_calibration
from station.recording.damage import CHUNK, CUT
from station.recording.raw import RawSignal, taken_of
from station.recording.reader import Recording, read_recording
from station.recording.signals import is_recording, load_signal, recalibrated, signal_of
from station.recording.times import RATES_ALIKE

ONLY_STANDS = "stand"
"""The exercise of who only stands; in all others people move on purpose."""
TACH_MIN_HZ = 2.0
"""Below this the tach says nothing, and what was asked of the drive counts."""
MOST_STRETCHES = 8
"""So many stretches that are missing are named one by one."""
_IN_TRIAL = (Phase.SETTLE, Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.RAMP_DOWN)

Samples = npt.NDArray[np.void]
Window = tuple[int, int]
"""The first and the last moment, in monotonic ns."""


class ReadOptions(NamedTuple):
    """What a person says of how a file is to be read; None where the file is to say it."""

    rate_hz: float | None = None
    """Sampling rate of a CSV file: needed without times, and held against them where there are some."""
    geometry: tuple[float, float] | None = None
    """Distance of the cells, (ML, AP) in mm."""
    calibration: tuple[Path, str] | None = None
    """A data folder and a name in it (or "current", or a file's path): a recording's newtons are then computed again
    from its volts."""
    trial: int | None = None
    """Number of a recording's trial; its first that came to a hold where it is None."""
    units: str | None = None
    """Of a CoP in a CSV file whose column names do not say it: mm, cm, m or in."""
    weight_kg: float | None = None
    """Of the patient: a force that is not this weight is suspect."""
    x_is: str | None = None
    """Which way the axis x of a CSV file goes, ml or ap, where its format does not say it."""
    plate: int | None = None
    """Which of several plates of a C3D or CSV file is meant, from 1."""


AS_IT_IS = ReadOptions()


class RecordingFile(NamedTuple):
    """A recording of this station, its newtons by the calibration that is wanted."""

    recording: Recording
    options: ReadOptions
    calibration: dict[str, str] | None
    """Which calibration that is: `origin`, `id`, `made_at`; None where the recording does not say."""


class TableFile(NamedTuple):
    """A CSV file: one trial."""

    signal: RawSignal
    options: ReadOptions = AS_IT_IS


class Trial(NamedTuple):
    """What a recording says of one of its trials that has ended."""

    number: int
    outcome: str | None
    hold_s: float | None
    hold: Window | None
    """None where the trial did not come so far; `baseline` likewise."""
    baseline: Window | None
    leg: str | None
    """Of a drill whose trials are not all on one; else None."""
    score: dict[str, int] | None
    """What was done, of how many; None where the exercise counts nothing but its time."""
    alone_s: float | None = None
    """How long it was held before a hand first helped; None where none did."""


class Part(NamedTuple):
    """What is measured at once, ready for `compute`."""

    recorded: RecordedCop | RecordedCells
    warnings: tuple[Problem, ...] = ()
    """What a person should know of how it was prepared."""
    refused: Problem | None = None
    """Why nothing may be measured of it: a part of it is gone."""
    suspicions: tuple[Problem, ...] = ()
    """What contradicts it."""
    trial: int | None = None
    """Its number, of one of a recording's."""


def read_file(path: Path, options: ReadOptions = AS_IT_IS) -> RecordingFile | TableFile:
    """The file, of either kind by its content.

    Raises the errors of `load_signal` and of `load_calibration`, and InputError "calibration-invalid" where a CSV file
    is to be calibrated again.
    """
    if is_recording(path):
        return read_trials(path, options)
    if options.calibration is not None:
        raise InputError("calibration-invalid", str(path), because("no-volts"))
    geometry = None if options.geometry is None else PlateGeometry(*options.geometry)
    signal = load_signal(
        path,
        gaps=True,
        rate_hz=options.rate_hz,
        geometry=geometry,
        units=options.units,
        x_is=options.x_is,
        plate=options.plate,
    )
    return TableFile(signal, options)


def read_trials(path: Path, options: ReadOptions = AS_IT_IS) -> RecordingFile:
    """The recording. Raises InputError "recording-unreadable" for any other file, and those of `load_calibration`."""
    recording = read_recording(path)
    if options.calibration is None:
        return RecordingFile(recording, options, recorded_calibration(recording.header))
    own = load_calibration(*options.calibration, str(recording.header.get("rig")))
    return RecordingFile(recalibrated(recording, own.calibration), options, own.described())


def recorded_calibration(header: dict[str, Any]) -> dict[str, str] | None:
    """By which calibration a recording was made: `origin`, `id`, `made_at`; None where its header does not say."""
    calibration = header.get("calibration") or {}
    names = ("origin", "id", "made_at")
    return {name: str(calibration[name]) for name in names} if "origin" in calibration else None


def damage_said(recording: Recording) -> tuple[Problem, ...]:
    """What is damaged or missing of a recording, each stretch with its seconds and samples; empty for a whole one."""
    found = recording.damage
    said = [because("recording-truncated", left_s=_left_s(recording))] if CUT in found.marks else []
    said += [because(f"damage-{mark}") for mark in found.marks if mark != CUT]
    for gap in found.gaps[:MOST_STRETCHES]:
        from_s, until_s = ((at_ns - recording.zero_ns) / NS_PER_S for at_ns in (gap.from_ns, gap.until_ns))
        said.append(because("stretch-missing", samples=gap.samples, from_s=from_s, until_s=until_s))
    if rest := found.gaps[MOST_STRETCHES:]:
        said.append(because("stretches-missing", count=len(rest), samples=sum(gap.samples for gap in rest)))
    if found.lost_events:
        said.append(because("events-missing", count=found.lost_events))
    if found.open_end and CUT not in found.marks:
        said.append(because("end-unknown"))
    return tuple(said)


def _left_s(recording: Recording) -> float:
    return float(recording.t_s[-1] - recording.t_s[0]) if len(recording.samples) else 0.0


def lost_trials(recording: Recording) -> list[int]:
    """Numbers of the trials that took place and of whose end the recording knows nothing any more. Those are none of
    them whose end is behind its own. Where none of its events is left, they are all that were prescribed: it may have
    been fewer, but what nobody says would pass for never done.
    """
    if not (CHUNK in recording.damage.marks or recording.damage.gaps or recording.damage.lost_events):
        return []
    ended = {trial.number for trial in trials_of(recording)}
    samples = recording.samples
    begun = set(np.unique(samples["trial"][np.isin(samples["phase"], _IN_TRIAL)]).tolist())
    begun |= {int(event["trial"]) for event in recording.events if event["kind"] == "trial-started"}
    completed = any(one["kind"] == "drill-ended" and one.get("outcome") == "completed" for one in recording.events)
    nothing_left = not recording.events and recording.damage.lost_events > 0
    if completed or nothing_left:
        begun |= {int((recording.header.get("prescription") or {}).get("trials") or 0)}
    newest = max(begun | ended, default=0)
    return sorted(set(range(1, newest + 1)) - ended)


def trials_of(recording: Recording) -> list[Trial]:
    """Every trial of the recording that has ended, in their order; the first end of one that a file tells twice."""
    ends: dict[int, dict[str, Any]] = {}
    for event in recording.events:
        if event["kind"] == "trial-ended":
            ends.setdefault(int(event["trial"]), event)
    return [
        Trial(
            number,
            event.get("outcome"),
            event.get("hold_s"),
            _window(event, "hold_start_ns", "hold_end_ns"),
            _window(event, "baseline_start_ns", "baseline_end_ns"),
            event.get("leg"),
            event.get("score"),
            event.get("alone_s"),
        )
        for number, event in ends.items()
    ]


def _window(event: dict[str, Any], start: str, end: str) -> Window | None:
    start_ns, end_ns = event.get(start), event.get(end)
    return None if start_ns is None or end_ns is None else (int(start_ns), int(end_ns))


def samples_in(samples: Samples, window: Window) -> Samples:
    """Those samples whose time is in the window."""
    inside: Samples = samples[(samples["t_ns"] >= window[0]) & (samples["t_ns"] <= window[1])]
    return inside


def pipeline_named(name: str) -> Pipeline:
    """Raises InputError "input-invalid" for a pipeline that does not exist."""
    chosen = PIPELINES.get(name)
    if chosen is None:
        raise InputError("input-invalid", f"pipeline {name}", because("there-are", names=list(PIPELINES)))
    return chosen


def signal_of_file(file: RecordingFile | TableFile) -> RawSignal:
    """All of the file as one signal. Raises InputError "recording-unreadable" where there is no sample."""
    if isinstance(file, TableFile):
        return file.signal
    geometry = None if file.options.geometry is None else PlateGeometry(*file.options.geometry)
    return signal_of(file.recording, geometry, gaps=True)


def part_of_file(file: RecordingFile | TableFile, pipeline: str) -> Part:
    """One stance: the whole of a CSV file; the trial of a recording that is wanted, or all of it where none came to a
    hold.

    Raises InputError "recording-unreadable" where there is no sample, "measures-impossible" where there is no such
    trial.
    """
    if isinstance(file, TableFile):
        return _part_of_table(file)
    recording = file.recording
    if not len(recording.samples):
        raise InputError("recording-unreadable", str(recording.path), because("cut-before-first-sample"))
    hold, which = _chosen_hold(recording, file.options.trial)
    part = part_in(file, hold, pipeline)
    said = (*((which,) if which else ()), *damage_said(recording))
    return part._replace(warnings=(*part.warnings, *said))


def parts_of_trials(file: RecordingFile | TableFile, pipeline: str) -> Iterator[tuple[str, Part]]:
    """Each trial of the file that was held, behind its name; a CSV file is one. Of one whose data is damaged nothing
    may be measured.
    """
    if isinstance(file, TableFile):
        yield file.signal.source, _part_of_table(file)
        return
    said = damage_said(file.recording)
    for trial in trials_of(file.recording):
        if trial.hold is not None and trial.outcome == "held":
            part = part_in(file, trial.hold, pipeline)
            part = part._replace(warnings=(*part.warnings, *said), trial=trial.number)
            yield f"{file.recording.path} #{trial.number}", part
    for number in lost_trials(file.recording):
        whole = part_in(file, None, pipeline)._replace(warnings=said)
        yield f"{file.recording.path} #{number}", whole._replace(refused=because("trial-damaged", trial=number))


def part_in(file: RecordingFile, window: Window | None, pipeline: str) -> Part:
    """The samples in the window; all where it is None. A value that its cell's status calls wrong is a missing one.

    For all pipelines but `raw`, stepping on and off are left out where a drill measures that too.
    """
    recording = file.recording
    stood = window if pipeline == "raw" else _standing(recording, window)
    part = recording if stood is None else recording._replace(samples=samples_in(recording.samples, stood))
    left_out = because("stepping-left-out", on_s=STEPPING_ON_S, off_s=STEPPING_OFF_S)
    before = _before(recording, window)
    recorded = RecordedCells(
        part.t_s,
        part.trusted_n,
        file.options.geometry or recording.plate_mm,
        cell_t_s=part.cell_t_s,
        motion=_motion(part),
        axes_known=True,
        weight_kg=file.options.weight_kg,
        empty_n=before.empty_n,
        steps=before.steps,
        moves=moves_in(recording),
    )
    return Part(recorded, (*(() if stood == window else (left_out,)), *_untrusted(part)), _refused(recording, stood))


def _refused(recording: Recording, window: Window | None) -> Problem | None:
    """Why this stretch may not be measured: more of it is gone than is ever bridged, at its edges too."""
    samples = recording.samples["t_ns"]
    if window is None and len(samples):
        window = int(samples[0]), int(samples[-1])
    lost_s = 0.0 if window is None else recording.damage.in_window(*window)
    return because("part-missing", lost_s=lost_s) if lost_s > BRIDGED_GAP_S else None


def measured(part: Part, request: Request, stood: str = "") -> MeasureSet:
    """The figures of the part, with the warnings of its preparation behind their own; none of one that is refused.
    `stood` is how, where that is known (`RecordedCop.stood`).
    """
    found = compute(part.recorded._replace(stood=stood), request)
    if part.refused is not None:
        values, reasons = missing(tuple(found.values), part.refused)
        found = replace(found, values=values, reasons=reasons)
    suspicions = (*part.suspicions, *found.suspicions)
    return replace(found, warnings=(*found.warnings, *part.warnings), suspicions=suspicions)


def _part_of_table(file: TableFile) -> Part:
    """The whole table; of one that begins with the empty plate the stance behind it."""
    signal, weight_kg, doubts = file.signal, file.options.weight_kg, doubts_of(file)
    came, notes = came_on(signal), notes_of(file)
    if came is not None:
        signal, left_out = stance_in(signal, came)
        notes = (*notes, left_out)
    if signal.cells_n is None or signal.geometry is None:
        cop = signal.cop_ml_mm, signal.cop_ap_mm, signal.force_n
        recorded_cop = RecordedCop(signal.t_s, *cop, weight_kg=weight_kg, weighs_only=signal.weighs_only)
        return Part(recorded_cop, notes, suspicions=doubts)
    recorded = RecordedCells(signal.t_s, signal.cells_n, signal.geometry, weight_kg=weight_kg)
    if came is not None:
        recorded = recorded._replace(empty_n=came.empty_n, steps=came.steps)
    return Part(recorded, notes, suspicions=doubts)


def doubts_of(file: RecordingFile | TableFile) -> tuple[Problem, ...]:
    """What a person, or the lines above a table, said of it and its times contradict: the rate; and times that may be
    none.
    """
    if isinstance(file, RecordingFile) or len(file.signal.t_s) < 2:
        return ()
    given_hz, understood = file.options.rate_hz, file.signal.understood
    time = None if understood is None else next((one for one in understood.columns if one.use == "time"), None)
    taken_ms = time is not None and (time.unit, time.unit_from) == ("ms", "taken")
    if time is not None and taken_ms and np.allclose(np.diff(file.signal.t_s), 1e-3, rtol=0.0, atol=1e-9):
        return (because("time-may-count", name=time.name),)
    if given_hz is None and understood is not None:
        given_hz = understood.rate_said_hz
    if given_hz is None:
        return ()
    rate_hz = float(1.0 / np.median(np.diff(file.signal.t_s)))
    if abs(rate_hz / given_hz - 1.0) <= RATES_ALIKE:
        return ()
    return (because("rates-disagree", rate_hz=rate_hz, given_hz=given_hz),)


def notes_of(file: RecordingFile | TableFile) -> tuple[Problem, ...]:
    """What was assumed of a file because it does not say it, and what it does not show."""
    if isinstance(file, RecordingFile):
        return ()
    notes = () if file.signal.understood is None else taken_of(file.signal.understood)
    if file.signal.cells_n is None:
        return notes if file.signal.unit_stated else (because("unit-not-proven"), *notes)
    came = came_on(file.signal)
    if came is None or came.empty_n is None:
        little, much = LEAST_FOUND_PERCENT
        if _weighs(file.signal, file.options.weight_kg):
            return (*notes, because("zero-by-weight", percent=100.0 * MOST_DIFFERENCE, least=little))
        return (*notes, because("zero-not-seen", percent=little, most=much))
    return notes if came.steps.corners else (*notes, because("order-not-seen"))


def _weighs(signal: RawSignal, weight_kg: float | None) -> bool:
    """Whether the load of who stands there is this weight."""
    if weight_kg is None or signal.force_n is None or not np.isfinite(signal.force_n).any():
        return False
    high_n = float(np.nanpercentile(signal.force_n, STOOD_PERCENTILE))
    if high_n <= 0.0:
        return False
    load_kg = float(np.median(signal.force_n[signal.force_n > (1.0 - STANDING) * high_n])) / STANDARD_GRAVITY_M_S2
    return abs(load_kg / weight_kg - 1.0) <= MOST_DIFFERENCE


def _before(recording: Recording, window: Window | None) -> Before:
    """The empty plate before this window, and a step on each corner before any trial: in one, people reach for them."""
    if window is None:
        return Before()
    inside = samples_in(recording.samples, window)
    before = recording._replace(samples=recording.samples[recording.samples["t_ns"] < window[0]])
    if not len(inside) or len(before.samples) < 2:
        return Before()
    weight_n = float(np.median(recording._replace(samples=inside).cells_n.sum(axis=1)))
    rate_hz = (len(before.samples) - 1) / float(before.t_s[-1] - before.t_s[0])
    found = before_of(before.trusted_n, rate_hz, weight_n)
    begun_ns = [part[0] for trial in trials_of(recording) for part in (trial.hold, trial.baseline) if part is not None]
    first = before.trusted_n[before.samples["t_ns"] < min([window[0], *begun_ns])]
    first = first[np.isfinite(first).all(axis=1)]
    return found._replace(steps=steps_on_corners(first, rate_hz, found.empty_n))


def moves_in(recording: Recording) -> bool:
    """Whether the drill of this recording asks for more than standing."""
    steps = (recording.header.get("document") or {}).get("steps") or ()
    asked = [one.get("exercise") for one in steps if isinstance(one, dict) and one.get("step") == "exercise"]
    return bool(asked) and asked != [ONLY_STANDS]


def _chosen_hold(recording: Recording, number: int | None) -> tuple[Window | None, Problem | None]:
    """The hold of this trial, or of the first that has one, and what a person should know of the choice.

    None where no trial came so far and none was named. Raises InputError "measures-impossible" for another, for one
    whose data is damaged, and where none is named but the data of an earlier one is damaged: no other takes its place.
    """
    holds = {trial.number: trial.hold for trial in trials_of(recording) if trial.hold is not None}
    lost, first = lost_trials(recording), min(holds, default=None)
    if number in lost or (number is None and lost and (first is None or lost[0] < first)):
        seen = because("trial-damaged", trial=lost[0] if number is None else number)
        others = (because("trials-with-hold", numbers=sorted(holds)),) if holds else ()
        where = f"{recording.path} #{number or lost[0]}"
        raise InputError("measures-impossible", where, seen, *others, *damage_said(recording))
    if number is None:
        if first is None:
            return None, None
        rest = [other for other in sorted(holds) if other != first]
        return holds[first], because("other-trials", first=first, rest=rest) if rest else None
    if number not in holds:
        seen = because("trials-with-hold", numbers=sorted(holds)) if holds else because("no-trial-with-hold")
        raise InputError("measures-impossible", f"{recording.path} #{number}", seen, *damage_said(recording))
    return holds[number], None


def _standing(recording: Recording, window: Window | None) -> Window | None:
    """The part of a hold in which the patient stands: of a drill that measures from stepping on to stepping off, not
    these two; else all of it.
    """
    if window is None or hold_mode(recording.header.get("document")) != "until-step-off":
        return window
    return window[0] + round(STEPPING_ON_S * NS_PER_S), window[1] - round(STEPPING_OFF_S * NS_PER_S)


def _untrusted(part: Recording) -> tuple[Problem, ...]:
    """What a person should know of cells whose values were not used."""
    counts = [(name, int(np.count_nonzero(column))) for name, column in zip(CELL_NAMES, part.broken.T, strict=True)]
    return tuple(
        because("values-not-used", count=count, whole=len(part.samples), cell=name) for name, count in counts if count
    )


def _motion(part: Recording) -> PlateMotion:
    """How the plate moved: by the tach; where that is silent by what the drive was given, without a phase."""
    measured_hz, output_hz = (part.samples[name].astype(float) for name in ("measured_hz", "output_hz"))
    turning = measured_hz >= TACH_MIN_HZ
    if np.any(turning):
        return PlateMotion(float(np.median(measured_hz[turning])), phase_of(part.t_s, measured_hz))
    return PlateMotion(float(np.median(output_hz[output_hz > 0.0]))) if np.any(output_hz > 0.0) else PlateMotion()
