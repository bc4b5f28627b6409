"""The results of a recorded session: each trial's figures, what the platform did, and the dose.

`python -m station.analysis.results FILE` prints them as JSON; the recorder runs it so, in a process that ends, because
scipy is too big to stay.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np

from drills.problems import Problem
from drills.values import EACH, LEG_NUMBERS
from station.analysis.dose import dose_of
from station.analysis.exercised import exercised
from station.analysis.feet import feet_in
from station.analysis.loaded import load_in
from station.analysis.markable import markable
from station.analysis.reading import (
    RecordingFile,
    Samples,
    Trial,
    Window,
    damage_said,
    lost_trials,
    measured,
    part_in,
    pipeline_named,
    read_trials,
    samples_in,
    trials_of,
)
from station.analysis.tested import done_of, tested
from station.claim import die_with_parent
from station.clinic.with_without import Turn, compare, verdict
from station.faults import CATALOGUE, StationError, as_json, because
from station.measures import Request
from station.measures.tasks.one_foot import BOTH, ONE
from station.measures.values import Reasons, missing
from station.recording.blind import is_blind
from station.recording.layout import finite_fields, pack_json
from station.recording.reader import Recording

DAMAGED = "damaged"
"""Outcome of a trial that took place and whose end the recording has lost."""
OF_THE_RECORDS = ("whole", "exercised")
"""Keys of a stored result that are no figures."""
STANDARD_INPUT = Path("-")
"""In the place of a file: its path comes on standard input, in its own time."""
_NICE = 10  # of the worker: control and the recorder come first
_SPIN_UP_NS = 1_000_000_000
"""Left out at the hold's beginning when the platform's frequency is averaged: its speed loop is still settling."""


def result_of(path: Path, pipeline: str = "station-1") -> dict[str, Any]:
    """The result of the recording at `path`, finished or not, by this pipeline; JSON values, units in the keys.

    A figure that cannot be had is None and its reason is in `reasons`. `outcome` is None until the drill has ended.
    `damage` says what is missing of the recording or not to be trusted, and `warnings` the same for people; a trial
    whose end is gone has the outcome "damaged", and the dose counts what is missing as the hardest that is known.
    Raises InputError for a file that is no recording, and for a pipeline that does not exist.
    """
    return _result(read_trials(path), pipeline)


def stored_result_of(path: Path, pipeline: str = "station-1") -> dict[str, Any]:
    """The result as `result_of` gives it, with what the records keep besides: whether the recording is whole, and what
    was exercised in each trial. Raises as `result_of`.
    """
    file = read_trials(path)
    result = _result(file, pipeline)
    done = exercised(file)
    for one in trials_of(file.recording):
        if (of_it := done.get(str(one.number))) is not None and (seen := done_of(file, one, of_it)) is not None:
            of_it["tested"] = finite_fields(tested(seen))
            if (base := markable(seen, of_it)) is not None:
                of_it["late"] = finite_fields(base)
    for trial in result["trials"]:
        if "load" in trial and (of_it := done.get(str(trial["trial"]))) is not None:
            of_it["load"] = trial["load"]
        if "feet" in trial and (of_it := done.get(str(trial["trial"]))) is not None:
            of_it["feet"] = trial["feet"]
            of_it["passed"] = of_it["passed"] and trial["feet"]["seen"] != BOTH
    return {**result, "whole": is_whole(file.recording), "exercised": done}


def _result(file: RecordingFile, pipeline: str) -> dict[str, Any]:
    chosen, recording = pipeline_named(pipeline), file.recording
    over = [event for event in recording.events if event["kind"] == "drill-ended"]
    return finite_fields(
        {
            "drill": recording.header.get("drill"),
            **_version(recording),
            "leg": recording.header.get("leg"),
            "outcome": over[-1]["outcome"] if over else None,
            "trials": (trials := _trials(file, pipeline)),
            **_compared(recording, trials),
            "trip": _trip(recording),
            "stopped_by": next((event["by"] for event in recording.events if event["kind"] == "stop"), None),
            "dose": dose_of(recording),
            **_damage(recording),
            "pipeline": pipeline,
            "pipeline_version": chosen.version,
            "calibration": file.calibration,
            "samples": len(recording.samples),
            "late_ticks": _rise(recording.samples, "late_ticks"),
            "repeated_samples": _rise(recording.samples, "repeated_samples"),
            "recording": str(recording.path),
        }
    )


def _version(recording: Recording) -> dict[str, Any]:
    """Which version of a therapist's own drill it was, and of which shipped one; nothing of a shipped drill."""
    document = recording.header.get("document")
    own = document.get("own") if isinstance(document, dict) else None
    if not isinstance(own, dict):
        return {}
    return {"drill_version": own.get("version"), "copied_from": own.get("copied_from")}


def _compared(recording: Recording, trials: list[dict[str, Any]]) -> dict[str, Any]:
    """With vibration beside without it, of a drill that compares the two; nothing of any other."""
    if not is_blind(recording.header):
        return {}
    told = next((event for event in recording.events if event["kind"] == "with-without"), None)
    found = compare([[_turn(trial) for trial in trials]])
    return {
        "with_without": {
            "order": recording.header["document"]["trials"]["with_without"],
            "seed": None if told is None else told["seed"],
            "vibrated": [trial["vibration"]["asked_hz"] > 0.0 for trial in trials],
            "verdict": verdict(found),
            "differences": [{**one._asdict(), "why": None if one.why is None else as_json(one.why)} for one in found],
        }
    }


