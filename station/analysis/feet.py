"""On how many feet a try on one leg was stood, as far as its recording tells: see `station.measures.tasks.one_foot`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from drills.values import Phase
from station.analysis.reading import Samples, Trial
from station.measures.tasks.one_foot import LEAST_S, StoodOn, feet_of
from station.recording.reader import Recording

_SIDES = {"left": -1.0, "right": 1.0}
_SPEED = "mean_velocity_mm_s"
FIGURES_BY = "station-1"
"""The pipeline by whose figures it is told."""


def feet_in(recording: Recording, trial: Trial, measures: Mapping[str, float], pipeline: str) -> StoodOn | None:
    """What was seen of this trial; None of a drill that does not stand on one leg on a firm floor, of a trial that was
    not held for `LEAST_S`, and where nothing was measured.
    """
    side = _SIDES.get(trial.leg or str(recording.header.get("leg")))
    if side is None or pipeline != FIGURES_BY or not _stands_on_one(recording.header.get("document")):
        return None
    if trial.hold is None or not (trial.hold_s or 0.0) >= LEAST_S:
        return None
    return feet_of(float(measures.get(_SPEED, np.nan)), _aside_mm(recording.samples, trial, side))


def _stands_on_one(document: object) -> bool:
    """Whether this drill is one of standing on one leg, facing forward, on a firm floor."""
    if not isinstance(document, Mapping):
        return False
    steps = document.get("steps")
    exercises = [one.get("exercise") for one in steps if isinstance(one, Mapping)] if isinstance(steps, list) else []
    stance: Any = document.get("stance")
    kind = stance.get("kind") if isinstance(stance, Mapping) else None
    return "stand" in exercises and kind == "single-leg" and document.get("surface") == "firm"


def _aside_mm(samples: Samples, trial: Trial, side: float) -> float | None:
    """How far the weight lies to this side of where it was in the last weighing before; None without one."""
    assert trial.hold is not None  # noqa: S101  # who asks has looked
    weighed = np.flatnonzero((samples["phase"] == Phase.WEIGH) & (samples["t_ns"] < trial.hold[0]))
    if not len(weighed):
        return None
    last = weighed[-1]
    first = last - int(np.argmax(np.diff(weighed[::-1], append=-2) != -1))
    middle = np.nanmean(samples["cop_ml_mm"][(first + last) // 2 : last + 1].astype(np.float64))
    held = (samples["t_ns"] >= trial.hold[0]) & (samples["t_ns"] <= trial.hold[1])
    return float(side * (np.nanmean(samples["cop_ml_mm"][held].astype(np.float64)) - middle))
