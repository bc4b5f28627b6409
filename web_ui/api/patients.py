"""GET and POST /api/v1/patients: who there is, and somebody new. GET and PATCH .../{code}: one of them, and a change.

POST .../{code}/correct: the code was mistyped.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from drills.problems import Problem, out_of_range
from station.access.rights import Right
from station.clock import local_date
from station.faults import InputError, StationError
from station.records.unnamed import NAMES
from station.wire.messages import PatientCode
from web_ui import patients
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.api.patient_today import TodayView, today_view
from web_ui.callers import caller
from web_ui.problems import FieldProblem, answer_texts, detail_of, fields_of, respond
from web_ui.service import service
from web_ui.who import asked_by

EARLIEST_YEAR = 1900
CONSENT = ("consent.told", "consent.train", "consent.keep")
"""Keys of the words to which a patient agrees."""
_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Initials = Annotated[str, StringConstraints(strip_whitespace=True, max_length=12, pattern=r"^[^\x00-\x1f]*$")]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00-\x08]*$")]


class CodePath(BaseModel):
    """A patient's code."""

    code: PatientCode


class PatientsQuery(BaseModel):
    """Whose code has this part, however its noughts and signs are written, or whose initials begin with it; on a line
    that others could listen to by the code alone.
    """

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(max_length=32)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class PatientLine(BaseModel):
    """One patient of a list. Times are Unix time in ms."""

    code: str
    initials: str
    birth_year: int | None
    last_ms: float | None
    """When their last drill began; null for none."""


class PatientsView(BaseModel):
    """Who was here last comes first, but whose code was asked for goes before them."""

    patients: list[PatientLine]
    count: int
    """How many there are, also where the list is shorter."""
    next_code: str
    """What a new patient may be called; empty where the codes have run out."""


class PatientFields(BaseModel):
    """What may be written down of a patient; all of it may be left out."""

    model_config = ConfigDict(extra="forbid")

    initials: _Initials | None = None
    birth_year: Annotated[int, Field(ge=EARLIEST_YEAR, le=9999)] | None = None
    """Not after this year."""
    height_cm: Annotated[int, Field(ge=50, le=250)] | None = None
    foot_length_mm: Annotated[int, Field(ge=100, le=400)] | None = None
    goals: _Text | None = None
    """In the patient's own words."""
    notes: _Text | None = None
    consent_initials: Annotated[_Initials, StringConstraints(min_length=1)] | None = None
    """Of who agrees now, in the words that a page of the answer's language shows. Null: nobody does, or no longer."""
    agrees: Literal[True] | None = None
    """They agree now, and the initials are written later: only where no names may pass."""


class PatientChangeBody(PatientFields):
    """What is changed, and what it said before."""

    before: PatientFields | None = None
    """What these fields said when somebody began to write; one that is left out is replaced whatever it says."""


class NewBody(PatientFields):
    """A new patient."""

    code: PatientCode
    sure: bool = False
    """The code is meant, although another patient's is nearly the same."""
    alike: bool = False
    """A person has typed it: one that looks like another patient's is asked about, too, as GET names it in `near`."""


class PatientView(BaseModel):
    """One patient."""

    initials: str
    birth_year: int | None
    height_cm: int | None
    foot_length_mm: int | None
    goals: str
    notes: str
    consent_ms: float | None
    """When they agreed; null where they have not."""
    consent_initials: str
    today: TodayView


class CodeView(BaseModel):
    """What is known of a code."""

    code: str
    known: bool
    """Whether a patient has it."""
    near: list[str]
    """Codes of patients that it may have been meant for, the likeliest first; none where it is known."""
    patient: PatientView | None
    """Null where nobody has it."""


class CorrectBody(BaseModel):
    """What the patient is called rightly, who says so, and why."""

    model_config = ConfigDict(extra="forbid")

    right: PatientCode
    name: Annotated[_Said, StringConstraints(max_length=60)]
    reason: Annotated[_Said, StringConstraints(max_length=200)]
    keep: Annotated[dict[str, PatientCode], Field(max_length=20)] = {}
    """Where both codes are patients' and say different things of a field: by the field's name, which of the two codes
    is right about it.
    """


class EraseBody(BaseModel):
    """The code once more, who erases, and why."""

    model_config = ConfigDict(extra="forbid")

    again: PatientCode
    name: Annotated[_Said, StringConstraints(max_length=60)]
    reason: Annotated[_Said, StringConstraints(max_length=200)]


class ErasedView(BaseModel):
    """What was erased, and what a person still has to see to."""

    sessions: int
    left: int
    """Recordings that the recorder takes away within seconds."""
    remains: list[str]
    """Files and folders that may hold the person still."""
    not_told: list[str]
    """Folders of backups that could not be told."""


blueprint = resource("patients", "Who there is, and what they are called.", 503)


@blueprint.get("/patients", responses={"200": PatientsView})
def list_patients(query: PatientsQuery) -> dict[str, object]:
    """Patients, and the code of the next one."""
    by_initials = Right.NAMES in caller().rights  # whom they find has them
    rows, count, code = patients.listed(service().data, query.q, query.limit, by_initials=by_initials)
    lines = [PatientLine(last_ms=_ms(row.pop("last_ns")), **row) for row in rows]
    return PatientsView(patients=lines, count=count, next_code=code).model_dump()


