"""GET /api/v1/sessions/{id}/legs: both legs of one test beside each other. POST .../tries/{number}: what was seen of a
try of which the plate cannot tell whether it was on one leg.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from station.clinic.legs import SIDES, Attempt, OneLeg, compare
from station.faults import InputError
from station.measures.tasks.one_foot import BOTH
from station.records.suspect import SUSPECT
from web_ui import records
from web_ui.api import refusal, resource
from web_ui.api.sessions import SessionPath
from web_ui.problems import respond
from web_ui.service import service
from web_ui.who import asked_by

_SWAY = "mean_velocity_mm_s"


class TryView(BaseModel):
    """One try. `sway_mm_s` is null where it was not held long enough, or is not made yet."""

    number: int
    outcome: str
    hold_s: float
    alone_s: float | None
    """How long it was held before a hand first helped; null where none did. It counts for so long."""
    sway_mm_s: float | None
    suspect: bool
    """The sway may be wrong."""
    feet: str
    """"both" where it looks like both feet, or somebody has said so: it does not count; "unsure" where the plate cannot
    tell; "one" where somebody has said so; empty where nothing speaks against one leg.
    """
    feet_said: bool
    """Whether somebody has said it."""


class TryPath(SessionPath):
    """One try of a session."""

    number: Annotated[int, Field(ge=1, le=100)]


class FeetBody(BaseModel):
    """What was seen."""

    model_config = ConfigDict(extra="forbid")

    one_leg: bool
    name: Annotated[str, Field(max_length=64)] = ""
    """Who says it; left out, the phone's name."""


class LegView(BaseModel):
    """One leg; null where it has no try."""

    tries: list[TryView]
    best_s: float | None
    mean_s: float | None
    sway_mm_s: float | None


class LegsView(BaseModel):
    """Both legs, and what can be said of them."""

    id: str
    patient: str
    drill: str
    started_ms: float
    hold_s: float | None
    """How long each try was to be held."""
    ready: bool
    """Whether the figures are made: until then the sway is missing."""
    complete: bool
    """Whether the drill ran to its end."""
    left: LegView
    right: LegView
    asymmetry_best_percent: float | None
    """100 (L-R)/max, of the best times, of the mean times and of the mean sway."""
    asymmetry_mean_percent: float | None
    asymmetry_sway_percent: float | None
    less_steady: str
    """"left" or "right"; empty where nothing shows which."""
    by: list[str]
    """By what the legs are apart: "time", "sway"."""
    chance_one_in: int
    """In so many tests chance alone sets two like legs apart so far."""
    enough: bool
    """Whether each leg has three tries."""


blueprint = resource("legs", "Both legs beside each other.", 503)


@blueprint.get("/sessions/<string:id>/legs", responses={"200": LegsView, "404": refusal()})
def show_legs(path: SessionPath) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """The tries of each leg of this session. There are no norms for so short a test."""
    return _both(path.id)


def _both(name: str) -> Any:  # noqa: ANN401  # as above
    row = records.session_detail(service().data, name)
    if row is None:
        return respond(InputError("session-unknown", name))
    tries = {side: [trial for trial in row["trials"] if trial["leg"] == side] for side in SIDES}
    return _view(row, tries).model_dump()


@blueprint.post("/sessions/<string:id>/tries/<int:number>", responses={"200": LegsView, "404": refusal()})
def say_feet_of_try(path: TryPath, body: FeetBody) -> Any:  # noqa: ANN401  # as above
    """Say whether this try was on one leg, as it was seen: the last word counts. The answer is both legs with it."""
    by = body.name or asked_by()
    records.say_feet(service().data, path.id, path.number, by, one_leg=body.one_leg)
    return _both(path.id)


def _counts(trial: dict[str, Any]) -> bool:
    return bool(trial["feet"] != BOTH)


def _alone_s(trial: dict[str, Any]) -> float:
    """How long it was held without a hand."""
    return float(trial["hold_s"] if trial["alone_s"] is None else trial["alone_s"])


def _view(row: dict[str, Any], tries: dict[str, list[dict[str, Any]]]) -> LegsView:
    both = compare(*([Attempt(_alone_s(one), _sway(one)) for one in tries[side] if _counts(one)] for side in SIDES))
    said = {
        name: value for name, value in both._asdict().items() if name in LegsView.model_fields and name not in SIDES
    }
    return LegsView(
        id=row["id"],
        patient=row["patient"],
        drill=row["drill"],
        started_ms=row["started_ns"] / 1e6,
        hold_s=row["prescription"].get("hold_s"),
        ready=row["pipeline"] is not None,
        complete=row["outcome"] == "completed",
        left=_leg(both.left, tries["left"]),
        right=_leg(both.right, tries["right"]),
        **{**said, "by": list(both.by)},
    )


def _leg(leg: OneLeg, trials: list[dict[str, Any]]) -> LegView:
    tries = [
        TryView(
            number=one["number"],
            outcome=one["outcome"],
            hold_s=one["hold_s"],
            alone_s=one["alone_s"],
            sway_mm_s=_sway(one),
            suspect=SUSPECT in one["reasons"] and _counts(one),
            feet=one["feet"],
            feet_said=one["feet_said"],
        )
        for one in trials
    ]
    return LegView(tries=tries, best_s=leg.best_s, mean_s=leg.mean_s, sway_mm_s=leg.sway_mm_s)


def _sway(trial: dict[str, Any]) -> float | None:
    value = trial["measures"].get(_SWAY)
    return value if isinstance(value, float) else None
