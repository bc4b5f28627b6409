"""What of a patient holds today, as GET /api/v1/patients/{code} says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from station.texts.problems import ask
from web_ui.api.dose_left import DoseView, dose_view
from web_ui.plans import leg_word
from web_ui.problems import answer_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drills.problems import Problem
    from station.clinic.plan.week import WeekLeft
    from station.records.today import Stay
    from web_ui.patients import KnownPatient


class QuestionsView(BaseModel):
    """The questions before vibration."""

    state: Literal["allowed", "locked", "red-flag", "lacking"]
    """Vibration is allowed, or locked by an answer; nobody stands on the plate today; nobody has asked, or too long
    ago.
    """
    at_ms: float | None
    """When they were last asked, also where that no longer holds; null for never."""
    by: str
    until_ms: float | None
    """Until when the answers hold; null where none do."""


class StayView(BaseModel):
    """The last visit that had a drill."""

    at_ms: float
    drills: int
    seconds: float
    """For which its drills ran, together."""
    title: str
    """Of its last drill, in the language that the request accepts."""
    leg: str
    leg_word: str
    """As of a session."""
    outcome: str | None
    trials_held: int
    trials_count: int
    running: str
    """UUID of the visit where it goes on: of today, and ended by nobody. Empty where it is over."""


class WeekView(BaseModel):
    """What was done since Monday."""

    days: int
    """On which there was a drill."""
    drills: int
    vibration_s: float


class LeftView(BaseModel):
    """What is left of the plan's week, or by how much it was passed: training alone, no test."""

    state: Literal["none", "stopped", "ended", "left", "done", "over"]
    """There is no plan; it trains nothing; its weeks are over; less than its least was done, its least, more than its
    most.
    """
    days: int
    """Still to come up to the plan's least; where it is over, above its most."""
    minutes: int
    """On the plate, as `days`."""
    ends_on: str | None
    """The plan's last day, YYYY-MM-DD; null without a plan that trains."""
    proposed: bool
    """Whether the plan's rules are still to be confirmed by a clinician."""


class LockView(BaseModel):
    """A drill of the plan that does not start on this leg before a therapist has unlocked it, there."""

    title: str
    leg: str
    leg_word: str
    text: str
    """Why."""


class TodayView(BaseModel):
    """What holds now."""

    questions: QuestionsView
    ended: bool
    """A fall or near fall has ended today's training, and nobody has asked since: no drill starts."""
    locks: list[LockView]
    dose: DoseView
    week: WeekView
    left: LeftView
    last: StayView | None
    """Null where they were never here."""
    signed: bool
    """Whether each of their visits of this day is signed: what is started now begins another one."""


def today_view(found: KnownPatient) -> TodayView:
    """What the page says of today."""
    stay = found.today.stay
    return TodayView(
        questions=_questions(found),
        ended=found.today.screened.ended,
        locks=[_lock(view, why) for view, why in found.locked],
        dose=dose_view(found.today.dose),
        week=WeekView(**found.today.week._asdict()),
        left=_left(found.today.left),
        last=None if stay is None else _stay(stay),
        signed=found.today.signed,
    )


def _lock(view: Mapping[str, Any], why: tuple[Problem, ...]) -> LockView:
    texts, leg = answer_texts(), view["leg"]
    title = texts.say(f"word.drill-name.{view['ladder']}")
    words = " ".join(ask(texts, one) for one in why)
    return LockView(title=title, leg=leg, leg_word=leg_word(view["document"], leg), text=words)


def _left(left: WeekLeft) -> LeftView:
    said = left._asdict()
    ends = said.pop("ends")
    return LeftView(**said, ends_on=None if ends is None else ends.isoformat())


def _questions(found: KnownPatient) -> QuestionsView:
    screened, now = found.today.screened, found.now
    verdict, row = screened.verdict, screened.row
    state: Literal["allowed", "locked", "red-flag", "lacking"] = "lacking"
    if verdict is not None:
        state = "red-flag" if not verdict.session else "allowed" if verdict.vibration else "locked"
    until_ns = now.wall_ns + screened.until_ns - now.mono_ns
    return QuestionsView(
        state=state,
        at_ms=None if row is None else row["at_ns"] / 1e6,
        by="" if row is None else row["by"],
        until_ms=None if verdict is None else until_ns / 1e6,
    )


def _stay(stay: Stay) -> StayView:
    texts, last = answer_texts(), stay.last
    key = f"drill.{last['drill']}.title"
    return StayView(
        at_ms=stay.started_ns / 1e6,
        drills=stay.drills,
        seconds=stay.seconds,
        title=texts.say(key) if texts.has(key) else last["drill"],
        leg=last["leg"],
        leg_word=last["leg_word"],
        outcome=last["outcome"],
        trials_held=last["trials_held"],
        trials_count=last["trials_count"],
        running=stay.running,
    )
