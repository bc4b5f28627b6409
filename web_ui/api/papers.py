"""POST /api/v1/patients/{code}/papers: a file about this patient is made. GET /api/v1/papers/{id}: how far it is.

GET .../file: the file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response, send_file
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from drills.problems import Problem
from station.access.rights import Right
from station.faults import InputError
from web_ui import patients, records
from web_ui.api import refusal, resource
from web_ui.api.patients import CodePath
from web_ui.callers import caller
from web_ui.language import answer_language
from web_ui.papers import KINDS, Paper, PaperOrder
from web_ui.problems import detail_of, fields_of, respond
from web_ui.security import client_name
from web_ui.service import service

_OF_ONE = ("replay", "trace")
_Id = Annotated[str, Field(min_length=1, max_length=64)]
_FILE: dict[str, Any] = {
    "description": "The file.",
    "content": {one.media: {"schema": {"type": "string", "format": "binary"}} for one in KINDS.values()},
}


class PaperBody(BaseModel):
    """Which file, and of what."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal[
        "assessment", "progress", "visit", "handout", "figures", "fhir", "everything", "trends", "replay", "trace"
    ]
    visit: _Id | None = None
    """Null: for a report the newest in which something was done, for a file of figures all."""
    session: _Id | None = None
    """Whose recording it is; needed for `replay` and `trace`."""
    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{2,20}$")] | None = None
    """Of whoever reads it; null: that of the request."""
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)] | None = None
    """Who hands it out; needed for `everything`, where the audit log says it."""


class PaperPath(BaseModel):
    """A file that this browser asked for."""

    id: _Id


class ShownQuery(BaseModel):
    """How a browser is to take it."""

    model_config = ConfigDict(extra="forbid")

    show: bool = False
    """To look at rather than to keep; only where it is a PDF."""


class PaperView(BaseModel):
    """How far a file is. It can be fetched for a quarter of an hour."""

    id: str
    kind: str
    name: str
    """Of the file."""
    state: Literal["waiting", "ready", "failed"]
    size: int | None
    """In bytes; null until it is ready."""
    problem: str
    """Why it could not be made, in words; "" where nothing is in the way."""


blueprint = resource("papers", "Files about one patient, made while somebody waits.", 404, 409, 503)


@blueprint.post("/patients/<string:code>/papers", responses={"200": PaperView, "413": refusal()})
def make_paper(path: CodePath, body: PaperBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Have a file about this patient made; on a line that others could listen to with the code alone."""
    if body.kind == "everything" and body.name is None:
        return respond(InputError("input-invalid", "name"), fields_of([Problem("name", reason="missing")]))
    if body.kind in _OF_ONE and body.session is None:
        return respond(InputError("input-invalid", "session"), fields_of([Problem("session", reason="missing")]))
    named = Right.NAMES in caller().rights
    if KINDS[body.kind].named and not named:
        raise InputError("names-in-the-open", body.kind)
    if patients.known(service().data, path.code) is None:
        raise InputError("patient-unknown", path.code)
    language = body.language or answer_language()
    recording = _recording(path.code, body.session) if body.kind in _OF_ONE and body.session else ""
    order = PaperOrder(body.kind, path.code.upper(), body.visit or "", language, body.name or "", recording, named)
    return _view(service().papers.begin(client_name(), order))


@blueprint.get("/papers/<string:id>", responses={"200": PaperView})
def show_paper(path: PaperPath) -> dict[str, object]:
    """How far it is; only for the browser that asked for it."""
    return _view(service().papers.look(client_name(), path.id))


@blueprint.get("/papers/<string:id>/file", responses={"200": _FILE})
def fetch_paper(path: PaperPath, query: ShownQuery) -> Response:
    """The file, once it is ready."""
    paper = service().papers.look(client_name(), path.id)
    if paper.state != "ready":
        raise InputError("paper-unknown")
    if paper.order.named and Right.NAMES not in caller().rights:  # asked for on a closed line by the same browser
        raise InputError("names-in-the-open", paper.order.name)
    kind = KINDS[paper.order.kind]
    keep = not (query.show and kind.media == "application/pdf")
    return send_file(paper.path, mimetype=kind.media, as_attachment=keep, download_name=paper.order.name)


def _recording(code: str, session: str) -> str:
    """Where that of this patient's session is, in the data folder. Raises InputError "session-unknown"."""
    found = records.session_detail(service().data, session)
    if found is None or found["patient"].upper() != code.upper():
        raise InputError("session-unknown", session)
    return str(found["recording"])


def _view(paper: Paper) -> dict[str, object]:
    return PaperView(
        id=paper.id,
        kind=paper.order.kind,
        name=paper.order.name,
        state=paper.state,
        size=paper.path.stat().st_size if paper.state == "ready" else None,
        problem="" if paper.problem is None else detail_of(paper.problem),
    ).model_dump()
