"""What is kept of a trial so that a mark which is set later, on its trace, counts without the recording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station.analysis.tested import TestedTrial, repetitions_of, taps_of
from station.measures.tasks.standing_errors import out_of_place

WHAT = {"cycles": "movement", "guided": "lead"}
"""Exercises of repetitions, and by which of their keys one tells what is repeated."""


def markable(done: TestedTrial, exercised: Mapping[str, Any]) -> dict[str, Any] | None:
    """JSON values, times in s from the first sample of the hold, for `station.records.late_marks`; `exercised` is what
    `station.analysis.exercised` says of it. None for an exercise of which no mark changes a figure.
    """
    if done.rate_hz <= 0.0:
        return None
    if done.exercise == "stand":
        out_s = [list(one) for one in out_of_place(done.force_n, done.rate_hz, done.weight_n)]
        return {"out_s": out_s, "tried_s": len(done.force_n) / done.rate_hz, "taps_s": taps_of(done)}
    if done.exercise in WHAT:
        return {
            "what": done.keys[WHAT[done.exercise]],
            "repetitions": [{**one._asdict(), "values": dict(one.values)} for one in repetitions_of(done)],
            **{name: exercised[name] for name in ("done", "share", "passed")},
        }
    return None
