"""GET /api/v1/patients/{code}: whether this code is known, and which are like it.

POST /api/v1/patients/{code}/correct: it was mistyped.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from station.wire.messages import PatientCode
from web_ui import records
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.service import service

_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class CodePath(BaseModel):
    """A patient's code."""

    code: PatientCode


class CodeView(BaseModel):
    """What is known of a code."""

    code: str
    known: bool
    """Whether a patient has it."""
    near: list[str]
    """Codes of patients that it may have been meant for, the likeliest first; none where it is known."""


class CorrectBody(BaseModel):
    """What the patient is called rightly, who says so, and why."""

    model_config = ConfigDict(extra="forbid")

    right: PatientCode
    name: Annotated[_Said, StringConstraints(max_length=60)]
    reason: Annotated[_Said, StringConstraints(max_length=200)]


blueprint = resource("patients", "What patients are called.", 503)


@blueprint.get("/patients/<string:code>", responses={"200": CodeView})
def show_code(path: CodePath) -> dict[str, object]:
    """Whether a patient has this code, and who has one like it."""
    known, near = records.like(service().data, path.code)
    return CodeView(code=path.code, known=known, near=near).model_dump()


@blueprint.post("/patients/<string:code>/correct", responses={"200": Done, "404": refusal()})
def correct_code(path: CodePath, body: CorrectBody) -> dict[str, object]:
    """Give the patient of a mistyped code the right one. Sessions and visits go with it; the audit log says who did."""
    records.correct_code(service().data, path.code, body.right, body.name, body.reason)
    return Done().model_dump()
