"""Why a drill of a patient's plan does not start: one rule for who starts it and for what the pages say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from drills.problems import Problem
from station.faults import because, from_json
from station.records.file import Records
from station.records.models import LevelRow, PatientRow

LOCKED = "drill-locked"
_LOCKS = "lock-"


def why_refused(view: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Of a drill of the plan on a leg, as `station.records.levels.Levels.now` says it: what keeps it from starting
    today, a lock before a therapist has unlocked it, or a day of rest; empty where nothing does.
    """
    if view["locked"]:
        why = [from_json(one) for one in view["decisions"]]
        return tuple([one for one in why if one.reason.startswith(_LOCKS)] or why or [because("rung-still-locked")])
    return (because("drill-rests", until=view["not_before"]),) if view["not_before"] else ()


def was_locked(records: Records, patient: str) -> bool:
    """Whether any set has ever locked a drill for the patient of this code: where none has, nobody need ask how each
    drill stands, which takes a list of many patients too long.
    """
    if not records.there:
        return False
    theirs = select(LevelRow.id).join(PatientRow).where(PatientRow.code == patient.upper())
    with records.reading() as transaction:
        return transaction.scalar(theirs.where(LevelRow.level["locked"].as_boolean()).limit(1)) is not None
