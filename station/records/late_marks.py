"""Marks that a therapist sets afterwards, on the trace of a try, because their hands guarded the patient.

They stand beside what was recorded, and what was recorded stays as it is: a figure that marks make is made again from
what is kept of the try (`station.analysis.markable`), and one that is taken back is as if it had never been.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from drills.problems import Problem
from drills.values import FLAWS, mark_name
from station.clock import local_date
from station.faults import InputError, because
from station.measures.tasks.marked import LateMark, RepetitionDone, errors_of, repetition_figures, with_marks
from station.records import audit
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import SaidRow, SessionRow, TrialRow
from station.records.views import LATE, session_view, trial_view

_SAID = re.compile(LATE + r"(\d+)_(.+)")
"""Key of what was said of the try of this number: the mark of this name, or None where it was taken back."""
MOST_MARKS = 50
"""Of one try."""
AFTER_S = 1.0
"""A mark may lie so far behind what was held: the last samples belong to no second of it."""
_SET, _TAKEN = "mark-set-later", "mark-taken-back"


def kinds_of(session: SessionRow) -> list[str]:
    """What can be marked of this session later, in the order of the buttons: no answers to a question."""
    from drills.exercises import EXERCISES  # a tenth of a second, which a report does not need

    names = {(trial.exercise or {}).get("exercise") for trial in session.trials}
    seen = [mark for name in names if name in EXERCISES for mark in EXERCISES[name].marks]
    return [mark_name(mark) for mark in FLAWS if mark in seen]


def marked_session(records: Records, name: str) -> dict[str, Any] | None:
    """A session as pages show it to be marked: as `Sessions.detail` says it, each trial with whether marks `count`,
    and `kinds`. None where there is no session of that name.
    """
    if not records.there:
        return None
    with records.reading() as transaction:
        session = transaction.scalars(select(SessionRow).where(SessionRow.name == name)).first()
        if session is None:
            return None
        trials = [{**trial_view(one), "counts": counts(one)} for one in session.trials]
        return {**session_view(session), "trials": trials, "kinds": kinds_of(session)}


def set_later(records: Records, name: str, mark: LateMark, by: str) -> None:
    """Set this mark; the same id again changes nothing. Raises InputError "session-unknown", and "input-invalid" for a
    try that there is not, a time that is not of it, a mark that its exercise does not have, and more than `MOST_MARKS`.
    """
    with records.writing() as transaction:
        session = _session(transaction, name)
        trial = next((one for one in session.trials if one.number == mark.number), None)
        if trial is None:
            raise InputError("input-invalid", "number", because("no-such-try", number=mark.number))
        there = {one.id for one in marks_of(session, mark.number)}
        if mark.id in there:
            return
        kinds, most_s = kinds_of(session), trial.hold_s + AFTER_S
        problems = [
            *([] if mark.mark in kinds else [Problem("mark", mark.mark, reason="unknown", values={"choices": kinds})]),
            *([] if 0.0 <= mark.at_s <= most_s else [Problem("at_s", mark.at_s, least=0.0, most=most_s)]),
            *([] if len(there) < MOST_MARKS else [Problem("marks", len(there), most=MOST_MARKS - 1)]),
        ]
        if problems:
            raise InputError("input-invalid", problems[0].field, *problems)
        _say(records, transaction, session, mark, by, taken=False)


def take_back(records: Records, name: str, number: int, mark_id: str, by: str) -> None:
    """Take a mark back; nothing where there is none of this id. Raises InputError "session-unknown"."""
    with records.writing() as transaction:
        session = _session(transaction, name)
        for one in marks_of(session, number):
            if one.id == mark_id:
                _say(records, transaction, session, one, by, taken=True)


def marks_of(session: SessionRow, number: int) -> list[LateMark]:
    """The marks of this try that stand, by time."""
    return sorted((one for one, _ in _standing(session) if one.number == number), key=lambda one: (one.at_s, one.id))


def apply_late(session: SessionRow) -> None:
    """Let the marks that stand count in each try's row: also after its figures were made again."""
    by = {(one.number, one.id): who for one, who in _standing(session)}
    for trial in session.trials:
        marks = marks_of(session, trial.number)
        exercise = dict(trial.exercise or {})
        if not marks and not exercise.get("marked"):
            continue  # nothing was ever set
        exercise["marked"] = [{**one._asdict(), "by": by[one.number, one.id]} for one in marks]
        base = exercise.get("late")
        if base is not None:
            exercise.update(_again(exercise, base, [one.at_s for one in marks]))
        trial.exercise = exercise


def counts(trial: TrialRow) -> bool:
    """Whether a mark changes what is said of this try: not where its exercise judges none, or an earlier program made
    its figures.
    """
    return bool((trial.exercise or {}).get("late"))


def _again(exercise: dict[str, Any], base: dict[str, Any], marks_s: list[float]) -> dict[str, Any]:
    tested = exercise["tested"]
    if "out_s" in base:
        out_s = [(begin, end) for begin, end in base["out_s"]]
        return {"tested": {**tested, "stance_errors": errors_of(out_s, base["tried_s"], [*base["taps_s"], *marks_s])}}
    before = [RepetitionDone(**one) for one in base["repetitions"]]
    after = with_marks(before, marks_s)
    spoilt = sum(one.counts for one in before) - sum(one.counts for one in after)
    done = max(0, base["done"] - spoilt)
    found = repetition_figures(base["what"], after)
    figures = {name: value if value == value else None for name, value in found.items()}
    return {
        "done": done,
        "passed": base["passed"] and done >= base["share"] * exercise["of"],
        "tested": {**tested, **figures},
    }


def _standing(session: SessionRow) -> Iterator[tuple[LateMark, str]]:
    """Each mark that was not taken back, and who set it."""
    found: dict[tuple[str, ...], tuple[dict[str, Any] | None, str]] = {}
    for row in session.said:
        for key, value in row.said.items():
            if of := _SAID.fullmatch(key):
                found[of.groups()] = value, row.by
    for (number, mark_id), (value, by) in found.items():
        if value is not None:
            yield LateMark(int(number), mark_id, value["mark"], value["at_s"]), by


def _say(
    records: Records, transaction: Transaction, session: SessionRow, mark: LateMark, by: str, *, taken: bool
) -> None:
    at_ns = max([records.now_ns(), *(one.at_ns + 1 for one in session.said)])  # the last word is the later one
    row = SaidRow(id=uuid7(), patient_id=session.patient_id, session_id=session.id, at_ns=at_ns, by=by.strip())
    row.ladder, row.leg, row.day = session.drill, session.leg, local_date(at_ns).isoformat()
    value = None if taken else {"mark": mark.mark, "at_s": mark.at_s}
    row.said = {f"{LATE}{mark.number}_{mark.id}": value}
    session.said.append(row)
    apply_late(session)
    detail = {"session": session.name, "try": mark.number, "mark": mark.mark, "at_s": mark.at_s}
    audit.append(transaction, at_ns, by.strip(), _TAKEN if taken else _SET, audit.placed(detail))


def _session(transaction: Transaction, name: str) -> SessionRow:
    session = transaction.scalars(select(SessionRow).where(SessionRow.name == name)).first()
    if session is None:
        raise InputError("session-unknown", name)
    return session
