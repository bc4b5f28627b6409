"""GET /api/v1/patients/{code}/entries: what a therapist types of one patient, form by form.

POST .../{form}: a form as it was filled in, or why the patient did not want it. The newest counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.access.rights import Right
from station.clinic.entries.documents import EntryField, EntryForm, form_named, shipped
from station.clinic.entries.telling import told
from station.faults import StationError
from station.texts import Texts
from station.wire.messages import PatientCode
from web_ui import entries
from web_ui.api import resource
from web_ui.api.patients import CodePath
from web_ui.callers import caller
from web_ui.problems import FieldProblem, answer_texts, respond, worded
from web_ui.service import service

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\x00-\x1f]*$")]
_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class FormPath(BaseModel):
    """One form of one patient."""

    code: PatientCode
    form: _Id


class EntryBody(BaseModel):
    """Who fills it in, the answers by their keys, and why the patient did not want it, where that is so."""

    model_config = ConfigDict(extra="forbid")

    by: Annotated[_Words, StringConstraints(min_length=1, max_length=60)]
    answers: Annotated[dict[_Id, _Words | _Number], Field(max_length=60)] = {}
    refused: _Words = ""
    seen: Annotated[str, Field(max_length=36)] | None = None
    """`seen` of the form as it was shown: who has another by then is told of it, and nothing is written. Left out:
    whatever there is.
    """


class ChoiceView(BaseModel):
    """One answer that can be chosen."""

    id: str
    title: str


class FieldView(BaseModel):
    """One question, as it is shown."""

    key: str
    """Of its answer."""
    title: str
    asks: Literal["yes-no", "number", "choice", "words"]
    least: float | None
    most: float | None
    choices: list[ChoiceView]
    only_if: str | None
    """The key of the question that must be answered with yes for this one to be asked."""
    optional: bool


class FormView(BaseModel):
    """One form, and the newest answers to it."""

    id: str
    title: str
    minutes: float
    source: str
    state: Literal["not-done", "partly", "done", "refused"]
    done: int
    of: int
    """Questions that are answered, and that there are."""
    why: str
    """Of a refused one; else empty."""
    day: str
    """On which it was written down (ISO 8601), and by whom; empty where it was not, or speaks of another day."""
    by: str
    seen: str
    """Which one this is; empty where there is none."""
    answers: dict[str, str | float]
    results: list[str]
    """What the answers come to."""
    fields: list[FieldView]


class EntriesView(BaseModel):
    """All forms for one patient."""

    code: str
    proposed: bool
    """Still to be confirmed by a clinician."""
    forms: list[FormView]


blueprint = resource("entries", "What a therapist types of a patient.", 404, 409, 413, 503)


@blueprint.get("/patients/<string:code>/entries", responses={"200": EntriesView})
def show_entries(path: CodePath) -> dict[str, object]:
    """Every form with its questions, and what was answered to it last."""
    return _answer(path.code)


@blueprint.post("/patients/<string:code>/entries/<string:form>", responses={"200": EntriesView})
def enter_form(path: FormPath, body: EntryBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Write down a form. What is left out is not answered. 409 `changed-meanwhile` says for each question what somebody
    else has written since. Where no words of a patient pass, those that are there stay.
    """
    hidden = Right.NAMES not in caller().rights
    said = body.model_dump()
    said["answers"] = {key: one for key, one in said["answers"].items() if not hidden or one != ""}
    try:
        entries.enter(service().data, path.code, path.form, said, keeps_words=hidden)
    except StationError as problem:
        if problem.code != "changed-meanwhile":
            raise
        return respond(problem, _others(path.code, path.form, said["answers"], hidden=hidden))
    return _answer(path.code)


def _others(code: str, form: str, mine: Mapping[str, object], *, hidden: bool) -> list[FieldProblem]:
    """What is written otherwise than here, by question."""
    texts, there = answer_texts(), entries.entries(service().data, code)[form]
    fields = [one for field in form_named(form).field for one in _fields(form, field, texts)]
    found = []
    for one in fields:
        other = there["answers"].get(one.key)
        if other != mine.get(one.key) and not (hidden and one.asks == "words"):
            said = texts.say("page.entries.nothing") if other is None else _said(one, other, texts)
            words = texts.say("page.entries.other", by=there["by"], label=one.title, said=said)
            found.append(FieldProblem(field=one.key, message=words))
    return found


def _said(field: FieldView, answer: object, texts: Texts) -> str:
    """One answer as the page shows it."""
    if field.asks == "yes-no":
        return texts.say(f"page.entries.{answer}")
    named = {choice.id: choice.title for choice in field.choices}
    return named.get(str(answer), texts.value(answer))


def _answer(code: str) -> dict[str, object]:
    of, written = answer_texts(), entries.entries(service().data, code)
    forms = [_form(one, written.get(one.id, {}), of) for one in shipped().form]
    return EntriesView(code=code, proposed=shipped().status == "proposed", forms=forms).model_dump()


def _form(form: EntryForm, written: dict[str, Any], of: Texts) -> FormView:
    answers, refused = written.get("answers", {}), written.get("refused", "")
    state, done, count = form.state(answers, refused)
    return FormView(
        id=form.id,
        title=of.say(f"entry.{form.id}.title"),
        minutes=form.minutes,
        source=form.source,
        state=state,
        done=done,
        of=count,
        why=refused,
        day=written.get("day", ""),
        by=written.get("by", ""),
        seen=written.get("id", ""),
        answers=answers,
        results=[worded(one) for one in told(form.id, answers)],
        fields=[one for field in form.field for one in _fields(form.id, field, of)],
    )


def _fields(form: str, field: EntryField, of: Texts) -> list[FieldView]:
    """One, or one a side."""
    title = of.say(f"entry.{form}.{field.id}")
    if field.unit:
        title = of.say("page.entries.with-unit", label=title, unit=of.say(f"entry.unit.{field.unit}"))
    sides = [of.say(f"word.leg.{side}") for side in ("left", "right")] if field.sides else [""]
    return [
        FieldView(
            key=key,
            title=of.say("page.entries.side", label=title, side=side) if side else title,
            asks=field.asks,
            least=field.least,
            most=field.most,
            choices=[ChoiceView(id=one, title=of.say(f"entry.{form}.{field.id}.{one}")) for one in field.choices],
            only_if=field.only_if,
            optional=field.optional,
        )
        for key, side in zip(field.ids, sides, strict=True)
    ]
