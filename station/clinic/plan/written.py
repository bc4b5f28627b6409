"""A plan as plain values, as the records and the API have it; reasons stay keys with values."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from station.clinic.plan.documents import DRILLS, PRESETS, RULES
from station.clinic.plan.planning import TrainingPlan
from station.faults import as_json


def plan_values(made: TrainingPlan) -> dict[str, Any]:
    """The plan as JSON values."""
    values: dict[str, Any] = json.loads(json.dumps(_values(made)))  # tuples become lists, as they come back
    return values


def _values(made: TrainingPlan) -> dict[str, Any]:
    return {
        "stop": [as_json(one) for one in made.stop],
        "drills": [
            {
                **one._asdict(),
                "start": None if one.start is None else as_json(one.start),
                "reasons": [as_json(reason) for reason in one.reasons],
            }
            for one in made.lines
        ],
        "left_out": [{"drill": one.drill, "reason": as_json(one.reason)} for one in made.left_out],
        "notes": [as_json(one) for one in made.notes],
        "dose": None if made.dose is None else made.dose._asdict(),
        "review": None if made.review is None else made.review.isoformat(),
        "proposed": made.proposed,
    }


@cache
def rules_version() -> str:
    """Which files of rules this program has."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in (RULES, PRESETS, DRILLS))).hexdigest()[:12]
