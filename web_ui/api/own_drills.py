"""GET and POST /api/v1/own-drills: a therapist's own drills. GET, DELETE .../{name}, POST .../check, .../versions and
.../preview, GET .../toml: one of them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from drills.changing import changed, copy_of, refused, values_of
from drills.document import DrillDocument, digest_of
from drills.library import catalogue_names, load_shipped
from drills.ranges import ranges
from station.faults import InputError
from station.faults.boundary import as_station_errors
from station.own_drills.folder import OwnDrills, taken_in, text_of
from station.own_drills.tried import trial_of, was_tried
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.previews import PREVIEWS
from web_ui.problems import FieldProblem, detail_of, fields_of, respond
from web_ui.service import service

_Name = Annotated[str, Field(min_length=1, max_length=60)]
_Value = str | float | int | bool | list[str | float | int] | None


class OwnPath(BaseModel):
    """The name of an own drill."""

    name: _Name


class CopyBody(BaseModel):
    """Which shipped drill is copied, and under which name."""

    model_config = ConfigDict(extra="forbid")

    origin: _Name
    name: _Name


class ImportBody(BaseModel):
    """The text of a TOML file; `name` and `copied_from` as the command `station drills import` takes them."""

    model_config = ConfigDict(extra="forbid")

    toml: Annotated[str, Field(min_length=1, max_length=65_536)]
    name: _Name | None = None
    copied_from: _Name | None = None


class ChangeBody(BaseModel):
    """Values by the key paths of the document; null takes a key away."""

    model_config = ConfigDict(extra="forbid")

    changes: Annotated[dict[str, _Value], Field(max_length=200)]


class OwnLine(BaseModel):
    """One own drill, in its newest version."""

    name: str
    title: str
    language: str
    """Of the title, and of all that it says."""
    version: int
    copied_from: str
    tried: bool
    """Whether a patient may stand on the plate for it: this version was previewed to its end."""


class OwnWrong(BaseModel):
    """An own drill that cannot be used, and why."""

    where: str
    message: str


class OwnDrillsView(BaseModel):
    """All own drills, what is wrong with others, and what can be copied."""

    drills: list[OwnLine]
    wrong: list[OwnWrong]
    shipped: list[str]


class OwnField(BaseModel):
    """One value that may be changed, with what its key allows."""

    path: str
    value: Any
    shipped: Any
    """The same of the shipped drill that it was copied from; null where that has none."""
    kind: str
    least: float | None
    most: float | None
    choices: list[str]


class OwnView(OwnLine):
    """One own drill for a form."""

    fields: list[OwnField]


class CheckView(BaseModel):
    """What is wrong with each field; empty where the drill can be kept."""

    fields: list[FieldProblem]


class TrialRunView(BaseModel):
    """The preview of the newest version: `result` as the command `station drills preview --json` gives it."""

    running: bool
    result: dict[str, Any] | None
    refused: str
    """Why it could not be tried here; empty where nothing is in the way."""


class TomlView(BaseModel):
    """The newest version as TOML."""

    toml: str


blueprint = resource("own-drills", "A therapist's own drills.", 404, 409, 503)


@blueprint.get("/own-drills", responses={"200": OwnDrillsView})
def list_own() -> dict[str, object]:
    """Every own drill, also those that were not previewed yet, and what is wrong with what cannot be used."""
    found = _own().listing()
    return OwnDrillsView(
        drills=[_line(one) for one in found.drills],
        wrong=[OwnWrong(where=one.where.rpartition("/drills/")[2], message=detail_of(one)) for one in found.wrong],
        shipped=list(catalogue_names()),
    ).model_dump()


@blueprint.post("/own-drills", responses={"200": OwnView})
def copy_drill(body: CopyBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Copy a shipped drill under a new name."""
    try:
        if body.name in _own().names():
            raise InputError("drill-name-taken", body.name)
        with as_station_errors():
            document = _own().keep(copy_of(body.origin, body.name))
    except InputError as problem:
        return respond(problem, fields_of(problem.problems))
    return _view(document)


@blueprint.post("/own-drills/import", responses={"200": OwnView})
def import_own(body: ImportBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Take a drill from a TOML file's text: the next version of its name."""
    try:
        document = _own().keep(taken_in(body.toml, "toml", body.name, body.copied_from))
    except InputError as problem:
        return respond(problem, fields_of(problem.problems))
    return _view(document)


@blueprint.get("/own-drills/<string:name>", responses={"200": OwnView, "404": refusal()})
def show_own(path: OwnPath) -> dict[str, object]:
    """One own drill, each value that may be changed with its range."""
    return _view(_own().load(path.name))


@blueprint.delete("/own-drills/<string:name>", responses={"200": Done})
def remove_own(path: OwnPath) -> dict[str, object]:
    """Take it out of the lists. Results keep what they were made with."""
    _own().remove(path.name)
    return Done().model_dump()


@blueprint.post("/own-drills/<string:name>/check", responses={"200": CheckView})
def check_own(path: OwnPath, body: ChangeBody) -> dict[str, object]:
    """What would be wrong with these changes. Keeps nothing."""
    document = _own().load(path.name)
    try:
        with as_station_errors():
            wrong = refused(changed(document, body.changes))
    except InputError as problem:
        return CheckView(fields=fields_of(problem.problems)).model_dump()
    return CheckView(fields=fields_of(wrong)).model_dump()


@blueprint.post("/own-drills/<string:name>/versions", responses={"200": OwnView})
def change_own(path: OwnPath, body: ChangeBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Keep these changes as the next version, which is in the list of drills once it was previewed."""
    document = _own().load(path.name)
    try:
        with as_station_errors():
            document = _own().keep(changed(document, body.changes))
    except InputError as problem:
        return respond(problem, fields_of(problem.problems))
    return _view(document)


@blueprint.post("/own-drills/<string:name>/preview", responses={"200": TrialRunView})
def try_own(path: OwnPath) -> dict[str, object]:
    """Begin to try the newest version on the simulated patient; `GET` says how it went."""
    document = _own().load(path.name)
    PREVIEWS.begin(service().data, document, service().house())
    return _tried(document)


@blueprint.get("/own-drills/<string:name>/preview", responses={"200": TrialRunView})
def show_try(path: OwnPath) -> dict[str, object]:
    """What came of the preview of the newest version; nothing before there was one."""
    return _tried(_own().load(path.name))


@blueprint.get("/own-drills/<string:name>/toml", responses={"200": TomlView})
def export_own(path: OwnPath) -> dict[str, object]:
    """The newest version as the text of a TOML file."""
    return TomlView(toml=text_of(_own().load(path.name))).model_dump()


def _own() -> OwnDrills:
    return OwnDrills(service().data)


def _tried(document: DrillDocument) -> dict[str, object]:
    digest = digest_of(document)
    refused_by = PREVIEWS.refusal(digest)
    return TrialRunView(
        running=PREVIEWS.is_running(digest),
        result=trial_of(service().data, digest),
        refused="" if refused_by is None else detail_of(refused_by),
    ).model_dump()


def _line(document: DrillDocument) -> OwnLine:
    if document.own is None:
        raise InputError("drill-unknown", document.name)
    tried = was_tried(service().data, document)
    name, title, language = document.name, document.title, document.language
    return OwnLine(name=name, title=title, language=language, tried=tried, **document.own.model_dump())


def _view(document: DrillDocument) -> dict[str, object]:
    line = _line(document)
    shipped = values_of(load_shipped(line.copied_from))
    fields = [OwnField(**one._asdict(), shipped=shipped.get(one.path)) for one in ranges(document)]
    return OwnView(**line.model_dump(), fields=fields).model_dump()
