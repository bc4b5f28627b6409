"""GET /api/v1/sessions and /api/v1/sessions/{id}: what was done, from the records."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from drills.units import STANDARD_GRAVITY_M_S2
from station.faults import InputError
from station.records.suspect import SUSPECT
from station.wire.messages import PatientCode
from web_ui import patients, records
from web_ui.api import refusal, resource
from web_ui.problems import answer_texts, reasons_worded, respond
from web_ui.service import service


class SessionsQuery(BaseModel):
    """Of one patient, or of all; the newest first."""

    model_config = ConfigDict(extra="forbid")

    patient: PatientCode | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 20


class SessionPath(BaseModel):
    """A session's name or UUID."""

    id: Annotated[str, Field(min_length=1, max_length=64)]


class SessionView(BaseModel):
    """One session. Times are Unix time in ms; `ring_epoch` and `ring_session` are those of the snapshot."""

    id: str
    uuid: str
    """The same session beside those of other stations."""
    patient: str
    visit: str
    """UUID of the stay that it belongs to."""
    drill: str
    leg: str
    leg_word: str
    """How the pages say it: the leg, or "left-front" and "right-front" where both feet stood and it was ahead."""
    started_ms: float
    ended_ms: float | None
    state: str
    outcome: str | None
    trials_held: int
    trials_count: int
    pipeline: str | None
    """The pipeline that made the measures; null until they are made of the whole."""
    ring_epoch: str
    ring_session: int


class SessionsView(BaseModel):
    """A list of sessions."""

    sessions: list[SessionView]


class LoadTryView(BaseModel):
    """One try of a leg that may carry a part. Loads in N; null where nothing was carried."""

    number: int
    blind: bool
    mean_n: float | None
    peak_n: float
    step_on_peak_n: float
    """The most in the second after the foot first touched the plate."""
    over_order_s: float
    over_limit: bool
    counted: bool
    error_percent: float | None
    """Over the order, or under it: of the mean of a press, of the peak of a step."""


class LoadFigures(BaseModel):
    """How a leg was loaded in a trial that was done by an order of partial load. Loads in N."""

    order_n: float
    limit_n: float
    in_band: int | None = None
    """Seconds or steps as ordered; null where the trial was broken off."""
    of: int | None = None
    mean_n: float | None = None
    peak_n: float | None = None
    over_order_s: float | None = None
    tries: list[LoadTryView] = []
    overshoots: list[dict[str, Any]] = []
    """Each time that the load was beyond the order: its peak, for how long, and whether it passed the limit."""
    order_kg: float | None = None
    mean_kg: float | None = None
    peak_kg: float | None = None
    """The same loads as scales say them, for whoever reads the page."""

    @model_validator(mode="after")
    def _as_scales_say(self) -> LoadFigures:
        for name in ("order", "mean", "peak"):
            newtons = getattr(self, f"{name}_n")
            setattr(self, f"{name}_kg", None if newtons is None else newtons / STANDARD_GRAVITY_M_S2)
        return self


class TrialDetail(BaseModel):
    """One trial with its figures; keys of `measures` carry their units."""

    number: int
    leg: str
    outcome: str
    hold_s: float
    measures: dict[str, Any]
    reasons: dict[str, str]
    """Why a measure is missing, by its name, in the language that the request accepts."""
    suspect: str = ""
    """Why the measures that are there may be wrong, in that language; empty where nothing is suspected."""
    vibration: dict[str, Any]
    paused_s: float | None = None
    """Of the pause after it; null for none."""
    load: LoadFigures | None = None
    """Null for a drill that was done by no order of partial load."""


class SessionDetail(SessionView):
    """One session whole."""

    prescription: dict[str, Any]
    trials: list[TrialDetail]
    dose: dict[str, Any] | None
    said: dict[str, float | bool]
    """After it: effort_rpe, pain, near_fall and the like, as far as somebody has asked; the newest of each."""
    damaged: bool
    """Something is missing of the recording: a trial's end, or a part that the dose counts as the hardest vibration."""
    simulated: bool
    """It was recorded on a rig on which nobody stands."""
    norms: list[str]
    """In words: where the means of its held tries stand among healthy people of the patient's age, and whose norms that
    is by; or why by nobody's.
    """


blueprint = resource("sessions", "What was done.", 503)


@blueprint.get("/sessions", responses={"200": SessionsView})
def list_sessions(query: SessionsQuery) -> dict[str, object]:
    """The newest sessions, of one patient or of all."""
    rows = records.list_sessions(service().data, query.patient, query.limit)
    return SessionsView(sessions=[SessionView(**_view(row)) for row in rows]).model_dump()


@blueprint.get("/sessions/<string:id>", responses={"200": SessionDetail, "404": refusal()})
def show_session(path: SessionPath) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """One session with its prescription, trials, measures and dose."""
    from station.recording.rigs import SIMULATED, header_of  # reads the recording
    from station.reports.beside import beside

    row = records.session_detail(service().data, path.id)
    if row is None:
        return respond(InputError("session-unknown", path.id))
    trials = [TrialDetail.model_validate(_worded(trial), extra="ignore") for trial in row["trials"]]
    dose = row["dose"]
    damaged = any(trial.outcome == "damaged" for trial in trials) or (dose or {}).get("source") == "assumed"
    header = header_of(service().data / row["recording"])
    norms = beside({**row, "header": header}, patients.birth_year(service().data, row["patient"]), answer_texts())
    parts: dict[str, Any] = {"simulated": header.get("rig") in SIMULATED, "norms": norms, "trials": trials}
    parts |= {"dose": dose, "damaged": damaged, "said": row["said"]}
    detail = SessionDetail(**_view(row), prescription=row["prescription"], **parts)
    return detail.model_dump()


def _worded(trial: dict[str, Any]) -> dict[str, Any]:
    reasons = reasons_worded(trial["reasons"])
    return {**trial, "suspect": reasons.pop(SUSPECT, ""), "reasons": reasons}


def _view(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in SessionView.model_fields if name in row}
    ended_ns = row["ended_ns"]
    return {
        **kept,
        "started_ms": row["started_ns"] / 1e6,
        "ended_ms": None if ended_ns is None else ended_ns / 1e6,
        "ring_epoch": str(row["ring_epoch"]),
    }
