"""Start, pause, stop and acknowledge: what the pages ask of control."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from drills.prescription import Asked, prescribe
from drills.values import Leg
from station.faults import InputError, StationError
from station.faults.boundary import as_station_errors
from station.own_drills.folder import find_drill
from station.wire.messages import PatientCode, StopGeneration
from web_ui.api import refusal, resource
from web_ui.plans import as_played, choose_harder, start_level
from web_ui.problems import fields_of, respond
from web_ui.records import dose_today, refuse_red_flag
from web_ui.security import arrived_s, client_name
from web_ui.service import service
from web_ui.who import asked_by, stopped_by

_Positive = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]


class StartBody(BaseModel):
    """What the therapist asks for; what is left out is as the patient's plan has it, else the drill's default.
    `displacement_pp_mm` 0: no vibration.

    A platform whose mechanics fix the displacement takes its own, which is what is left out, and no other.
    """

    model_config = ConfigDict(extra="forbid")

    patient: PatientCode
    drill: Annotated[str, Field(min_length=1, max_length=60)]
    leg: Literal["left", "right", "both"]
    frequency_hz: _Positive | None = None
    displacement_pp_mm: _Positive | None = None
    hold_s: _Positive | None = None
    trials: Annotated[int, Field(ge=1, le=100)] | None = None
    probe: bool = False
    """One try of a planned drill without feedback, which tells how much was kept; of another drill it says nothing."""
    rung: Annotated[int, Field(ge=1, le=20)] | None = None
    """On this level of a shipped drill that has levels. Left out: the one that the plan has come to, and without a plan
    the drill as it is.
    """
    by: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    """Who asks for a level above the one that the plan has come to; and `reason`, why. Nothing else needs them."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    request: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """A name of this one wish, which nobody gave before: the same body under it again gets the first answer again, and
    starts nothing. Left out, each request is a wish of its own.
    """
    seen: StopGeneration | None = None
    """`seen` of the newest snapshot when the person asked: the drill is refused where a STOP came after it. Left out,
    what the station knew when the request came.
    """


class Started(BaseModel):
    """Control took it."""

    session: int
    """Its number since the control program started; the snapshots carry it."""


_Session = Annotated[int, Field(ge=1, le=2**31)]


class PauseBody(BaseModel):
    """A pause before the next trial, or none after all."""

    model_config = ConfigDict(extra="forbid")

    session: _Session
    """Of the snapshot in which the drill was seen to run."""
    wanted: bool = True
    """False takes it back, while the trial goes on after which it was to be."""


class GoOnBody(BaseModel):
    """The end of a pause."""

    model_config = ConfigDict(extra="forbid")

    session: _Session
    """Of the snapshot in which the pause was seen, like the next."""
    trial: Annotated[int, Field(ge=0, le=1000)]
    """After which it is."""
    pause: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """Its number, `pause` of that snapshot: of two after one trial the second is not ended by what was meant for the
    first. Left out, whichever is there.
    """


class Done(BaseModel):
    """Control did it."""

    ok: Literal[True] = True


blueprint = resource("drill", "Start, stop and acknowledge.", 409, 413, 500, 503)


@blueprint.post("/drill/start", responses={"200": Started, "423": refusal()})
def start_drill(body: StartBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Arm, and run this drill. Needs the control lease, and takes it when it is free."""
    try:
        document = find_drill(service().data, body.drill)
    except InputError as problem:
        return respond(InputError(problem.code, "drill", *problem.problems), fields_of(problem.problems))
    hold_s, trials = body.hold_s, body.trials
    led_by = body.drill if document.own is None else document.own.copied_from
    try:
        rung = None if document.own is not None else body.rung  # an own drill says its level itself
        level = start_level(service().data, body.patient, led_by, body.leg, probe=body.probe, rung=rung)
    except InputError as problem:
        return respond(problem, fields_of(problem.problems))
    if level is not None and level.planned:
        level.allow()  # what is locked is locked under another name too
    if level is not None and document.own is None:
        document = level.at.document
        hold_s = level.at.hold_s if hold_s is None else hold_s
        trials = level.trials if trials is None else trials
    document = as_played(service().data, body.patient, document)
    asked = Asked(Leg(body.leg), body.frequency_hz, body.displacement_pp_mm, hold_s, trials)
    platform = service().house().platform
    try:
        with as_station_errors():
            prescription = prescribe(document, asked, platform)
    except InputError as problem:
        fields = fields_of(problem.problems)
        return respond(InputError(problem.code, ", ".join(field.field for field in fields)), fields)
    own = service()
    if own.ends.waiting_now() is not None:
        return respond(StationError("not-ready", "notice"))
    refuse_red_flag(own.data, body.patient)
    if level is not None and level.harder is not None:
        try:
            choose_harder(own.data, body.patient, level.harder, body.by, body.reason)
        except InputError as problem:
            return respond(problem, fields_of(problem.problems))
    seen = body.seen or own.link.seen(arrived_s()) or own.link.ask_seen()
    if not own.lease.take(client_name()):
        return respond(StationError("lease-held", own.lease.holder()))
    answer = own.link.request(
        "start",
        request=body.request or secrets.token_hex(16),
        seen=seen.model_dump(),
        patient=body.patient,
        document=document.model_dump(mode="json", by_alias=True),
        prescription=prescription.model_dump(mode="json"),
        dose_today=dose_today(own.data, body.patient),
        needs_web=True,
        by=asked_by(),
        needs_presence=True,
    )
    own.link.present()
    return Started(session=answer["session"]).model_dump()


@blueprint.post("/drill/pause", responses={"200": Done, "423": refusal()})
def pause_drill(body: PauseBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Want a pause after the trial that goes on, or at once between two; or none after all. Needs the control lease, as
    a Start does. 409 `nothing-to-pause` in the last trial, and for taking back what has begun.
    """
    return _asked_of_run("pause", **body.model_dump())


@blueprint.post("/drill/go-on", responses={"200": Done, "423": refusal()})
def go_on_with_drill(body: GoOnBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """End the pause: what is left of the rest follows, then the next trial. Needs the control lease. The same again
    changes nothing; 409 `nothing-to-pause` where that pause is not.
    """
    return _asked_of_run("go-on", **body.model_dump())


def _asked_of_run(kind: str, **said: object) -> Any:  # noqa: ANN401  # a model's dump, or a response
    own = service()
    if not own.lease.take(client_name()):
        return respond(StationError("lease-held", own.lease.holder()))
    own.link.request(kind, **said, by=asked_by())
    own.link.present()
    return Done().model_dump()


@blueprint.post("/stop", responses={"200": Done})
def stop_drill() -> dict[str, object]:
    """Vibration off and the drill ended, at once. Needs no lease. 503 means: NOT confirmed, use the red button."""
    service().link.stop(stopped_by())
    return Done().model_dump()


@blueprint.post("/acknowledge", responses={"200": Done})
def acknowledge_trip() -> dict[str, object]:
    """A person has seen the trip or the notice of an unplanned end, and the patient is safe. Starts nothing."""
    own, by = service(), asked_by()
    own.link.request("acknowledge", by=by)
    own.ends.acknowledge(by)
    return Done().model_dump()
