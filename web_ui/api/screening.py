"""GET /api/v1/patients/{code}/screening: what is asked before vibration, what was answered, what that allows now.

POST writes answers down; POST .../override answers for a relative item.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from drills.problems import Problem
from station.clock import NS_PER_MS, NS_PER_S
from station.faults import InputError, StationError
from station.texts import AUTHORED, Texts
from station.texts.problems import ask
from web_ui import screening
from web_ui.api import refusal, resource
from web_ui.api.patients import CodePath
from web_ui.problems import FieldProblem, answer_texts, respond
from web_ui.security import client_name
from web_ui.service import service
from web_ui.who import asked_by

NOT_ASKED = "not-asked"
_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Name = Annotated[_Said, StringConstraints(max_length=60)]
_Item = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_Number = Annotated[float, Field(strict=True, ge=0, le=1000, allow_inf_nan=False)]
_Uuid = Annotated[str, StringConstraints(max_length=36)]


class OverrideView(BaseModel):
    """Who answers for a relative item, and why."""

    by: str
    reason: str


class ItemView(BaseModel):
    """One question."""

    id: str
    words: str
    """In the reader's language."""
    words_authored: str
    """In English, where nobody has confirmed the reader's language yet; else empty."""
    kind: Literal["absolute", "relative", "red-flag"]
    who: Literal["patient", "therapist"]
    """Who can answer."""
    asks: Literal["yes-no", "number"]
    least: float | None
    most: float | None
    lock_below: float | None
    """A number below this locks; one at or above `lock_from` likewise."""
    lock_from: float | None
    state: str
    """What holds now: no, yes, unknown, overridden or not-asked."""
    answer: str | float | None
    """As it was given; null where none holds."""
    override: OverrideView | None
    """The newest one, also where it no longer holds: its reason may be offered again."""
    last: float | None
    """The number of the visit before, where it may be offered to be confirmed."""


class ScreenView(BaseModel):
    """What is asked together."""

    id: str
    words: str
    kind: Literal["absolute", "relative", "red-flag"]
    items: list[str]


class ScreeningView(BaseModel):
    """The screening of one patient."""

    code: str
    required: bool
    """Whether this station vibrates for screened patients only: on real hardware always."""
    vibration: bool
    session: bool
    """False after a red flag: nobody stands on the plate today."""
    ended: bool
    """A fall or near fall has ended today's training, and nobody has asked since: no drill starts."""
    fault: str
    """What a Start with vibration would be refused with; empty where it would not."""
    why: list[FieldProblem]
    """Each item that locks, with a sentence; `body` where nobody has asked, or too long ago."""
    screening: str
    """Of the newest one, also where it no longer holds; empty for none. Answers must name it."""
    asked_by: str
    asked_at_ms: int | None
    until_ms: int | None
    """Until when the answers hold, by the station's clock; null where none do."""
    left_s: float | None
    """For how long; only this is right where a clock is not."""
    version: str
    """Of the list of questions. Answers must name it."""
    valid_hours: float
    proposed: bool
    """No clinician has signed the list of questions yet."""
    signed_by: str
    items: list[ItemView]
    screens: list[ScreenView]


class AnswersBody(BaseModel):
    """Who asked, what was answered, and what the page had before it. What is not answered is not known, and locks."""

    model_config = ConfigDict(extra="forbid")

    by: _Name
    answers: Annotated[
        dict[_Item, Literal["yes", "no", "unknown"] | _Number],
        Field(min_length=1, max_length=100),
    ]
    screening: _Uuid
    version: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class OverrideBody(BaseModel):
    """Who answers for this relative item, and why."""

    model_config = ConfigDict(extra="forbid")

    item: _Item
    by: _Name
    reason: Annotated[_Said, StringConstraints(max_length=200)]
    screening: _Uuid


blueprint = resource("screening", "What is asked before vibration.", 409, 413, 503)


@blueprint.get("/patients/<string:code>/screening", responses={"200": ScreeningView})
def show_screening(path: CodePath) -> dict[str, object]:
    """What is asked of this patient, what holds now and until when, what is locked and why."""
    return _view(path.code)