@blueprint.post("/patients", responses={"200": CodeView, "409": refusal(), "413": refusal()})
def enter_patient(body: NewBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Write down a new patient. Refused where the code is somebody's, or nearly, unless that is meant."""
    problems = [*_of_the_future(body), *_without_initials(body)]
    if problems:
        return respond(InputError("input-invalid", problems[0].field), problems)
    try:
        patients.enter(service().data, body.code, _given(body), asked_by(), sure=body.sure, alike=body.alike)
    except InputError as problem:
        return respond(problem, [FieldProblem(field="code", message=detail_of(problem))])
    return _view(body.code)


@blueprint.get("/patients/<string:code>", responses={"200": CodeView})
def show_patient(path: CodePath) -> dict[str, object]:
    """Whether a patient has this code, what is known of them and what holds today; else who has one like it."""
    return _view(path.code)


@blueprint.patch(
    "/patients/<string:code>", responses={"200": CodeView, "404": refusal(), "409": refusal(), "413": refusal()}
)
def change_patient(path: CodePath, body: PatientChangeBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Change the fields that are given; null takes one away. Refused where another changed one of them meanwhile. The
    audit log has a line for each.
    """
    problems = [*_of_the_future(body), *_without_initials(body)]
    if problems:
        return respond(InputError("input-invalid", problems[0].field), problems)
    before = {} if body.before is None else _given(body.before)
    try:
        patients.change(service().data, path.code, _given(body), asked_by(), before)
    except StationError as problem:
        if problem.code != "changed-meanwhile":
            raise
        said = detail_of(StationError(problem.code))
        return respond(problem, [FieldProblem(field=one.field, message=said) for one in problem.problems])
    return _view(path.code)


@blueprint.post("/patients/<string:code>/correct", responses={"200": Done, "404": refusal(), "409": refusal()})
def correct_code(path: CodePath, body: CorrectBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Give the patient of a mistyped code the right one. Sessions and visits go with it; the audit log says who did.
    Refused with every field of which both codes say something else, until `keep` says of each which holds; and while a
    drill of either runs.
    """
    from station.records.dose import Statement

    now = service().hub.snapshot()
    running = now.patient if now.session > 0 else ""
    if running.upper() in (path.code, body.right):  # what runs is called so by control, until it ends
        raise InputError("visit-runs", running)
    try:
        word = Statement(body.name, body.reason)
        patients.correct_code(service().data, path.code, body.right, word, body.keep)
    except InputError as problem:
        return respond(problem, fields_of(_told(problem.problems)) if problem.code == "codes-contradict" else ())
    return Done().model_dump()


@blueprint.post("/patients/<string:code>/erase", responses={"200": ErasedView, "404": refusal(), "409": refusal()})
def erase_patient(path: CodePath, body: EraseBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Erase all that is kept of this patient, for good. The code is typed again; the audit log says who, and why."""
    if body.again != path.code.upper():
        seen = Problem("again", reason="not-the-code", values={"code": path.code.upper()})
        return respond(InputError("input-invalid", "again"), fields_of([seen]))
    done = patients.erase(service().data, path.code, body.name, body.reason)
    service().papers.forget(path.code)
    service().cards.forget(path.code)
    return ErasedView(**{name: getattr(done, name) for name in ErasedView.model_fields}).model_dump()


def _view(code: str) -> dict[str, object]:
    found = patients.known(service().data, code)
    if found is None:
        _, near = patients.like(service().data, code)
        return CodeView(code=code, known=False, near=near, patient=None).model_dump()
    kept = {name: value for name, value in found.fields.items() if name in PatientView.model_fields}
    view = PatientView(**kept, consent_ms=_ms(found.fields["consent_ns"]), today=today_view(found))
    return CodeView(code=code, known=True, near=[], patient=view).model_dump()


def _given(body: PatientFields) -> dict[str, object]:
    """What the request says of the patient, as the records take it; words that are taken away are empty."""
    said = body.model_dump(exclude_unset=True, exclude={"code", "sure", "alike", "before"})
    for name in ("initials", "goals", "notes"):
        if name in said:
            said[name] = said[name] or ""
    if said.pop("agrees", None) and "consent_initials" not in said:
        said["consent"] = ("", consent_words())
    if "consent_initials" in said:
        agreed = said.pop("consent_initials")
        said["consent"] = None if agreed is None else (agreed, consent_words())
    return said


def consent_words() -> str:
    """To which words a patient agrees: their language, and the beginning of their SHA-256."""
    texts = answer_texts()
    said = "\n".join(texts.say(key) for key in CONSENT)
    return f"{texts.language}/{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _of_the_future(body: PatientFields) -> list[FieldProblem]:
    this_year = local_date(time.time_ns()).year
    if body.birth_year is None:
        return []
    return fields_of(out_of_range("birth_year", body.birth_year, EARLIEST_YEAR, this_year))


def _without_initials(body: PatientFields) -> list[FieldProblem]:
    """Who agrees gives their initials wherever these may pass."""
    if body.agrees is None or body.consent_initials is not None or Right.NAMES not in caller().rights:
        return []
    return fields_of([Problem("consent_initials", reason="missing")])


def _told(problems: Sequence[Problem]) -> list[Problem]:
    """Of which fields two codes say something else; what either says of who they are only where names may pass."""
    named = Right.NAMES in caller().rights
    return [one if named or one.field not in NAMES else _untold(one) for one in problems]


def _untold(one: Problem) -> Problem:
    return Problem(one.field, reason="said-otherwise", values={name: one.values[name] for name in ("wrong", "right")})


def _ms(at_ns: int | None) -> float | None:
    return None if at_ns is None else at_ns / 1e6
