"""GET /api/v1/today: who is here. POST /api/v1/visits: somebody comes. GET /api/v1/visits/{id}: one visit whole.

POST .../sign, .../hand-over, .../note and .../move: it is over, another has it, what is to be said of it, and that it
was another patient's.
GET /api/v1/patients/{code}/visits: earlier ones.
"""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.clock import local_midnight_ns
from station.wire.messages import PatientCode
from web_ui import visits
from web_ui.api import refusal, resource
from web_ui.api.incidents import IncidentView, incident_view
from web_ui.api.patients import CodePath
from web_ui.problems import answer_texts
from web_ui.service import service
from web_ui.who import asked_by

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_OF_TRIAL = ("number", "leg", "leg_word", "outcome", "hold_s", "alone_s", "paused_s")
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00-\x08]*$")]


class VisitView(BaseModel):
    """One visit. Times are Unix time in ms."""

    id: str
    patient: str
    state: Literal["open", "closed", "left"]
    running: bool
    """It is of today and nobody has ended it: what is done now belongs to it."""
    opened_ms: float
    closed_ms: float | None
    closed_by: str
    """Who signed it; "" for nobody."""
    held_by: str
    """In whose hands it is, since it was handed over; "" before."""
    note: str


class TodayLine(VisitView):
    """One visit of today."""

    initials: str
    sessions: int
    questions: Literal["allowed", "locked", "red-flag", "lacking"]
    """As `patients/{code}` says it."""
    ended: bool
    """A fall or near fall has ended today's training: no drill starts."""
    plan: bool
    """Whether there is a plan to go on with."""
    locked: bool
    """A drill of the plan is locked."""


class TodayList(BaseModel):
    """Who is here today, in the order in which they came."""

    visits: list[TodayLine]


class SetFigures(BaseModel):
    """One drill of a visit, and what was said after it."""

    id: str
    title: str
    leg: str
    leg_word: str
    """As of a session."""
    started_ms: float
    outcome: str | None
    recording: str
    """Path of its file, relative to the data folder."""
    vibration_s: float | None
    """Of its dose; null until that is known."""
    frequency_hz: float | None
    displacement_pp_mm: float | None
    """As prescribed; both null where no vibration was."""
    trials: list[dict[str, Any]]
    """Number, leg, leg_word, outcome, hold_s, alone_s (until a hand first helped; null where none did), paused_s (of
    the pause after it; null for none), mean_velocity_mm_s (null where it is not known) and `marked` (what was marked
    afterwards: `mark`, `at_s`) of each.
    """
    can_be_marked: bool
    """Whether something of it can be marked afterwards."""
    effort_rpe: float | None
    pain: float | None


class VisitDetail(VisitView):
    """One visit whole."""

    initials: str
    changed_by: str
    """Who changed something of it last after it was signed (its note, what was said or marked of a drill, an incident);
    "" for nobody.
    """
    changed_ms: float | None
    one_to_one_s: float | None
    """How long it was one to one: its drills from start to end, and the pauses between what is recorded of it in which
    nobody else trained or was asked. Null where nothing was trained.
    """
    longest_pause_s: float
    """A longer pause does not count (proposed)."""
    simulated: bool
    """Whether any drill of it was recorded on a rig on which nobody stands."""
    sessions: list[SetFigures]
    incidents: list[IncidentView]


class VisitsList(BaseModel):
    """A patient's visits and incidents, the newest first."""

    visits: list[VisitView]
    incidents: list[IncidentView]


class VisitBody(BaseModel):
    """Who comes."""

    model_config = ConfigDict(extra="forbid")

    patient: PatientCode


class VisitPath(BaseModel):
    """A visit's UUID."""

    id: Annotated[str, Field(min_length=1, max_length=64)]


class SignBody(BaseModel):
    """Who ends it."""

    model_config = ConfigDict(extra="forbid")

    name: _Name


class HandOverBody(SignBody):
    """Who hands it over, or takes it, and who has it then."""

    to: _Name


class MoveBody(SignBody):
    """Whose visit it was, who says so, and why."""

    patient: PatientCode
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class NoteBody(SignBody):
    """What is to be said of it, whole; what was there before is replaced."""

    note: _Text
    before: _Text | None = None
    """What the note said when they began to write; left out, whatever it says is replaced."""


blueprint = resource("visits", "Who is here, and what was done in each visit.", 503)


@blueprint.get("/today", responses={"200": TodayList})
def show_today() -> dict[str, object]:
    """The visits of today, the newest of each patient."""
    lines = [TodayLine(**_times(row)) for row in visits.today(service().data)]
    return TodayList(visits=lines).model_dump()


@blueprint.post("/visits", responses={"200": VisitDetail, "404": refusal(), "413": refusal()})
def open_visit(body: VisitBody) -> dict[str, object]:
    """The patient is here: their visit of today, opened where there is none that goes on."""
    return _detail(visits.take_up(service().data, body.patient, asked_by()))


