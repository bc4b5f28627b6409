"""GET /api/v1/day: the vibration that counts today, and who vouches for the clock by which days are counted.

POST /api/v1/day/doses/{id}: a person says how much of a dose was given, where nobody knows it otherwise.
POST /api/v1/day/clock: a person says that the clock is right, until the computer starts again.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.clock import NS_PER_MS
from web_ui import records
from web_ui.api import resource
from web_ui.service import service

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ClockView(BaseModel):
    """Who vouches for the clock of this boot, and what it is by their word."""

    voucher: str
    """`synchronised` (a time server), `rtc` (a clock chip that kept time), `person`, or "" for nobody."""
    by: str
    """The person's name; "" for none."""
    wall_ms: float
    """Unix time in ms."""


class CountedDose(BaseModel):
    """One session's vibration, as the day counts it."""

    id: str
    session: str
    """Its name; "" where none was begun."""
    patient: str
    """A code; "" where nobody knows whose it is: it counts for everybody."""
    at_ms: float
    """Unix time in ms at which it was committed, by the clock of that time."""
    state: Literal["committed", "measured", "decided", "withdrawn"]
    """`committed`: nobody knows how much was given, and the whole prescription counts."""
    committed_s: float
    counts_s: float


class DayView(BaseModel):
    """What counts now."""

    clock: ClockView
    doses: list[CountedDose]
    """Oldest first."""


class DosePath(BaseModel):
    """A dose's UUID."""

    id: Annotated[str, Field(min_length=1, max_length=64)]


class DecideBody(BaseModel):
    """How long the plate vibrated, who says so, and how they know it."""

    model_config = ConfigDict(extra="forbid")

    given_s: Annotated[float, Field(ge=0.0, le=86400.0, allow_inf_nan=False)]
    """At most what was prescribed."""
    name: _Name
    reason: _Reason


class ConfirmBody(BaseModel):
    """Who has looked at a clock."""

    model_config = ConfigDict(extra="forbid")

    name: _Name
    wall_ms: Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
    """What the station's clock showed to them: Unix time in ms, as GET says it."""


blueprint = resource("day", "What counts of today's vibration, and the clock of the day.", 503)


@blueprint.get("/day", responses={"200": DayView})
def show_day() -> dict[str, object]:
    """The doses that count now, and the clock."""
    return _day()


@blueprint.post("/day/doses/<string:id>", responses={"200": DayView})
def decide_dose(path: DosePath, body: DecideBody) -> dict[str, object]:
    """So much was given: it counts from now on, but never less than the recording says. The audit log says who."""
    records.decide_dose(service().data, path.id, body.given_s, body.name, body.reason)
    return _day()


@blueprint.post("/day/clock", responses={"200": DayView})
def confirm_clock(body: ConfirmBody) -> dict[str, object]:
    """The clock is right. Refused where it has moved since it was shown. The audit log says who."""
    records.confirm_clock(service().data, body.name, body.wall_ms / 1e3)
    return _day()


def _day() -> dict[str, object]:
    clock, doses = records.day(service().data)
    seen = ClockView(voucher=clock["voucher"], by=clock["by"], wall_ms=clock["wall_ns"] / NS_PER_MS)
    counted = [CountedDose(at_ms=one["at_ns"] / NS_PER_MS, **{name: one[name] for name in _SAME}) for one in doses]
    return DayView(clock=seen, doses=counted).model_dump()


_SAME = ("id", "session", "patient", "state", "committed_s", "counts_s")
