"""The results of a recording: each trial's figures, what the platform did, and the dose. Run in a process that ends.

`python -m station.analysis.results FILE` prints them as JSON; the recorder runs it so, because scipy is too big to
stay.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hw.values import CELL_NAMES, PlateGeometry
from station.clock import NS_PER_S
from station.faults import CATALOGUE, InputError, StationError
from station.measures import Foot, MeasureSet, PlateMotion, RecordedCells, RecordedCop, Request, compute
from station.measures.pipelines import PIPELINES, Pipeline
from station.measures.spectrum.vibration import phase_of
from station.plate.calibrations import load_calibration
from station.recording.layout import finite, pack_json, records_path
from station.recording.reader import Recording, read_recording
from station.recording.scan import Scan
from station.recording.signals import K_PLATES, is_recording, load_signal, recalibrated
from station.safety.dose import Ledger, a8_m_s2, add, displacement_for_g, vdv_m_s175

_NICE = 10  # of the worker: control and the recorder come first
_SPIN_UP_NS = 1_000_000_000
"""Left out at the hold's beginning when the platform's frequency is averaged: its speed loop is still settling."""
_TACH_MIN_HZ = 2.0
"""Below this the tach says nothing, and what was asked of the drive counts."""
_LONGEST_STEP_S = 1.0
"""A longer gap between samples is a gap in the recording, not vibration."""

__all__ = ["Wish", "dose_of", "impossible", "measure", "measures_of", "records_path", "result_of", "set_of", "told_of"]

Samples = npt.NDArray[np.void]


def result_of(path: Path, pipeline: str = "station-1") -> dict[str, Any]:
    """The result of the recording at `path`, finished or not, by this pipeline; JSON values, units in the keys.

    A figure that cannot be had is None and its reason is in `reasons`. `outcome` is None until the drill has ended.
    Raises InputError for a file that is no recording, and for a pipeline that does not exist.
    """
    chosen = _pipeline(pipeline)
    recording = read_recording(path)
    ended = [event for event in recording.events if event["kind"] == "trial-ended"]
    over = [event for event in recording.events if event["kind"] == "drill-ended"]
    result = {
        "drill": recording.header.get("drill"),
        "leg": recording.header.get("leg"),
        "outcome": over[-1]["outcome"] if over else None,
        "trials": [_trial(recording, event, pipeline) for event in ended],
        "trip": _trip(recording),
        "stopped_by": next((event["by"] for event in recording.events if event["kind"] == "stop"), None),
        "dose": dose_of(recording.samples),
        "pipeline": pipeline,
        "pipeline_version": chosen.version,
        "calibration": calibration_told(recording.header),
        "samples": len(recording.samples),
        "late_ticks": _rise(recording.samples, "late_ticks"),
        "repeated_samples": _rise(recording.samples, "repeated_samples"),
        "recording": str(path),
    }
    cleaned = finite(result)
    assert isinstance(cleaned, dict)  # noqa: S101  # `finite` keeps the kind
    return cleaned


def truncation(recording: Recording) -> str:
    """What to tell a person about a recording that ends in the middle; "" for a whole one."""
    if not recording.truncated:
        return ""
    fault = CATALOGUE["recording-truncated"]
    left_s = float(recording.t_s[-1] - recording.t_s[0]) if len(recording.samples) else 0.0
    return f"{fault.what} {left_s:.1f} s of it are left. {fault.remedy}"


def _trip(recording: Recording) -> dict[str, Any] | None:
    """The first fault that took the vibration away, with what to do about it; None where there was none."""
    code = next((event["code"] for event in recording.events if event["kind"] == "trip"), None)
    if code not in CATALOGUE:
        return None
    fault = CATALOGUE[code]
    return {"code": fault.code, "number": fault.number, "what": fault.what, "remedy": fault.remedy}


class Wish(NamedTuple):
    """What is wanted of a file: `rate_hz` and `geometry` (ML, AP in mm) as for `load_signal`, the rest as for
    `station.measures.compute`. `calibration` is a data folder and a name in it (or "current", or a file's path): a
    recording's newtons are then computed anew from its volts. `trial` is the number of a recording's trial; its first
    that came to a hold where it is None.
    """

    pipeline: str = "station-1"
    rate_hz: float | None = None
    geometry: tuple[float, float] | None = None
    everything: bool = False
    foot: Foot | None = None
    calibration: tuple[Path, str] | None = None
    trial: int | None = None


def measures_of(
    path: Path,
    *,
    pipeline: str = "station-1",
    rate_hz: float | None = None,
    geometry: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """Figures of one stance: the whole of a CSV file, or the first hold of a recording (all of it where there is none).

    `rate_hz` and `geometry` (ML, AP in mm) as for `load_signal`. Raises its errors, InputError "measures-impossible"
    where no figure can be had, and InputError for a pipeline that does not exist.
    """
    told = told_of(set_of(path, Wish(pipeline, rate_hz, geometry)))
    if all(value is None for value in told["measures"].values()):
        raise impossible(path, told)
    return told


def impossible(path: Path, told: dict[str, Any]) -> InputError:
    """What to raise where no figure of `told` could be had."""
    why = f"{next(iter(told['reasons'].values()), '')}."
    return InputError("measures-impossible", str(path), " ".join([why, *told["warnings"]]))


def set_of(path: Path, wish: Wish) -> MeasureSet:
    """The figures of one stance, as for `measures_of`; where none can be had all are nan, each with its reason."""
    _pipeline(wish.pipeline)
    if is_recording(path):
        recording = read_recording(path)
        if not len(recording.samples):
            raise InputError("recording-unreadable", str(path), "it was cut before its first sample.")
        hold, which = _hold(recording, wish.trial)
        found = measure(recording, hold, wish)
        told = tuple(words for words in (which, truncation(recording)) if words)
        return replace(found, warnings=(*found.warnings, *told))
    if wish.calibration is not None:
        raise InputError("calibration-invalid", str(path), "A CSV file has no volts to compute newtons from.")
    geometry = None if wish.geometry is None else PlateGeometry(*wish.geometry)
    signal = load_signal(path, wish.rate_hz, geometry, gaps=True)
    request = Request(wish.pipeline, wish.everything, wish.foot)
    if signal.cells_n is not None and signal.geometry is not None:
        found = compute(RecordedCells(signal.t_s, signal.cells_n, signal.geometry), request)
        taken = ("the distances of the cells were not told and are taken for "
                 f"{K_PLATES.spacing_ml_mm:g} mm left to right and {K_PLATES.spacing_ap_mm:g} mm front to back "
                 "(--cells-ml, --cells-ap)")  # fmt: skip
        return replace(found, warnings=(*found.warnings, taken)) if signal.geometry is K_PLATES else found
    return compute(RecordedCop(signal.t_s, signal.cop_ml_mm, signal.cop_ap_mm, signal.force_n), request)


def told_of(found: MeasureSet) -> dict[str, Any]:
    """The figures as JSON values: None where there is none, and `reasons` says why."""
    told = {"pipeline": found.pipeline, "pipeline_version": found.version, "measures": found.values,
            "reasons": found.reasons, "warnings": list(found.warnings), "duration_s": found.duration_s,
            "rate_hz": found.rate_hz, "vibration_hz": found.vibration_hz}  # fmt: skip
    cleaned = finite(told)
    assert isinstance(cleaned, dict)  # noqa: S101  # `finite` keeps the kind
    return cleaned


def _pipeline(name: str) -> Pipeline:
    chosen = PIPELINES.get(name)
    if chosen is None:
        raise InputError("input-invalid", f"pipeline {name}", f"there are: {', '.join(PIPELINES)}.")
    return chosen


def _hold(recording: Recording, trial: int | None) -> tuple[tuple[int, int] | None, str]:
    """Marks of this trial's hold, or of the first one, in monotonic ns, and what a person should know of the choice.

    None where no trial came so far and none was named. Raises InputError "measures-impossible" for another.
    """
    ended = [event for event in recording.events if event["kind"] == "trial-ended"]
    holds = {int(event["trial"]): hold for event in ended if (hold := window_of(event, "hold_start_ns", "hold_end_ns"))}
    if trial is None:
        first = min(holds, default=None)
        if first is None:
            return None, ""
        rest = ", ".join(str(number) for number in sorted(holds) if number != first)
        return holds[first], f"this is trial {first}; there is also {rest} (--trial)" if rest else ""
    if trial not in holds:
        known = ", ".join(map(str, sorted(holds))) or "none"
        raise InputError("measures-impossible", f"{recording.path}, trial {trial}", f"Trials with a hold: {known}.")
    return holds[trial], ""


def calibration_told(header: dict[str, Any]) -> dict[str, str] | None:
    """Which calibration a recording's newtons are by: `origin`, `id`, `made_at`; None where its header does not say."""
    calibration = header.get("calibration") or {}
    names = ("origin", "id", "made_at")
    return {name: str(calibration[name]) for name in names} if "origin" in calibration else None


def calibration_of_figures(path: Path, wish: Wish) -> dict[str, str] | None:
    """Which calibration the figures of this file are by; None for a CSV file, and where a recording does not say."""
    if not is_recording(path):
        return None
    with Scan(path) as scan:
        header = scan.header
    if wish.calibration is None:
        return calibration_told(header)
    return load_calibration(*wish.calibration, str(header.get("rig"))).told()


def dose_of(samples: Samples) -> dict[str, Any]:
    """The vibration that these samples say the body had: by the tach's frequency and the displacement behind the
    samples' peak acceleration, or by what the drive was given where the tach says nothing.
    """
    ledger = Ledger()
    moving = (samples["output_hz"] > 0.0) | (samples["measured_hz"] >= _TACH_MIN_HZ)
    steps_s = np.diff(samples["t_ns"], append=samples["t_ns"][-1:]) / 1e9
    columns = ("measured_hz", "peak_acceleration_g", "output_hz", "output_pp_mm")
    rows = zip(*(samples[moving][name].tolist() for name in columns), steps_s[moving].tolist(), strict=True)
    for measured_hz, peak_g, output_hz, output_pp_mm, step_s in rows:
        if measured_hz >= _TACH_MIN_HZ and peak_g > 0.0:
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


def _trial(recording: Recording, event: dict[str, Any], pipeline: str) -> dict[str, Any]:
    hold = window_of(event, "hold_start_ns", "hold_end_ns")
    baseline = window_of(event, "baseline_start_ns", "baseline_end_ns")
    measures, reasons = _figures(recording, hold, pipeline)
    return {
        "trial": event["trial"],
        "outcome": event["outcome"],
        "hold_s": event["hold_s"],
        "measures": measures,
        "baseline_measures": None if baseline is None else _figures(recording, baseline, pipeline)[0],
        "reasons": reasons,
        "vibration": _vibration(recording, hold),
    }


def window_of(event: dict[str, Any], start: str, end: str) -> tuple[int, int] | None:
    """The marks of a "trial-ended" under these keys, in monotonic ns; None where the trial did not come so far."""
    start_ns, end_ns = event.get(start), event.get(end)
    return None if start_ns is None or end_ns is None else (int(start_ns), int(end_ns))


def _cut(samples: Samples, window: tuple[int, int]) -> Samples:
    cut: Samples = samples[(samples["t_ns"] >= window[0]) & (samples["t_ns"] <= window[1])]
    return cut


def _figures(
    recording: Recording, window: tuple[int, int] | None, pipeline: str
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Measures of the samples in the window, and why some are missing."""
    if window is None:
        keys = _pipeline(pipeline).keys
        return dict.fromkeys(keys, None), dict.fromkeys(keys, "the trial ended before its hold began")
    found = measure(recording, window, Wish(pipeline))
    return dict(found.values), dict(found.reasons)


STEPPING_ON_S = 2.0
"""Weight comes on to the plate, and the centre of pressure with it."""
STEPPING_OFF_S = 1.5
"""From the shift of the weight that a step off begins with."""


def measure(recording: Recording, window: tuple[int, int] | None, wish: Wish) -> MeasureSet:
    """Figures of the samples in the window; of all where it is None. A value that its cell's status calls wrong is a
    missing one. All pipelines but `raw` leave out stepping on and off where a drill measures that too.
    """
    if wish.calibration is not None:
        own = load_calibration(*wish.calibration, str(recording.header.get("rig")))
        recording = recalibrated(recording, own.calibration)
    stood = stance_of(recording, window) if wish.pipeline != "raw" else window
    part = recording if stood is None else recording._replace(samples=_cut(recording.samples, stood))
    recorded = RecordedCells(
        part.t_s,
        part.believed_n,
        wish.geometry or recording.plate_mm,
        cell_t_s=part.cell_t_s,
        motion=_drive(part),
        axes_known=True,
    )
    found = compute(recorded, Request(wish.pipeline, wish.everything, wish.foot))
    left_out = () if stood == window else (
        f"stepping on ({STEPPING_ON_S:g} s) and off ({STEPPING_OFF_S:g} s) are left out",)  # fmt: skip
    return replace(found, warnings=(*found.warnings, *left_out, *_disbelieved(part)))


def stance_of(recording: Recording, window: tuple[int, int] | None) -> tuple[int, int] | None:
    """The part of a hold in which the patient stands: of a drill that measures from stepping on to stepping off, not
    these two; else all of it.
    """
    mode = (recording.header.get("document") or {}).get("hold", {}).get("mode")
    if window is None or mode != "until-step-off":
        return window
    return window[0] + round(STEPPING_ON_S * NS_PER_S), window[1] - round(STEPPING_OFF_S * NS_PER_S)


def _disbelieved(part: Recording) -> tuple[str, ...]:
    """What a person should know of cells whose values were not used."""
    counts = [(name, int(np.count_nonzero(column))) for name, column in zip(CELL_NAMES, part.broken.T, strict=True)]
    return tuple(f"{count} of {len(part.samples)} values of the {name.replace('_', ' ')} cell are not believed: it was "
                 "saturated, broken or silent" for name, count in counts if count)  # fmt: skip


def _drive(part: Recording) -> PlateMotion:
    """Frequency and phase of the plate: by the tach; where that is silent what the drive was given, without a phase."""
    measured_hz, output_hz = (part.samples[name].astype(float) for name in ("measured_hz", "output_hz"))
    turning = measured_hz >= _TACH_MIN_HZ
    if np.any(turning):
        return PlateMotion(float(np.median(measured_hz[turning])), phase_of(part.t_s, measured_hz))
    return PlateMotion(float(np.median(output_hz[output_hz > 0.0]))) if np.any(output_hz > 0.0) else PlateMotion()


def _vibration(recording: Recording, hold: tuple[int, int] | None) -> dict[str, float]:
    """What was asked for, and what the platform did in the hold, its first second left out."""
    asked = recording.header.get("prescription") or {}
    measured_hz = peak_g = 0.0
    if hold is not None:
        samples = _cut(recording.samples, hold)
        steady = _cut(samples, (hold[0] + _SPIN_UP_NS, hold[1]))
        steady = steady if len(steady) else samples
        if len(samples):
            measured_hz = float(np.mean(steady["measured_hz"], dtype=np.float64))
            peak_g = float(np.max(samples["peak_acceleration_g"]))
    return {
        "asked_hz": float(asked.get("frequency_hz") or 0.0),
        "measured_hz": measured_hz,
        "peak_acceleration_g": peak_g,
        "asked_pp_mm": float(asked.get("displacement_pp_mm") or 0.0),
    }


def _rise(samples: Samples, name: str) -> int:
    """How much one of control's running counts rose from the first sample to the last."""
    return int(samples[name][-1]) - int(samples[name][0]) if len(samples) else 0


def main(arguments: list[str] | None = None) -> int:
    """The worker: print the result of one recording as JSON. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m station.analysis.results", description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--pipeline", default="station-1")
    parser.add_argument("--nice", action="store_true", help="let everything else come first")
    options = parser.parse_args(arguments)
    if options.nice:
        os.nice(_NICE)
    try:
        sys.stdout.write(pack_json(result_of(options.file, options.pipeline)) + "\n")
    except StationError as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.fault.exit_code or 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
