"""GET and POST /api/v1/sessions/{id}/marks: marks that are set afterwards, on a try's trace. POST .../take-back."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from station.clinic.batteries.documents import names, shipped
from station.faults import InputError
from station.measures.tasks.marked import LateMark
from web_ui import records
from web_ui.api import refusal, resource
from web_ui.api.sessions import SessionPath
from web_ui.problems import answer_texts, respond
from web_ui.service import service
from web_ui.who import asked_by

_Number = Annotated[int, Field(ge=1, le=100)]
_Name = Annotated[str, Field(max_length=64)]
_ERRORS = "stance_errors"


class LateMarkView(BaseModel):
    """One mark that was set afterwards."""

    id: str
    mark: str
    at_s: float
    """From the beginning of what was to be done."""
    by: str


class MarkedTry(BaseModel):
    """One try."""

    number: int
    leg_word: str
    outcome: str
    hold_s: float
    done: int
    of: int
    """0 where nothing but time counts."""
    errors: float | None
    """Of a test that counts them, with every mark; null for any other."""
    counts: bool
    """Whether a mark changes what is said of it; not where its exercise judges none, or an earlier program made it."""
    marks: list[LateMarkView]


class MarkedView(BaseModel):
    """One session, to be marked."""

    id: str
    patient: str
    title: str
    started_ms: float
    visit: str
    kinds: list[str]
    """What can be marked of it, in the order of the buttons; nothing for a drill in which nobody marks anything."""
    ready: bool
    """Whether its figures are made; until then those of its tries may still be missing."""
    tries: list[MarkedTry]


class SetMarkBody(BaseModel):
    """What was seen, and when."""

    model_config = ConfigDict(extra="forbid")

    number: _Number
    """Of the try."""
    mark: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=20)]
    at_s: Annotated[float, Field(ge=0, le=3600)]
    request: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=64)] | None = None
    """A name of this one mark: the same again marks nothing. Left out, each request is a mark of its own."""
    name: _Name = ""
    """Who says it; left out, the phone's name."""


class TakeBackBody(BaseModel):
    """Which mark was none."""

    model_config = ConfigDict(extra="forbid")

    number: _Number
    id: Annotated[str, Field(min_length=1, max_length=64)]
    name: _Name = ""


blueprint = resource("late-marks", "What was seen of a try, said afterwards.", 404, 503)


@blueprint.get("/sessions/<string:id>/marks", responses={"200": MarkedView})
def show_late_marks(path: SessionPath) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """The tries of a session, and what was marked of each afterwards."""
    return _shown(path.id)


@blueprint.post("/sessions/<string:id>/marks", responses={"200": MarkedView, "413": refusal()})
def set_late_mark(path: SessionPath, body: SetMarkBody) -> Any:  # noqa: ANN401  # as above
    """Mark what was seen of a try at this time of it. What marks decide is decided anew."""
    mark = LateMark(body.number, body.request or secrets.token_hex(8), body.mark, body.at_s)
    records.mark_later(service().data, path.id, mark, body.name or asked_by())
    return _shown(path.id)


@blueprint.post("/sessions/<string:id>/marks/take-back", responses={"200": MarkedView, "413": refusal()})
def take_late_mark_back(path: SessionPath, body: TakeBackBody) -> Any:  # noqa: ANN401  # as above
    """A mark was none: as if it had never been set. Nothing where there is none of this id."""
    mark = LateMark(body.number, body.id, "", 0.0)
    records.mark_later(service().data, path.id, mark, body.name or asked_by(), take_back=True)
    return _shown(path.id)


@cache
def _error_drills() -> frozenset[str]:
    """The drills of a test that counts errors."""
    return frozenset(test.drill for name in names() for test in shipped(name).test if _ERRORS in test.figures)


def _shown(name: str) -> Any:  # noqa: ANN401  # as above
    row = records.marked_session(service().data, name)
    if row is None:
        return respond(InputError("session-unknown", name))
    texts, key = answer_texts(), f"drill.{row['drill']}.title"
    errors = row["drill"] in _error_drills()
    tries = [
        MarkedTry(
            **{field: one[field] for field in ("number", "leg_word", "outcome", "hold_s", "counts")},
            **one["score"],
            errors=one["tested"].get(_ERRORS) if errors else None,
            marks=[LateMarkView(**{key: mark[key] for key in LateMarkView.model_fields}) for mark in one["marked"]],
        )
        for one in row["trials"]
    ]
    return MarkedView(
        id=row["id"],
        patient=row["patient"],
        title=texts.say(key) if texts.has(key) else row["drill"],
        started_ms=row["started_ns"] / 1e6,
        visit=row["visit"],
        kinds=row["kinds"],
        ready=row["pipeline"] is not None,
        tries=tries,
    ).model_dump()
