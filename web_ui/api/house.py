"""GET /api/v1/use: how much the plate is used. GET /api/v1/retention: whose records are older than they are kept.

POST /api/v1/retention: a manager confirms by name that some of them are erased.
"""

from __future__ import annotations

import time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.faults import InputError
from station.wire.messages import PatientCode
from web_ui import patients, records
from web_ui.api import resource
from web_ui.own_settings import own_settings
from web_ui.problems import answer_texts
from web_ui.service import service

WEEKS = 12
MOST_AT_ONCE = 50


class UseRow(BaseModel):
    """One drill in one week, of everybody."""

    week: str
    """Its Monday (ISO 8601)."""
    title: str
    sessions: int
    patients: int
    """How many different people."""
    hours: float
    vibration_s: float


class UseView(BaseModel):
    """The last weeks, the newest first."""

    weeks: int
    lines: list[UseRow]


class KeptLine(BaseModel):
    """A patient of whom nothing is newer."""

    code: str
    last: str
    """The day of the newest thing that was written down of them (ISO 8601)."""
    sessions: int


class RetentionView(BaseModel):
    """Whose records are older than the clinic keeps them."""

    years: int | None
    """By the settings; null: nobody is proposed."""
    vouched: bool
    """Somebody vouches for the clock: without, nobody is proposed."""
    patients: list[KeptLine]


class RetentionBody(BaseModel):
    """Who confirms, and for whom."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    codes: Annotated[list[PatientCode], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ConfirmedView(RetentionView):
    """What was erased, and what is still proposed."""

    erased: list[str]
    remains: list[str]
    """Files and folders that may hold somebody still."""
    not_told: list[str]
    """Folders of backups that could not be told."""


blueprint = resource("house", "How much the plate is used, and how long people are kept.", 404, 409, 413, 503)


@blueprint.get("/use", responses={"200": UseView})
def show_use() -> dict[str, object]:
    """Sessions, people and hours by week and drill."""
    from station.records.use import use_of

    texts, lines = answer_texts(), []
    for line in use_of(records.opened(service().data), WEEKS):
        key = f"drill.{line.drill}.title"
        title = texts.say(key) if texts.has(key) else line.drill
        kept = {name: value for name, value in line._asdict().items() if name not in ("week", "drill")}
        lines.append(UseRow(week=line.week.isoformat(), title=title, **kept))
    return UseView(weeks=WEEKS, lines=lines).model_dump()


@blueprint.get("/retention", responses={"200": RetentionView})
def show_retention() -> dict[str, object]:
    """Who is proposed for erasing: nothing is erased by itself."""
    return _proposed().model_dump()


@blueprint.post("/retention", responses={"200": ConfirmedView})
def confirm_retention(body: RetentionBody) -> dict[str, object]:
    """Erase these for good, by name: each must be proposed. The audit log says it of each, and stays whole."""
    own, proposed = service(), {line.code for line in _proposed().patients}
    strange = [code for code in body.codes if code.upper() not in proposed]
    if strange:
        raise InputError("retention-not-due", ", ".join(strange))
    reason = answer_texts().say("page.manager.reason", years=own_settings().retention.years)
    erased: list[str] = []
    remains: set[str] = set()
    not_told: set[str] = set()
    for code in dict.fromkeys(one.upper() for one in body.codes):
        done = patients.erase(own.data, code, body.name, reason)
        own.papers.forget(code)
        own.cards.forget(code)
        erased.append(code)
        remains |= set(done.remains)
        not_told |= set(done.not_told)
    found = _proposed().model_dump()
    return ConfirmedView(**found, erased=erased, remains=sorted(remains), not_told=sorted(not_told)).model_dump()


def _proposed() -> RetentionView:
    from station.clock import local_date
    from station.records.kept import older_than

    own, years, today = service(), own_settings().retention.years, local_date(time.time_ns())
    clock, _ = records.day(own.data)
    vouched = bool(clock["voucher"])
    if years is None or not vouched:
        return RetentionView(years=years, vouched=vouched, patients=[])
    lines = older_than(records.opened(own.data), years, today)
    told = [KeptLine(code=line.code, last=line.last.isoformat(), sessions=line.sessions) for line in lines]
    return RetentionView(years=years, vouched=True, patients=told)
