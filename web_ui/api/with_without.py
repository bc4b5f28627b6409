"""GET /api/v1/sessions/{id}/with-without: with vibration beside without it, of one session and over the visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from station.clinic.with_without import Difference, compare, verdict
from station.faults import InputError
from web_ui import records
from web_ui.api import refusal, resource
from web_ui.api.sessions import SessionPath
from web_ui.problems import respond, worded
from web_ui.service import service

if TYPE_CHECKING:
    from station.records.turns import Compared


class DifferenceView(BaseModel):
    """Of one figure: with vibration less without it, and between what that lies at 95 %."""

    name: str
    """"hold_s", "unsafe_share" (0 to 1), or a figure of sway, whose name carries its unit."""
    with_mean: float | None
    without_mean: float | None
    difference: float | None
    low: float | None
    high: float | None
    differs: bool | None
    """Whether it is beyond chance; null where nothing can be said."""
    better: Literal["with", "without", ""]
    """For which side a difference is that is one."""
    with_turns: int
    without_turns: int
    why: str
    """Why nothing can be said, or what else to know, in the language that the request accepts."""


class ComparedView(BaseModel):
    """All that is compared, and what follows from it."""

    sessions: int
    verdict: str
    """For which side two figures or more differ, or one ("with", "without", "one-with", "one-without");
    "contrary" where they are not of one mind; "none" where none does; "unknown" where nothing can be said.
    """
    differences: list[DifferenceView]


class WithWithoutView(BaseModel):
    """A session that compares the two. Nothing of it is told before it has ended."""

    id: str
    patient: str
    ready: bool
    """Whether the session is over and its figures are made: until then all that follows is empty."""
    complete: bool
    order: str
    seed: int | None
    """From which the order was drawn; null where a session was cut off before it was told."""
    vibrated: list[bool]
    """Of each turn."""
    now: ComparedView | None
    """Of this session alone."""
    estimate: ComparedView | None
    """Of all sessions until this one that are alike in drill, leg, time, vibration and pipeline; null for one alone."""


blueprint = resource("with-without", "With vibration beside without it.", 503)


@blueprint.get("/sessions/<string:id>/with-without", responses={"200": WithWithoutView, "404": refusal()})
def show_with_without(path: SessionPath) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """The comparison of this session, and the running estimate over the visits."""
    from station.records.turns import comparisons  # brings the database's library

    data = service().data
    row = records.session_detail(data, path.id)
    if row is None:
        return respond(InputError("session-unknown", path.id))
    every = comparisons(records.opened(data), row["patient"])
    this = next((one for one in every if one.name == row["id"]), None)
    empty = WithWithoutView(
        id=row["id"],
        patient=row["patient"],
        ready=False,
        complete=False,
        order="",
        seed=None,
        vibrated=[],
        now=None,
        estimate=None,
    )
    if this is None:
        return empty.model_dump()
    alike = [one for one in every if one.started_ns <= this.started_ns and one.like(this)]
    found = {
        "ready": True,
        "complete": this.complete,
        "order": this.order,
        "seed": this.seed,
        "vibrated": [turn.vibrated for turn in this.turns],
        "now": _compared([this]),
        "estimate": _compared(alike) if len(alike) > 1 else None,
    }
    return empty.model_copy(update=found).model_dump()


def _compared(sessions: list[Compared]) -> ComparedView:
    found = compare([one.turns for one in sessions])
    return ComparedView(sessions=len(sessions), verdict=verdict(found), differences=[_view(one) for one in found])


def _view(one: Difference) -> DifferenceView:
    return DifferenceView(**{**one._asdict(), "why": worded(one.why)})
