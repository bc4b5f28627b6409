"""POST /api/v1/fall: a fall or near fall: stops what runs, and makes the record. GET and POST /api/v1/incidents/{id}:
what is known of one, and what a person says of it.
"""

from __future__ import annotations

import time
import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.clock import NS_PER_MS
from station.faults import InputError, StationError
from station.own_drills.folder import find_drill
from web_ui import records, visits
from web_ui.api import refusal, resource
from web_ui.service import service
from web_ui.snapshot import Snapshot
from web_ui.who import asked_by

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00-\x08]*$")]
_DAY_MS = 86_400_000
_BESIDE_S = 1.0
"""Within which a STOP of the same tap may have overtaken it."""


class FallBody(BaseModel):
    """One tap."""

    model_config = ConfigDict(extra="forbid")

    request: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """A name of this one tap: the same again is the same incident, and stops again."""
    ago_ms: Annotated[int, Field(ge=0, le=_DAY_MS)] = 0
    """How long before this request the tap was: a page without a connection sends it later."""
    phase: Annotated[str, Field(pattern=r"^[a-z-]{0,20}$")] = ""
    """With the next: as the page saw it at the tap; a STOP beside this request may have ended it since."""
    output_hz: Annotated[float, Field(ge=0.0, le=1000.0, allow_inf_nan=False)] | None = None
    session: Annotated[str, Field(max_length=64)] = ""
    """Name of the set that the page is about: while nothing runs it was in that one, of whoever did it. One of an
    earlier day is written down at its end, and ends nothing today.
    """


class IncidentView(BaseModel):
    """A fall or near fall. Times are Unix time in ms."""

    id: str
    patient: str
    """A code; "" where nobody was on the plate."""
    at_ms: float
    by: str
    ran: dict[str, Any]
    """`running` at the tap; `drill`, `title`, `leg`, `phase`, `trial`; `output_hz` and `output_pp_mm` at the tap."""
    kind: Literal["", "near-fall", "fall", "mistake"]
    note: str
    note_by: str
    safe_ms: float | None
    """When a person said that the patient is safe."""
    safe_by: str
    session: str
    recording: str
    """Path of the file, relative to the data folder; "" where nothing was recorded."""
    from_ms: float | None
    """With `to_ms`: its last 30 s before the tap, or the last before the recording ended."""
    to_ms: float | None
    visit: str


class FallAnswer(BaseModel):
    """What became of it. The page sends the same again until both hold."""

    stopped: bool
    """Control has confirmed that the vibration is off. False: press the red button."""
    incident: IncidentView | None
    """Null where the record could not be written yet."""


class IncidentPath(BaseModel):
    """An incident's UUID."""

    id: Annotated[str, Field(min_length=1, max_length=64)]


class DescribeBody(BaseModel):
    """What it was, and what is to be said of it; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["near-fall", "fall", "mistake"] | None = None
    note: _Text | None = None
    name: _Name | None = None
    """Who says so; a note wants it, a kind alone may go by the browser's short name."""
    safe: bool = False
    """The patient is safe."""


blueprint = resource("incidents", "Falls and near falls.", 503)


@blueprint.post("/fall", responses={"200": FallAnswer, "413": refusal()})
def tell_fall(body: FallBody) -> dict[str, object]:
    """Stop what runs, and write down who, when, and what ran. Needs no lease. Neither waits for the other's success."""
    own, by = service(), asked_by()
    before = own.hub.snapshot()
    try:
        own.link.stop(by)
        stopped = True
    except StationError:
        stopped = False
    try:
        of_set = records.session_detail(own.data, body.session) if body.session and before.session == 0 else None
        new = _new(body, before, by) if of_set is None else _new_of(body, of_set, by)
        found = visits.tell_fall(own.data, new)
    except StationError:
        return FallAnswer(stopped=stopped, incident=None).model_dump()
    return FallAnswer(stopped=stopped, incident=incident_view(found)).model_dump()


