"""Errors as RFC 9457 problem details, each with the catalogue's own words: what, cause, remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from pydantic import BaseModel, ValidationError

from drills.problems import Problem
from drills.reading import explain
from station.faults import StationError, from_json
from station.texts import Texts
from station.texts.faults import fault_words
from station.texts.problems import BEYOND_A_LIMIT, ask, detail, limit, sentence
from station.wire.messages import PATIENT_CODE
from web_ui.language import answer_language

MEDIA_TYPE = "application/problem+json"

HTTP_STATUS = {
    "limit-exceeded": 422,
    "input-invalid": 422,
    "update-not-here": 404,
    "update-none": 404,
    "drill-unknown": 422,
    "drill-invalid": 422,
    "own-drill-damaged": 422,
    "drill-name-taken": 422,
    "bad-message": 422,
    "session-unknown": 404,
    "patient-unknown": 404,
    "order-not-there": 404,
    "visit-unknown": 404,
    "incident-unknown": 404,
    "paper-unknown": 404,
    "page-unknown": 404,
    "wrong-origin": 403,
    "not-paired": 403,
    "not-allowed": 403,
    "only-here": 403,
    "names-in-the-open": 403,
    "pin-due": 403,
    "pin-wrong": 403,
    "pin-wait": 429,
    "asks-too-often": 429,
    "pin-weak": 422,
    "phone-unknown": 404,
    "person-unknown": 404,
    "method-unknown": 405,
    "too-large": 413,
    "lease-held": 423,
    "control-unreachable": 503,
    "recorder-not-ready": 503,
    "order-unknown": 503,
    "internal-error": 500,
    "records-unreadable": 503,
    "records-older": 503,
    "records-busy": 503,
    "backup-place": 409,
}
"""HTTP status by fault code; every other refusal is 409, a conflict with the station's state."""


_FORM = ("patient", "leg", "frequency_hz", "displacement_pp_mm", "hold_s", "trials")
"""What a refusal of control may name, and a form has."""


class FieldProblem(BaseModel):
    """What is wrong with one field of the request."""

    field: str
    message: str


class ApiProblem(BaseModel):
    """One refused request. `code` is of the fault catalogue."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    what: str
    cause: str
    remedy: str
    where: str = ""
    fields: list[FieldProblem] = []


def answer_texts() -> Texts:
    """The texts of the language that the request accepts."""
    return Texts(answer_language())


def reasons_worded(reasons: Mapping[str, str | Mapping[str, Any]]) -> dict[str, str]:
    """Why measures are missing, by their names, in the language that the request accepts.

    What an earlier release stored is a sentence already, and stays as it is.
    """
    texts = answer_texts()
    return {name: why if isinstance(why, str) else ask(texts, from_json(why)) for name, why in reasons.items()}


def worded(why: Problem | None) -> str:
    """One reason in the language that the request accepts; "" for none."""
    return "" if why is None else ask(answer_texts(), why)


def problem(
    error: StationError, fields: Sequence[FieldProblem] = (), status: int | None = None, texts: Texts | None = None
) -> ApiProblem:
    """The problem details of this fault, in the request's language unless other texts are given."""
    texts = texts or answer_texts()
    fields = fields or _named(texts, error)
    what, cause, remedy = fault_words(texts, error.code)
    # Where fields are named, they say what is wrong with each.
    seen = " ".join(field.message for field in fields) or detail(texts, error)
    return ApiProblem(
        type=f"/problems/{error.code}",
        title=what,
        status=status or HTTP_STATUS.get(error.code, 409),
        detail=" ".join(part for part in (what, seen, remedy) if part),
        code=error.code,
        what=what,
        cause=cause,
        remedy=remedy,
        where=error.where,
        fields=list(fields),
    )


def _named(texts: Texts, error: StationError) -> list[FieldProblem]:
    """The fields of the prescription that a refusal names: those of a form, each with what it must be."""
    worded = limit if error.code == BEYOND_A_LIMIT else sentence
    return [FieldProblem(field=one.field, message=worded(texts, one)) for one in error.problems if one.field in _FORM]


def detail_of(error: StationError) -> str:
    """What this fault says for a person: what happened, and what was seen."""
    texts = answer_texts()
    return " ".join(part for part in (fault_words(texts, error.code)[0], detail(texts, error)) if part)


def respond(error: StationError, fields: Sequence[FieldProblem] = (), status: int | None = None) -> Response:
    """The HTTP response of this fault."""
    texts = answer_texts()
    body = problem(error, fields, status, texts)
    response = Response(body.model_dump_json(), status=body.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = texts.language
    response.vary.add("Accept-Language")
    return response


def respond_invalid(error: ValidationError) -> Response:
    """The response to a request that does not fit its model: every field that is wrong, named in our words."""
    fields = fields_of(explain(error, BaseModel))
    return respond(StationError("input-invalid", ", ".join(field.field for field in fields)), fields)


def patient_problem() -> FieldProblem:
    """What is wrong with a patient's code that is none."""
    (field,) = fields_of([Problem("patient", reason="pattern", values={"pattern": PATIENT_CODE})])
    return field


def fields_of(problems: Sequence[Problem]) -> list[FieldProblem]:
    """What is wrong with each field, in words for a therapist."""
    texts = answer_texts()
    return [FieldProblem(field=one.field or "body", message=sentence(texts, one)) for one in problems]