@blueprint.post("/patients/<string:code>/screening", responses={"200": ScreeningView})
def write_screening(path: CodePath, body: AnswersBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Write down a new screening; the newest counts. The same again by the same person changes nothing. What runs with
    this patient and is not allowed any more is stopped.
    """
    try:
        screening.write(service().data, path.code, body.by, body.answers, (body.screening, body.version))
    except InputError as problem:
        return respond(problem, _named(problem))
    view = _view(path.code)
    _end_what_runs(path.code, view)
    return view


@blueprint.post("/patients/<string:code>/screening/override", responses={"200": ScreeningView, "423": refusal()})
def override_item(path: CodePath, body: OverrideBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Answer for one relative item, by name and with a reason. Needs the control lease, and takes it when it is free:
    who only looks on allows nothing.
    """
    own = service()
    if not own.lease.take(client_name()):
        return respond(StationError("lease-held", own.lease.holder()))
    try:
        screening.override(own.data, path.code, body.by, {body.item: body.reason}, body.screening)
    except InputError as problem:
        return respond(problem, _named(problem))
    return _view(path.code)


def _end_what_runs(code: str, view: dict[str, object]) -> None:
    """Stop the drill of this patient, where the answers forbid it now. Raises StationError where nobody confirms it."""
    own = service()
    sample, story = own.live.sample, own.live.story
    if sample is None or sample.session == 0 or story.patient != code:
        return
    if not view["session"] or (view["required"] and story.may_vibrate and not view["vibration"]):
        own.link.stop(asked_by())


def _named(problem: InputError) -> list[FieldProblem]:
    """What is wrong, with the item that it is wrong with."""
    texts = answer_texts()
    return [FieldProblem(field=problem.where, message=_sentence(texts, problem.where, one)) for one in problem.problems]


def _sentence(texts: Texts, item: str, problem: Problem) -> str:
    key = f"word.item.{item}"
    said = ask(texts, problem)
    named = texts.say("sentence.line", name=texts.say(key), ask=said) if texts.has(key) else said
    return named[:1].upper() + named[1:]


def _view(code: str) -> dict[str, object]:
    found = screening.look(service().data, code)
    texts, screened, now = answer_texts(), found.screened, found.now
    verdict, row = screened.verdict, screened.row
    holds = verdict is not None
    wall_at_zero_ns = now.wall_ns - now.mono_ns
    return ScreeningView(
        code=code,
        required=_required(),
        vibration=not screened.fault,
        session=verdict is None or verdict.session,
        ended=screened.ended,
        fault=screened.fault,
        why=[_why(texts, one) for one in screened.problems],
        screening="" if row is None else row["id"],
        asked_by="" if row is None else row["by"],
        asked_at_ms=None if row is None else _asked_at_ns(found, row) // NS_PER_MS,
        until_ms=(wall_at_zero_ns + screened.until_ns) // NS_PER_MS if holds else None,
        left_s=(screened.until_ns - now.mono_ns) / NS_PER_S if holds else None,
        version=found.version,
        valid_hours=found.items.valid_hours.value,
        proposed=found.items.status == "proposed",
        signed_by=found.items.signed_by,
        items=_items(found, texts),
        screens=_screens(found, texts),
    ).model_dump()


def _why(texts: Texts, problem: Problem) -> FieldProblem:
    return FieldProblem(field=str(problem.values.get("item", "body")), message=ask(texts, problem))


def _asked_at_ns(found: screening.AskedNow, row: Mapping[str, Any]) -> int:
    """By the clock on the wall as it is now, where the answers hold; it may have been another one when they came."""
    if found.screened.verdict is None:
        return int(row["at_ns"])
    return int(found.now.wall_ns - found.now.mono_ns + row["mono_ns"])


def _screens(found: screening.AskedNow, texts: Texts) -> list[ScreenView]:
    kinds = {one.id: one.kind for one in found.items.item}
    return [
        ScreenView(id=one.id, words=texts.say(f"word.screen.{one.id}"), kind=kinds[one.items[0]], items=list(one.items))
        for one in found.items.screen
    ]


def _items(found: screening.AskedNow, texts: Texts) -> list[ItemView]:
    verdict, row = found.screened.verdict, found.screened.row
    last = {} if row is None else row["answers"]
    overrides = {} if row is None else row["overrides"]
    answers = {} if verdict is None else last
    authored = Texts(AUTHORED) if texts.unconfirmed else None
    views = []
    for one in found.items.item:
        key, before = f"word.item.{one.id}", last.get(one.id)
        views.append(
            ItemView(
                id=one.id,
                words=texts.say(key),
                words_authored="" if authored is None else authored.say(key),
                kind=one.kind,
                who=one.who,
                asks=one.asks,
                least=one.least,
                most=one.most,
                lock_below=one.lock_below,
                lock_from=one.lock_from,
                state=NOT_ASKED if verdict is None or one.id not in answers else verdict.states[one.id],
                answer=answers.get(one.id),
                override=OverrideView(**overrides[one.id]) if one.id in overrides else None,
                last=before if one.lasts and isinstance(before, int | float) else None,
            )
        )
    return views


def _required() -> bool:
    """As control says; where it does not answer, nothing can start either way."""
    try:
        return bool(service().link.request("describe")["facts"].get("screens", True))
    except StationError:
        return True