def _turn(trial: dict[str, Any]) -> Turn:
    figures = {} if trial.get("suspicions") else trial["measures"]
    return Turn(trial["vibration"]["asked_hz"] > 0.0, trial["outcome"], trial["hold_s"], figures)


def _damage(recording: Recording) -> dict[str, Any]:
    """What is missing, for a program and for people; nothing where all is there."""
    if not recording.damage:
        return {}
    return {
        "damage": recording.damage.as_json(recording.zero_ns),
        "warnings": [as_json(one) for one in damage_said(recording)],
    }


def is_whole(recording: Recording) -> bool:
    """Whether nothing of what the drill did is missing: then the dose of its samples is all that was given."""
    kinds = [event["kind"] for event in recording.events]
    steps = np.diff(recording.samples["seq"].astype(np.int64))
    whole = not (recording.truncated or recording.damage) and "drill-ended" in kinds and "samples-lost" not in kinds
    return whole and len(recording.samples) > 0 and bool(np.all(steps == 1))


def _trip(recording: Recording) -> dict[str, Any] | None:
    """The first fault that took the vibration away; None where there was none."""
    code = next((event["code"] for event in recording.events if event["kind"] == "trip"), None)
    if code not in CATALOGUE:
        return None
    return {"code": code, "number": CATALOGUE[code].number}


def _trials(file: RecordingFile, pipeline: str) -> list[dict[str, Any]]:
    recording = file.recording
    damaged = [
        Trial(number, DAMAGED, 0.0, None, None, _leg_of(recording, number), None) for number in lost_trials(recording)
    ]
    trials = sorted([*trials_of(recording), *damaged], key=lambda trial: trial.number)
    return [_trial(file, trial, pipeline) for trial in trials]


def _leg_of(recording: Recording, trial: int) -> str | None:
    """On which leg a trial was whose end is gone: as its samples or its beginning say; None for a drill on one."""
    if recording.header.get("leg") != EACH:
        return None
    samples = recording.samples
    numbers = samples["leg"][samples["trial"] == trial]
    named = {number: leg.value for leg, number in LEG_NUMBERS.items()}
    return named.get(int(numbers[0])) if len(numbers) else None


def _trial(file: RecordingFile, trial: Trial, pipeline: str) -> dict[str, Any]:
    suspicions: tuple[Problem, ...] = ()
    load = load_in(file.recording, trial.number)
    if load is not None:  # of a leg that carries a part there is no sway
        measures, reasons = missing(pipeline_named(pipeline).keys, because("partly-loaded"))
    elif trial.outcome == DAMAGED:
        measures, reasons = missing(pipeline_named(pipeline).keys, because("trial-damaged", trial=trial.number))
    else:
        measures, reasons, suspicions = _figures(file, trial.hold, pipeline)
    feet = feet_in(file.recording, trial, measures, pipeline)
    if feet is not None and feet.suspicion is not None:
        suspicions = (feet.suspicion, *suspicions)
    return {
        "trial": trial.number,
        **({"leg": trial.leg} if trial.leg else {}),
        "outcome": trial.outcome,
        "hold_s": trial.hold_s,
        "measures": measures,
        "baseline_measures": None
        if trial.baseline is None or load is not None
        else _figures(file, trial.baseline, pipeline)[0],
        "reasons": {name: as_json(why) for name, why in reasons.items()},
        "vibration": _vibration(file.recording, trial.hold),
        **({"suspicions": [as_json(one) for one in suspicions]} if suspicions else {}),
        **({"score": trial.score} if trial.score else {}),
        **({} if load is None else {"load": load}),
        **({} if feet is None or feet.seen == ONE else {"feet": feet._asdict()}),
    }


def _figures(
    file: RecordingFile, window: Window | None, pipeline: str
) -> tuple[dict[str, float], Reasons, tuple[Problem, ...]]:
    """Measures of the samples in the window, why some are missing, and what makes them suspect."""
    if window is None:
        return *missing(pipeline_named(pipeline).keys, because("no-hold")), ()
    found = measured(part_in(file, window, pipeline), Request(pipeline))
    return found.values, found.reasons, found.suspicions


def _vibration(recording: Recording, hold: Window | None) -> dict[str, float]:
    """What was asked for, and what the platform did in the hold, its first second left out. Of a turn that was to be
    without vibration nothing was asked.
    """
    asked = recording.header.get("prescription") or {}
    measured_hz = peak_g = 0.0
    if hold is not None:
        samples = samples_in(recording.samples, hold)
        if is_blind(recording.header) and not np.any(samples["demand_hz"] > 0.0):
            asked = {}
        steady = samples_in(samples, (hold[0] + _SPIN_UP_NS, hold[1]))
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


def _told() -> Path | None:
    """The path on standard input, once everything is loaded that takes long; None where there comes none."""
    import scipy.signal  # noqa: F401  # two thirds of the time of a result

    said = sys.stdin.buffer.read()
    return Path(os.fsdecode(said)) if said else None


def main(arguments: list[str] | None = None) -> int:
    """The worker: print the result of one recording as JSON. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m station.analysis.results", description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--pipeline", default="station-1")
    parser.add_argument("--nice", action="store_true", help="let everything else come first, and end with who asked")
    options = parser.parse_args(arguments)
    if options.nice:
        os.nice(_NICE)
        die_with_parent(signal.SIGKILL)
    file = _told() if options.file == STANDARD_INPUT else options.file
    if file is None:
        return 2
    try:
        sys.stdout.write(pack_json(stored_result_of(file, options.pipeline)) + "\n")
    except StationError as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.fault.exit_code or 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