@blueprint.get("/visits/<string:id>", responses={"200": VisitDetail, "404": refusal()})
def show_visit(path: VisitPath) -> dict[str, object]:
    """One visit: its drills with their figures, what was said, its incidents and its note."""
    return _detail(path.id)


@blueprint.post("/visits/<string:id>/sign", responses={"200": VisitDetail, "404": refusal(), "409": refusal()})
def sign_visit(path: VisitPath, body: SignBody) -> dict[str, object]:
    """The visit is over, by name. Refused while a drill of its patient's runs."""
    now = service().hub.snapshot()
    visits.sign(service().data, path.id, body.name, now.patient if now.session > 0 else "")
    return _detail(path.id)


@blueprint.post("/visits/<string:id>/hand-over", responses={"200": VisitDetail, "404": refusal(), "413": refusal()})
def hand_over_visit(path: VisitPath, body: HandOverBody) -> dict[str, object]:
    """Another therapist has the visit from now on, on whichever phone: by name, with a line in the audit log."""
    visits.hand_over(service().data, path.id, body.name, body.to)
    return _detail(path.id)


@blueprint.post(
    "/visits/<string:id>/note", responses={"200": VisitDetail, "404": refusal(), "409": refusal(), "413": refusal()}
)
def note_visit(path: VisitPath, body: NoteBody) -> dict[str, object]:
    """Write the visit's note, by name; refused where another wrote meanwhile. The audit log says that it was written,
    not what it says.
    """
    visits.note(service().data, path.id, body.name, body.note, body.before)
    return _detail(path.id)


@blueprint.post("/visits/<string:id>/move", responses={"200": VisitDetail, "404": refusal(), "409": refusal()})
def move_visit(path: VisitPath, body: MoveBody) -> dict[str, object]:
    """The visit was written down under another patient's code: all of it goes over to whose it was. Both are to be
    asked again before vibration. Refused while a drill of either runs.
    """
    from station.records.dose import Statement

    now = service().hub.snapshot()
    running = now.patient if now.session > 0 else ""
    moved = visits.move(service().data, path.id, body.patient, Statement(body.name, body.reason), running)
    for code in (moved.wrong, moved.right):  # what was made of either says something else by now
        service().papers.forget(code)
        service().cards.forget(code)
    return _detail(path.id)


@blueprint.get("/patients/<string:code>/visits", responses={"200": VisitsList})
def list_visits(path: CodePath) -> dict[str, object]:
    """The newest visits and incidents of this patient."""
    rows, incidents = visits.of_patient(service().data, path.code)
    seen = [VisitView(**_times(row)) for row in rows]
    return VisitsList(visits=seen, incidents=[incident_view(one) for one in incidents]).model_dump()


def _detail(visit: str) -> dict[str, object]:
    from station.recording.rigs import any_simulated  # reads recordings

    data = service().data
    row = visits.whole(data, visit)
    changed_ns = row.pop("changed_ns")
    row["changed_ms"] = None if changed_ns is None else changed_ns / 1e6
    row["simulated"] = any_simulated(data, (one["recording"] for one in row["sessions"]))
    sets = [_set(one) for one in row.pop("sessions")]
    incidents = [incident_view(one) for one in row.pop("incidents")]
    return VisitDetail(**_times(row), sessions=sets, incidents=incidents).model_dump()


def _set(row: dict[str, Any]) -> SetFigures:
    texts, key = answer_texts(), f"drill.{row['drill']}.title"
    kept = {name: row[name] for name in ("id", "leg", "leg_word", "outcome", "recording", "vibration_s")}
    asked = {name: row["prescription"].get(name) for name in ("frequency_hz", "displacement_pp_mm")}
    return SetFigures(
        **kept,
        **(asked if all(asked.values()) else dict.fromkeys(asked)),
        title=texts.say(key) if texts.has(key) else row["drill"],
        started_ms=row["started_ns"] / 1e6,
        trials=[
            {
                **{name: one[name] for name in _OF_TRIAL},
                "mean_velocity_mm_s": one["measures"].get("mean_velocity_mm_s"),
                "marked": [{name: mark[name] for name in ("mark", "at_s")} for mark in one["marked"]],
            }
            for one in row["trials"]
        ],
        can_be_marked=bool(row["kinds"]),
        effort_rpe=row["said"].get("effort_rpe"),
        pain=row["said"].get("pain"),
    )


def _times(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the records as `VisitView` has it."""
    kept = {name: value for name, value in row.items() if name not in ("opened_ns", "closed_ns", "opened_by")}
    closed_ns = row["closed_ns"]
    kept["running"] = row["state"] == "open" and row["opened_ns"] >= local_midnight_ns(time.time_ns())
    return {**kept, "opened_ms": row["opened_ns"] / 1e6, "closed_ms": None if closed_ns is None else closed_ns / 1e6}