@blueprint.get("/incidents/<string:id>", responses={"200": IncidentView, "404": refusal()})
def show_incident(path: IncidentPath) -> dict[str, object]:
    """One incident."""
    return incident_view(visits.incident(service().data, path.id)).model_dump()


@blueprint.post("/incidents/<string:id>", responses={"200": IncidentView, "404": refusal(), "413": refusal()})
def describe_incident(path: IncidentPath, body: DescribeBody) -> dict[str, object]:
    """Say what it was, write its note by name, or say that the patient is safe."""
    data, by = service().data, body.name or asked_by()
    found = visits.incident(data, path.id)
    if body.kind is not None or body.note is not None:
        found = visits.describe(data, path.id, by, body.kind, body.note)
    if body.safe:
        found = visits.safe(data, path.id, by)
    return incident_view(found).model_dump()


def incident_view(row: dict[str, Any]) -> IncidentView:
    """A row of the records as the API says it."""
    same = ("id", "patient", "by", "ran", "kind", "note", "note_by", "session", "recording", "visit")
    times = {"at_ms": "at_ns", "safe_ms": "seen_ns", "from_ms": "from_ns", "to_ms": "to_ns"}
    given: dict[str, Any] = {name: None if row[of] is None else row[of] / NS_PER_MS for name, of in times.items()}
    return IncidentView(**{name: row[name] for name in same}, **given, safe_by=row["seen_by"])


def _new_of(body: FallBody, of_set: dict[str, Any], by: str) -> Any:  # noqa: ANN401  # as below
    """Told after this set."""
    from station.clock import local_date
    from station.records.incidents import NewIncident

    at_ns, ended_ns = time.time_ns() - body.ago_ms * NS_PER_MS, of_set["ended_ns"]
    of_before = ended_ns is not None and local_date(ended_ns) < local_date(at_ns)
    last = {name: of_set[name] for name in ("drill", "leg", "leg_word")}
    return NewIncident(
        id=str(uuid.UUID(hex=body.request)),
        patient=of_set["patient"],
        at_ns=ended_ns if of_before else at_ns,
        by=by,
        ring_epoch=of_set["ring_epoch"],
        ring_session=of_set["ring_session"],
        ran={"running": False, "title": _title(of_set["drill"]), **last},
    )


def _title(drill: str) -> str:
    try:
        return find_drill(service().data, drill).title
    except InputError:  # an own one that was deleted
        return drill


def _new(body: FallBody, before: Snapshot, by: str) -> Any:  # noqa: ANN401  # loads when asked for
    from station.records.incidents import NewIncident

    runs, result = before.session > 0, before.result
    last = result if not runs else None
    ended_s = None if last is None else last.age_s
    ran: dict[str, Any] = {"running": runs or (ended_s is not None and ended_s < body.ago_ms / 1e3 + _BESIDE_S)}
    if runs:
        ran |= {"drill": before.drill, "title": before.title, "trial": before.trial}
        ran |= {"leg": before.leg, "leg_word": before.leg_word}
        vibration = before.vibration
        ran |= {"phase": before.phase.name, "output_hz": vibration.output_hz, "output_pp_mm": vibration.output_pp_mm}
    elif last is not None:
        ran |= {"drill": last.drill, "title": last.title, "leg": last.leg, "leg_word": last.leg_word}
        ran |= {"phase": body.phase, "output_hz": body.output_hz} if ran["running"] else {}
    return NewIncident(
        id=str(uuid.UUID(hex=body.request)),
        patient=before.patient if runs else "" if last is None else last.patient,
        at_ns=time.time_ns() - body.ago_ms * NS_PER_MS,
        by=by,
        ring_epoch=int(before.epoch) if runs else 0 if last is None else int(last.epoch),
        ring_session=before.session if runs else 0 if last is None else last.session,
        ran=ran,
    )
