"""What the answers of one screening allow: a pure function. What was not answered is not known, and locks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from drills.problems import Problem, not_one_of
from station.clinic.screening.items import RED_FLAG, RELATIVE, Item, Items
from station.faults import InputError, because

YES, NO, UNKNOWN = "yes", "no", "unknown"
Answer = str | float
"""yes, no or unknown; a number where the item asks for one."""
OVERRIDDEN = "overridden"


class Override(NamedTuple):
    """A clinician answers for a relative item."""

    by: str
    reason: str


class ScreeningVerdict(NamedTuple):
    """What is allowed."""

    vibration: bool
    session: bool
    """False after a red flag: nobody stands on the plate today."""
    locks: tuple[Problem, ...]
    """Each item that keeps vibration locked: `screening-yes` or `screening-unknown` with its `item` and `kind`, and
    `screening-red-flag`."""
    states: Mapping[str, str]
    """Of each item, by its id: yes, no, unknown or overridden."""


def judge(items: Items, answers: Mapping[str, object], overrides: Mapping[str, Override]) -> ScreeningVerdict:
    """What these answers allow. Total: an answer that is none counts as not known; an override of anything but a
    relative item, or without a name or a reason, as none.
    """
    states, locks = {}, []
    for item in items.item:
        state = answered(item, answers.get(item.id))
        if state != NO and item.kind == RELATIVE and item.id in answers and _stands(overrides.get(item.id)):
            state = OVERRIDDEN
        states[item.id] = state
        if state in (YES, UNKNOWN):
            flagged = item.kind == RED_FLAG and state == YES
            reason = "screening-red-flag" if flagged else f"screening-{state}"
            locks.append(because(reason, item=item.id, kind=item.kind))
    session = all(one.reason != "screening-red-flag" for one in locks)
    return ScreeningVerdict(not locks, session, tuple(locks), states)


def answered(item: Item, answer: object) -> str:
    """yes, no or unknown, whatever was answered."""
    if item.asks == "yes-no":
        return answer if isinstance(answer, str) and answer in (YES, NO) else UNKNOWN
    if problem_of(item, answer) is not None or not isinstance(answer, int | float):
        return UNKNOWN
    low = item.lock_below is not None and answer < item.lock_below
    return YES if low or (item.lock_from is not None and answer >= item.lock_from) else NO


def check(items: Items, answers: Mapping[str, object], overrides: Mapping[str, Override]) -> None:
    """Raise InputError "input-invalid" for what nobody may write down: an answer to no question, one that is none, an
    override of what cannot be overridden, or one without a name or a reason.
    """
    known = {item.id: item for item in items.item}
    for name, answer in answers.items():
        if name not in known:
            raise InputError("input-invalid", name, not_one_of("item", name, known))
        problem = problem_of(known[name], answer)
        if problem is not None:
            raise InputError("input-invalid", name, problem)
    for name, override in overrides.items():
        if name not in known:
            raise InputError("input-invalid", name, not_one_of("item", name, known))
        if known[name].kind != RELATIVE:
            raise InputError("input-invalid", name, because("screening-no-override", item=name, kind=known[name].kind))
        if name not in answers:
            raise InputError("input-invalid", name, because("screening-not-answered", item=name))
        if not override.by.strip():
            raise InputError("input-invalid", "by", because("override-without-name"))
        if not override.reason.strip():
            raise InputError("input-invalid", "reason", because("override-without-reason"))


def problem_of(item: Item, answer: object) -> Problem | None:
    """What is wrong with this as an answer; None for nothing."""
    if answer == UNKNOWN:
        return None
    if item.asks == "yes-no":
        return None if answer in (YES, NO) else not_one_of(item.id, str(answer), (YES, NO, UNKNOWN))
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
        return Problem(item.id, str(answer), reason="wrong-kind", values={"kind": "number"})
    least, most = item.least or 0.0, math.inf if item.most is None else item.most
    return None if least <= answer <= most else Problem(item.id, answer, least, item.most)


def _stands(override: Override | None) -> bool:
    return override is not None and bool(override.by.strip() and override.reason.strip())
