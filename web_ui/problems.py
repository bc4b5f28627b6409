"""Errors as RFC 9457 problem details, each with the catalogue's own words: what, cause, remedy."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from drills.problems import Problem
from station.faults import StationError
from station.faults.wording import ask

MEDIA_TYPE = "application/problem+json"

HTTP_STATUS = {
    "limit-exceeded": 422,
    "input-invalid": 422,
    "drill-unknown": 422,
    "drill-invalid": 422,
    "bad-message": 422,
    "session-unknown": 404,
    "page-unknown": 404,
    "wrong-origin": 403,
    "method-unknown": 405,
    "too-large": 413,
    "lease-held": 423,
    "control-unreachable": 503,
    "recorder-not-ready": 503,
    "internal-error": 500,
    "records-unreadable": 503,
    "records-older": 503,
    "records-busy": 503,
}
"""HTTP status by fault code; every other refusal is 409, a conflict with the station's state."""

WORDS = {
    "patient": ("Patient code", ""),
    "drill": ("Drill", ""),
    "leg": ("Leg", ""),
    "frequency_hz": ("Frequency", " Hz"),
    "displacement_pp_mm": ("Displacement", " mm p-p"),
    "hold_s": ("Hold", " s"),
    "trials": ("Trials", ""),
    "take": ("Take", ""),
    "confirm": ("Confirm", ""),
    "limit": ("Limit", ""),
}
"""What a field is called on the page, and its unit."""

_A_CODE = "may have letters, digits, dot, dash and underline only, at most 32, and begins with a letter or a digit"


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


def problem(error: StationError, fields: Sequence[FieldProblem] = (), status: int | None = None) -> ApiProblem:
    """The problem details of this fault."""
    fault = error.fault
    seen = " ".join(part for part in (error.detail, *(field.message for field in fields)) if part)
    return ApiProblem(
        type=f"/api/v1/faults#{fault.code}",
        title=fault.what,
        status=status or HTTP_STATUS.get(fault.code, 409),
        detail=f"{fault.what} {seen} {fault.remedy}".replace("  ", " "),
        code=fault.code,
        what=fault.what,
        cause=fault.cause,
        remedy=fault.remedy,
        where=error.where,
        fields=list(fields),
    )


def respond(error: StationError, fields: Sequence[FieldProblem] = (), status: int | None = None) -> Response:
    """The HTTP response of this fault."""
    body = problem(error, fields, status)
    return Response(body.model_dump_json(), status=body.status, content_type=MEDIA_TYPE)


def respond_invalid(error: ValidationError) -> Response:
    """The response to a request that does not fit its model: every field that is wrong, named in our words."""
    fields = [field_problem(detail) for detail in error.errors(include_url=False, include_input=False)]
    return respond(StationError("input-invalid", ", ".join(field.field for field in fields)), fields)


def field_problem(detail: ErrorDetails) -> FieldProblem:
    """One finding of pydantic, in words for a therapist."""
    field = ".".join(str(part) for part in detail["loc"]) or "body"
    name, unit = WORDS.get(field, ("The request" if field == "body" else field, ""))
    bounds = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "missing":
        ask = "is missing"
    elif kind in ("greater_than_equal", "less_than_equal"):
        least = kind == "greater_than_equal"
        ask = f"must be {'at least' if least else 'at most'} {bounds['ge' if least else 'le']:g}{unit}"
    elif kind == "string_pattern_mismatch":
        ask = _A_CODE
    elif kind == "extra_forbidden":
        ask = "is not a field of this request"
    elif kind.startswith("int_"):
        ask = "must be a whole number"
    elif kind.startswith(("float_", "finite_number")):
        ask = "must be a number"
    elif kind in ("enum", "literal_error"):
        ask = f"must be {bounds['expected']}".replace("'", "")
    elif kind == "model_type":
        ask = "must be a JSON object"
    else:
        ask = detail["msg"].replace("Input should", "must").replace("String should", "must")
    return FieldProblem(field=field, message=f"{name} {ask}.")


def patient_problem() -> FieldProblem:
    """What is wrong with a patient's code that is none."""
    return FieldProblem(field="patient", message=f"{WORDS['patient'][0]} {_A_CODE}.")


def asked_too_much(problems: Sequence[Problem]) -> list[FieldProblem]:
    """The fields of what is wrong with a prescription, in words for a therapist."""
    fields = []
    for one in problems:
        name, unit = WORDS.get(one.field, (one.field, ""))
        said = f"{name} {ask(one)}{unit if one.reason == 'out-of-range' else ''}."
        if one.reason.startswith("platform-"):
            said = f"{ask(one)[:1].upper()}{ask(one)[1:]}."
        fields.append(FieldProblem(field=one.field, message=said))
    return fields
