"""The trace of each try of a recording, as a page draws it: where the point was, and what was marked meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from drills.plan import TURNS
from drills.turned import own
from drills.values import Mark, mark_name
from station.analysis.reading import read_trials, trials_of
from station.clock import NS_PER_S

POINTS_A_S = 10
"""A phone's picture of a minute is narrower than that."""


def traces_of(path: Path) -> dict[str, Any]:
    """JSON values: of each try that was held at all its `number`, its `seconds`, its points (`t_s`, `ml_mm`, `ap_mm`,
    from where it was in the middle of the time, in the patient's own axes, null without one) and its `marks` (`mark`,
    `at_s`). Times are from the first sample of the hold. Raises InputError for what is no recording.
    """
    recording = read_trials(path).recording
    stance = (recording.header.get("document") or {}).get("stance")
    turn = TURNS.get(str(stance.get("orientation")), 0) if isinstance(stance, Mapping) else 0
    tries = []
    for trial in trials_of(recording):
        if trial.hold is None:
            continue
        first_ns, last_ns = trial.hold
        samples = recording.samples
        held = samples[(samples["t_ns"] >= first_ns) & (samples["t_ns"] <= last_ns)]
        t_s = (held["t_ns"] - first_ns) / NS_PER_S
        ml_mm, ap_mm = own(held["cop_ml_mm"].astype(np.float64), held["cop_ap_mm"].astype(np.float64), turn)
        _, shown = np.unique(np.floor(t_s * POINTS_A_S), return_index=True)
        tries.append(
            {
                "number": trial.number,
                "seconds": round((last_ns - first_ns) / NS_PER_S, 2),
                "t_s": [round(float(one), 2) for one in t_s[shown]],
                "ml_mm": _points(ml_mm, shown),
                "ap_mm": _points(ap_mm, shown),
                "marks": [
                    {"mark": mark_name(Mark(int(held["mark"][at]))), "at_s": round(float(t_s[at]), 2)}
                    for at in np.flatnonzero(held["mark"])
                ],
            }
        )
    return {"tries": tries}


def _points(values: np.ndarray[Any, Any], shown: np.ndarray[Any, Any]) -> list[float | None]:
    known = values[np.isfinite(values)]
    middle = float(np.median(known)) if len(known) else 0.0
    return [round(float(one) - middle, 1) if np.isfinite(one) else None for one in values[shown]]
